"""Which events an expression puts on the timeline.

An expression dates whatever stands in its clause, but a reader sees one happening, or a few told side by side: "rebels began leaving the
city dubbed the capital of the revolution on Wednesday" is one. So each expression goes to the event that it is tied to most closely
(``Option.ties``), and of the other events that chose it only those told beside that one stay grounded; the rest keep their date, ungrounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from timeline.events.cues import Cues
from timeline.events.evidence import FREE, Near
from timeline.events.factuality import Lemma
from timeline.events.option import Option, Way
from timeline.events.view import SentenceView

__all__ = ["adopt", "keep"]

_FITS = -4.0
"""An expression is given to an event only where its score is not further than this below the event's best other way."""
_LOOSE = 0.0
"""What is no verb of a clause is told beside an expression only by chance where its tie is weaker than this."""
_LEADS = 0.3
"""An event takes an expression from others that chose it only where its tie is closer by this much."""
_TOLD = 1.5
"""A noun right at its expression stays beside the event with the closest tie where its own is weaker by no more than this."""
_SUBJECT = 2.0
"""The same for a verb beside the noun that is its subject: then the verb alone tells what happened."""
_DOUBT = 1.5
"""How much weaker the tie to a noun counts that is hardly known to name an event."""
_OBJECT = 1.5
"""The same for a verb beside the noun that it takes."""
_CLEAR = 0.5
"""A verb joined to the best one stays where its expression leads by this much."""
_LIGHT_REACH = 8
_ATTRIBUTE = 2
_FINITE = ("VVD", "VVZ", "VVB")


def _margin(option: Option, line: Sequence[float], place: int) -> float:
    """How far an expression at hand leads the event's best way without one."""
    return line[len(FREE) + place] - max(line[: len(FREE)])


def _tie(option: Option, place: int, cues: Cues, lemma: Lemma) -> float:
    """How closely an expression at hand is tied to an event; less to a noun that hardly is one."""
    sure = _verb(option) or (_happening(option, cues, lemma) and not _modifies(option))
    return option.ties[place] - (0 if sure else _DOUBT)


def _chosen(way: Way) -> int | None:
    """The expression of its own sentence that an event chose."""
    return way.index if isinstance(way, Near) and not way.ago else None


def _sentences(found: Sequence[Option]) -> Iterator[range]:
    """The places in ``found`` of the events of each sentence."""
    start = 0
    for _, group in groupby(found, key=lambda option: id(option.view)):
        here = range(start, start + len(list(group)))
        start = here.stop
        yield here


def adopt(found: Sequence[Option], lines: Sequence[Sequence[float]], ways: list[Way], cues: Cues, lemma: Lemma) -> None:
    """Give each expression to the event of its sentence that it is tied to most closely, where that has no other.

    Verbs that only carry another event hand their expression on to it.
    """
    for here in _sentences(found):
        for index, tied in sorted(_tied(found, here, cues, lemma).items()):
            taken = [tie for tie, k, _ in tied if _chosen(ways[k]) == index]
            for tie, k, place in tied:
                if taken and tie < taken[0] + _LEADS:
                    break
                near, margin = found[k].near[place], _margin(found[k], lines[k], place)
                free = _chosen(ways[k]) is None and (taken or near.timex.type != "DURATION")
                if free and margin > _FITS and margin + tie > 0:
                    ways[k] = near
                    break
        _hand_on(found, here, ways, cues, lemma)


def _tied(found: Sequence[Option], here: range, cues: Cues, lemma: Lemma) -> dict[int, list[tuple[float, int, int]]]:
    """For each expression of a sentence the tie to each event that may have it, which event, and its place there: the closest first."""
    tied: dict[int, list[tuple[float, int, int]]] = {}
    for k in here:
        for place, near in enumerate(found[k].near):
            if not near.ago:
                tied.setdefault(near.index, []).append((_tie(found[k], place, cues, lemma), k, place))
    for some in tied.values():
        some.sort(key=lambda one: (-one[0], one[1]))
    return tied


def _hand_on(found: Sequence[Option], here: Sequence[int], ways: list[Way], cues: Cues, lemma: Lemma) -> None:
    """ "Elections scheduled for June 3", "the funeral will be held on Saturday": the noun is what happens."""
    for k in here:
        way = ways[k]
        if isinstance(way, Near) and not way.ago and _light(found[k].view, found[k].k, cues, lemma):
            carried = _carried(found, here, k, cues, lemma)
            if carried is None or _chosen(ways[carried]) is not None:
                continue
            if any(near.index == way.index for near in found[carried].near):
                ways[carried] = way


def _carried(found: Sequence[Option], here: Sequence[int], k: int, cues: Cues, lemma: Lemma) -> int | None:
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

    def named(other: int) -> bool:
        return _happening(found[other], cues, lemma) and not _modifies(found[other])

    def taken(other: int) -> bool:
        place = view.triggers[found[other].k]
        if _verb(found[other]):
            return view.fine[place] in ("VVI", "VVG", "VVN")
        return named(other) and "ADP" not in view.tags[trigger + 1 : place]  # "they resumed their tour of the war zone"

    says = view.mentions[found[k].k].event_class == "REPORTING"
    # "the verdict was announced", not "the campaign chief told them"
    told_of = not says or _aided(view, trigger)
    befalls = lemma(view.tokens.lower[trigger]) in cues.befalling
    hung = view.fine[trigger] == "VVN" and not _aided(view, trigger)  # "the review begun in July"
    before = [
        other
        for other in here
        if told_of
        and other < k
        and not _verb(found[other])
        and near(other)
        and named(other)
        and cues.between.isdisjoint(view.tokens.lower[view.triggers[found[other].k] + 1 : trigger])
        and not (hung and view.triggers[found[other].k] != trigger - 1)
    ]
    behind = [
        other
        for other in here
        if other > k and not befalls and near(other) and taken(other) and not (says and _known(found[other], cues))
    ]
    return before[-1] if before else (behind[0] if behind else None)


def _happening(option: Option, cues: Cues, lemma: Lemma) -> bool:
    """Whether a noun surely names something that happens."""
    return option.k not in option.view.spare or lemma(option.view.mentions[option.k].trigger.lower()) in cues.happenings


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
        self.view = found[members[0]].view
        self.members = [k for k in members if not self._empty(k) and not self._joins(k)]
        self.ties: dict[int, float] = {}
        self.margins: dict[int, float] = {}
        for k in self.members:
            chosen, option = ways[k], found[k]
            place = next(place for place, near in enumerate(option.near) if near.index == chosen.index)
            self.ties[k], self.margins[k] = _tie(option, place, cues, lemma), _margin(option, lines[k], place)

    def carrying(self) -> set[int]:
        """Those that carry the clause."""
        if not self.members:
            return set()
        best = self._best()
        if self.ties[best] < _LOOSE and not self._told(best):
            return set()
        stay = [best, *(k for k in self.members if k != best and self._told_beside(k, best))]
        return {self._carried(k) for k in stay}

    def _best(self) -> int:
        """The one with the closest tie; the verb where that is its subject."""
        best = max(self.members, key=lambda k: (self.ties[k], -k))
        if _verb(self.found[best]):
            own = [k for k in self.members if k > best and self.ties[best] - self.ties[k] < _SUBJECT and self._hung(best, k)]
            return own[0] if own else best
        subject = [k for k in self.members if k > best and self.ties[best] - self.ties[k] < _SUBJECT and self._subject(best, k)]
        taking = [k for k in self.members if k < best and self.ties[best] - self.ties[k] < _OBJECT and self._object(best, k)]
        return [*subject[:1], *taking[-1:], best][0]

    def _trigger(self, k: int) -> int:
        return self.view.triggers[self.found[k].k]

    def _subject(self, noun: int, verb: int) -> bool:
        """Whether a noun stands before a finite verb with nothing that parts them: "on Monday a *storm* in the north felled trees"."""
        low, high = self._trigger(noun), self._trigger(verb)
        apart = self.way.last <= low and self.way.last < low + (self.view.fine[self.way.last : self.way.last + 1] != ["POS"])
        return self._told(verb) and apart and not self._parted(self.view.tokens.lower[low:high])

    def _hung(self, participle: int, verb: int) -> bool:
        """Whether a participle hangs on the noun that a finite verb tells of: "in April a man *named* Jo Poe sued them"."""
        low, high = self._trigger(participle), self._trigger(verb)
        hung = self.view.fine[low] in ("VVN", "VVG") and low > 0 and self.view.tags[low - 1] in ("NOUN", "PROPN")
        between = not low < self.way.first < high
        return hung and between and self._told(verb) and not self._parted(self.view.tokens.lower[low:high])

    def _told(self, k: int) -> bool:
        """Whether an event is the verb of a clause."""
        place = self._trigger(k)
        return self.view.fine[place] in _FINITE or (self.view.fine[place].startswith("V") and _aided(self.view, place))

    def _object(self, noun: int, verb: int) -> bool:
        """Whether a verb takes a noun, with nothing that parts them: "they *opened* an exhibition on Monday"."""
        low, high = self._trigger(verb), self._trigger(noun)
        return (
            high < self.way.first
            and self.view.fine[low] in (*_FINITE, "VVN", "VVI", "VVG")
            and not any(tag == "VERB" for tag in self.view.tags[low + 1 : high])
            and not self._parted(self.view.tokens.lower[low:high])
        )

    def _carried(self, k: int) -> int:
        """The event that a light verb carries, where the expression dates that too; else the event itself."""
        if not _light(self.view, self.found[k].k, self.cues, self.lemma):
            return k
        carried = _carried(self.found, self.members, k, self.cues, self.lemma)
        return k if carried is None else carried

    def _told_beside(self, k: int, best: int) -> bool:
        """Whether an event is told beside the best one: joined to it, what came of it, or a happening of its own at the expression."""
        if _verb(self.found[k]):
            return self._joined(k, best) or (_verb(self.found[best]) and self._came(k))
        near = self.ties[best] - self.ties[k] < _TOLD
        return near and _beside(self.found[k], self.way) and self._apart(k, best)

    def _joined(self, k: int, best: int) -> bool:
        """ "They came *and* left on Monday", "they inspected the bridge in June *and* found cracks"; not "and later closed it"."""
        low, high = sorted((self._trigger(k), self._trigger(best)))
        between = [i for i in range(low + 1, high) if not self.way.first <= i < self.way.last]
        lower, fine = self.view.tokens.lower, self.view.fine
        return (
            self.margins[k] > _CLEAR
            and any(fine[i] == "CC" for i in between)
            and not any(fine[i].startswith("VV") or lower[i] in self.cues.when for i in between)
            and not any(fine[i] != "CC" and lower[i] in self.cues.stops for i in between)
        )

    def _came(self, k: int) -> bool:
        """ "On Monday a bomb went off, *killing* four"; not "they left on Monday, ending a siege"."""
        option = self.found[k]
        phase = self.view.mentions[option.k].event_class == "ASPECTUAL"
        return _result(option) and self._trigger(k) > self.way.first and not _aside(option, self.way) and not phase

    def _parted(self, words: Sequence[str]) -> bool:
        return any(word == "," or word in self.cues.stops for word in words)

    def _apart(self, k: int, other: int) -> bool:
        low, high = sorted((self._trigger(k), self._trigger(other)))
        return any(word == "," or word in self.cues.between for word in self.view.tokens.lower[low:high])

    def _joins(self, k: int) -> bool:
        """A participle that only joins what is told to something: "…, compared to two", "said on Friday without naming anyone", "the three
        months ended April 30"."""
        view = self.found[k].view
        place, lower = view.triggers[self.found[k].k], view.tokens.lower
        if place == 0 or view.fine[place] not in ("VVN", "VVG", "VVD", "VVB", "VVI"):
            return False
        left_out = view.fine[place - 1] == "IN" and lower[place - 1] in self.cues.negators
        bounds = place + 1 == self.way.first and any(end == view.tokens.ends[place - 1] for _, end in view.spans)
        signal = (
            self.way.signal is not None and view.tokens.lower[place] == self.way.signal.word.split()[0] and place < self.way.first
        )
        return left_out or bounds or signal or (lower[place] in self.cues.joining and lower[place - 1] in self.cues.marks)

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


def _aided(view: SentenceView, trigger: int) -> bool:
    """Whether an auxiliary stands before a verb: "was *held*", "has not yet *begun*"."""
    i = trigger - 1
    while i > 0 and view.tags[i] in ("ADV", "PART"):
        i -= 1
    return i >= 0 and view.tags[i] == "AUX"


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
        return view.fine[trigger] == "VVN" and _aided(view, trigger)  # "the verdict was announced"
    if view.fine[trigger + 1 : trigger + 2] == ["RP"]:
        return False  # "made up", "set off"
    if _passive(view, trigger, cues):
        return True
    base = lemma(mention.trigger.lower())
    expected = mention.event_class == "I_STATE" and view.fine[trigger] == "VVD"  # "in May few expected them to win"
    if base in cues.ending or expected or (mention.event_class != "ASPECTUAL" and base not in cues.light):
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
