"""The line to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading_aid import read
from timeline import extract
from timeline.events.summary import LONGEST, summarise, summary_words

CASES = [
    ("plain", "Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("leading word", "But rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("leading word with comma", "However, rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("dateline with agency", "HOMS, Syria (AP) — Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("dateline with hyphen", "BRNO, Czech Republic - Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("mixed dateline", "Damascus (Reuters) - Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    (
        "dateline with a clock",
        "LONDON | Wed Apr 29, 2009 11:17 am BST LONDON (Reuters) - Rebels *left* the city.",
        "Rebels left the city.",
    ),
    ("trailing source", "Rebels *left* the city on Wednesday, activists *said*.", "Rebels left the city on Wednesday."),
    ("trailing according", "Rebels *left* the city on Wednesday, according to the AP.", "Rebels left the city on Wednesday."),
    (
        "source in the middle",
        "The siege *ended* on Monday, according to activists, with 300 dead.",
        "The siege ended on Monday, according to activists, with 300 dead.",
    ),
    ("leading source", "According to activists, rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    (
        "credit",
        "Civilians *carry* bags in Homs on Feb. 19, 2014.AFP - Getty Images, file",
        "Civilians carry bags in Homs on Feb. 19, 2014.",
    ),
    ("bullet", "• Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("pronoun", "Imad Salamey spoke. He *left* the city on Wednesday.", "Imad Salamey left the city on Wednesday."),
    (
        "pronoun behind a time or place",
        "Imad Salamey spoke. In the evening he *left* the city with Eva Klein.",
        "In the evening Imad Salamey left the city with Eva Klein.",
    ),
    (
        "pronoun after one who was only met",
        "Imad Salamey spoke. In the evening he met Eva Klein. He *left* the city on Wednesday.",
        "Imad Salamey left the city on Wednesday.",
    ),
    (
        "pronoun of a clause before another's name",
        "Imad Salamey spoke. When he came on Wednesday, Eva Klein *left* the city.",
        "When he came on Wednesday, Eva Klein left the city.",
    ),
    ("lone mark", "“Rebels *left* the city on Wednesday, the mayor *said*.", "Rebels left the city on Wednesday."),
    ("its own verb stays", "The mayor *said* on Wednesday that all was well.", "The mayor said on Wednesday that all was well."),
    ("label", "FILE PHOTO: Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("no label", "Photos: five *were* found.", "Five were found."),
    ("a noun", "Photo albums *were* found.", "Photo albums were found."),
    ("so far", "So far, rebels *left* the city.", "So far, rebels left the city."),
    ("in addition to", "In addition to food, rebels *left* arms.", "In addition to food, rebels left arms."),
    ("then-president", "Then-president Lee *left* the city.", "Then-president Lee left the city."),
    ("then again", "Then again, rebels *left* the city.", "Rebels left the city."),
    ("not a dateline", "The AP - a news agency - *moved* to a new house.", "The AP - a news agency - moved to a new house."),
]


@pytest.mark.parametrize(("text", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_line_stands_alone(text: str, wanted: str) -> None:
    """What newsrooms leave around a sentence is gone; the event itself never is."""
    mention = next(iter(read(text).values()))
    assert mention.summary == wanted


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    """The clauses around the trigger, marked where they were cut."""
    long = "Rebels *left* the city on Wednesday after two years of siege, handing a victory to the president, " + ", ".join(
        f"while part {n} of the deal was still to be agreed upon by both sides" for n in range(8)
    )
    summary = read(long + ".")["left"].summary
    assert summary.startswith("Rebels left the city on Wednesday") and summary.endswith(" …")
    assert len(summary) <= LONGEST + 2


PART = " and the envoys of both sides spoke of it at length on a bridge over the river that divides the old town from the new"
CUT = [
    (
        "who speaks behind a long quotation",
        f"“We will go on,{PART}{PART},” Ann Lee, a guard of the northern gate, *said* on Monday.",
        "Ann Lee, a guard of the northern gate, said on Monday.",
        "",
    ),
    ("who acts is in the line", f"Ann Lee, who spoke,{PART}, *left*{PART}{PART}.", "Ann Lee, who spoke", " …"),
    (
        "not at the first comma",
        f"That *changed* on Monday, when the king came{PART}{PART}.",
        "That changed on Monday, when the king came",
        " …",
    ),
    (
        "not between dashes",
        f"A noise{PART} — perhaps a dog{PART} — may have *woken* the guards of the gate.",
        "A noise and the envoys",
        "the gate.",
    ),
    (
        "not what is said without who says it",
        f"Ann Lee went at the mayor{PART}{PART}, saying his four years *left* the town gasping.",
        "Ann Lee went at the mayor",
        "saying his four years left …",
    ),
    (
        "conjunction without its main clause",
        f"While rebels *left* the city{PART}{PART}, it rained.",
        "Rebels left the city and",
        " …",
    ),
    (
        "conjunction with its main clause",
        f"While it rained, rebels *left* the city{PART}{PART}{PART}.",
        "While it rained, rebels left",
        " …",
    ),
]


@pytest.mark.parametrize(("text", "head", "tail"), [case[1:] for case in CUT], ids=[case[0] for case in CUT])
def test_what_is_cut_still_stands_alone(text: str, head: str, tail: str) -> None:
    """A line that is too long for the whole sentence tells who acts, and no fragment."""
    mention = next(iter(read(text).values()))
    assert mention.summary.startswith(head) and mention.summary.endswith(tail)


def test_blanks_of_a_page_do_not_count() -> None:
    """Names that a page sets apart with hundreds of blanks leave their sentence whole."""
    text = f"Ann Lee{' ' * 300}(R) *left* the city on Monday, and came back."
    assert read(text)["left"].summary == "Ann Lee (R) left the city on Monday, and came back."


@given(st.text(alphabet='aB c,;."“”—-(AP)\n', min_size=1, max_size=500))
def test_any_text_gives_one_short_line(text: str) -> None:
    """Never longer than promised where borders allow, never on two lines, never an error."""
    text += "trigger" + text
    trigger = text.index("trigger"), text.index("trigger") + 7
    line = summarise(text, (0, len(text)), trigger, summary_words("en"))
    assert "\n" not in line
    assert "rigger" in line


# text, trigger, line, places: an event of a relative clause with a date of its own, told by itself
CLAUSES = [
    (
        "Fighters were to leave the city where protests began in 2011, their departures synchronized with aid near Nubl.",
        "began",
        "Protests began in 2011.",
        [],
    ),
    (
        "He flew to Aleppo, where at least 12 people were killed on Monday, and met the mayor.",
        "killed",
        "At least 12 people were killed on Monday in Aleppo.",
        ["Aleppo"],
    ),
    ("Rebels who seized the town in 2012 began leaving on Wednesday.", "seized", "Rebels seized the town in 2012.", []),
    (
        "Police arrested a man who attacked a mosque in London in 2017 and fled.",
        "attacked",
        "A man attacked a mosque in London in 2017.",
        ["London"],
    ),
    ("The driver, who was convicted in March 2015, died on Friday.", "convicted", "The driver was convicted in March 2015.", []),
    (
        "Voló a Alepo, donde al menos 12 personas murieron el 5 de mayo de 2014, y vio al alcalde.",
        "murieron",
        "Al menos 12 personas murieron el 5 de mayo de 2014 en Alepo.",
        ["Aleppo"],
    ),
    (
        "The blaze was put out on Tuesday after smoke was first seen on Monday evening near the harbour.",
        "seen",
        "Smoke was first seen on Monday evening near the harbour.",
        [],
    ),
    (
        "Before the army retook the town on Sunday, militants burned the church.",
        "retook",
        "The army retook the town on Sunday.",
        [],
    ),
    (
        "The town fell after an attack on Sunday killed 12 soldiers and wounded 30.",
        "killed",
        "An attack on Sunday killed 12 soldiers.",
        [],
    ),
    (
        "Voló a Alepo, donde un ataque ocurrió el 5 de mayo de 2014 y que acabó, según la oposición, con la tregua.",
        "ocurrió",
        "Un ataque ocurrió el 5 de mayo de 2014 en Alepo.",
        ["Aleppo"],
    ),
    # the sentence stays whole
    (
        "The blaze was put out on Tuesday after smoke was first seen on Monday evening near the harbour.",
        "put",
        "The blaze was put out on Tuesday after smoke was first seen on Monday evening near the harbour.",
        [],
    ),
    (
        "The blaze was put out, a day after it was first seen on Monday evening.",
        "seen",
        "The blaze was put out, a day after it was first seen on Monday evening.",
        [],
    ),
    (
        "The court will sit when parliament is dissolved on June 3.",
        "dissolved",
        "The court will sit when parliament is dissolved on June 3.",
        [],
    ),
    (
        "He left before the attack in April and shaved his head.",
        "shaved",
        "He left before the attack in April and shaved his head.",
        [],
    ),
    (
        "A doctor who helped fight bird flu warned on Monday of a new one.",
        "warned",
        "A doctor who helped fight bird flu warned on Monday of a new one.",
        [],
    ),
    (
        "A doctor who fought bird flu warned on Monday of a new one.",
        "fought",
        "A doctor who fought bird flu warned on Monday of a new one.",
        [],
    ),
    (
        "Rebels who seized the town in 2012 began leaving on Wednesday.",
        "leaving",
        "Rebels who seized the town in 2012 began leaving on Wednesday.",
        [],
    ),
    (
        "The mayor, whom police arrested in March 2015, died on Friday.",
        "arrested",
        "The mayor, whom police arrested in March 2015, died on Friday.",
        [],
    ),
    (
        "He is a former guard who fought in the war in 2011.",
        "fought",
        "He is a former guard who fought in the war in 2011.",
        [],
    ),
    (
        "Guards accused the king, but she is not the only one who fled in 2011.",
        "fled",
        "Guards accused the king, but she is not the only one who fled in 2011.",
        [],
    ),
    (
        "As someone who fought in the war in 2011, he sleeps badly.",
        "fought",
        "As someone who fought in the war in 2011, he sleeps badly.",
        [],
    ),
    (
        "The reply after the ruling came on Monday.",
        "came",
        "The reply after the ruling came on Monday.",
        [],
    ),
    ("He asked where the money was spent in 2011.", "spent", "He asked where the money was spent in 2011.", []),
    (
        "They met in Geneva, where they signed the papers on May 3.",
        "signed",
        "They met in Geneva, where they signed the papers on May 3.",
        ["Geneva"],
    ),
]


@pytest.mark.parametrize(("text", "trigger", "line", "places"), CLAUSES, ids=[f"{case[1]}-{case[2][:12]}" for case in CLAUSES])
def test_a_clause_with_its_own_date_is_told_by_itself(text: str, trigger: str, line: str, places: list[str]) -> None:
    lang = "es" if text.startswith("Voló") else "en"
    (mention,) = [m for m in extract(text, published="2014-05-08", lang=lang).mentions if m.trigger == trigger]
    assert (mention.summary, [place.name for place in mention.places]) == (line, places)
