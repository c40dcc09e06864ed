"""Read HTTP/1.1 answers from a connection, just as far as to know where they end (RFC 9112, section 6)."""

from __future__ import annotations


class ResponseSyntaxError(ValueError):
    """The received data is not an HTTP response."""


class ResponseReader:
    """Parser of one response at a time: `begin`, then `feed` received data until the response is complete."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Expect a new answer."""
        self.status = 0
        #: whether the response is complete
        self.complete = False
        #: whether the server closes, or has closed, the connection after this answer
        self.closed = False
        self._data = b""
        self._end: int | None = None  # where the body ends, once known
        self._chunk: int | None = None  # where the next chunk begins

    def feed(self, data: bytes) -> bool:
        """Take some bytes (none: the other side hung up); whether the answer is over."""
        if not data:
            self.complete = bool(self.status) and self._end is None and self._chunk is None
            self.closed = True
            return True
        self._data = self._data + data if self._data else data
        if not self.status and not self._read_head():
            return False
        if self._chunk is not None:
            self.complete = self._read_chunks()
        elif self._end is not None:
            if len(self._data) > self._end:
                raise ResponseSyntaxError("more bytes than the answer has")
            self.complete = len(self._data) == self._end
        return self.complete

    def _read_head(self) -> bool:
        end = self._data.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self._data[:end].lower()
        if not head.startswith(b"http/1."):
            raise ResponseSyntaxError("not an HTTP answer")
        self.status = int(head[9:12])
        body = end + 4
        self.closed = b"\r\nconnection: close" in head or head.startswith(b"http/1.0")
        if b"\r\ntransfer-encoding: chunked" in head:
            self._chunk = body
        elif (at := head.find(b"\r\ncontent-length:")) >= 0:
            self._end = body + int(head[at + 17 :].split(b"\r\n", 1)[0])
        return True

    def _read_chunks(self) -> bool:
        """Advance to the last chunk that has begun.

        Returns whether the final, empty one is complete.
        """
        while (size := self._chunk_size(self._chunk or 0)) is not None:
            length, start = size
            if not length:
                return self._data.endswith(b"\r\n\r\n") and len(self._data) >= start + 2
            if len(self._data) < start + length + 2:
                return False
            self._chunk = start + length + 2
        return False

    def _chunk_size(self, position: int) -> tuple[int, int] | None:
        """The size of the chunk at a position and where its bytes begin; None where that line is incomplete."""
        end = self._data.find(b"\r\n", position)
        return (int(self._data[position:end].split(b";", 1)[0], 16), end + 2) if end >= 0 else None
