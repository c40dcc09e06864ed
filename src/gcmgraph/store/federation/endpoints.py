"""Addresses that the allow-list of SERVICE may have."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from gcmgraph.sparql.lexer import IRIREF

#: An IRI as a query has it.
WRITTEN_IRI = re.compile(IRIREF)


def is_endpoint(address: str) -> bool:
    """Whether the allow-list may have an address: absolute, http(s), as a query can have it."""
    try:
        parts = urlsplit(address)
        fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = WRITTEN_IRI.fullmatch(f"<{address}>") is not None and address.isascii() and "#" not in address
    return plain and fits and parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
