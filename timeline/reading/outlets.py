"""Whose article it is: canonical URL, registered domain."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

__all__ = ["canonical_url", "domain_of"]


def canonical_url(url: str | None) -> str | None:
    """The URL without what does not name the page: tracking parameters and fragment; the host in lower case.

    What is no web address is kept as it is.
    """
    if not url or not url.lower().startswith(("http://", "https://")):
        return url or None
    from courlan import normalize_url

    try:
        clean = str(normalize_url(url.strip()))
    except (ValueError, TypeError, AttributeError):
        return url
    return clean if "#!" in clean else clean.partition("#")[0]


@cache
def _suffixes() -> TLDExtract:
    """The public suffix list that tldextract carries: nothing is fetched, nothing written."""
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(4096)
def _domain(host: str) -> str:
    return _suffixes()(host).top_domain_under_public_suffix or host.removeprefix("www.")


def domain_of(url: str | None) -> str | None:
    """The registered domain (``bbc.co.uk``) of ``url``; the host where it has none (an address, a name of a private network)."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return _domain(host) if host else None
