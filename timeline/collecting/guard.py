"""No way inside: a network back end that connects to public addresses only.

The name is resolved here and the connection goes to the very address that was checked, so that a name which resolves to another
address a moment later (DNS rebinding) gains nothing. Redirects pass here too, as every connection does.
"""

from __future__ import annotations

import ipaddress
import socket
import typing
from collections.abc import Collection

import httpcore
import httpx

__all__ = ["ForbiddenAddress", "GuardedTransport"]


class ForbiddenAddress(httpcore.ConnectError):
    """The host resolves to an address that is not public and was not allowed by name."""


def _public(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (mapped is None or mapped.is_global)


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
        addresses = [str(entry[4][0]) for entry in found]
        if not named and not all(_public(address) for address in addresses):
            raise ForbiddenAddress(f"{host} is not a public address; allow it by name if you mean it (--allow-host {host})")
        return self._inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

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
