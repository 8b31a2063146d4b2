"""Blocks: a caption is not a claim, a plug is not the story."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.language.files import hand_packs
from timeline.reading.blocks import find_blocks
from timeline.reading.phrases import phrases

STORY = "The last ferry left the island on Tuesday, carrying the keeper of the light and two crates of letters."
ARTICLE = [
    ("title", "Island's last ferry sails"),
    ("byline", "By Ada Moor and Ben Quay"),
    ("boilerplate", "Morning Tide Newsletter"),
    ("boilerplate", "Sign up for our newsletter and get the harbour's news delivered to your inbox every day."),
    ("dateline", "NORTH ISLE (AP) —"),
    ("lead", STORY),
    ("body", "“We shall miss it,” the keeper said. “May was always the best month.”"),
    ("quote", "“Nobody believed that the line could pay for itself.”"),
    ("caption", "Passengers board the ferry at North Isle on Feb. 3, 2019."),
    ("boilerplate", "AFP - Getty Images, file"),
    ("list", "- The line opened in 1951"),
    ("list", "- It carried 2,000 people a year"),
    ("boilerplate", "READ MORE: Harbour fees to rise"),
    ("body", "A new pier is planned for June 3."),
    ("boilerplate", "Reuters contributed to this report."),
    ("boilerplate", "© 2024 The Pier. All rights reserved."),
]


def labelled(text: str, title: str | None = None, lang: str | None = "en", titled: bool = False) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in find_blocks(text, title, lang, titled=titled)]


def test_a_whole_article():
    text = ""
    for kind, piece in ARTICLE:
        glue = "" if kind == "boilerplate" and piece.startswith("AFP") else " " if kind == "lead" else "\n\n"
        text += (glue if text else "") + piece
    assert labelled(text) == ARTICLE


CASES = [
    ("en", "People walk past a poster on May 7, 2014.AFP - Getty Images", ["caption", "boilerplate"]),
    ("en", "A crane lifts the hull (Photo by Jan Roe/Getty Images)", ["caption", "boilerplate"]),
    ("en", "FILE - The bridge before the flood.", ["caption"]),
    ("en", "Photo: Jan Roe", ["caption"]),
    ("en", "Advertisement", ["boilerplate"]),
    ("en", "Follow us on Facebook and Twitter", ["boilerplate"]),
    ("en", "This article was originally published on Feb. 11, 2020.", ["boilerplate"]),
    ("en", "Copyright reform passed the lower house on Tuesday after a long debate.", ["body"]),
    ("en", "By the time the boats came back, the harbour was empty.", ["body"]),
    ("en", "Get ready, the mayor told the crowd before the lights went out on Sunday.", ["body"]),
    ("en", "May was warm. June was not.", ["body"]),
    ("en", "By Jan Roe, Staff Writer", ["byline"]),
    ("en", "Posted by Ada Moor on April 3, 2005 01:12 AM.", ["boilerplate"]),
    ("en", "Posted by the harbour gate, two guards waved the ferry through.", ["body"]),
    ("en", "At 03:14 am on 03 Jun 2009, moorhen wrote: I never saw the light go out.", ["boilerplate"]),
    ("en", "At 3:14 am on Sunday the keeper saw the light go out and wrote: all is lost.", ["body"]),
    ("en", "This post was last changed at 06:36 PM, April 2 2005.", ["boilerplate"]),
    ("en", "This post was empty when the boats came back.", ["body"]),
    ("en", "Harbour News © 2021", ["boilerplate"]),
    ("es", "Más leídas hoy", ["boilerplate"]),
    ("es", "Más leídas que nunca, las cartas del farero se publicaron el lunes en el diario de la isla.", ["body"]),
    ("es", "Derechos reservados 2020. Queda prohibida la reproducción total o parcial.", ["boilerplate"]),
    ("fr", "Chaque matin à 8 heures, recevez l'essentiel du port.", ["boilerplate"]),
    ("fr", "Le Phare avec l'agence Publié le 3 mai 2014 à 08h36 - Mis à jour le 4 mai 2014", ["boilerplate"]),
    ("fr", "Daté du jeudi 3 mai", ["boilerplate"]),
    ("fr", "Publié en 1950, le journal du gardien du phare fut lu dans toute l'île ce dimanche.", ["body"]),
    ("fr", "Chaque matin, le gardien montait au phare.", ["body"]),
    ("fr", "Conformément à la loi informatique et libertés, vous disposez d'un droit d'accès.", ["boilerplate"]),
    ("de", "Lesen Sie auch: Der Hafen wird teurer", ["boilerplate"]),
    ("de", "Von Jan Roe", ["byline"]),
    ("de", "Von Montag an fahren die Fähren wieder nach dem alten Plan.", ["body"]),
    ("fr", "À lire aussi : le port augmente ses tarifs", ["boilerplate"]),
    ("es", "Lea también: el puerto sube sus tarifas", ["boilerplate"]),
    ("pt", "Leia também: porto aumenta as tarifas", ["boilerplate"]),
    ("it", "Leggi anche: il porto aumenta le tariffe", ["boilerplate"]),
    ("nl", "Lees ook: haven verhoogt tarieven", ["boilerplate"]),
    ("ru", "Читайте также: порт повышает тарифы", ["boilerplate"]),
    ("pl", "Czytaj też: port podnosi opłaty", ["boilerplate"]),
    ("tr", "Tüm hakları saklıdır.", ["boilerplate"]),
]


@pytest.mark.parametrize("lang, paragraph, kinds", CASES)
def test_paragraphs(lang: str, paragraph: str, kinds: list[str]):
    """Each after a lead, so that its place says nothing."""
    assert [kind for kind, _ in labelled(f"{STORY}\n\n{paragraph}\n\n{STORY}", titled=True, lang=lang)][1:-1] == kinds


def test_datelines_are_cut_off_and_hyphens_are_not_datelines():
    assert labelled("HOMS, Syria, May 7, 2014 — Rebels left the city.", titled=True)[0] == (
        "dateline",
        "HOMS, Syria, May 7, 2014 —",
    )
    assert labelled("Anna Lund-Berg of the board resigned on Monday.", titled=True)[0][0] == "lead"


def test_lines_broken_to_fit_a_screen_are_one_paragraph():
    text = "The ferry left on Tuesday with\nthe keeper of the light and two\ncrates of letters.\n\nIt will not come back."
    assert [piece.count("\n") for _, piece in labelled(text, titled=True)] == [2, 0]


def test_known_title_is_found_and_another_first_line_is_not_taken_for_it():
    assert labelled(f"Ferry  sails\n\n{STORY}", title="Ferry sails")[0][0] == "title"
    assert labelled(f"Ferry sails\n\n{STORY}", title="Another")[0][0] == "body"


@given(
    st.text(alphabet=st.sampled_from("aB .\n\r\t-—\"“”'’«»()[]:/|©•1AP Getty ImagesВ中\u2028\0"), max_size=400),
    st.sampled_from(["en", "de", None]),
)
@settings(max_examples=200, deadline=None)
def test_blocks_are_ordered_do_not_overlap_and_leave_only_blanks(text: str, lang: str | None):
    position, rest = 0, []
    for block in find_blocks(text, None, lang):
        assert position <= block.start < block.end <= len(text)
        rest.append(text[position : block.start])
        position = block.end
    rest.append(text[position:])
    assert not "".join(rest).strip(" \t\r\n-–—|/\u2028\0\x0b\x0c\x1c\x1d\x1e\x85([")


@pytest.mark.parametrize("lang", hand_packs("reading"))
def test_packs_can_be_looked_up_fast(lang: str):
    """What is searched everywhere in a paragraph must begin with plain letters."""
    assert all(len(cue) >= 3 for cue, _ in phrases(lang).boilerplate_within)
