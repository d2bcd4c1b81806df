"""scraper.toml: what a keeper decides once, and where each value that is in force came from.

The file is optional. It lies beside the archive or is named with `--config`;
an option on the command line wins over the environment, which wins over it.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scraper.errors import ConfigError
from scraper.sites import all_sites

NAME = "scraper.toml"
DEFAULT = "default"
_ENVIRONMENT = {"contact": "SCRAPER_CONTACT"}


class Config(BaseModel):
    """Every setting with its default; the descriptions are what `scraper config` prints."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    contact: str = Field(
        default="", description="Mail address or page where the sites can reach you; sent with every request."
    )
    delay: float = Field(default=2.0, ge=1, le=3600, description="Seconds between two requests to one host.")
    sites: list[str] = Field(default=[], description="Editions to crawl by code; none means all.")
    limit: int | None = Field(
        default=None,
        ge=0,
        description="Articles fetched per edition and crawl at most; without it, all.",
        examples=[100],
    )
    media: bool = Field(default=False, description="Whether to keep the pictures of articles, too.")
    honour_noarchive: bool = Field(
        default=True, description="Whether pages marked noarchive or reserved from mining keep their metadata only."
    )
    failed_share: float = Field(
        default=0.5, ge=0, le=1, description="Share of failed pages above which a crawl ends with 3."
    )
    every_hours: int = Field(default=2, ge=1, le=24, description="How often `scraper schedule` has the crawl run.")
    healthcheck_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Address told of each crawl's start and end; never waited for.",
    )
    healthcheck_seconds: float = Field(
        default=5.0, gt=0, le=60, description="Seconds an answer of that address may take."
    )


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
    config = _checked({**written, **from_environment}, path)
    origins = dict.fromkeys(Config.model_fields, DEFAULT)
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
    try:
        config = Config.model_validate(written)
    except ValidationError as error:
        raise ConfigError(f"{path or 'the environment'}: {_explained(error)}") from error
    for code in config.sites:
        if code not in all_sites():
            raise ConfigError(f"{path}: sites: no edition has the code {code!r}{_near(code, all_sites())}")
    return config


def _explained(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"there is no setting {name!r}{_near(name, Config.model_fields)}"
    return f"{name}: {first['msg'][:1].lower()}{first['msg'][1:]}, not {first['input']!r}"


def _near(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, 1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}"


def template() -> str:
    """A scraper.toml with every setting, its meaning and its default, commented out."""
    lines = ["# Settings of `scraper`; this file lies beside archive.db. Remove the # to change one.", ""]
    for name, field in Config.model_fields.items():
        shown = field.examples[0] if field.examples else field.default
        lines += [f"# {field.description}", f"# {name} = {toml_value(shown)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def toml_value(value: object) -> str:
    """A setting's value as scraper.toml writes it.

    >>> toml_value(["ha", "sh"]), toml_value(True), toml_value(2.0)
    ('["ha", "sh"]', 'true', '2.0')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
