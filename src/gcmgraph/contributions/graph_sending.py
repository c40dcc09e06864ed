"""Publication to a SPARQL server (setting `publish_to`): the changed graphs of each version.

One server at a time sends (a lock of the database, which ends with its process). The digest of each
graph that was sent is in the database, so any server goes on where another one ended. Only graphs
whose names begin with `{base}graph/` are written or deleted. A failure holds nothing up: it is
repeated, logged once, and shown in /health and /metrics.

Of servers whose versions differ with the same decisions, the one that sent last remains the one
that sends.

The server sends in a process of its own, `python -m … FD`, since it reads the whole dump.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.contributions.database import Database
from gcmgraph.contributions.recorded_versions import store_name
from gcmgraph.contributions.repeated_work import RepeatedWork
from gcmgraph.contributions.sent_graphs import UNSURE, SentGraphs, TargetState
from gcmgraph.platform.errors import LedgerError, StoreError
from gcmgraph.platform.processes import answer_once, request_once
from gcmgraph.publication.versions.dataset import open_dataset
from gcmgraph.publication.versions.derivation import Derivation
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.store.graph_store import GraphStore, Target
from gcmgraph.store.port import Location
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP

_LOG = logging.getLogger(__name__)

#: Seconds that sending a version may take.
SECONDS = 7200.0

#: Module that the process of the server runs.
_MODULE = "gcmgraph.contributions.graph_sending"

#: End of a line.
_END = b" .\n"

#: Name of a graph. The end of a literal with a datatype has a quotation mark.
_IRI = re.compile(rb'<[^<>"]*>')

#: Graph of releases that had datasets in SPARQL servers: the marker of a version, below
#: `{base}graph/`.
_MARKER = "version"

#: Graph of such releases with the claims of their writers.
_CLAIMS = "urn:x-gcmgraph:writers"


@dataclass(frozen=True)
class Sent:
    """A version that was sent."""

    version: str
    #: number of graphs
    written: int
    #: number of graphs
    deleted: int
    #: whether queries without GRAPH see all graphs
    union: bool


def graph_lines(dump: Path, start: str) -> dict[str, list[bytes]]:
    """Lines of N-Triples of the graphs of a dump whose names begin with `start`, by name.

    The dump has canonical N-Quads. The lines of a graph follow each other.

    Example. `<a> <b> <c> <https://gcm.example/graph/core> .` becomes the line `<a> <b> <c> .` of
    the graph `https://gcm.example/graph/core`.
    """
    graphs: dict[str, list[bytes]] = {}
    graph_end = b""  # of each line of the current graph
    lines: list[bytes] = []
    with dump.open("rb") as file:
        for line in file:
            if not graph_end or not line.endswith(graph_end):
                graph = _graph_name(line)
                graph_end = b" <" + graph.encode() + b">" + _END if graph else b""
                lines = graphs.setdefault(graph, []) if graph.startswith(start) else []
            lines.append(line[: -len(graph_end)] + _END if graph_end else line)
    return graphs


def _graph_name(line: bytes) -> str:
    r"""The graph of a canonical quad; empty for the default graph.

    >>> _graph_name(b"<a> <b> <c> <g> .\n"), _graph_name(b"<a> <b> <c> .\n")
    ('g', '')
    """
    triple, _, last_term = line.removesuffix(_END).rpartition(b" ")
    predicate_and_object = triple[triple.index(b" ") + 1 :]
    if b" " in predicate_and_object and _IRI.fullmatch(last_term):
        return last_term[1:-1].decode()
    return ""


def is_due(state: TargetState, store: StoreFolder) -> bool:
    """Whether this server has a version to send. Raises `StoreError`."""
    folder = store.current_folder()
    if state.version == folder.name:
        return False
    return state.store in {"", store_name(store)} or Derivation.read(folder).event > state.event


def send(
    database: Database,
    store: StoreFolder,
    target: Target,
    addresses: Addresses,
    *,
    whole: bool = False,
) -> Sent | None:
    """Send the changed graphs of the current version; None if another server is sending.

    With `whole`, all graphs are sent. Graphs below `{base}graph/` that the version does not have
    are deleted there, whoever wrote them, and so are the graphs of releases that had datasets in
    SPARQL servers. Raises `StoreError`, `LedgerError`.
    """
    with database.lock("sending", 0) as is_ours:
        if not is_ours:
            return None
        record = SentGraphs(database, target.query)
        try:
            return _send(record, GraphStore(target), store, addresses, whole=whole)
        except StoreError as error:
            record.fail(str(error))
            raise


def _send(
    record: SentGraphs, server: GraphStore, store: StoreFolder, addresses: Addresses, *, whole: bool
) -> Sent:
    folder = store.current_folder()
    event = Derivation.read(folder).event
    start = addresses.graph("")
    graphs = graph_lines(folder / DUMP, start)
    sent_digests = record.digests()
    if whole:
        present = server.graphs()
        own_graphs = [name for name in present if name.startswith(start)]
        sent_digests = dict.fromkeys([*sent_digests, *own_graphs], UNSURE)
        _delete_older_release(server, present, addresses)
    superfluous = sorted(sent_digests.keys() - graphs.keys())
    for name in superfluous:
        server.delete(name)
        record.forget(name)
    digests = {name: hashlib.sha256(b"".join(lines)).hexdigest() for name, lines in graphs.items()}
    changed = [name for name, digest in digests.items() if sent_digests.get(name) != digest]
    for name in changed:
        record.set_digest(name, UNSURE)
        server.replace(name, graphs[name])
        record.set_digest(name, digests[name])
    union = _sees_all(server, graphs)
    record.succeed(store_name(store), event, folder.name, union=union)
    return Sent(folder.name, len(changed), len(superfluous), union)


def _delete_older_release(server: GraphStore, present: list[str], addresses: Addresses) -> None:
    """Delete the graphs of releases that had datasets in SPARQL servers, if their marker is there.

    The union in the default graph was theirs alone: they refused a server whose default graph had
    triples of others.
    """
    if addresses.graph(_MARKER) in present and not server.is_virtuoso:
        server.delete_default()
    if _CLAIMS in present:
        server.delete(_CLAIMS)


def _sees_all(server: GraphStore, graphs: dict[str, list[bytes]]) -> bool:
    """Whether queries without GRAPH see two graphs: one triple of each, in one pattern."""
    samples = (_triple_without_blank_node(lines) for lines in graphs.values())
    triples = [triple for triple in samples if triple is not None][:2]
    return not triples or server.has_union(triples)


def _triple_without_blank_node(lines: list[bytes]) -> bytes | None:
    return next((line for line in lines if b"_:" not in line), None)


@dataclass(frozen=True)
class SendProcess:
    """Calls `send` in a process of its own."""

    database: str
    location: Location
    target: Target

    def __call__(self) -> None:
        """Send the current version. Raises `StoreError`, `LedgerError`."""
        arguments = (self.database, self.location, self.target)
        try:
            request_once(_MODULE, arguments, SECONDS, LedgerError, StoreError)
        except (EOFError, OSError):
            message = "Sending graphs to the SPARQL server did not come to its end."
            raise StoreError(message) from None


@dataclass
class Sending(RepeatedWork):
    """Sends the versions of a store."""

    name = "sending"
    failure = "Graphs are not sent to the SPARQL server yet; the server tries again"
    record: SentGraphs
    send: SendProcess

    def work(self) -> None:
        """Send the current version, if this server has one to send."""
        if is_due(self.record.state(), self.store):
            self.send()


def _answer(database: str, location: Location, target: Target) -> Iterator[bool]:
    addresses = Addresses(location.base)
    sent = send(Database(database, addresses.base), open_dataset(location), target, addresses)
    if sent is not None and not sent.union:
        _LOG.warning("%s", no_union(target))
    yield sent is not None


def no_union(target: Target) -> str:
    """A sentence on a server whose queries without GRAPH do not see all graphs."""
    return (
        f"Queries without GRAPH at {target.query} do not see all graphs: start that server with "
        "its option for the union as default graph (docs/install.md)."
    )


if __name__ == "__main__":
    answer_once(_answer)
