"""Connections only to addresses that were looked at first.

A name resolves once; the address must be a public one; the connection goes
to that address, with TLS for the name. So no redirect and no DNS answer can
lead a crawl into the network it runs in.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable

import httpcore
import httpx

from scraper.errors import Refused

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


class VettedBackend(httpcore.AnyIOBackend):
    """Resolves names itself and refuses what is not global (RFC 6890)."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await resolve_global(host, port)
        return await super().connect_tcp(address, port, timeout, local_address, socket_options)


async def resolve_global(host: str, port: int) -> str:
    """The first address of a host, if every one of them is global.

    Raises `Refused` otherwise, and httpcore's `ConnectError` when the name
    does not resolve.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"{host} does not resolve: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not is_global(address):
            raise Refused(f"{host} resolves to {address}, which is not a public address", url=f"https://{host}/")
    return addresses[0]


def is_global(address: str) -> bool:
    """Whether an address is on the public internet, looking inside mapped and tunnelled ones.

    >>> is_global("8.8.8.8"), is_global("127.0.0.1"), is_global("::ffff:10.0.0.1"), is_global("169.254.169.254")
    (True, False, False, False)
    """
    parsed = ipaddress.ip_address(address.split("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = _inner(parsed)
        if inner is not None:
            return is_global(str(inner))
        if parsed.is_site_local:  # deprecated (RFC 3879), and still nobody's public address
            return False
    return parsed.is_global and not parsed.is_multicast


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside a mapped, compatible, 6to4, Teredo or NAT64 address."""
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def vetted_transport(*, any_address: bool) -> httpx.AsyncBaseTransport:
    """httpx's transport over the vetted backend; with `any_address`, for `--connect-to`, over the plain one."""
    transport = httpx.AsyncHTTPTransport(verify=True, trust_env=False, retries=0)
    if not any_address:
        # httpx hands no backend through to httpcore; this is the one place it can be set.
        transport._pool._network_backend = VettedBackend()
    return transport
