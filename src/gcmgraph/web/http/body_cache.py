"""Bodies of documents of one dataset version, cached by their entity tags: a version never changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from sys import getsizeof

from cachetools import LRUCache

#: Bytes of bodies cached in each server process.
MAX_BYTES = 64 * 1024 * 1024

#: Bytes of an entry of `LRUCache` besides its key and value (CPython 3.11), roughly.
ENTRY = 256

#: Bytes of an entity tag with a word.
_TAG = getsizeof("x" * 40)


class Bodies:
    """The bodies that were used last, up to `max_bytes` of them."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._bodies: LRUCache[str, bytes] = LRUCache(max_bytes, getsizeof=_size)
        self._lock = threading.Lock()

    def get(self, tag: str, make: Callable[[], bytes | str]) -> bytes:
        """The body of an entity tag, made where it is not cached."""
        with self._lock:
            if (cached := self._bodies.get(tag)) is not None:
                return cached
        made = make()
        body = made.encode() if isinstance(made, str) else made
        with self._lock, suppress(ValueError):  # larger than the whole cache
            self._bodies[tag] = body
        return body

    def forget(self, tag: str) -> None:
        """Remove the body of an entity tag."""
        with self._lock:
            self._bodies.pop(tag, None)


def _size(body: bytes) -> int:
    """The bytes that an entry takes. There is no limit on the number of small ones, such as suggestions."""
    return _TAG + getsizeof(body) + ENTRY
