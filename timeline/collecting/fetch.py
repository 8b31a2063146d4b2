"""Polite fetching: robots.txt, one visit at a time to a host, conditional requests, patience, and bounds on everything.

Clock, sleep and chance are arguments, so that nothing here reads the machine's time and tests need not wait.
"""

from __future__ import annotations

import email.utils
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpcore
import httpx
from protego import Protego

from timeline.collecting.guard import ForbiddenAddress, GuardedTransport, PastDeadline, deadline
from timeline.collecting.sources import Manners

__all__ = ["FetchError", "Fetched", "Fetcher", "Validators", "plain_body"]

_RETRIED = {408, 425, 429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}
_ROBOTS_BYTES = 512_000  # RFC 9309: at least 500 KiB must be read


class FetchError(OSError):
    """A page could not be had; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "has it changed?" with."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """The conditional request headers (RFC 9110)."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


@dataclass(slots=True)
class Fetched:
    """One answer, its body as it came over the wire (still encoded)."""

    url: str
    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes
    at: datetime
    hops: list[Fetched] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def validators(self) -> Validators:
        """For the next conditional request."""
        return Validators(self.header("etag"), self.header("last-modified"))


def plain_body(fetched: Fetched, limit: int) -> bytes:
    """The body with its content encoding undone, at most ``limit`` bytes; raises :class:`FetchError` beyond that or where damaged."""
    encoding = (fetched.header("content-encoding") or "identity").strip().lower()
    if encoding in ("identity", ""):
        return fetched.body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(f"{fetched.url}: content encoding {encoding!r} was not asked for")
    machine = zlib.decompressobj(47 if "gzip" in encoding else 15)
    try:
        body = machine.decompress(fetched.body, limit + 1)
    except zlib.error as error:
        raise FetchError(f"{fetched.url}: damaged {encoding} body: {error}") from error
    if len(body) > limit:
        raise FetchError(f"{fetched.url}: more than {limit:,} bytes when decompressed")
    return body


class _Gate:
    """Lets ``width`` visitors into a host at a time, their starts ``delay`` seconds apart; :meth:`rest` keeps all of them away."""

    def __init__(self, width: int, delay: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._room = threading.BoundedSemaphore(width)
        self._lock = threading.Lock()
        self._next = 0.0
        self.delay = delay
        self._clock, self._sleep = clock, sleep

    @contextmanager
    def entered(self) -> Iterator[None]:
        with self._room:
            with self._lock:
                now = self._clock()
                start = max(now, self._next)
                self._next = start + self.delay
            if start > now:
                self._sleep(start - now)
            yield

    def rest(self, seconds: float) -> None:
        """Nobody visits for so long."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)


class Fetcher:
    """Fetches pages for one run; safe to use from several threads. Close it, or use it in a ``with`` statement."""

    def __init__(
        self,
        manners: Manners,
        now: Callable[[], datetime],
        *,
        sleep: Callable[[float], None] = time.sleep,
        chance: Random | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._manners, self._now, self._sleep = manners, now, sleep
        self._chance = chance or Random(0)
        connections = max(1, manners.hosts_at_once * manners.per_host)
        self._room = threading.BoundedSemaphore(connections)
        self._client = httpx.Client(
            transport=transport or GuardedTransport(manners.allow_hosts, connections),
            headers={"User-Agent": manners.agent, "Accept-Encoding": "gzip, identity"},
            timeout=httpx.Timeout(manners.timeout, pool=None),
            follow_redirects=False,
            trust_env=False,
        )
        self._gates: dict[str, _Gate] = {}
        self._robots: dict[str, Protego | str] = {}
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, validators: Validators | None = None, *, limit: int | None = None) -> Fetched:
        """The answer at ``url`` after redirects: a 200, or a 304 where ``validators`` still hold; at most ``limit`` bytes of it.

        Raises :class:`FetchError` for everything else, after retrying what may pass.
        """
        hops: list[Fetched] = []
        for _ in range(self._manners.max_redirects + 1):
            self._allowed(url)
            answer = self._patiently(url, validators if not hops else None, limit or self._manners.max_bytes)
            target = answer.header("location")
            if answer.status not in _REDIRECTS or not target:
                answer.hops = hops
                return self._good(answer)
            hops.append(answer)
            url = _followed(url, target)
        raise FetchError(f"{hops[0].url}: more than {self._manners.max_redirects} redirects")

    @staticmethod
    def _good(answer: Fetched) -> Fetched:
        if answer.status in (200, 203, 304):
            return answer
        raise FetchError(f"{answer.url}: answered {answer.status} {answer.reason}".rstrip())

    # -- patience ------------------------------------------------------------------------------------------------------

    def _patiently(self, url: str, validators: Validators | None, limit: int, *, cut: bool = False) -> Fetched:
        attempts = self._manners.attempts
        for attempt in range(1, attempts + 1):
            try:
                answer = self._once(url, validators, limit, cut=cut)
            except (httpx.InvalidURL, ValueError) as error:  # an address that cannot be encoded is a ValueError of many kinds
                raise FetchError(f"{url}: not an address: {error}") from error
            except httpx.TransportError as error:
                if isinstance(error.__cause__, ForbiddenAddress | PastDeadline) or attempt == attempts:
                    raise FetchError(f"{url}: {_said(error)}") from error
                wait = self._pause(attempt, None)
            else:
                if answer.status not in _RETRIED or attempt == attempts:
                    return answer
                asked = self._asked(answer)
                if asked:
                    self._gate(url).rest(min(asked, self._manners.longest_wait))
                wait = self._pause(attempt, asked)
            if wait > self._manners.longest_wait:
                raise FetchError(f"{url}: asked to wait {wait:.0f} s, longer than this run waits")
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, attempt: int, asked: float | None) -> float:
        """Exponential back-off with full jitter, never less than the server asked for."""
        ceiling = min(self._manners.longest_wait, self._manners.back_off * 2 ** (attempt - 1))
        return max(self._chance.uniform(0, ceiling), asked or 0.0)

    def _asked(self, answer: Fetched) -> float | None:
        """Seconds of a ``Retry-After`` header, which may be a number or a date."""
        text = (answer.header("retry-after") or "").strip()
        if text.isdigit():
            return float(text)
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - self._now()).total_seconds())

    # -- one request ---------------------------------------------------------------------------------------------------

    def _once(self, url: str, validators: Validators | None, limit: int, *, cut: bool = False) -> Fetched:
        """One request. A body of more than ``limit`` bytes is cut there where ``cut`` says so, else refused."""
        asking = (validators or Validators()).headers()
        with (
            self._gate(url).entered(),
            self._room,
            deadline(self._manners.deadline),
            self._client.stream("GET", url, headers=asking) as answer,
        ):
            body = bytearray()
            for piece in answer.iter_raw():
                body += piece
                if len(body) > limit:
                    if not cut:
                        raise FetchError(f"{url}: more than {limit:,} bytes")
                    del body[limit:]
                    break
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw]
            return Fetched(url, answer.status_code, answer.reason_phrase, headers, bytes(body), self._now())

    def _gate(self, url: str) -> _Gate:
        host = urlsplit(url).netloc.lower()
        with self._lock:
            if host not in self._gates:
                self._gates[host] = _Gate(self._manners.per_host, self._manners.delay, time.monotonic, self._sleep)
            return self._gates[host]

    # -- robots.txt (RFC 9309) -----------------------------------------------------------------------------------------

    def _allowed(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError as error:
            raise FetchError(f"{url}: not an address: {error}") from error
        if not host or parts.username is not None:
            raise FetchError(f"{url}: {'names a user' if host else 'not an address'}")
        origin = f"{parts.scheme}://{parts.netloc.lower()}"
        with self._lock:
            lock = self._locks[origin]
        with lock:
            if origin not in self._robots:
                self._robots[origin] = self._read_robots(origin)
        rules = self._robots[origin]
        if isinstance(rules, str):
            raise FetchError(f"{url}: {rules}")
        if not rules.can_fetch(url, self._manners.user_agent):
            raise FetchError(f"{url}: robots.txt forbids it")
        delay = rules.crawl_delay(self._manners.user_agent)
        if delay:
            self._gate(url).delay = max(self._manners.delay, min(float(delay), self._manners.longest_wait))

    def _read_robots(self, origin: str) -> Protego | str:
        """The rules of a host; where they cannot be known, the reason why nothing may be fetched from it now."""
        url = f"{origin}/robots.txt"
        for _ in range(self._manners.max_redirects + 1):
            try:
                answer = self._patiently(url, None, _ROBOTS_BYTES, cut=True)
                if answer.status in _REDIRECTS and answer.header("location"):
                    url = _followed(url, answer.header("location") or "")
                    continue
                if 400 <= answer.status < 500 and answer.status != 429:
                    return Protego.parse("")
                if answer.status != 200:
                    return f"robots.txt answered {answer.status}, so nothing is fetched from this host now"
                return Protego.parse(plain_body(answer, 4 * _ROBOTS_BYTES).decode("utf-8", errors="replace"))
            except FetchError as error:
                return f"robots.txt: {str(error).removeprefix(f'{url}: ')}"
        return "robots.txt redirects without end"


def _followed(url: str, target: str) -> str:
    try:
        parts = urlsplit(urljoin(url, target))
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise FetchError(f"{url}: redirects to {target[:200]!r}, which is not the web")
    return urlunsplit(parts._replace(fragment=""))


def _said(error: Exception) -> str:
    if isinstance(error.__cause__, PastDeadline):
        return str(error.__cause__)
    if isinstance(error, httpx.TimeoutException | httpcore.TimeoutException):
        return "timed out"
    return " ".join(str(error).split()) or type(error).__name__
