"""What a caption says of its picture, and who made or supplied it."""

import re

from scraper.extract.labels import plain, remembered
from scraper.extract.names import NAME_BREAK, is_name
from scraper.extract.people import AGENCY
from scraper.text import fold

_OPENS_CAPTION = re.compile(
    r"^(?:[▲△↑←→▼☝]|图\s*[:：为]|图\d*\s*[:：]|图中|左图|右图|上图|下图|资料图|资料照片|图片说明|[(（]?资料图)"
)
_LABELLED_CREDIT = re.compile(
    r"((?:图片来源|照片来源|图源|来源|摄影|供图|图片提供)\s*[:：/／]\s*[^。，；]{2,40}?|(?:(?<=[\s。，（(])|^)(?:文/)?图\s*[/／]\s*[^。，；]{2,20}?)"
    r"(?:\s*(?:版权作品|版权图片).*)?[。)）\s]*$"
)
_BRACKETED_CREDIT = re.compile(
    r"[(（]((?:[^()（）]{0,20}(?:视频)?截图)|[^()（）]{1,30}(?:摄影|摄|供图|提供)|资料图片?|资料照片)[)）][。\s]*$"
)
_PHOTOGRAPHED = re.compile(r"(?:摄影报道|摄影|摄|制图|绘图|绘)(?=[。)） ]{0,4}$)")
_SUPPLIED = re.compile(
    r"(?:^|[\s。，；！？、：:)）”])([^\s。，；！？、：:)）]{2,30}\s*(?:供图|提供图片|提供照片|图片提供|截图))[。)）\s]*$"
)
# Text says 由…提供 too; as a credit it stands behind a blank, or names the picture.
_PROVIDED = re.compile(
    r"(?:(?:\s|^)([^\s。，；！？由]{2,20}提供)|(?:[\s。，；！？]|^)((?:图片|照片|图)由?[^\s。，；！？]{2,24}提供))[。)）\s]*$"
)
_FROM_FILES = re.compile(r"(资料图片?|资料照片|视频截图|网络图片|网络截图)[。)） ]{0,4}$")
_ROLE_WORD = re.compile(r"(?:记者|通讯员|实习生|[社报网台]|社发|^发|特约)$")


# Every credit has one of these characters, 攝 and 圖 in Hong Kong, and most lines have none.
_CREDIT_SIGN = re.compile("[图圖摄攝绘供源照]")


@remembered
def find_credit(caption: str) -> str | None:
    """Who made or supplied a picture, as its caption prints it.

    >>> find_credit("图为黄河大堤。 杨大勇 摄")
    '杨大勇 摄'
    >>> find_credit("由心理科等共同参与。 复旦大学附属儿科医院供图")
    '复旦大学附属儿科医院供图'
    >>> find_credit("会场一角。中新社记者 张三 摄")
    '中新社记者 张三 摄'
    >>> find_credit("消防员在现场。(视频截图)")
    '视频截图'
    >>> find_credit("孩子们在读书。"), find_credit("影片正在紧张拍摄")
    (None, None)
    """
    found = _credit_in(plain(caption)) if _CREDIT_SIGN.search(caption) else None
    if found is None:
        return None
    at = plain(caption).rfind(found)
    return caption[at : at + len(found)] if at >= 0 else found


def _credit_in(caption: str) -> str | None:
    bracketed = _BRACKETED_CREDIT.search(caption)
    if bracketed:
        return fold(bracketed.group(1))
    taken = _PHOTOGRAPHED.search(caption)
    if taken:
        return _photographer(caption[: taken.start()], caption)
    for pattern in (_LABELLED_CREDIT, _SUPPLIED, _PROVIDED, _FROM_FILES):
        match = pattern.search(caption)
        if match:
            return fold(next(group for group in match.groups() if group))
    return None


def _photographer(before: str, caption: str) -> str | None:
    """The words before 摄 that are names or roles: of `全景 杨大勇 摄` only `杨大勇 摄`."""
    words = re.split(r"(?<=[。，；！？：:)）”])|\s+", before)
    words = [word for word in words if word]
    kept: list[str] = []
    # Set off by a blank, a rare family name is a name too: 。穆清扬 摄.
    if words and before != before.rstrip() and is_name(words[-1]):
        kept.insert(0, words.pop())
    while words and (_is_photographer(words[-1]) or (kept and _ROLE_WORD.search(words[-1]))):
        kept.insert(0, words.pop())
    if not kept:
        return None
    start = _start_of(kept, caption, len(before))
    return fold(caption[start:]).rstrip("。)） ")


def _start_of(words: list[str], caption: str, end: int) -> int:
    for word in reversed(words):
        end = caption.rfind(word, 0, end)
    return end


_BEFORE_NAME = re.compile(rf"^(?:{AGENCY})?(?:发|记者|通讯员|实习生|特约记者)?")


def _is_photographer(word: str) -> bool:
    bare = _BEFORE_NAME.sub("", word)
    names = [name for name in NAME_BREAK.split(bare) if name]
    return bool(names) and all(is_name(name, sure=True) and not name.endswith("拍") for name in names)


@remembered
def opens_caption(text: str) -> bool:
    return _OPENS_CAPTION.match(text) is not None
