"""Signal words and the intervals that they make."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from timeline import extract
from timeline.events.cues import Signal, cues_of, signal_before
from timeline.events.dating import interval_of
from timeline.events.evidence import Near
from timeline.events.features import Hasher, padded
from timeline.events.linear import Linear
from timeline.events.tokens import tokenise
from timeline.interval import Granularity, Interval
from timeline.records import Timex

JUNE = Interval(datetime(2014, 6, 1), datetime(2014, 7, 1))
DAY = datetime(2014, 5, 7)


@pytest.mark.parametrize(
    ("text", "time", "bound"),
    [
        ("since June 2014", "June 2014", "from_start"),
        ("It closed prior to June 2014.", "June 2014", "to_start"),
        ("before about June 2014", "June 2014", "to_start"),
        ("no later than June 2014", "June 2014", "by_end"),
        ("throughout June 2014", "June 2014", "throughout"),
        ("the June 2014 vote", "June 2014", None),
        ("before June 's vote", "June", None),
    ],
)
def test_signal(text: str, time: str, bound: str | None) -> None:
    tokens = tokenise(text)
    start = text.index(time)
    found = signal_before(cues_of("en"), tokens, *tokens.between(start, start + len(time)))
    assert (found.bound if found else None) == bound


@pytest.mark.parametrize(
    ("bound", "interval"),
    [
        (None, JUNE),
        ("within", JUNE),
        ("throughout", JUNE),
        ("from_start", Interval(JUNE.start, None)),
        ("to_end", Interval(None, JUNE.end)),
        ("by_end", Interval(None, JUNE.end)),
        ("to_start", Interval(None, JUNE.start)),
        ("from_end", Interval(JUNE.end, None)),
    ],
)
def test_bound(bound: str | None, interval: Interval) -> None:
    timex = Timex(0, 9, "June 2014", "DATE", "2014-06", interval=JUNE, granularity=Granularity.MONTH)
    signal = Signal("x", "BEFORE", "before", bound) if bound else None
    assert interval_of(Near(0, timex, 0, 2, signal, 0, "future"), DAY) == interval


@pytest.mark.parametrize(
    ("bound", "interval"), [("from_end", Interval(JUNE.start, None)), ("to_start", Interval(None, JUNE.end))]
)
def test_a_date_before_a_noun_bounds_by_the_noun(bound: str, interval: Interval) -> None:
    """After the June vote it may still be June."""
    timex = Timex(0, 9, "June 2014", "DATE", "2014-06", interval=JUNE, granularity=Granularity.MONTH)
    assert interval_of(Near(0, timex, 0, 2, Signal("x", "AFTER", "after", bound), 0, "future", True), DAY) == interval


def test_ways_without_an_expression() -> None:
    assert interval_of("dct", DAY) == Interval(DAY, datetime(2014, 5, 8))
    assert interval_of("before", DAY) == Interval(None, DAY)
    assert interval_of("after", DAY) == Interval(datetime(2014, 5, 8), None)
    assert interval_of("open", DAY) is None
    assert interval_of("dct", None) is None


def test_weights_survive_being_stored() -> None:
    rng = np.random.default_rng(0)
    features = np.unique(rng.integers(0, 1 << 10, 200))
    linear = Linear(["a", "b"], features, rng.normal(size=(len(features), 2)).astype(np.float32), np.zeros(2, np.float32), 10)
    again = Linear.unpacked("x", linear.packed("x"))
    rows = rng.integers(0, 1 << 10, (50, 7)).astype(np.int32)
    assert again.labels == linear.labels
    assert np.allclose(again.scores(rows), linear.scores(rows), atol=0.15)


def test_windows_do_not_reach_into_the_next_sentence() -> None:
    places = padded([2, 3])
    assert places.tolist() == [3, 4, 8, 9, 10]
    rows = np.arange(14 * 15, dtype=np.uint64).reshape(14, 15)
    hasher = Hasher([(("word", 0),), (("word", -1), ("word", 0))], 12)
    assert hasher.features(rows, places).shape == (5, 2)


# text, trigger, the date it gets from the sentence: "2012", "since 2011", or None where the sentence dates it not
APART = [
    ("Unemployment fell to its lowest level since 2008 in April.", "fell", "2014-04"),
    ("It was the first visit by a president since 1972.", "visit", None),
    ("The team won the cup for the first time since 1998.", "won", None),
    ("Senators voted for the most sweeping reform since 2006.", "voted", None),
    ("It was the worst crash since August 2008, when a train struck a bridge.", "struck", "2008-08"),
    ("The war has killed 100,000 people since 2011.", "killed", "since 2011"),
    ("Honest workers have been on strike since 2011.", "strike", "since 2011"),
    ("Rebels who seized the town in 2012 began leaving on Wednesday.", "seized", "2012"),
    ("Rebels who seized the town in 2012 began leaving on Wednesday.", "began", "2014-05-07"),
    ("The city where protests sparked in 2011 fell to the army on May 5, 2014.", "fell", "2014-05-05"),
    ("The driver, who was convicted in March 2013, died on Friday.", "died", "2014-05-02"),
    ("Gunmen attacked the 11th-century temple on Friday.", "attacked", "2014-05-02"),
    ("The 11th-century temple was attacked by gunmen.", "attacked", None),
    ("Thieves stole a 17th-century painting.", "stole", None),
    ("The 19th-century war ended badly.", "war", "18"),
    ("A former 2012 candidate says he is not running.", "says", None),
    ("Obama faces opposition from the 2016 candidates.", "faces", None),
    ("A 2007 study found that sanctions fail.", "found", "2007"),
    ("In a 2008 letter he warned of a flood.", "warned", "2008"),
    ("He lost the 2012 election.", "lost", "2012"),
    ("Churchill's 1941 appearance was held in the other chamber.", "held", "1941"),
    ("Since the 2008 crisis prices have fallen.", "fallen", "since 2008"),
    ("She resigned before her Tuesday performance.", "resigned", "2014-05-06"),
    ("Radicals from the 1960s attacked the plan.", "attacked", None),
    ("Officials wrote rules for the 21st-century economy.", "wrote", None),
    ("He has led the school from 1962.", "led", "since 1962"),
    ("The protests (1,209 for 2012) shook the town.", "shook", None),
    ("The siege (1862) cost many lives.", "siege", "1862"),
    ("The general (killed on Monday) was buried.", "killed", "2014-05-05"),
    ("The 20th century brought two wars.", "brought", "19"),
    ("In the 19th century farmers left the valley.", "left", "18"),
    ("Prices fell to 2004 levels.", "fell", None),
    ("Rents grew by 3 percent from 2012.", "grew", None),
    ("She won a prize for her song, which was written in 2009.", "won", None),
    ("She won a prize for her song, which was written in 2009.", "written", "2009"),
    ("The board met for the first time since its leader resigned on Friday.", "resigned", "2014-05-02"),
    ("The board met for the first time since its leader resigned on Friday.", "met", None),
    ("She ruled the island from 1980 to 2013, when she abdicated.", "abdicated", "2013"),
    ("It was quieter than in 2013, when the fair opened on June 3, 2013.", "opened", "2013-06-03"),
    ("The offensive, which began in April, is over.", "offensive", "2014-04"),
    ("On Friday police held a man who had attacked a guard.", "attacked", None),
    ("On Friday police held a man who had attacked a guard.", "held", "2014-05-02"),
    ("The mayor signed the law that created the park, and visitors came on Friday.", "created", None),
    ("The mayor signed the law that created the park, and visitors came on Friday.", "came", "2014-05-02"),
    ("In 2011, the town that took them in was bombed.", "took", None),
    ("The mayor fled after the April 5 blasts that killed three people.", "killed", "2014-04-05"),
    ("A report on Friday that found no fault was welcomed.", "found", "2014-05-02"),
    ("On Friday, a day after the polls closed, officials named a winner.", "named", "2014-05-02"),
    ("On Friday, a day after the king fled, officials named a winner.", "fled", None),
    ("Last week, a report from the ministry contradicted the claim, proving nothing.", "contradicted", "2014-W18"),
    ("When the party regained the town, he led the board until 2012.", "regained", None),
    ("When the party regained the town in 2011, he led the board.", "regained", "2011"),
    ("Nobody is heard if judges overturn a ruling in 2012.", "overturn", None),
    ("Judges overturned a ruling in March.", "overturned", "2014-03"),
    ("She wrote of lessons that were learned from the 2012 elections.", "learned", None),
    ("The mayor said on Friday that she would resign.", "resign", None),
    ("The mayor said on Friday that the rain may have caused the flood.", "caused", None),
    ("The mayor said on Friday that she will let visitors in.", "let", None),
    ("The mayor said on Friday that she'll be leaving.", "leaving", None),
    ("The mayor may resign on Friday.", "resign", "2014-05-09"),
    ("Sales eased in April; the firm declined to comment.", "declined", None),
    ("Sales eased in April; the firm declined to comment.", "eased", "2014-04"),
    ("Voters look ahead to the June vote.", "look", None),
    ("Sales rose compared to 2012.", "rose", None),
    ("Experts told us of a lesson for today's voters.", "told", None),
    ("Troops fired at today's march.", "fired", "2014-05-08"),
    ("He compared it to searching 2016 nominee Jo Poe's letters.", "searching", None),
    ("On Friday, when crowds stormed the palace, the king fled.", "stormed", "2014-05-02"),
    ("The mayor put off a trip that was to begin on Monday, citing the flood.", "citing", None),
    ("A rule that was passed in 2012 closed the port.", "closed", None),
    ("The mayor said that troops left on Friday.", "left", "2014-05-02"),
    ("The mayor has been criticised for the 1990 campaign.", "criticised", None),
    ("The mayor was criticised for the 1990 campaign.", "criticised", "1990"),
    ("Two mayors have launched a 2016 campaign.", "launched", None),
    ("He announced plans to prosecute the plotters of the 2001 attacks.", "prosecute", None),
    ("Two months earlier, on May 15, 1987, she gave a talk.", "gave", "1987-05-15"),
    ("In April, on May 15, 1987, she gave a talk.", "gave", "1987-05-15"),
    ("Last month, on April 4, the ferry sank.", "sank", "2014-04-04"),
    ("A conflict like the 2006 war would ruin the port.", "ruin", None),
    ("She spoke of the 2006 war.", "spoke", None),
    ("He fought in the 2006 war.", "fought", "2006"),
    ("Rebels will regroup before the June 3 vote.", "vote", "2014-06-03"),
    ("Voters heading into Tuesday's next vote are worried.", "heading", None),
    ("The trial was postponed until June 3.", "postponed", None),
    ("The shop was closed until June 3.", "closed", "until 2014-06-03"),
    ("Era la primera visita de un presidente desde 1972.", "visita", None),
    ("Es war der erste Besuch eines Präsidenten seit 1972.", "Besuch", None),
]


@pytest.mark.parametrize(("text", "trigger", "wanted"), APART, ids=[f"{case[1]}-{case[0][:20]}" for case in APART])
def test_comparisons_other_clauses_and_ages_date_nothing(text: str, trigger: str, wanted: str | None) -> None:
    lang = "es" if text.startswith("Era") else "de" if text.startswith("Es war") else "en"
    found = [m for m in extract(text, published="2014-05-08", lang=lang).mentions if m.trigger == trigger]
    if lang == "en":
        assert found
    for mention in found:
        bound = {"from": "since ", "until": "until "}.get(mention.extent or "", "")
        told = None if mention.timex is None else f"{bound}{mention.value}"
        assert told == wanted
