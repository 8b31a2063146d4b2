"""Time expressions: recognise spans, then resolve them to TIMEX3 values.

Language lives in packs (``timeline.language.packs``); this room holds one engine for all of them: ``tokens`` and ``patterns`` (notation),
``grammar`` (a pack compiled), ``recognition`` (spans), ``frames`` (what was said), ``reference`` (what it is counted from), ``resolution`` (values), ``worth`` (those that need no surroundings), ``explaining`` (why).
"""

from __future__ import annotations

from timeline.timex.explaining import explain
from timeline.timex.frames import Expression, Frame
from timeline.timex.inference import infer_published
from timeline.timex.recognition import recognise
from timeline.timex.resolution import resolve

__all__ = ["Expression", "Frame", "explain", "infer_published", "recognise", "resolve"]
