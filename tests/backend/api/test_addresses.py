"""Every refused range, in every spelling that a URL can have of it."""

import random
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import pytest

from realeyez.api.addresses import Address, is_public
from realeyez.api.source import BadUrl, Source, Unreachable

REFUSED4 = {
    "this network": "0.0.0.0/8",
    "private 10": "10.0.0.0/8",
    "carrier": "100.64.0.0/10",
    "loopback": "127.0.0.0/8",
    "link-local": "169.254.0.0/16",
    "private 172": "172.16.0.0/12",
    "protocols": "192.0.0.0/24",
    "documentation 1": "192.0.2.0/24",
    "6to4 relays": "192.88.99.0/24",
    "private 192": "192.168.0.0/16",
    "benchmarks": "198.18.0.0/15",
    "documentation 2": "198.51.100.0/24",
    "documentation 3": "203.0.113.0/24",
    "multicast": "224.0.0.0/4",
    "reserved": "240.0.0.0/4",
    "AWS, Azure, Google": "169.254.169.254/32",
    "Alibaba": "100.100.100.200/32",
    "Oracle": "192.0.0.192/32",
    "Azure's WireServer": "168.63.129.16/32",
}
REFUSED6 = {
    "unspecified": "::/128",
    "loopback": "::1/128",
    "compatible": "::/96",
    "mapped": "::ffff:0:0/96",
    "translated": "::ffff:0:0:0/96",
    "local NAT64": "64:ff9b:1::/48",
    "discard": "100::/64",
    "Teredo": "2001::/32",
    "protocols": "2001::/23",
    "documentation": "2001:db8::/32",
    "more documentation": "3fff::/20",
    "6to4": "2002::/16",
    "segment routing": "5f00::/16",
    "unique-local": "fc00::/7",
    "link-local": "fe80::/10",
    "site-local": "fec0::/10",
    "multicast": "ff00::/8",
    "AWS": "fd00:ec2::254/128",
    "Google": "fd20:ce::254/128",
}
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255",
    "100.128.0.0", "126.255.255.255", "128.0.0.1", "168.63.129.15", "169.253.255.255",
    "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0", "223.255.255.255", "2001:200::1", "2001:4860:4860::8888",
    "2606:4700:4700::1111", "2a00:1450:4001::1", "64:ff9b::8.8.8.8", "3ffe::1",
]  # fmt: skip


def some(network: IPv4Network | IPv6Network) -> Iterator[Address]:
    """The first address, the last, and a few between."""
    yield network[0]
    yield network[-1]
    dice = random.Random(str(network))
    for _ in range(8):
        yield network[dice.randrange(network.num_addresses)]


def spellings4(address: IPv4Address) -> Iterator[str]:
    """An IPv4 address as hosts of URLs: what inet_aton takes, what IDNA folds, what IPv6 holds."""
    number = int(address)
    a, b, c, d = address.packed
    yield from (f"{address}", f"{address}.", f"{address}..", f"0{address}")
    yield from (f"{number}", f"{number:#x}", f"{number:#X}", f"0{number:o}")
    yield from (f"{a}.{number & 0xFFFFFF}", f"{a}.{b}.{number & 0xFFFF}")
    yield ".".join(f"{byte:#x}" for byte in address.packed)
    yield ".".join(f"{byte:#04o}".replace("0o", "0") for byte in address.packed)
    yield from (f"{a:#x}.{b}.0{c:o}.{d}", f"%{ord(str(address)[0]):x}{str(address)[1:]}")
    yield str(address).translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    yield str(address).replace(".", "。")
    high, low = number >> 16, number & 0xFFFF
    for prefix in ("::", "::ffff:", "::FFFF:", "::ffff:0:", "64:ff9b::", "64:ff9b:1::"):
        yield from (f"[{prefix}{address}]", f"[{prefix}{high:x}:{low:x}]")
    yield f"[0000:0000:0000:0000:0000:ffff:{high:04X}:{low:04X}]"
    yield from (f"[2002:{high:x}:{low:x}::1]", f"[2001:0:808:808::{high ^ 0xFFFF:x}:0]")


def spellings6(address: IPv6Address) -> Iterator[str]:
    yield from (f"[{address}]", f"[{address.exploded}]", f"[{address.exploded.upper()}]")
    yield from (f"[{address}%eth0]", f"[{address}%25eth0]", f"[{address}%1]", f"[{address}%25]")


async def lookup(host: str) -> list[str]:
    """What a C library finds without asking anybody."""
    return [socket.inet_ntoa(socket.inet_aton(host))]


def never(address: Address) -> bool:
    """Fails the test, rather than connect, where the product would connect."""
    assert not is_public(address)
    return False


async def assert_refused(hosts: Iterator[str]) -> None:
    source = Source(lookup, allowed=never)
    for host in hosts:
        with pytest.raises((Unreachable, BadUrl)):
            await source.fetch(f"http://{host}/")


@pytest.mark.parametrize("network", REFUSED4.values(), ids=REFUSED4)
async def test_ipv4_that_is_not_public_is_refused(network: str) -> None:
    for address in some(ip_network(network)):
        assert isinstance(address, IPv4Address)
        assert not is_public(address)
        await assert_refused(spellings4(address))


@pytest.mark.parametrize("network", REFUSED6.values(), ids=REFUSED6)
async def test_ipv6_that_is_not_public_is_refused(network: str) -> None:
    for address in some(ip_network(network)):
        assert isinstance(address, IPv6Address)
        assert not is_public(address)
        await assert_refused(spellings6(address))


@pytest.mark.parametrize("network", REFUSED4.values(), ids=REFUSED4)
def test_ipv6_that_holds_such_an_ipv4_is_refused(network: str) -> None:
    for address in some(IPv4Network(network)):
        for spelling in spellings4(IPv4Address(address)):
            if spelling.startswith("["):
                assert not is_public(ip_address(spelling.strip("[]"))), spelling


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_zone_is_of_this_machine() -> None:
    assert is_public(ip_address("2606:4700::1"))
    assert not is_public(ip_address("2606:4700::1%eth0"))


def test_whatever_python_finds_not_global_is_refused() -> None:
    dice = random.Random(0)
    for _ in range(20_000):
        v4, v6 = IPv4Address(dice.getrandbits(32)), IPv6Address(dice.getrandbits(128))
        assert v4.is_global or not is_public(v4)
        assert v6.is_global or not is_public(v6)
        assert not v4.is_multicast or not is_public(v4)
