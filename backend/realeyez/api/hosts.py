"""Hosts and origins as text."""

import ipaddress
import re
from functools import lru_cache

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:/@]+)(:[0-9]*)?")
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@*\s]+")


@lru_cache(256)  # this and the next are asked for each request
def is_loopback(host: str) -> bool:
    """Whether it is this machine alone: localhost, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(256)
def host_name(header: str) -> str | None:
    """The name in a `Host` header, without port and brackets; None if it is malformed."""
    match = _HOST.fullmatch(header)
    return match[1].strip("[]").lower() if match else None


def check_origin(origin: str) -> str:
    """The origin as given. Raises `ValueError`: `*` would open the service to every page."""
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(
            f"{origin} is no origin. Write scheme, host and port as a browser sends them, such as "
            "https://example.org, without a path; * is not allowed"
        )
    return origin
