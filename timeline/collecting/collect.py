"""One source, from its list of links to raw pages on disk."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urldefrag, urlsplit

from timeline.collecting.discover import DiscoveryError, Link, Listing, listing
from timeline.collecting.fetch import Fetched, Fetcher, FetchError, Validators, plain_body
from timeline.collecting.memory import Memory, Page
from timeline.collecting.sources import Source
from timeline.collecting.warc import RawStore
from timeline.reading.outlets import canonical_url
from timeline.records import Issue

__all__ = ["Collected", "collect_source"]

_MOST_SITEMAPS = 50  # children of an index that one run opens, newest first
_LISTING_BYTES = 50_000_000  # a sitemap may have 50 MB (sitemaps.org)
_NO_PAGES = ("image/", "video/", "audio/", "font/", "application/zip", "application/pdf")


@dataclass(slots=True)
class Collected:
    """What one source brought in one run.

    ``listed`` links its feed or sitemaps named (0 where they had not changed), ``fetched`` pages that are new or changed, ``unchanged``
    pages looked at again, ``waiting`` pages left for the next run. ``failed``: the source itself could not be had.
    """

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


def collect_source(
    source: Source,
    fetcher: Fetcher,
    memory: Memory,
    store: RawStore,
    now: Callable[[], datetime],
    forgotten: Callable[[str], bool] = lambda url: False,
) -> Collected:
    """Fetch what ``source`` lists and was not had yet, or may have been corrected. Never raises for what the network does.

    ``forgotten`` says of a canonical URL that its article was removed on request: it is not fetched.

    Raises ``OSError`` where the raw store cannot be written; everything kept until then stays kept, and a further run goes on there.
    """
    result = Collected(source.name)
    _look(source, fetcher, memory, result, now)
    due = [page for page in memory.due(source.name, source.manners, now()) if not forgotten(page.url)]
    result.waiting = max(0, len(due) - source.manners.max_new)
    stop = now() + timedelta(minutes=source.manners.source_minutes)
    width = max(1, source.manners.hosts_at_once * source.manners.per_host)

    def one(page: Page) -> bool | str | None:
        return None if now() > stop else _page(page, fetcher, memory, store, now)

    with ThreadPoolExecutor(width) as pool:
        chosen = due[: source.manners.max_new]
        for page, outcome in zip(chosen, pool.map(one, chosen), strict=True):
            _count(result, page, outcome)
    store.note(result.issues, now())
    return result


def _count(result: Collected, page: Page, outcome: bool | str | None) -> None:
    if outcome is None:
        result.waiting += 1
    elif isinstance(outcome, str):
        result.problem(page.link, outcome)
    elif outcome:
        result.fetched += 1
    else:
        result.unchanged += 1


# -- what is listed ----------------------------------------------------------------------------------------------------


def _look(source: Source, fetcher: Fetcher, memory: Memory, result: Collected, now: Callable[[], datetime]) -> None:
    """Have the pages that the source lists remembered as listed."""
    if source.kind == "urls" or source.url is None:
        result.listed = len(source.urls)
        memory.listed(_wanted([Link(url) for url in source.urls], source, now()), source.name, now())
        return
    try:
        found = _listing(source.url, source, fetcher, memory, result, now)
    except (FetchError, DiscoveryError) as error:
        result.failed = True
        result.problem(source.url, error)
        return
    newest = sorted(found.sitemaps, key=_changed, reverse=True)
    for child in newest[:_MOST_SITEMAPS]:
        try:
            _listing(child.url, source, fetcher, memory, result, now)
        except (FetchError, DiscoveryError) as error:
            result.problem(child.url, error)
    if len(newest) > _MOST_SITEMAPS:
        result.problem(source.url, f"{len(newest) - _MOST_SITEMAPS} older sitemaps of the index were not opened")


def _listing(
    url: str, source: Source, fetcher: Fetcher, memory: Memory, result: Collected, now: Callable[[], datetime]
) -> Listing:
    """One feed or sitemap: its links go to the memory, the sitemaps that it names are given back."""
    try:
        answer = fetcher.get(url, memory.source_validators(url), limit=_LISTING_BYTES)
        if answer.status == 304:
            return Listing([], [])
        found = listing(plain_body(answer, _LISTING_BYTES), answer.url, source.lang)
    except (FetchError, DiscoveryError) as error:
        memory.source_ran(url, now(), Validators(), str(error))
        raise
    result.listed += len(found.links)
    memory.listed(_wanted(found.links, source, now()), source.name, now())
    # An index may be unchanged while the sitemaps below it are not, so it is read in full every time
    memory.source_ran(url, now(), Validators() if found.sitemaps else answer.validators)
    return found


def _changed(link: Link) -> float:
    return _aware(link.lastmod).timestamp() if link.lastmod else 0.0


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _wanted(links: Iterable[Link], source: Source, at: datetime) -> Iterator[tuple[str, str]]:
    """``(canonical URL, address)`` of the links that the source's ``match`` and ``newest_days`` let through."""
    pattern = re.compile(source.match) if source.match else None
    oldest = at - timedelta(days=source.newest_days) if source.newest_days is not None else None
    for link in links:
        try:
            address = urldefrag(link.url).url
            url = canonical_url(address) or address
            host = urlsplit(url).hostname
        except ValueError:  # not an address; the fetcher would refuse it too
            continue
        old = oldest and link.lastmod and _aware(link.lastmod) < oldest
        if host and not old and (pattern is None or pattern.search(url)):
            yield url, address


# -- one page ----------------------------------------------------------------------------------------------------------


def _page(page: Page, fetcher: Fetcher, memory: Memory, store: RawStore, now: Callable[[], datetime]) -> bool | str:
    """True: a new or changed page was kept; False: it had not changed; a text: why it could not be had."""
    try:
        answer = fetcher.get(page.link, page.validators)
        _page_or_error(answer)
    except FetchError as error:
        memory.failed(page.url, now(), str(error))
        return str(error)
    digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
    if answer.status == 304 or page.digest == digest:
        memory.remember(page.url, now(), answer.validators, None, None)
        return False
    store.keep([*answer.hops, answer])
    memory.remember(page.url, now(), answer.validators, digest, store.path.name)
    return True


def _page_or_error(answer: Fetched) -> None:
    kind = (answer.header("content-type") or "").lower().strip()
    if answer.status != 304 and kind.startswith(_NO_PAGES):
        raise FetchError(f"{answer.url}: is {kind.split(';')[0]}, no page")
