"""A dataset in a SPARQL server, which `--store URL` names, with a copy of its current version in a folder.

Everything is read from the copy: pages, queries, previews, dumps. So readers never see half of a version, a query can
be stopped whatever the server is, and pages remain when the server is down. A new version is made in the copy, then the
graphs that changed are written to the server, with the name of the version last (`Marker`), and then it becomes current
in the copy. Copies of other machines follow when they see that name.

The marker of a version is a small graph, `{base}graph/version`. A writer writes it first with the status, and last
without. A graph without a digest is sent again.

    <{base}graph/version> <urn:x-gcmgraph:version> "…" ; <urn:x-gcmgraph:holds> <{base}graph/curated>, … .
    <{base}graph/curated> <urn:x-gcmgraph:version> "…" .           the digest of the triples sent to the graph
    <{base}graph/version> <urn:x-gcmgraph:status> "loading" .      while a version is written

One process at a time may write. A server has no lock for a version of many requests. So a writer adds a claim to a
small graph and then checks for other claims: of two that begin at once, at least one sees the other, and gives up. A
claim is renewed before each request, by the server's clock; one that was not renewed for the time it names is that of a
dead process, and is removed. So is one of the same copy: whoever writes holds the lock of its folder.

    <urn:uuid:…> <urn:x-gcmgraph:seen> "2026-11-24T18:00:00Z" ; <urn:x-gcmgraph:lease> "960" ;
        <urn:x-gcmgraph:by> "process 4711 on host, in /srv/gcmgraph/copies/…" .
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import socket
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, DefaultGraph, Literal, Quad, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import serialize_canonical, sha256
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.port import DEFAULT_GRAPH_STAND_IN, Location
from gcmgraph.store.transport import WRITE_SECONDS, Server
from gcmgraph.store.versions import DUMP, StoreFolder, version_name

_DIGEST = 16

#: End of a line; start of the label of a blank node, which may also occur in a literal.
_END, BLANK = b" .\n", b"_:"

#: The name of a graph; the end of a literal with a datatype has a quotation mark.
_IRI = re.compile(rb'<[^<>"]*>')

#: Terms of no vocabulary, so that the marker is in no answer about the data.
_VERSION, _HOLDS, _STATUS = (f"urn:x-gcmgraph:{name}" for name in ("version", "holds", "status"))


def lines_by_graph(dump: bytes) -> dict[str, list[bytes]]:
    """Lines of N-Triples by graph, of canonical N-Quads; triples of no graph have a graph of their own."""
    graphs: dict[str, list[bytes]] = {}
    end = b""  # of the lines of a graph, which follow each other
    for line in dump.splitlines(keepends=True):
        if not end or not line.endswith(end):
            triple, _, last = line.removesuffix(_END).rpartition(b" ")
            named = _IRI.fullmatch(last) is not None and b" " in triple[triple.index(b" ") + 1 :]
            end = b" " + last + _END if named else b""
            lines = graphs.setdefault(last[1:-1].decode() if named else DEFAULT_GRAPH_STAND_IN, [])
        lines.append(line[: -len(end)] + _END if end else line)
    return graphs


def joined(graphs: Mapping[str, list[bytes]]) -> bytes:
    """Canonical N-Quads of the lines of graphs, as `lines_by_graph` returns them."""
    lines = list(graphs.get(DEFAULT_GRAPH_STAND_IN, ()))
    named = {f" <{name}> .\n": found for name, found in graphs.items() if name != DEFAULT_GRAPH_STAND_IN}
    for end in sorted(named):
        lines += [line.removesuffix(_END) + end.encode() for line in named[end]]
    return b"".join(lines)


def digest_of(lines: Iterable[bytes]) -> str:
    """A digest of the lines of a graph."""
    return hashlib.sha256(b"".join(lines)).hexdigest()[:_DIGEST]


@dataclass(frozen=True)
class Marker:
    """A version, whether it is still being written, and its graphs, with their digests where these are sure."""

    version: str
    loading: bool = False
    digests: Mapping[str, str | None] = field(default_factory=dict)

    def lines(self, graph: str) -> list[bytes]:
        """The marker as N-Triples, for the graph of this name."""
        marker = IRI(graph)
        triples = [Triple(marker, IRI(_VERSION), Literal(self.version))]
        if self.loading:
            triples.append(Triple(marker, IRI(_STATUS), Literal("loading")))
        for name, digest in self.digests.items():
            triples.append(Triple(marker, IRI(_HOLDS), IRI(name)))
            if digest is not None:
                triples.append(Triple(IRI(name), IRI(_VERSION), Literal(digest)))
        return [f"{triple} .\n".encode() for triple in triples]

    @classmethod
    def read(cls, triples: Iterable[Triple], graph: str) -> Marker | None:
        """The marker in the graph of this name; None where no version was written."""
        found = set(values(triples))
        version = next((value for name, about, value in found if (name, about) == (graph, _VERSION)), None)
        if version is None:
            return None
        digests = {name: value for name, about, value in found if about == _VERSION}
        held = sorted(value for name, about, value in found if (name, about) == (graph, _HOLDS))
        loading = any(about == _STATUS for _, about, _ in found)
        return cls(version, loading, {name: digests.get(name) for name in held})


def values(triples: Iterable[Triple]) -> Iterator[tuple[str, str, str]]:
    """The values of terms of triples about servers, which have no other terms than IRIs and literals."""
    for subject, predicate, object_ in triples:
        if isinstance(subject, IRI) and isinstance(object_, IRI | Literal):
            yield subject.value, predicate.value, object_.value


CLAIMS = "urn:x-gcmgraph:writers"

#: Seconds after which a claim that is not renewed is that of a dead process: more than one request may take.
_LEASE_SECONDS = round(WRITE_SECONDS) + 60

#: Seconds between two attempts of one who waits.
_PAUSE = 0.2

_SEEN, _LEASE, _BY, _NOW = (f"urn:x-gcmgraph:{name}" for name in ("seen", "lease", "by", "now"))

_CLAIM = f"""\
DELETE WHERE {{ GRAPH <{CLAIMS}> {{ NAME <{_SEEN}> ?old }} }} ;
INSERT {{ GRAPH <{CLAIMS}> {{ NAME <{_SEEN}> ?now ; <{_LEASE}> LEASE ; <{_BY}> BY }} }}
WHERE {{ BIND(STR(NOW()) AS ?now) }}"""
_RELEASE = f"DELETE WHERE {{ GRAPH <{CLAIMS}> {{ NAME ?p ?o }} }}"
_ALL = f"""\
CONSTRUCT {{ ?claim ?p ?o . <{CLAIMS}> <{_NOW}> ?now }}
WHERE {{ {{ GRAPH <{CLAIMS}> {{ ?claim ?p ?o }} }} UNION {{ BIND(STR(NOW()) AS ?now) }} }}"""


class WriteClaim:
    """A claim to write to a server."""

    def __init__(self, server: Server, copy: Path) -> None:
        self._server = server
        self._name = f"urn:uuid:{uuid.uuid4()}"
        self._copy = f" on {socket.gethostname()}, in {copy.absolute()}"

    @contextmanager
    def held(self, wait: float = 0.0) -> Iterator[Self]:
        """Claim until the block ends. Raises `StoreError` where another process has a claim after `wait` seconds."""
        deadline = time.monotonic() + wait
        while True:
            if not (
                others := self.others(clear=True)
            ):  # who waits only reads: its updates would block those of the writer
                self.renew()
                if not (others := self.others(clear=True)):
                    break
                self._update(_RELEASE, self._name)
            if time.monotonic() > deadline:
                raise StoreError(
                    f"Another build or load is writing to this server: {others[0]}.",
                    hint="Run the command again when it has ended. If its machine was lost, "
                    f"its claim ends by itself {_LEASE_SECONDS} seconds after that.",
                )
            time.sleep(_PAUSE * (1 + random.random()))  # noqa: S311 - so that two do not meet again
        try:
            yield self
        finally:
            self._update(_RELEASE, self._name)

    def renew(self) -> None:
        """Claim, or renew the claim, by the time of the server."""
        self._update(_CLAIM, self._name)

    def others(self, *, clear: bool = False) -> list[str]:
        """The writers of other claims, without dead processes and those of the same copy.

        With `clear`, for the holder of the lock of the copy, the claims of the rest are removed.
        """
        others = []
        for name, writer, dead in list(self._claims()):
            if not dead:
                others.append(writer)
            elif clear:
                self._update(_RELEASE, name)
        return others

    def _claims(self) -> Iterator[tuple[str, str, bool]]:
        """Other claims: name, writer, and whether it does not count."""
        claims: dict[str, dict[str, str]] = {}
        for name, about, value in values(self._server.construct(_ALL)):
            claims.setdefault(name, {})[about] = value
        now = _instant(claims.pop(CLAIMS, {}).get(_NOW, ""))
        for name, claim in claims.items():
            if name != self._name:
                writer, silent = claim.get(_BY, "a process"), now - _instant(claim.get(_SEEN, ""))
                dead = writer.endswith(self._copy) or silent > float(claim.get(_LEASE, _LEASE_SECONDS))
                yield name, f"{writer}, last heard of {silent:.0f} seconds ago", dead

    def _update(self, update: str, name: str) -> None:
        by = Literal(f"process {os.getpid()}{self._copy}")
        written = update.replace("NAME", f"<{name}>").replace("LEASE", str(Literal(str(_LEASE_SECONDS))))
        self._server.update(written.replace("BY", str(by)))


def _instant(text: str) -> float:
    """The seconds of a time by the server's clock; Virtuoso writes no time zone. 0 for one that is just written."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return 0.0
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()


#: Makes a version of canonical N-Quads the current one of a copy, with all its files. To be used while `writing`.
Adopt = Callable[[StoreFolder, bytes], None]

#: Lines in one update of the union.
_LINES = 5_000

#: The union from the graphs, which reads it whole: for a version that does not follow the one of the copy.
_FILL = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(?g IN (GRAPHS)) }"
_PRUNE = """\
DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } FILTER(?g IN (GRAPHS)) } }"""
_IN_DEFAULT_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1"


class RemoteDataset(StoreFolder):
    """The graphs of this project in a SPARQL server, among others, and their copy."""

    def __init__(self, location: Location, adopt: Adopt) -> None:
        """`adopt` makes a version of the server the current one of the copy.

        Raises `SettingsError` for a URL that cannot be one.
        """
        self._server = Server(location.store, location.access)
        name = re.sub(r"[^\w.-]+", "-", location.store.partition("://")[2])
        super().__init__(Path(location.access.copies) / name, location.keep)
        self._url = location.store
        self._marker_graph = Addresses(location.base).graph("version")
        self._adopt = adopt
        self._claim: WriteClaim | None = None

    @contextmanager
    def writing(self, wait: float = 0.0) -> Iterator[None]:
        """Hold the lock of the copy and the claim to write to the server; the copy is that of the server then."""
        with super().writing(wait), self._new_claim().held(wait) as self._claim:
            try:
                self._take_over()
                yield
            finally:
                self._claim = None

    def _new_claim(self) -> WriteClaim:
        return WriteClaim(self._server, self.path)

    def behind(self) -> bool:
        """Whether the server has another version than the copy, or one that was not written to its end.

        False while another machine writes one.
        """
        marker = self._marker()
        return self._differs(marker) and not (marker and marker.loading and self._new_claim().others())

    def _differs(self, marker: Marker | None) -> bool:
        version = self.current_version()
        return version is not None if marker is None else marker.loading or marker.version != version

    def follow(self, wait: float = 0.0) -> bool:
        """Bring the copy to the version of the server, and what a killed process began to its end; whether it changed.

        Raises `StoreError` as `writing` does.
        """
        before, marker = self.current_version(), self._marker()
        if not self._differs(marker):
            return False
        if marker is None or marker.loading:
            with self.writing(wait):
                pass
        else:
            with super().writing(wait):  # without a claim: nothing is written to the server
                try:
                    self._adopt_version(marker)
                except StoreError:
                    if self._marker() == marker:  # else it is that of a version that is being written
                        raise
        return self.current_version() != before

    def make_current(self, version: str) -> None:
        """Write a version to the server, if there is a claim to, and then make it current.

        Where this process ends in between, another one completes it.
        """
        if self._claim is not None:
            self._send(self._versions / version)
        super().make_current(version)

    def _send(self, folder: Path) -> None:
        before = self._marker() or Marker("", digests={})
        if before.version == folder.name and not before.loading:
            return
        graphs = lines_by_graph((folder / DUMP).read_bytes())
        digests = {name: digest_of(lines) for name, lines in graphs.items()}
        writes_union = self._server.endpoints.writes_union
        if not before.digests and writes_union:
            self._require_room()
        known = {name: digest if digests.get(name) == digest else None for name, digest in before.digests.items()}
        self._write(Marker(folder.name, True, {**dict.fromkeys(digests), **known}))
        for name in sorted(set(known) - set(digests)):
            self._update(f"DROP SILENT GRAPH <{name}>")
        changed = [name for name in digests if known.get(name) is None]
        for name in changed:
            self._renew()
            self._server.replace_graph(name, graphs[name])
        if writes_union:
            self._write_union(before, graphs, changed)
        self._write(Marker(folder.name, digests=digests))

    def _write_union(self, before: Marker, graphs: Mapping[str, list[bytes]], changed: list[str]) -> None:
        """Bring the union in the server up to date: its changed triples where these are known, else all."""
        dump = self._versions / before.version / DUMP
        if before.version and not before.loading and dump.is_file():
            old, new = (
                {line for lines in found.values() for line in lines}
                for found in (lines_by_graph(dump.read_bytes()), graphs)
            )
            removed, added = sorted(old - new), sorted(new - old)
            if not any(BLANK in line for line in (*removed, *added)):
                for operation, lines in (("DELETE", removed), ("INSERT", added)):
                    for start in range(0, len(lines), _LINES):
                        data = b"".join(lines[start : start + _LINES]).decode()
                        self._update(f"{operation} DATA {{\n{data}}}")
                return
        self._update(_FILL.replace("GRAPHS", _listed(changed or graphs)))
        self._update(_PRUNE.replace("GRAPHS", _listed(graphs)))

    def _take_over(self) -> None:
        """Make the version of the server current in the copy, or write a version that was not written to its end."""
        marker = self._marker()
        if marker is not None and not marker.loading:
            self._adopt_version(marker)
        elif marker is not None and self._has(marker.version):
            self.make_current(marker.version)
        elif (current := self.current_version()) is not None:
            self.make_current(current)

    def _adopt_version(self, marker: Marker) -> None:
        """Make the version that the server has, as a whole, current in the copy."""
        if marker.version == self.current_version():
            return
        if self._has(marker.version):
            super().make_current(marker.version)
        else:
            self._adopt(self, self._fetched(marker))

    def _has(self, version: str) -> bool:
        folder = self._versions / version
        return (folder / "index").exists() and (folder / DUMP).exists()

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
