"""Other ways to search Chinese, over the same articles: what FTS5 has of its own, bigrams, jieba, tantivy.

Each is built as its manual says, with title and text as two fields and the
title weighed eightfold, as ours is.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from bench.corpus import Generated
from scraper.archive.folding import BOUNDARY, units


class Peer(Protocol):
    name: str

    def build(self, stories: Iterable[Generated], folder: Path) -> float: ...

    def ranked(self, words: list[str], limit: int) -> list[int]: ...

    def newest(self, words: list[str], limit: int) -> list[int]: ...

    def size(self) -> int: ...


class Fts5:
    """FTS5 with a tokenizer of its own, or over text that was cut into words or grams before."""

    def __init__(self, name: str, tokenizer: str, cut: Callable[[str], str], phrase: Callable[[str], str]) -> None:
        self.name, self._tokenizer, self._cut, self._phrase = name, tokenizer, cut, phrase

    def build(self, stories: Iterable[Generated], folder: Path) -> float:
        path = folder / f"{self.name.replace(' ', '-')}.db"
        path.unlink(missing_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute(f"CREATE VIRTUAL TABLE t USING fts5(title, body, content='', tokenize='{self._tokenizer}')")
        started = time.process_time()
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT INTO t(rowid, title, body) VALUES (?, ?, ?)",
            ((one.number, self._cut(one.title), self._cut(f"{one.body}\n{one.captions}")) for one in stories),
        )
        self._db.execute("COMMIT")
        spent = time.process_time() - started
        self._db.execute("INSERT INTO t(t) VALUES ('optimize')")
        return spent

    def _match(self, words: list[str]) -> str:
        return " AND ".join(self._phrase(word) for word in words)

    def ranked(self, words: list[str], limit: int) -> list[int]:
        return self._ids("ORDER BY bm25(t, 8, 1)", words, limit)

    def newest(self, words: list[str], limit: int) -> list[int]:
        return self._ids("ORDER BY rowid DESC", words, limit)

    def _ids(self, order: str, words: list[str], limit: int) -> list[int]:
        sql = f"SELECT rowid FROM t WHERE t MATCH ? {order} LIMIT ?"
        return [identity for (identity,) in self._db.execute(sql, [self._match(words), limit])]

    def size(self) -> int:
        return int(self._db.execute("SELECT sum(length(block)) FROM t_data").fetchone()[0])


class Tantivy:
    """tantivy with the words of jieba."""

    name = "tantivy jieba"

    def build(self, stories: Iterable[Generated], folder: Path) -> float:
        import tantivy

        self._folder = folder / "tantivy"
        self._folder.mkdir(exist_ok=True)
        for old in self._folder.iterdir():
            old.unlink()
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", stored=True, indexed=True, fast=True)
        schema.add_text_field("title", tokenizer_name="whitespace")
        schema.add_text_field("body", tokenizer_name="whitespace")
        self._tantivy: Any = tantivy
        self._index = tantivy.Index(schema.build(), path=str(self._folder))
        started = time.process_time()
        writer = self._index.writer(num_threads=1)
        for one in stories:
            document = tantivy.Document()
            document.add_integer("id", one.number)
            document.add_text("title", words_of(one.title))
            document.add_text("body", words_of(f"{one.body}\n{one.captions}"))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        return time.process_time() - started

    def ranked(self, words: list[str], limit: int) -> list[int]:
        return self._search(words, limit)

    def newest(self, words: list[str], limit: int) -> list[int]:
        return self._search(words, limit, order_by_field="id")

    def _search(self, words: list[str], limit: int, **order: str) -> list[int]:
        text = " AND ".join(f'"{phrase}"' for word in words if (phrase := words_of(word)))
        query = self._index.parse_query(text, ["title", "body"], field_boosts={"title": 8.0})
        searcher = self._index.searcher()
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, limit, **order).hits]

    def size(self) -> int:
        return sum(path.stat().st_size for path in self._folder.iterdir())


def words_of(text: str) -> str:
    import rjieba

    return " ".join(word for word in rjieba.cut_for_search(units(text).replace(BOUNDARY, " ")) if word.strip())


def bigrams_of(text: str) -> str:
    return " ".join(" ".join(run[at : at + 2] for at in range(len(run))) for run in units(text).split(BOUNDARY))


def _characters_of(text: str) -> str:
    return " ".join(units(text))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _bigram_phrase(word: str) -> str:
    run = units(word).replace(BOUNDARY, "")
    if len(run) == 1:
        return _quoted(run) + "*"
    return _quoted(" ".join(run[at : at + 2] for at in range(len(run) - 1)))


PEERS: tuple[Peer, ...] = (
    Fts5("unicode61", "unicode61", str, _quoted),
    Fts5("trigram", "trigram", str, _quoted),
    Fts5("one character", "unicode61", _characters_of, lambda word: _quoted(" ".join(units(word)))),
    Fts5("bigrams", "unicode61", bigrams_of, _bigram_phrase),
    Fts5("jieba", "unicode61", words_of, lambda word: _quoted(words_of(word) or word)),
    Tantivy(),
)
