"""Which mentions of a neighbourhood tell the same event.

In this order: mentions of the same stretch of time join by what they say (average link); a happening that outlets date to two
neighbouring days becomes one where no article tells both; a coarser mention ("in February") joins the finer event that its words
support; a mention that only the publication dates joins the event of its story, or forms one of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

import numpy as np

from timeline.merging.cluster import average_link
from timeline.merging.links import Stack, candidates, stacked
from timeline.merging.members import Facts, Member
from timeline.merging.neighbourhood import slots
from timeline.merging.profile import MentionKey, days_told

__all__ = ["Group", "join"]

_TERMS, _KEYS, _LOOK_BACK, _LEAST_PAIR = 24, 8, 150, 130_000
_SAME_TIME, _SAME_STORY_BONUS = 265_000, 70_000
_MIDDLES, _NEXT_DAY, _COARSE, _WEAK, _WEAK_PAIR = 370_000, 500_000, 400_000, 200_000, 220_000
_FEWEST_TERMS = 3
_SAMPLE, _INDEX_KEYS = 8, 4
_WEAK_BEFORE, _WEAK_AFTER = 10, 1
_SAME_SENTENCE = 1_000_000


@dataclass(slots=True)
class Group:
    """Rows (into the members) of one event; ``first`` and ``last`` day, ``weak`` where no mention carries a date of its own."""

    rows: list[int]
    first: int
    last: int
    weak: bool

    @property
    def fine(self) -> bool:
        """Told of a single day."""
        return self.first == self.last and not self.weak


def join(members: Sequence[Member], facts: Mapping[str, Facts], stories: Mapping[str, str]) -> list[Group]:
    """The groups that tell one event each. ``members`` stand in canonical order (publication, article id, offset)."""
    return _Joiner(members, facts, stories).groups()


class _Joiner:
    def __init__(self, members: Sequence[Member], facts: Mapping[str, Facts], stories: Mapping[str, str]) -> None:
        self.members = members
        self.keys: list[MentionKey] = [facts[member.article_id].profile.by_number[member.number] for member in members]
        self.story = [stories.get(member.article_id, member.article_id) for member in members]
        self.day = [facts[member.article_id].profile.day for member in members]

    @cached_property
    def stack(self) -> Stack:
        """What the mentions say."""
        return stacked([key.vector for key in self.keys], _TERMS)

    def groups(self) -> list[Group]:
        if len(self.keys) == 1:
            key = self.keys[0]
            return [Group([0], key.first, key.first if key.weak else key.last, key.weak)]
        strong, weak = self._same_time()
        strong = self._once_more(strong)
        strong = self._neighbouring_days(strong)
        strong = self._coarse(strong)
        return sorted(strong + self._weak(strong, weak), key=lambda group: group.rows)

    def _same_time(self) -> tuple[list[Group], list[int]]:
        slot, twins = self._without_twins(slots(self.keys))
        pairs = dict(self._pairs(slot, _LEAST_PAIR))
        pairs.update(self._same_sentence(twins))
        told: dict[int, list[int]] = defaultdict(list)
        for row, same in twins.items():
            told[same].append(row)
        triples = [(a, b, similarity) for (a, b), similarity in pairs.items() if self._agree(a, b)]
        groups, weak = [], []
        for rows in average_link(len(self.keys), triples, _SAME_TIME):
            key = self.keys[rows[0]]
            if key.weak:
                weak += rows
            elif rows[0] not in twins:
                alike = [twin for row in rows for twin in told.get(row, ())]
                groups.append(Group(sorted(rows + alike), key.first, key.last, False))
        return groups, weak

    def _without_twins(self, slot: np.typing.NDArray[np.int64]) -> tuple[np.typing.NDArray[np.int64], dict[int, int]]:
        """The stretches of time without what an article says once more in the same words, and for each such row the first that says so: a page
        that repeats a line thousands of times costs no more than one that says it once."""
        first: dict[tuple[object, ...], int] = {}
        twins: dict[int, int] = {}
        for row, (member, key) in enumerate(zip(self.members, self.keys, strict=True)):
            if not key.weak:
                words = key.vector.keys.tobytes(), key.vector.weights.tobytes()
                same = first.setdefault((member.article_id, slot[row], member.mention.status == "denied", *words), row)
                if same != row:
                    twins[row] = same
        apart = slot.copy()
        apart[list(twins)] = -1
        return apart, twins

    def _pairs(self, slot: np.typing.NDArray[np.int64], least: int) -> Iterator[tuple[tuple[int, int], int]]:
        later, earlier = candidates(self.stack, slot, _KEYS, least, look_back=_LOOK_BACK)
        similar = self.stack.similar(later, earlier, halve_strongest=True, fewest=_FEWEST_TERMS)
        for a, b, similarity in zip(earlier.tolist(), later.tolist(), similar.tolist(), strict=True):
            if similarity:
                yield (a, b), similarity + (_SAME_STORY_BONUS if self.story[a] == self.story[b] else 0)

    def _same_sentence(self, twins: Mapping[int, int]) -> Iterator[tuple[tuple[int, int], int]]:
        """One line of a timeline tells all that a clause says of one time."""
        told: dict[object, int] = {}
        for row, (member, key) in enumerate(zip(self.members, self.keys, strict=True)):
            if not key.weak and row not in twins:
                said = (member.article_id, member.mention.sentence, member.mention.summary, key.first, key.last)
                first = told.setdefault(said, row)
                if first != row:
                    yield (first, row), _SAME_SENTENCE

    def _agree(self, a: int, b: int) -> bool:
        """False where one article tells both, one as denied."""
        left, right = self.members[a], self.members[b]
        return left.article_id != right.article_id or (left.mention.status == "denied") == (right.mention.status == "denied")

    def _likeness(self, left: Sequence[int], right: Sequence[int]) -> int:
        """Cosine of the middles of two groups, over the first few of each, in millionths; half of it where they share too few terms."""
        middles = [self._middle(rows[:_SAMPLE]) for rows in (left, right)]
        a, b = sorted(middles, key=len)
        products = [weight * b[term] for term, weight in a.items() if term in b]
        norms = [sum(weight * weight for weight in middle.values()) for middle in middles]
        likeness = 1_000_000 * (sum(products) - max(products, default=0) // 2) // max(1, isqrt(norms[0] * norms[1]))
        return likeness if len(products) >= _FEWEST_TERMS else likeness // 2

    def _middle(self, rows: Sequence[int]) -> dict[int, int]:
        total: dict[int, int] = defaultdict(int)
        for row in rows:
            vector = self.keys[row].vector
            for term, weight in zip(vector.keys.tolist(), vector.weights.tolist(), strict=True):
                total[term] += weight
        return total

    def _index(self, groups: Sequence[Group]) -> dict[int, list[int]]:
        index: dict[int, list[int]] = defaultdict(list)
        for at, group in enumerate(groups):
            for term in self._strongest(group):
                index[term].append(at)
        return index

    def _strongest(self, group: Group) -> list[int]:
        return sorted({int(term) for row in group.rows[:_SAMPLE] for term in self.keys[row].vector.keys[:_INDEX_KEYS]})

    def _articles(self, group: Group) -> set[str]:
        return {self.members[row].article_id for row in group.rows}

    def _once_more(self, groups: list[Group]) -> list[Group]:
        """Groups of the same time whose middles are alike: what single sentences could not show."""
        index, told = self._index(groups), list(map(self._told, groups))
        pairs: dict[tuple[int, int], int] = {}
        for at, group in enumerate(groups):
            for other in {other for term in self._strongest(group) for other in index[term] if other > at}:
                same_time = (groups[other].first, groups[other].last) == (group.first, group.last)
                if same_time and not any((article, not denied) in told[other] for article, denied in told[at]):
                    pairs[at, other] = self._likeness(group.rows, groups[other].rows) + self._bonus(group, groups[other])
        triples = [(at, other, likeness) for (at, other), likeness in pairs.items() if likeness >= _MIDDLES]
        joined = []
        for together in average_link(len(groups), triples, _MIDDLES):
            rows = sorted(row for at in together for row in groups[at].rows)
            joined.append(Group(rows, groups[together[0]].first, groups[together[0]].last, False))
        return joined

    def _told(self, group: Group) -> set[tuple[str, bool]]:
        """Each article, and whether it denies the event."""
        return {(self.members[row].article_id, self.members[row].mention.status == "denied") for row in group.rows}

    def _bonus(self, left: Group, right: Group) -> int:
        stories = {self.story[row] for row in left.rows}
        return 0 if stories.isdisjoint(self.story[row] for row in right.rows) else _SAME_STORY_BONUS

    def _neighbouring_days(self, groups: list[Group]) -> list[Group]:
        fine = [group for group in groups if group.fine]
        index = self._index(fine)
        found = []
        for at, group in enumerate(fine):
            near = {other for term in self._strongest(group) for other in index[term] if fine[other].first == group.first + 1}
            for other in near:
                if self._articles(group).isdisjoint(self._articles(fine[other])):
                    likeness = self._likeness(group.rows, fine[other].rows)
                    if likeness >= _NEXT_DAY:
                        found.append((-likeness, at, other))
        gone: set[int] = set()
        for _, at, other in sorted(found):
            if at not in gone and other not in gone:
                gone |= {at, other}
                rows = sorted(fine[at].rows + fine[other].rows)
                best = max((fine[at], fine[other]), key=lambda group: (len(self._articles(group)), -group.first))
                groups = [group for group in groups if group is not fine[at] and group is not fine[other]]
                groups.append(Group(rows, best.first, best.last, False))
        return groups

    def _coarse(self, groups: list[Group]) -> list[Group]:
        fine = [group for group in groups if group.fine]
        index = self._index(fine)
        kept = []
        for group in sorted((group for group in groups if not group.fine), key=lambda group: group.rows):
            near = {at for term in self._strongest(group) for at in index[term] if group.first <= fine[at].first <= group.last}
            ranked = sorted((-self._likeness(group.rows, fine[at].rows) - self._bonus(group, fine[at]), at) for at in near)
            if ranked and -ranked[0][0] >= _COARSE:
                fine[ranked[0][1]].rows = sorted(fine[ranked[0][1]].rows + group.rows)
            else:
                kept.append(group)
        return fine + kept

    def _weak(self, strong: list[Group], weak: list[int]) -> list[Group]:
        told: dict[str, list[int]] = defaultdict(list)
        for at, group in enumerate(strong):
            for story in {self.story[row] for row in group.rows if self.keys[row].prominent}:
                told[story].append(at)
        left: list[int] = []
        joined: dict[int, list[int]] = defaultdict(list)
        for row in weak:
            home = self._home(row, strong, told[self.story[row]])
            (left if home is None else joined[home]).append(row)
        for home, rows in joined.items():
            strong[home].rows = sorted(strong[home].rows + rows)
        return self._of_their_own(left)

    def _home(self, row: int, strong: Sequence[Group], near: Sequence[int]) -> int | None:
        ranked = []
        for at in near:
            if self._in_time(row, strong[at]):
                likeness = self._likeness([row], [other for other in strong[at].rows if not self.keys[other].weak])
                ranked.append((-likeness, at))
        best = min(ranked, default=(0, 0))
        return best[1] if -best[0] >= _WEAK else None

    def _in_time(self, row: int, group: Group) -> bool:
        """Whether an event is news for the article of a mention, and nothing said of the mention's own time forbids that it is that event:
        the lead of two days later tells what came of it."""
        told, day = days_told(self.members[row].mention), self.day[row]
        if told is not None and (told[1] < group.first or group.last < told[0]):
            return False
        return day is None or day - _WEAK_BEFORE <= group.first <= day + _WEAK_AFTER

    def _of_their_own(self, rows: Sequence[int]) -> list[Group]:
        stories = {story: number for number, story in enumerate(sorted({self.story[row] for row in rows}))}
        slot = np.full(len(self.keys), -1, np.int64)
        slot[list(rows)] = [stories[self.story[row]] for row in rows]
        pairs = [(a, b, similarity) for (a, b), similarity in self._pairs(slot, _LEAST_PAIR)]
        wanted = set(rows)
        groups = []
        for group in average_link(len(self.keys), pairs, _WEAK_PAIR):
            if group[0] in wanted:
                first = min(self.keys[row].first for row in group)
                groups.append(Group(group, first, first, True))
        return groups
