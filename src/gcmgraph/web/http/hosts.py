"""Hosts under which clients reach this server, by Host and Origin of a request."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from gcmgraph.contributions.quotas import plain_address
from gcmgraph.web.http.links import url_parts


class AcceptedHosts:
    """The hosts under which clients reach this server.

    A page of another site may make a browser send requests to a server on the user's own computer
    or network (DNS rebinding). Such a request has the name of the other site in Host, and its
    origin in Origin
    (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports#security-warning).
    """

    def __init__(self, addresses: Iterable[str], names: Iterable[str] = ()) -> None:
        """Hosts of URLs (`addresses`), and plain host names."""
        urls = [urlsplit(address.lower()) for address in addresses if address]
        hosts = [url.hostname for url in urls if url.hostname]
        self._names = {"localhost", *hosts, *(name.lower() for name in names if name)}
        self._origins = {(url.scheme, url.netloc) for url in urls}

    def accepts_host(self, host: str) -> bool:
        """Whether a Host header names this server.

        IP addresses are accepted: no name was resolved for them.
        """
        name = url_parts(f"//{host}").hostname
        return name is not None and (name in self._names or plain_address(name) is not None)

    def accepts_origin(self, origin: str | None, host: str) -> bool:
        """Whether an Origin header is absent, that of the requested host, or that of this server's own pages."""
        parts = url_parts((origin or "").lower())
        own = parts.scheme in {"http", "https"} and parts.netloc == host.lower()
        return origin is None or own or (parts.scheme, parts.netloc) in self._origins
