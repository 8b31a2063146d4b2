"""Records as JSON lines: the shapes of ``timeline tag`` and ``timeline extract``."""

from __future__ import annotations

from typing import Any

from timeline.records import Article, Extraction, Issue, Mention, Timex

__all__ = ["extract_line", "tag_line", "timex_json"]


def _head(article: Article) -> dict[str, Any]:
    published = article.published
    return {
        "id": article.article_id,
        "published": published.iso() if published else None,
        "published_from": published.origin if published else None,
    }


def timex_json(timex: Timex) -> dict[str, Any]:
    """One time expression; ``start`` and ``end`` are characters into the text as given."""
    shape = {
        "start": timex.start,
        "end": timex.end,
        "text": timex.text,
        "type": timex.type,
        "value": timex.value,
        "mod": timex.mod,
        "interval": timex.interval.iso() if timex.interval else None,
        "granularity": timex.granularity,
        "anchor": timex.anchor,
        "rule": timex.rule,
    }
    optional = {
        "quant": timex.quant,
        "freq": timex.freq,
        "range_id": timex.range_id,
        "range_interval": timex.range_interval.iso() if timex.range_interval else None,
    }
    return shape | {name: value for name, value in optional.items() if value is not None}


def issue_json(issue: Issue) -> dict[str, Any]:
    """One issue, its empty fields left out."""
    return {name: getattr(issue, name) for name in issue.__slots__ if getattr(issue, name) is not None}


def mention_json(mention: Mention, timexes: list[Timex]) -> dict[str, Any]:
    """One event mention with the expression that dates it."""
    return {
        "start": mention.start,
        "end": mention.end,
        "trigger": mention.trigger,
        "class": mention.event_class,
        "tense": mention.tense,
        "aspect": mention.aspect,
        "polarity": mention.polarity,
        "modality": mention.modality,
        "status": mention.status,
        "relation": mention.relation,
        "extent": mention.extent,
        "timex": timex_json(timexes[mention.timex]) if mention.timex is not None else None,
        "interval": mention.interval.iso() if mention.interval else [None, None],
        "granularity": mention.granularity,
        "date_basis": mention.date_basis,
        "grounded": mention.grounded,
        "sentence": list(mention.sentence),
        "participants": [participant._asdict() for participant in mention.participants],
        "places": [place._asdict() for place in mention.places],
        "attribution": mention.attribution,
        "quoted": mention.quoted,
        "summary": mention.summary,
        "confidence": mention.confidence,
    }


def tag_line(extraction: Extraction, explain: bool = False) -> dict[str, Any]:
    """The document of ``timeline tag``: its time expressions in order; ``explain`` adds to each why it has its value."""
    issues = [issue_json(issue) for issue in extraction.issues]
    timexes = [timex_json(timex) for timex in extraction.timexes]
    if explain:
        from timeline.timex import explain as why

        for shape, timex in zip(timexes, extraction.timexes, strict=True):
            shape["why"] = why(timex, extraction.article)
    line = _head(extraction.article) | {"timexes": timexes}
    return line | ({"issues": issues} if issues else {})


def extract_line(extraction: Extraction, all_events: bool) -> dict[str, Any]:
    """The document of ``timeline extract``; without ``all_events`` only mentions with an expression of their own."""
    mentions = [m for m in extraction.mentions if all_events or m.timex is not None]
    return _head(extraction.article) | {
        "lang": extraction.article.lang,
        "mentions": [mention_json(mention, extraction.timexes) for mention in mentions],
        "issues": [issue_json(issue) for issue in extraction.issues],
    }
