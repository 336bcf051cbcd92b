"""A way to the network that ends at allowed addresses, whatever a name or a URL says."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from ipaddress import ip_address
from ssl import SSLContext

from aiohttp import AddrInfoType, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from realeyez.api.addresses import Address

log = logging.getLogger(__name__)

Allowed = Callable[[Address], bool]
Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""A host's name → its addresses in text. Raises `OSError` where it has none."""


class NotAllowed(OSError):
    """The address is none that may be connected to."""


def connector(lookup: Lookup, allowed: Allowed, tls: SSLContext | None = None) -> TCPConnector:
    """A connector whose every connection goes to an allowed address.

    tls: whom to trust; None: the authorities that the system trusts.

    The resolver refuses a name of which any address is refused, and hands on the very addresses
    that it looked at: there is no second look-up for the name to change in. aiohttp does not ask it
    about hosts that are addresses already; the gate, which makes every socket, sees those too.
    Connections are closed after one request: none is used again under a name, or at a time, for
    which it was not checked.
    """
    return TCPConnector(
        resolver=_Resolver(lookup, allowed),
        socket_factory=_gate(allowed),
        use_dns_cache=False,
        force_close=True,
        ssl=True if tls is None else tls,
    )


def system_lookup(threads: Executor) -> Lookup:
    """Look-ups by the operating system, in threads of their own.

    A name whose servers stay silent holds its thread for up to half a minute, even after the caller
    has gone: in the loop's common pool, strangers' names could keep every other work waiting.
    """

    async def lookup(host: str) -> list[str]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads, _addresses, host)

    return lookup


def _addresses(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except ValueError as error:  # a label that is empty, too long, or has a NUL in it
        raise OSError("not a name") from error
    return [str(address[0]) for *_, address in found]


class _Resolver(AbstractResolver):
    def __init__(self, lookup: Lookup, allowed: Allowed) -> None:
        self._lookup = lookup
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = [_checked(text, self._allowed) for text in await self._lookup(host)]
        if not addresses:
            raise OSError("no address")
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET6 if address.version == 6 else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        pass


def _gate(allowed: Allowed) -> Callable[[AddrInfoType], socket.socket]:
    """Makes every socket; aiohttp connects it to the very address that it shows here."""

    def create(info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        _checked(str(address[0]), allowed)
        return socket.socket(family, kind, protocol)

    return create


def _checked(text: str, allowed: Allowed) -> Address:
    """The address, if it may be connected to. Only the one usual spelling of each is understood."""
    try:
        address = ip_address(text)
    except ValueError as error:
        raise NotAllowed("not an address") from error
    if not allowed(address):
        # In ASCII: a zone can be any text.
        log.warning("A URL led to %a, which is not a public address: refused", str(address))
        raise NotAllowed("not a public address")
    return address
