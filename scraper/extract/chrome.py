"""What is furniture wherever it stands: share bars, pagers, footers, the heads of what follows a story."""

import re

from scraper.extract.labels import names_only_staff, plain, remembered, with_colon, without_editor

_CHROME = re.compile(
    r"^(?:"
    r"【?\s*[↑↓]?(?:字体|字号)\s*(?:[:：].{0,40}|[大中小A+\s-]*)"
    r"|(?:[大中小]号?字体\s*){1,3}"
    r"|(?:[\[(（【]?\s*(?:放大字体|缩小字体|打印(?:稿件|本页)?|关闭窗口|关闭|纠错|我要(?:纠错|投稿)|收藏本页|返回顶部|返回首页)\s*[\])）】]?\s*){1,6}"
    r"|分享(?:到|至)\s*[:：]?.{0,24}|分享(?:给|让)(?:更多|好友|朋友|大家)[^，。]{0,16}|分享\s*[:：].{0,24}|分享(?:\s*(?:微博|微信|QQ|空间|朋友圈).{0,16})?"
    r"|(?:用?手机|微信|请)?(?:用|使用|打开)?(?:微信|手机)?(?:扫一扫|扫码|扫描二维码|扫描|扫二维码)[，,\s]{0,2}(?:用|在|到)?(?:手机|微信|移动端)[^。]{0,16}"
    r"|(?:手机|移动端|微信)(?:版|端)?(?:扫一扫|扫码|扫描|看新闻|阅读|访问)[^。]{0,16}"
    r"|.{0,8}扫一扫(?:[^，。]{0,8}(?:分享|关注|下载|朋友圈)[^，。]{0,12})?|扫描[^，。]{0,16}二维码[^，。]{0,16}|微信扫.{0,20}"
    r"|打开微信.{0,30}(?:扫一扫|朋友圈|发现).{0,30}|请点击右上角.{0,40}|使用[“\"]?扫一扫.{0,30}"
    r"|(?:(?:参与互动|我要评论|我来说两句|发表评论|查看评论|查看全部评论|网友评论|最新评论|我要纠错|评论)\s*(?:[(（>].{0,40}?[)）]?)?\s*){1,4}"
    r"|(?:>{1,3}\s*)?更多精彩内容.{0,24}|.{0,4}进入.{1,8}频道.{0,4}"
    r"|[【\[(（]?点击(?:查看|进入|浏览|看)?(?:其[它他]|更多|高清|全部|此处|下)?(?:图片|一页|大图|原图|图集|更多|详情|专题)[】\])）]?.{0,2}"
    r"|注\s*[:：]\s*请在转载.{0,60}|.{0,10}转载[，,]?请注明.{0,30}|(?:版权|免责|特别|郑重)声明\s*[:：].*|[【\[](?:版权|免责|特别|郑重)声明[】\]].*"
    r"|凡标注有.{2,16}字样的.*|声明\s*[:：].*(?:版权|转载).*|凡(?:本[网站]|是)?(?:注明|标注|署名).*|(?:上一?|下一?|前一?|后一?)[篇条](?:新闻|文章)?\s*[:：].{0,80}|[①②③④]\s*(?:凡|转载|如因|如有|如本|本网|未经).*"
    r"|[(（]?.{0,12}对文中陈述、?观点判断保持中立.*"
    r"|如因作品内容、版权.{0,60}|[^。]{0,24}(?:仅|只|并不|不)代表(?:作者|网友|其|个人|本人|本[网站台报刊社平]|平台)[^。]{0,40}(?:观点|看法|立场|意见|无关)[^。]{0,30}。?|以下留言仅代表.{0,20}"
    r"|[^。]{0,12}版权(?:归|属)[^。]{2,24}(?:所有)?[，,\s]{1,2}[^。]{0,8}(?:转载|授权|摘编)[^。]{0,24}。?"
    r"|[(（]?[^，。]{0,16}客户端\s*(?:扫码|点击|立即)?下载[)）]?|(?:[^，。]{0,8}[，,\s])?请?点(?:个|击)?[^，。]{0,4}(?:在看|赞|好看)[^。]{0,12}"
    r"|手机登陆中新网.{0,40}|(?:请|欢迎|长按|扫码)?关注[^，。]{0,12}(?:微信|公众号|微博|客户端)[^，。]{0,12}"
    r"|(?:(?:微信)?扫码|扫一扫|扫描(?:上方|下方)?二维码|长按(?:识别)?)[^。]{0,8}(?:关注|下载|阅读|收看)[^。]{0,24}"
    r"|(?:敬请|欢迎|请|长按|扫码|微信|识别|扫描|添加)?关注[^，。]{0,20}(?:微信|公众号|微博|抖音|快手|视频号|客户端|头条号|官方账号)[^。]{0,24}"
    r"|(?:想?(?:看|了解|获取))?更多[^，。]{0,10}(?:内容|资讯|新闻|精彩)[，,\s]{0,2}(?:敬?请|欢迎)?(?:您)?(?:扫码|扫描|登[录陆])?(?:下载|关注|扫码|点击|登[录陆]|打开)[^。]{0,30}"
    r"|(?:点击|立即|扫码|扫描二维码)?(?:下载|打开)[^，。]{0,14}(?:客户端|APP|app)(?:[，,\s][^。]{0,24}|(?:阅读|查看|看)[^，。]{0,12})?"
    r"|(?:点击)?(?:展开|阅读|查看|显示|余下)(?:全文|更多|剩余|其余|完整)[^，。]{0,10}|(?:长按|扫描|识别)[^，。]{0,8}二维码[^。]{0,30}"
    r"|(?:点击)?(?:左下角|下方|文末)?[“\"]?阅读原文[”\"]?[^，。]{0,12}|(?:新闻热线|报料热线|爆料热线|投稿邮箱|投稿信箱|联系邮箱)\s*[:：].{0,60}"
    r"|(?:浏览|点击|阅读|播放|访问|评论|人气)(?:量|数|次数)?\s*[:：]\s*\d*\s*(?:次|人次?|条)?|(?:浏览|点击|阅读|播放|访问)(?:量|数|次数)?\s*\d[\d.,]*\s*[wWkK万千]?\+?\s*(?:次|人次?)?"
    r"|\d+\s*人?(?:次)?(?:觉得)?(?:很赞|点赞|喜欢)|[^。]{0,24}由[^，。]{2,20}(?:主办|承办|协办)"
    r"|(?:[【\[]?AI(?:摘要|总结|速览|导读)[】\]]?\s*[:：]?|.{0,40}由(?:大模型|AI|人工智能)(?:自动)?(?:生成|提炼|总结)[^。]{0,20}。?)"
    r"|点击(?:观看|播放)(?:视频|直播).{0,4}|(?:[AT]\s*[+-]?\s*){2,3}|举报(?:/反馈)?"
    r"|(?:点击)?(?:收?听|朗读|播放|语音播报)(?:新闻|全文|文章|本文|音频|语音|报道|播报)?\s*(?:\d{1,2}:\d\d(?::\d\d)?\s*/?\s*){1,2}|(?:点击)?(?:收?听|朗读)(?:全文|文章|本文|音频)|语音播报|(?:(?:自动|手动)刷新|正序|倒序|刷新|只看主持人|\s)+"
    r"|\d\d:\d\d\s*/\s*\d\d:\d\d|(?:\d\d:\d\d\s*/?\s*){1,2}(?:听新闻|朗读|播放)|听新闻"
    r"|(?:(?:点赞|收藏|转发|分享|评论|在看)\s*){2,5}"
    r"|(?=.*(?:\d|打赏|赞赏))(?:(?:阅读|浏览|点赞|赞|在看|收藏|转发|分享|评论|留言|喜欢|打赏|赞赏)\s*[(（]?\s*(?:\d[\d.,]*\s*[wWkK万千]?\+?)?\s*[)）]?\s*[┆|｜丨·]?\s*){2,6}"
    r"|(?:赞|在看|点赞|喜欢|打赏|赞赏)\s*\d[\d.,]*\s*[wWkK万千]?\+?|[¥￥]?\s*(?:打赏|赞赏)(?:支持|作者)?|预览时标签不可点"
    r"|[↑▲☝👆\s]*(?:点击|点|戳)?(?:上方|下方|右上方|左上方)?[“\"]?蓝(?:色)?字[”\"]?.{0,4}关注.{0,30}|点个?[“\"]?(?:在看|赞).{0,24}|点击进入.{0,6}专题.{0,30}"
    r"|(?:收?听|朗读)(?:全文|文章|本文|新闻)?\s*[|｜·]?\s*约?\s*\d{1,3}\s*分钟|(?:全文|本文)?\s*[共约]{0,2}\s*\d+\s*字\s*[，,|｜·]?\s*(?:预计|大约)?阅读[^，。]{0,6}\d+\s*分钟"
    r"|(?:(?:A\s*[+-]|[大中小]|收藏|分享|打印|评论|转发|点赞|举报|纠错|关闭)\s*){2,8}|[+＋]?\s*已?关注(?:他|她|TA|作者|我们)?"
    r"|[\[【(（]?(?:本文|文章)?原(?:标题|题)[目]?(?:\s*[:：]|为).{2,80}"
    r"|本文(?:网址|链接|地址)\s*[:：].*|[-—=\s]*(?:THE\s*)?END[-—=\s]*"
    r"|[\[【(（]?广告[\]】)）]?(?:\s.{0,40})?|(?:标签|关键词|TAGS?)\s*[:：].{0,80}"
    r"|(?:(?:查看原图|幻灯播放|全屏观看|自动播放|图集列表|返回图集|高清大图)\s*)+(?:支持键盘.{0,16})?"
    r"|(?:(?:上一?篇|下一?篇|放大|缩小|默认)\s*){2,6}|[-=_*—~]{4,}|[\d\s:-]{8,20}报时|(?:\[?(?:评论|转发|收藏|分享)(?:[(（]\d+[)）])?\]?\s*){1,4}"
    r"|.{0,16}(?:分社|新闻网|中新网)\s*(?:制作|技术|网站)(?:维护|支持|制作).{0,4}"
    r"|【?更多图片】?|加载更多|复制链接|我来说两句.{0,20}|责任校对\s*[:：].{0,20}"
    r"|(?:(?:阅读|浏览|评论|收藏|转载|喜欢|打印|举报|分享|点赞)\s*[(（]\d+[)）]\s*[┆|｜丨·]?\s*){1,6}|时长\s*[:：]?\s*(?:\d{1,2}[:：]){1,2}\d\d|(?:音频|视频)?文字稿|[\"“”]?\s*←\s*→\s*[\"“”]?.{0,16}翻页|全屏观看|查看原图|查看图片列表"
    # The video player's own words, which saved pages hold as text.
    r"|(?:(?:播放|暂停|静音|全屏|重播|倍速|清晰度|[\d.]{1,4}x)\s*){1,8}"
    r"|(?:Mute|Chapters|Descriptions|Subtitles|Captions|Audio Track|Playback Rate|Text|Background|Window|Font Size|"
    r"Font Family|Text Edge Style|Caption Settings Dialog|Fullscreen|Play|Pause)"
    r"|(?:Current Time|Duration Time|Remaining Time|Loaded|Progress|Stream Type|ColorTransparency|descriptions off|"
    r"subtitles off|captions (?:off|settings)|This is a modal window|Beginning of dialog window|End of dialog window).{0,200}"
    r"|.{0,6}(?:看完|读完|看过)(?:此|这|本)(?:条|篇)?(?:新闻|文章|稿件|报道).{0,16}(?:感觉|心情|感受).{0,8}"
    r"|(?:(?:感动|高兴|难过|同情|愤怒|无聊|搞笑|新奇|支持|震惊|路过|流泪|超赞|点赞|顶|踩|赞)\s*[(（]?\d+[)）]?\s*){1,10}"
    r"|(?:(?:路过|雷人|握手|鲜花|鸡蛋)\s*){2,5}|路过|雷人|我有话说"
    r"|(?:关于我们|联系我们|举报中心|网站地图|招聘信息|法律声明|广告服务|留言反馈|About us|(?:网站|本站)?(?:简介|声明|导航)|(?:版权|免责|隐私)(?:声明|条款|政策|保护)|版面导航|标题导航)"
    r"|(?:(?:分享[到至]?|QQ空间|QQ好友|新浪微博|腾讯微博|网易微博|人人网|开心网|豆瓣|微信|朋友圈|微博|QQ|更多)[\s:：]*){2,12}"
    r"|已(?:是|到)最后一[张页].{0,10}|再看一遍|重新(?:播放|浏览)|(?:来源网站|关键[字词])\s*[:：]?.{0,80}"
    r"|(?:[\u4e00-\u9fff]{0,4}(?:投稿|来稿|报料|爆料|新闻|编辑|联系|合作|广告|举报|本[网站]|客服)[\u4e00-\u9fff]{0,4})(?:信箱|邮箱)\s*[:：]\s*\S+@\S+"
    r"|[您你]的(?:电子)?(?:邮箱|邮件)(?:地址)?不会被公开.{0,40}|必填项已用.{0,12}"
    r"|(?:简介|视频简介|内容简介|图片说明|标题)\s*[:：]"
    r"|(?:作\s*者|来\s*源|编\s*辑|责任编辑|摄影|标签|关键词)\s*[:：]"
    r"|[•·|>/\s]{1,40}"
    r")$"
)
_LONGEST_FURNITURE = 400
_PAGER_WORDS = re.compile(
    r"上一页|下一页|上一篇|下一篇|上一张|下一张|首页|末页|尾页|上页|下页|余下全文|全文阅读|(?:在本页)?(?:阅读|显示)全文|[第共]\s*\d+\s*[页条]|第|页"
)
# Each of the words has one of these.
_PAGER_SIGN = re.compile("[页篇张文第条]")
_PAGER_MARKS = re.compile(r"[\d\s>|:：./\[\]()（）<【】…]*")
_FOOTER = re.compile(
    r"不代表中新社|务经书面授权|未经授权禁止转载|违者(?:将)?依法|京ICP|ICP备|公网安备|视听节目许可证|许可证[（(]?\d{5}|"
    r"All Rights? Reserved|Copyright\s*©|总机\s*[:：]\s*\d|不良信息举报|建议.{0,30}分辨率$|浏览.{0,30}分辨率$|"
    r"互联网新闻信息服务许可证|^[^，。]{0,30}版权所有[^。]{0,60}$|^[^。]{0,30}未经(?:本网|本社|书面|本站)?(?:书面)?授权[，,\s]*(?:禁止|不得|请勿|严禁)[^。]{0,40}|主办(?:单位)?\s*[:：].{0,30}(?:分社|技术支持|承办|协办)"
)
# Apart from the others, each of which opens with a character that a search can look out for.
_OPENS_FOOTER = re.compile(
    r"版权所有|(?:常年)?法律顾问\s*[:：]|(?:关于我们|About us).{0,24}(?:联系我们|广告服务)|网站备案|关于我们$"
)
# Every footer has one of these characters, and most lines have none.
_FOOTER_SIGN = re.compile("[代授违I备证R©总举辨版主律关A]")
# What opens the part of the page that is no longer the article.
_AFTERWARDS = re.compile(
    r"^[\s>■●◆·:：【\[=-]*(?:推荐[\s=:：】\]]*$|相\s*关\s*(?:新\s*闻|报\s*道|阅\s*读|链\s*接|专\s*题|文\s*章|推荐|图集|视频)|推荐(?:阅读|新闻|图集|视频|专题)|(?:阅读|图集|组图)推荐|往期(?:推荐|回顾|精选|内容)|猜你喜欢|热门新闻|热门(?:新闻|推荐|图片|点击|排行)|"
    r"正在热播|[\u4e00-\u9fff]{0,6}新闻精选|[\u4e00-\u9fff]{2,4}频道精选|编辑推荐|新闻排行|图片(?:报道|新闻|推荐)|视频(?:推荐|新闻)|热点(?:视频|新闻|推荐|排行)|"
    r"请\s*您\s*评\s*论|网友评论|[为给][您你]推荐|大家都在(?:看|读|搜)|接着(?:看|读)|精彩(?:推荐|图片|视频|图集)|延伸阅读|更多(?:新闻|内容|精彩)|最新(?:新闻|评论)|特别推荐|今日(?:推荐|要闻)|"
    r"每\s*日\s*更\s*新|每日关注|24小时(?:热|排行|新闻)|(?:点击|阅读|一周|本周|今日|周)排行)"
)
_AFTERWARDS_LABEL = re.compile(r"^[\s>■●◆·【\[]*相\s*关\s*(?:新\s*闻|报\s*道|阅\s*读|链\s*接|专\s*题)\s*[:：]")
_LEGAL = re.compile(r"不代表中新社|务经书面授权|未经授权禁止转载|违者(?:将)?依法")


@remembered
def is_chrome(text: str) -> bool:
    """Whether a line is page furniture wherever it stands."""
    if len(text) > _LONGEST_FURNITURE:
        return False
    return _CHROME.match(plain(text)) is not None or is_pager(text) or is_footer(text)


def is_pager(text: str) -> bool:
    """上一页 1 2 3 下一页 and the like; a bare number is none.

    >>> is_pager("第 1 2 页 下一页"), is_pager("[上一页] [1] [2]"), is_pager("100")
    (True, True, False)
    """
    if len(text) > 120 or not _PAGER_SIGN.search(text):
        return False
    rest = _PAGER_WORDS.sub("", text)
    return len(rest) < len(text) and _PAGER_MARKS.fullmatch(rest) is not None


@remembered
def is_footer(text: str) -> bool:
    if len(text) > _LONGEST_FURNITURE:
        return False
    text = plain(text)
    if _FOOTER_SIGN.search(text) and (_OPENS_FOOTER.match(text) or _FOOTER.search(text)):
        return not _tells_of_rights(text)
    return is_contact_line(text)


def _tells_of_rights(text: str) -> bool:
    """Whether a paragraph tells of somebody's rights, and states none: it goes on behind a dash or quotes what was said.

    >>> _tells_of_rights("版权所有，未经授权不得转载——他在照片下方加了这一行字。对方则辩称，照片早已传开，找不到作者。")
    True
    >>> _tells_of_rights("版权所有，未经授权不得转载。违者将依法追究法律责任。")
    False
    """
    return text.count("。") > 1 and _TELLING.search(text) is not None and _SITE_SPEAKS.search(text) is None


_TELLING = re.compile("——|[“”]|(?<!其)[他她](?![人用方处项])|(?<![传学])说(?!明)|辩称")
_SITE_SPEAKS = re.compile(r"本[网站]|中新[社网]|ICP|©|Copyright|许可证|备案|追究|电话\s*[:：]", re.I)


_CONTACT = re.compile(r"(?:地\s*址|电\s*话|热\s*线|传\s*真|邮\s*编|邮\s*箱|信\s*箱|E-?mail|QQ|网\s*址)\s*[:：]", re.I)

_OFFICE = re.compile(r"传\s*真\s*[:：]|邮\s*编\s*[:：]|投稿|新闻热线|报料|编辑部|广告")


@remembered
def is_contact_line(text: str) -> bool:
    """The site's own address and numbers: several labels in a line without a sentence; a notice names one or two.

    >>> is_contact_line("地址：某市解放路8号 电话：0000-88888888 投稿邮箱：a@example.cn")
    True
    >>> is_contact_line("咨询电话：0000-88888888")
    False
    """
    if "。" in text or (":" not in text and "：" not in text):
        return False
    labelled = len(_CONTACT.findall(text))
    return labelled >= 3 or (labelled == 2 and _OFFICE.search(text) is not None)


@remembered
def is_rights_notice(text: str) -> bool:
    return ("授权" in text or "代表" in text or "违者" in text) and _LEGAL.search(text) is not None


@remembered
def opens_afterwards(text: str) -> bool:
    """Whether the line heads what follows an article: related news, rankings, comments."""
    text = plain(text)
    return _AFTERWARDS.match(text) is not None and (len(text) <= 24 or _AFTERWARDS_LABEL.match(text) is not None)


_COMMENTS = re.compile(
    r"^网友\s+\S{2,12}$|^[\s>■●◆·:：【\[-]*(?:(?:网友|最新|热门|精彩|精选|全部|用户|读者|大家|相关)(?:评论|留言|热评|跟帖|点评)|(?:评论|留言|跟帖)(?:列表|区|板)|(?:评论|留言|跟帖)(?=.*\d)|我(?:来|也来|要)说(?:两|几)句)"
    r"\s*(?:列表|区)?\s*(?:[(（\[]?\s*(?:已?有|共)?\s*\d*\s*(?:条|人|个)?(?:评论|留言|参与|跟帖)?\s*[)）\]]?)[\]】:：]?$"
)


@remembered
def opens_comments(text: str) -> bool:
    """Whether the line heads what readers wrote: prose like the story's, and none of it."""
    return len(text) <= 16 and _COMMENTS.match(text) is not None


@remembered
def is_editor_line(text: str) -> bool:
    bare = without_editor(text).strip(" 【】[]()（）.。")
    if not bare or _EMPTY_EDITOR.fullmatch(bare) or names_only_staff(text):
        return True
    return len(text) <= 40 and _EDITOR_OF_MEDIUM.fullmatch(text) is not None


# 溪口日报·溪口新闻编辑：张三
_EDITOR_OF_MEDIUM = re.compile(
    r"[\u4e00-\u9fff·]{1,14}(?:报|网|台|社|端|新闻|视频|传媒|融媒|融媒体|发布|·[\u4e00-\u9fff]{2,6})(?:责任)?编辑\s*[:：]\s*[\u4e00-\u9fff]{2,4}(?:[\s、][\u4e00-\u9fff]{2,4}){0,3}"
)
_EMPTY_EDITOR = re.compile(r"(?:责\s*任\s*)?编\s*辑\s*[|｜丨/／]")


_BRACKETED_LABELS = re.compile(
    r"(?:【\s*(?:来源|作者|编辑|责任编辑|摄影|校对|审核|时间)\s*[:：][^【】]{0,30}】\s*)+"
    r"|(?:所属)?(?:栏目|频道|版面)\s*[:：]\s*\S{2,10}"
    r"|[(（]?(?:稿件|文章)?来\s*源\s*[:：]\s*[^\s，。；:：\d]{2,16}[)）]?"
    r"|(?:作\s*者|撰\s*文)\s*[:：]\s*[\u4e00-\u9fff]{2,4}(?:[\s、，,][\u4e00-\u9fff]{2,4}){0,4}"
    r"|文\s*[/／]\s*[\u4e00-\u9fff·]{2,16}记者\s*[:：]\s*[\u4e00-\u9fff]{2,4}(?:[\s、，,][\u4e00-\u9fff]{2,4}){0,4}"
    r"|(?:(?:原载|出处|整理|选自|摘编|图编|图片编辑)\s*[:：]\s*[^，。；]{2,20}\s*){1,3}"
)


@remembered
def is_label_line(text: str) -> bool:
    """Whether a line is 【来源：X】【作者：Y】 and nothing else: a date line, wherever it stands."""
    # 来源 | 某网
    labelled = with_colon(text) if len(text) <= 40 and _BAR.search(text) else text
    return _BRACKETED_LABELS.fullmatch(plain(labelled)) is not None


_BAR = re.compile("[|｜丨]")


_CLOSING_EDITOR = re.compile(r"【\s*(?:责任)?\s*编辑\s*[:：]")


@remembered
def closes_story(text: str) -> bool:
    """Whether the line carries the 【编辑:X】 that stands below a story, never above it."""
    return len(text) <= 60 and "【" in text and _CLOSING_EDITOR.search(plain(text)) is not None
