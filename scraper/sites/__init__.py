"""The editions. Each module here holds one `SITE`; they are found by looking."""

import importlib
import pkgutil
from functools import cache
from importlib import resources

from scraper.models import Site


@cache
def all_sites() -> dict[str, Site]:
    """Every edition by its code, in the order of their codes; the main site `www` comes last."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    sites = [importlib.import_module(f"{__name__}.{name}").SITE for name in names]
    return {site.code: site for site in sorted(sites, key=lambda site: (site.code == "www", site.code))}


def module_text(code: str) -> str:
    """An edition's module as it is written."""
    return resources.files(__name__).joinpath(f"{code}.py").read_text("utf-8")


@cache
def sites_by_host() -> dict[str, Site]:
    """The edition a host belongs to, twins and mobile hosts included."""
    return {host: site for site in all_sites().values() for host in (*site.hosts, *site.extra_hosts)}
