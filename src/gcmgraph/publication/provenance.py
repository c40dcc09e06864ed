"""Provenance of statements: a document, an editor's judgement, a link, a table, a contribution; notes of graphs.

The named graphs of a statement determine its origin (docs/model.md, "Named graphs"); metadata of
the graph and of the statement gives the details.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache, partial

from gcmgraph.publication.descriptions import Evidence, Fact, ResourceValues
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
        self._accepted: dict[IRI, bool] = {}

    def of(self, fact: Fact) -> tuple[StatementOrigin, ...]:
        """The origins of a statement, those with passages first; none for a statement that is only inferred."""
        origins = [self._origin(fact, IRI(graph)) for graph in fact.graphs if graph]
        evidence = tuple(StatementEvidence(one, self._reader(one)) for one in fact.evidence)
        stated = [origin for origin in origins if origin.kind is not OriginKind.INFERRED]
        if evidence and stated:
            first = min(stated, key=lambda origin: _RANK[origin.kind])
            stated[stated.index(first)] = replace(first, evidence=evidence)
        return tuple(sorted(stated, key=lambda origin: (not origin.evidence, _RANK[origin.kind])))

    def kind(self, graph: IRI) -> tuple[OriginKind, str]:
        """The kind of a graph, and the rest of its name."""
        start = self._addresses.graph("")
        if not graph.value.startswith(start):
            return OriginKind.OTHER, graph.value
        first, _, rest = graph.value[len(start) :].partition("/")
        return (OriginKind(first) if first in _RANK else OriginKind.OTHER), rest

    def _origin(self, fact: Fact, graph: IRI) -> StatementOrigin:
        kind, rest = self.kind(graph)
        columns: tuple[Note, ...] = ()
        of: IRI | None = None
        if kind is OriginKind.REFERENCE:
            tag = fact.object.language if isinstance(fact.object, Literal) else None
            found = self._notes.columns(graph).get(fact.predicate, ())
            columns = tuple(column for column in found if column.language in (None, tag))
        elif kind in {OriginKind.SOURCE, OriginKind.CONTRIBUTION} and rest:
            of = IRI(self._addresses.resource(kind.value, rest))
        accounts = self._accounts_about(fact.subject).get((fact.predicate, fact.object), ())
        own = tuple(account for account in accounts if self._is_account_in(account, graph))
        return StatementOrigin(kind, graph, self._notes.of(graph), columns, own, (), of)

    def _is_account_in(self, account: Account, graph: IRI) -> bool:
        """Whether an account belongs to a graph: it is stated there, or its IRI is the graph's with a fragment."""
        if account.iri.value.startswith(f"{graph.value}#"):
            return True
        return (
            next(self._store.quads(account.iri, self._v("rdf:subject"), None, graph), None)
            is not None
        )

    def _reader(self, evidence: Evidence) -> Reader:
        quad = next(self._store.quads(evidence.iri), None)
        graph = quad.graph_name if quad is not None else None
        reader = (
            _READERS.get(self.kind(graph)[0], Reader.PROGRAM)
            if isinstance(graph, IRI)
            else Reader.PROGRAM
        )
        return (
            Reader.EDITOR
            if reader is Reader.PROGRAM and self._is_accepted(evidence.subject)
            else reader
        )

    def _is_accepted(self, subject: IRI) -> bool:
        """Whether editors accepted what was read about a resource, or about the objective of an action."""
        whole = IRI(subject.value.partition("#")[0])
        if whole not in self._accepted:
            about = {whole}
            if whole.value.startswith(self._addresses.resource("action", "")):
                objectives = (
                    triple.object for triple in self._store.triples(whole, self._v("gcm:objective"))
                )
                about |= {iri for iri in objectives if isinstance(iri, IRI)}
            accepted = self._v("dct:dateAccepted")
            self._accepted[whole] = any(
                next(self._store.triples(iri, accepted), None) for iri in about
            )
        return self._accepted[whole]

    def _accounts_about(self, subject: IRI) -> dict[tuple[Term, Term], list[Account]]:
        """Accounts of the statements about a resource, by property and value, without evidence of documents."""
        if subject not in self._accounts:
            found = self._accounts.setdefault(subject, {})
            nodes = {
                quad.subject
                for quad in self._store.quads(predicate=self._v("rdf:subject"), object=subject)
            }
            for node in sorted((node for node in nodes if isinstance(node, IRI)), key=str):
                resource = ResourceValues(self._store, self._v, node)
                if not resource.values("oa:hasTarget"):
                    account = _account(node, resource)
                    for predicate in resource.values("rdf:predicate"):
                        for value in resource.values("rdf:object"):
                            found.setdefault((predicate, value), []).append(account)
        return self._accounts[subject]


def _account(node: IRI, resource: ResourceValues) -> Account:
    return Account(
        node,
        resource.texts("gcm:rationale"),
        (*resource.values("dct:creator"), *resource.values("sssom:author_label")),
        (*resource.texts("dct:created"), *resource.texts("sssom:mapping_date")),
        resource.iri("sssom:mapping_justification"),
        next(iter(resource.texts("sssom:confidence")), None),
    )


#: Limit on the cached notes of graphs and columns. Most pages name the same ones.
REMEMBERED = 500


@dataclass(frozen=True)
class Note:
    """Metadata of a graph, or of a column of a reference table."""

    about: IRI
    titles: tuple[Literal, ...]
    descriptions: tuple[Literal, ...]
    #: sources as texts and IRIs
    sources: tuple[Term, ...]
    licences: tuple[IRI, ...]
    dates: tuple[Literal, ...]
    #: language tag of a column's texts
    language: str | None = None
    #: who sent a contribution
    by: tuple[Term, ...] = ()
    #: who accepted it
    reviewers: tuple[Term, ...] = ()


class Notes:
    """Notes of one dataset version, cached."""

    #: metadata of a graph or a column
    of: Callable[[IRI], Note]
    #: notes of the columns of a graph, by property
    columns: Callable[[IRI], dict[IRI, list[Note]]]

    def __init__(self, store: Store, addresses: Addresses) -> None:
        provenance = IRI(addresses.graph("provenance"))
        # caches of methods would be a reference cycle, and keep the files of the version open
        self.of = lru_cache(REMEMBERED)(partial(_note, store, Vocabulary(addresses), provenance))
        self.columns = lru_cache(REMEMBERED)(
            partial(_columns, store, Vocabulary(addresses), self.of)
        )


def _note(store: Store, v: Vocabulary, provenance: IRI, about: IRI) -> Note:
    resource = ResourceValues(store, v, about)
    return Note(
        about,
        resource.texts("dct:title"),
        resource.texts("dct:description"),
        resource.values("dct:source"),
        resource.iris("dct:license"),
        (*resource.texts("dct:created"), *resource.texts("prov:generatedAtTime")),
        resource.text("dct:language"),
        resource.values("prov:wasAttributedTo"),
        _reviewers(store, v, provenance, resource),
    )


def _reviewers(
    store: Store, v: Vocabulary, provenance: IRI, graph: ResourceValues
) -> tuple[Term, ...]:
    """Agents who decided on the contribution of a graph, other than those who ended it."""
    ends = graph.values("prov:wasInvalidatedBy")
    found = {
        agent
        for contribution in graph.values("prov:wasGeneratedBy")
        for act in store.quads(None, v("prov:wasInformedBy"), contribution, provenance)
        if isinstance(act.subject, IRI) and act.subject not in ends
        for agent in ResourceValues(store, v, act.subject).values("prov:wasAssociatedWith")
    }
    return tuple(sorted(found, key=str))


def _columns(
    store: Store, v: Vocabulary, note: Callable[[IRI], Note], graph: IRI
) -> dict[IRI, list[Note]]:
    found: dict[IRI, list[Note]] = {}
    for part in ResourceValues(store, v, graph).iris("void:propertyPartition"):
        for prop in ResourceValues(store, v, part).iris("void:property"):
            found.setdefault(prop, []).append(note(part))
    return found
