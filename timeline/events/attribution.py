"""Who says so: the source that a sentence names for what it tells, and whether the words are a quotation."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from timeline.events.phrases import Phrase
from timeline.events.tokens import Tokens
from timeline.events.who import Found
from timeline.events.words import AUX, NOUN, PREP, PRON, RELATIVE, VERB, WhoWords

__all__ = ["Source", "bare", "quotations", "source_of", "sources", "spoken", "within"]

_QUOTE = re.compile(r"“([^”“]*)”|„([^“”„]*)[“”]|«([^»«]*)»|\"([^\"]*)\"|``(.*?)''", re.DOTALL)
_MARK = re.compile(r"[“„«\"`]")
"""What a quotation begins with."""
_PARAGRAPH = re.compile(r"\n\s*\n|\n")
_SETTING_OFF = frozenset((",", '"', "”", "''", "»", "“", "—", "–", "--"))
_QUOTED = frozenset(('"', "”", "''", "»"))
"""Marks behind what was said."""
_BEFORE_SOURCE = 7
"""Words that the phrase of a source may have before its head."""
_SHORTEST = 3
"""Words from which marks hold a quotation, not a name or an irony."""


class Source(NamedTuple):
    """A source named in a sentence: the phrase, the token of its verb (or of "according"), and what it covers."""

    phrase: Phrase
    verb: int
    spoken: bool
    """Whether a verb of saying names it (then the tokens between the two are not what is said)."""
    ahead: bool = False
    """Whether what is said follows the verb ("he announced plans"): then nothing before it is, unless in quotation marks."""


def quotations(text: str) -> list[tuple[int, int]]:
    """Spans of quoted speech, in order; marks are paired within a paragraph, a paragraph that leaves one open is quoted to its end."""
    found: list[tuple[int, int]] = []
    if not _MARK.search(text):
        return found
    start = 0
    for border in [*(match.start() for match in _PARAGRAPH.finditer(text)), len(text)]:
        end = start
        for match in _QUOTE.finditer(text, start, border):
            end = match.end()
            if len(match.group().split()) > _SHORTEST:
                found.append(match.span())
        rest = text.find("“", end, border)
        if rest >= 0:
            found.append((rest, border))
        start = border
    return found


def within(spans: Sequence[tuple[int, int]], position: int) -> bool:
    """Whether a position lies in one of the sorted spans."""
    if not spans:
        return False
    index = bisect_right(spans, (position, 1 << 60)) - 1
    return index >= 0 and spans[index][0] <= position < spans[index][1]


def spoken(tokens: Tokens, words: WhoWords) -> bool:
    """Whether a sentence holds a word without which it names no source."""
    return not (words.according.keys().isdisjoint(tokens.lower) and words.sets["attribution.verbs"].isdisjoint(tokens.lower))


def sources(phrases: Sequence[Phrase], tokens: Tokens, words: WhoWords, found_roles: Found) -> list[Source]:
    """The sources that a sentence names, in order; ``found_roles`` tells who acts in its verbs of saying."""
    found: list[Source] = []
    lower = tokens.lower
    for token, word in enumerate(lower) if not words.according.keys().isdisjoint(lower) else ():
        source = _according(phrases, token, lower, words) if word in words.according else None
        if source is not None:
            found.append(Source(source, token, False))
    if words.sets["attribution.verbs"].isdisjoint(lower):
        return found
    for index, phrase in enumerate(phrases):
        if phrase.kind in (VERB, NOUN) and words.has("attribution.verbs", lower[phrase.head]):
            speaker = _agent(phrase, found_roles, lower, words) or _speaker(phrases, index, lower, words)
            if speaker is not None:
                found.append(
                    Source(speaker, phrase.head, True, speaker.first < phrase.first and _ahead(phrases, index, lower, words))
                )
    return found


def _ahead(phrases: Sequence[Phrase], index: int, lower: Sequence[str], words: WhoWords) -> bool:
    """Whether what is said comes right behind the verb of saying, past who hears it."""
    after = index + 1
    if words.has("attribution.hearers", lower[phrases[index].head]):
        while after < len(phrases) and phrases[after].owner:
            after += 1
        after += 1
    return after < len(phrases) and phrases[after].kind in (NOUN, PRON, RELATIVE)


def _according(phrases: Sequence[Phrase], token: int, lower: Sequence[str], words: WhoWords) -> Phrase | None:
    """The phrase after "according to", past one more preposition."""
    for rest in words.according[lower[token]]:
        after = token + 1 + len(rest)
        if tuple(lower[token + 1 : after]) == rest:
            following = [phrase for phrase in phrases if phrase.last > after][:2]
            if following and following[0].kind == PREP:
                following = following[1:]
            if not following or following[0].kind != NOUN:
                return None
            source = following[0]  # of "Angaben der Polizei" only what follows the preposition's own noun
            return source if source.first >= after else Phrase(NOUN, after, source.last, source.head, human=True)
    return None


def _agent(verb: Phrase, found_roles: Found, lower: Sequence[str], words: WhoWords) -> Phrase | None:
    """Who acts in a verb of saying that is an event of the sentence."""
    for phrase, role in found_roles.get(verb.mention, ()) if verb.mention is not None else ():
        if role == "agent" and phrase.human and not words.has("attribution.not_sources", lower[phrase.head]):
            return phrase
    return None


def _speaker(phrases: Sequence[Phrase], index: int, lower: Sequence[str], words: WhoWords) -> Phrase | None:
    """Who stands right before a verb of saying, past auxiliaries."""
    i = index - 1
    while i >= 0 and phrases[i].kind == AUX:
        i -= 1
    before = phrases[i] if i >= 0 else None
    if before is None or before.kind not in (NOUN, PRON) or words.has("attribution.not_sources", lower[before.head]):
        return None
    return before if before.human else None


def bare(
    found: Sequence[Source], tokens: Tokens, triggers: Sequence[int], verbs: Sequence[int], words: WhoWords
) -> tuple[int, int]:
    """The tokens ``[first, last)`` of a sentence without a source at its head or end ("According to activists,", ", he said").

    ``found`` are its sources, one at least, ``verbs`` those of the ``triggers`` that are verbs. A stretch that holds another event, or is
    not set off by a comma, stays; so does a source whose verb of saying is the only one that the sentence has, and one in the middle.
    """
    lower = tokens.lower
    first, last = 0, len(lower)
    for source in (found[0], found[-1]):
        if all(verb == source.verb for verb in verbs):
            continue
        start, end = min(source.phrase.first, source.verb), max(source.phrase.last - 1, source.verb)
        others = [trigger for trigger in triggers if trigger != source.verb]
        if start == 0 and not source.spoken and "," in lower[end + 1 :]:
            comma = lower.index(",", end + 1)
            if not any(trigger <= comma for trigger in others):
                first = comma + 1
        elif start > 1 and "," in lower[start - 2 : start] and not any(trigger > start for trigger in others):
            if not source.spoken and _inserted(lower, end, words):
                continue
            last = start - 1 if lower[start - 1] == "," else start - 2
    return first, last


def _inserted(lower: Sequence[str], end: int, words: WhoWords) -> bool:
    """Whether what is told goes on behind a source: "ended, according to the opposition, *with* some 1,300 dead"."""
    return lower[end + 1 : end + 2] == [","] and end + 2 < len(lower) and words.has("phrases.prepositions", lower[end + 2])


def source_of(found: Sequence[Source], trigger: int, lower: Sequence[str], openers: frozenset[str]) -> Source | None:
    """The source for the event named by a token: the nearest whose scope it lies in; its own verb of saying has none.

    A source behind what it says is set off by a comma or a quotation mark; another that follows speaks of something else, and so
    does one behind a clause that begins with one of ``openers`` ("As rebels left, officials said …").
    """
    best = None
    for source in found:
        if source.verb == trigger or source.phrase.first <= trigger < source.phrase.last:
            continue
        low, high = sorted((source.phrase.head, source.verb))
        if source.spoken and (low < trigger < high or (trigger < low and (lower[0] in openers or not _set_off(lower, low)))):
            continue
        if source.ahead and trigger < low and not _QUOTED.intersection(lower[trigger:low]):
            continue
        if best is None or abs(source.verb - trigger) < abs(best.verb - trigger):
            best = source
    return best


def _set_off(lower: Sequence[str], token: int) -> bool:
    """Whether a comma or a quotation mark stands within the words right before a token."""
    return any(word in _SETTING_OFF for word in lower[max(0, token - _BEFORE_SOURCE) : token])
