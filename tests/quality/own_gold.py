"""Reads the articles of our own words and what they should give: ``tests/quality/own`` and ``tests/golden``.

The shape of a file and the rules of its annotation stand in ``ANNOTATION.md``; this module turns it into records, compares them with
what the pipeline gives and, run as ``python -m tests.quality.own_gold``, marks in ``tests/golden`` what is got wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from timeline import pipeline
from timeline.interval import Interval
from timeline.reading import article_from
from timeline.records import Mention, Place
from timeline.settings import Settings

__all__ = ["GOLDEN", "Gold", "GoldTimex", "Wanted", "judge", "load", "load_all", "mark"]

GOLDEN = Path(__file__).parents[1] / "golden"
_MARK = re.compile(r"\[([^\[\]]+)\]\(([A-Z]+) (\S+)((?: [A-Z_]+)*)\)")
_UNWANTED = "unwanted"
_MISSES = "misses="


class GoldTimex(NamedTuple):
    """A time expression: offsets into the text without its markup."""

    start: int
    end: int
    text: str
    type: str
    value: str
    mod: str | None


class Wanted(NamedTuple):
    """An event that a timeline should hold. ``agents``, ``patients`` and ``place`` are ``None`` where the file does not say.

    ``misses`` names what the pipeline is known to get wrong: ``event`` (all of it), ``date``, ``granularity``, ``status``, ``who``,
    ``where``.
    """

    name: str
    start: int
    end: int
    interval: Interval
    granularity: str
    status: str
    agents: tuple[str, ...] | None
    patients: tuple[str, ...] | None
    place: tuple[str, str | None] | None
    misses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gold:
    """One article. ``unwanted`` are events, by trigger, that the pipeline is known to put on the timeline wrongly."""

    path: Path
    kind: str
    lang: str
    published: str | None
    inferred: str | None
    """The publication date that should be found out, where none is given."""
    title: str
    text: str
    timexes: tuple[GoldTimex, ...]
    events: tuple[Wanted, ...]
    unwanted: frozenset[str]

    def document(self) -> dict[str, Any]:
        """The article as ``timeline extract`` reads it."""
        shape = {"id": self.path.stem, "title": self.title, "text": self.text, "published": self.published, "lang": self.lang}
        return {name: value for name, value in shape.items() if value is not None}


def load_all(folder: Path) -> list[Gold]:
    """All articles of a folder, by name."""
    return [load(path) for path in sorted(folder.glob("*.txt"))]


def load(path: Path) -> Gold:
    """One file. Raises ``ValueError`` naming the file and line where it is not of the shape."""
    head, _, rest = path.read_text(encoding="utf-8").partition("\n\n")
    body, separator, tail = rest.partition("\n---\n")
    if not separator:
        raise ValueError(f"{path.name}: no line --- before the events")
    fields = {name: content.strip() for name, _, content in (line.partition(":") for line in head.splitlines())}
    text, timexes = _unmarked(body)
    events, unwanted = [], set()
    for line in filter(str.strip, tail.splitlines()):
        name, *parts = (part.strip() for part in re.split(r"\s\|(?:\s|$)", line))
        try:
            if parts == [_UNWANTED]:
                unwanted.add(name)
            else:
                events.append(_event(name, parts, text))
        except (ValueError, IndexError) as error:
            raise ValueError(f"{path.name}: {line}: {error}") from error
    optional = {name: fields.get(name) or None for name in ("published", "inferred")}
    return Gold(
        path=path,
        kind=fields["kind"],
        lang=fields["lang"],
        title=fields["title"],
        text=text,
        timexes=tuple(timexes),
        events=tuple(events),
        unwanted=frozenset(unwanted),
        **optional,
    )


def _unmarked(body: str) -> tuple[str, list[GoldTimex]]:
    plain, timexes, last = "", [], 0
    for match in _MARK.finditer(body):
        plain += body[last : match.start()]
        timexes.append(GoldTimex(len(plain), len(plain) + len(match[1]), match[1], match[2], match[3], match[4].strip() or None))
        plain += match[1]
        last = match.end()
    return plain + body[last:], timexes


def occurrences(text: str, word: str) -> Iterator[re.Match[str]]:
    """Where a word stands in a text as a whole word, case-sensitive: what ``#1``, ``#2`` … count."""
    return re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)


def _event(name: str, parts: list[str], text: str) -> Wanted:
    word, _, count = name.partition("#")
    found = list(occurrences(text, word))[int(count) - 1]
    misses = frozenset[str]()
    if parts[-1].startswith(_MISSES):
        misses = frozenset(parts.pop().removeprefix(_MISSES).split(","))
    start, _, end = parts[0].partition("/")
    agents = patients = place = None
    if len(parts) > 3:
        agents, patients = _people(parts[3].removeprefix("who="))
        where = parts[4].removeprefix("where=")
        place_name, _, country = where.partition(", ")
        place = (place_name, country or None) if where else None
    return Wanted(
        name,
        found.start(),
        found.end(),
        Interval(_moment(start), _moment(end)),
        parts[1],
        parts[2],
        agents,
        patients,
        place,
        misses,
    )


def _people(told: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    agents, _, patients = told.partition(">")
    return tuple(filter(None, map(str.strip, agents.split(";")))), tuple(filter(None, map(str.strip, patients.split(";"))))


def _moment(text: str) -> datetime | None:
    """``2016``, ``2016-09``, ``2016-09-12`` or with a clock time; ``None`` for an open side."""
    if not text:
        return None
    return datetime.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)


# -- comparing


def judge(gold: Gold) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """What the real pipeline gets wrong of an article: by wanted event what it misses, and what it puts on the timeline unasked.

    An event counts as found when the timeline holds a mention with exactly its trigger. A participant is right when its text
    holds the wanted words in the wanted role; a place when it or its name in the gazetteer is the wanted one, in the wanted country.
    """
    article = article_from(gold.document(), Settings())
    mentions = [mention for mention in pipeline.extract(article).mentions if mention.grounded]
    by_span = {(mention.start, mention.end): mention for mention in mentions}
    misses = {event.name: _misses(event, by_span.get((event.start, event.end))) for event in gold.events}
    wanted = {(event.start, event.end) for event in gold.events}
    unwanted = frozenset(_name(gold.text, mention) for span, mention in by_span.items() if span not in wanted)
    return misses, unwanted


def _misses(event: Wanted, mention: Mention | None) -> frozenset[str]:
    if mention is None:
        return frozenset({"event"})
    agents = [p.text.casefold() for p in mention.participants if p.role == "agent"]
    patients = [p.text.casefold() for p in mention.participants if p.role == "patient"]
    wrong = {
        "date": mention.interval != event.interval,
        "granularity": mention.granularity != event.granularity,
        "status": mention.status != event.status,
        "who": not (_named(event.agents, agents) and _named(event.patients, patients)),
        "where": event.place is not None and not any(_same_place(event.place, place) for place in mention.places),
    }
    return frozenset(name for name, failed in wrong.items() if failed)


def _named(wanted: tuple[str, ...] | None, said: list[str]) -> bool:
    return all(any(name.casefold() in text for text in said) for name in wanted or ())


def _same_place(wanted: tuple[str, str | None], place: Place) -> bool:
    name, country = wanted
    return name.casefold() in (place.name.casefold(), place.text.casefold()) and country in (None, place.country)


def _name(text: str, mention: Mention) -> str:
    count = sum(match.start() <= mention.start for match in occurrences(text, mention.trigger))
    return f"{mention.trigger}#{count}"


def mark(gold: Gold, misses: dict[str, frozenset[str]], unwanted: frozenset[str]) -> None:
    """Write into the file what is got wrong now, in place of what it said before."""
    head, _, tail = gold.path.read_text(encoding="utf-8").rpartition("\n---\n")
    lines = []
    for line in filter(str.strip, tail.splitlines()):
        name, *parts = re.split(r"\s\|(?:\s|$)", line)
        if [part.strip() for part in parts] == [_UNWANTED]:
            continue
        plain = re.sub(rf" \| {_MISSES}\S*$", "", line.rstrip())
        wrong = misses[name.strip()]
        lines.append(plain + (f" | {_MISSES}{','.join(sorted(wrong))}" if wrong else ""))
    lines += [f"{name} | {_UNWANTED}" for name in sorted(unwanted)]
    gold.path.write_text(f"{head}\n---\n" + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for golden in load_all(GOLDEN):
        mark(golden, *judge(golden))
