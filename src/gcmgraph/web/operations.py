"""/health: is the server up, and which dataset does it serve."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from gcmgraph import __version__
from gcmgraph.web.site import Site


def blueprint(site: Site) -> Blueprint:
    """/health."""
    routes = Blueprint("operations", __name__)

    @routes.get("/health")
    def health() -> Response:
        snapshot = site.dataset.snapshot()
        response = jsonify(
            status="ok",
            version=snapshot.version,
            quads=snapshot.quad_count,
            software=f"gcmgraph {__version__}",
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    return routes
