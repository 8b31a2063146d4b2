"""The same event told by several articles; importance. Records and numpy in, records out; see ``README.md`` beside this file."""

from __future__ import annotations

from timeline.merging.copies import duplicates
from timeline.merging.headline import headline_events
from timeline.merging.identity import event_id, id_map, mention_id
from timeline.merging.members import Facts, Headline, Member, Merged
from timeline.merging.merge import merge
from timeline.merging.neighbourhood import Neighbourhood, neighbourhoods
from timeline.merging.profile import Profile, profile
from timeline.merging.ranking import about, top_days

__all__ = [
    "Facts",
    "Headline",
    "Member",
    "Merged",
    "Neighbourhood",
    "Profile",
    "about",
    "duplicates",
    "event_id",
    "headline_events",
    "id_map",
    "mention_id",
    "merge",
    "neighbourhoods",
    "profile",
    "top_days",
]
