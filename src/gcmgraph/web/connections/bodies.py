"""Bodies of requests that are being read, and the end of those that arrive too slowly.

Reading from the server (granian 2.8.7) waits without limit, and ends when the connection does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from gcmgraph.web.http.limits import BODY_GRACE, BODY_GRACE_CROWDED, BODY_RATE, BODY_SECONDS, BODY_TICK, READERS


class Readable(Protocol):
    """The input of a request (PEP 3333)."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; fewer at the end of the body."""
        ...


class TimedBody:
    """The body of a request. `expire` is called once where it arrives too slowly, from another thread."""

    def __init__(self, body: Readable, expire: Callable[[], object], clock: BodyClock) -> None:
        self._body = body
        self._clock = clock
        self.expire = expire
        self.began = 0.0
        self.received = 0

    def read(self, size: int) -> bytes:
        """At most `size` bytes; fewer at the end of the body or where its time is over."""
        self._clock.add(self)
        try:
            piece = self._body.read(size)
        finally:
            self._clock.remove(self)
        self.received += len(piece)
        return piece

    def is_late(self, now: float, grace: float) -> bool:
        """Whether the body takes longer than `BODY_SECONDS`, or arrives more slowly than `BODY_RATE`."""
        return now - self.began > min(BODY_SECONDS, grace + self.received / BODY_RATE)


class BodyClock:
    """Checks the bodies that wait for their client, in a thread that runs while there are any."""

    def __init__(self) -> None:
        self._waiting: set[TimedBody] = set()
        self._changed = threading.Condition()
        self._runs = False

    def add(self, body: TimedBody) -> None:
        """Check a body from now on."""
        body.began = body.began or time.monotonic()
        with self._changed:
            self._waiting.add(body)
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._check, name="body clock", daemon=True).start()
            elif len(self._waiting) == 1:
                self._changed.notify()

    def remove(self, body: TimedBody) -> None:
        """Check a body no longer."""
        with self._changed:
            self._waiting.discard(body)

    def _check(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
            time.sleep(BODY_TICK)
            now = time.monotonic()
            with self._changed:
                grace = BODY_GRACE_CROWDED if 2 * len(self._waiting) > READERS else BODY_GRACE
                late = [body for body in self._waiting if body.is_late(now, grace)]
                self._waiting.difference_update(late)
            for body in late:
                body.expire()
