"""MediaWiki dumps (Wikinews and others): the newest revision of each page of the main name space, as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from timeline.language.files import primary, read_pack
from timeline.reading.draft import MAX_DOCUMENT, Dated, Draft, ReadingError
from timeline.records import Issue
from timeline.settings import Settings

__all__ = ["plain_text", "read"]

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PAGE_LIMIT = 4 * MAX_DOCUMENT
_FILE = re.compile(
    r"\[\[[^\[\]|:]{2,12}:[^\[\]|]*\.(?:jpe?g|png|gif|svg|tiff?|webp|ogv|webm|pdf)(?:\|[^\[\]]*(?:\[\[[^\[\]]*\]\][^\[\]]*)*)?\]\]",
    re.IGNORECASE,
)
_CATEGORY = re.compile(r"\[\[\s*[^\[\]|:]{3,20}:[^\[\]]*\]\]")
_DATE_TEMPLATES = frozenset(
    {"date", "datum", "data", "fecha", "byline", "дата", "tarih", "日付", "haut", "date de publication", "data de publicação"}
)


def read(stream: BinaryIO, where: str, settings: Settings) -> Iterator[Draft | Issue]:
    """Articles of a dump, a page at a time; redirects, talk and other name spaces are passed over."""
    site: dict[str, str] = {}
    count = 0
    try:
        for element in _elements(stream, site):
            draft = _page(element, site, where)
            if draft is not None:
                count += 1
                yield draft
    except (ParseError, ReadingError) as error:
        yield Issue("read", f"dump breaks off after {count} pages: {error}", input=where)


def _elements(stream: BinaryIO, site: dict[str, str]) -> Iterator[Element]:
    """Each ``page`` element when it is complete; it is emptied afterwards, so that memory stays bounded."""
    parser: Any = XMLPullParser(("start", "end"))
    root: Element | None = None
    since_page = 0
    while data := stream.read(1 << 16):
        parser.feed(data)
        since_page += len(data)
        for event, element in parser.read_events():
            tag = element.tag.rpartition("}")[2]
            if root is None:
                root = element
                site["lang"] = element.get(_XML_LANG) or ""
            if event == "end" and tag in ("sitename", "base", "dbname"):
                site[tag] = element.text or ""
            elif event == "end" and tag == "page":
                yield element
                root.clear()
                since_page = 0
        if since_page > _PAGE_LIMIT:
            raise ReadingError(f"a page of more than {_PAGE_LIMIT >> 20} MB")
    parser.close()


def _child(element: Element, name: str) -> str | None:
    found = next((child for child in element if child.tag.rpartition("}")[2] == name), None)
    return found.text if found is not None else None


def _page(page: Element, site: dict[str, str], where: str) -> Draft | Issue | None:
    children = {child.tag.rpartition("}")[2] for child in page}
    if _child(page, "ns") not in ("0", None) or "redirect" in children:
        return None
    title = _child(page, "title")
    here = f"{where}:{title}"
    revisions = [child for child in page if child.tag.rpartition("}")[2] == "revision"]
    newest = max(revisions, key=lambda revision: _child(revision, "timestamp") or "", default=None)
    source = _child(newest, "text") if newest is not None else None
    if newest is None or not source:
        return Issue("read", "a page without text", input=here)
    lang = site.get("lang") or None
    text, written = plain_text(source, lang)
    if not text:
        return Issue("read", "a page without text", input=here)
    draft = Draft(text=text, where=here, title=title, site=site.get("sitename"), declared_lang=lang)
    base = site.get("base", "").rpartition("/")[0]
    draft.url = f"{base}/{(title or '').replace(' ', '_')}" if base else None
    stamp = _child(newest, "timestamp")
    if written:
        draft.dates.append(Dated("metadata", written, "date template"))
        draft.modified = stamp
    elif stamp:
        draft.dates.append(Dated("metadata", stamp, "revision"))
    return draft


def plain_text(source: str, lang: str | None) -> tuple[str, str | None]:
    """The text of a page's wiki markup up to its list of sources, and the date that its date template gives."""
    import mwparserfromhell
    from mwparserfromhell.parser import ParserError

    source = _CATEGORY.sub("", _FILE.sub("", source))
    try:
        code = mwparserfromhell.parse(source, skip_style_tags=True)
        written = _written(code)
        _drop_end(code, lang)
        text = code.strip_code(normalize=True, collapse=True)
    except (ParserError, ValueError, RecursionError):
        return "", None
    lines = [line.strip(" *#:;") for line in str(text).splitlines()]
    kept = [line for line in lines if line and not line.startswith(("{|", "|}", "|-", "!"))]
    return "\n\n".join(kept), written


def _written(code: Any) -> str | None:
    for template in code.filter_templates(recursive=False):
        if str(template.name).strip().lower() in _DATE_TEMPLATES and template.params:
            named = next(
                (p for p in template.params if str(p.name).strip().lower() in ("date", "datum", "data", "fecha", "1")),
                template.params[0],
            )
            return str(named.value).strip() or None
    return None


def _drop_end(code: Any, lang: str | None) -> None:
    """Leave out the sections of sources and links, which hold the titles and dates of other articles."""
    packs = [read_pack(code, "reading") or {} for code in (primary(lang), "en")]
    names = {name.casefold() for pack in packs for name in pack.get("wiki", {}).get("end_sections", ())}
    for section in code.get_sections(include_headings=True, flat=True):
        headings = section.filter_headings()
        if headings and str(headings[0].title).strip().casefold() in names:
            code.remove(section)
