"""Addresses of SPARQL servers, and how servers differ (measured in docs/scaling.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit

from gcmgraph.errors import SettingsError


class Union(Enum):
    """Means by which a query without GRAPH sees all graphs, each triple once."""

    NATIVE = "the engine does so by itself"
    DEFAULT = "the union is stored in the server's default graph"
    FILTERED = "it is stored in a graph of its own, which a filter excludes from GRAPH"
    LISTED = "it is stored in a graph of its own; each request names that and all others"


@dataclass(frozen=True)
class Dialect:
    """A kind of server. Its paths replace the end of the query URL that `ending` matches."""

    name: str
    ending: re.Pattern[str]
    query: str
    update: str
    graph_store: str
    union: Union
    #: paths to use instead where there are credentials
    update_as_user: str = ""
    graph_store_as_user: str = ""
    #: whether the graph store takes N-Quads for many graphs at once, all or none
    takes_quads: bool = False
    #: whether results are in the W3C's formats; else `results` corrects them
    exact_results: bool = True
    #: rows to request at once where all are required; None for all
    page: int | None = None


OXIGRAPH = Dialect("oxigraph", re.compile("^/query$"), "/query", "/update", "/store", Union.DEFAULT, takes_quads=True)
VIRTUOSO = Dialect(
    "virtuoso",
    re.compile("^/sparql$"),
    "/sparql",
    "/sparql",
    "/sparql-graph-crud",
    Union.FILTERED,
    update_as_user="/sparql-auth",
    graph_store_as_user="/sparql-graph-crud-auth",
    exact_results=False,
    page=9_000,
)
GRAPHDB = Dialect(
    "graphdb", re.compile("(?<=/repositories/)[^/]+$"), r"\g<0>", r"\g<0>/statements", r"\g<0>/rdf-graphs/service",
    Union.NATIVE,
)  # fmt: skip
FUSEKI = Dialect("fuseki", re.compile("(?<=[^/])/(sparql|query)$"), r"\g<0>", "/update", "/data", Union.NATIVE)
NEPTUNE = Dialect("neptune", re.compile("/sparql/?$"), "/sparql", "/sparql", "/sparql/gsp/", Union.NATIVE)
#: Any server that keeps to the standards: its update and graph store addresses come from the settings.
STANDARD = Dialect("standard", re.compile("$"), "", "", "", Union.LISTED)

#: In the order in which a URL is compared; `NEPTUNE` and `STANDARD` must be named by a setting.
DIALECTS = {d.name: d for d in (OXIGRAPH, VIRTUOSO, GRAPHDB, FUSEKI, NEPTUNE, STANDARD)}
_TOLD_BY_URL = (OXIGRAPH, VIRTUOSO, GRAPHDB, FUSEKI)


@dataclass(frozen=True)
class Access:
    """Settings beside the URL of a server. The password is in no text of this object."""

    engine: str = ""
    update: str = ""
    graph_store: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    #: seconds that one request may take
    timeout: float = 60


@dataclass(frozen=True)
class Endpoints:
    """The addresses of one server."""

    dialect: Dialect
    query: str
    update: str
    graph_store: str


def is_url(store: str) -> bool:
    """Whether `--store` names a server, not a folder."""
    return store.lower().startswith(("http://", "https://"))


def find_endpoints(url: str, access: Access) -> Endpoints:
    """The addresses of the server whose queries are answered at `url`. Raises `SettingsError`."""
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise SettingsError(
            "The URL of the store holds credentials, which would show in logs.",
            hint="Set GCMGRAPH_STORE_USER and GCMGRAPH_STORE_PASSWORD instead.",
        )
    if not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(
            f"The store's URL {url} is not the address of a SPARQL endpoint.",
            hint="It has a host and a path, such as http://127.0.0.1:7878/query, without ? and #.",
        )
    dialect = _dialect(url, parts.path, access.engine)

    def at(template: str, as_user: str = "") -> str:
        path = dialect.ending.sub(as_user if as_user and access.user else template, parts.path, count=1)
        return parts._replace(path=path).geturl()

    return Endpoints(
        dialect,
        at(dialect.query),
        access.update or at(dialect.update, dialect.update_as_user),
        access.graph_store or at(dialect.graph_store, dialect.graph_store_as_user),
    )


def _dialect(url: str, path: str, engine: str) -> Dialect:
    if engine:
        if engine not in DIALECTS:
            raise SettingsError(
                f"The setting 'store_engine' cannot be '{engine}'.", hint=f"It is one of {', '.join(DIALECTS)}."
            )
        return DIALECTS[engine]
    for dialect in _TOLD_BY_URL:
        if dialect.ending.search(path):
            return dialect
    raise SettingsError(
        f"The store's URL {url} does not tell which server answers there.",
        hint="It ends in /query (Oxigraph), /sparql (Virtuoso), /repositories/NAME (GraphDB) or /NAME/query "
        f"(Fuseki); for any other set GCMGRAPH_STORE_ENGINE to one of {', '.join(DIALECTS)}.",
    )
