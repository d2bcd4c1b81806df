"""What a crawl shows while it runs: live lines on a terminal, JSON lines in a log."""

import io
import json

from scraper.crawl.options import SiteCounts
from scraper.show.progress import json_lines, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_log_gets_one_json_object_for_every_event() -> None:
    log = io.StringIO()
    report = json_lines(log)

    report("ha", SiteCounts(archived=1), "new 麦收\x1b[31m时节")
    report("sh", SiteCounts(failed=2), "failed https://www.sh.chinanews.com.cn/1: the site answers 503")
    report("bj", SiteCounts(), "首页 没有链接")

    entries = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(entry["site"], entry["event"], entry["new"], entry["failed"]) for entry in entries] == [
        ("ha", "new", 1, 0),
        ("sh", "failed", 0, 2),
        ("bj", "note", 0, 0),
    ]
    assert entries[0]["text"] == "麦收[31m时节"
    assert entries[2]["text"] == "首页 没有链接"


def test_terminal_gets_a_line_per_edition_that_has_something_to_tell() -> None:
    terminal = Terminal()

    with progress(["ha", "sh", "bj"], terminal) as report:
        report("ha", SiteCounts(listings=3, archived=14), "new 麦收时节")
        report("sh", SiteCounts(failed=1), "rests until 2024-05-06 10:00")

    shown = terminal.getvalue()
    assert "河南" in shown and "listed 3" in shown and "new 14" in shown and "麦收时节" in shown
    assert "上海" in shown and "rests until" in shown
    assert "北京" not in shown


def test_stream_that_is_no_terminal_gets_the_log() -> None:
    stream = io.StringIO()

    with progress(["ha"], stream) as report:
        report("ha", SiteCounts(), "listed https://www.ha.chinanews.com.cn/")

    assert json.loads(stream.getvalue())["event"] == "listed"
