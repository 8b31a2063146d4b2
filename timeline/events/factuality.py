"""Did it happen: the status of each event, from polarity, modality, tense, and from what governs it.

``denied`` it did not; ``planned`` it is to; ``possible`` it may, or someone wants it; ``ongoing`` it goes on; else ``happened``. A word governs an
infinitive or a noun behind it as far as no mark or conjunction of clauses stands between ("scheduled to begin", "vowed to leave",
"the planned withdrawal").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from timeline.events.cues import Cues
from timeline.events.denial import Denial
from timeline.events.view import SentenceView
from timeline.records import Mention, Status

__all__ = ["Lemma", "judge"]

Lemma = Callable[[str], str]
"""Base form of a word in lower case."""

_REACH = 7
_FAR = 14
"""The same before a trigger whose clause may end with it: "*will* sich am Samstagabend im Radio erstmals äußern"."""
_NEAR = 3
_IS_TO = ["BE", "TO", "VVI"]
"""Word classes of "is to leave"."""
_HAVE_TO = ["HV", "TO", "VVI"]
_CLAUSE = 11
"""Words before a trigger among which a conditional is looked for."""
_OPENING = frozenset({"PU", "AV"})
"""Word classes of what may stand before an imperative: a quotation mark, "please"."""
_DONE = frozenset({"PAST", "PASTPART"})


def judge(view: SentenceView, cues: Cues, lemma: Lemma) -> None:
    """Fill ``status`` of the sentence's mentions, and ``polarity``, ``modality`` where the words say what the model missed."""
    lower = view.tokens.lower
    question = (bool(lower) and lower[-1] == "?") or (len(lower) > 1 and lower[-2] == "?")
    at = dict(zip(view.triggers, view.mentions, strict=True))
    denial = Denial(view, cues, lemma)
    for trigger, mention in at.items():
        governors = [] if _finite(view, trigger, mention) else _governors(view, trigger, cues)
        if mention.modality is None and (own := _own_modal(view, trigger)) in cues.modal:
            mention.modality, mention.tense = own, "NONE"
        if mention.aspect.startswith("PERFECTIVE") and _will_have(view, trigger, cues):
            mention.tense = "FUTURE"
        if mention.polarity == "POS" and (_negated(lower, trigger, cues) if not view.fine else denial.negated(trigger)):
            mention.polarity = "NEG"
        mention.status = _status(
            mention,
            [_sense(lower, g, cues, lemma) for g in governors] + [lower[g] for g in governors],
            lower,
            trigger,
            cues,
            question,
        )
        if mention.status == "happened" and (
            view.fine[max(0, trigger - 2) : trigger + 1] == _IS_TO or _will_be(view, trigger, cues)
        ):
            mention.status = "planned"
        if mention.status in ("happened", "planned") and (modal := _modal(view, trigger, cues, lemma)):
            mention.status = _allowed(modal, cues)
        if denial.unreal(trigger):
            mention.status = "denied"
        elif mention.status == "happened" and _imperative(view, trigger):
            mention.status = "possible"


def _sense(lower: Sequence[str], i: int, cues: Cues, lemma: Lemma) -> str:
    """The base form of a word; with its particle that of another: "called off" is cancelled, "called for" demanded."""
    word = lemma(lower[i])
    return cues.phrasal.get(f"{word} {lower[i + 1]}", word) if lower[i + 1 : i + 2] and lower[i + 1] in cues.particles else word


def _will_be(view: SentenceView, trigger: int, cues: Cues) -> bool:
    """ "Will be leaving"."""
    return view.fine[trigger : trigger + 1] == ["VVG"] and trigger > 1 and view.tokens.lower[trigger - 2] in cues.future


def _will_have(view: SentenceView, trigger: int, cues: Cues) -> bool:
    """ "Will have left"."""
    have = trigger - 1
    while have > 0 and view.fine[have : have + 1] == ["AV"]:
        have -= 1
    return have > 0 and view.fine[have : have + 1] == ["HV"] and view.tokens.lower[have - 1] in cues.future


def _imperative(view: SentenceView, trigger: int) -> bool:
    """ "Leave the city by Friday": a base form that begins its sentence, and what it is said of behind it. Headlines begin so too."""
    if view.sentence.kind in ("title", "list", "caption") or view.fine[trigger : trigger + 1] != ["VVB"]:
        return False
    return set(view.fine[:trigger]) <= _OPENING and view.fine[trigger + 1 : trigger + 2] not in ([], ["IN"], ["PU"])


def _finite(view: SentenceView, trigger: int, mention: Mention) -> bool:
    """Whether a verb is governed by nothing but its own modals; the tagger may take it for a participle: "an appeal failed"."""
    if not view.fine:
        return mention.tense == "PAST"
    tag, before = view.fine[trigger], view.fine[trigger - 1] if trigger else ""
    return tag in ("VVD", "VVZ", "VVB") or (tag == "VVN" and mention.tense == "PAST" and before[:1] == "N")


def _governors(view: SentenceView, trigger: int, cues: Cues) -> list[int]:
    """Tokens before the trigger that may govern it, nearest first.

    An infinitive is governed by the nearest word that takes one; a noun by what stands in its phrase and the verb before it.
    """
    lower, fine = view.tokens.lower, view.fine
    if not fine:
        return _around(lower, trigger, cues)
    tag, found = fine[trigger], []
    for i in range(trigger - 1, max(-1, trigger - 1 - _REACH), -1):
        if lower[i] in cues.stops or lower[i] == ",":
            break
        if fine[i] in ("VVD", "VVZ", "VVN", "VVG", "VVI", "AJ", "NN", "NNS", "VVB", "AV") and _may_govern(view, i, trigger, cues):
            found.append(i)
            if fine[i] in ("VVD", "VVZ", "VVB") or (i in view.triggers and tag != "VVI" and fine[i].startswith("V")):
                break
    return found + _predicates(view, trigger, cues) if tag.startswith("N") else found


def _may_govern(view: SentenceView, i: int, trigger: int, cues: Cues) -> bool:
    """Whether a word before a trigger may govern it: no noun of its own phrase does ("a press conference", "heard in the lobby bragging",
    but "a bid to leave"), and no "about" does without an infinitive."""
    fine = view.fine
    if fine[i] == "AV":
        return _plans(view, i, cues) or view.tokens.lower[i] not in cues.planning
    if fine[i] not in ("NN", "NNS") or fine[trigger][:2] not in ("NN", "VV") or fine[trigger] == "VVI":
        return True
    return any(tag not in ("NN", "NNS", "AJ", "AV") for tag in fine[i + 1 : trigger])


def _plans(view: SentenceView, i: int, cues: Cues) -> bool:
    """Whether a word looks ahead: "is about to start", not "a vote about taxes"."""
    ahead = view.fine[i] not in ("IN", "AV", "RP") or view.fine[i + 1 : i + 2] == ["TO"]
    return ahead and view.tokens.lower[i] in cues.planning


def _predicates(view: SentenceView, trigger: int, cues: Cues) -> list[int]:
    """The participle that is said of a noun: "elections scheduled for June", "the vote has been cancelled"."""
    fine = view.fine
    for i in range(trigger + 1, min(len(fine), trigger + 1 + _REACH)):
        if fine[i] in ("VVN", "VVD") or _plans(view, i, cues):
            return [i]
        if fine[i] not in ("BE", "BEN", "BEI", "HV", "AV", "MD", "XX"):
            return []
    return []


def _own_modal(view: SentenceView, trigger: int) -> str:
    """The modal right before a verb whose base form looks like its past: "might hit", "could cut"."""
    modal = trigger > 0 and view.fine[trigger - 1 : trigger] == ["MD"] and view.tags[trigger] == "VERB"
    return view.tokens.lower[trigger - 1] if modal else ""


def _modal(view: SentenceView, trigger: int, cues: Cues, lemma: Lemma) -> str | None:
    """The modal of the verb that only carries a noun ("a vote may follow", "demolition could begin"), or of "may have to leave"."""
    obliged = max(0, trigger - 3)
    if view.fine[obliged + 1 : trigger + 1] == _HAVE_TO and view.tokens.lower[obliged] in cues.modal:
        return view.tokens.lower[obliged]
    if view.fine[trigger : trigger + 1] not in (["NN"], ["NNS"]) or view.fine[trigger + 1 : trigger + 2] != ["MD"]:
        return None
    modal, i = view.tokens.lower[trigger + 1], trigger + 2
    while i < len(view.fine) and view.tags[i] in ("AUX", "ADV"):
        i += 1
    carried = i < len(view.fine) and view.tags[i] == "VERB" and lemma(view.tokens.lower[i]) in cues.light
    return modal if carried and modal in cues.modal else None


def _allowed(modal: str, cues: Cues) -> Status:
    return "planned" if cues.modal.get(modal) == "planned" else "possible"


def _around(lower: Sequence[str], trigger: int, cues: Cues) -> list[int]:
    """Without word classes: all words of the clause, nearest first ("die Konferenz wurde am Dienstag abgesagt")."""
    found = []
    for side in (
        range(trigger - 1, max(-1, trigger - 1 - _FAR), -1),
        range(trigger + 1, min(len(lower), trigger + 1 + _REACH)),
    ):
        for i in side:
            if lower[i] in cues.stops or lower[i] == ",":
                break
            found.append(i)
    return sorted(found, key=lambda i: abs(i - trigger))


def _negated(lower: Sequence[str], trigger: int, cues: Cues) -> bool:
    """Without word classes: a negation near by, or a subject that is nobody ("niemand wurde am Montag verletzt")."""
    if any(word in cues.negators for word in lower[max(0, trigger - _NEAR) : trigger + _NEAR]):
        return True
    for i in range(trigger - 1, -1, -1):
        if lower[i] in cues.nobodies:
            return True
        if lower[i] in cues.stops or lower[i] == ",":
            return False
    return False


def _status(mention: Mention, governors: Sequence[str], lower: Sequence[str], trigger: int, cues: Cues, question: bool) -> Status:
    """The first that holds, strongest first."""
    if mention.polarity == "NEG" or not cues.denying.isdisjoint(governors):
        return "denied"
    if mention.modality is not None:
        return _allowed(mention.modality, cues)
    if mention.tense == "FUTURE":
        return "planned"
    if mention.tense not in _DONE or mention.aspect == "NONE":
        governed = _governed(mention, governors, cues)
        if governed is not None:
            return governed
    if question or _conditional(lower, trigger, cues, mention.tense == "PAST"):
        return "possible"
    if mention.tense == "PRESENT" and (mention.aspect.endswith("PROGRESSIVE") or mention.event_class in ("STATE", "I_STATE")):
        return "ongoing"
    led = bool(governors) and any(word in cues.ongoing for word in governors[:2])
    over = mention.tense in _DONE and lower[trigger - 1] not in governors  # "will continue a case brought in March"
    return "ongoing" if led and not over else "happened"


def _governed(mention: Mention, governors: Sequence[str], cues: Cues) -> Status | None:
    """Planned or possible by the nearest word that says either; only infinitives, nouns and participles can be governed."""
    if mention.tense in ("PAST", "PRESENT") and mention.aspect != "NONE":
        return None
    for word in governors:
        if word in cues.possible:
            return "possible"
        if word in cues.planning or word in cues.ahead:
            return "planned"
    # "könnte gesperrt werden": what stands before "werden" says more
    return None if cues.future.isdisjoint(governors) else "planned"


def _conditional(lower: Sequence[str], trigger: int, cues: Cues, past: bool) -> bool:
    """Whether an "if" opens the trigger's own clause; "even if it was vetoed" tells what was (``past``)."""
    first = max(0, trigger - _CLAUSE)
    if cues.conditional.isdisjoint(lower[first:trigger]):
        return False
    for i in range(trigger - 1, first - 1, -1):
        if lower[i] in (",", ";", ":"):
            return False
        if lower[i] in cues.conditional:
            return (i == 0 or lower[i] != "should") and not (past and i > 0 and lower[i - 1] in cues.even)
    return False
