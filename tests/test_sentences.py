"""The sentence splitter: what ends a sentence, what does not, and the invariants for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.language import split
from timeline.language.files import hand_packs, primary, read_pack
from timeline.language.sentences import MAX_SENTENCE
from timeline.records import Block


def cases() -> list[tuple[str, str]]:
    """Lines of ``cases/sentences.txt``: ``lang: One sentence.|Another.``; ``⏎`` writes a line break."""
    lines = (Path(__file__).parent / "cases" / "sentences.txt").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(": ", 1)) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


@pytest.mark.parametrize(("lang", "line"), cases(), ids=lambda value: value[:60])
def test_sentences(lang: str, line: str) -> None:
    """``|`` marks where a sentence ends; a space is put there unless the next piece begins with ``+`` (glued) or a line break."""
    pieces = [piece.replace("⏎", "\n") for piece in line.split("|")]
    text = pieces[0]
    for piece in pieces[1:]:
        text += piece[1:] if piece.startswith("+") else piece if piece.startswith("\n") else " " + piece
    found = [text[s.start : s.end] for s in split(text, lang if lang != "none" else None)]
    assert found == [piece.removeprefix("+").strip() for piece in pieces]


def test_wrapped_lines_are_joined() -> None:
    text = "Showers went on through the week in\nthe northern zone, easing the drought since\nJanuary and helping the crop.\n\nThe dry time\nmeans a late harvest.\n   A third paragraph."
    assert len(split(text, "en")) == 3


def test_bullets_begin_sentences_in_wrapped_text() -> None:
    text = "The council met on\nmonday to talk about\nthe road and agreed on\n- a new bridge\n- a wider lane"
    assert [text[s.start : s.end] for s in split(text, "en")][1:] == ["- a new bridge", "- a wider lane"]


def test_blocks_bound_sentences_and_give_their_kind() -> None:
    text = "A headline without a stop The body. It goes on. More"
    blocks = (Block("title", 0, 25), Block("body", 26, 47))
    found = split(text, "en", blocks)
    assert [(text[s.start : s.end], s.kind) for s in found] == [
        ("A headline without a stop", "title"),
        ("The body.", "body"),
        ("It goes on.", "body"),
        ("More", "body"),
    ]


TEXTS = st.text(st.characters() | st.sampled_from(" \n\r\t.!?。؟।\"'”)»ABab12 "), max_size=200)


@given(TEXTS, st.sampled_from(["en", "de", "ja", None, "xx", "../en"]), st.lists(st.integers(0, 200), max_size=6))
def test_any_text_is_covered_in_order(text: str, lang: str | None, borders: list[int]) -> None:
    edges = sorted(set(borders))
    blocks = tuple(Block("caption", *pair) for pair in zip(edges[::2], edges[1::2], strict=False))
    position = 0
    for sentence in split(text, lang, blocks):
        assert position <= sentence.start < sentence.end <= len(text)
        assert not text[position : sentence.start].strip()
        piece = text[sentence.start : sentence.end]
        assert piece == piece.strip()
        assert not any(sentence.start < edge < sentence.end for block in blocks for edge in block[1:])
        inside = any(block.start <= sentence.start < block.end for block in blocks)
        assert sentence.kind == ("caption" if inside else "body")
        position = sentence.end
    assert not text[position:].strip()


@pytest.mark.parametrize(
    "text", ["x" * 300_000, "a. " * 100_000, "." * 300_000, " " * 300_000, "\n \n" * 100_000, "A.B" * 100_000, '."' * 100_000]
)
def test_long_input_is_linear_and_bounded(text: str) -> None:
    assert all(s.end - s.start <= MAX_SENTENCE + 1 for s in split(text, "en"))


def test_packs_of_the_main_languages() -> None:
    assert {"en", "de", "es", "fr", "pt", "it", "nl"} <= set(hand_packs("sentences"))
    assert primary("pt_BR") == "pt"
    assert primary(None) == "und"
    assert read_pack("../en", "sentences") is None


@pytest.mark.parametrize("lang", hand_packs("sentences"))
def test_pack_holds_known_keys_without_full_stops_at_the_end(lang: str) -> None:
    pack = read_pack(lang, "sentences")
    assert pack is not None
    assert set(pack) <= {"never", "number", "maybe", "starters", "ordinals", "before_ordinals", "quote_continues"}
    for name in ("never", "number", "maybe", "starters", "before_ordinals"):
        assert not [word for word in pack.get(name, []) if word.endswith(".") or word != word.strip()]
