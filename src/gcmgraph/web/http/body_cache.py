"""Bodies of documents of one dataset version, cached by their entity tags: a version never changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from operator import itemgetter
from sys import getsizeof

from cachetools import LRUCache

#: Bytes of bodies cached in each server process.
MAX_BYTES = 64 * 1024 * 1024

#: Bytes of an entry of `LRUCache` besides its key and value (CPython 3.11), roughly.
ENTRY = 256


def entry_size(*parts: object) -> int:
    """The bytes that a cache takes for an entry with these parts: all strings and containers of its key and value."""
    return sum(map(getsizeof, parts)) + ENTRY


class Bodies:
    """The bodies that were used last, up to `max_bytes` of them and their tags. Small ones have no other limit."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._bodies: LRUCache[str, tuple[bytes, int]] = LRUCache(max_bytes, getsizeof=itemgetter(1))
        self._lock = threading.Lock()

    def get(self, tag: str, make: Callable[[], bytes | str]) -> bytes:
        """The body of an entity tag, made where it is not cached."""
        with self._lock:
            if (cached := self._bodies.get(tag)) is not None:
                return cached[0]
        made = make()
        body = made.encode() if isinstance(made, str) else made
        with self._lock, suppress(ValueError):  # larger than the whole cache
            self._bodies[tag] = (body, entry_size(tag, body))
        return body

    def forget(self, tag: str) -> None:
        """Remove the body of an entity tag."""
        with self._lock:
            self._bodies.pop(tag, None)
