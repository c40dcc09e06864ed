"""One `Dataset.reading` for each GET. Plain WSGI (PEP 3333).

Other methods may write, and must see their own changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gcmgraph.web.snapshot import ServedDataset

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class PageReading:
    """WSGI middleware: `app` responds to a GET within one `Dataset.reading`."""

    def __init__(self, app: WSGIApplication, dataset: ServedDataset) -> None:
        self._app = app
        self._dataset = dataset

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._app(environ, start_response)
        with self._dataset.reading():
            return self._app(environ, start_response)
