"""The bounded description of a resource, published at `{base}doc/{kind}/{local}`.

It consists of the statements about the resource in all graphs and about its parts (its IRI with a fragment), labels of
the resources named there, statements that point at it (up to a limit), and evidence. It follows the Concise Bounded
Description (https://www.w3.org/submissions/CBD/), for data without blank nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from gcmgraph.model.terms import IRI, DefaultGraph, Literal, Quad, Term, Triple, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.evidence import Evidence, EvidenceIndex
from gcmgraph.publication.naming.labels import Labels
from gcmgraph.repository.withdrawn import invalidations
from gcmgraph.store.port import Store

#: Limit on the statements that point at a resource.
MAX_INBOUND = 200

#: Limit on the parts that are described with their whole.
MAX_PARTS = 400


@dataclass(frozen=True)
class Fact:
    """A statement, the graphs that contain it, and its evidence."""

    subject: IRI
    predicate: IRI
    object: Term
    graphs: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    #: whether it is in the graph of inferred statements only
    inferred: bool = False


@dataclass(frozen=True)
class Description:
    """A resource with its facts, those of its parts, and facts that point at it."""

    iri: IRI
    facts: tuple[Fact, ...]
    parts: dict[IRI, tuple[Fact, ...]]
    inbound: tuple[Fact, ...]
    #: number of statements that point at the resource and are not in `inbound`
    inbound_left_out: int
    #: the whole description as RDF, with labels and evidence
    triples: frozenset[Triple]

    def values(self, predicate: IRI) -> list[Term]:
        """The values of a property of the resource, in order."""
        return [fact.object for fact in self.facts if fact.predicate == predicate]

    def texts(self, predicate: IRI) -> list[Literal]:
        """The literal values of a property of the resource."""
        return [value for value in self.values(predicate) if isinstance(value, Literal)]


class Describer:
    """Descriptions of the resources of one dataset version."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._labels = Labels(store, addresses)
        self._evidence = EvidenceIndex(store, addresses)
        self._inferred = addresses.graph("inferred")
        vocabulary = Vocabulary(addresses)
        self._about_statements = {
            vocabulary("rdf:subject"),
            vocabulary("rdf:object"),
            vocabulary("rdf:predicate"),
        }

    def knows(self, iri: IRI) -> bool:
        """Whether there are statements about a resource."""
        return next(self._store.triples(iri), None) is not None

    @cached_property
    def invalidated(self) -> dict[str, IRI]:
        """The withdrawn resources, each with the activity that invalidated it."""
        ends: dict[str, IRI] = {}
        for quad in invalidations(self._store, self._addresses):
            if isinstance(quad.subject, IRI) and isinstance(quad.object, IRI):
                ends.setdefault(quad.subject.value, quad.object)
        return ends

    def stated(self, iri: IRI) -> frozenset[Triple]:
        """The statements about a resource that are not only inferred."""
        return frozenset(
            Triple(iri, predicate, value)
            for (predicate, value), names in self._graphs_of_statements(iri).items()
            if names != {self._inferred}
        )

    def describe(self, iri: IRI, *, with_inbound: bool = True) -> Description | None:
        """The description of a resource; None without statements about it.

        `with_inbound=False` leaves out the statements that point at it.
        """
        facts = self._facts(iri)
        if not facts:
            return None
        inbound, left_out = self._inbound(iri) if with_inbound else ((), 0)
        parts = self._parts(iri, facts, inbound)
        inbound = tuple(fact for fact in inbound if fact.subject not in parts)
        everything = [*facts, *inbound, *(fact for part in parts.values() for fact in part)]
        triples = frozenset(
            [
                *(Triple(fact.subject, fact.predicate, fact.object) for fact in everything),
                *self._label_triples(iri, everything),
                *(triple for fact in everything for evidence in fact.evidence for triple in evidence.triples),
                *self._evidence.accounts(iri),
            ]
        )
        return Description(iri, facts, parts, inbound, left_out, triples)

    def _facts(self, iri: IRI) -> tuple[Fact, ...]:
        evidence = self._evidence.about(iri)
        graphs = self._graphs_of_statements(iri)
        return tuple(
            self._fact(iri, predicate, value, names, evidence.get((predicate, value), ()))
            for (predicate, value), names in sorted(graphs.items(), key=lambda item: _order(*item[0]))
        )

    def _graphs_of_statements(self, iri: IRI) -> dict[tuple[IRI, Term], set[str]]:
        """Predicate and value of each statement about a resource, with the names of the graphs that contain it."""
        graphs: dict[tuple[IRI, Term], set[str]] = {}
        for quad in self._store.quads(iri):
            if not isinstance(quad.object, Triple):
                graphs.setdefault((quad.predicate, quad.object), set()).add(_graph_name(quad))
        return graphs

    def _fact(
        self,
        subject: IRI,
        predicate: IRI,
        value: Term,
        graphs: Iterable[str],
        evidence: tuple[Evidence, ...] = (),
    ) -> Fact:
        names = tuple(sorted(graphs))
        return Fact(subject, predicate, value, names, evidence, inferred=names == (self._inferred,))

    def _inbound(self, iri: IRI) -> tuple[tuple[Fact, ...], int]:
        """At most `MAX_INBOUND` facts that point at a resource, and the number of others; evidence does not count."""
        graphs: dict[tuple[IRI, IRI], set[str]] = {}
        left_out: set[tuple[IRI, IRI]] = set()
        for quad in self._store.quads(object=iri):
            if quad.predicate in self._about_statements or not isinstance(quad.subject, IRI):
                continue
            key = (quad.subject, quad.predicate)
            if key in graphs or len(graphs) < MAX_INBOUND:
                graphs.setdefault(key, set()).add(_graph_name(quad))
            else:
                left_out.add(key)
        ordered = sorted(graphs.items(), key=lambda item: (item[0][1].value, item[0][0].value))
        return tuple(self._fact(s, p, iri, names) for (s, p), names in ordered), len(left_out)

    def _parts(self, iri: IRI, facts: Iterable[Fact], inbound: Iterable[Fact]) -> dict[IRI, tuple[Fact, ...]]:
        """The facts of the parts that the resource or a part names, and of the parts that name the resource.

        Blank nodes of a contribution, which are published as parts of it, are parts of the resource that names them.
        """
        start = (f"{iri.value}#", self._addresses.thing("contribution", ""))
        parts: dict[IRI, tuple[Fact, ...]] = {}
        named: list[Term] = [*(fact.object for fact in facts), *(fact.subject for fact in inbound)]
        for term in named:  # the list grows while parts name parts
            if len(parts) >= MAX_PARTS:
                break
            if isinstance(term, IRI) and term.value.startswith(start) and "#" in term.value and term not in parts:
                parts[term] = self._facts(term)
                named.extend(fact.object for fact in parts[term])
        return parts

    def _label_triples(self, iri: IRI, facts: Iterable[Fact]) -> Iterator[Triple]:
        named = {term for fact in facts for term in (fact.subject, fact.object) if isinstance(term, IRI)}
        for term in named - {iri}:
            for naming, label in self._labels.statements(term):
                yield Triple(term, naming, label)


def _graph_name(quad: Quad) -> str:
    return "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value


def _order(predicate: IRI, value: Term) -> tuple[str, str]:
    return predicate.value, str(value)
