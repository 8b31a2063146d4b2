"""Merging: which mentions become one event, what its row says, and that nothing depends on order or history."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.newsmaking import build, events_of, grow, tell
from timeline import merging
from timeline.merging.cluster import average_link
from timeline.records import Extraction, Participant, Place

BLAST = ("A bomb exploded at the Karum market in Velden, killing 12 people.", "exploded", "2014-05-07")
BLAST_AGAIN = ("At least 14 people died when a bomb exploded in the Karum market of Velden.", "exploded", "2014-05-07")
BLAST_MAY = ("The bomb that exploded at the Karum market in Velden shocked the region.", "exploded", "2014-05")
BLAST_NEXT_DAY = ("A bomb exploded at the Karum market in Velden, killing 12 people.", "exploded", "2014-05-08")
VOTE = ("Parliament in Lorna passed the fishing quota law by 61 votes.", "passed", "2014-05-07")
WOUNDED = ("Ambulances took thirty wounded stallholders to the university hospital, surgeons said.", "took", None)
ARRESTS = ("Police sealed off the old town and arrested two men who had rented a white van.", "arrested", None)
STRIKE = ("Dockers in Harwick walked out over pensions.", "walked", "2014-05-06")


# ---- the same event


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        (BLAST, BLAST_AGAIN, True),
        (BLAST, BLAST_MAY, True),
        (BLAST, BLAST_NEXT_DAY, True),  # outlets that differ by a day about the same blast
        (BLAST, VOTE, False),  # the same day, another happening
        (BLAST, STRIKE, False),
        (BLAST, ("A bomb exploded at the Karum market in Velden, killing 12 people.", "exploded", "2014-05-17"), False),
        (BLAST, ("A bomb exploded at the Karum market in Velden, killing 12 people.", "exploded", "2013"), False),
        (VOTE, ("Parliament in Lorna debated a ban on plastic bags until midnight.", "debated", "2014-05-07"), False),
        (BLAST, ("Una bomba mató a 12 personas en el mercado Karum de Velden.", "mató", "2014-05-07"), True),
        (BLAST, ("Bei der Explosion auf dem Karum-Markt in Velden starben 12 Menschen.", "starben", "2014-05-07"), True),
    ],
)
def test_two_articles_tell_one_event(left: tuple[str, str, str], right: tuple[str, str, str], joined: bool) -> None:
    assert len(events_of([tell("a", left), tell("b", right)])) == (1 if joined else 2)


def test_one_article_that_tells_both_days_tells_two_events() -> None:
    second = ("A second bomb exploded at the Karum market in Velden, killing 12 people.", "exploded", "2014-05-08")
    assert len(events_of([tell("a", BLAST, second)])) == 2


def test_a_sentence_gives_one_row_however_many_words_of_it_name_events() -> None:
    extraction = tell("a", BLAST)
    again = tell("a", BLAST).mentions[0]
    again.start, again.end, again.trigger = 52, 59, "killing"
    extraction.mentions.append(again)
    assert [len(event.mention_ids) for event in events_of([extraction])] == [2]


def test_a_line_that_a_page_repeats_is_one_event_with_all_its_mentions_and_still_meets_others() -> None:
    page = tell("a", *[BLAST] * 300, STRIKE, *[BLAST] * 2)
    told = sorted(len(event.mention_ids) for event in events_of([page, tell("b", BLAST_AGAIN)]))
    assert told == [1, 303]


def test_what_one_article_tells_and_denies_is_two_events() -> None:
    page = tell("a", BLAST, BLAST)
    page.mentions[1].status = "denied"
    assert [len(event.mention_ids) for event in events_of([page])] == [1, 1]


# ---- the row


def test_the_row_keeps_the_finer_date_and_both_numbers() -> None:
    [event] = events_of([tell("a", BLAST), tell("b", BLAST_AGAIN), tell("c", BLAST_MAY)])
    assert event.interval.iso() == ["2014-05-07", "2014-05-08"]
    assert event.number_conflicts == (("12 people", 1), ("14 people", 1))
    assert event.date_conflicts == ()
    assert event.article_ids == ("a", "b", "c")
    assert event.sources == ("a.example", "b.example", "c.example")


def test_one_source_in_many_does_not_make_a_year_a_day() -> None:
    told = ("A bomb hit the market in Velden and killed twelve people, the ministry said.", "hit")
    many = [tell(f"a{n}", (*told, "2014")) for n in range(12)]
    (few,) = events_of([*many[:3], tell("b", (*told, "2014-05-07"))])
    (event,) = events_of([*many, tell("b", (*told, "2014-05-07"))])
    assert (few.value, event.value) == ("2014-05-07", "2014")


def test_another_day_told_by_fewer_is_kept_as_a_conflict() -> None:
    [event] = events_of([tell("a", BLAST), tell("b", BLAST_AGAIN), tell("c", BLAST_NEXT_DAY)])
    assert event.interval.iso()[0] == "2014-05-07"
    assert event.date_conflicts == (("2014-05-08", 1),)


def test_participants_and_places_are_counted_and_short_names_joined() -> None:
    velden = Place("Velden", "Velden", "AT", 46.6, 14.0, 1, 0, 6)
    long, short = Participant("Maria Lund", "agent", 0, 10), Participant("Lund", "agent", 0, 4)
    [event] = events_of(
        [
            tell("a", BLAST, participants=(long,), places=(velden,)),
            tell("b", BLAST_AGAIN, participants=(short,), places=(velden,)),
        ]
    )
    assert event.participants == (("Maria Lund", "agent", 2),)
    assert event.places == ((velden, 2),)


def test_status_is_what_the_last_day_says() -> None:
    plan = ("The Lorna parliament will vote on the fishing quota law.", "vote", "2014-05-20")
    done = ("The Lorna parliament vote on the fishing quota law took place.", "vote", "2014-05-20")
    [event] = events_of(
        [tell("a", plan, published="2014-05-09", status="planned"), tell("b", done, published="2014-05-21", status="happened")]
    )
    assert (event.status, str(event.status_as_of)) == ("happened", "2014-05-21")


@pytest.mark.parametrize(("trigger", "wanted"), [("vote", "happened"), ("resign", "planned")])
def test_an_undated_lead_has_a_say_in_the_status_where_it_names_the_event(trigger: str, wanted: str) -> None:
    plan = tell("a", ("Lorna parliament will vote on the fishing quota law.", "vote", "2014-05-09"), status="planned")
    lead = f"After Lorna parliament's {trigger} on the fishing quota law, skippers spoke of ruin."
    after = tell("b", (lead, trigger, None), published="2014-05-10", status="happened")
    assert [event.status for event in events_of([plan, after]) if event.date_basis != "publication"] == [wanted]


def test_the_line_is_of_those_that_tell_it_as_news_of_its_day_in_a_main_clause() -> None:
    aside = "Critics have questioned the ministry since a bomb hit the market in Velden on May 7, killing twelve people."
    news = "A bomb hit the market in Velden on May 7, killing twelve people, the ministry said."
    first = tell("a", (news, "hit", "2014-05-07"), published="2014-05-08")
    later = [
        tell(name, (aside.replace("ministry", name), "hit", "2014-05-07"), published="2014-09-01") for name in ("mayor", "board")
    ]
    (event,) = events_of([first, *later])
    assert event.summary == news


@pytest.mark.parametrize(
    "aside",
    [
        "Long before a bomb hit the market in Velden on May 7, there was trouble in its narrow lanes.",
        "After a bomb hit the market in Velden on May 7, the ministry said that it would guard it.",
        "When a bomb hit the market in Velden on May 7, the ministry spoke of war and of …",
    ],
)
def test_the_line_tells_the_event_in_a_clause_of_its_own(aside: str) -> None:
    news = "Beside the old bridge, a bomb hit the market in Velden on May 7."
    for lines in ((aside, news), (news, aside)):
        (event,) = events_of([tell(name, (line, "hit", "2014-05-07")) for name, line in zip("ab", lines, strict=True)])
        assert event.summary == news


def test_what_only_a_year_dates_is_less_important_than_what_a_day_dates() -> None:
    sentence = "A bomb hit the market in Velden, killing twelve people, the ministry said."
    told = [[tell(name, (sentence, "hit", when)) for name in ("a", "b", "c")] for when in ("2014-05-07", "2014-05", "2014")]
    day, month, year = (events_of(articles)[0].importance for articles in told)
    assert day > month > year


def test_the_summary_is_a_whole_sentence_not_a_scrap() -> None:
    scrap = ("Karum market, Velden: bomb.", "bomb", "2014-05-07")
    [event] = events_of([tell("a", scrap), tell("b", BLAST), tell("c", BLAST_AGAIN)])
    assert event.summary in (BLAST[0], BLAST_AGAIN[0])


def test_a_line_that_breaks_off_tells_an_event_only_where_no_whole_one_does() -> None:
    cut = (BLAST[0].replace("people.", "people in the"), *BLAST[1:])
    assert [event.summary for event in events_of([tell("a", cut), tell("b", BLAST)])] == [BLAST[0]]
    assert [event.summary for event in events_of([tell("a", cut)])] == [cut[0]]


# ---- copies


LONG = tuple(
    (
        f"Sentence {i} of the wire report tells that inspector number {i * 7} looked at bridge {chr(65 + i)} of Harwick town.",
        "looked",
        None,
    )
    for i in range(8)
)


def test_copies_are_marked_and_are_no_witnesses() -> None:
    wire = tell("wire", BLAST, *LONG, published="2014-05-08")
    copy = tell("copy", BLAST, *LONG, ("Additional reporting by our staff.", "reporting", None), published="2014-05-09")
    own = tell("own", BLAST_AGAIN, published="2014-05-09")
    profiles = [merging.profile(extraction) for extraction in (own, copy, wire)]
    assert merging.duplicates(profiles) == {"copy": "wire"}
    event = max(events_of([wire, copy, own]), key=lambda e: len(e.article_ids))
    assert event.sources == ("own.example", "wire.example")
    assert set(event.article_ids) == {"wire", "copy", "own"}


def test_short_texts_are_never_called_copies() -> None:
    assert merging.duplicates([merging.profile(tell("a", BLAST)), merging.profile(tell("b", BLAST))]) == {}


# ---- headline events


def test_articles_about_one_thing_share_a_headline_event_and_a_mention_in_passing_does_not_link() -> None:
    background = ("Last week a bomb exploded at the Karum market in Velden, killing 12 people.", "exploded", "2014-05-07")
    story = tell(
        "c",
        VOTE,
        (
            "The law limits how much cod trawlers may land at Lorna and at three smaller ports of the northern coast.",
            "limits",
            None,
        ),
        ("Skippers say that the quota will ruin them, scientists that the stock will recover in six years.", "say", None),
        ("Fishing minister Petra Holm promised compensation to crews who scrap their trawlers.", "promised", None),
        ("Processors in the three ports expect to lose a third of their workers by autumn, said their union.", "expect", None),
        ("Environmental groups welcomed the vote but called the quota for herring far too generous to last.", "welcomed", None),
        ("The law goes to the upper chamber, where the coastal party holds eleven seats and may delay it.", "goes", None),
        background,
        title="Lorna limits cod fishing",
    )
    _, headlines = build(
        [
            tell("a", BLAST, WOUNDED, ARRESTS, title="Bomb kills 12 in Velden"),
            tell("b", BLAST_AGAIN, ARRESTS, WOUNDED, title="Velden market bomb"),
            story,
        ]
    )
    assert set(headlines["a"]) & set(headlines["b"])
    assert not set(headlines["a"]) & set(headlines["c"])
    assert all(1 <= len(events) <= 3 for events in headlines.values())


@pytest.mark.parametrize(
    ("published", "spoken_of", "joined"),
    [
        ("2014-05-07", "2014-05-07", True),
        ("2014-05-08", "2014-05-08", True),  # the morning papers
        ("2014-05-10", "2014-05-10", False),  # what is told as of that day is another happening
        ("2014-05-08", "2013-05-08", False),  # an earlier bomb, named by the way
        ("2014-05-10", "2014-05", True),
    ],
)
def test_an_undated_lead_joins_the_event_of_its_story_where_its_own_time_allows(
    published: str, spoken_of: str, joined: bool
) -> None:
    dated = tell("a", BLAST, WOUNDED, ARRESTS, title="Bomb kills 12 in Velden", published="2014-05-07")
    lead = ("The bomb that exploded at the Karum market in Velden killed 12 people.", "exploded", spoken_of)
    later = tell("b", lead, ARRESTS, WOUNDED, title="Velden market bomb", published=published)
    mention = later.mentions[0]
    mention.grounded, mention.date_basis = False, "publication" if spoken_of == published else "full_date"
    bomb, named = merging.mention_id("a", dated.mentions[0]), merging.mention_id("b", mention)
    [home] = [event for event in events_of([dated, later]) if named in event.mention_ids]
    assert (bomb in home.mention_ids) == joined


def test_an_article_without_any_date_has_a_headline_event_dated_by_its_publication() -> None:
    merged, headlines = build([tell("a", ("The mayor of Harwick resigned.", "resigned", None), published="2014-05-09")])
    [event] = [event for part in merged for event in part.events]
    assert (event.date_basis, headlines["a"]) == ("publication", (event.event_id,))


def test_without_any_date_there_is_no_event_and_nothing_breaks() -> None:
    undated = tell("a", ("The mayor of Harwick resigned.", "resigned", None))
    undated.article.published = None
    undated.mentions[0].grounded = True
    silent = tell("b", ("", "", None))
    silent.mentions = []
    assert build([]) == ([], {})
    assert build([undated, silent]) == ([], {})


# ---- identity


def test_ids_are_those_of_the_earliest_mention() -> None:
    first, later = tell("z", BLAST, published="2014-05-08"), tell("a", BLAST_AGAIN, published="2014-05-09")
    [event] = events_of([first, later])
    assert event.event_id == merging.event_id(merging.mention_id("z", first.mentions[0]))


# ---- order and history

PLACES = ["Velden", "Lorna", "Harwick", "Sund"]
HAPPENINGS = [
    ("A bomb exploded at the {} market, killing {} people.", "exploded"),
    ("Dockers in {} walked out and stopped {} ships.", "walked"),
    ("The {} council approved a tram line of {} stops.", "approved"),
    ("Floods in {} drove {} families from their homes.", "drove"),
]
sentences = st.builds(
    lambda what, where, number, day: (what[0].format(where, number), what[1], day),
    st.sampled_from(HAPPENINGS),
    st.sampled_from(PLACES),
    st.integers(2, 4),
    st.sampled_from(["2014-05-06", "2014-05-07", "2014-05-08", "2014-05", None]),
)


@st.composite
def collections(draw: st.DrawFn) -> list[Extraction]:
    count = draw(st.integers(1, 12))
    return [
        tell(f"a{i:02d}", *draw(st.lists(sentences, min_size=1, max_size=4)), published=f"2014-05-{draw(st.integers(7, 12)):02d}")
        for i in range(count)
    ]


def rows(
    extractions: list[Extraction], cache: dict[str, merging.Merged] | None = None
) -> tuple[list[dict[str, object]], dict[str, tuple[str, ...]]]:
    merged, headlines = grow(extractions, {} if cache is None else cache)
    return sorted((asdict(event) for part in merged for event in part.events), key=lambda row: str(row["event_id"])), headlines


@settings(deadline=None, max_examples=40)
@given(collections(), st.randoms(use_true_random=False))
def test_order_never_matters_and_every_mention_has_at_most_one_event(extractions: list[Extraction], rng: random.Random) -> None:
    whole = rows(extractions)
    shuffled = extractions[:]
    rng.shuffle(shuffled)
    assert rows(shuffled) == whole
    homes = [mention for row in whole[0] for mention in row["mention_ids"]]
    assert len(homes) == len(set(homes))
    assert len({row["event_id"] for row in whole[0]}) == len(whole[0])


@settings(deadline=None, max_examples=15)
@given(collections(), st.randoms(use_true_random=False))
def test_growing_article_by_article_gives_what_one_go_gives(extractions: list[Extraction], rng: random.Random) -> None:
    """As a builder does it: what a neighbourhood gave is kept by its key, and only new keys are merged."""
    order = extractions[:]
    rng.shuffle(order)
    cache: dict[str, merging.Merged] = {}
    for count in range(1, len(order) + 1):
        grown = rows(order[:count], cache)
    assert grown == rows(extractions)


# ---- clustering


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 1000)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_average_link_partitions_and_ignores_the_order_of_pairs(drawn: list[tuple[int, int, int]], rng: random.Random) -> None:
    pairs = [(a, b, similarity) for (a, b), similarity in {(min(a, b), max(a, b)): s for a, b, s in drawn if a != b}.items()]
    groups = average_link(10, pairs, 500)
    assert sorted(row for group in groups for row in group) == list(range(10))
    rng.shuffle(pairs)
    assert average_link(10, pairs, 500) == groups


def test_average_link_does_not_chain() -> None:
    assert average_link(3, [(0, 1, 900), (1, 2, 800)], 500) == [[0, 1], [2]]


# ---- the days that matter


def row(day: str, summary: str, importance: float, articles: int = 1, basis: str = "full_date") -> dict[str, object]:
    return {
        "event_id": summary,
        "date": datetime.fromisoformat(day).date(),
        "summary": summary,
        "importance": importance,
        "article_ids": [f"{day}{i}" for i in range(articles)],
        "date_basis": basis,
        "participants": [],
        "places": [{"name": "Velden"}] if "Velden" in summary else [],
    }


ROWS = [
    row("2014-05-07", "A bomb exploded at the Karum market in Velden.", 3.0, 9),
    row("2014-05-07", "Dockers in Harwick walked out over pensions.", 1.0),
    row("2014-05-08", "A bomb exploded at the Karum market in Velden.", 2.5, 4),
    row("2014-05-09", "Parliament in Lorna passed the fishing law.", 2.0, 2),
    row("2014-05-10", "The mayor of Harwick resigned.", 0.5),
]


def test_top_days_are_in_order_of_date_and_no_two_say_the_same() -> None:
    lines = merging.top_days(ROWS, 3)
    assert [line["date"] for line in lines] == ["2014-05-07", "2014-05-09", "2014-05-10"]
    assert len({line["text"] for line in lines}) == 3


def test_several_lines_a_day_only_where_asked_for() -> None:
    assert [line["date"] for line in merging.top_days(ROWS, 2, per_day=2)] == ["2014-05-07", "2014-05-07"]
    assert merging.top_days(ROWS, 0) == []
    assert merging.top_days([], 3) == []


def test_a_topic_narrows_and_ranks_by_relevance() -> None:
    found = [told["summary"] for _, told in merging.about(ROWS, "market bomb Velden")]
    assert found[0] == "A bomb exploded at the Karum market in Velden."
    assert "The mayor of Harwick resigned." not in found
