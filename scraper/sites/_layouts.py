"""Templates that several editions share.

Evidence marks as in docs/sites.md: REAL (read in the site's own HTML), CODE
(somebody's public scraper), V (one such scraper, March 2020). What is not
REAL may be stale; the label reader takes over where a layout finds nothing.
"""

from scraper.models import Layout

# Main site, and xj since 2026 at the latest. REAL pages of every era, 2001 to 2023.
MAIN_2023 = Layout(
    name="main-2023",
    title="h1.content_left_title",
    meta=".content_left_time",
    body=".left_zw",
    editor=".left_name",
    drop=".adEditor, .left_name, #function_code_page, .adInContent",
    evidence="REAL 2023 (one page)",
)
MAIN_2012 = Layout(
    name="main-2012",
    title="#cont_1_1_2 > h1, #cont_1_1_2 h1",
    meta=".left-time .left-t",
    body=".left_zw",
    editor=".left_name",
    drop=".adEditor, .left_name, #function_code_page, #adhzh, .adInContent",
    evidence="REAL 2012-2021",
)
MAIN_2009 = Layout(
    name="main-2009",
    title=".left_bt",
    meta=".left_time",
    body=".left_zw",
    editor=".left_name",
    drop="#function_code_page, .left_name",
    evidence="REAL 2009-2011",
)
MAIN_2008 = Layout(
    name="main-2008",
    title="#newstext .title0",
    meta="#newstext > .title0 + hr + div",
    body="#newstext #ad0",
    editor="#editor",
    evidence="REAL 2008",
)
MAIN_M_2015 = Layout(
    name="main-m-2015",
    title="#fromapp h1",
    meta=".subtitle",
    body=".content_context",
    drop=".bshare-custom, .fenx_box",
    evidence="REAL 2015-2017",
)
MAIN_M_2014 = Layout(
    name="main-m-2014",
    title="#content_title",
    meta="#content_source",
    body="#fontzoom",
    evidence="REAL 2015-02",
)
MAIN_WAP = Layout(
    name="main-wap",
    title=".newscontent > .title",
    meta=".newscontent > .pubtime",
    body=".newscontent > .content",
    editor=".btpauthor",
    drop=".btpauthor",
    evidence="REAL 2014-2017",
)

# bj and ah. CODE: the class attribute is written with a leading space, " branch_con_text".
BRANCH = Layout(
    name="branch",
    title=".branch_con_title h1",
    meta=".branch_con_title span",
    body=".branch_con_text",
    evidence="V 2020-03",
)
# hi and sd.
BIAOTI = Layout(name="biaoti", title=".biaoti", meta=".suoying", body=".zhenwen", evidence="V 2020-03")
# js and qh.
CONT_TXT = Layout(
    name="cont-txt", title="#cont > h1", meta="#time, #come", body="#txt, #cont > .txt", evidence="V 2020-03"
)
