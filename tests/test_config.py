"""scraper.toml: what it may say, what wins over it, and how it is wrong."""

from pathlib import Path

import pytest

from scraper.config import Config, load_settings, template
from scraper.errors import ConfigError


def written(tmp_path: Path, text: str) -> Path:
    """The archive's path, with a scraper.toml beside it."""
    (tmp_path / "scraper.toml").write_text(text, "utf-8")
    return tmp_path / "archive.db"


def test_without_a_file_every_setting_is_its_default(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "archive.db", environment={})

    assert settings.config == Config()
    assert set(settings.origins.values()) == {"default"}


def test_file_beside_the_archive_is_read(tmp_path: Path) -> None:
    db = written(tmp_path, 'contact = "desk@example.org"\ndelay = 5\nsites = ["ha", "sh"]\n')

    settings = load_settings(db, environment={})

    assert (settings.config.contact, settings.config.delay, settings.config.sites) == (
        "desk@example.org",
        5.0,
        ["ha", "sh"],
    )
    assert settings.origins["delay"] == str(tmp_path / "scraper.toml")
    assert settings.origins["limit"] == "default"


def test_named_file_is_read_instead_of_the_one_beside_the_archive(tmp_path: Path) -> None:
    db = written(tmp_path, "delay = 5\n")
    other = tmp_path / "other.toml"
    other.write_text("delay = 9\n")

    assert load_settings(db, other, environment={}).config.delay == 9


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    db = written(tmp_path, 'contact = "desk@example.org"\n')

    settings = load_settings(db, environment={"SCRAPER_CONTACT": "night@example.org"})

    assert settings.config.contact == "night@example.org"
    assert settings.origins["contact"] == "SCRAPER_CONTACT"


def test_template_is_a_file_that_changes_nothing_until_its_hashes_go(tmp_path: Path) -> None:
    as_printed = load_settings(written(tmp_path, template()), environment={})
    bare = "\n".join(line.removeprefix("# ") for line in template().splitlines() if " = " in line)
    uncommented = load_settings(written(tmp_path, bare), environment={})

    assert as_printed.config == Config()
    assert set(uncommented.origins) == set(Config.model_fields)
    assert uncommented.config == Config(limit=100)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dealy = 3", "no setting 'dealy'; did you mean 'delay'?"),
        ('contcat = "x@y.zz"', "did you mean 'contact'?"),
        ("zzz = 1", "there are contact, delay"),
        ("delay = 0.2", "delay: input should be greater than or equal to 1"),
        ('delay = "3"', "delay: input should be a valid number"),
        ("every_hours = 0", "every_hours"),
        ('sites = ["henan"]', "no edition has the code 'henan'"),
        ('sites = ["hebb"]', "did you mean 'heb'"),
        ('sites = "ha"', "sites: input should be a valid list"),
        ('healthcheck_url = "ftp://x"', "healthcheck_url"),
        ("delay = ", "is no TOML"),
        ("[crawl]\ndelay = 2", "no setting 'crawl'"),
    ],
)
def test_mistake_is_one_line_that_names_it(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(written(tmp_path, text), environment={})

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 78


def test_missing_or_undecodable_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "gb.toml").write_bytes('contact = "河南@example.org"'.encode("gb18030"))

    with pytest.raises(ConfigError, match="can't be read"):
        load_settings(tmp_path / "archive.db", tmp_path / "none.toml", environment={})
    with pytest.raises(ConfigError, match="no TOML"):
        load_settings(tmp_path / "archive.db", tmp_path / "gb.toml", environment={})
