"""scraper.toml: what it may say, what wins over it, and how it is wrong."""

import os
from pathlib import Path

import pytest

from scraper.config import SETTINGS, Config, load_settings, template
from scraper.contact import is_contact
from scraper.errors import ConfigError
from tests.commands import run


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
        ("ha", "sh"),
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
    assert set(uncommented.origins) == set(SETTINGS)
    assert uncommented.config == Config(limit=100)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dealy = 3", "no setting 'dealy'; did you mean 'delay'?"),
        ('contcat = "x@y.zz"', "did you mean 'contact'?"),
        ("zzz = 1", "there are contact, delay"),
        ("delay = 0.2", "delay: should be a number from 1 to 3600, not 0.2"),
        ("delay = nan", "delay: should be a number from 1 to 3600, not nan"),
        ("delay = true", "delay: should be a number"),
        ("media = 1", "media: should be true or false, not 1"),
        ("limit = -1", "limit: should be a whole number of at least 0, not -1"),
        ("limit = 1.0", "limit: should be a whole number"),
        ('delay = "3"', "delay: should be a number from 1 to 3600, not '3'"),
        ("every_hours = 0", "every_hours"),
        ("every_hours = 5", "every_hours: should be one of 1, 2, 3, 4, 6, 8, 12, 24, not 5"),
        ("every_hours = true", "every_hours: should be one of"),
        ('sites = ["henan"]', "no edition has the code 'henan'"),
        ('sites = ["hebb"]', "did you mean 'heb'"),
        ('sites = "ha"', "sites: should be a list of texts, not 'ha'"),
        ('healthcheck_url = "ftp://x"', "healthcheck_url: should be a http:// or https:// address"),
        ('contact = "foo"', "contact: should be a mail address or an https:// page, not 'foo'"),
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


@pytest.mark.parametrize(
    ("text", "right"),
    [
        *(("desk@example.org", True), ("https://example.org/bot", True), ("d.e+s_k@x", True)),
        *(("foo", False), ("@x", False), ("x@", False), ("a b@x.org", False), ("a@x.org)", False), ("桌@x.org", False)),
        *(("a@x\n", False), ("https://x/ y", False), ("a\\b@x", False), ('a"b@x', False), ("a'b@x", False)),
    ],
)
def test_a_contact_is_an_address_wherever_it_is_written(tmp_path: Path, text: str, right: bool) -> None:
    assert is_contact(text) is right

    if not right:
        with pytest.raises(ConfigError, match=r"^SCRAPER_CONTACT: contact: should be a mail address"):
            load_settings(tmp_path / "archive.db", environment={"SCRAPER_CONTACT": text})


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser can read every file")
def test_an_unreadable_file_is_configuration_too(tmp_path: Path) -> None:
    (tmp_path / "scraper.toml").touch(mode=0)

    done = run("config", "--config", tmp_path / "scraper.toml")

    assert (done.returncode, "can't be read" in done.stderr) == (78, True)


@pytest.mark.parametrize("hours", [1, 2, 3, 4, 6, 8, 12, 24])
def test_crawls_can_be_every_part_of_a_day(tmp_path: Path, hours: int) -> None:
    assert load_settings(written(tmp_path, f"every_hours = {hours}"), environment={}).config.every_hours == hours
