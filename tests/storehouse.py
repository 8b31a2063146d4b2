"""What the tests of store and build share: small made-up articles, an extraction that is quick and plain, and comparing two timelines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from timeline import pipeline
from timeline.building import BuildResult, build
from timeline.executors import Serial
from timeline.interval import Granularity, day_interval
from timeline.records import Article, Extraction, Issue, Mention, Participant, Place, Timex
from timeline.settings import Settings
from timeline.store.schema import TABLES

_SENTENCE = re.compile(r"[^.\n]+\.")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NAME = re.compile(r"(?<!^)\b[A-Z][a-z]+\b")
PLACES = {"Homs": ("SY", 34.7, 36.7, 169577), "Lima": ("PE", -12.0, -77.0, 3936456), "Turku": ("FI", 60.45, 22.27, 633679)}


def plain_extract_all(articles: Iterable[Article], settings: Settings | None = None) -> list[Extraction]:
    """Each sentence with an ISO date is a mention of what its second word says; a sentence with ``???`` is an issue."""
    del settings
    return [_plain_extract(article) for article in articles]


def _plain_extract(article: Article) -> Extraction:
    timexes: list[Timex] = []
    mentions: list[Mention] = []
    issues: list[Issue] = []
    for sentence in _SENTENCE.finditer(article.text):
        start, told = sentence.start(), sentence.group()
        if "???" in told:
            issues.append(Issue("timex", "not understood", article.article_id, article.input, start, sentence.end(), told))
        found = _DATE.search(told)
        words = list(re.finditer(r"\w+", told))
        if found is None or len(words) < 2:
            continue
        try:
            day = day_interval(date.fromisoformat(found.group()))
        except ValueError:
            continue
        timexes.append(
            Timex(
                start + found.start(),
                start + found.end(),
                found.group(),
                "DATE",
                found.group(),
                interval=day,
                granularity=Granularity.DAY,
            )
        )
        trigger = words[1]
        names = list(_NAME.finditer(told))
        mentions.append(
            Mention(
                start + trigger.start(),
                start + trigger.end(),
                trigger.group(),
                (start, sentence.end()),
                status="planned" if "will" in told else "happened",
                timex=len(timexes) - 1,
                timexes=(len(timexes) - 1,),
                relation="IS_INCLUDED",
                extent="within",
                interval=day,
                granularity=Granularity.DAY,
                value=found.group(),
                date_basis="full_date",
                grounded=True,
                participants=tuple(
                    Participant(n.group(), "agent", start + n.start(), start + n.end()) for n in names if n.group() not in PLACES
                ),
                places=tuple(
                    Place(n.group(), n.group(), *PLACES[n.group()], start + n.start(), start + n.end())
                    for n in names
                    if n.group() in PLACES
                ),
                summary=told.strip(),
                block="lead" if not mentions else "body",
            )
        )
    return Extraction(article, timexes=timexes, mentions=mentions, issues=issues)


def document(name: str, text: str, **more: Any) -> dict[str, Any]:
    """A document with an id, an outlet and a date, unless ``more`` says otherwise."""
    return {
        "id": name,
        "title": f"About {name}",
        "published": "2014-05-08",
        "source": "outlet",
        "lang": "en",
        "text": text,
        **more,
    }


def write(path: Path, documents: Iterable[Mapping[str, Any]]) -> str:
    """A JSONL file of documents; returns its name."""
    path.write_text("".join(json.dumps(d) + "\n" for d in documents), encoding="utf-8")
    return str(path)


def run(inputs: str | list[str], out: Path | str, **settings: Any) -> BuildResult:
    """A build in this process."""
    named = [inputs] if isinstance(inputs, str) else inputs
    options = {name: settings.pop(name) for name in ("executor", "wait", "progress", "clock") if name in settings}
    return build(named, out, Settings(**settings), **{"executor": Serial(), **options})


def tables(out: Path | str) -> dict[str, pa.Table]:
    """All tables of the current version, as they stand in the files."""
    folder = (Path(out) / "current").resolve()
    return {t: pa.concat_tables([pq.ParquetFile(p).read() for p in sorted((folder / t).rglob("*.parquet"))]) for t in TABLES}


def differences(a: Mapping[str, pa.Table], b: Mapping[str, pa.Table]) -> list[str]:
    """What differs between two timelines, row for row, a line each."""
    found = []
    for table in TABLES:
        if a[table].equals(b[table]):
            continue
        left, right = a[table].to_pylist(), b[table].to_pylist()
        if len(left) != len(right):
            found.append(f"{table}: {len(left)} and {len(right)} rows")
        for one, other in zip(left, right, strict=False):
            if one != other:
                names = [name for name in one if one[name] != other[name]]
                found.append(f"{table}: {[(name, one[name], other[name]) for name in names]}")
                break
    return found


def use_plain_extraction(monkeypatch: Any) -> None:
    """Have builds in this process extract with :func:`plain_extract_all`."""
    monkeypatch.setattr(pipeline, "extract_all", plain_extract_all)
