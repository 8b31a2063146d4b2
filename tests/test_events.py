"""Events end to end: which words, when, and whether it happened. Each case has its own publication date."""

from __future__ import annotations

import gc
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.newsmaking import events_of
from timeline import pipeline
from timeline.leading import leading
from timeline.reading import article_from
from timeline.records import Article, Mention, Published
from timeline.settings import Settings


def mentions(text: str, published: str | None, lang: str = "en") -> dict[str, Mention]:
    """The mentions of a text by trigger; the first where a word names several."""
    shape = {"id": "x", "text": text, "published": published, "lang": lang}
    found: dict[str, Mention] = {}
    for mention in pipeline.extract(article_from(shape, Settings())).mentions:
        found.setdefault(mention.trigger, mention)
    return found


DATED = [
    # text, published, trigger, interval, extent
    (
        "Rebels who seized the town in 2012 began leaving on Wednesday.",
        "2014-05-07",
        "seized",
        ["2012-01-01", "2013-01-01"],
        "within",
    ),
    (
        "Rebels who seized the town in 2012 began leaving on Wednesday.",
        "2014-05-07",
        "leaving",
        ["2014-05-07", "2014-05-08"],
        "within",
    ),
    ("The bridge, opened in 1968, collapsed on Tuesday.", "2019-03-07", "opened", ["1968-01-01", "1969-01-01"], "within"),
    ("The bridge, opened in 1968, collapsed on Tuesday.", "2019-03-07", "collapsed", ["2019-03-05", "2019-03-06"], "within"),
    ("Workers have occupied the plant since January 2015.", "2016-02-01", "occupied", ["2015-01-01", None], "from"),
    ("The port was closed until March 4, 2015.", "2016-02-01", "closed", [None, "2015-03-05"], "until"),
    ("The council must decide by June 3.", "2014-05-07", "decide", [None, "2014-06-04"], "before"),
    ("The roof was rebuilt by monks from 1844 to 1864.", "2016-02-01", "rebuilt", ["1844-01-01", "1865-01-01"], "throughout"),
    ("The show ran from 3 to 12 March 2013.", "2016-02-01", "ran", ["2013-03-03", "2013-03-13"], "throughout"),
    ("Protests erupted throughout 2011.", "2014-05-07", "erupted", ["2011-01-01", "2012-01-01"], "throughout"),
]


@pytest.mark.parametrize(("text", "published", "trigger", "interval", "extent"), DATED)
def test_date(text: str, published: str, trigger: str, interval: list[str | None], extent: str) -> None:
    mention = mentions(text, published)[trigger]
    assert mention.interval is not None
    assert mention.interval.iso() == interval
    assert mention.extent == extent
    assert mention.grounded


STATUS = [
    ("The army withdrew from the town on Monday.", "withdrew", "happened"),
    ("The army will withdraw from the town on Friday.", "withdraw", "planned"),
    ("The army is scheduled to withdraw on Friday.", "withdraw", "planned"),
    ("The general vowed to attack the town.", "attack", "planned"),
    ("The army may withdraw from the town next week.", "withdraw", "possible"),
    ("Activists urged the army to withdraw.", "withdraw", "possible"),
    ("If the army leaves, the town will starve.", "leaves", "possible"),
    ("The army did not withdraw from the town.", "withdraw", "denied"),
    ("The army failed to withdraw from the town on Monday.", "withdraw", "denied"),
    ("Night frost has not been recorded this month.", "recorded", "denied"),
    ("No flights landed on Wednesday.", "landed", "denied"),
    ("None of the flights landed on Wednesday.", "landed", "denied"),
    ("No arrests were made on Monday.", "arrests", "denied"),
    ("No. 2 seed Anna Lee won on Monday.", "won", "happened"),
    ("The company had not held talks with the bidder on Monday.", "talks", "denied"),
    ("Elections were not held in 2014.", "Elections", "denied"),
    ("The army denied that it had moved troops on Monday.", "moved", "denied"),
    ("Officials denied reports that debris had been recovered on Monday.", "recovered", "denied"),
    ("The theatre was to have opened last month.", "opened", "denied"),
    ("The bridge should have opened in 2013.", "opened", "denied"),
    ("The town would have to rebuild the bridge.", "rebuild", "planned"),
    ("The town may have to rebuild the bridge.", "rebuild", "possible"),
    ("There was no doubt that rebels seized the town on Monday.", "seized", "happened"),
    ("The town was not only bombed but burned on Monday.", "burned", "happened"),
    ("Envoys did not attend the talks on Monday.", "attend", "denied"),
    ("Envoys did not attend the talks on Monday.", "talks", "happened"),
    ("The minister denied wrongdoing and left on Monday.", "left", "happened"),
    ("The plant is believed to have exploded on Monday.", "exploded", "happened"),
    ("A second vote may follow on June 3.", "vote", "possible"),
    ("Talks could resume on June 3.", "Talks", "possible"),
    ("The storm might hit the coast on Sunday.", "hit", "possible"),
    ("The storm hit the coast on Sunday.", "hit", "happened"),
    ("The minister called for the use of force on Monday.", "use", "possible"),
    ("The minister called the use of force a disgrace on Monday.", "use", "happened"),
    ("The match was called off on Monday.", "match", "denied"),
    ("The mayor ruled out a vote in June.", "vote", "denied"),
    ("The court ruled on the strike on Monday.", "strike", "happened"),
    ("The board will have finished its work by Friday.", "finished", "planned"),
    ("The board has finished its work.", "finished", "happened"),
    ("Leave the city by Friday, the army told residents.", "Leave", "possible"),
    ("Rebels leave the city.", "leave", "happened"),
    ("The talks in June may annoy voters.", "talks", "planned"),
    ("Candidates must register by June 3.", "register", "planned"),
    ("The mission is to end on June 3.", "end", "planned"),
    ("An earlier appeal failed in 2006.", "failed", "happened"),
    ("The army is withdrawing from the town.", "withdrawing", "ongoing"),
    ("Presidential elections are scheduled for June 3.", "elections", "planned"),
    ("The general was heard in the lobby boasting last year.", "boasting", "happened"),
    ("The general's press conference on Monday was short.", "conference", "happened"),
    ("A bid to retake the town failed on Monday.", "retake", "possible"),
    ("In 2012 the two combined for about 94 percent in polls.", "polls", "happened"),
    ("The ceasefire is about to start on Friday.", "ceasefire", "planned"),
    ("The board will continue a case launched in March.", "launched", "happened"),
    ("The road remains closed on Wednesday.", "remains", "ongoing"),
    ("The family poses for a picture in January.", "poses", "happened"),
    ("The general said on Friday that he wants a vote.", "wants", "ongoing"),
    ("The plan is for 80 percent renewables by 2040.", "renewables", "planned"),
    ("If nothing is done the sea could rise, reaching three feet by 2100.", "reaching", "planned"),
    ("The army left the port, reaching three villages by April.", "reaching", "happened"),
    ("A project it approved in April will not produce any oil until 2018.", "approved", "happened"),
    ("There were brief clashes before the 2016 vote.", "clashes", "happened"),
    ("The bill was known even if it was vetoed in 2012.", "vetoed", "happened"),
    ("If it was vetoed in 2012, nobody knew.", "vetoed", "possible"),
    ("The general left on Monday without naming a successor.", "naming", "denied"),
    ("The vote is put off to June.", "vote", "planned"),
    ("Rebels left.\n\nSoldiers march through Cairo on June 3, 2014. (AP Photo/John Doe)", "march", "happened"),
    ("Rebels left.\n\nSoldiers march through Cairo on June 3, 2014, with horses.", "march", "planned"),
]


@pytest.mark.parametrize(("text", "trigger", "status"), STATUS)
def test_status(text: str, trigger: str, status: str) -> None:
    assert mentions(text, "2014-05-07")[trigger].status == status


@pytest.mark.parametrize(
    ("lang", "text", "trigger", "interval", "status"),
    [
        ("de", "Am Mittwoch begannen die Rebellen den Abzug.", "begannen", ["2014-05-07", "2014-05-08"], "happened"),
        ("de", "Die Wahl soll am 3. Juni stattfinden.", "Wahl", ["2014-06-03", "2014-06-04"], "planned"),
        ("de", "Niemand wurde am Dienstag im Stadion verletzt.", "verletzt", ["2014-05-06", "2014-05-07"], "denied"),
        ("de", "Niemand lachte, als er am Dienstag im Stadion fiel.", "fiel", ["2014-05-06", "2014-05-07"], "happened"),
        ("de", "Die Konferenz wurde am Dienstag abgesagt.", "Konferenz", ["2014-05-06", "2014-05-07"], "denied"),
        ("es", "Las elecciones están previstas para el 3 de junio.", "elecciones", ["2014-06-03", "2014-06-04"], "planned"),
        ("es", "El ataque de 2011 dejó 20 muertos.", "ataque", ["2011-01-01", "2012-01-01"], "happened"),
        ("ru", "Боевики покинули город 5 мая 2014 года.", "покинули", ["2014-05-05", "2014-05-06"], "happened"),
    ],
)
def test_other_languages_follow_their_packs(lang: str, text: str, trigger: str, interval: list[str], status: str) -> None:
    mention = mentions(text, "2014-05-07", lang)[trigger]
    assert mention.interval is not None
    assert mention.interval.iso() == interval
    assert mention.status == status


@pytest.mark.parametrize("lang", ["ja", "ar", "vi", "xx", None])
def test_a_language_without_rules_gives_the_sentence_as_the_event(lang: str | None) -> None:
    shape = {"id": "x", "text": "2014-05-07 東京 地震 hello. ", "published": "2014-05-08", "lang": lang}
    (mention,) = pipeline.extract(article_from(shape, Settings())).mentions
    assert mention.grounded
    assert mention.interval is not None
    assert mention.interval.iso() == ["2014-05-07", "2014-05-08"]


@pytest.mark.parametrize("text", ["", " \n", "…", "\x00", "2012", '"', "They' s", "A" * 5000])
@pytest.mark.parametrize("lang", ["en", "de", "und"])
@pytest.mark.parametrize("published", [Published(datetime(2014, 5, 7)), None])
def test_odd_texts_put_nothing_on_the_timeline(text: str, lang: str, published: Published | None) -> None:
    extraction = pipeline.extract(Article("x", text, lang=lang, published=published), every=True)
    assert [mention.trigger for mention in extraction.mentions if mention.grounded] == []
    assert all(text[mention.start : mention.end] == mention.trigger for mention in extraction.mentions)


def test_without_a_publication_date_nothing_is_dated_by_it() -> None:
    mention = mentions("The army withdrew from the town.", None)["withdrew"]
    assert mention.interval is None
    assert not mention.grounded


GROUNDED = [
    ("Engineers inspected the bridge in March and found cracks.", {"inspected", "found"}),
    ("Engineers inspected the bridge in March and later found cracks.", {"inspected"}),
    ("Engineers inspected the bridge in March because drivers had complained.", {"inspected"}),
    ("The army left the town on Monday, ending a siege.", {"left"}),
    ("The mayor said on Monday that the town will end its support.", {"said"}),
    ("The mayor wrote to them on Monday that he will oversee the vote.", {"wrote"}),
    ("The governor is expected to sign a bill passed by the senate on Monday.", {"passed"}),
    ("The governor was expected to sign a bill on Monday.", {"sign"}),
    ("The mayor said on Monday that the vote will be on Friday.", {"said", "vote"}),
    ("“We left the town at dawn and never went back,” he said on Monday.", {"said"}),
    ("“We left the town on Friday and never went back,” he said on Monday.", {"left", "said"}),
    ("The “bloody attack” on Monday killed five.", {"killed"}),
    ("The army said on Monday that soldiers had left the town.", {"said"}),
    ("On Monday the mayor said their meeting had been cancelled.", {"said"}),
    ("States that allow voters to place laws on ballots adopted the practice in 1902.", {"adopted"}),
    ("Revenue rose 6 percent in the three months ended April 30.", {"rose"}),
    ("Last year visitors spent a fortune here.", {"spent"}),
    ("Her appointee was 89 when he wrote to the mayor in April 2010.", {"wrote"}),
    ("The senator's proposed tax break met with resistance on Monday.", {"met"}),
    ("The mayor spoke on Monday without naming anyone.", {"spoke"}),
    ("Her first move after getting elected to the board in 2005 was a mistake.", {"elected"}),
    ("The council put off the vote until June.", {"vote"}),
    ("The mayor said Wednesday that she will form a board.", {"said"}),
    ("While he spoke of a wish to end the feud, at the time of his death in 1999, it went on.", {"death"}),
    ("The fund began in 2007 and is in its second phase.", {"began"}),
    ("The campaign chief told reporters on Monday.", {"told"}),
    ("The verdict was announced on Monday.", {"verdict"}),
    ("“We are going to win every county,” he said at an election party last March.", {"said"}),
    ("The mayor acknowledged on Monday that she made a mistake by visiting the ward.", {"acknowledged"}),
    ("Police said on Monday that two people were killed on Friday.", {"said", "killed"}),
    ("The mayor posted a letter on Monday arguing that the port is safe.", {"posted"}),
    ("The club ended its youth programme last year.", {"ended"}),
    ("The board ended months of talks in April.", {"ended"}),
    ("The board began talks in April.", {"talks"}),
    ("A conflict like the 2006 war would ruin the port.", {"war"}),
    ("In Tuesday's debate the mayor attacked her rival.", {"attacked"}),
    ("Voters heading into Tuesday's election are worried.", {"election"}),
    ("She withdrew from the 2012 accord, leading to a standoff.", {"accord"}),
    ("On Monday a bomb went off in the market, killing four.", {"went", "killing"}),
    ("In April a man named Jo Poe sued the city.", {"sued"}),
    ("On Monday a storm in the north felled trees.", {"felled"}),
    ("In 2012 few expected the harbour to reopen.", {"expected"}),
    ("The harbour is expected to reopen in June.", {"reopen"}),
    ("The mayor went after her rival on the campaign trail on Monday.", {"went"}),
    ("Imagine her relief, come Monday, when the strike is over.", {"strike"}),
    ("The months leading up to June 3 are quiet.", set()),
    ("In May they came and left.", {"came", "left"}),
    ("She spoke of the deal after it was reported on Monday that it had failed.", {"reported"}),
    ("The rivals resumed their tour of the war zone on Monday.", {"tour"}),
]


@pytest.mark.parametrize(("text", "wanted"), GROUNDED, ids=[case[0][-30:] for case in GROUNDED])
def test_a_date_is_that_of_its_clause(text: str, wanted: set[str]) -> None:
    assert {trigger for trigger, mention in mentions(text, "2014-05-07").items() if mention.grounded} == wanted


def test_the_same_text_gives_the_same_mentions() -> None:
    text = "Rebels who seized the town in 2012 began leaving on Wednesday. They will not return before 2016."
    assert mentions(text, "2014-05-07") == mentions(text, "2014-05-07")


UNDATED_NEWS = (
    "A suicide blast in Kabul has killed Captain John Miller of the Army.\n\n"
    "The ward is full. Quiet streets. Nurses visit the wounded daily. Anna Berg drove one of them to Herat."
)


def test_what_may_be_an_articles_news_is_complete_though_nothing_dates_it():
    found = mentions(UNDATED_NEWS, "2019-09-05")
    killed = found["killed"]
    assert killed.summary == "A suicide blast in Kabul has killed Captain John Miller of the Army."
    assert [place.name for place in killed.places] == ["Kabul"]
    assert any("John Miller" in participant.text for participant in killed.participants)
    assert not found["visit"].summary, "no event is made of it"
    assert "drove" not in found, "a sentence further down that nothing dates is not read"


def test_where_the_lead_tells_nothing_the_first_sentences_are_read():
    streets, blast = "Quiet streets and empty shops in the north.", "A blast in Kabul has killed Captain John Miller of the Army."
    rest = "Nurses visited the wounded. The ward is full. Families waited outside."
    told = mentions(f"{streets}\n\n{blast}\n\n{rest}", "2019-09-05")
    assert told["killed"].summary == blast
    assert "waited" not in told
    assert set(mentions(f"{blast}\n\n{rest}", "2019-09-05")) == {"blast", "killed"}, "the lead tells it"


LEADING = [
    # blocks of mentions in the order of the text, a sentence each; which of them tell the news
    (["title", "body", "lead", "body"], {0, 2}),
    (["body", "body", "body"], {0, 1}),
    (["caption", "byline", "list", "boilerplate", "dateline", "quote", "body"], {4, 5}),
    (["caption"], set()),
    ([], set()),
]


@pytest.mark.parametrize(("blocks", "wanted"), LEADING)
def test_title_and_lead_tell_the_news_else_the_first_sentences(blocks, wanted):
    mentions = [
        Mention(sentence=(10 * k, 10 * k + 9), start=10 * k, end=10 * k + 3, trigger="act", block=block)
        for k, block in enumerate(blocks)
    ]
    assert leading(mentions) == wanted


def test_mentions_of_one_sentence_lead_together():
    mentions = [Mention(sentence=(0, 9), start=k, end=k + 1, trigger="act", block="body") for k in range(5)]
    assert leading(mentions) == {0, 1, 2, 3, 4}


GERMAN = [
    ("Der frühere Minister steht seit 2010 an der Spitze.", "frühere"),
    ("Der Lauf am Sonntag war eine echte Premiere.", "echte"),
    ("Das Werk zog sich 2013 dennoch aus der Liga zurück.", "dennoch"),
]


@pytest.mark.parametrize(("text", "adjective"), GERMAN, ids=[case[1] for case in GERMAN])
def test_adjectives_and_adverbs_name_no_event_in_german(text: str, adjective: str) -> None:
    found = mentions(text, "2014-05-07", "de")
    assert found and adjective not in found


def test_only_nouns_take_part_in_german() -> None:
    found = mentions("Die Bundesregierung hatte am Mittwoch die Prognosen mal eben verdoppelt.", "2014-05-07", "de")
    who = [participant.text for mention in found.values() for participant in mention.participants]
    assert "Bundesregierung" in who
    assert not [name for name in who if name.islower()]


def test_boilerplate_puts_nothing_on_the_timeline():
    found = mentions("The senate met.\n\nSign up today to receive our newsletters.\n\nIt voted on Monday.", "2019-09-05")
    assert [trigger for trigger, mention in found.items() if mention.grounded] == ["voted"]


def test_a_dateline_puts_nothing_on_the_timeline():
    found = mentions("EAST BAY, Texas, March 23 -\n\nThe mill closed on Monday.", "1987-03-25")
    assert [trigger for trigger, mention in found.items() if mention.grounded] == ["closed"]


NOT_UNTIL = [
    ("en", "The letters were not delivered until late February.", "delivered", "within", "happened"),
    ("en", "The bridge will not open until June 3.", "open", "within", "planned"),
    ("en", "The siege lasted until Monday.", "lasted", "until", "happened"),
    ("en", "The letters were not delivered on Monday.", "delivered", "within", "denied"),
    ("en", "The letters were not delivered after Monday.", "delivered", "after", "denied"),
    ("es", "El puente no se abrirá hasta junio.", "abrirá", "within", "planned"),
    ("es", "El puente no se abrió el lunes.", "abrió", "within", "denied"),
]


@pytest.mark.parametrize(("lang", "text", "trigger", "extent", "status"), NOT_UNTIL, ids=[case[1] for case in NOT_UNTIL])
def test_what_is_not_until_a_time_is_then(lang: str, text: str, trigger: str, extent: str, status: str) -> None:
    mention = mentions(text, "2014-05-07", lang)[trigger]
    assert (mention.extent, mention.status) == (extent, status)


def test_every_event_of_a_build_has_a_line():
    extraction = pipeline.extract(
        article_from({"id": "x", "text": UNDATED_NEWS, "published": "2019-09-05", "lang": "en"}, Settings())
    )
    events = events_of([extraction])
    assert events and all(event.summary for event in events)


SEVERAL = [
    ("Rebels seized the town on Monday. The army said it had not left.", "2014-05-07", "en"),
    ("Die Konferenz wurde am Dienstag abgesagt.", "2014-05-07", "de"),
    ("The vote is on June 3.", "2014-05-07", "en"),
    ("Nothing.", None, "en"),
    ("", None, None),
    ("Los rebeldes dejaron la ciudad el miércoles.", "2014-05-07", "es"),
    ("He was arrested in 2012 after the attack, police said.", "2013-01-02", "en"),
]


@pytest.mark.parametrize("every", [True, False])
def test_articles_together_give_what_each_gives_alone(every):
    def articles():
        return [
            Article(str(k), text, lang=lang, published=published and Published(datetime.fromisoformat(published)))
            for k, (text, published, lang) in enumerate(SEVERAL)
        ]

    together = pipeline.extract_all(articles(), every=every)
    assert together == [pipeline.extract(article, every=every) for article in articles()]
    assert sum(bool(extraction.mentions) for extraction in together) >= 5
    assert pipeline.extract_all([]) == []


@given(st.lists(st.sampled_from([0, 1, 30_000, 50_000, 99_999, 100_000, 150_000]), max_size=20))
def test_texts_go_together_in_order_and_in_bounds(sizes):
    pieces = [(k, Article(str(k), "x" * size)) for k, size in enumerate(sizes)]
    groups = list(pipeline.together(pieces, lambda piece: piece[1]))
    assert [piece for group in groups for piece in group] == pieces
    lengths = [sum(len(article.text) for _, article in group) for group in groups]
    assert all(len(group) == 1 or length <= 100_000 for group, length in zip(groups, lengths, strict=True))
    assert all(groups)
    following = [len(group[0][1].text) for group in groups[1:]]
    assert all(length + size > 100_000 for length, size in zip(lengths, following, strict=False))


def test_the_garbage_collector_is_left_as_it_was(monkeypatch):
    assert gc.isenabled()
    pipeline.extract_all([Article("a", "Rebels left on Monday.", lang="en")])
    assert gc.isenabled()
    monkeypatch.setattr("timeline.events.extract_all", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pipeline.extract_all([Article("a", "Rebels left.", lang="en")])
    assert gc.isenabled()
