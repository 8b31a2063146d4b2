"""How well pages are read and dates are found: on 258 news pages, and on texts whose date is withheld.

Where ``../shared`` is not there, nothing is measured.
"""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from tests.quality.figures import SHARED, Figure
from timeline import language, timex
from timeline.reading import article_from
from timeline.reading.finish import finish
from timeline.reading.readers.page import draft_of_page
from timeline.records import Article
from timeline.settings import Settings

__all__ = ["measure", "withheld"]

PAGES = SHARED / "pages" / "fundus"
HIGH = 0.9
"""A publication date of this confidence or more claims to be right."""

# The pages' gold names the country's language; these are written in another (checked by eye).
LANGUAGES = {
    "es_MallorcaMagazin_2025_04_16": "de", "es_MallorcaZeitung_2025_04_16": "de", "il_IsraelNachrichten_2025_04_16": "de",
    "it_Tageszeitung_2025_04_16": "de", "jp_TheJapanNews_2024_10_13": "en", "mx_MexicoNewsDaily_2025_04_16": "en",
    "pt_ThePortugalNews_2025_02_03": "en", "py_Wochenblatt_2025_04_16": "de", "tw_TaipeiTimes_2024_10_15": "en", "tz_HabariLeo_2025_01_23": "sw",
    "ua_Pravda_2026_01_08": "ru", "za_Dizindaba_2025_11_16": "xh", "za_EyethuNews_2025_11_25": "zu", "za_Ilanga_2025_12_03": "zu",
    "za_IsolezweLesiXhosa_2025_11_09": "xh", "za_Isolezwe_2025_11_09": "zu",
}  # fmt: skip
# The listing of these gives another day than their text was published on (read by eye): the day in UTC of an evening in New York, the
# day on which a film of the year before was listed.
DAYS = {"abp-ssNtDOny3vcOEij3": "2020-02-11", "abp-M74InX1q4L1wCmKb": "2017-06-05"}
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def token_f1(found: str, gold: str) -> float:
    """F1 over words (Chinese, Japanese and Korean: characters), as bags."""
    ours, theirs = Counter(_TOKEN.findall(found.lower())), Counter(_TOKEN.findall(gold.lower()))
    common = sum((ours & theirs).values())
    return 2 * common / (sum(ours.values()) + sum(theirs.values())) if common else 0.0


def measure() -> Iterable[Figure]:
    """Figures of pages in both modes, and of publication dates inferred from the text alone."""
    if not PAGES.exists():
        return
    gold = json.loads((PAGES / "gold.json").read_text(encoding="utf-8"))
    yield from _pages(gold, Settings(), "pages")
    yield from _pages(gold, Settings(fast_html=True), "pages, fast")
    yield from _withheld("timebank", SHARED / "gold" / "timex" / "en-timebank.jsonl", 1)
    yield from _withheld("outlets", SHARED / "articles" / "en-outlets-8000.jsonl.gz", 1)
    yield from _withheld("meantime", SHARED / "gold" / "timex" / "en-meantime.jsonl", 1)


def _pages(gold: list[dict[str, Any]], settings: Settings, corpus: str) -> Iterator[Figure]:
    pages = [(row, (PAGES / row["file"]).read_bytes()) for row in gold]
    began = time.process_time()
    articles = [_read(data, row["file"], settings) for row, data in pages]
    rate = len(pages) / (time.process_time() - began)
    days = [article is not None and _day(article) == row["date"][:10] for (row, _), article in zip(pages, articles, strict=True)]
    sure = [a is not None and a.published is not None and a.published.confidence >= HIGH for a in articles]
    scores = [token_f1(_story(article), row["text"]) for (row, _), article in zip(pages, articles, strict=True)]
    yield Figure(
        corpus,
        "token F1",
        sum(scores) / len(gold),
        _trafilatura(pages, settings.fast_html),
        note=f"{rate:.0f} pages a CPU-second",
    )
    if settings.fast_html:
        return
    yield Figure(corpus, "publication day right", sum(days) / len(gold))
    wrong = sum(confident and not right for confident, right in zip(sure, days, strict=True))
    yield Figure(corpus, "wrong day at high confidence", wrong / len(gold), lower=True, note=f"confidence from {HIGH}")
    right = [a is not None and a.lang == _language(row) for (row, _), a in zip(pages, articles, strict=True)]
    yield Figure(corpus, "language right", sum(right) / len(gold), note="languages of 16 pages corrected by eye")


def _read(data: bytes, where: str, settings: Settings) -> Article | None:
    try:
        return finish(draft_of_page(data, where, settings), settings)[0]
    except ValueError:
        return None


def _story(article: Article | None) -> str:
    """The text without what was found to be no part of the story."""
    if article is None:
        return ""
    return "\n".join(article.text[b.start : b.end] for b in article.blocks if b.kind != "boilerplate")


def _day(article: Article) -> str:
    return article.published.day.isoformat() if article.published else ""


def _language(row: dict[str, Any]) -> str:
    name = row["file"].removesuffix(".html")
    return LANGUAGES.get(name) or _gold_languages()[name]


def _gold_languages() -> dict[str, str]:
    path = SHARED / "articles" / "multilingual-fundus.jsonl.gz"
    return {row["id"].removeprefix("fundus-"): row["lang"] for row in _rows(path)}


def _trafilatura(pages: list[tuple[dict[str, Any], bytes]], fast: bool) -> float:
    """What trafilatura's own text scores, in the mode that is compared."""
    from trafilatura import bare_extraction

    texts = [getattr(bare_extraction(data, url=row["url"], fast=fast, include_comments=False), "text", "") for row, data in pages]
    return sum(token_f1(text or "", row["text"]) for text, (row, _) in zip(texts, pages, strict=True)) / len(pages)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


class Inferred(NamedTuple):
    """What was inferred of one article, beside the truth."""

    id: str
    truth: date
    found: date | None


def withheld(path: Path, every: int) -> Iterator[Inferred]:
    """Each ``every``-th article that has a date, read as if it had none."""
    settings = Settings()
    for number, row in enumerate(_rows(path)):
        stated = DAYS.get(row["id"]) or row.get("dct") or row.get("published")
        if not stated or number % every:
            continue
        article = article_from({"id": row["id"], "title": row.get("title"), "text": row["text"], "lang": row["lang"]}, settings)
        sentences = language.split(article.text, article.lang, article.blocks)
        found = timex.infer_published(
            article, sentences, timex.recognise(article.text, sentences, article.lang), settings.infer_from
        )
        yield Inferred(row["id"], date.fromisoformat(stated[:10]), found.day if found else None)


def _withheld(corpus: str, path: Path, every: int) -> Iterator[Figure]:
    if not path.exists():
        return
    answers = list(withheld(path, every))
    inferred = [answer for answer in answers if answer.found is not None]
    right = sum(answer.found == answer.truth for answer in inferred)
    near = sum(abs((answer.found - answer.truth).days) <= 1 for answer in inferred if answer.found is not None)
    note = f"{len(inferred)} of {len(answers)} inferred, {right} on the day, {near} within a day"
    yield Figure(corpus, "publication day inferred, share", len(inferred) / len(answers), note=note)
    if inferred:
        yield Figure(corpus, "publication day inferred, right", right / len(inferred), note="of those inferred")
