"""A dataset in a SPARQL server, which `--store URL` names, with a copy of its current version in a folder.

Everything is read from the copy: pages, queries, previews, dumps. So readers never see half of a version, a query can
be stopped whatever the server is, and pages remain when the server is down. A new version is made in the copy, then the
graphs that changed are written to the server, with the name of the version last (`graphs.Marker`), and then it becomes
current in the copy. Copies of other machines follow when they see that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.files.atomic import write_link
from gcmgraph.model.terms import IRI, DefaultGraph, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.port import DEFAULT_GRAPH_STAND_IN, Location
from gcmgraph.store.remote.graphs import BLANK, Marker, digest_of, joined, lines_by_graph
from gcmgraph.store.remote.server import Server
from gcmgraph.store.remote.write_claim import WriteClaim
from gcmgraph.store.versions.folder import DUMP, StoreFolder, version_name

#: Makes a version of canonical N-Quads the current one of a copy, with all its files. To be used while `writing`.
Adopt = Callable[[StoreFolder, bytes], None]

_FILL = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?g IN (GRAPHS)) }"
_PRUNE = """\
DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } FILTER(?g IN (GRAPHS)) } }"""
_IN_DEFAULT_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1"


class RemoteDataset(StoreFolder):
    """The graphs of this project in a SPARQL server, among others, and their copy."""

    def __init__(self, location: Location, adopt: Adopt) -> None:
        """Raises `SettingsError` for a URL that cannot be one."""
        self._server = Server(location.store, location.access)
        name = re.sub(r"[^\w.-]+", "-", location.store.partition("://")[2])
        super().__init__(Path(location.access.copies) / name, location.keep)
        self._url = location.store
        self._update_timeout = location.access.update_timeout
        self._marker_graph = Addresses(location.base).graph("version")
        self._adopt = adopt
        self._claim: WriteClaim | None = None

    @contextmanager
    def writing(self, wait: float = 0.0) -> Iterator[None]:
        """Hold the lock of the copy and the claim to write to the server; the copy is that of the server then."""
        with super().writing(wait), WriteClaim(self._server, self.path, self._update_timeout, wait) as self._claim:
            self._take_over()
            yield

    is_copy = True

    def behind(self) -> bool:
        """Whether the server has another version than the copy, or one that was not written to its end."""
        marker, version = self._marker(), self.current_version()
        return version is not None if marker is None else marker.loading or marker.version != version

    def follow(self, wait: float = 0.0) -> bool:
        """Bring the copy to the version of the server, and what a killed process began to its end; whether it changed.

        Raises `StoreError` as `writing` does.
        """
        before = self.current_version()
        if self.behind():
            with self.writing(wait):
                pass
        return self.current_version() != before

    def release(self, folder: Path) -> None:
        """Write a version to the server, before it becomes current in the copy. Another process may complete this."""
        graphs = lines_by_graph((folder / DUMP).read_bytes())
        digests = {name: digest_of(lines) for name, lines in graphs.items()}
        before = self._marker() or Marker("", digests={})
        if before == Marker(folder.name, digests=digests):
            return
        if not before.digests and self._server.endpoints.engine.writes_union:
            self._require_room()
        known = {name: digest if digests.get(name) == digest else None for name, digest in before.digests.items()}
        self._write(Marker(folder.name, True, {**dict.fromkeys(digests), **known}))
        for name in sorted(set(known) - set(digests)):
            self._update(f"DROP SILENT GRAPH <{name}>")
        changed = [name for name in digests if known.get(name) is None]
        for name in changed:
            self._renew()
            self._server.replace_graph(name, graphs[name])
        if self._server.endpoints.engine.writes_union:
            self._update(_FILL.replace("GRAPHS", _listed(changed or digests)))
            self._update(_PRUNE.replace("GRAPHS", _listed(digests)))
        self._write(Marker(folder.name, digests=digests))

    def _take_over(self) -> None:
        """Make the version of the server current in the copy, or write a version that was not written to its end."""
        marker = self._marker()
        begun = self._versions / marker.version if marker is not None else self.path
        has_it = (begun / "index").exists() and (begun / DUMP).exists()
        if marker is None or marker.loading:
            if has_it or self.current_version() is not None:
                folder = begun if has_it else self.current_folder()
                self.release(folder)
                write_link(self._current, Path("versions") / folder.name)
        elif marker.version != self.current_version():
            if has_it:
                write_link(self._current, Path("versions") / marker.version)
            else:
                self._adopt(self, self._fetched(marker))

    def _fetched(self, marker: Marker) -> bytes:
        """The dump of the version in the server; graphs that the copy has are not sent again. Raises `StoreError`."""
        before = self._versions / (self.current_version() or "") / DUMP
        known = lines_by_graph(before.read_bytes()) if before.is_file() else {}
        same = {name: lines for name, lines in known.items() if digest_of(lines) == marker.digests.get(name)}
        quads: set[Quad] = set()
        for name in marker.digests:
            graph = DefaultGraph() if name == DEFAULT_GRAPH_STAND_IN else IRI(name)
            if name not in same:
                triples = list(self._server.graph(name))
            elif any(BLANK in line for line in same[name]):  # their labels depend on all blank nodes
                data = b"".join(same.pop(name))
                triples = [quad.triple for quad in parse_quads(data, N_TRIPLES, source=name, max_bytes=len(data))]
            else:
                continue
            quads.update(Quad(t.subject, t.predicate, t.object, graph) for t in triples)
        dump = joined({**same, **lines_by_graph(serialize_canonical(quads))})
        if version_name(sha256(dump)) != marker.version:
            raise StoreError(
                f"The graphs in the SPARQL server at {self._url} are not those of its version {marker.version}.",
                hint="Other software changed them, or a version is being written: try again, or run 'gcmgraph build'.",
            )
        return dump

    def _marker(self) -> Marker | None:
        return Marker.read(self._server.graph(self._marker_graph), self._marker_graph)

    def _write(self, marker: Marker) -> None:
        self._renew()
        self._server.replace_graph(self._marker_graph, marker.lines(self._marker_graph))

    def _update(self, update: str) -> None:
        self._renew()
        self._server.update(update)

    def _renew(self) -> None:
        if self._claim is not None:
            self._claim.renew()

    def _require_room(self) -> None:
        """Raise `StoreError` where the union of our graphs would mix with triples of others."""
        if next(self._server.construct(_IN_DEFAULT_GRAPH), None) is not None:
            raise StoreError(
                f"The default graph of {self._url} holds triples of others, and the union of ours is written there.",
                hint="Use a server of its own for this dataset, or move those triples to a graph with a name.",
            )


def _listed(graphs: Iterable[str]) -> str:
    return ", ".join(f"<{name}>" for name in sorted(graphs))
