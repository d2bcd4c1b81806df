"""scraper.toml: what a keeper decides once, and where each value that is in force came from.

The file is optional. It lies beside the archive or is named with `--config`;
an option on the command line wins over the environment, which wins over it.
"""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scraper.contact import CONTACT, WANTED
from scraper.errors import ConfigError
from scraper.sites import all_sites

NAME = "scraper.toml"
DEFAULT = "default"
_ENVIRONMENT = {"contact": "SCRAPER_CONTACT"}


def _setting(default: Any, description: str, **limits: Any) -> Any:
    """A setting: its default, what it means, and its limits (`least`, `most`, `choices`, `like` and in words `liked`; `example` for the template)."""
    return field(default=default, metadata={"description": description, **limits})


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting with its default; the descriptions are what `scraper config` prints."""

    contact: str = _setting(
        "",
        "Mail address or page where the sites can reach you; sent with every request.",
        like=f"(?:{CONTACT})?",
        liked=WANTED,
    )
    delay: float = _setting(2.0, "Seconds between two requests to one host.", least=1, most=3600)
    sites: tuple[str, ...] = _setting((), "Editions to crawl by code; none means all.")
    limit: int | None = _setting(
        None, "Articles fetched per edition and crawl at most; without it, all.", least=0, example=100
    )
    media: bool = _setting(False, "Whether to keep the pictures of articles, too.")
    honour_noarchive: bool = _setting(True, "Whether of pages marked noarchive only the metadata is kept.")
    failed_share: float = _setting(0.5, "Share of failed pages above which a crawl ends with 3.", least=0, most=1)
    every_hours: int = _setting(
        2, "Hours between two crawls of `scraper schedule`: a part of a day.", choices=(1, 2, 3, 4, 6, 8, 12, 24)
    )
    healthcheck_url: str = _setting(
        "",
        "Address told of each crawl's start and end, while the crawl goes on.",
        like=r"(?:https?://\S+)?",
        liked="a http:// or https:// address",
    )
    healthcheck_seconds: float = _setting(
        5.0,
        "Seconds an answer of that address may take; a crawl waits no longer for it at its end.",
        least=0.1,
        most=60,
    )


SETTINGS: dict[str, Field[Any]] = {each.name: each for each in fields(Config)}


def description(name: str) -> str:
    return str(SETTINGS[name].metadata["description"])


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration in force and, for each setting, where its value came from."""

    config: Config
    origins: Mapping[str, str]
    path: Path | None
    """The file that was read, if any."""


def load_settings(db: Path, path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings for an archive. Raises `ConfigError` for a file that is missing, no TOML, or says what can't be."""
    path = path or _beside(db)
    written = _read(path) if path else {}
    from_environment = {name: value for name, key in _ENVIRONMENT.items() if (value := environment.get(key, ""))}
    config = _checked(written, path)
    config = replace(config, **{n: _fitting(SETTINGS[n], v, _ENVIRONMENT[n]) for n, v in from_environment.items()})
    origins = dict.fromkeys(SETTINGS, DEFAULT)
    origins |= dict.fromkeys(written, str(path))
    origins |= {name: _ENVIRONMENT[name] for name in from_environment}
    return Settings(config, origins, path)


def _beside(db: Path) -> Path | None:
    path = db.parent / NAME
    return path if path.is_file() else None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML: {error}") from error


def _checked(written: dict[str, Any], path: Path | None) -> Config:
    for name in written:
        if name not in SETTINGS:
            raise ConfigError(f"{path}: there is no setting {name!r}{_near(name, SETTINGS)}")
    config = Config(**{name: _fitting(SETTINGS[name], value, path or "") for name, value in written.items()})
    for code in config.sites:
        if code not in all_sites():
            raise ConfigError(f"{path}: sites: no edition has the code {code!r}{_near(code, all_sites())}")
    return config


def _fitting(setting: Field[Any], value: Any, where: Path | str) -> Any:
    """A value as its setting has it. Raises `ConfigError` for one that it can't have."""
    wanted, right = _KINDS[setting.type]
    limits = setting.metadata
    # Of what is no number (nan is one to TOML) neither comparison is true.
    if (
        right(value)
        and value in limits.get("choices", (value,))
        and limits.get("least", value) <= value <= limits.get("most", value)
    ):
        if "like" not in limits or re.fullmatch(limits["like"], value):
            return tuple(value) if isinstance(value, list) else float(value) if setting.type is float else value
        wanted = limits["liked"]
    if choices := limits.get("choices"):
        raise ConfigError(f"{where}: {setting.name}: should be one of {', '.join(map(str, choices))}, not {value!r}")
    least, most = limits.get("least"), limits.get("most")
    span = f" from {least} to {most}" if most is not None else f" of at least {least}" if least is not None else ""
    raise ConfigError(f"{where}: {setting.name}: should be {wanted}{span}, not {value!r}")


_KINDS: Mapping[Any, tuple[str, Callable[[Any], bool]]] = {
    str: ("a text", lambda value: isinstance(value, str)),
    bool: ("true or false", lambda value: isinstance(value, bool)),
    int: ("a whole number", lambda value: type(value) is int),
    int | None: ("a whole number", lambda value: type(value) is int),
    float: ("a number", lambda value: type(value) in (int, float)),
    tuple[str, ...]: (
        "a list of texts",
        lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    ),
}


def _near(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, 1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}"


def template() -> str:
    """A scraper.toml with every setting, its meaning and its default, commented out."""
    lines = ["# Settings of `scraper`; this file lies beside archive.db. Remove the # to change one.", ""]
    for name, setting in SETTINGS.items():
        shown = setting.metadata.get("example", setting.default)
        lines += [f"# {description(name)}", f"# {name} = {toml_value(shown)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def toml_value(value: object) -> str:
    """A setting's value as scraper.toml writes it.

    >>> toml_value(["ha", "sh"]), toml_value(True), toml_value(2.0)
    ('["ha", "sh"]', 'true', '2.0')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
