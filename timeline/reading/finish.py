"""From a draft to an article: language, publication date, outlet, blocks, identity."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from timeline.language.packs import knows_time
from timeline.reading.blocks import find_blocks
from timeline.reading.dates import choose
from timeline.reading.draft import Dated, Draft, ReadingError
from timeline.reading.languages import detect, is_code, normal_code
from timeline.reading.link_boxes import without_link_boxes
from timeline.reading.moments import moment
from timeline.reading.outlets import canonical_url, domain_of
from timeline.reading.rows import NAMES
from timeline.records import Article, Block, Issue
from timeline.settings import Settings

__all__ = ["check", "finish"]

_ZONES = timedelta(days=1)


def finish(draft: Draft, settings: Settings) -> tuple[Article, list[Issue]]:
    """The article of ``draft`` and what was wrong with its dates. Raises :class:`ReadingError` where it holds no text."""
    if not draft.text.strip("\0 \t\r\n\ufeff"):
        raise ReadingError("no text")
    text = without_link_boxes(draft.text)
    url = canonical_url(draft.url)
    lang = normal_code(draft.lang) or normal_code(settings.lang) or detect(text, draft.title, draft.declared_lang)
    latest = _latest(settings, draft.fetched)
    published, reasons, _ = choose(draft.dates, url, lang, latest, draft.order)
    if published is None and settings.published:
        published, more, _ = choose([Dated("option", settings.published)], None, lang, latest)
        reasons += more
    modified = moment(draft.modified, lang) if draft.modified is not None else None
    blocks = draft.blocks or find_blocks(text, draft.title, lang)
    article = Article(
        article_id=draft.id or _identity(draft, url),
        text=text,
        title=draft.title or _headline(text, blocks),
        url=url,
        source=draft.source or domain_of(url) or draft.site,
        publisher=draft.site,
        authors=draft.authors,
        lang=lang,
        published=published,
        modified=modified.local if modified else None,
        blocks=blocks,
        input=draft.where,
    )
    issues = [Issue("date", reason) for reason in reasons] + [
        Issue("read", reason) for reason in _language_issues(draft.lang, lang)
    ]
    for issue in issues:
        issue.article_id, issue.input = article.article_id, draft.where
    return article, issues


def _language_issues(given: str | None, lang: str | None) -> Iterator[str]:
    """What is wrong with the language that a document names, and with the one that it is taken for."""
    if given and not is_code(given):
        yield f"language {given!r} is no code such as en or pt-BR; the text's own was looked for" + (f": {lang}" if lang else "")
    if lang and not knows_time(lang):
        yield f"no words of time are known of the language {lang!r}: nothing is found in it"


def _headline(text: str, blocks: Sequence[Block]) -> str | None:
    """The title that stands in the text itself, where nothing else gives one."""
    return next((text[block.start : block.end].strip() for block in blocks if block.kind == "title"), None)


def check(settings: Settings) -> None:
    """Raise ``ValueError`` where a setting that should be a date is none, a language no code, or a mapped field none that there is."""
    if settings.as_of and _day(settings.as_of) is None:
        raise ValueError(f"as_of must be a day such as 2014-05-07, not {settings.as_of!r}")
    if settings.published and moment(settings.published, None) is None:
        raise ValueError(f"published must be a date such as 2014-05-07, not {settings.published!r}")
    if settings.lang:
        lang = normal_code(settings.lang)
        if lang is None:
            raise ValueError(f"lang must be a language code such as en or pt-BR, not {settings.lang!r}")
        if not knows_time(lang):
            raise ValueError(f"no words of time are known of the language {lang!r}: nothing would be found (lang)")
    if unknown := [field for field, _ in settings.columns if field not in NAMES]:
        raise ValueError(f"there is no field {unknown[0]!r} to map a column to; fields: {', '.join(NAMES)}")


def _day(text: str) -> date | None:
    found = moment(text, None)
    return found.day if found else None


def _latest(settings: Settings, fetched: datetime | None) -> date | None:
    """The last day that a publication date may be: the setting ``as_of``, and the day of the download with a day to spare for zones."""
    as_of = _day(settings.as_of) if settings.as_of else None
    downloaded = fetched.date() + _ZONES if fetched is not None else None
    return min((day for day in (as_of, downloaded) if day is not None), default=None)


def _identity(draft: Draft, url: str | None) -> str:
    """The URL's hash where there is one, so that a page read again is a revision; else the text's."""
    key = url or f"{draft.title or ''}\n{draft.text}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
