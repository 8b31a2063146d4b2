"""TimeML: the text of an article with its time expressions as TIMEX3 elements (ISO-TimeML, the inline form of TempEval)."""

from __future__ import annotations

import re
from itertools import count
from xml.sax.saxutils import escape, quoteattr

from timeline.records import Extraction, Published, Timex

__all__ = ["timeml"]

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = (
    '<?xml version="1.0" ?>\n<TimeML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="http://timeml.org/timeMLdocs/TimeML_1.2.1.xsd">'
)


def timeml(extraction: Extraction) -> str:
    """One TimeML document. The publication date is ``t0`` (``CREATION_TIME``), the expressions are ``t1``, ``t2`` …

    Characters that XML 1.0 cannot hold become U+FFFD, so that every text gives a document that parses.
    """
    article = extraction.article
    parts = [_HEAD, f"\n<DOCID>{_text(article.article_id)}</DOCID>\n"]
    if article.published:
        parts.append(f"<DCT>{_creation(article.published)}</DCT>\n")
    if article.title:
        parts.append(f"<TITLE>{_text(article.title)}</TITLE>\n")
    parts.append("<TEXT>")
    names = _names(extraction.timexes)
    position = 0
    for timex in extraction.timexes:
        parts += [_text(article.text[position : timex.start]), _element(timex, names, bool(article.published))]
        position = timex.end
    parts += [_text(article.text[position:]), "</TEXT>\n</TimeML>"]
    return "".join(parts)


def _names(timexes: list[Timex]) -> dict[tuple[int, int], str]:
    """Identifiers by offsets, which is how anchors name expressions."""
    return {(timex.start, timex.end): f"t{number}" for timex, number in zip(timexes, count(1), strict=False)}


def _creation(published: Published) -> str:
    kind = "TIME" if published.precision == "time" else "DATE"
    value = published.iso()
    shape = (
        f'<TIMEX3 tid="t0" type="{kind}" value={quoteattr(value)} temporalFunction="false" functionInDocument="CREATION_TIME">'
    )
    return f"{shape}{_text(value)}</TIMEX3>"


def _element(timex: Timex, names: dict[tuple[int, int], str], dated: bool) -> str:
    anchor = ("t0" if dated else None) if timex.anchor == "dct" else names.get(timex.anchor) if timex.anchor else None
    attributes = {
        "tid": names[(timex.start, timex.end)],
        "type": timex.type,
        "value": timex.value,
        "mod": timex.mod,
        "quant": timex.quant,
        "freq": timex.freq,
        "temporalFunction": "true" if anchor else None,
        "anchorTimeID": anchor,
    }
    shape = "".join(f" {name}={quoteattr(_clean(value))}" for name, value in attributes.items() if value is not None)
    return f"<TIMEX3{shape}>{_text(timex.text)}</TIMEX3>"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _text(text: str) -> str:
    return escape(_clean(text))
