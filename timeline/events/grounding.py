"""Which events an expression puts on the timeline.

An expression dates whatever stands in its clause, but a reader sees one happening, or a few told side by side: "rebels began leaving the
city dubbed the capital of the revolution on Wednesday" is one. So an expression that no event chose gets the event that fits it best, and of
those that chose it only the ones that carry the clause stay grounded; the others keep their date, ungrounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from timeline.events.cues import Cues
from timeline.events.evidence import FREE, Near
from timeline.events.factuality import Lemma
from timeline.events.option import Option, Way
from timeline.events.view import SentenceView

__all__ = ["adopt", "keep"]

_FITS = -4.0
"""An orphan expression goes to an event only where its score is not further than this below the event's best other way."""
_CLOSE = -1.0
"""The same for an expression at the front of its sentence that the first event there cannot have."""
_FRONT = 4
_CLEAR = 0.5
"""Another verb beside the best one stays where its expression leads by this much."""
_LIGHT_REACH = 8
_ATTRIBUTE = 2
_FINITE = ("VVD", "VVZ", "VVB")


def _margin(option: Option, line: Sequence[float], index: int) -> float | None:
    """How far an expression of the sentence leads the event's best way without one."""
    best = max(line[: len(FREE)])
    for place, near in enumerate(option.near):
        if near.index == index and not near.ago:
            return line[len(FREE) + place] - best
    return None


def adopt(found: Sequence[Option], lines: Sequence[Sequence[float]], ways: list[Way], cues: Cues, lemma: Lemma) -> None:
    """Give each expression that no event chose to the event of its sentence that fits it best, if any does.

    Verbs that only carry another event hand their expression on to it.
    """
    start = 0
    for _, group in groupby(found, key=lambda option: id(option.view)):
        here = range(start, start + len(list(group)))
        start = here.stop
        _hand_on(found, here, ways, cues, lemma)
        taken = {way.index for k in here if isinstance(way := ways[k], Near) and not way.ago and _settles(found[k], way)}
        every = {
            near.index: near for k in here for near in found[k].near if not near.ago and (k == here.start or near.first < _FRONT)
        }
        first = {near.index for near in found[here.start].near}
        orphans = [near for index, near in sorted(every.items()) if index not in taken and near.timex.type != "DURATION"]
        for near in orphans:
            least = _FITS if near.index in first else _CLOSE
            free = [k for k in here if not (isinstance(way := ways[k], Near) and not way.ago)]
            fits = [
                (margin, -k) for k in free if (margin := _margin(found[k], lines[k], near.index)) is not None and margin > least
            ]
            if fits:
                ways[-max(fits)[1]] = near


def _settles(option: Option, way: Near) -> bool:
    """Whether an expression needs no other event: a verb chose it, or the noun that it stands beside."""
    if _verb(option):
        return not _aside(option, way)
    return (option.k not in option.view.spare) or way.last == option.view.triggers[option.k]


def _hand_on(found: Sequence[Option], here: Sequence[int], ways: list[Way], cues: Cues, lemma: Lemma) -> None:
    """ "Elections scheduled for June 3", "the funeral will be held on Saturday": the noun is what happens."""
    for k in here:
        way = ways[k]
        if isinstance(way, Near) and not way.ago and _light(found[k].view, found[k].k, cues, lemma):
            carried = _carried(found, here, k, cues)
            if carried is None or (isinstance(other := ways[carried], Near) and not other.ago):
                continue
            if any(near.index == way.index for near in found[carried].near):
                ways[carried] = way


def _carried(found: Sequence[Option], here: Sequence[int], k: int, cues: Cues) -> int | None:
    """The event that a light verb carries: the noun before it, else the event behind it."""
    view = found[k].view
    trigger = view.triggers[found[k].k]
    if _passive(view, trigger, cues):
        return next((other for other in here if view.triggers[found[other].k] == trigger + 1), None)

    def near(other: int) -> bool:
        low, high = sorted((trigger, view.triggers[found[other].k]))
        return high - low <= _LIGHT_REACH and not any(
            word in cues.stops or word == "," for word in view.tokens.lower[low + 1 : high]
        )

    says = view.mentions[found[k].k].event_class == "REPORTING"
    # "the verdict was announced", not "the campaign chief told them"
    told_of = not says or view.tags[trigger - 1 : trigger] == ["AUX"]
    before = [other for other in here if told_of and other < k and not _verb(found[other]) and near(other)]
    behind = [
        other
        for other in here
        if other > k and near(other) and not (says and (_known(found[other], cues) or _modifies(found[other])))
    ]
    return before[-1] if before else (behind[0] if behind else None)


def _known(option: Option, cues: Cues) -> bool:
    """Whether a noun speaks of something known, which was when it was: "on Friday she said *their meeting* was a mistake"."""
    trigger = option.view.triggers[option.k]
    return not _verb(option) and trigger > 0 and option.view.tokens.lower[trigger - 1] in cues.determiners


def _modifies(option: Option) -> bool:
    """Whether a noun only tells which thing the next one is: "on the *campaign* trail"."""
    fine, trigger = option.view.fine, option.view.triggers[option.k]
    return not _verb(option) and fine[trigger + 1 : trigger + 2] in (["NN"], ["NNS"])


def keep(found: Sequence[Option], lines: Sequence[Sequence[float]], ways: Sequence[Way], cues: Cues, lemma: Lemma) -> None:
    """Unground the events that an expression dates only by the way."""
    chosen: dict[tuple[int, int], list[int]] = {}
    for k, (option, way) in enumerate(zip(found, ways, strict=True)):
        if isinstance(way, Near) and not way.ago:
            chosen.setdefault((id(option.view), way.timex.range_id or -1 - way.index), []).append(k)
    for members in chosen.values():
        stay = _Clause(members, found, lines, ways, cues, lemma).carrying()
        for k in members:
            found[k].view.mentions[found[k].k].grounded &= k in stay


class _Clause:
    """The events that chose one expression."""

    def __init__(
        self,
        members: Sequence[int],
        found: Sequence[Option],
        lines: Sequence[Sequence[float]],
        ways: Sequence[Way],
        cues: Cues,
        lemma: Lemma,
    ) -> None:
        way = ways[members[0]]
        assert isinstance(way, Near)
        self.way, self.found, self.cues, self.lemma = way, found, cues, lemma
        self.members = [k for k in members if not self._empty(k) and not self._joins(k)]
        self.margins = {k: _margin(found[k], lines[k], way.index) or 0.0 for k in self.members} if len(self.members) > 1 else {}

    def carrying(self) -> set[int]:
        """Those that carry the clause: one alone does."""
        if len(self.members) < 2:
            return set(self.members)
        full = [k for k in self.members if not _light(self.found[k].view, self.found[k].k, self.cues, self.lemma)]
        if not full:
            return set(self._best(self.members))
        light = [k for k in self.members if k not in full]
        nouns = [k for k in full if not _verb(self.found[k])]
        leading = [k for k in light if not _result(self.found[k])]  # "left on Wednesday, ending a siege": the leaving is told
        handed = {n for n in nouns for k in leading if _carried(self.found, self.members, k, self.cues) == n}
        if handed:
            return handed
        verbs = [k for k in full if k not in nouns]
        beside = [k for k in nouns if _beside(self.found[k], self.way)]
        if not verbs:
            return set(beside or self._best([k for k in leading if self._says(k) or self._leads(k)] or nouns))
        if beside and all(self._behind_comma(verb) for verb in verbs):
            return set(beside)  # "unlike an evacuation in February, those who fled …"
        return self._told(verbs) | self._named(verbs, beside)

    def _says(self, k: int) -> bool:
        """A finite verb of saying: "her appointee was 89 when he *wrote* to her in April"."""
        view, place = self.found[k].view, self.found[k].k
        return view.mentions[place].event_class == "REPORTING" and view.fine[view.triggers[place]] in _FINITE

    def _leads(self, k: int) -> bool:
        """A finite verb that leads up to the expression: "the work *began* in 2007 and is in its second phase"."""
        view = self.found[k].view
        place = view.triggers[self.found[k].k]
        return (
            place < self.way.first and view.fine[place] in _FINITE and not self._parted(view.tokens.lower[place : self.way.first])
        )

    def _behind_comma(self, k: int) -> bool:
        view = self.found[k].view
        trigger = view.triggers[self.found[k].k]
        if trigger < self.way.first:
            return "," in view.tokens.lower[trigger : self.way.first]
        return "," in view.tokens.lower[self.way.last : trigger]

    def _told(self, verbs: Sequence[int]) -> set[int]:
        """The verb that fits best, and others told beside it."""
        verbs = self._own(verbs)
        best = set(self._best(verbs))
        return best | {
            k for k in verbs if (self.margins[k] > _CLEAR or _result(self.found[k])) and not _aside(self.found[k], self.way)
        }

    def _own(self, verbs: Sequence[int]) -> Sequence[int]:
        """Without the verbs of other clauses, where a verb leads up to the expression: "who seized the town in 2012 | began leaving"."""
        lower = self.found[verbs[0]].view.tokens.lower
        place = {k: self.found[k].view.triggers[self.found[k].k] for k in verbs}
        leading = [k for k in verbs if place[k] < self.way.first and not self._parted(lower[place[k] : self.way.first])]
        if not leading:
            return verbs
        leading = [k for k in leading if not any(self._embedded(place[k], place[other]) for other in leading)]
        verbs = [
            k for k in verbs if k in leading or not place[k] < self.way.first or self._parted(lower[place[k] : self.way.first])
        ]
        low = min(place[k] for k in leading)
        stay = [k for k in verbs if k in leading or _result(self.found[k]) or self._goes_on(k)]
        beside = [
            k for k in verbs if place[k] < low and not self._parted([w for w in lower[place[k] : low] if w not in ("and", ",")])
        ]
        return stay + beside

    def _embedded(self, place: int, other: int) -> bool:
        """Whether the verb of the clause follows, with nothing that joins them: "states that let voters *place* laws on ballots adopted it
        in 1902"."""
        view = self.found[self.members[0]].view
        if not place < other or view.fine[other] not in _FINITE or view.fine[place] in _FINITE:
            return False
        between = view.tokens.lower[place + 1 : other]
        return not self._parted(between) and self.cues.between.isdisjoint(between) and self.cues.opening.isdisjoint(between)

    def _goes_on(self, k: int) -> bool:
        """ "Engineers inspected the bridge in June | and found cracks": the same clause goes on; not "and later closed it"."""
        view, first = self.found[k].view, self.way.last
        trigger = view.triggers[self.found[k].k]
        return (
            view.fine[first : first + 1] == ["CC"]
            and all(tag in ("AUX", "ADV") for tag in view.tags[first + 1 : trigger])
            and self.cues.when.isdisjoint(view.tokens.lower[first + 1 : trigger])
        )

    def _parted(self, words: Sequence[str]) -> bool:
        return any(word == "," or word in self.cues.stops for word in words)

    def _named(self, verbs: Sequence[int], beside: Sequence[int]) -> set[int]:
        """Nouns at the expression that are happenings of their own: "…, unlike an evacuation in February", "shut after a shooting in August"."""
        return {k for k in beside if all(self._apart(k, verb) for verb in verbs)}

    def _apart(self, k: int, other: int) -> bool:
        view = self.found[k].view
        low, high = sorted((view.triggers[self.found[k].k], view.triggers[self.found[other].k]))
        return any(word == "," or word in self.cues.between for word in view.tokens.lower[low:high])

    def _best(self, among: Sequence[int]) -> list[int]:
        """The one that fits best; a participle that hangs on a noun only where there is nothing else."""
        return [max(among, key=lambda k: (not _aside(self.found[k], self.way), self.margins[k], -k))] if among else []

    def _joins(self, k: int) -> bool:
        """A participle that only joins what is told to something: "…, compared to two", "said on Friday without naming anyone"."""
        view = self.found[k].view
        place, lower = view.triggers[self.found[k].k], view.tokens.lower
        if place == 0 or view.fine[place : place + 1] not in (["VVN"], ["VVG"], ["VVD"]):
            return False
        left_out = view.fine[place - 1] == "IN" and lower[place - 1] in self.cues.negators
        return left_out or (lower[place] in self.cues.joining and lower[place - 1] in self.cues.marks)

    def _empty(self, k: int) -> bool:
        """A word that says nothing by itself: "what is happening", "we are sad"."""
        option = self.found[k]
        mention = option.view.mentions[option.k]
        if option.view.fine and option.view.fine[option.view.triggers[option.k]] == "AJ":
            return mention.tense == "PRESENT" or mention.event_class in ("STATE", "I_STATE")
        return mention.tense == "PRESENT" and self.lemma(mention.trigger.lower()) in self.cues.empty


def _verb(option: Option) -> bool:
    fine = option.view.fine
    return not fine or fine[option.view.triggers[option.k]][:1] in "VB"


def _passive(view: SentenceView, trigger: int, cues: Cues) -> bool:
    """ "Got elected": the participle tells what happened."""
    return (
        view.tokens.lower[trigger] in cues.passive
        and view.fine[trigger + 1 : trigger + 2] == ["VVN"]
        and trigger + 1 in view.triggers
    )


def _light(view: SentenceView, k: int, cues: Cues, lemma: Lemma) -> bool:
    """A verb that only carries another event near by ("was held", "began", "is scheduled"), or one of saying."""
    mention, trigger = view.mentions[k], view.triggers[k]
    if mention.event_class == "REPORTING":
        return True
    if view.fine[trigger + 1 : trigger + 2] == ["RP"]:
        return False  # "made up", "set off"
    if _passive(view, trigger, cues):
        return True
    if mention.event_class != "ASPECTUAL" and lemma(mention.trigger.lower()) not in cues.light:
        return False
    return any(0 < abs(other - trigger) <= _LIGHT_REACH for other in view.triggers)


def _beside(option: Option, way: Way) -> bool:
    """A noun right at its expression: "evacuation in February", "the Aug. 2 invasion", "Saturday night's debate"."""
    assert isinstance(way, Near)
    trigger, tags = option.view.triggers[option.k], option.view.fine
    if way.first - 1 - _ATTRIBUTE < trigger < way.first:
        return not tags or (tags[trigger] != "AV" and not _modifies(option))
    return trigger == way.last + (tags[way.last : way.last + 1] == ["POS"])


def _result(option: Option) -> bool:
    """ "…, killing four": what came of the event before it."""
    view, trigger = option.view, option.view.triggers[option.k]
    return bool(view.fine) and view.fine[trigger] == "VVG" and trigger > 0 and view.tokens.lower[trigger - 1] == ","


def _aside(option: Option, way: Way) -> bool:
    """A participle that hangs on a noun before the expression ("the city dubbed …"), or that has an expression of its own behind it."""
    assert isinstance(way, Near)
    view, trigger = option.view, option.view.triggers[option.k]
    if not view.fine:
        return False
    tag, before = view.fine[trigger], view.fine[trigger - 1] if trigger else ""
    if tag == "VVN" and before in ("DT", "POS") and view.fine[trigger + 1 : trigger + 2] and view.fine[trigger + 1][0] in "NA":
        return True  # "the senator's proposed tax break met with resistance"
    if tag in ("VVN", "VVD") and before in ("NN", "NNS", "NP") and trigger < way.first:
        return any(other < trigger and view.fine[other].startswith("V") for other in view.triggers)
    if tag == "VVG" and _result(option):
        return any(start > view.tokens.starts[trigger] for start, _ in view.spans if start != way.timex.start)
    return tag == "VVG" and trigger < way.first and before in ("NN", "NNS", "NP")
