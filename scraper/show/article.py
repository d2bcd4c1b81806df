"""An article for reading."""

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from scraper.text import safe, safe_block


def article_text(record: dict[str, Any]) -> RenderableType:
    """An article for reading: head, body with pictures at their place, then where it came from."""
    parts: list[RenderableType] = [Text(safe(record["title"]), style="bold"), _head(record), Text()]
    headings = {section["start"] for section in record["sections"]}
    parts += _pictures(record, -1)
    for index, paragraph in enumerate(record["body"].split("\n\n") if record["body"] else []):
        style = "bold" if index in headings else ""
        parts += [Text(safe_block(paragraph), style=style), Text()]
        parts += _pictures(record, index)
    parts.append(_origin(record))
    return Group(*parts)


def _head(record: dict[str, Any]) -> Text:
    when = record["published_at"].replace("T", " ").removesuffix("+08:00")
    facts = [when, record["region"], record["channel"], record["source"] and f"来源：{record['source']}"]
    facts += [record["editor"] and f"编辑：{record['editor']}"]
    facts += ["作者：" + "、".join(record["authors"]) if record["authors"] else None]
    facts += ["供稿：" + "、".join(record["contributors"]) if record["contributors"] else None]
    return Text(safe("　".join(fact for fact in facts if fact)), style="dim")


def _pictures(record: dict[str, Any], position: int) -> list[RenderableType]:
    shown: list[RenderableType] = []
    for image in record["images"]:
        if image["position"] == position or (position == -1 and image["position"] < 0):
            caption = safe(image["caption"] or image["alt"] or "（无说明）")
            shown += [
                Text.assemble(("  [图] ", "cyan"), caption),
                Text("       " + safe(image["src"]), style="dim"),
                Text(),
            ]
    return shown


def _origin(record: dict[str, Any]) -> Text:
    lines = [f"原文：{record['url']}"]
    if record["next_page"]:
        lines.append(f"下一页：{record['next_page']}")
    if record.get("gone_at"):
        lines.append(f"原站已不可见（自 {record['gone_at'][:10]}）")
    lines += [f"另有说法（{said['read_from']}）：{said['field']} {said['value']}" for said in record["disagreements"]]
    if record["rights"]:
        lines.append(f"版权声明：{record['rights']}")
    return Text(safe_block("\n".join(lines)), style="dim")
