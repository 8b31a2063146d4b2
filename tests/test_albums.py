"""Picture albums flattened into one paragraph."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.reading.blocks import find_blocks

ALBUM = (
    "Photos: Floods on the Oder Photos: Floods on the Oder in 2031 \u2013 Soldiers fill sandbags on May 3. Hide Caption 1 of 3 "
    "Photos: Floods on the Oder in 2031 \u2013 The dyke broke on May 5. Hide Caption 2 of 3 "
    "Photos: Floods on the Oder in 2031 \u2013 A cow is rescued on May 6. Hide Caption 3 of 3"
)


def test_captions_stand_alone_without_the_title_of_their_album() -> None:
    """Counters and titles are boilerplate; each caption is a block of its own."""
    blocks = find_blocks(ALBUM, "Floods", "en", titled=True)
    captions = [ALBUM[block.start : block.end] for block in blocks if block.kind == "caption"]
    assert captions == ["Soldiers fill sandbags on May 3.", "The dyke broke on May 5.", "A cow is rescued on May 6."]
    assert {block.kind for block in blocks} == {"caption", "boilerplate"}


@pytest.mark.parametrize("text", ["The dyke broke on May 5. Hide Caption 1 of 1", "She asked him to hide captions one of two."])
def test_no_album(text: str) -> None:
    """A single counter, or none, makes no album."""
    assert len(find_blocks(text, None, "en", titled=True)) == 1


@given(st.lists(st.sampled_from(["Hide Caption 1 of 2", "Photos: A b", "\u2013", "x.", " "]), max_size=12))
def test_blocks_are_in_order_and_lie_in_the_text(parts: list[str]) -> None:
    """Without overlap, whatever is flattened into whatever."""
    text = " ".join(parts)
    ends = [0]
    for block in find_blocks(text, None, "en", titled=True):
        assert ends[-1] <= block.start < block.end <= len(text)
        assert not text[block.start].isspace() and not text[block.end - 1].isspace()
        ends.append(block.end)
