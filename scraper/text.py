"""Text that comes from pages: folding its blanks, and making it safe to print. And moments, as people read them."""

import re
from datetime import UTC, datetime, timedelta, timezone

# Zero-width characters and controls that no reader sees; \t \n \r are blanks. `str.isprintable` is
# false for each of them, and true for nearly every text: a look that is cheaper than this pattern.
_UNSEEN = re.compile("[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u200b\u2060\ufeff]")
_SEEN = re.compile("[^\\s\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u200b\u2060\ufeff]")
_UNSAFE = re.compile("[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def fold(text: str) -> str:
    """One line: unseen characters dropped, runs of blanks made one space, ends trimmed.

    >>> fold("　　运行态势良好　　发展后劲十足\\xa0 ")
    '运行态势良好 发展后劲十足'
    """
    # To `split`, U+3000 (the full-width space), U+00A0 and U+2000–200A are blanks, too.
    folded = " ".join(text.split())
    return folded if folded.isprintable() else " ".join(_UNSEEN.sub("", text).split())


def squeeze(text: str) -> str:
    """The text without any blank: for comparing, never for showing.

    >>> squeeze("图为 黄河　大堤")
    '图为黄河大堤'
    """
    squeezed = "".join(text.split())
    return squeezed if squeezed.isprintable() else "".join(_UNSEEN.sub("", text).split())


def is_blank(text: str) -> bool:
    """Whether a reader sees nothing of it.

    >>> is_blank("\\u3000\\n\\u200b"), is_blank("\\u3000字")
    (True, False)
    """
    return _SEEN.search(text) is None


def safe(text: str) -> str:
    """The text without anything that moves a terminal's cursor, recolours or reorders it.

    >>> safe("\\x1b[31m红\\u202e字\\n")
    '[31m红字'
    """
    return _UNSAFE.sub("", text)


def safe_block(text: str) -> str:
    """As `safe`, over several lines: newlines and tabs stay.

    >>> safe_block("一\\n\\n二\\x07\\t三")
    '一\\n\\n二\\t三'
    """
    return "\n".join("\t".join(safe(cell) for cell in line.split("\t")) for line in text.split("\n"))


def escaped(text: str) -> str:
    """JSON that a terminal may see: what `safe` leaves out is written as an escape, which reads back the same.

    The newlines and tabs between its parts stay as they are.

    >>> escaped('{"title":\\n"红\\u202e字\\x9b"}') == '{"title":\\n"红' + chr(92) + 'u202e字' + chr(92) + 'u009b"}'
    True
    """
    return _UNSAFE.sub(lambda found: found[0] if found[0] in "\n\t" else f"\\u{ord(found[0]):04x}", text)


BEIJING = timezone(timedelta(hours=8))


def beijing(moment: datetime | str, *, said: bool = True) -> str:
    """A moment on a person's screen: Beijing's time, as in the news themselves, and said so; files and JSON have UTC.

    Without `said` where a heading says it.

    >>> beijing("2024-05-06T01:30:00.000+00:00"), beijing("2024-05-06T01:30:00.000+00:00", said=False)
    ('2024-05-06 09:30 Beijing time', '2024-05-06 09:30')
    """
    try:
        when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    except ValueError:  # what another program left in the archive
        return safe(str(moment))
    return f"{when.astimezone(BEIJING):%Y-%m-%d %H:%M}{' Beijing time' if said else ''}"


def minutes_of(day: str) -> tuple[str, str]:
    """The first and the last minute, in UTC, of a day, month or year as Beijing counts it.

    >>> minutes_of("2024-05-06"), minutes_of("2024-02"), minutes_of("2024")
    (('2024-05-05T16:00', '2024-05-06T15:59'), ('2024-01-31T16:00', '2024-02-29T15:59'), ('2023-12-31T16:00', '2024-12-31T15:59'))
    """
    year, month, number = (*map(int, day.split("-")), 0, 0)[:3]
    try:
        first = datetime(year, month or 1, 1, tzinfo=BEIJING) + timedelta(days=max(number, 1) - 1)
        next_month = first.replace(year=year + month // 12, month=month % 12 + 1)
        end = first + timedelta(days=1) if number else next_month if month else first.replace(year=year + 1)
    except (ValueError, OverflowError):  # the years 0 and 9999 are nobody's
        return day, day
    return _minute(first), _minute(end - timedelta(minutes=1))


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}"


def counted(number: int, thing: str) -> str:
    """
    >>> counted(1, "body"), counted(2, "body"), counted(0, "capture")
    ('1 body', '2 bodies', '0 captures')
    """
    if number == 1:
        return f"1 {thing}"
    return f"{number} {thing[:-1]}ies" if thing.endswith("y") else f"{number} {thing}s"


def sized(size: int) -> str:
    """Bytes as a person reads them.

    >>> sized(4_718_592), sized(75_900_000_000), sized(900)
    ('4.7 MB', '75.9 GB', '0.9 kB')
    """
    for unit, scale in (("GB", 1e9), ("MB", 1e6)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size / 1e3:.1f} kB"
