"""Planning in blocks, through the disk, gives what comparing everything at once gives."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.newsmaking import tell
from timeline import merging
from timeline.merging import arrays
from timeline.merging.vectors import Vector, Vectors
from timeline.records import Extraction
from timeline.store import planning, scratch
from timeline.store.batches import PROFILES, profiles_batch
from timeline.store.keys import as_keys
from timeline.store.packs import Packs, write_pack

WORDS = "fire flood strike vote market bridge port tower river mayor harbour school Velden Orsk Lindau".split()
PLAIN = ("number", "first", "last", "weak", "prominent", "numbers")
FIRST = date(2014, 1, 5)

said = st.lists(st.sampled_from(WORDS), min_size=3, max_size=8).map(" ".join)
days = st.integers(0, 160).map(lambda days: str(FIRST + timedelta(days)))
sentences = st.tuples(said, st.one_of(st.none(), st.sampled_from(["2014-05-07", "2014-05", "2014"]), days))


@st.composite
def collections(draw: st.DrawFn) -> list[Extraction]:
    told = draw(st.lists(st.tuples(days, st.lists(sentences, min_size=1, max_size=4)), min_size=1, max_size=30))
    long = " ".join(WORDS[n % 15] + str(n % 4) for n in range(40))
    found = []
    for number, (day, lines) in enumerate(told):
        body = [(f"{text} {trigger}.", trigger, when) for n, (text, when) in enumerate(lines) for trigger in [f"told{n}"]]
        if draw(st.integers(0, 4)) == 0:
            body.append((f"{long} told9.", "told9", None))  # copies of each other
        found.append(tell(f"a{number:02d}", *body, published=day))
    return found


@settings(deadline=None, max_examples=20)
@given(collections(), st.integers(1, 7), st.booleans())
def test_blocks_give_what_the_whole_gives(tmp_path_factory, extractions, width, spilled):
    folder = tmp_path_factory.mktemp("plan")
    rows = [(bytes([n]) * 16, "", extraction) for n, extraction in enumerate(extractions)]
    for at in range(0, len(rows), width):
        write_pack(folder, [profiles_batch(rows[at : at + width])], PROFILES)
    with pytest.MonkeyPatch.context() as monkeypatch:
        if spilled:
            monkeypatch.setattr(planning, "_HELD", 1)
            monkeypatch.setattr(scratch, "_SMALL", 1)
            monkeypatch.setattr(arrays, "_STRETCH", width)
        monkeypatch.setattr(planning, "_ARTICLES", width)
        monkeypatch.setattr(merging, "blocks_of", partial(merging.blocks_of, most=width))
        plan = planning.plan(Packs(folder, PROFILES), as_keys([key for key, _, _ in rows]), bytes(16), folder)
    profiles = [merging.profile(extraction) for extraction in extractions]
    copies = merging.duplicates(profiles)
    assert {f"a{n:02d}": f"a{o:02d}" for n, o in enumerate(plan.original.tolist()) if n != o} == copies
    found = sorted(
        merging.Neighbourhood(
            key.tobytes().hex(),
            tuple(sorted((f"a{a:02d}", n) for a, n in zip(plan.articles[i:j].tolist(), plan.numbers[i:j].tolist(), strict=True))),
        )
        for key, i, j in zip(plan.keys, plan.starts[:-1], plan.starts[1:], strict=True)
    )
    assert found == merging.neighbourhoods(profiles, copies)


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 4), st.data())
def test_vectors_are_taken_and_padded_as_lists_are(sizes, width, data):
    listed = [list(range(10 * n, 10 * n + size)) for n, size in enumerate(sizes)]
    vectors = Vectors.of([Vector(np.array(one, np.uint32), np.array(one, np.int16) + 1) for one in listed])
    rows = data.draw(st.lists(st.integers(0, len(sizes) - 1), max_size=9)) if sizes else []
    taken = vectors.take(np.array(rows, np.int64))
    assert taken.keys.tolist() == [key for row in rows for key in listed[row]]
    keys, weights = taken.padded(width)
    assert keys.tolist() == [(listed[row] + [0] * width)[:width] for row in rows]
    assert (weights > 0).sum() == sum(min(width, len(listed[row])) for row in rows)


def test_a_profile_survives_packing():
    profile = merging.profile(
        tell("a", ("The fire took 12 lives in Velden.", "took", "2014-05-07"), ("Nobody came.", "came", None))
    )
    again = merging.Profile.unpack(profile.pack())
    assert next(key.numbers for key in again.mentions) == (("12", "lives"),)
    for mine, other in zip(profile.mentions, again.mentions, strict=True):
        assert [getattr(mine, name) for name in PLAIN] == [getattr(other, name) for name in PLAIN]
        assert mine.vector.keys.tolist() == other.vector.keys.tolist()
        assert mine.vector.weights.tolist() == other.vector.weights.tolist()
    assert (again.article_id, again.digest, again.day) == (profile.article_id, profile.digest, profile.day)
