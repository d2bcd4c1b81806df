"""What a page asks its readers to do: 点击上方音频收听, 左右滑动查看更多, 下载客户端参与讨论. No story tells that in a line of its own."""

import re

_LONGEST = 48
_OPENING = r"[^\w“\"《]*"
"""Arrows, signs and brackets."""
_DOING = (
    r"点击|点按|轻触|轻点|戳|打开|下载|扫码|扫一扫|扫描|长按|识别|(?:左右|上下|向[左右上下])?滑动|收听|收看|订阅|关注|登[录陆]|拨打|转发|分享"
    r"|点个|点亮|加入|进入|查看|问问?\s*AI|立即|马上"
)
_THING = re.compile(
    r"客户端|APP|App|app|二维码|大图|原图|高清|音频|语音|视频|直播|全文|评论|讨论|热线|频道|专题|图集|组图|小程序|公众号|微信|微博|朋友圈|蓝字|早报|晚报|邮箱"
    r"|关注|更多|下一篇|收听|(?<![A-Za-z])AI|手机版|点赞|在看|社群|粉丝群"
)
"""What is touched or followed, named behind the word for doing it: 关注春耕 is a heading."""
_PROMPT = re.compile(rf"{_OPENING}(?:请|快来|欢迎|现在)?(?:{_DOING})(?P<what>[^。！]*)")
_MORE = re.compile(rf"{_OPENING}(?:了解|获取|查看|阅读)?更多[^，。]{{0,8}}[，,]?(?:敬?请|欢迎)[^。]*。?")
_ASKS_MACHINE = re.compile(rf"{_OPENING}(?:问问?|追问)\s*AI[^。]*", re.I)
_LOADING = re.compile(r"[（(【\[]?(?:视频|图片|音频|内容|页面|正在|努力)*加载中?[^。]{0,30}[)）】\]]?")
_VOICE = re.compile(r"(?:语速|音色|音量|倍速|男声|女声|[\d.]{1,4}\s*x|正常|标准|\s)+", re.I)
_POLL = re.compile(r"[^。]{0,16}已?有\s*\d+\s*[位名]?(?:人|网友)?(?:参与|投票|评论|支持)[^。]{0,12}")
_INTEREST = re.compile(r"[您你](?:可能|也许)(?:还|也)?会?(?:对.{0,8})?(?:感兴趣|喜欢)的?.{0,6}[:：]?")
_RIGHTS = re.compile(
    r"[(（][^()（）。]{0,24}(?:未经|许可|授权)[^()（）。]{0,12}(?:不得|禁止|请勿|严禁)[^()（）]{0,16}[)）]"
)


def is_prompt(text: str) -> bool:
    """Whether a line, which is no heading, asks the reader to touch, load, follow or listen to something.

    >>> [is_prompt(text) for text in ("← 左右滑动查看更多 →", "打开掌上海南，收听本文语音版", "下载量三年翻了一番")]
    [True, True, False]
    """
    if len(text) > _LONGEST:
        return False
    if any(pattern.fullmatch(text) for pattern in (_POLL, _INTEREST)):
        return True
    if _MORE.fullmatch(text) or _LOADING.fullmatch(text) or _RIGHTS.fullmatch(text) or _ASKS_MACHINE.fullmatch(text):
        return True
    if _VOICE.fullmatch(text) and "速" in text:
        return True
    prompt = _PROMPT.fullmatch(text)
    return prompt is not None and _THING.search(prompt["what"]) is not None
