"""Provenance of statements: a document, an editor's judgement, a link, a table, a contribution.

The named graphs of a statement determine its origin (docs/model.md, "Named graphs"); metadata of
the graph and of the statement gives the details.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from gcmgraph.publication.descriptions import Evidence, Fact, ResourceValues
from gcmgraph.publication.graph_notes import Note, Notes
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Term, Vocabulary
from gcmgraph.store.port import Store


class OriginKind(StrEnum):
    """Kind of a named graph: the first part of its name."""

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
    """Reader of a statement from a passage."""

    PROGRAM = "program"
    EDITOR = "editor"
    CONTRIBUTOR = "contributor"


#: The kinds in the order of display.
_RANK = {kind: rank for rank, kind in enumerate(OriginKind)}

_READERS = {OriginKind.CURATED: Reader.EDITOR, OriginKind.CONTRIBUTION: Reader.CONTRIBUTOR}


@dataclass(frozen=True)
class Account:
    """Attribution of a statement: agents, dates, reasons."""

    iri: IRI
    reasons: tuple[Literal, ...]
    by: tuple[Term, ...]
    dates: tuple[Literal, ...]
    justification: IRI | None
    #: from 0 to 1
    confidence: Literal | None


@dataclass(frozen=True)
class StatementEvidence:
    """A passage that supports a statement, and who read it."""

    evidence: Evidence
    reader: Reader


@dataclass(frozen=True)
class StatementOrigin:
    """One origin of a statement: a graph with its metadata."""

    kind: OriginKind
    graph: IRI
    note: Note
    columns: tuple[Note, ...] = ()
    accounts: tuple[Account, ...] = ()
    evidence: tuple[StatementEvidence, ...] = ()
    #: the source document or the contribution of the graph
    of: IRI | None = None


class Origins:
    """Origins of the statements of one dataset version, cached."""

    def __init__(self, store: Store, addresses: Addresses, notes: Notes | None = None) -> None:
        """`notes` are those of the same version, if the caller has them."""
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        self._notes = notes or Notes(store, addresses)
        self._accounts: dict[IRI, dict[tuple[Term, Term], list[Account]]] = {}
        self._accepted_readings: dict[IRI, bool] = {}

    def of(self, fact: Fact) -> tuple[StatementOrigin, ...]:
        """The origins of a statement, those with passages first.

        None for a statement that is only inferred.
        """
        origins = [self._origin(fact, IRI(graph)) for graph in fact.graphs if graph]
        evidence = tuple(
            StatementEvidence(evidence, self._reader(evidence)) for evidence in fact.evidence
        )
        stated = [origin for origin in origins if origin.kind is not OriginKind.INFERRED]
        if evidence and stated:
            first = min(stated, key=lambda origin: _RANK[origin.kind])
            stated[stated.index(first)] = replace(first, evidence=evidence)
        return tuple(sorted(stated, key=lambda origin: (not origin.evidence, _RANK[origin.kind])))

    def kind(self, graph: IRI) -> tuple[OriginKind, str]:
        """The kind of a graph, and the part of its name after the kind."""
        start = self._addresses.graph("")
        if not graph.value.startswith(start):
            return OriginKind.OTHER, graph.value
        kind, _, name = graph.value[len(start) :].partition("/")
        return (OriginKind(kind) if kind in _RANK else OriginKind.OTHER), name

    def _origin(self, fact: Fact, graph: IRI) -> StatementOrigin:
        """The origin of a statement in one of its graphs, without evidence."""
        kind, name = self.kind(graph)
        columns: tuple[Note, ...] = ()
        of: IRI | None = None
        if kind is OriginKind.REFERENCE:
            columns = self._columns(fact, graph)
        elif kind in {OriginKind.SOURCE, OriginKind.CONTRIBUTION} and name:
            of = IRI(self._addresses.resource(kind.value, name))
        accounts = self._accounts_about(fact.subject).get((fact.predicate, fact.object), ())
        return StatementOrigin(
            kind=kind,
            graph=graph,
            note=self._notes.of(graph),
            columns=columns,
            accounts=tuple(account for account in accounts if self._is_in(account, graph)),
            of=of,
        )

    def _columns(self, fact: Fact, graph: IRI) -> tuple[Note, ...]:
        """The columns of a reference table that a statement may be from."""
        language = fact.object.language if isinstance(fact.object, Literal) else None
        columns = self._notes.columns(graph).get(fact.predicate, ())
        return tuple(column for column in columns if column.language in (None, language))

    def _is_in(self, account: Account, graph: IRI) -> bool:
        """Whether an account belongs to a graph.

        It is stated there, or its IRI is the graph's with a fragment.
        """
        if account.iri.value.startswith(f"{graph.value}#"):
            return True
        quads = self._store.quads(account.iri, self._v("rdf:subject"), None, graph)
        return next(quads, None) is not None

    def _reader(self, evidence: Evidence) -> Reader:
        """The reader of a passage: a program, if the evidence has no editor or contributor."""
        quad = next(self._store.quads(evidence.iri), None)
        if quad is not None and isinstance(quad.graph_name, IRI):
            kind, _ = self.kind(quad.graph_name)
            if kind in _READERS:
                return _READERS[kind]
        return Reader.EDITOR if self._is_reading_accepted(evidence.subject) else Reader.PROGRAM

    def _is_reading_accepted(self, subject: IRI) -> bool:
        """Whether editors accepted what was read about a resource.

        What was read about an action is also accepted with its objective.
        """
        whole = IRI(subject.value.partition("#")[0])
        if whole not in self._accepted_readings:
            resources = {whole}
            if whole.value.startswith(self._addresses.resource("action", "")):
                for triple in self._store.triples(whole, self._v("gcm:objective")):
                    if isinstance(triple.object, IRI):
                        resources.add(triple.object)
            accepted = self._v("dct:dateAccepted")
            self._accepted_readings[whole] = any(
                next(self._store.triples(resource, accepted), None) for resource in resources
            )
        return self._accepted_readings[whole]

    def _accounts_about(self, subject: IRI) -> dict[tuple[Term, Term], list[Account]]:
        """Accounts of the statements about a resource, by property and value.

        Evidence of documents is left out.
        """
        if subject not in self._accounts:
            self._accounts[subject] = self._read_accounts(subject)
        return self._accounts[subject]

    def _read_accounts(self, subject: IRI) -> dict[tuple[Term, Term], list[Account]]:
        quads = self._store.quads(predicate=self._v("rdf:subject"), object=subject)
        nodes = {quad.subject for quad in quads if isinstance(quad.subject, IRI)}
        accounts: dict[tuple[Term, Term], list[Account]] = {}
        for node in sorted(nodes, key=str):
            values = ResourceValues(self._store, self._v, node)
            if values.values("oa:hasTarget"):
                continue
            account = _account(node, values)
            for predicate in values.values("rdf:predicate"):
                for value in values.values("rdf:object"):
                    accounts.setdefault((predicate, value), []).append(account)
        return accounts


def _account(node: IRI, values: ResourceValues) -> Account:
    return Account(
        iri=node,
        reasons=values.texts("gcm:rationale"),
        by=(*values.values("dct:creator"), *values.values("sssom:author_label")),
        dates=(*values.texts("dct:created"), *values.texts("sssom:mapping_date")),
        justification=values.iri("sssom:mapping_justification"),
        confidence=next(iter(values.texts("sssom:confidence")), None),
    )
