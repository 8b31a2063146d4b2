"""The same event told by several articles; importance. Records and numpy in, records out; see ``README.md`` beside this file."""

from __future__ import annotations

from timeline.merging.arrays import Ints, Room, counted, filled, stretches, together
from timeline.merging.copies import BANDS, duplicates, originals
from timeline.merging.headline import headline_events
from timeline.merging.identity import event_id, mention_id
from timeline.merging.members import Facts, Headline, Member, Merged
from timeline.merging.merge import merge
from timeline.merging.neighbourhood import Groups, Neighbourhood, blocks_of, groups, neighbourhoods, stories
from timeline.merging.profile import MENTION, Packed, Profile, profile
from timeline.merging.ranking import about, top_days
from timeline.merging.vectors import Vectors, positions

__all__ = [
    "BANDS",
    "MENTION",
    "Facts",
    "Groups",
    "Headline",
    "Ints",
    "Member",
    "Merged",
    "Neighbourhood",
    "Packed",
    "Profile",
    "Room",
    "Vectors",
    "about",
    "blocks_of",
    "counted",
    "duplicates",
    "event_id",
    "filled",
    "groups",
    "headline_events",
    "mention_id",
    "merge",
    "neighbourhoods",
    "originals",
    "positions",
    "profile",
    "stories",
    "stretches",
    "together",
    "top_days",
]
