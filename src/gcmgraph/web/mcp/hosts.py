"""Hosts and origins of requests to /mcp.

A page of another site may make a browser send requests to a server on the user's own computer or network (DNS
rebinding). Such a request has the name of the other site in Host, and its origin in Origin
(https://modelcontextprotocol.io/specification/2026-07-28/basic/transports#security-warning).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit


class AcceptedHosts:
    """The hosts under which clients reach this server."""

    def __init__(self, addresses: Iterable[str], names: Iterable[str] = ()) -> None:
        """Hosts of URLs (`addresses`), and plain host names."""
        found = [urlsplit(address).hostname for address in addresses if address]
        self._names = {name.lower() for name in (*found, *names, "localhost") if name}
        self._origins = {_origin(address) for address in addresses if address}

    def accepts_host(self, host: str) -> bool:
        """Whether a Host header names this server. IP addresses are accepted: no name was resolved for them."""
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name is not None and (name in self._names or _is_address(name))

    def accepts_origin(self, origin: str | None, host: str) -> bool:
        """Whether an Origin header is absent, that of the requested host, or that of this server's own pages."""
        if origin is None:
            return True
        try:
            parts = urlsplit(origin)
            own = parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower()
        except ValueError:
            return False
        return own or _origin(origin) in self._origins


def _origin(address: str) -> str:
    """Scheme and authority of a URL."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
