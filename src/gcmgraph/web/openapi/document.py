"""Composition of the OpenAPI document: service information, paths, components."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from gcmgraph import __version__
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.queries.library import NamedQuery
from gcmgraph.web.openapi import assistants, dataset, feedback, named_queries, reconciliation
from gcmgraph.web.openapi import components as shared
from gcmgraph.web.openapi import contributions as contributing
from gcmgraph.web.openapi import operations as upkeep
from gcmgraph.web.openapi import resources as things
from gcmgraph.web.openapi import search_and_sparql as asking
from gcmgraph.web.openapi.builders import Json
from gcmgraph.web.openapi.schemas import SCHEMAS

_DESCRIPTION = """\
The UN Global Compact for Safe, Orderly and Regular Migration as linked data.

- The format of a response is negotiated by `Accept`; the parameter `format` or a suffix of the path overrides it.
- Texts are in the language of `lang`, else of `Accept-Language`, else in English.
- HEAD is supported wherever GET is, OPTIONS on every path. Any origin may read (CORS `*`).
- Responses about the dataset have an `ETag`; a request with a matching `If-None-Match` returns 304.
- Errors are problem details (RFC 9457), or an HTML page for browsers.

The version is that of the software, and so of this interface. `/health` returns the version of the data."""

#: Groups of operations.
_TAGS = {
    "things": "Resources of the graph, documents about them, and lists",
    "dataset": "Dataset description, versions and downloads",
    "search": "Search by name, code or external identifier",
    "sparql": "SPARQL 1.1 queries and graph store",
    "queries": "Query library: named queries with parameters",
    "reconciliation": "Reconciliation Service API 0.2, for OpenRefine and other clients",
    "assistants": "Model Context Protocol",
    "contributions": "Validation, submission and review of data",
    "feedback": "Remarks of readers on statements and pages",
    "operations": "Operation of the server",
}


def document(library: Mapping[str, NamedQuery], endpoints: Sequence[str], root: str, *, contributing: bool) -> Json:
    """The document of an application mounted at `root`, with the federated `endpoints`.

    Paths of contributions are included if `contributing`.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "GCM Graph",
            "version": __version__,
            "description": _DESCRIPTION,
            "license": {"name": "CC BY 4.0", "url": LICENCE},
        },
        "servers": [{"url": root or "/"}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": _paths(library, endpoints, contributing),
        "components": {
            "schemas": SCHEMAS,
            "parameters": shared.PARAMETERS | named_queries.PARAMETERS,
            "headers": shared.HEADERS,
            "responses": shared.RESPONSES | named_queries.RESPONSES,
            "securitySchemes": shared.SECURITY,
        },
    }


def written(library: Mapping[str, NamedQuery], endpoints: Sequence[str], root: str, *, contributing: bool) -> str:
    """The document as JSON text; see `document`."""
    return json.dumps(document(library, endpoints, root, contributing=contributing), ensure_ascii=False, indent=1)


def _paths(library: Mapping[str, NamedQuery], endpoints: Sequence[str], taken: bool) -> Json:
    return {
        **things.PATHS,
        **dataset.PATHS,
        **asking.PATHS,
        **named_queries.query_paths(library.values(), endpoints),
        **reconciliation.PATHS,
        **assistants.PATHS,
        **(contributing.PATHS if taken else {}),
        **feedback.PATHS,
        **upkeep.PATHS,
    }
