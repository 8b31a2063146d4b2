"""The moment that one value names: an ISO date, a number, a mail's date, words of a language, the path of an address; each with its precision
and zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from timeline.language.door import DateOrder, parse_date
from timeline.records import Published

__all__ = ["FIRST_YEAR", "ambiguous", "moment", "url_date"]

FIRST_YEAR = 1600
"""The first newspaper is of 1605."""

_PARTIAL = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?=\D|$)")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?=\D|$)[,\s]*(.*)")
_CLOCK = re.compile(
    r"[T,\s]*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{1,2}:?\d{2}|[+-]\d\d)?(?:\s+[A-Z]{3,4})?"
)


def moment(value: str | date | datetime | int | float, lang: str | None, order: DateOrder | None = None) -> Published | None:
    """The moment that ``value`` names, in its own local time, with its precision; ``None`` where it names none.

    Numbers are years, compact dates (20140507) or seconds, milliseconds, micro- or nanoseconds since 1970. Of numeric strings whose
    day and month could be either, ``order`` decides; without it they name no date.
    """
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, (int, float)):
            return _from_number(value)
        if isinstance(value, datetime):
            return _from_datetime(value)
        if isinstance(value, date):
            return Published(datetime(value.year, value.month, value.day))
        return _from_text(" ".join(value.split()), lang, order)
    except (ValueError, OverflowError, OSError):
        return None


def ambiguous(text: str) -> bool:
    """A numeric date whose day and month could be either (``05/07/2014``)."""
    match = _NUMERIC.match(text.strip())
    return (
        match is not None
        and 1 <= int(match.group(1)) <= 12
        and 1 <= int(match.group(3)) <= 12
        and match.group(1) != match.group(3)
    )


def _from_number(value: int | float) -> Published | None:
    if FIRST_YEAR <= value <= 2200:
        return Published(datetime(int(value), 1, 1), None, "year")
    if 16_000_101 <= value <= 22_001_231:
        return _from_text(str(int(value)), None, None)
    if not abs(value) < 1e20:  # also infinite, and not a number
        return None
    while abs(value) > 1e11:
        value /= 1000
    return _from_datetime(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=round(value)))


def _from_datetime(value: datetime) -> Published:
    """Exactly midnight is a day whose time nobody gave."""
    offset = value.utcoffset()
    minutes = None if offset is None else round(offset.total_seconds() / 60)
    local = value.replace(tzinfo=None, microsecond=0)
    return Published(local, minutes, "day" if (local.hour, local.minute, local.second) == (0, 0, 0) else "time")


def _from_text(text: str, lang: str | None, order: DateOrder | None) -> Published | None:
    if not any(character.isdigit() for character in text) or len(text) > 100:
        return None
    if text.isdigit() and len(text) in (10, 13, 16, 19):
        return _from_number(int(text))
    partial = _PARTIAL.fullmatch(text)
    if partial:
        month = partial.group(2)
        return Published(datetime(int(partial.group(1)), int(month or 1), 1), None, "month" if month else "year")
    return _iso(text) or _with_clock(text, order) or _mail_date(text) or _in_words(text, lang, order)


def _iso(text: str) -> Published | None:
    try:
        return _from_datetime(datetime.fromisoformat(text))
    except ValueError:
        compact = _COMPACT.fullmatch(text)
    if compact is None:
        return None
    year, month, day, hour, minute, second, zone = compact.groups()
    local = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    return Published(local, _offset(zone), "time" if hour else "day")


def _with_clock(text: str, order: DateOrder | None) -> Published | None:
    """``2014/5/7 8:05 PM``, ``2014-05-07 20:05:00 +0000 UTC``; ``25/12/2014``, whose day can only be one."""
    match = _YEAR_FIRST.match(text)
    if match:
        year, month, day = int(match.group(1)), int(match.group(3)), int(match.group(4))
        rest = text[match.end() :]
    else:
        numeric = _NUMERIC.match(text)
        if numeric is None:
            return None
        first, second, year = int(numeric.group(1)), int(numeric.group(3)), _full_year(numeric.group(4))
        day, month = (first, second) if second <= 12 and (first > 12 or order == "dmy" or first == second) else (second, first)
        if ambiguous(text) and order is None:
            return None
        rest = numeric.group(5)
    day_only = Published(datetime(year, month, day))
    clock = _CLOCK.fullmatch(rest.strip())
    if clock is None:
        return day_only
    hour = int(clock.group(1)) % 12 + 12 * clock.group(4).lower().startswith("p") if clock.group(4) else int(clock.group(1))
    local = datetime(year, month, day, hour, int(clock.group(2)), int(clock.group(3) or 0))
    return _from_datetime(local)._replace(offset_min=_offset(clock.group(5)))


def _full_year(text: str) -> int:
    """Two digits: 1969 to 2068, as POSIX reads them."""
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= 69 else 2000)


def _offset(zone: str | None) -> int | None:
    if not zone:
        return None
    if zone in ("Z", "UTC", "GMT"):
        return 0
    digits = zone[1:].replace(":", "").rjust(2, "0")
    minutes = int(digits[:-2] or 0) * 60 + int(digits[-2:]) if len(digits) > 2 else int(digits) * 60
    return -minutes if zone[0] == "-" else minutes


def _mail_date(text: str) -> Published | None:
    """RFC 2822, as feeds and mails write it; ``-0000`` and unknown zone names say that the zone is not known."""
    if not re.match(r"(?:[A-Za-z]{3,9},? )?\d{1,2} [A-Za-z]{3,9}\.? \d{2,4}\b", text):
        return None
    try:
        return _from_datetime(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError):
        return None


def _in_words(text: str, lang: str | None, order: DateOrder | None) -> Published | None:
    """``May 7, 2014``, ``7 mai 2014 à 20h05``: whatever dateparser reads, as far as the string says it."""
    if ambiguous(text) and order is None:
        return None
    found = parse_date(text, [lang, "en"] if lang and lang != "en" else "en", order=order)
    if found is None or found.relative or found.year is None:
        return None
    if found.month is None:
        return Published(datetime(found.year, 1, 1), None, "year") if found.period == "year" else None
    if found.day is None:
        return Published(datetime(found.year, found.month, 1), None, "month")
    local = datetime(found.year, found.month, found.day, found.hour or 0, found.minute or 0, found.second or 0)
    return Published(local, found.offset_min, "day" if found.hour is None else "time")


_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_URL_DAY = re.compile(
    r"(?<!\d)(19\d\d|20[0-4]\d)(?:([/\-_.])(0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\2(0?[1-9]|[12]\d|3[01])(?!(?<=/\d)-|(?<=/\d\d)-)"
    r"|(0[1-9]|1[0-2])/?(0[1-9]|[12]\d|3[01]))(?!\d)",
    re.IGNORECASE,
)
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?=/|$)")


def url_date(url: str | None) -> Published | None:
    """The date that the path of ``url`` holds (``/2014/05/07/``, ``/2014/may/07/``, ``-20140507``, ``/2014/05/``), where it is one."""
    if not url:
        return None
    path = re.sub(r"^[a-z][a-z0-9+.-]*://[^/]*", "", url[:1000], flags=re.IGNORECASE).partition("?")[0]
    days = {_url_day(match) for match in _URL_DAY.finditer(path)} - {None}
    if len(days) == 1:
        day = days.pop()
        return Published(day, None, "day", "url") if day else None
    months = {match.groups() for match in _URL_MONTH.finditer(path)}
    if days or len(months) != 1:
        return None
    year, month = months.pop()
    return Published(datetime(int(year), int(month), 1), None, "month", "url")


def _url_day(match: re.Match[str]) -> datetime | None:
    year, _, month, day, month2, day2 = match.groups()
    number = _MONTHS.get((month or month2).lower()) or int(month or month2)
    try:
        return datetime(int(year), number, int(day or day2))
    except ValueError:
        return None
