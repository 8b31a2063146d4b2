"""Day or month first? One row with ``25/12/2014`` tells it for all rows of a table that write ``05/07/2014``."""

from __future__ import annotations

from collections.abc import Iterator

from timeline.language.door import DateOrder
from timeline.reading.draft import Draft, Source
from timeline.reading.moments import ambiguous, moment
from timeline.records import Issue

__all__ = ["with_date_order"]

_ROWS = 500
_CHARACTERS = 8_000_000
"""How much is held back until a row tells the order."""

_Found = Draft | Issue | Source


def with_date_order(found: Iterator[_Found]) -> Iterator[_Found]:
    """The same items in the same order, drafts of one input given the order of its numeric dates where a row among them tells it.

    Nothing is held back before the first ambiguous date, and at most 500 rows after it.
    """
    held: list[_Found] = []
    order: DateOrder | None = None
    size = 0
    waiting = given_up = False
    for item in found:
        if isinstance(item, Draft):
            order = order or _told(item)
            waiting = waiting or (order is None and any(ambiguous(value) for value in _numeric(item)))
            size += len(item.text)
        held.append(item)
        given_up = given_up or len(held) >= _ROWS or size > _CHARACTERS
        if order is not None or not waiting or given_up:
            yield from _with(held, order)
            held, size = [], 0
    yield from _with(held, order)


def _with(items: list[_Found], order: DateOrder | None) -> Iterator[_Found]:
    for item in items:
        if isinstance(item, Draft):
            item.order = order
        yield item


def _numeric(draft: Draft) -> Iterator[str]:
    return (dated.value for dated in draft.dates if dated.origin == "given" and isinstance(dated.value, str))


def _told(draft: Draft) -> DateOrder | None:
    """The order of a numeric date that can only be read one way."""
    for value in _numeric(draft):
        first, mark, rest = value.strip()[:10].partition("/" if "/" in value else "." if "." in value else "-")
        if (
            mark
            and len(first) <= 2
            and first.isdigit()
            and rest[:1].isdigit()
            and not ambiguous(value)
            and moment(value, None) is not None
        ):
            return (
                "dmy"
                if int(first) > 12
                else "mdy"
                if int(rest.replace("/", " ").replace(".", " ").replace("-", " ").split()[0]) > 12
                else None
            )
    return None
