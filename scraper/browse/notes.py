"""What a query was read as, told in the visitor's language: `archive.query` notes it in English."""

import re

from scraper.browse.words import Words

_CHINESE = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        (r"only the first (\d+) characters were read", r"只读了前 \1 个字"),
        (r"with nothing else to look for, - was read as a hyphen", "没有别的词，“-”当作连字符"),
        (r"an OR or NOT at the end joins nothing; it was left out", "末尾的 OR 或 NOT 后面没有词，略去"),
        (r"brackets more than (\d+) deep were read over", r"括号超过 \1 层，多出的略去"),
        (r"a bracket that was not closed ends with the query", "有括号没有合上，当作在末尾合上"),
        (r"a quotation mark without its other half was read over", "有引号不成对，略去"),
        (r"(\w+) was read as a word; the operator is (\w+)", r"\1 当作词语；运算写作大写 \2"),
        (r"(?s)(.*) has no letter, digit or character; it was left out", r"“\1”没有可检索的字，略去"),
        (r"(?s)no edition is called (.*)", r"没有叫“\1”的地方版"),
        (r"(?s)(.*) is no year, month or day; it was left out", r"“\1”不是年、月或日，略去"),
    )
)


def told(note: str, t: Words) -> str:
    """One note.

    >>> told("a quotation mark without its other half was read over", Words("zh"))
    '有引号不成对，略去'
    """
    if t.language == "zh":
        for english, chinese in _CHINESE:
            if found := english.fullmatch(note):
                return found.expand(chinese)
    return note
