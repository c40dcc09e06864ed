"""Invented files of a register, and a web server on loopback that serves them as a test requires."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gcmgraph.sources.register import Source

PAGE = b"%PDF-1.7 an invented page\n" * 8_000


def source(name: str, content: bytes, published: str = "http://127.0.0.1:9/x") -> Source:
    """A source whose file has this content."""
    return Source(
        name=name,
        file=f"{name}.pdf",
        kind="guidance-page",
        media_type="application/pdf",
        languages=("en",),
        size=len(content),
        sha256=sha256(content).hexdigest(),
        published=published,
        landing_page="https://example.org/",
        rights_holder="un",
        rights="Invented.",
    )


@dataclass
class Site:
    """A web server: its files by path, and how it serves them."""

    files: dict[str, bytes]
    url: str = ""
    #: whether it states the length of a file
    announces: bool = True
    #: bytes after which it closes the connection, for as many requests as there are
    breaks: list[int] = field(default_factory=list)
    #: bytes after which it sends nothing more
    stops: int | None = None
    #: status of every answer, where it is not the usual one
    status: int | None = None
    redirects: dict[str, str] = field(default_factory=dict)
    #: path of each request
    requests: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Print nothing: a client may close the connection."""


@contextmanager
def serving() -> Iterator[Site]:
    """A running site with one file, `/page.pdf`."""
    site = Site({"/page.pdf": PAGE})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            site.requests.append(self.path)
            if self.path in site.redirects:
                self._head(302, {"Location": site.redirects[self.path], "Content-Length": "0"})
                return
            content = site.files.get(self.path)
            if content is None or site.status:
                self._head(site.status or 404, {"Content-Length": "0"})
                return
            self._head(
                200,
                {"Content-Length": str(len(content))}
                if site.announces
                else {"Connection": "close"},
            )
            end = site.breaks.pop(0) if site.breaks else site.stops
            self.wfile.write(content[:end])
            if end is not None:
                self.wfile.flush()
                self.close_connection = True
                if site.stops is not None:
                    site.over.wait(10)

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield site
        finally:
            site.over.set()
            server.shutdown()
            thread.join()
