"""Marked sentences for the tests of participants, sources and summaries: ``*verb*`` and ``~noun~`` name events.

They keep those tests apart from how triggers are found: each says itself what its events are.
"""

from __future__ import annotations

import re

from timeline.events.details import fill
from timeline.events.tokens import tokenise
from timeline.events.view import SentenceView
from timeline.language import split
from timeline.records import Article, Mention, Published

__all__ = ["read"]

_MARKED = re.compile(r"\*(\w+)\*|~(\w+)~")


def read(marked: str, lang: str = "en", published: Published | None = None) -> dict[str, Mention]:
    """The mentions of a marked text, completed, by their triggers."""
    text, last, events = "", 0, {}
    for match in _MARKED.finditer(marked):
        text += marked[last : match.start()]
        events[len(text)] = "PAST" if match[1] else "NONE"
        text += match[1] or match[2]
        last = match.end()
    text += marked[last:]
    tokens = tokenise(text)
    views, found = [], {}
    for sentence in split(text, lang):
        own = tokens.slice(*tokens.between(sentence.start, sentence.end))
        view = SentenceView(sentence, own, ["X"] * len(own))
        for i, start in enumerate(own.starts):
            if start in events:
                span = sentence.start, sentence.end
                mention = Mention(start, own.ends[i], own.words[i], span, tense=events[start], block=sentence.kind)
                view.mentions.append(mention)
                view.triggers.append(i)
                found[own.words[i]] = mention
        views.append(view)
    fill(Article("a", text, lang=lang, published=published), views, [])
    return found
