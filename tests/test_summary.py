"""The line to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading_aid import read
from timeline.events.summary import LONGEST, summarise, summary_words

CASES = [
    ("plain", "Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("leading word", "But rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("leading word with comma", "However, rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("dateline with agency", "HOMS, Syria (AP) — Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("dateline with hyphen", "BRNO, Czech Republic - Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("mixed dateline", "Damascus (Reuters) - Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("trailing source", "Rebels *left* the city on Wednesday, activists *said*.", "Rebels left the city on Wednesday."),
    ("trailing according", "Rebels *left* the city on Wednesday, according to the AP.", "Rebels left the city on Wednesday."),
    ("leading source", "According to activists, rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    (
        "credit",
        "Civilians *carry* bags in Homs on Feb. 19, 2014.AFP - Getty Images, file",
        "Civilians carry bags in Homs on Feb. 19, 2014.",
    ),
    ("bullet", "• Rebels *left* the city on Wednesday.", "Rebels left the city on Wednesday."),
    ("pronoun", "Imad Salamey spoke. He *left* the city on Wednesday.", "Imad Salamey left the city on Wednesday."),
    ("lone mark", "“Rebels *left* the city on Wednesday, the mayor *said*.", "Rebels left the city on Wednesday."),
    ("its own verb stays", "The mayor *said* on Wednesday that all was well.", "The mayor said on Wednesday that all was well."),
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


@given(st.text(alphabet='aB c,;."“”—-(AP)\n', min_size=1, max_size=500))
def test_any_text_gives_one_short_line(text: str) -> None:
    """Never longer than promised where borders allow, never on two lines, never an error."""
    text += "trigger" + text
    trigger = text.index("trigger"), text.index("trigger") + 7
    line = summarise(text, (0, len(text)), trigger, summary_words("en"))
    assert "\n" not in line
    assert "rigger" in line
