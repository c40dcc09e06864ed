"""Ceiling for one document: Flask on granian, one DESCRIBE, and the shortest path to a response.

It has no content negotiation, entity tags, links or languages. Turtle is the engine's own; the page is a
table of the same triples.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import cast

import pyoxigraph as ox
from flask import Flask, Response, render_template_string, request
from granian import Granian
from granian.constants import Interfaces

#: The number of ours (`gcmgraph.web.server`).
WORKERS, THREADS = 2, 32

_PAGE = """<!doctype html><title>{{ iri }}</title><table>{% for t in triples %}
<tr><td>{{ t.predicate.value }}</td><td>{{ t.object.value }}</td></tr>{% endfor %}</table>"""


def make_app(index: str, base: str) -> Flask:
    """Create the application over the index of a dataset version."""
    app = Flask(__name__)
    store = ox.Store.read_only(index)

    @app.get("/doc/<path:local>")
    def document(local: str) -> Response:
        iri = ox.NamedNode(f"{base}id/{local}")
        triples = cast(ox.QueryTriples, store.query(f"DESCRIBE {iri}"))
        if request.accept_mimetypes.best_match(["text/turtle", "text/html"]) == "text/html":
            return Response(render_template_string(_PAGE, iri=iri.value, triples=list(triples)))
        return Response(triples.serialize(format=ox.RdfFormat.TURTLE), content_type="text/turtle")

    return app


def main() -> None:
    """Serve: arguments are the index, the base and the port."""
    index, base, port = sys.argv[1:]
    server = Granian(
        "bare", port=int(port), interface=Interfaces.WSGI, workers=WORKERS, blocking_threads=THREADS, log_enabled=False
    )
    server.serve(target_loader=partial(_loaded, index, base), wrap_loader=False)


def _loaded(index: str, base: str) -> Flask:
    return make_app(index, base)


if __name__ == "__main__":
    main()
