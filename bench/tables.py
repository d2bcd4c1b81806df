"""Makes the two data files of the search index from the packages they come from.

`python -m bench.tables` needs opencc and jieba (requirements/bench-search.txt)
and writes scraper/archive/variants.txt and scraper/archive/words.txt.zlib.
What is made from them decides the tokens: after a change raise tokens.VERSION.
"""

import unicodedata
import zlib
from pathlib import Path

_ARCHIVE = Path(__file__).resolve().parent.parent / "scraper" / "archive"
_HAN = ((0x2E80, 0x2FDF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_CONVERSIONS = ("t2s", "tw2s", "hk2s")


def variants() -> str:
    """One line for each simplified character: itself, then what is read as it."""
    import opencc

    converters = [opencc.OpenCC(name) for name in _CONVERSIONS]
    found: dict[str, list[str]] = {}
    for first, last in _HAN:
        for character in map(chr, range(first, last + 1)):
            if unicodedata.normalize("NFKC", character) != character:
                continue
            simple = character
            for converter in converters:
                simple = converter.convert(simple)
            if simple != character:
                found.setdefault(simple, []).append(character)
    return "".join(f"{simple}{''.join(others)}\n" for simple, others in sorted(found.items()))


def words() -> bytes:
    """The dictionary words of four to eight characters, folded, sorted and compressed.

    Those of four are the first line, without anything between them; each
    other, and those with a character beyond U+FFFF, is a line of its own.
    """
    import jieba

    from scraper.archive.folding import units

    dictionary = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8")
    folded = {units(line.split(" ")[0]) for line in dictionary.splitlines()}
    kept = sorted(word for word in folded if 4 <= len(word) <= 8 and all(ord(c) >= 0x3400 for c in word))
    fours = [word for word in kept if len(word) == 4 and max(word) <= "\uffff"]
    others = sorted(set(kept).difference(fours))
    return zlib.compress("\n".join(["".join(fours), *others]).encode(), 9)


if __name__ == "__main__":
    (_ARCHIVE / "variants.txt").write_text(variants(), "utf-8")
    (_ARCHIVE / "words.txt.zlib").write_bytes(words())
