"""Which of the rows that were read are one article: ids, canonical URLs, revisions, and ids that several inputs use.

A pure function of the rows: what an earlier build knew plays no part, so that an incremental build gives what a full one gives.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import pyarrow as pa

from timeline.records import Article
from timeline.store.asking import sorter
from timeline.store.scratch import Scratch

__all__ = ["LIVE", "NUMBERED", "READ", "fingerprint", "resolve_identity"]

_WORD = re.compile(r"\w{3,}")
_SKETCH, _OPENING = 12, 800
_ALIKE = 0.2

READ = pa.schema(
    [
        pa.field("article_id", pa.string(), False),
        pa.field("url", pa.string()),
        pa.field("source", pa.string()),
        pa.field("published", pa.timestamp("us")),
        pa.field("modified", pa.timestamp("us")),
        pa.field("hash", pa.binary(16), False),
        pa.field("sketch", pa.list_(pa.uint32()), False),
        pa.field("input", pa.string()),
    ]
)
"""What is known of each row that was read, in the order of reading."""

NUMBERED = READ.append(pa.field("source_number", pa.int64())).append(pa.field("place", pa.int64()))
"""The same with the number of its input and its place there: the order of reading."""

LIVE = pa.schema(
    [
        pa.field("article_id", pa.string(), False),
        pa.field("hash", pa.binary(16), False),
        pa.field("own_id", pa.string(), False),
        pa.field("input", pa.string()),
        pa.field("revision", pa.int32(), False),
        pa.field("published", pa.timestamp("us")),
    ]
)
"""The articles of a version: final id, content, own id, where from, how many differing versions were read."""


def fingerprint(article: Article) -> list[int]:
    """A few hashes of the words that an article opens with: equal texts give equal ones, a correction mostly the same."""
    words = set(_WORD.findall(f"{article.title or ''} {article.text[:_OPENING]}".casefold()))
    return sorted(zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words)[:_SKETCH]


class _Row(NamedTuple):
    article_id: str
    url: str | None
    source: str | None
    published: Any
    modified: Any
    hash: bytes
    sketch: list[int]
    input: str | None
    position: int


def resolve_identity(read: pa.Table, scratch: Scratch) -> pa.Table:
    """The articles (:data:`LIVE`) that the rows (:data:`NUMBERED`, in any order) stand for, sorted by id.

    * The same canonical URL, or the same id, is the same article: the latest row wins (by ``modified`` where every row has it, else the
      one read last), and ``revision`` counts the differing contents.
    * The same id from two outlets, or from two inputs with texts that share nothing, is two articles: the earliest published keeps the
      id, the others carry their outlet's (or input's) name before it.
    """
    with sorter(scratch.folder) as connection:
        connection.register("read", read)
        for name in ("article_id", "url"):
            connection.execute(
                f"CREATE TABLE many_{name} AS SELECT {name} FROM read GROUP BY 1 HAVING count(*) > 1 AND {name} IS NOT NULL"
            )
        disputed = "article_id IN (FROM many_article_id) OR (url IS NOT NULL AND url IN (FROM many_url))"
        rows = connection.sql(f"SELECT * FROM read WHERE {disputed} ORDER BY source_number, place").to_arrow_table().to_pylist()
        settled = _settle([_Row(**{name: row[name] for name in READ.names}, position=n) for n, row in enumerate(rows)])
        connection.register("settled", pa.Table.from_pylist(list(settled), schema=LIVE))
        found = connection.sql(
            "SELECT article_id, hash, article_id AS own_id, input, 1::INTEGER AS revision, published FROM read "
            f"WHERE NOT ({disputed}) UNION ALL FROM settled ORDER BY article_id, hash"
        )
        return scratch.table(
            LIVE,
            (
                pa.RecordBatch.from_arrays([batch.column(n).cast(f.type) for n, f in enumerate(LIVE)], schema=LIVE)
                for batch in found.to_arrow_reader(1 << 13)
            ),
        )


def _settle(rows: list[_Row]) -> Iterable[dict[str, Any]]:
    groups = _groups(rows)
    winners = [(_latest(group), len({row.hash for row in group})) for group in groups]
    by_id: dict[str, list[tuple[_Row, int]]] = defaultdict(list)
    for winner, revision in winners:
        by_id[winner.article_id].append((winner, revision))
    for own_id, claims in by_id.items():
        claims.sort(key=lambda claim: (claim[0].published is None, str(claim[0].published), claim[0].source or "", claim[0].hash))
        taken: set[str] = set()
        for place, (winner, revision) in enumerate(claims):
            final = own_id if place == 0 else f"{winner.source or _stem(winner.input)}:{own_id}"
            if final in taken or (place and final in by_id):
                final = f"{final}:{winner.hash.hex()[:8]}"
            taken.add(final)
            yield {
                "article_id": final,
                "hash": winner.hash,
                "own_id": own_id,
                "input": winner.input,
                "revision": revision,
                "published": winner.published,
            }


def _groups(rows: list[_Row]) -> list[list[_Row]]:
    """The rows of each article."""
    parent = list(range(len(rows)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    by_url: dict[str, int] = {}
    by_id: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        if row.url is not None:
            parent[root(i)] = root(by_url.setdefault(row.url, i))
        lasts = by_id[row.article_id]
        for place, last in enumerate(lasts):
            if _same(rows[last], row):
                parent[root(i)] = root(last)
                lasts[place] = i
                break
        else:
            lasts.append(i)
    groups: dict[int, list[_Row]] = defaultdict(list)
    for i, row in enumerate(rows):
        groups[root(i)].append(row)
    return list(groups.values())


def _same(a: _Row, b: _Row) -> bool:
    """Whether two rows with one id are one article."""
    if a.hash == b.hash or (a.url is not None and a.url == b.url):
        return True
    if a.source and b.source and a.source != b.source:
        return False
    return a.input == b.input or len(set(a.sketch) & set(b.sketch)) >= _ALIKE * min(len(a.sketch), len(b.sketch))


def _latest(group: list[_Row]) -> _Row:
    if all(row.modified is not None for row in group):
        return max(group, key=lambda row: (row.modified, row.position))
    return max(group, key=lambda row: row.position)


def _stem(name: str | None) -> str:
    return PurePosixPath(name or "input").name.split(".")[0] or "input"
