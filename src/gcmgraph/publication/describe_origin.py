"""Where each statement comes from: a document's words, an editor's judgement, a link, a table, a contribution.

The named graphs that hold a statement say which it is (docs/model.md, "Named graphs"); what is recorded about the
graph, and about the statement itself, is its proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gcmgraph.model.terms import IRI, BlankNode, Literal, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe import Fact
from gcmgraph.publication.describe_evidence import Evidence
from gcmgraph.store.port import Store


class OriginKind(StrEnum):
    """What kind of graph a statement stands in: the first part of its name."""

    SOURCE = "source"
    CURATED = "curated"
    CONTRIBUTION = "contribution"
    LINKSET = "linkset"
    REFERENCE = "reference"
    ONTOLOGY = "ontology"
    SHAPES = "shapes"
    PROVENANCE = "provenance"
    EVIDENCE = "evidence"
    INFERRED = "inferred"
    #: a graph that an operator loaded
    OTHER = "other"


class Reader(StrEnum):
    """Who found that a passage says a statement."""

    PROGRAM = "program"
    EDITOR = "editor"
    CONTRIBUTOR = "contributor"


_READERS = {OriginKind.CURATED: Reader.EDITOR, OriginKind.CONTRIBUTION: Reader.CONTRIBUTOR}


@dataclass(frozen=True)
class Note:
    """What is recorded about a graph, or about a column of a reference table."""

    about: IRI
    titles: tuple[Literal, ...]
    descriptions: tuple[Literal, ...]
    #: where it was taken from: texts and IRIs
    sources: tuple[Term, ...]
    licences: tuple[IRI, ...]
    dates: tuple[Literal, ...]
    #: language tag of a column's texts, where it has any
    language: str | None = None
    #: who sent a contribution
    by: tuple[Term, ...] = ()
    #: who accepted it
    reviewers: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Account:
    """Who stands for one statement, since when, and why."""

    iri: IRI
    reasons: tuple[Literal, ...]
    by: tuple[Term, ...]
    dates: tuple[Literal, ...]
    justification: IRI | None
    #: from 0 to 1
    confidence: Literal | None


@dataclass(frozen=True)
class Proof:
    """A passage that says so, and who read it so."""

    evidence: Evidence
    reader: Reader


@dataclass(frozen=True)
class Origin:
    """One place that a statement comes from."""

    kind: OriginKind
    graph: IRI
    note: Note
    columns: tuple[Note, ...] = ()
    accounts: tuple[Account, ...] = ()
    proofs: tuple[Proof, ...] = ()
    #: the document that the graph was read from, or the contribution that it was sent in
    of: IRI | None = None


class Origins:
    """Finds where the statements of one dataset version come from. It remembers what it was asked."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._provenance = IRI(addresses.graph("provenance"))
        self._notes: dict[IRI, Note] = {}
        self._columns: dict[IRI, dict[IRI, list[Note]]] = {}
        self._accounts: dict[IRI, dict[tuple[Term, Term], list[Account]]] = {}

    def of(self, fact: Fact) -> tuple[Origin, ...]:
        """The origins of a statement, those with passages first; none for what only follows by the ontology."""
        origins = [self._origin(fact, IRI(graph)) for graph in fact.graphs if graph]
        proofs = tuple(Proof(evidence, self._reader(evidence)) for evidence in fact.evidence)
        said = [origin for origin in origins if origin.kind is not OriginKind.INFERRED]
        if proofs and said:
            first = min(said, key=lambda origin: list(OriginKind).index(origin.kind))
            said[said.index(first)] = Origin(
                first.kind, first.graph, first.note, first.columns, first.accounts, proofs, first.of
            )
        return tuple(sorted(said, key=lambda origin: (not origin.proofs, list(OriginKind).index(origin.kind))))

    def note(self, about: IRI) -> Note:
        """What is recorded about a graph or a column."""
        if about not in self._notes:
            self._notes[about] = Note(
                about,
                self._texts(about, "dct:title"),
                self._texts(about, "dct:description"),
                self._values(about, "dct:source"),
                tuple(value for value in self._values(about, "dct:license") if isinstance(value, IRI)),
                (*self._texts(about, "dct:created"), *self._texts(about, "prov:generatedAtTime")),
                next((tag.value for tag in self._texts(about, "dct:language")), None),
                self._values(about, "prov:wasAttributedTo"),
                self._reviewers(about),
            )
        return self._notes[about]

    def _reviewers(self, graph: IRI) -> tuple[Term, ...]:
        """Who decided on the contribution that a graph was made by, those who ended it left out."""
        ends = self._values(graph, "prov:wasInvalidatedBy")
        found = {
            agent
            for contribution in self._values(graph, "prov:wasGeneratedBy")
            for act in self._store.quads(None, self._v("prov:wasInformedBy"), contribution, self._provenance)
            if isinstance(act.subject, IRI) and act.subject not in ends
            for agent in self._values(act.subject, "prov:wasAssociatedWith")
        }
        return tuple(sorted(found, key=str))

    def kind(self, graph: IRI) -> tuple[OriginKind, str]:
        """The kind of a graph, and the rest of its name."""
        start = self._addresses.graph("")
        if not graph.value.startswith(start):
            return OriginKind.OTHER, graph.value
        first, _, rest = graph.value[len(start) :].partition("/")
        return (OriginKind(first) if first in set(OriginKind) else OriginKind.OTHER), rest

    def _origin(self, fact: Fact, graph: IRI) -> Origin:
        kind, rest = self.kind(graph)
        columns: tuple[Note, ...] = ()
        of: IRI | None = None
        if kind is OriginKind.REFERENCE:
            tag = fact.object.language if isinstance(fact.object, Literal) else None
            found = self._columns_of(graph).get(fact.predicate, ())
            columns = tuple(column for column in found if column.language in (None, tag))
        elif kind in {OriginKind.SOURCE, OriginKind.CONTRIBUTION} and rest:
            of = IRI(self._addresses.thing(kind.value, rest))
        accounts = self._accounts_about(fact.subject).get((fact.predicate, fact.object), ())
        ours = tuple(account for account in accounts if self._stands_for(account, graph))
        return Origin(kind, graph, self.note(graph), columns, ours, (), of)

    def _stands_for(self, account: Account, graph: IRI) -> bool:
        """Whether an account is of a statement in a graph: it stands there, or its address begins with the graph's."""
        if account.iri.value.startswith(f"{graph.value}#"):
            return True
        return next(self._store.quads(account.iri, self._v("rdf:subject"), None, graph), None) is not None

    def _reader(self, evidence: Evidence) -> Reader:
        quad = next(self._store.quads(evidence.iri), None)
        graph = quad.graph_name if quad is not None else None
        return _READERS.get(self.kind(graph)[0], Reader.PROGRAM) if isinstance(graph, IRI) else Reader.PROGRAM

    def _columns_of(self, graph: IRI) -> dict[IRI, list[Note]]:
        if graph not in self._columns:
            found = self._columns.setdefault(graph, {})
            for part in sorted(self._values(graph, "void:propertyPartition"), key=str):
                if isinstance(part, IRI):
                    for prop in self._values(part, "void:property"):
                        if isinstance(prop, IRI):
                            found.setdefault(prop, []).append(self.note(part))
        return self._columns[graph]

    def _accounts_about(self, subject: IRI) -> dict[tuple[Term, Term], list[Account]]:
        """Who stands for the statements about a thing, by property and value; evidence of documents left out."""
        if subject not in self._accounts:
            found = self._accounts.setdefault(subject, {})
            nodes = {quad.subject for quad in self._store.quads(predicate=self._v("rdf:subject"), object=subject)}
            for node in sorted((node for node in nodes if isinstance(node, IRI)), key=str):
                if not self._values(node, "oa:hasTarget"):
                    account = self._account(node)
                    for predicate in self._values(node, "rdf:predicate"):
                        for value in self._values(node, "rdf:object"):
                            found.setdefault((predicate, value), []).append(account)
        return self._accounts[subject]

    def _account(self, node: IRI) -> Account:
        justifications = self._values(node, "sssom:mapping_justification")
        return Account(
            node,
            self._texts(node, "gcm:rationale"),
            (*self._values(node, "dct:creator"), *self._values(node, "sssom:author_label")),
            (*self._texts(node, "dct:created"), *self._texts(node, "sssom:mapping_date")),
            next((value for value in justifications if isinstance(value, IRI)), None),
            next(iter(self._texts(node, "sssom:confidence")), None),
        )

    def _values(self, subject: IRI, curie: str) -> tuple[Term, ...]:
        found: Iterable[object] = {triple.object for triple in self._store.triples(subject, self._v(curie))}
        return tuple(sorted((term for term in found if isinstance(term, IRI | BlankNode | Literal)), key=str))

    def _texts(self, subject: IRI, curie: str) -> tuple[Literal, ...]:
        return tuple(value for value in self._values(subject, curie) if isinstance(value, Literal))
