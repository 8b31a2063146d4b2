"""No way inside, and no waiting for ever: a network back end that connects to public addresses only and keeps a deadline.

The name is resolved here and the connection goes to the very addresses that were checked, so that a name which resolves to another
address a moment later (DNS rebinding) gains nothing. Redirects pass here too, as every connection does. A deadline bounds an answer
as a whole, its headers too: a server that sends a byte now and then never lets a time limit for each read run out.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
import typing
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import httpcore
import httpx

__all__ = ["ForbiddenAddress", "GuardedTransport", "PastDeadline", "deadline", "is_public"]

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_COMPATIBLE = ipaddress.ip_network("::/96")  # RFC 4291, deprecated: the same
_moments = threading.local()


class ForbiddenAddress(httpcore.ConnectError):
    """The host resolves to an address that is not public and was not allowed by name."""


class PastDeadline(httpcore.ReadTimeout):
    """The answer did not end in time."""


def is_public(address: str) -> bool:
    """True for an address that anybody on the internet may reach; IPv4 addresses dressed up as IPv6 are looked through."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if not ip.is_global or ip.is_multicast:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return True
    inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _TRANSLATED or ip in _COMPATIBLE:
        inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return all(is_public(str(address)) for address in inner if address is not None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """What this thread reads from the network ends within so many seconds, or :class:`PastDeadline` is raised."""
    _moments.limit, _moments.end = seconds, time.monotonic() + seconds
    try:
        yield
    finally:
        _moments.end = None


def _left(timeout: float | None) -> float | None:
    end = getattr(_moments, "end", None)
    if end is None:
        return timeout
    left: float = end - time.monotonic()
    if left <= 0:
        raise PastDeadline(f"not finished after {_moments.limit:g} s")
    return left if timeout is None else min(timeout, left)


class _Bounded(httpcore.NetworkStream):
    """A stream whose reads and writes end by the deadline of their thread."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._inner.read(max_bytes, _left(timeout))
        except httpcore.ReadTimeout:
            _left(timeout)  # says so where it was the deadline that cut the wait short
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: typing.Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Bounded(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> typing.Any:
        return self._inner.get_extra_info(info)


class _GuardedBackend(httpcore.NetworkBackend):
    def __init__(self, allowed: Collection[str]) -> None:
        self._inner = httpcore.SyncBackend()
        self._allowed = {name.lower().rstrip(".") for name in allowed}

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: typing.Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        name = host.lower().rstrip(".")
        named = name in self._allowed or f"{name}:{port}" in self._allowed
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not named and not all(is_public(address) for address in addresses):
            raise ForbiddenAddress(f"{host} is not a public address; allow it by name if you mean it (--allow-host {host})")
        for address in addresses[:-1]:  # a machine without IPv6 must still reach a host that has both
            try:
                return _Bounded(self._inner.connect_tcp(address, port, _left(timeout), local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return _Bounded(self._inner.connect_tcp(addresses[-1], port, _left(timeout), local_address, socket_options))

    def connect_unix_socket(self, *_args: typing.Any, **_options: typing.Any) -> httpcore.NetworkStream:
        raise ForbiddenAddress("sockets of this machine are out of bounds")

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class GuardedTransport(httpx.HTTPTransport):
    """``httpx`` transport over the guarded back end; proxies of the environment are not used, they would pass the guard by."""

    def __init__(self, allowed: Collection[str], connections: int) -> None:
        super().__init__(trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=connections,
            max_keepalive_connections=connections,
            network_backend=_GuardedBackend(allowed),
        )
