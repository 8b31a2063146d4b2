"""The one door to dateparser: date strings in, only what they say out.

dateparser normalises well, but it fills what a text does not say from the clock, raises here and there, and costs half a second to
import. Behind this door it is imported at the first question, always given its languages and a base, asked at most a few times per
distinct string, and its answer is cut down to the parts that the string names.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from timeline.language.files import primary

__all__ = ["MAX_LENGTH", "DateOrder", "ParsedDate", "parse_date"]

MAX_LENGTH = 80
"""Longer strings are no dates; dateparser's time grows with the length."""

DateOrder = Literal["dmy", "mdy", "ymd"]

# A string that gives the same answer from both of these speaks of no other date. Both in leap years and in months of 31 days, so
# that "29 February" and "the 31st" can be read.
_BASES = (datetime(2000, 1, 3), datetime(2016, 12, 21))
_PARSERS = ["relative-time", "absolute-time"]  # no timestamps: a number of ten digits in a text is no date


class ParsedDate(NamedTuple):
    """What a date string says; ``None`` for what it does not.

    ``offset_min`` is minutes from UTC. ``period`` is dateparser's granularity: ``year``, ``quarter``, ``month``, ``week``, ``day``,
    ``time`` or ``part_of_day``. ``relative`` is true where the answer was counted from the base.
    """

    year: int | None
    month: int | None
    day: int | None
    hour: int | None
    minute: int | None
    second: int | None
    offset_min: int | None
    period: str
    part_of_day: str | None
    relative: bool

    @property
    def moment(self) -> datetime | None:
        """The calendar time where year, month and day are known (midnight without a time), else ``None``."""
        if self.year is None or self.month is None or self.day is None:
            return None
        return datetime(self.year, self.month, self.day, self.hour or 0, self.minute or 0, self.second or 0)


def parse_date(
    text: str, langs: str | Iterable[str] | None, base: datetime | None = None, order: DateOrder | None = None
) -> ParsedDate | None:
    """The date that ``text`` as a whole writes, or ``None``.

    ``langs`` are language codes, tried in their order (English where none of them is known to dateparser); ``base`` is the local time
    from which relative words count: without it they give ``None``; ``order`` is that of numeric dates, by default the language's own.
    Never raises on any string, and never depends on the machine's clock or time zone.
    """
    text = " ".join(text.split())
    if not text or len(text) > MAX_LENGTH:
        return None
    codes = (langs,) if isinstance(langs, str) else tuple(langs or ())
    known = tuple(dict.fromkeys(code for lang in codes if (code := _known(lang)))) or ("en",)
    first, second = (_ask(text, known, fixed, order) for fixed in _BASES)
    if first is None and second is None and base is None:
        return None
    if first == second:
        return first
    answer = _ask(text, known, base, order) if base is not None else None
    return answer._replace(relative=True) if answer else None


@lru_cache(maxsize=1024)
def _known(lang: str) -> str | None:
    """The code under which dateparser knows a language, ``None`` where it does not."""
    from dateparser.data.languages_info import language_order

    code = lang.replace("_", "-")
    return next((known for known in (code, primary(code)) if known in language_order), None)


@lru_cache(maxsize=16_384)
def _ask(text: str, langs: tuple[str, ...], base: datetime, order: DateOrder | None) -> ParsedDate | None:
    """One question to dateparser."""
    try:
        data = _parser(langs, base, order).get_date_data(text)
    except Exception:  # noqa: BLE001  (whatever it raises on odd strings, the string is no date to us)
        return None
    return None if data is None or data.date_obj is None else _cut_down(data)


def _parser(langs: tuple[str, ...], base: datetime, order: DateOrder | None) -> Any:
    from dateparser.date import DateDataParser

    settings: dict[str, Any] = {
        "RELATIVE_BASE": base,
        "RETURN_TIME_AS_PERIOD": True,
        "PARSERS": _PARSERS,
        "PREFER_DATES_FROM": "current_period",
    }
    if order is not None:
        settings["DATE_ORDER"] = order.upper()
    return DateDataParser(languages=list(langs), settings=settings, try_previous_locales=False, use_given_order=True)


def _cut_down(data: Any) -> ParsedDate:
    """Only the parts of dateparser's answer that the string determined."""
    moment: datetime = data.date_obj
    parts = data.parts
    offset = moment.utcoffset()
    timed = "time" in parts and data.period == "time"
    return ParsedDate(
        year=moment.year if "year" in parts else None,
        month=moment.month if "month" in parts else None,
        day=moment.day if "day" in parts else None,
        hour=moment.hour if timed else None,
        minute=moment.minute if timed else None,
        second=moment.second if timed else None,
        offset_min=None if offset is None or not timed else round(offset.total_seconds() / 60),
        period=data.period,
        part_of_day=None if data.part_of_day is None else str(data.part_of_day.value),
        relative=False,
    )
