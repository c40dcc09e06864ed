"""Addresses of SPARQL servers, and how servers differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from gcmgraph.errors import SettingsError
from gcmgraph.store.port import Access


@dataclass(frozen=True)
class Engine:
    """A kind of server. Its paths replace the end of the query URL that `ending` matches.

    `writes_union`: the union of all graphs is written to the default graph; else a query without GRAPH sees all graphs.
    """

    ending: str
    query: str = ""
    update: str = ""
    graph_store: str = ""
    #: paths to use instead where there are credentials
    update_as_user: str = ""
    graph_store_as_user: str = ""
    writes_union: bool = True


#: `standard` is any server of the SPARQL 1.1 Protocol and the Graph Store Protocol: settings name its addresses.
ENGINES = {
    "oxigraph": Engine("^/query$", "/query", "/update", "/store"),
    "virtuoso": Engine(
        "^/sparql$",
        "/sparql",
        "/sparql",
        "/sparql-graph-crud",
        update_as_user="/sparql-auth",
        graph_store_as_user="/sparql-graph-crud-auth",
        writes_union=False,
    ),
    "standard": Engine("$"),
}


@dataclass(frozen=True)
class Endpoints:
    """The addresses of one server."""

    query: str
    update: str
    graph_store: str
    engine: Engine


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
    engine = _engine(url, parts.path, access)

    def at(template: str, as_user: str = "") -> str:
        path = re.sub(engine.ending, as_user if as_user and access.user else template, parts.path, count=1)
        return parts._replace(path=path).geturl()

    return Endpoints(
        at(engine.query),
        access.update or at(engine.update, engine.update_as_user),
        access.graph_store or at(engine.graph_store, engine.graph_store_as_user),
        engine,
    )


def _engine(url: str, path: str, access: Access) -> Engine:
    if access.engine and access.engine not in ENGINES:
        raise SettingsError(
            f"The setting 'store_engine' cannot be '{access.engine}'.", hint=f"It is one of {', '.join(ENGINES)}."
        )
    name = access.engine or next(
        (name for name in ENGINES if name != "standard" and re.search(ENGINES[name].ending, path)), ""
    )
    if not name or (name == "standard" and not (access.update and access.graph_store)):
        raise SettingsError(
            f"The store's URL {url} does not tell which server answers there.",
            hint="It ends in /query (Oxigraph) or /sparql (Virtuoso); for any other set GCMGRAPH_STORE_ENGINE to "
            "standard, and GCMGRAPH_STORE_UPDATE and GCMGRAPH_STORE_GRAPH_STORE to its other addresses.",
        )
    return ENGINES[name]
