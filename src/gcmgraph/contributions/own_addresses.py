"""Addresses of ours in another spelling.

RDF takes them for other addresses, browsers and servers for ours.

An address is read as browsers read it (https://url.spec.whatwg.org/#url-parsing, for schemes with a
host): any number of slashes precedes the host, the user before `@` is no part of it, and a host is
compared in plain letters. Its path is read as servers do: decoded, without empty or dotted
segments.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from gcmgraph.platform.controls import INVISIBLE

#: Host and path of an address.
_URL = re.compile(
    r"(?:https?|ftp|wss?):[/\\]*"
    r"(?:[^/\\?#]*@)?"
    r"(?P<host>\[[^\]/\\?#]*\]|[^/\\?#:]*)(?::\d*)?"
    r"(?P<path>(?:[/\\][^?#]*)?)",
    re.IGNORECASE,
)

#: Characters that hosts lose besides the invisible ones (https://www.unicode.org/reports/tr46/,
#: "ignored"): joiners, and the selectors of variants.
_JOINERS_AND_SELECTORS = re.compile("[\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")

#: Empty and dotted segments of a path, and encoded characters that require no encoding (RFC 3986,
#: 6.2.2).
_NOT_NORMAL = re.compile(
    r"//.|/\.{1,2}/|%(?:2[DEF]|3\d|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])", re.IGNORECASE
)

_SLASHES = re.compile(r"[/\\]+")


def is_own_address_misspelt(iri: str, base: str) -> bool:
    """Whether an IRI is an address below `base` in another spelling, in any scheme and port.

    >>> base = "https://w3id.org/gcmgraph/"
    >>> is_own_address_misspelt("https:W3ID.org//gcmgraph/id/country/PHL", base)
    True
    >>> is_own_address_misspelt("https://w3id.org/gcmgraph/id/country/PHL", base)
    False
    """
    if iri.startswith(base):
        path = re.split(r"[?#]", iri.removeprefix(base), maxsplit=1)[0]
        return _NOT_NORMAL.search(f"/{path}/") is not None
    host, path = _host_and_path(base)
    if "%" not in iri and iri.isascii() and "xn--" not in iri and host not in iri.lower():
        return False  # most addresses; the others take ten times as long
    other_host, other_path = _host_and_path(iri)
    return other_host == host and other_path.startswith(path)


def _host_and_path(iri: str) -> tuple[str, str]:
    """The host and the path in plain letters, with a slash at both ends of the path.

    Both are empty for an IRI that is no address.
    """
    parts = _URL.match(iri)
    if parts is None:
        return "", ""
    decoded_path = _SLASHES.sub("/", f"/{unquote(parts['path'])}/")
    path = posixpath.normpath(decoded_path).rstrip("/")
    return _plain_host(parts["host"]), f"{path}/".casefold()


@lru_cache(1_000)
def _plain_host(host: str) -> str:
    """A host as browsers compare it (https://www.unicode.org/reports/tr46/), without `www.`."""
    visible = _JOINERS_AND_SELECTORS.sub("", INVISIBLE.sub("", unquote(host)))
    plain = unicodedata.normalize("NFKC", visible).casefold().replace("\u3002", ".").rstrip(".")
    if plain.isascii() and "xn--" in plain:
        plain = _decoded_labels(plain)
    return plain.removeprefix("www.")


def _decoded_labels(host: str) -> str:
    """A host whose labels in Punycode are letters; the host itself where they are none."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
