"""Pictures fetched with a crawl: only from their hosts, politely, and only what is one."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scraper.archive.connect import open_for_reading
from scraper.archive.readings import Reading, readings_of
from scraper.crawl.media import picture_address
from scraper.crawl.options import CrawlOptions, Outcome
from scraper.crawl.run import crawl
from scraper.errors import Refused
from scraper.sites import all_sites
from tests.archive import pictures
from tests.servers import Answer, Edition, Server, answer, article_page, moved, serving

PICTURE = pictures.png(320, 200)
HOST = "i2.chinanews.com"


def image(src: str) -> str:
    return f'<p><img src="{src}" width="600"></p><p>老桥新貌。赵六 摄</p>'


def run(server: Server, db: Path, **changes: Any) -> Outcome:
    given: dict[str, Any] = {"delay": 0, "retry_wait": 0.01, "media": True} | changes
    return crawl(CrawlOptions(db=db, sites=(all_sites()["tj"],), connect_to=server.address, **given))


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def readings(db: Path, article: str) -> list[Reading]:
    archive = open_for_reading(db)
    found = readings_of(archive, int(article))
    archive.close()
    return found


def edition(below: str, extra: Mapping[str, Answer]) -> dict[str, Answer]:
    one = Edition(articles=1)
    pages = {f"{one.host}{one.paths[0]}": article_page(1, below=below)}
    return one.answers() | pages | dict(extra)


SRC = f"http://{HOST}/simg/2024/0506/1.png"
SERVED = answer(PICTURE, content_type="image/png")


@pytest.mark.parametrize(
    "url",
    [
        "https://i2.chinanews.com/1.jpg",
        "//image1.chinanews.com.cn/1.jpg",
        "https://f2.zj.chinanews.com.cn/1.jpg",
        "https://www.hkcna.hk/1.jpg",
        "1.jpg",
    ],
)
def test_pictures_come_from_the_hosts_of_the_editions(url: str) -> None:
    assert picture_address(url, "https://www.tj.chinanews.com.cn/news/").startswith("https://")


@pytest.mark.parametrize(
    "url",
    [
        "https://chinanews.com.evil.example/1.jpg",
        "https://evilchinanews.com/1.jpg",
        "https://i2.chinanews.com@127.0.0.1/1.jpg",
        "https://i2.chinanews.com:8080/1.jpg",
        "https://127.0.0.1/1.jpg",
        pytest.param(f"https://i2.chinanews.com/{'1' * 2000}.jpg", id="too long"),
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "https://ok\\@127.0.0.1/1.jpg",
    ],
)
def test_nobody_elses_picture_is_fetched(url: str) -> None:
    with pytest.raises(Refused):
        picture_address(url)


def test_an_articles_picture_is_kept_with_its_size(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    with serving(edition(image(SRC), {f"{HOST}/simg/2024/0506/1.png": SERVED})) as server:
        outcome = run(server, db)
        asked = [url for url in server.urls if url.startswith(HOST)]

    assert outcome.exit_code == 0
    assert asked == [f"{HOST}/robots.txt", f"{HOST}/simg/2024/0506/1.png"]
    assert rows(db, "SELECT type, width, height, data FROM media") == [("image/png", 320, 200, PICTURE)]
    assert rows(db, "SELECT count(*) FROM images WHERE media IS NOT NULL") == [(1,)]


def test_without_media_no_picture_is_asked_for(tmp_path: Path) -> None:
    with serving(edition(image(SRC), {f"{HOST}/simg/2024/0506/1.png": SERVED})) as server:
        run(server, tmp_path / "archive.db", media=False)

        assert not any(url.startswith(HOST) for url in server.urls)


def test_a_second_crawl_asks_for_no_picture_again(tmp_path: Path) -> None:
    with serving(edition(image(SRC), {f"{HOST}/simg/2024/0506/1.png": SERVED})) as server:
        for _ in range(2):
            run(server, tmp_path / "archive.db")

        assert server.urls.count(f"{HOST}/simg/2024/0506/1.png") == 1


SVG = answer(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", content_type="image/png")


@pytest.mark.parametrize(
    ("answers", "slug"),
    [
        ({"1.png": SVG}, "bad-body"),
        ({"1.png": answer(b"<html>", content_type="image/png")}, "bad-body"),
        ({"1.png": answer(status=404)}, "gone"),
        ({"1.png": answer(PICTURE, x_robots_tag="noarchive")}, "refused"),
        ({"1.png": moved("https://evil.example/1.png")}, "refused"),
        ({"1.png": moved("http://169.254.169.254/1.png")}, "refused"),
        ({"1.png": answer(status=503)}, "http-503"),
    ],
)
def test_what_can_not_be_had_is_a_row(answers: dict[str, Answer], slug: str, tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    served = {f"{HOST}/simg/2024/0506/{name}": one for name, one in answers.items()}
    with serving(edition(image(SRC), served)) as server:
        outcome = run(server, db)

    assert outcome.exit_code == 0
    assert rows(db, "SELECT url, media, error FROM media_sources") == [(SRC, None, slug)]
    assert rows(db, "SELECT count(*) FROM media") == [(0,)]


def test_a_picture_may_move_between_their_hosts(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    served = {
        f"{HOST}/simg/2024/0506/1.png": moved("https://image1.chinanews.com.cn/2.png"),
        "image1.chinanews.com.cn/2.png": SERVED,
    }
    with serving(edition(image(SRC), served)) as server:
        run(server, db)

    assert rows(db, "SELECT url, media IS NOT NULL FROM media_sources") == [(SRC, 1)]


def test_robots_txt_of_the_picture_host_is_obeyed(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    served: dict[str, Answer] = {
        f"{HOST}/robots.txt": answer(b"User-agent: *\nDisallow: /simg/\n", content_type="text/plain"),
        f"{HOST}/simg/2024/0506/1.png": SERVED,
    }
    with serving(edition(image(SRC), served)) as server:
        run(server, db)

        assert f"{HOST}/simg/2024/0506/1.png" not in server.urls
    assert rows(db, "SELECT error FROM media_sources") == [("robots",)]


# --- noarchive -------------------------------------------------------------------------------


def forbidding() -> dict[str, Answer]:
    one = Edition(articles=2)
    return one.answers() | {
        f"{one.host}{one.paths[0]}": answer(
            article_page(1).partition(b"\r\n\r\n")[2],
            content_type="text/html; charset=gb2312",
            x_robots_tag="noarchive",
        )
    }


def test_a_noarchive_page_leaves_its_metadata_only(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    with serving(forbidding()) as server:
        run(server, db)

    kept = rows(db, "SELECT title, body, noarchive, withheld, id FROM articles ORDER BY url")
    assert kept[0][:4] == ("溪口镇新闻之1", "", 1, "noarchive")
    assert kept[1][1] and kept[1][2:4] == (0, None)
    assert [reading.article.body for reading in readings(db, str(kept[0][4]))] == [""]
    assert rows(db, "SELECT b.size FROM captures c JOIN bodies b USING (sha256) WHERE c.withheld = 'noarchive'") == [
        (0,)
    ]


def test_noarchive_is_noted_where_it_is_not_honoured(tmp_path: Path) -> None:
    db = tmp_path / "archive.db"
    with serving(forbidding()) as server:
        run(server, db, honour_noarchive=False)

    assert rows(db, "SELECT noarchive, withheld, body <> '' FROM articles ORDER BY url") == [(1, None, 1), (0, None, 1)]
