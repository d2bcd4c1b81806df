"""Pages that say with status 200 that there is none, and pages that only speak of such."""

import pytest

from scraper.extract.absent import says_absent
from tests.pages import fixtures

ABSENT = [
    "<title>404</title><h1>404</h1>",
    "<title>404 Not Found</title>",
    "<title>页面不存在_中新网天津</title><p>返回首页</p>",
    "<title>中新网</title><h2>您访问的页面不存在</h2>",
    "<title>中新网</title><p>抱歉，您要查看的文章已被删除。</p>",
    "<title>提示信息</title><div>您所请求的网页找不到了，3秒后返回首页</div>",
    "<title>中新网</title><p>该信息不存在！</p><script>location='/'</script>",
    '<meta http-equiv="refresh" content="0;url=/">',
    '<meta http-equiv="Refresh" content="3; URL=https://www.tj.chinanews.com.cn/index.shtml">',
]
PRESENT = [
    "",
    "<title>要闻</title><ul><li><a href='/1.shtml'>老桥重修</a></li></ul>",
    "<title>市民反映网站404 多个部门回应</title><p>" + "溪口镇的老桥重修完工。" * 60 + "页面不存在。</p>",
    "<title>溪口老桥404块青石铺成</title><p>短讯。</p>",
    '<meta http-equiv="refresh" content="0;url=/news/2024/0506/2.shtml">',
    "%PDF-1.7",
]


@pytest.mark.parametrize("page", ABSENT)
def test_a_page_that_says_there_is_none(page: str) -> None:
    assert says_absent(f"<html>{page}</html>".encode())
    assert says_absent(f"<html>{page}</html>".encode("gb18030"), content_type="text/html; charset=gb2312")


@pytest.mark.parametrize("page", PRESENT)
def test_a_page_that_does_not(page: str) -> None:
    assert not says_absent(page.encode())


def test_no_fixture_is_taken_for_an_absent_page_but_those_that_are() -> None:
    taken = [fixture.name for fixture in fixtures() if "error" not in fixture.expected and says_absent(fixture.raw)]

    assert taken == []
