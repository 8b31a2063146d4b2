"""Who or what is named as taking part in an event, of the phrases that :mod:`timeline.events.who` found for it."""

from __future__ import annotations

from timeline.events.close import Close
from timeline.events.naming import Naming
from timeline.events.people import People
from timeline.events.phrases import Phrase
from timeline.events.spot import BARE
from timeline.events.who import Role
from timeline.events.words import NOUN
from timeline.records import Mention, Participant

__all__ = ["participants"]

_NOMINAL = ("NOUN", "PROPN", "X")
"""Word classes of a noun, or of a word that nobody has classed."""
_LONGEST_THING = 6
"""Words of a phrase for a thing: longer ones are rarely one phrase."""


def participants(close: Close, index: int, people: People, naming: Naming) -> tuple[Participant, ...]:
    """Those of the phrases taking part in the event of a mention that name people or things, in their order, with their role; each once."""
    taking = close.taking(index)
    if not taking:
        return ()
    mention, tokens = close.view.mentions[index], close.view.tokens
    listed: list[Participant] = []
    places = {place.first for place in close.settled if place.standing >= BARE}
    for phrase, role in taking:
        if not close.view.fine and not _noun(close, phrase, people, naming):
            continue
        if phrase.name is None and people.words.has("people.nobodies", " ".join(tokens.lower[phrase.first : phrase.last])):
            continue  # "nobody was hurt", "no one came"
        if not (phrase.human or phrase.same is not None or _thing(close, phrase, role, mention, people)):
            continue
        if role != "agent" and phrase.name is not None and phrase.name.first in places:
            continue
        text = people.readable(tokens, phrase)
        if text and not any(other.text.endswith(text) for other in listed):
            listed.append(Participant(text, role, tokens.starts[phrase.first], tokens.ends[phrase.last - 1]))
    return tuple(listed)


def _noun(close: Close, phrase: Phrase, people: People, naming: Naming) -> bool:
    """Whether a phrase holds a noun, as far as its words tell without a learned tagger: not "teilte", "zutiefst", "davon"."""
    if phrase.kind != NOUN:
        return True
    first, head = close.view.tokens.words[phrase.first], close.view.tokens.words[phrase.head]
    return not (people.persons.names.nouns_capitalised and head.islower()) and naming.takes_part(first, head)


def _thing(close: Close, phrase: Phrase, role: Role, mention: Mention, people: People) -> bool:
    """A thing that acts or suffers ("a train derailed", "seized the records"); neither events, nor bare amounts, nor long phrases."""
    if role == "other" or phrase.kind != NOUN or phrase.last - phrase.first > _LONGEST_THING:
        return False
    tokens = close.view.tokens
    if phrase.mention is not None and tokens.starts[phrase.head] > mention.start:
        return False  # "launched an attack" is one event, in "the quake struck" the quake takes part
    head = tokens.lower[phrase.head]
    return head[0].isalpha() and close.view.tags[phrase.head] in _NOMINAL and not people.words.has("people.no_things", head)
