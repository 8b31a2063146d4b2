"""What an HTML page says of itself: JSON-LD, Open Graph and other ``<meta>`` fields, ``<time>``, canonical link, language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from timeline.reading.draft import Dated

__all__ = ["PageMeta", "page_meta"]

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published", "article.published",
    "date_published", "publish_date", "publish-date", "publishdate", "published_date", "publication_date", "pubdate", "publishtime",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "rnews:datepublished", "originalpublicationdate", "article_date_original",
    "article:create_date", "citation_publication_date", "citation_date", "date.release", "displaydate", "date",
)  # fmt: skip
"""Names of ``<meta>`` fields for the publication date, the surest first (compared in lower case)."""
_MODIFIED = ("article:modified_time", "og:article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "dcterms.modified",
             "dc.date.modified", "last-modified", "lastmod", "revision_date")  # fmt: skip
_TITLE = ("og:title", "headline", "twitter:title", "dc.title", "dcterms.title", "sailthru.title", "parsely-title")
_SITE = ("og:site_name", "publisher", "dc.publisher", "application-name")
_AUTHOR = ("article:author", "author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review|LiveBlog\w*|NewsStory)$")
_PUBLISHED_CLASS = re.compile(r"publi|posted|entry-date|post-date|article-date|created|dateline", re.IGNORECASE)
_MODIFIED_CLASS = re.compile(r"updat|modif|edit", re.IGNORECASE)


@dataclass(slots=True)
class PageMeta:
    """Fields of a page. ``dates`` in order of trust; ``body`` is the article's text where JSON-LD holds it."""

    title: str | None = None
    url: str | None = None
    site: str | None = None
    lang: str | None = None
    authors: tuple[str, ...] = ()
    dates: list[Dated] = field(default_factory=list)
    modified: str | None = None
    body: str | None = None


def page_meta(tree: HtmlElement) -> PageMeta:
    """The fields that ``tree`` declares. Nothing is guessed from visible text here."""
    named = _metas(tree)
    canonical = tree.xpath("//link[@rel='canonical']/@href")
    url = next((u.strip() for u in [*canonical, named.get("og:url", "")] if u.strip().startswith(("http://", "https://"))), None)
    declared = next((named[name] for name in _TITLE if named.get(name)), None)
    heading = next((text for h in tree.iter("h1") if (text := h.text_content().strip())), None)
    meta = PageMeta(title=_agreed(declared, heading, tree.findtext(".//title")), url=url)
    meta.site = next((named[name] for name in _SITE if named.get(name)), None)
    meta.lang = (
        tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or named.get("og:locale")
        or named.get("content-language")
    )
    meta.authors = tuple(named[name] for name in _AUTHOR if named.get(name) and "://" not in named[name])[:1]
    headline = _linked_data(tree, meta)
    meta.title = _agreed(headline, declared, heading) or meta.title
    meta.dates += [Dated("metadata", named[name], "meta") for name in _PUBLISHED if named.get(name)][:2]
    meta.modified = meta.modified or next((named[name] for name in _MODIFIED if named.get(name)), None)
    meta.dates += _times(tree)
    return meta


def _agreed(*titles: str | None) -> str | None:
    """The title that two places agree on (others add the site's name), else the first that there is."""
    found = [line for title in titles if title and (line := " ".join(unescape(title).split()))]
    return next((title for title in found if found.count(title) > 1), found[0] if found else None)


def _metas(tree: HtmlElement) -> dict[str, str]:
    """The first content of each ``<meta>`` name, property, itemprop or http-equiv."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = element.get("content")
        if content and content.strip():
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                name = element.get(attribute)
                if name:
                    found.setdefault(name.strip().lower(), content.strip())
    return found


def _times(tree: HtmlElement) -> list[Dated]:
    """``<time>`` and microdata that call themselves the publication date; a bare ``<time>`` only if all of the article's agree."""
    marked, bare = [], []
    for element in tree.xpath("//time[@datetime or @content] | //*[@itemprop='datePublished']"):
        value = element.get("datetime") or element.get("content") or element.text_content()
        about = " ".join(
            filter(None, (element.get("itemprop"), element.get("class"), element.get("id"), element.get("data-testid")))
        )
        if not value or not value.strip() or _MODIFIED_CLASS.search(about):
            continue
        if element.get("itemprop") == "datePublished" or element.get("pubdate") is not None or _PUBLISHED_CLASS.search(about):
            marked.append(value.strip())
        elif next(element.iterancestors("article", "header", "main"), None) is not None:
            bare.append(value.strip())
    if marked:
        return [Dated("metadata", marked[0], "time")]
    return [Dated("metadata", bare[0], "bare time")] if bare and len({value[:10] for value in bare}) == 1 else []


# --- JSON-LD --------------------------------------------------------------------------------------------------------------------


def _linked_data(tree: HtmlElement, meta: PageMeta) -> str | None:
    """Fill ``meta`` from the page's own article among its JSON-LD objects: the one with its URL or title, else the first dated one.

    Gives its headline.
    """
    articles = [item for script in tree.xpath("//script[@type='application/ld+json']") for item in _articles(script.text)]
    if not articles:
        return None
    own = max(articles, key=lambda item: _likeness(item, meta))
    published, modified = own.get("datePublished"), own.get("dateModified")
    if isinstance(published, str) and published.strip():
        meta.dates.insert(0, Dated("metadata", published.strip(), "JSON-LD"))
    if isinstance(modified, str) and modified.strip():
        meta.modified = modified.strip()
    names = tuple(_names(own.get("author")))
    meta.authors = names or meta.authors
    meta.site = meta.site or next(iter(_names(own.get("publisher"))), None)
    body = own.get("articleBody")
    meta.body = body if isinstance(body, str) and body.strip() else None
    language = own.get("inLanguage")
    if isinstance(language, str) and not meta.lang:
        meta.lang = language
    headline = own.get("headline")
    return headline if isinstance(headline, str) else None


def _articles(text: str | None) -> Iterator[dict[str, Any]]:
    """Objects of an article type, wherever they are nested (``@graph``, lists, ``mainEntity``)."""
    if not text or len(text) > 4_000_000:
        return
    try:
        waiting: list[Any] = [json.loads(text.strip().removeprefix("<!--").removesuffix("-->").rstrip("; \n"), strict=False)]
    except (ValueError, RecursionError):
        return
    looked_at = 0
    while waiting and looked_at < 5000:
        item = waiting.pop(0)
        looked_at += 1
        if isinstance(item, list):
            waiting.extend(item[:500])
        elif isinstance(item, dict):
            kinds = item.get("@type")
            if any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])):
                yield item
            waiting.extend(value for value in item.values() if isinstance(value, (dict, list)))


def _likeness(item: dict[str, Any], meta: PageMeta) -> tuple[bool, bool, bool]:
    page = item.get("mainEntityOfPage")
    urls = {item.get("url") if isinstance(item.get("url"), str) else None, item.get("@id") if isinstance(item.get("@id"), str) else None,
            page.get("@id") if isinstance(page, dict) else page if isinstance(page, str) else None}  # fmt: skip
    own_url = meta.url is not None and any(
        isinstance(u, str) and u.partition("#")[0].rstrip("/") == meta.url.rstrip("/") for u in urls
    )
    headline = item.get("headline")
    own_title = isinstance(headline, str) and meta.title is not None and headline.strip()[:40] == meta.title[:40]
    return isinstance(item.get("datePublished"), str), own_url or own_title, isinstance(item.get("articleBody"), str)


def _names(value: Any) -> Iterator[str]:
    for item in value[:50] if isinstance(value, list) else [value]:
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, list):
            yield from _names(name)
        elif isinstance(name, str) and name.strip() and "://" not in name:
            yield " ".join(name.split())
