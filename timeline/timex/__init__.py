"""Time expressions: recognise spans, then resolve them to TIMEX3 values.

Language lives in packs (``timeline.language.packs``); this room holds one engine for all of them: ``tokens`` and ``patterns`` (notation),
``grammar`` (a pack compiled), ``recognition`` (spans), ``frames`` (what was said), ``reference`` (what it is counted from), ``resolution`` (values), ``explaining`` (why).
"""

from __future__ import annotations

from timeline.records import Article, Published, Sentence
from timeline.timex.explaining import explain
from timeline.timex.frames import Expression, Frame
from timeline.timex.recognition import recognise
from timeline.timex.resolution import resolve

__all__ = ["Expression", "Frame", "explain", "infer_published", "recognise", "resolve"]


def infer_published(article: Article, sentences: list[Sentence], expressions: list[Expression]) -> Published | None:
    return None
