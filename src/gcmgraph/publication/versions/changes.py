"""Differences between a dataset version and the version before: statements, graphs, resources.

A resource is new if the version before has no statement about it, gone if the new one has none or states that it was
withdrawn (`prov:wasInvalidatedBy`), changed if a statement about it or its parts was added or removed. Patches are
N-Quads: `previous - removed + added = version`. Blank nodes occur in `graph/shapes` only; their labels depend on the
whole graph, so the change of one shape may change other lines.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field

import msgspec

from gcmgraph.errors import DataError, Place
from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import Side, differences, line_quad
from gcmgraph.repository.tables import INVALIDATED_BY, is_invalidation

#: Kinds that are counted. Passages, whose addresses are below their document's, are counted separately.
COUNTED_KINDS = (*KINDS, "passage")

_INVALIDATED_IN_LINES = str(INVALIDATED_BY).encode()

#: Resources of one kind that each list names; all are counted.
MOST_NAMED = 1_000


@dataclass(frozen=True)
class Resources:
    """Resources of one kind: their number, and the IRIs of the first `MOST_NAMED`."""

    count: int
    iris: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """The changes of a version. `published` is the time of its creation (ISO 8601, UTC).

    `previous` is None for a first version and if the version before is unknown; the rest is empty then.
    """

    version: str
    published: str
    previous: str | None = None
    #: numbers of quads added and removed
    added: int = 0
    removed: int = 0
    #: IRI of a graph ("" for the default graph) to its numbers of quads added and removed
    graphs: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: kind to resources that are new, gone, and changed (the names are those of the stored file)
    came: Mapping[str, Resources] = field(default_factory=dict)
    went: Mapping[str, Resources] = field(default_factory=dict)
    changed: Mapping[str, Resources] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """The changes as they are stored beside a version."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes, source: str) -> Changes:
        """Parse the result of `to_json`, read from `source`. Raises `DataError` for anything else."""
        try:
            return msgspec.json.decode(content, type=cls)
        except msgspec.DecodeError as error:
            raise DataError("This is no list of changes.", place=Place(source)) from error


class Comparison:
    """Counter of added and removed statements. Its memory grows with the number of resources, not of statements."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._start = f"<{addresses.base}id/".encode()
        self._before: set[bytes] = set()
        self._after: set[bytes] = set()
        self._touched: set[bytes] = set()
        self._withdrawn_before: set[bytes] = set()
        self._withdrawn_after: set[bytes] = set()
        self._graphs: dict[str, Counter[Side]] = defaultdict(Counter)

    def run(
        self,
        old: Iterable[bytes],
        new: Iterable[bytes],
        removed: Callable[[bytes], object],
        added: Callable[[bytes], object],
    ) -> None:
        """Compare two dumps; `removed` and `added` receive the lines that differ."""
        last: bytes | None = None
        for side, line in differences(old, new):
            resource = self._resource(line)
            if resource is not None and _INVALIDATED_IN_LINES in line:
                self._note_withdrawn(side, line_quad(line), resource)
            if side is Side.BOTH:
                if resource is not None and resource != last:  # the lines of a resource are adjacent
                    self._before.add(resource)
                    self._after.add(resource)
                    last = resource
                continue
            (removed if side is Side.OLD else added)(line)
            self._count(side, line_quad(line), resource)

    def _note_withdrawn(self, side: Side, quad: Quad, resource: bytes) -> None:
        if is_invalidation(quad, self._addresses) and quad.subject == IRI(resource.decode()):
            if side is not Side.NEW:
                self._withdrawn_before.add(resource)
            if side is not Side.OLD:
                self._withdrawn_after.add(resource)

    def _count(self, side: Side, quad: Quad, resource: bytes | None) -> None:
        graph = quad.graph_name
        self._graphs[graph.value if isinstance(graph, IRI) else ""][side] += 1
        if resource is not None:
            self._touched.add(resource)
            (self._before if side is Side.OLD else self._after).add(resource)

    def changes(self, version: str, published: str, previous: str) -> Changes:
        """The changes counted so far."""
        before, after = self._before - self._withdrawn_before, self._after - self._withdrawn_after
        graphs = {name: (n[Side.NEW], n[Side.OLD]) for name, n in sorted(self._graphs.items())}
        return Changes(
            version,
            published,
            previous,
            sum(added for added, _ in graphs.values()),
            sum(removed for _, removed in graphs.values()),
            graphs,
            self._by_kind(self._touched & after - before),
            self._by_kind(self._touched & before - after),
            self._by_kind(self._touched & before & after),
        )

    def _resource(self, line: bytes) -> bytes | None:
        """The IRI of the subject of a line, without its fragment; None for a subject that is not below `id/`."""
        if not line.startswith(self._start):
            return None
        return line[1 : line.index(b">")].partition(b"#")[0]

    def _by_kind(self, resources: Iterable[bytes]) -> dict[str, Resources]:
        kinds: dict[str, list[str]] = {}
        for resource in sorted(resources):
            kind, _, local = resource[len(self._start) - 1 :].decode().partition("/")
            if kind == "source" and "/" in local:
                kind = "passage"
            kinds.setdefault(kind, []).append(resource.decode())
        return {
            kind: Resources(len(iris), tuple(iris[:MOST_NAMED])) for kind in COUNTED_KINDS if (iris := kinds.get(kind))
        }
