"""One source, from its list of links to raw pages on disk."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urldefrag, urlsplit

from timeline.collecting.discover import DiscoveryError, Link, listing
from timeline.collecting.fetch import Fetched, Fetcher, FetchError, Validators, plain_body
from timeline.collecting.memory import Memory
from timeline.collecting.sources import Source
from timeline.collecting.warc import RawStore
from timeline.reading.outlets import canonical_url
from timeline.records import Issue

__all__ = ["Collected", "collect_source"]

_MOST_SITEMAPS = 50  # children of an index that one run opens, newest first


@dataclass(slots=True)
class Collected:
    """What one source brought in one run."""

    source: str
    listed: int = 0
    fetched: int = 0
    unchanged: int = 0
    waiting: int = 0
    issues: list[Issue] = field(default_factory=list)
    failed: bool = False

    def problem(self, where: str, reason: object) -> None:
        """Note what went wrong and go on."""
        self.issues.append(Issue("collect", str(reason), input=where))


def collect_source(source: Source, fetcher: Fetcher, memory: Memory, store: RawStore, now: Callable[[], datetime]) -> Collected:
    """Fetch what ``source`` lists and was not seen, or may have been corrected. Never raises for what the network does."""
    result = Collected(source.name)
    links, validators = _links(source, fetcher, memory, result)
    wanted = [link for link in _canonical(links, source) if memory.due(link.url, source.manners, now())]
    wanted, later = wanted[: source.manners.max_new], wanted[source.manners.max_new :]
    result.waiting = len(later)
    with ThreadPoolExecutor(max(1, source.manners.hosts_at_once * source.manners.per_host)) as pool:
        for link, outcome in zip(
            wanted, pool.map(lambda link: _page(link, source, fetcher, memory, store, now), wanted), strict=True
        ):
            if isinstance(outcome, str):
                result.problem(link.url, outcome)
            elif outcome:
                result.fetched += 1
            else:
                result.unchanged += 1
    if source.url:
        # Validators promise "nothing new here": keep them only where everything listed was dealt with
        whole = not later and not result.issues
        memory.source_ran(source.url, now(), validators if whole else None, result.issues[0].reason if result.failed else None)
    return result


def _links(source: Source, fetcher: Fetcher, memory: Memory, result: Collected) -> tuple[list[Link], Validators | None]:
    if source.kind == "urls":
        return [Link(url) for url in source.urls], None
    url = source.url or ""
    try:
        answer = fetcher.get(url, memory.source_validators(url))
        if answer.status == 304:
            return [], answer.validators if answer.validators != Validators() else memory.source_validators(url)
        links = list(_opened(answer, source, fetcher, result))
    except (FetchError, DiscoveryError) as error:
        result.failed = True
        result.problem(url, error)
        return [], None
    result.listed = len(links)
    return links, answer.validators


def _opened(answer: Fetched, source: Source, fetcher: Fetcher, result: Collected) -> Iterator[Link]:
    """The links of a listing and, where it is an index, of the sitemaps that it names (one level down, newest first)."""
    found = listing(plain_body(answer, source.manners.max_bytes * 5), answer.url, source.lang)
    yield from found.links
    newest = sorted(found.sitemaps, key=lambda link: link.lastmod.isoformat() if link.lastmod else "", reverse=True)
    for child in newest[:_MOST_SITEMAPS]:
        try:
            inner = fetcher.get(child.url)
            yield from listing(plain_body(inner, source.manners.max_bytes * 5), inner.url, source.lang).links
        except (FetchError, DiscoveryError) as error:
            result.problem(child.url, error)
    if len(newest) > _MOST_SITEMAPS:
        result.problem(answer.url, f"{len(newest) - _MOST_SITEMAPS} older sitemaps of the index were not opened")


def _canonical(links: list[Link], source: Source) -> list[Link]:
    """Each page once under its canonical URL, those that ``match`` where the source asks for it."""
    pattern = re.compile(source.match) if source.match else None
    found: dict[str, Link] = {}
    for link in links:
        url = urldefrag(canonical_url(link.url) or link.url).url
        if (pattern is None or pattern.search(url)) and urlsplit(url).hostname:
            found.setdefault(url, link._replace(url=url))
    return list(found.values())


def _page(
    link: Link, source: Source, fetcher: Fetcher, memory: Memory, store: RawStore, now: Callable[[], datetime]
) -> bool | str:
    """True: a new or changed page was kept; False: it had not changed; a text: why it could not be had."""
    seen = memory.page(link.url)
    try:
        answer = fetcher.get(link.url, seen.validators if seen else None)
    except FetchError as error:
        return str(error)
    digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
    if answer.status == 304 or (seen and seen.digest == digest):
        memory.remember(link.url, source.name, now(), answer.validators, None, None)
        return False
    store.keep([*answer.hops, answer])
    memory.remember(link.url, source.name, now(), answer.validators, digest, store.path.name)
    return True
