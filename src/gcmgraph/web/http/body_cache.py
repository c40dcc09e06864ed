"""Bodies of documents of one dataset version, kept by their entity tags: a version never changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from sys import getsizeof

#: Bytes of bodies kept in each server process.
MAX_BYTES = 64 * 1024 * 1024

#: Bytes that a place in an ordered dictionary takes (CPython 3.11), roughly.
PLACE = 256


class Bodies:
    """The bodies that were asked for last, up to `MAX_BYTES` of them."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, tag: str, make: Callable[[], bytes | str]) -> bytes:
        """The body of an entity tag; made where it is not kept."""
        with self._lock:
            if tag in self._bodies:
                self._bodies.move_to_end(tag)
                return self._bodies[tag]
        made = make()
        body = made.encode() if isinstance(made, str) else made
        with self._lock:
            if tag not in self._bodies and _size(tag, body) <= self._max_bytes:
                self._bodies[tag] = body
                self._size += _size(tag, body)
            while self._size > self._max_bytes:
                self._size -= _size(*self._bodies.popitem(last=False))
        return body

    def forget(self, tag: str) -> None:
        """Keep the body of an entity tag no longer."""
        with self._lock:
            if (body := self._bodies.pop(tag, None)) is not None:
                self._size -= _size(tag, body)


def _size(tag: str, body: bytes) -> int:
    """The bytes that a body takes here. Small ones, such as suggestions for words nobody uses, come in any number."""
    return getsizeof(tag) + getsizeof(body) + PLACE
