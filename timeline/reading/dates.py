"""The publication date: candidates in order of trust, each with its precision and zone; defaults and impossible days are refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

from timeline.reading.draft import Dated
from timeline.records import Published

__all__ = ["choose", "moment"]

_ORDER = ("given", "metadata", "feed", "url", "byline", "dateline", "inferred", "option")
_PARTIAL = re.compile(r"(\d{4})(?:-?(\d{2}))?")


def choose(
    candidates: Sequence[Dated], url: str | None, lang: str | None, latest: date | None
) -> tuple[Published | None, list[str]]:
    """The date to believe, and what was wrong with the others."""
    reasons = []
    for candidate in sorted(candidates, key=lambda c: _ORDER.index(c.origin)):
        found = moment(candidate.value, lang)
        if found is None:
            reasons.append(f"publication date {str(candidate.value)[:60]!r} cannot be read")
        elif latest is not None and found.day > latest:
            reasons.append(f"publication date {found.day} is later than {latest}")
        else:
            return found._replace(origin=candidate.origin), reasons
    return None, reasons


def moment(value: str | date | datetime | int | float, lang: str | None) -> Published | None:
    """The moment that ``value`` names, in its own local time, with its precision; ``None`` where it names none."""
    try:
        if isinstance(value, (int, float)):
            return _epoch(value)
        if isinstance(value, datetime):
            return _from_datetime(value)
        if isinstance(value, date):
            return Published(datetime(value.year, value.month, value.day))
        return _from_text(value.strip())
    except (ValueError, OverflowError):
        return None


def _epoch(value: int | float) -> Published | None:
    if 1000 <= value <= 9999:
        return _from_text(str(int(value)))
    if 10_000_000 < value < 100_000_000:
        return _from_text(str(int(value)))
    while abs(value) > 1e11:
        value /= 1000
    found = datetime(1970, 1, 1) + timedelta(seconds=value)
    return Published(found, 0, "time")


def _from_datetime(value: datetime) -> Published:
    offset = value.utcoffset()
    minutes = None if offset is None else int(offset.total_seconds() // 60)
    local = value.replace(tzinfo=None)
    return Published(local, minutes, "day" if offset is None and local.time() == datetime.min.time() else "time")


def _from_text(text: str) -> Published | None:
    partial = _PARTIAL.fullmatch(text)
    if partial and (partial.group(2) is None or "-" in text):
        month = partial.group(2)
        return Published(datetime(int(partial.group(1)), int(month or 1), 1), None, "month" if month else "year")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = parsedate_to_datetime(text)
        return _from_datetime(found)
    published = _from_datetime(found)
    return published._replace(precision="day" if len(text) <= 10 else "time")
