"""Network addresses of clients, and counts of them that all server processes share."""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import mmap
import os
import tempfile
import threading
import time
import weakref
from collections.abc import Collection

from flask import Request

#: Cells of the counts. Addresses with the same cell are counted together.
_CELLS = 4096


def client_address(request: Request, proxies: Collection[str]) -> str:
    """The address of a client; of one behind a reverse proxy, the last that the proxy added to X-Forwarded-For."""
    remote = request.environ.get("REMOTE_ADDR") or ""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() or remote if remote in proxies else remote


class AddressCounts:
    """Events of each address in a period, in memory shared with processes that are forked later."""

    def __init__(self, limit: int, seconds: int) -> None:
        """`limit` events of an address in `seconds` are allowed; 0 is no limit."""
        self.limit = limit
        self.seconds = seconds
        self._cells = memoryview(mmap.mmap(-1, _CELLS * 16)).cast("q")  # of each address its period and its count
        self._key = os.urandom(16)  # else a client could choose addresses that share the cell of another
        self._thread_lock = threading.Lock()
        self._process_lock = _anonymous_file()
        weakref.finalize(self, os.close, self._process_lock)

    def add(self, address: str) -> int:
        """Count an event: 0 where it is allowed, else the seconds until others are."""
        now = time.monotonic()  # the same clock in all processes
        period, first = int(now // self.seconds), self._cell(address)
        with self._thread_lock:
            fcntl.lockf(self._process_lock, fcntl.LOCK_EX)
            try:
                count = self._cells[first + 1] + 1 if self._cells[first] == period else 1
                self._cells[first], self._cells[first + 1] = period, count
            finally:
                fcntl.lockf(self._process_lock, fcntl.LOCK_UN)
        return self.seconds - int(now % self.seconds) if self.limit and count > self.limit else 0

    def _cell(self, address: str) -> int:
        digest = hashlib.blake2b(_network(address).encode(), key=self._key, digest_size=8).digest()
        return int.from_bytes(digest, "big") % _CELLS * 2


def _anonymous_file() -> int:
    """A file that no disk holds, where the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("gcmgraph")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _network(address: str) -> str:
    """The address, or of IPv6 its first 64 bits, which one client has (RFC 6177)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    return str(found) if found.version == 4 else found.exploded[:19]
