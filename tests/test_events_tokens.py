"""The tokeniser: words with offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.events.tokens import tokenise


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("They didn't leave.", ["They", "did", "n't", "leave", "."]),
        ("It's the mayor’s house", ["It", "'s", "the", "mayor", "’s", "house"]),
        ("U.S. rebel-held 2,000 3rd", ["U.S.", "rebel-held", "2,000", "3rd"]),
        ("_Taking 10:30", ["_", "Taking", "10:30"]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert tokenise(text).words == words


@given(st.text(max_size=200))
def test_offsets_spell_the_words_and_only_space_is_left_out(text: str) -> None:
    tokens = tokenise(text)
    assert [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)] == tokens.words
    covered = {i for a, b in zip(tokens.starts, tokens.ends, strict=True) for i in range(a, b)}
    assert all(char.isspace() or i in covered for i, char in enumerate(text))
    assert all(end <= start for end, start in zip(tokens.ends, tokens.starts[1:], strict=False))
