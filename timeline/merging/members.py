"""What merging takes and gives: mentions with their ids, facts of their articles, merged events and headline candidates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from timeline.merging.profile import Profile
from timeline.records import Event, Mention

__all__ = ["Facts", "Headline", "Member", "Merged"]


class Member(NamedTuple):
    """A mention that may join an event. ``number`` is its place in ``Extraction.mentions``, as in the article's profile."""

    mention_id: str
    article_id: str
    number: int
    mention: Mention


@dataclass(frozen=True, slots=True)
class Facts:
    """What merging must know of an article. ``source`` is the registered domain or the outlet's name; ``published`` is UTC."""

    profile: Profile
    source: str | None = None
    published: datetime | None = None
    duplicate_of: str | None = None
    title: str | None = None
    lang: str | None = None


class Headline(NamedTuple):
    """An event that an article may be mainly about, and how strongly (0 to 1)."""

    article_id: str
    event_id: str
    weight: float


class Merged(NamedTuple):
    """What a neighbourhood gave: its events and the headline candidates of its articles."""

    events: list[Event]
    headlines: list[Headline]
