"""Records → rows of the tables' columns, and the few rows that merging needs back as records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from timeline import merging
from timeline.interval import Granularity, Interval
from timeline.records import Article, Event, Extraction, Issue, Mention, Participant, Place, Timex

__all__ = [
    "Row", "article_row", "event_rows", "expression_ids", "expression_rows", "issue_rows", "mention_from_row", "mention_ids", "mention_rows",
    "own_issue_rows", "published_utc",
]  # fmt: skip

Row = dict[str, Any]


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def published_utc(article: Article) -> datetime | None:
    """When an article was published, in UTC where its zone is known."""
    try:
        return _utc(article.published.utc) if article.published else None
    except OverflowError:  # the first or last day that there is, moved by its offset
        return _utc(article.published.local) if article.published else None


def article_row(extraction: Extraction, content_hash: str) -> Row:
    """The article's columns, those that other articles decide left out."""
    article, published = extraction.article, extraction.article.published
    return {
        "article_id": article.article_id,
        "source": article.source,
        "publisher": article.publisher,
        "url": article.url,
        "title": article.title,
        "authors": list(article.authors),
        "published": published_utc(article),
        "published_date": published.day if published else None,
        "published_offset_min": published.offset_min if published else None,
        "precision": published.precision if published else None,
        "published_from": published.origin if published else None,
        "confidence": published.confidence if published else None,
        "modified": _utc(article.modified),
        "lang": article.lang,
        "blocks": [{"kind": b.kind, "char_start": b.start, "char_end": b.end} for b in article.blocks],
        "content_hash": content_hash,
        "expression_count": len(extraction.timexes),
        "mention_count": len(extraction.mentions),
        "issue_count": len(extraction.issues),
    }


def _numbered(names: Iterable[str]) -> list[str]:
    """The names, each second and later occurrence with its count, so that ids are unique."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = count = seen.get(name, 0) + 1
        unique.append(name if count == 1 else f"{name}.{count}")
    return unique


def expression_ids(article_id: str, timexes: Sequence[Timex]) -> list[str]:
    """An id for each time expression: article and position."""
    return _numbered(f"{article_id}:{t.start}-{t.end}" for t in timexes)


def mention_ids(article_id: str, mentions: Sequence[Mention]) -> list[str]:
    """An id for each mention, as merging makes them; unique where one trigger tells several events."""
    return _numbered(merging.mention_id(article_id, m) for m in mentions)


def _ends(interval: Interval | None) -> tuple[datetime | None, datetime | None]:
    return (interval.start, interval.end) if interval else (None, None)


def expression_rows(extraction: Extraction) -> list[Row]:
    """One row a time expression."""
    article_id = extraction.article.article_id
    rows = []
    for ident, t in zip(expression_ids(article_id, extraction.timexes), extraction.timexes, strict=True):
        start, end = _ends(t.interval)
        range_start, range_end = _ends(t.range_interval)
        anchor = f"{article_id}:{t.anchor[0]}-{t.anchor[1]}" if isinstance(t.anchor, tuple) else t.anchor
        rows.append(
            {
                "expression_id": ident,
                "article_id": article_id,
                "char_start": t.start,
                "char_end": t.end,
                "text": t.text,
                "type": t.type,
                "value": t.value,
                "mod": t.mod,
                "quant": t.quant,
                "freq": t.freq,
                "time_start": start,
                "time_end": end,
                "granularity": t.granularity,
                "anchor": anchor,
                "rule": t.rule,
                "range_id": None if t.range_id is None else f"{article_id}:r{t.range_id}",
                "range_start": range_start,
                "range_end": range_end,
                "explicit": t.explicit,
            }
        )
    return rows


def _participant_row(p: Participant) -> Row:
    return {"text": p.text, "role": p.role, "char_start": p.start, "char_end": p.end}


def _place_row(p: Place) -> Row:
    row = p._asdict()
    row["char_start"], row["char_end"] = row.pop("start"), row.pop("end")
    return row


_SAME = (
    "trigger", "event_class", "tense", "aspect", "polarity", "modality", "status", "relation", "extent", "granularity", "value",
    "asserted_until", "date_basis", "grounded", "attribution", "quoted", "summary", "block", "confidence",
)  # fmt: skip
"""Fields of a :class:`Mention` that are columns of the same name."""


def mention_rows(extraction: Extraction) -> list[Row]:
    """One row a mention, ``event_id`` left out."""
    article = extraction.article
    named = expression_ids(article.article_id, extraction.timexes)
    rows = []
    for ident, m in zip(mention_ids(article.article_id, extraction.mentions), extraction.mentions, strict=True):
        main = () if m.timex is None else (m.timex,)
        start, end = _ends(m.interval)
        row = {name: getattr(m, name) for name in _SAME}
        row.update(
            mention_id=ident,
            article_id=article.article_id,
            expression_ids=[named[i] for i in dict.fromkeys(main + m.timexes)],
            sentence=article.text[slice(*m.sentence)],
            sentence_start=m.sentence[0],
            sentence_end=m.sentence[1],
            char_start=m.start,
            char_end=m.end,
            time_start=start,
            time_end=end,
            participants=[_participant_row(p) for p in m.participants],
            places=[_place_row(p) for p in m.places],
        )
        rows.append(row)
    return rows


def mention_from_row(row: Mapping[str, Any]) -> Mention:
    """The mention that a row holds; its expressions are not looked up again (``timex`` is ``None``)."""
    fields = {name: row[name] for name in _SAME}
    fields["granularity"] = None if row["granularity"] is None else Granularity(row["granularity"])
    start, end = row["time_start"], row["time_end"]
    return Mention(
        start=row["char_start"],
        end=row["char_end"],
        sentence=(row["sentence_start"], row["sentence_end"]),
        interval=None if start is None and end is None else Interval(start, end),
        participants=tuple(Participant(p["text"], p["role"], p["char_start"], p["char_end"]) for p in row["participants"]),
        places=tuple(_place(p) for p in row["places"]),
        **fields,
    )


def _place(p: Mapping[str, Any]) -> Place:
    return Place(p["text"], p["name"], p["country"], p["lat"], p["lon"], p["gazetteer_id"], p["char_start"], p["char_end"])


def issue_rows(issues: Iterable[Issue]) -> list[Row]:
    """One row an issue."""
    return [
        {
            "stage": i.stage,
            "article_id": i.article_id,
            "input": i.input,
            "char_start": i.start,
            "char_end": i.end,
            "text": i.text,
            "reason": i.reason,
        }
        for i in issues
    ]


def own_issue_rows(extraction: Extraction) -> list[Row]:
    """One row an issue of the article. The input is left to ``articles.input``: the same text may be read from elsewhere next time."""
    return [{**row, "article_id": extraction.article.article_id, "input": None} for row in issue_rows(extraction.issues)]


def event_rows(events: Iterable[Event]) -> list[Row]:
    """One row an event."""
    return [_event_row(event) for event in events]


def _event_row(e: Event) -> Row:
    start, end = _ends(e.interval)
    span_start, span_end = _ends(e.span)
    place = max(e.places, key=lambda named: named[1], default=None)
    conflicts = {
        name: [{"value": v, "sources": n} for v, n in getattr(e, name)] for name in ("date_conflicts", "number_conflicts")
    }
    same = (
        "event_id",
        "summary",
        "trigger",
        "status",
        "status_as_of",
        "extent",
        "granularity",
        "value",
        "date_basis",
        "importance",
        "confidence",
    )
    return {name: getattr(e, name) for name in same} | {
        "date": e.interval.day,
        "time_start": start,
        "time_end": end,
        "span_start": span_start,
        "span_end": span_end,
        "utc_offset_min": 0 if e.value is not None and e.value.endswith("Z") else None,
        "place": place[0].name if place else None,
        "country": place[0].country if place else None,
        "lat": place[0].lat if place else None,
        "lon": place[0].lon if place else None,
        "participants": [{"name": name, "role": role, "mentions": count} for name, role, count in e.participants],
        "places": [
            {"name": p.name, "country": p.country, "lat": p.lat, "lon": p.lon, "gazetteer_id": p.gazetteer_id, "mentions": count}
            for p, count in e.places
        ],
        "mention_count": len(e.mention_ids),
        "article_count": len(e.article_ids),
        "source_count": len(e.sources),
        "sources": list(e.sources),
        "article_ids": list(e.article_ids),
        "first_published": _utc(e.first_published),
        "last_published": _utc(e.last_published),
        **conflicts,
    }
