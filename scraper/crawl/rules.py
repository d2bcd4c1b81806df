"""The language of robots.txt (RFC 9309): which line of it decides about an address.

Written here rather than taken from a library because an archive has to say
which line kept it out, and because protego 0.7 reads some files more freely
than the RFC: `User-agent: chinanews-scraper/1.0` is not found to be ours,
`User-agent: chinanews` is, `Allow: /index.html` also allows `/`, and a line of
no meaning between two `User-agent` lines parts the group (§2.2.4 forbids it).
Reads text only; where it comes from and how long it holds is `robots`'s.
"""

import math
import re
from dataclasses import dataclass
from urllib.parse import quote

# Spellings that Google's parser takes for what they mean; refusing to understand one would let us in.
_USER_AGENT = ("user-agent", "useragent", "user agent")
_DISALLOW = ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw")
_ALLOW = ("allow",)
_DELAY = ("crawl-delay", "crawl delay", "crawldelay")
_RATE = ("request-rate", "request rate")
_SITEMAP = ("sitemap", "sitemaps", "site-map")
_LINE_END = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"[A-Za-z_-]+")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST_LINE = 16_664
"""Characters; RFC 9309 knows no limit, Google's parser reads 2,083 × 8 of a line."""


@dataclass(frozen=True, slots=True)
class Rule:
    allows: bool
    pattern: str
    """As it is compared: escapes made equal."""
    line: str
    """As it stands in robots.txt, with its number in front."""

    def matches(self, path: str) -> bool:
        return _matches(self.pattern, path)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to one program."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0
    """Seconds between requests: Crawl-delay, or what a Request-rate comes to."""
    delay_line: str = ""
    sitemaps: tuple[str, ...] = ()

    def deciding(self, path: str) -> Rule | None:
        """The longest rule that matches a path with its query, of equal ones the one that allows (§2.2.2)."""
        compared = _normal(path)
        found = [rule for rule in self.rules if rule.matches(compared)]
        return max(found, key=lambda rule: (len(rule.pattern), rule.allows), default=None)


def parse_rules(text: str, agent: str) -> Rules:
    """The rules for a product token; those for `*` where no group names it."""
    groups: dict[str, _Group] = {}
    current: list[_Group] = []
    naming = False
    sitemaps: list[str] = []
    for number, line in enumerate(_LINE_END.split(text), 1):
        field, value = _field(line)
        if field in _USER_AGENT:
            # Lines of names in a row share what follows; groups of the same name are one (§2.2.1).
            current = current if naming else []
            current.append(groups.setdefault(_product(value), _Group()))
            naming = True
        elif field in _ALLOW or field in _DISALLOW or field in _DELAY or field in _RATE:
            naming = False
            for group in current:
                group.add(field, value, f"{number}: {line.strip()[:300]}")
        elif field in _SITEMAP and value:
            sitemaps.append(value)
    group = groups.get(agent.lower()) or groups.get("*") or _Group()
    return Rules(tuple(group.rules), group.delay, group.delay_line, tuple(dict.fromkeys(sitemaps)))


class _Group:
    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.delay = 0.0
        self.delay_line = ""

    def add(self, field: str, value: str, line: str) -> None:
        if field in _DELAY or field in _RATE:
            seconds = _seconds(value) if field in _DELAY else _per_request(value)
            if seconds > self.delay:
                self.delay, self.delay_line = seconds, line
        elif value:  # `Disallow:` with nothing behind it forbids nothing
            self.rules.append(Rule(field in _ALLOW, _normal(value if value[0] in "/*" else f"/{value}"), line))


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line[:_LONGEST_LINE].partition("#")[0].partition(":")
    return (name.strip(" \t\ufeff\ufffd").lower(), value.strip()) if colon else ("", "")


def _product(value: str) -> str:
    """The product token of a User-agent line: what stands before a version (§2.2.1)."""
    token = _TOKEN.match(value)
    return token[0].lower() if token else value[:1]


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _per_request(value: str) -> float:
    """Seconds a request of a Request-rate.

    >>> _per_request("1/10"), _per_request("30/1m 0600-0845"), _per_request("often")
    (10.0, 2.0, 0.0)
    """
    found = re.match(r"(\d{1,6})/(\d{1,6})([smhd]?)", value)
    if found is None or int(found[1]) == 0:
        return 0.0
    return int(found[2]) * _UNITS[found[3] or "s"] / int(found[1])


def _normal(path: str) -> str:
    """One spelling for all ways to escape a path: what needs no escape has none, what needs one has it in capitals.

    An escaped `*` or `$` stays escaped, so that it is no wildcard.

    >>> _normal("/新闻/%7eli/%2a"), _normal("/a%2fb c")
    ('/%E6%96%B0%E9%97%BB/~li/%2A', '/a%2Fb%20c')
    """
    whole = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", path)
    plain = re.sub(r"%([0-9A-Fa-f]{2})", _unescaped, whole)
    return quote(plain, safe="/%:?#[]@!$&'()*+,;=-._~\\|^`{}<>\"")


def _unescaped(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    unreserved = character.isascii() and (character.isalnum() or character in "-._~")
    return character if unreserved else escape[0].upper()


def _matches(pattern: str, path: str) -> bool:
    """Whether a pattern with `*` and a closing `$` matches from the start of a path.

    Piece by piece, each at its first place: no pattern makes it slow.
    """
    closed = pattern.endswith("$")
    pieces = re.split(r"\*+", pattern.removesuffix("$"))
    if not path.startswith(pieces[0]):
        return False
    position = len(pieces[0])
    if len(pieces) == 1:
        return not closed or position == len(path)
    *middle, last = pieces[1:]
    for piece in middle:
        found = path.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    if closed:
        return len(path) - len(last) >= position and path.endswith(last)
    return path.find(last, position) >= 0
