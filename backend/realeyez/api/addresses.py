"""Which addresses a stranger's URL may lead to: public ones, under no other name."""

from ipaddress import IPv4Address, IPv6Address, ip_network

Address = IPv4Address | IPv6Address

# Unicast that is handed out to the public. Outside of it lie loopback, link-local, unique-local,
# site-local and multicast, and most ways to write an IPv4 address as an IPv6 one: ::127.0.0.1,
# ::ffff:127.0.0.1, 64:ff9b:1::127.0.0.1.
_UNICAST6 = ip_network("2000::/3")

# What a network without IPv4 answers for a host that has nothing else (RFC 6052).
_NAT64 = ip_network("64:ff9b::/96")

# IANA's special purposes in full: `is_global` differs between Python's patch releases
# (CVE-2024-4032), and calls multicast and transition addresses global in all of them.
_SPECIAL = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a carrier's customers; Alibaba's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services to a machine, on an address of its public ones
        "169.254.0.0/16",  # link-local; AWS's, Azure's and Google's metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocols; Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays into 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # IETF protocols; Teredo, which holds an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which holds an IPv4 address
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    """Whether anybody on the internet can reach the address, so that no secret is behind it.

    A NAT64 address is as public as the IPv4 address in it. No other form that holds one is: hosts
    that serve pictures are not found by them. A network may route public addresses to itself alone;
    that it does cannot be seen from the address.
    """
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:  # a zone: meant for one link of this machine
            return False
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address not in _UNICAST6:
            return False
    return address.is_global and not any(address in network for network in _SPECIAL)
