"""The line of a row: which of an event's mentions tells it best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache

from timeline.language.files import primary, read_pack
from timeline.merging.members import Facts, Member
from timeline.merging.words import cut
from timeline.records import Mention, Status

__all__ = ["best_told"]

_GOOD_LENGTH = range(50, 221)
_NEWS = timedelta(days=1)
_HEAD = 3
"""Words at the head of a line among which a conjunction stands: "long *before*", "now *that*"."""
_ABOUT_OTHERS = frozenset({"REPORTING", "PERCEPTION", "ASPECTUAL", "I_STATE"})
"""Classes whose events are about another event, which is what happened."""
_FINITE = ("PAST", "PRESENT", "FUTURE")
"""Tenses of verbs that carry a clause: of "during the trial Roberts refused" the row is about the refusing."""
_BLOCKS = {"lead": 3, "body": 2, "title": 2, "dateline": 1, "quote": 0, "caption": 0, "list": 0, "byline": -3, "boilerplate": -3}
_BROKEN = ("…", "...")
_ENDS = tuple(".!?…\"”’'»)。！？؟।")
"""What a sentence ends with; a line of the story that ends otherwise was cut somewhere."""


def best_told(
    members: Sequence[Member], central: Sequence[int], facts: Mapping[str, Facts], status: Status, dated: Sequence[Member]
) -> Mention:
    """The mention whose line tells the event best: like the others, told as news of its day, in a main clause that can be read alone."""
    dating = {member.mention_id for member in dated}
    named = Counter(cut(member.mention.trigger) for member in members)

    def worth(at: int) -> tuple[float, int]:
        member = members[at]
        mention, fact = member.mention, facts[member.article_id]
        score = central[at] / 250_000 + _BLOCKS[mention.block] / 2 + named[cut(mention.trigger)] / len(members)
        score += (mention.status == status) + 2 * (member.mention_id in dating) + (fact.duplicate_of is None) / 2
        score += 0.4 * (mention.tense in _FINITE) - 0.7 * (mention.event_class in _ABOUT_OTHERS)
        score += 0.5 * _fresh(mention, fact) - 0.5 * mention.quoted
        return (round(score + _legible(mention) - _joined(mention, fact.lang), 6), -at)

    return members[max(range(len(members)), key=worth)].mention


def _legible(mention: Mention) -> float:
    """How well a line reads: neither scrap nor ramble, with somebody who acts, its event named early: what comes late is an aside."""
    text = mention.summary
    length = len(text)
    score = 1.0 if length in _GOOD_LENGTH else -abs(length - (50 if length < 50 else 220)) / 60
    score += 0.3 * bool(mention.participants) - text.endswith(_BROKEN) - 0.5 * text.endswith("?")
    score -= 0.5 * (mention.block != "title" and not text.endswith(_ENDS))
    score -= 0.5 * (not text[:1].isupper() and not text[:1].isdigit() and text[:1].lower() != text[:1].upper())
    return score - max(0, text.lower().find(mention.trigger.lower())) / max(length, 1)


def _fresh(mention: Mention, fact: Facts) -> bool:
    """Whether the article is news of the day that the mention tells of."""
    start = mention.interval.start if mention.interval else None
    return start is not None and fact.published is not None and -_NEWS <= fact.published - start <= 3 * _NEWS


def _joined(mention: Mention, lang: str | None) -> bool:
    """Whether an event is told in a clause at the head of its line that only leads up to another: "long *before* officers shot a man, …"."""
    text, joining = mention.summary.lower(), _joining(lang)
    head = text[: max(0, text.find(mention.trigger.lower()))]
    opening = head.split(maxsplit=_HEAD)[:_HEAD]
    return "," not in head and any(word in joining and (at or word != "that") for at, word in enumerate(opening))


@cache
def _joining(lang: str | None) -> frozenset[str]:
    """Words that begin a clause which hangs on another; none where the language has no pack."""
    pack = read_pack(primary(lang), "who") or {}
    return frozenset(pack.get("phrases", {}).get("clauses", ()))
