"""Links out of what a source serves: RSS, Atom, JSON Feed, sitemaps and their indexes. Broken XML gives what can be read of it."""

from __future__ import annotations

import contextlib
import io
import json
import zlib
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin

import feedparser
from lxml import etree

__all__ = ["DiscoveryError", "Link", "Listing", "listing"]

_LIMIT = 50_000_000  # a sitemap may be 50 MB uncompressed (sitemaps.org)


class DiscoveryError(ValueError):
    """What a source served is no feed and no sitemap; the message is one line."""


class Link(NamedTuple):
    """A page that a source lists. ``lastmod`` is what the source says of its last change, where it can be read."""

    url: str
    lastmod: datetime | None = None
    lang: str | None = None


class Listing(NamedTuple):
    """The pages and the further sitemaps that one document lists."""

    links: list[Link]
    sitemaps: list[Link]


def listing(content: bytes, base: str, lang: str | None = None) -> Listing:
    """The links of a feed or sitemap served at ``base``; with ``lang``, of language versions (hreflang) that one.

    Raises :class:`DiscoveryError` where the content is neither.
    """
    content = _unpacked(content).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not content:
        raise DiscoveryError(f"{base}: empty")
    if content[:1] == b"{":
        return _json_feed(content, base)
    root = _root(content)
    if root in ("urlset", "sitemapindex"):
        return _sitemap(content, base, lang)
    return _feed(content, base)


def _unpacked(content: bytes) -> bytes:
    """A gzip file undone, bounded."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    machine = zlib.decompressobj(31)
    try:
        plain = machine.decompress(content, _LIMIT + 1)
    except zlib.error as error:
        raise DiscoveryError(f"damaged gzip: {error}") from error
    if len(plain) > _LIMIT:
        raise DiscoveryError(f"more than {_LIMIT:,} bytes when decompressed")
    return plain


def _parser(**options: Any) -> dict[str, Any]:
    """No entities, no network, no huge trees: what a stranger's XML may not do."""
    return {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": True} | options


def _root(content: bytes) -> str | None:
    with contextlib.suppress(etree.XMLSyntaxError, ValueError):
        for _, node in etree.iterparse(io.BytesIO(content[:65536]), events=("start",), **_parser()):
            return str(etree.QName(node).localname).lower() if isinstance(node.tag, str) else None
    return None


def _sitemap(content: bytes, base: str, lang: str | None) -> Listing:
    try:
        tree = etree.fromstring(content, etree.XMLParser(**_parser()))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiscoveryError(f"{base}: not readable as XML: {error}") from error
    if tree is None:
        raise DiscoveryError(f"{base}: not readable as XML")
    links: list[Link] = []
    sitemaps: list[Link] = []
    for node in tree.iter("{*}url", "{*}sitemap"):
        found = _entry(node, base, lang)
        if found:
            (sitemaps if etree.QName(node).localname == "sitemap" else links).append(found)
    return Listing(_once(links), _once(sitemaps))


def _entry(node: etree._Element, base: str, lang: str | None) -> Link | None:
    location = (node.findtext("{*}loc") or "").strip()
    versions = {
        link.get("hreflang", "").lower(): link.get("href", "")
        for link in node.findall("{*}link")
        if link.get("rel") == "alternate"
    }
    own = node.findtext("{*}news/{*}publication/{*}language")
    if lang and versions:
        match = next((href for code, href in versions.items() if code == lang or code.split("-")[0] == lang), None)
        if match is None:
            return None
        location, own = match.strip(), lang
    if not location or (lang and own and own.strip().lower().split("-")[0] != lang):
        return None
    moment = _moment(node.findtext("{*}news/{*}publication_date") or node.findtext("{*}lastmod"))
    return Link(_joined(base, location), moment, own)


def _moment(text: str | None) -> datetime | None:
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat((text or "").strip())
    return None


def _feed(content: bytes, base: str) -> Listing:
    parsed = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries and not parsed.version:
        reason = str(parsed.get("bozo_exception") or "no entries").splitlines()[0]
        raise DiscoveryError(f"{base}: no feed and no sitemap: {reason}")
    links = [
        Link(_joined(base, entry["link"]), _struct(dict.get(entry, "updated_parsed") or entry.get("published_parsed")))
        for entry in parsed.entries
        if entry.get("link")
    ]
    return Listing(_once(links), [])


def _struct(parts: Any) -> datetime | None:
    return datetime(*parts[:6]) if parts else None


def _json_feed(content: bytes, base: str) -> Listing:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DiscoveryError(f"{base}: not JSON: {error}") from error
    items = document.get("items")
    if not isinstance(items, list) or "jsonfeed.org" not in str(document.get("version", "")):
        raise DiscoveryError(f"{base}: JSON, but no JSON Feed")
    links = [
        Link(_joined(base, item["url"]), _moment(str(item.get("date_modified") or item.get("date_published") or "")))
        for item in items
        if isinstance(item, dict) and isinstance(item.get("url"), str)
    ]
    return Listing(_once(links), [])


def _joined(base: str, target: str) -> str:
    """An address made absolute; what is no address stays as it is, and is left out by :func:`_once`."""
    with contextlib.suppress(ValueError):
        return urljoin(base, target.strip())
    return target


def _once(links: list[Link]) -> list[Link]:
    """Each web address once, in order."""
    return list({link.url: link for link in links if link.url.lower().startswith(("http://", "https://"))}.values())
