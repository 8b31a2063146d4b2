"""A published version as pandas frames, and the ways to narrow its events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

import pandas as pd
import pyarrow as pa

from timeline.interval import Granularity, Interval, cover
from timeline.merging.ranking import about
from timeline.store.migrate import read_table

__all__ = ["Timeline", "when"]

Match = Literal["overlap", "within", "starts"]
Rows = TypeVar("Rows", pd.DataFrame, list[dict[str, Any]])


def when(text: str | datetime | None, name: str = "date") -> Interval:
    """The stretch that ``2014``, ``2014-05``, ``2014-05-07`` or an ISO date-time names; both sides open for ``None``.

    Raises ``ValueError`` with one line where it is none of these.
    """
    if text is None:
        return Interval(None, None)
    if isinstance(text, datetime):
        return Interval(text, text)
    try:
        if len(text) == 4:
            return cover(datetime(int(text), 1, 1), Granularity.YEAR)
        if len(text) == 7:
            return cover(datetime(int(text[:4]), int(text[5:]), 1), Granularity.MONTH)
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise ValueError(
            f"{name} {text!r} is no year, month, day or time: write 2014, 2014-05, 2014-05-07 or 2014-05-07T12:30"
        ) from None
    return cover(moment, Granularity.DAY) if len(text) <= 10 else Interval(moment, moment)


class Timeline:
    """One version of a timeline: a pandas frame a table, read when first asked for.

    Times are ``datetime64[us]``; days are ``datetime64[s]`` at midnight (``date``, ``published_date``, ``status_as_of``); lists stay lists.
    """

    def __init__(self, path: Path, keep: object = None) -> None:
        self.path = path
        self._keep = keep  # what the folder lives as long as, where it was fetched from an object store

    def _read(self, table: str) -> pa.Table:
        return read_table(self.path, table)

    @property
    def version(self) -> str:
        """The id of the version."""
        return self.path.name

    def __repr__(self) -> str:
        return f"Timeline({str(self.path)!r})"

    @cached_property
    def events(self) -> pd.DataFrame:
        """One row an event, by time."""
        return _frame(self._read("events"))

    @cached_property
    def mentions(self) -> pd.DataFrame:
        """One row an event mention."""
        return _frame(self._read("mentions"))

    @cached_property
    def articles(self) -> pd.DataFrame:
        """One row an article."""
        return _frame(self._read("articles"))

    @cached_property
    def expressions(self) -> pd.DataFrame:
        """One row a time expression."""
        return _frame(self._read("expressions"))

    @cached_property
    def issues(self) -> pd.DataFrame:
        """One row a thing that was not understood."""
        return _frame(self._read("issues"))

    def between(
        self,
        from_: str | datetime | None = None,
        to: str | datetime | None = None,
        match: Match = "overlap",
        finest: str | None = None,
        events: pd.DataFrame | None = None,
        *,
        undated: bool = False,
    ) -> pd.DataFrame:
        """The events of a stretch of time. ``from_`` and ``to`` are ISO years, months, days or times; the whole of ``to`` is meant.

        Events that no source dates stand on the day of publication (``date_basis`` ``publication``); only ``undated`` gives them too.

        ``match``: ``overlap`` (could be in it), ``within`` (wholly in it) or ``starts``. ``finest``: only events dated at least so
        finely (``day``, ``month``, ``year`` …). Raises ``ValueError`` for anything else, and where ``from_`` lies after ``to``.
        """
        events = self.events if events is None else events
        start, end = when(from_, "from").start, when(to, "to").end
        if start is not None and end is not None and start >= end:
            raise ValueError(f"from {from_} lies after to {to}")
        if match not in ("overlap", "within", "starts"):
            raise ValueError(f"match {match!r} is none of overlap, within, starts")
        chosen = pd.Series(True, index=events.index) if undated else events["date_basis"] != "publication"
        if start is not None:
            chosen &= events["span_end"] > start if match == "overlap" else events["span_start"] >= start
        if end is not None:
            chosen &= events["span_end"] <= end if match == "within" else events["span_start"] < end
        if finest is not None:
            chosen &= events["granularity"].isin(_as_fine_as(finest))
        return events[chosen]

    def about_entity(self, name: str, events: pd.DataFrame | None = None) -> pd.DataFrame:
        """The events that involve ``name`` (a person, organisation or place), in whole words and whatever its case."""
        events = self.events if events is None else events
        wanted = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        named = zip(events["summary"], events["participants"], events["places"], strict=True)
        hits = [
            bool(wanted.search(summary)) or any(wanted.search(item["name"] or "") for item in [*(who or ()), *(where or ())])
            for summary, who, where in named
        ]
        return events[pd.Series(hits, index=events.index, dtype=bool)]

    def about_topic(self, words: str, events: pd.DataFrame | None = None) -> pd.DataFrame:
        """The events that tell of ``words``, most relevant first."""
        events = (self.events if events is None else events).reset_index(drop=True)
        rows: list[dict[str, Any]] = [
            {**{str(k): v for k, v in row.items()}, "row": number} for number, row in enumerate(events.to_dict("records"))
        ]
        return events.iloc[[row["row"] for _, row in about(rows, words)]]

    def apart(self, rows: Rows, from_: str | datetime | None = None, to: str | datetime | None = None) -> tuple[Rows, Rows]:
        """Events split in those dated within the stretch asked for, and those dated more widely than it ("some time in 2014")."""
        start, end = when(from_, "from").start, when(to, "to").end

        def wide(row: Mapping[Any, Any]) -> bool:
            begins, ends = row["span_start"], row["span_end"]
            return bool(start is not None and begins < start and row["extent"] != "from") or bool(
                end is not None and ends > end and row["extent"] not in ("from", "throughout")
            )

        if isinstance(rows, pd.DataFrame):
            mask = pd.Series([wide(row) for row in rows.to_dict("records")], index=rows.index, dtype=bool)
            return rows[~mask], rows[mask]
        return [row for row in rows if not wide(row)], [row for row in rows if wide(row)]


def _as_fine_as(finest: str) -> list[str]:
    try:
        limit = Granularity(finest).fineness
    except ValueError:
        raise ValueError(f"finest {finest!r} is none of {', '.join(Granularity)}") from None
    return [str(granularity) for granularity in Granularity if granularity.fineness <= limit]


def _frame(table: pa.Table) -> pd.DataFrame:
    """A frame with proper dtypes: microseconds, nullable integers and booleans, ``str``, real lists."""
    for number, field in enumerate(table.schema):
        if field.type == pa.date32():
            table = table.set_column(
                number, pa.field(field.name, pa.timestamp("s")), table.column(number).cast(pa.timestamp("s"))
            )
    dtypes = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    frame: pd.DataFrame = table.to_pandas(types_mapper=dtypes.get, ignore_metadata=True)
    for field in table.schema:
        if pa.types.is_list(field.type):
            cells = [None if cell is None else list(cell) for cell in frame[field.name]]
            frame[field.name] = pd.Series(cells, index=frame.index, dtype=object)
    return frame
