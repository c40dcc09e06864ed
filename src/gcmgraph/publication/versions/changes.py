"""What a dataset version added to the one before it and took away: statements, graphs, things.

A thing is new where the version before says nothing of it, gone where the new one says nothing or that it was withdrawn
(`prov:wasInvalidatedBy`), changed where some statement about it or its parts came or went.
Statements are patches in N-Quads: `previous - removed + added = version`.
Blank nodes stand in `graph/shapes` alone, and their names there depend on the whole graph: a change of a shape may
show as a change of other lines.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import KINDS, Addresses
from gcmgraph.rdfio.canonical_difference import Side, differences, line_quad
from gcmgraph.repository.withdrawn import INVALIDATED_BY, invalidations, is_invalidation
from gcmgraph.store.change import Change
from gcmgraph.store.port import Store

#: Kinds that are counted; passages have addresses below their document's, and are counted for themselves.
COUNTED_KINDS = (*KINDS, "passage")

_INVALIDATED_IN_LINES = str(INVALIDATED_BY).encode()

#: Things of one kind that are named in each list; all are counted.
MOST_NAMED = 1_000


@dataclass(frozen=True)
class Things:
    """Things of one kind: how many, and the IRIs of the first `MOST_NAMED`."""

    count: int
    iris: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """The changes of a version. `published` is when it was made (ISO 8601, UTC).

    `previous` is None for a first version, and where nothing is known of the one before; the rest is empty then.
    """

    version: str
    published: str
    previous: str | None = None
    #: statements (quads) that came and went
    added: int = 0
    removed: int = 0
    #: IRI of a graph ("" for none) to statements that came and went in it
    graphs: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: kind to things that came, went, and changed
    came: Mapping[str, Things] = field(default_factory=dict)
    went: Mapping[str, Things] = field(default_factory=dict)
    changed: Mapping[str, Things] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """The changes as they are kept beside a version."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes, source: str) -> Changes:
        """The changes that `to_json` wrote to `source`. `DataError` for anything else."""
        try:
            said = json.loads(content)
            graphs = {name: (int(came), int(went)) for name, (came, went) in said.pop("graphs").items()}
            things: dict[str, Any] = {
                name: {kind: Things(each["count"], tuple(each["iris"])) for kind, each in said.pop(name).items()}
                for name in ("came", "went", "changed")
            }
            return cls(**said, graphs=graphs, **things)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise DataError("This is no list of changes.", place=Place(source)) from error


class Comparison:
    """Counts what came and went, line by line; bounded by the number of things, not of statements."""

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
        """Compare two dumps; the lines that went and came are handed over."""
        last: bytes | None = None
        for side, line in differences(old, new):
            thing = self._thing(line)
            if thing is not None and _INVALIDATED_IN_LINES in line:
                self._note_withdrawn(side, line_quad(line), thing)
            if side is Side.BOTH:
                if thing is not None and thing != last:  # a thing's lines stand together
                    self._before.add(thing)
                    self._after.add(thing)
                    last = thing
                continue
            (removed if side is Side.OLD else added)(line)
            self._count(side, line_quad(line), thing)

    def take(self, change: Change, before: Store, after: Store) -> None:
        """Count a change that is known already, between two stores."""
        for side, quads in ((Side.OLD, change.removed), (Side.NEW, change.added)):
            for quad in quads:
                self._count(side, quad, self._thing(f"{quad.subject}>".encode()))
        for thing in self._touched:
            iri = IRI(thing.decode())
            for store, known, withdrawn in (
                (before, self._before, self._withdrawn_before),
                (after, self._after, self._withdrawn_after),
            ):
                if next(store.quads(iri), None) is not None:
                    known.add(thing)
                if next(invalidations(store, self._addresses, iri), None) is not None:
                    withdrawn.add(thing)

    def _note_withdrawn(self, side: Side, quad: Quad, thing: bytes) -> None:
        if is_invalidation(quad, self._addresses) and quad.subject == IRI(thing.decode()):
            if side is not Side.NEW:
                self._withdrawn_before.add(thing)
            if side is not Side.OLD:
                self._withdrawn_after.add(thing)

    def _count(self, side: Side, quad: Quad, thing: bytes | None) -> None:
        graph = quad.graph_name
        self._graphs[graph.value if isinstance(graph, IRI) else ""][side] += 1
        if thing is not None:
            self._touched.add(thing)
            (self._before if side is Side.OLD else self._after).add(thing)

    def changes(self, version: str, published: str, previous: str) -> Changes:
        """What was counted."""
        before, after = self._before - self._withdrawn_before, self._after - self._withdrawn_after
        graphs = {name: (n[Side.NEW], n[Side.OLD]) for name, n in sorted(self._graphs.items())}
        return Changes(
            version,
            published,
            previous,
            sum(came for came, _ in graphs.values()),
            sum(went for _, went in graphs.values()),
            graphs,
            self._by_kind(self._touched & after - before),
            self._by_kind(self._touched & before - after),
            self._by_kind(self._touched & before & after),
        )

    def _thing(self, line: bytes) -> bytes | None:
        """The thing that a line is about: its subject, without the fragment that names a part."""
        if not line.startswith(self._start):
            return None
        return line[1 : line.index(b">")].partition(b"#")[0]

    def _by_kind(self, things: Iterable[bytes]) -> dict[str, Things]:
        kinds: dict[str, list[str]] = {}
        for thing in sorted(things):
            kind, _, local = thing[len(self._start) - 1 :].decode().partition("/")
            if kind == "source" and "/" in local:
                kind = "passage"
            kinds.setdefault(kind, []).append(thing.decode())
        return {
            kind: Things(len(kinds[kind]), tuple(kinds[kind][:MOST_NAMED])) for kind in COUNTED_KINDS if kind in kinds
        }
