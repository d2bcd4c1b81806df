"""What a crawl says at its end, which cron puts into a mail."""

from rich.cells import cell_len

from scraper.crawl.options import Outcome, SiteCounts
from scraper.show.summary import WIDTH, summary_lines, summary_table

LONG = "robots.txt of www.sh.chinanews.com.cn asks for 900 s between requests, more than 300 s: the host is skipped"
COUNTS = {
    "hlj": SiteCounts(archived=12_000, failed=3, failures={"timeout": 1, "http-503": 2}),
    "sh": SiteCounts(skipped=1, note=f"{LONG} (line 2: {'x' * 300} \x1b[31m{'中' * 120})"),
    "bj": SiteCounts(skipped=12),
    "ha": SiteCounts(unchanged=4),
}


def test_it_says_why_an_edition_stopped_what_failed_and_what_robots_txt_keeps_us_from() -> None:
    lines = list(summary_lines(Outcome(1, COUNTS, 3)))

    assert lines[0] == "hlj 黑龙江 failed: http-503 2, timeout 1"
    assert lines[1].startswith("sh  上海   stopped: robots.txt of www.sh.chinanews.com.cn asks for 900 s")
    assert lines[-2] == "bj  北京   robots.txt keeps us from 12 pages"
    assert lines[-1].startswith("12000 new articles from 4 editions; more pages failed than")


def test_no_line_is_wider_than_a_mail_and_no_escape_is_in_it() -> None:
    outcome = Outcome(1, COUNTS, 0, stopped_by="SIGTERM")

    lines = [*summary_table(outcome), *summary_lines(outcome)]

    assert len({cell_len(line) for line in summary_table(outcome)}) == 1
    assert max(cell_len(line.rstrip()) for line in lines) <= WIDTH
    assert not any("\x1b" in line for line in lines)
    assert "中" * 30 in "".join(line.strip() for line in lines)
    assert lines[-1].endswith("stopped by SIGTERM, run again to go on")
