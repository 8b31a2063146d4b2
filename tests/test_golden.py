"""Golden articles: of each, all events as one would want them on a timeline, through the real pipeline.

What is got wrong is marked in the file (``| misses=date,who``, ``| unwanted``), and strictly: a miss that is mended must be unmarked.
``python -m tests.quality.own_gold`` marks anew; look at the difference before you commit it.
"""

from __future__ import annotations

import pytest

from tests.quality.own_gold import GOLDEN, Gold, judge, load_all

ARTICLES = load_all(GOLDEN)


def test_there_are_enough_kinds() -> None:
    """Breaking news, obituary, court report, earnings, sports, disaster, election, history, live blog, interview, list, science."""
    assert len({gold.kind for gold in ARTICLES}) >= 12


@pytest.mark.parametrize("gold", ARTICLES, ids=[gold.path.stem for gold in ARTICLES])
def test_events_as_wanted(gold: Gold) -> None:
    """Date, granularity, status, who and where of each wanted event; and nothing else on the timeline."""
    misses, unwanted = judge(gold)
    known = {event.name: event.misses for event in gold.events}
    new = {name: sorted(wrong - known[name]) for name, wrong in misses.items() if wrong - known[name]}
    mended = {name: sorted(known[name] - wrong) for name, wrong in misses.items() if known[name] - wrong}
    assert (new, mended) == ({}, {}), "newly wrong, newly right"
    assert unwanted == gold.unwanted, "events on the timeline that nobody asked for"
