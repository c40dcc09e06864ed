"""What a dataset holds, counted: triples a graph, things a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, DefaultGraph, Quad, Vocabulary
from gcmgraph.namespaces import Addresses


@dataclass(frozen=True)
class Summary:
    """Counts of one dataset."""

    version: str
    quads: int
    #: graph name without the base, and its triples; sorted
    graphs: tuple[tuple[str, int], ...]
    #: class of ours (CURIE), and its things; sorted
    classes: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, version: str, quads: Iterable[Quad], addresses: Addresses) -> Summary:
        """Count a dataset."""
        v = Vocabulary(addresses)
        graphs: Counter[str] = Counter()
        things: dict[str, set[object]] = {}
        for quad in quads:
            graphs[graph_name(quad, addresses)] += 1
            if quad.predicate != v("rdf:type") or not isinstance(quad.object, IRI):
                continue
            if quad.object.value.startswith(addresses.ontology):
                things.setdefault(f"gcm:{quad.object.value[len(addresses.ontology) :]}", set()).add(quad.subject)
        return cls(
            version,
            sum(graphs.values()),
            tuple(sorted(graphs.items())),
            tuple(sorted((name, len(members)) for name, members in things.items())),
        )

    def text(self) -> str:
        """A table to read."""
        lines = [f"Dataset {self.version}: {self.quads:,} triples in {len(self.graphs)} graphs"]
        lines += ["", "Triples per graph"]
        lines += [f"  {count:>9,}  {name}" for name, count in self.graphs]
        lines += ["", "Things per class"]
        lines += [f"  {count:>9,}  {name}" for name, count in self.classes]
        return "\n".join(lines)


def graph_name(quad: Quad, addresses: Addresses) -> str:
    """The name of a quad's graph, without the base."""
    if isinstance(quad.graph_name, DefaultGraph):
        return "(default graph)"
    name = getattr(quad.graph_name, "value", str(quad.graph_name))
    return name.removeprefix(addresses.base)
