"""Names of a sentence that may be places, told apart from people and organisations of the same name.

A name is a place when the gazetteer knows the whole of it (so "Paris Hilton", "Bank of England" and "Manchester United" are none)
and the words around it do not speak against it. Which place is meant is settled over the article (``settling.py``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from timeline.events.caseless import Scanner
from timeline.events.gazetteer import CITY, Candidate
from timeline.events.names import Run
from timeline.events.place_words import PlaceWords, named
from timeline.events.spot import ACTOR, BARE, STRONG, WEAK, Evidence, Spot
from timeline.events.tokens import Tokens
from timeline.events.view import SentenceView
from timeline.events.words import NOUN

__all__ = ["spots"]

_LOOK_BACK = 6
_SHORT = 5


def _text(tokens: Tokens, first: int, last: int, text: str) -> str:
    return text[tokens.starts[first] : tokens.ends[last - 1]]


def spots(
    view: SentenceView, runs: Sequence[Run], text: str, words: PlaceWords, evidence: Evidence, skip: frozenset[int] = frozenset()
) -> list[Spot]:
    """The names of a sentence that may be places; ``evidence`` takes in demonyms, people's surnames and these names.

    ``skip`` are tokens of time expressions, which no place name modifies.
    """
    tokens = view.tokens
    if words.scanner is not None:
        return _scanned(view, text, words, words.scanner, evidence)
    found: list[Spot] = []
    taken = -1
    for word in words.demonyms.keys() & tokens.words:
        evidence.countries[words.demonyms[word]] += 1
    for index, run in enumerate(runs):
        if run.first < taken:
            continue
        name = _text(tokens, run.first, run.last, text)
        if name in words.demonyms:
            continue
        first, last, candidates = _look_up(tokens, run, text, words)
        if not candidates or _of_person(view, tokens.starts[first], tokens.ends[last - 1]):
            if (
                run.last - run.first > 1
                and tokens.lower[run.first] not in words.before
                and not words.of & {*tokens.lower[run.first : run.last]}
            ):
                evidence.surnames.add(tokens.words[run.last - 1])
            continue
        if view.sentence.kind != "dateline" and _never(_text(tokens, first, last, text), words):
            continue
        spot = Spot(first, last, candidates, _standing(view, first, run.last, words, found, skip))
        if index + 1 < len(runs):
            spot, taken = _qualified(spot, tokens, runs[index + 1], text, words)
        found.append(spot)
    _told_places(view, text, words, found, skip)
    _list_of_actors(tokens, words, found)
    for spot in found:
        evidence.add(spot)
    return found


def _of_person(view: SentenceView, start: int, end: int) -> bool:
    """Whether a name lies within that of a person, as a spaCy pipeline sees it."""
    return any(entity.kind == "person" and entity.start <= start and end <= entity.end for entity in view.entities)


def _told_places(view: SentenceView, text: str, words: PlaceWords, found: list[Spot], skip: frozenset[int]) -> None:
    """What a spaCy pipeline sees as places: those that the rules see too are believed, the others are looked up."""
    tokens = view.tokens
    for entity in view.entities:
        first, last = tokens.between(entity.start, entity.end)
        if entity.kind != "place" or first == last or not skip.isdisjoint(range(first, last)):
            continue
        both = [i for i, spot in enumerate(found) if spot.first < last and first < spot.last]
        for i in both:
            found[i] = found[i]._replace(told=True)
        if not both:
            first, last, candidates = _look_up(tokens, Run(first, last), text, words)
            if candidates:
                before = [spot for spot in found if spot.last <= first]
                spot = Spot(first, last, candidates, _standing(view, first, last, words, before, skip), told=True)
                found.insert(len(before), spot)


def _list_of_actors(tokens: Tokens, words: PlaceWords, found: list[Spot]) -> None:
    """What is joined to an actor acts too: "when Norway or Sweden tries"."""
    for i in range(len(found) - 2, -1, -1):
        spot, following = found[i], found[i + 1]
        joined = following.first == spot.last + 1 and (
            tokens.lower[spot.last] in words.list_words or tokens.lower[spot.last] == ","
        )
        if joined and following.standing == ACTOR and spot.standing == BARE:
            found[i] = spot._replace(standing=ACTOR)


def _scanned(view: SentenceView, text: str, words: PlaceWords, names: Scanner, evidence: Evidence) -> list[Spot]:
    """The places of a sentence in a script without capitals; where words are not set apart, a token may hold several."""
    offset = view.sentence.start
    found = []
    for start, end, candidates in names.find(text[offset : view.sentence.end]):
        if _of_person(view, start + offset, end + offset):
            continue
        first = max(0, bisect_right(view.tokens.starts, start + offset) - 1)
        spot = Spot(first, first + 1, candidates, STRONG, chars=(start + offset, end + offset))
        found.append(spot)
    for entity in view.entities:
        if entity.kind == "place" and not any(s.chars and s.chars[0] < entity.end and entity.start < s.chars[1] for s in found):
            first = max(0, bisect_right(view.tokens.starts, entity.start) - 1)
            if candidates := named(text[entity.start : entity.end], words):
                found.append(Spot(first, first + 1, candidates, STRONG, chars=(entity.start, entity.end)))
    found.sort(key=lambda spot: spot.chars or (0, 0))
    for spot in found:
        evidence.add(spot)
    return found


def _never(name: str, words: PlaceWords) -> bool:
    """Names that hardly ever mean a place, in the genitive too, and short ones all in capitals, which are acronyms."""
    if name in words.aliases:
        return False
    bare = (name.removesuffix(ending) for ending in ("", *words.genitives))
    return (len(name) < _SHORT and name.isupper()) or any(word.lower() in words.never for word in bare)


def _look_up(tokens: Tokens, run: Run, text: str, words: PlaceWords) -> tuple[int, int, tuple[Candidate, ...]]:
    """The tokens of the name proper (without "Northern", "Province") and what it may be."""
    first, last = run
    while True:
        candidates = named(_text(tokens, first, last, text), words)
        if candidates or last - first == 1:
            return first, last, candidates
        if home := _home(tokens, first, last, words):
            first = home  # "Ann Lee of Fort Smith"
        elif tokens.lower[first] in words.before or tokens.words[first] in words.demonyms:
            first += 1
        elif tokens.lower[last - 1] in words.after:
            last -= 1
        elif tokens.lower[first] in words.between or (tokens.lower[first] in words.of and first > run.first):
            first += 1  # "Old City of Homs", "Port of Tartus"
        else:
            return first, last, ()


def _home(tokens: Tokens, first: int, last: int, words: PlaceWords) -> int:
    """Where the place begins in the name of a person that ends with it; 0 where it is the name of a body or an office."""
    lower = tokens.lower
    for i in range(first + 1, last - 1):
        if lower[i] in words.of:
            before = lower[first:i]
            office = any(
                word in words.bodies or word in words.not_of or word in words.titles or word in words.between for word in before
            )
            return 0 if office else i + 1
    return 0


def _standing(view: SentenceView, first: int, last: int, words: PlaceWords, found: Sequence[Spot], skip: frozenset[int]) -> int:
    """How a name stands in its sentence."""
    tokens = view.tokens
    lower, end = tokens.lower, len(tokens)
    if not words.strong:
        return BARE  # a language whose prepositions nobody wrote down
    before = _before(tokens, first, words, found)
    if before < STRONG and words.inside and last not in skip and _modifies(view, last, words):
        return ACTOR
    if before > BARE or view.sentence.kind == "dateline":
        return max(before, STRONG if view.sentence.kind == "dateline" else before)
    if first and (
        lower[first - 1] in words.titles or (lower[first - 1] == "." and first > 1 and lower[first - 2] in words.titles)
    ):
        return ACTOR
    if first and (
        lower[first - 1] in words.actor_verbs or (view.tags[first - 1] == "VERB" and lower[first - 1] not in words.place_verbs)
    ):
        return ACTOR  # whom something is done to; of places these are few verbs: "reached Paris"
    while last < end and view.tags[last] == "ADV":
        last += 1
    following = lower[last] if last < end else ""
    if (
        following in words.speech
        or following in words.actor_verbs
        or (last in view.triggers and _is_verb(view, last))
        or (last < end and view.tags[last] in ("VERB", "AUX"))
    ):
        return ACTOR
    if following in words.possessive and _owns(tokens, last + 1, words):
        return ACTOR
    if following in words.people or following[:1].isdigit():
        return ACTOR  # "a Texas prisoner", "the Philadelphia 76ers"
    return before


def _owns(tokens: Tokens, token: int, words: PlaceWords) -> bool:
    """Whether the word behind a genitive makes its name an owner ("Russia's role"); what lies there or governs there does not ("Russia's
    capital", "Russia's parliament")."""
    if token >= len(tokens) or not tokens.words[token].islower():
        return False
    return not (tokens.lower[token] in words.inside or tokens.lower[token] in words.bodies)


def _modifies(view: SentenceView, last: int, words: PlaceWords) -> bool:
    """Whether a name only tells what kind of thing the next word is: "the Paris climate accord", "U.S. troops"."""
    if last >= len(view.tokens):
        return False
    word, tag = view.tokens.words[last], view.tags[last]
    if not word.islower() or not word.isalpha() or last in view.triggers or word in words.inside or word in words.after:
        return False
    return tag in ("NOUN", "ADJ") or (tag == "X" and words.classes[word] == NOUN and not word.endswith(("s", "ed")))


def _is_verb(view: SentenceView, token: int) -> bool:
    return any(t == token and m.tense != "NONE" for t, m in zip(view.triggers, view.mentions, strict=True))


def _before(tokens: Tokens, first: int, words: PlaceWords, found: Sequence[Spot]) -> int:
    """How the words before a name introduce it: through adjectives, "the city of", or as one of a list."""
    lower = tokens.lower
    kind = BARE
    for i in range(first - 1, max(-1, first - 1 - _LOOK_BACK), -1):
        word = lower[i]
        if word in words.strong:
            return STRONG
        if word in words.of and i and lower[i - 1] in words.between:
            kind = WEAK  # "the town of …" needs no preposition
        elif word in words.weak:
            return ACTOR if word in words.of and i and lower[i - 1] in words.not_of else WEAK
        elif (word == "," or word in words.list_words) and found and found[-1].last >= i - 1 and i == first - 1:
            return found[-1].standing
        elif i == first - 1 and word in words.place_verbs:
            return WEAK
        elif word in words.none:
            return ACTOR
        elif word not in words.between and tokens.words[i] not in words.demonyms:
            return kind
    return kind


def _qualified(spot: Spot, tokens: Tokens, following: Run, text: str, words: PlaceWords) -> tuple[Spot, int]:
    """The spot with the region or country behind its comma ("Athens, Ga."), and where the next name may begin."""
    mark = tokens.lower[spot.last] if spot.last < len(tokens) else ""
    if following.first != spot.last + 1 or mark not in (",", "("):
        return spot, -1
    name = _text(tokens, following.first, following.last, text)
    told = words.abbreviations.get(name) or words.abbreviations.get(name.rstrip("."))
    if told is None:
        for candidate in named(name, words):
            if candidate.kind != CITY and any(_lies_in(c, candidate.country, candidate.name) for c in spot.candidates):
                told = candidate.country, candidate.name
                break
    if told is None or not any(c.country == told[0] for c in spot.candidates):
        return spot, -1
    region = told[1] if any(c.region == told[1] for c in spot.candidates) else None
    standing = spot.standing if mark == "(" else max(spot.standing, WEAK)
    return spot._replace(country=told[0], region=region, standing=standing), following.last


def _lies_in(candidate: Candidate, country: str, name: str) -> bool:
    return candidate.country == country and (candidate.region in (None, name) or candidate.kind == CITY)
