"""Sources and quotations."""

from __future__ import annotations

import pytest

from tests.reading_aid import read
from timeline.events.attribution import quotations, within

CASES = [
    ("According to activists, rebels *left* the city.", "left", "activists"),
    ("Rebels *left* the city, according to state media.", "left", "state media"),
    ("Rebels *left* the city, the interior ministry *said*.", "left", "interior ministry"),
    ("Rebels *left* the city, Reuters *reported*.", "left", "Reuters"),
    ("The ministry *said* rebels *left* the city.", "left", "ministry"),
    ("The ministry *said* rebels *left* the city.", "said", None),
    ("Rebels *left* the city, *said* Imad Salamey, a professor.", "left", "Imad Salamey"),
    ("Imad Salamey, who was *arrested* in May, *said* rebels *left*.", "arrested", None),
    ("Imad Salamey spoke. He *said* rebels *left* the city.", "left", "Imad Salamey"),
    ("Rebels *left* the city.", "left", None),
    ("After rebels *left* the city, the mayor *announced* plans to rebuild.", "left", None),
    ("“Rebels *left* the city,” the mayor *said*, adding nothing.", "left", "mayor"),
    ("Rebels *left* the city, the mayor *told* reporters.", "left", "mayor"),
    ("It is *said* that rebels *left* the city.", "left", None),
]


@pytest.mark.parametrize(("text", "trigger", "wanted"), CASES, ids=[f"{case[0]} {case[1]}" for case in CASES])
def test_source(text: str, trigger: str, wanted: str | None) -> None:
    """The source of what is told; a verb of saying has none of its own."""
    assert read(text)[trigger].attribution == wanted


@pytest.mark.parametrize(
    ("lang", "text", "trigger", "wanted"),
    [
        ("de", "Nach Angaben der Polizei *starben* zwölf Menschen.", "starben", "Polizei"),
        ("de", "Zwölf Menschen *starben*, *sagte* der Regierungssprecher.", "starben", "Regierungssprecher"),
        ("es", "Según la fiscalía, tres personas *murieron*.", "murieron", "fiscalía"),
        ("es", "Tres personas *murieron*, *dijo* el portavoz.", "murieron", "portavoz"),
        ("es", "Tres personas *murieron*, según denuncia la oposición, en el asedio de la ciudad.", "murieron", "oposición"),
        ("es", "Tres personas *murieron* en el asedio, según ha informado la fiscalía.", "murieron", "fiscalía"),
    ],
)
def test_source_in_other_languages(lang: str, text: str, trigger: str, wanted: str) -> None:
    """By the words of their packs."""
    assert read(text, lang)[trigger].attribution == wanted


def test_quoted_words_are_marked() -> None:
    """What lies within quotation marks, and whose words they are."""
    found = read('"We have *lost* many men in this war," Imad Salamey *said*. "They *died* in the long siege."')
    assert (found["lost"].quoted, found["said"].quoted, found["died"].quoted) == (True, False, True)
    assert found["died"].attribution == "Imad Salamey"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("“We did not leave the town,” he said.", [(0, 28)]),
        ("the “moderate” rebels", []),
        ("“We did not leave the town.\n\n“We stayed there all along.”", [(0, 27), (29, 57)]),
        ('a 5" pipe and nothing more', []),
        ("„Wir sind nicht gegangen, nie“, sagte er.", [(0, 30)]),
        ("«No nos fuimos de la ciudad», dijo.", [(0, 28)]),
    ],
)
def test_quotations(text: str, spans: list[tuple[int, int]]) -> None:
    """Marks in pairs within a paragraph; a paragraph left open is quoted to its end; single words are no quotation."""
    assert quotations(text) == spans
    assert all(within(spans, start) and not within(spans, end) for start, end in spans)
