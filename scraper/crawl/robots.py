"""robots.txt of every host: read once a day, obeyed, on the safe side where servers fail.

4xx means there are no rules. A server error or an unreachable host means
stay away, unless a copy not older than a day says otherwise (RFC 9309
§2.3.1.4). There is no way to ignore it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scraper.crawl.rules import Rules, parse_rules
from scraper.errors import FetchError, Forbidden
from scraper.models import Capture

AGENT = "chinanews-scraper"
"""Our product token: what groups of rules are matched against."""
MAX_BYTES = 512 * 1024
"""RFC 9309 §2.5 asks for at least 500 KiB; what is longer is not read on."""
FRESH = timedelta(hours=24)
LONGEST_DELAY = 300.0


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """robots.txt of a host as last read. `status` is 0 when the host could not be reached."""

    host: str
    status: int
    text: str
    read_at: datetime
    why: str = ""
    """Why it could not be had, where it was tried in this crawl."""

    @property
    def is_good(self) -> bool:
        return self.status < 500 and self.status != 0


class Robots:
    """The rules of every host met in a crawl; read once, remembered a day."""

    def __init__(
        self,
        agent: str,
        read: Callable[[str], Awaitable[Capture]],
        *,
        known: dict[str, RobotsFile] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._agent = agent
        self._read = read
        self._now = now
        self._files: dict[str, RobotsFile] = dict(known or {})
        self._parsed: dict[str, Rules] = {}
        self.fresh: dict[str, RobotsFile] = {}
        """Files read in this crawl, for the archive to keep."""

    async def permit(self, url: str) -> None:
        """Raise `Forbidden`, with the reason and the line that decided, where the host's rules keep us out."""
        host = urlsplit(url).netloc
        file = await self._file(host)
        if not file.is_good:
            reason = (
                f"answers {file.status}" if file.status else "can't be reached" + (f" ({file.why})" if file.why else "")
            )
            raise Forbidden(
                f"robots.txt of {host} {reason}, so nothing is fetched from there now", url=url, whole_host=True
            )
        rules = self._rules(file)
        rule = rules.deciding(_path(url))
        if rule is not None and not rule.allows:
            raise Forbidden(
                f"robots.txt of {host} disallows {urlsplit(url).path or '/'} (line {rule.line})",
                url=url,
                rule=rule.line,
            )
        if rules.delay > LONGEST_DELAY:
            raise Forbidden(
                f"robots.txt of {host} asks for {rules.delay:.0f} s between requests, more than"
                f" {LONGEST_DELAY:.0f} s: the host is skipped (line {rules.delay_line})",
                url=url,
                rule=rules.delay_line,
                whole_host=True,
            )

    def delay(self, host: str) -> float:
        """Seconds between requests that the host asks for, 0 without any. Known only after `permit`."""
        file = self._files.get(host)
        return self._rules(file).delay if file and file.is_good else 0.0

    def sitemaps(self, host: str) -> tuple[str, ...]:
        """Addresses behind the `Sitemap:` lines of a host, as written. Known only after `permit`."""
        file = self._files.get(host)
        return self._rules(file).sitemaps if file and file.is_good else ()

    def _rules(self, file: RobotsFile) -> Rules:
        if file.host not in self._parsed:
            self._parsed[file.host] = parse_rules(file.text if file.status < 300 else "", self._agent)
        return self._parsed[file.host]

    async def _file(self, host: str) -> RobotsFile:
        known = self._files.get(host)
        # Whoever is busy has said nothing about rules: the next crawl asks again.
        says = known is not None and known.is_good and known.status != 429
        if known and self._now() - known.read_at < FRESH and (says or host in self.fresh):
            return known
        fresh = await self._fetch(host)
        if not fresh.is_good and known and known.is_good and self._now() - known.read_at < FRESH:
            return known
        self._files[host] = self.fresh[host] = fresh
        self._parsed.pop(host, None)
        return fresh

    async def _fetch(self, host: str) -> RobotsFile:
        try:
            capture = await self._read(f"https://{host}/robots.txt")
        except FetchError as error:
            return RobotsFile(host, 0, "", self._now(), why=str(error)[:200])
        # A BOM in front of the first line would hide it from the parser, and allow everything; so would NULs.
        text = _whole_lines(capture.body).decode("utf-8-sig", "replace").replace("\0", "")
        return RobotsFile(host, capture.status, text, self._now())


def _whole_lines(body: bytes) -> bytes:
    """As much as is read, less the line that is cut off there: half an `Allow` would allow more than the whole one."""
    if len(body) < MAX_BYTES:
        return body
    read = body[:MAX_BYTES]
    return read[: max(read.rfind(b"\n"), read.rfind(b"\r")) + 1]


def _path(url: str) -> str:
    """What rules are compared with: path and query."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def rule_for(text: str, status: int, url: str, agent: str) -> tuple[bool, str]:
    """Whether a kept robots.txt allows an address, and the line that says so ("" when none does).

    For `why` and `doctor`, which have only what the archive kept.
    """
    rule = parse_rules(text if status < 300 else "", agent).deciding(_path(url))
    return (True, "") if rule is None else (rule.allows, rule.line)
