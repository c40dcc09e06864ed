"""All of the document: what the service is, its addresses, and what they share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from gcmgraph import __version__
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.queries.library import NamedQuery
from gcmgraph.web.openapi import components as shared
from gcmgraph.web.openapi import contributions as contributing
from gcmgraph.web.openapi import dataset, named_queries, reconciliation
from gcmgraph.web.openapi import operations as upkeep
from gcmgraph.web.openapi import resources as things
from gcmgraph.web.openapi import search_and_sparql as asking
from gcmgraph.web.openapi.builders import Json
from gcmgraph.web.openapi.schemas import SCHEMAS

_DESCRIPTION = """\
The UN Global Compact for Safe, Orderly and Regular Migration as linked data.

- What an answer comes as is negotiated by `Accept`; parameters called `format` and suffixes of addresses say it, too.
- Texts come in the language of `lang`, else of `Accept-Language`, else in English.
- HEAD is answered wherever GET is, OPTIONS everywhere. Any site may read (CORS `*`).
- Answers about the dataset carry `ETag`, and are 304 where `If-None-Match` has it.
- Errors are problem details (RFC 9457), or a page for a browser.

The version is that of the software: what can be asked changes with it. Which data are served, `/health` says."""

#: What operations are grouped by.
_TAGS = {
    "things": "Things, the documents about them, and lists of them",
    "dataset": "The dataset as a whole: its description, versions and downloads",
    "search": "Finding things by name, code or somebody's address",
    "sparql": "SPARQL 1.1: any query, whole graphs",
    "queries": "The query library: questions that are ready to be asked",
    "reconciliation": "The Reconciliation Service API 0.2, for OpenRefine and others",
    "contributions": "Checking data, sending them, and what becomes of them",
    "operations": "The server itself",
}


def document(library: Mapping[str, NamedQuery], endpoints: Sequence[str], root: str, *, contributing: bool) -> Json:
    """The document, for an application mounted at `root` that may ask `endpoints`, and may take contributions."""
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
    """The document as text; see `document`."""
    return json.dumps(document(library, endpoints, root, contributing=contributing), ensure_ascii=False, indent=1)


def _paths(library: Mapping[str, NamedQuery], endpoints: Sequence[str], taken: bool) -> Json:
    return {
        **things.PATHS,
        **dataset.PATHS,
        **asking.PATHS,
        **named_queries.query_paths(library.values(), endpoints),
        **reconciliation.PATHS,
        **(contributing.PATHS if taken else {}),
        **upkeep.PATHS,
    }
