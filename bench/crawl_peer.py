"""Scrapy's side of `bench.crawl`: run by a Python that has Scrapy, and nothing of this program."""

import json
import re
import sqlite3
import sys
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.resolver import dnscache

PLAN = json.loads(Path(sys.argv[1]).read_text("utf-8"))
FIELDS = ("url", "site", "channel", "title", "published_at", "source", "editor", "body", "images", "captions")
_DATE = re.compile(r"(\d{4})[年-](\d{1,2})[月-](\d{1,2})日?\s*(\d{1,2}:\d{2})?")


class Pipeline:
    """The fields of a record into SQLite, a transaction for each, as the usual pipeline does it."""

    def open_spider(self, spider):
        self.connection = sqlite3.connect(PLAN["db"])
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute(f"CREATE TABLE articles ({', '.join(FIELDS)}, UNIQUE (url))")

    def close_spider(self, spider):
        self.connection.close()

    def process_item(self, item, spider):
        with self.connection:
            holes = ", ".join("?" * len(FIELDS))
            self.connection.execute(f"INSERT OR REPLACE INTO articles VALUES ({holes})", [item[f] for f in FIELDS])
        return item


class Editions(scrapy.Spider):
    name = "editions"

    async def start(self):
        for edition in PLAN["editions"]:
            for listing in edition["listings"]:
                host, _, path = listing.removeprefix("https://").partition("/")
                yield scrapy.Request(
                    f"http://{host}:{PLAN['port']}/{path}", cb_kwargs={"edition": edition}, dont_filter=True
                )

    def parse(self, response, edition):
        for href in response.css("a[href]::attr(href)").getall():
            if re.search(r"/20\d\d/\d{4}/\d+\.shtml$", href):
                yield response.follow(href, self.parse_article, cb_kwargs={"edition": edition})

    def parse_article(self, response, edition):
        layouts = edition["layouts"]
        layout = next((one for one in layouts if response.css(one["title"]) and response.css(one["body"])), None)
        layout = layout or {"title": "h1", "body": "body", "meta": "", "editor": ""}
        meta = " ".join(response.css(layout["meta"]).css("*::text").getall()) if layout["meta"] else ""
        whole = meta or " ".join(response.css("body *::text").getall())
        date = _DATE.search(whole)
        source = re.search(r"来源[:：]\s*(\S+)", whole)
        editor = re.search(r"编辑[:：]\s*([^】\s]+)", " ".join(response.css("body *::text").getall()))
        body = response.css(layout["body"])
        paragraphs = [" ".join(p.css("::text").getall()).strip() for p in body.css("p")]
        images = body.css("img::attr(src)").getall()
        yield {
            "url": response.url,
            "site": response.url.split("/")[2],
            "channel": response.url.split("/")[3],
            "title": " ".join(response.css(layout["title"]).css("::text").getall()).strip(),
            "published_at": "-".join(date.groups()[:3]) if date else None,
            "source": source[1] if source else None,
            "editor": editor[1] if editor else None,
            "body": "\n\n".join(p for p in paragraphs if p),
            "images": json.dumps([response.urljoin(src) for src in images]),
            "captions": "\n".join(body.css("img::attr(alt)").getall()),
        }


def main():
    for edition in PLAN["editions"]:
        for host in edition["hosts"]:
            dnscache[host] = "127.0.0.1"
    process = CrawlerProcess(
        {
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS": 64,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "ITEM_PIPELINES": {Pipeline: 1},
        }
    )
    process.crawl(Editions)
    process.start()


if __name__ == "__main__":
    main()
