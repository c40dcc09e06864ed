"""Speakers of the facts of a row: the graphs of the statements that connect what the row has.

Example. A row of `funders` has a practice, the name and the IRI of a funder, and 75000000 USD. The
practice has a part (#funding) with this funder and amount, in the graph of a document: the document
states it, whoever wrote the name.

The statements are those from a resource of the row, or from a part of one, to another resource or a
value of the row. Where they do not cover a cell, such as a number that was counted, the row has no
speaker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gcmgraph.publication.provenance import OriginKind
from gcmgraph.publication.search.contents import CODES, NAMES
from gcmgraph.queries.library import NamedQuery
from gcmgraph.rdf.sparql_tokens import significant
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term
from gcmgraph.web.mcp.tools import TEXTS
from gcmgraph.web.named_queries.groups import OF_GAPS
from gcmgraph.web.services import Snapshot

#: Functions whose values no statement has.
_AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))

#: Parts of parts that are followed.
_MAX_DEPTH = 3

#: Speaker of a text in the graph of the editors: in their words, of what a source states.
_WORDING = "words of the editors"

#: A cell in the form of https://www.w3.org/TR/sparql11-results-json/#select-encode-terms.
Cell = Mapping[str, Any]


def states_facts(query: NamedQuery) -> bool:
    """Whether the rows of a query are statements.

    They are not if they are counted or summed, or list what is missing.
    """
    words = {token.word for token in significant(query.query)}
    return query.name not in OF_GAPS and not words & _AGGREGATES


class RowSpeakers:
    """Speakers of the facts of rows of one version."""

    def __init__(self, snapshot: Snapshot, bound: Iterable[Term]) -> None:
        """`bound` are the values of parameters, which belong to each row."""
        self._snapshot = snapshot
        self._addresses = snapshot.addresses
        self._bound_resources = frozenset(term for term in bound if isinstance(term, IRI))
        self._name_properties = frozenset(
            IRI(self._addresses.expand(curie)) for curie in (*NAMES, *CODES)
        )
        self._statements: dict[IRI, list[Quad]] = {}

    def of(self, row: Iterable[Cell]) -> str:
        """Speakers of the facts of the cells of a row; empty where statements do not cover them."""
        cells = [_term(cell) for cell in row]
        terms = {*cells, *self._bound_resources}
        quads: list[Quad] = []
        for resource in terms:
            if isinstance(resource, IRI):
                quads += [quad for quad in self._of_resource(resource) if quad.object in terms]
        covered_terms: set[object] = set()
        for quad in quads:
            covered_terms.update((quad.object, quad.predicate, _whole(quad.subject)))
        if any(cell not in covered_terms and not _is_truth(cell) for cell in cells):
            return ""
        facts = [quad for quad in quads if quad.predicate not in self._name_properties]
        return "; ".join(self._speakers(facts or quads))

    def _of_resource(self, resource: IRI) -> list[Quad]:
        """The statements about a resource and its parts."""
        if resource not in self._statements:
            self._statements[resource] = list(self._walk(resource, _MAX_DEPTH))
        return self._statements[resource]

    def _walk(self, subject: IRI, depth: int) -> Iterator[Quad]:
        for quad in self._snapshot.store.quads(subject):
            yield quad
            part = quad.object
            if not depth or not isinstance(part, IRI) or "#" not in part.value:
                continue
            if _whole(part) == _whole(subject):
                yield from self._walk(part, depth - 1)

    def _speakers(self, facts: Iterable[Quad]) -> list[str]:
        """The documents by address, the contributions by address, and the kinds of other graphs."""
        start = self._addresses.graph("")
        documents: set[str] = set()
        further_speakers: set[str] = set()
        for quad in facts:
            name = ""
            if isinstance(quad.graph_name, IRI):
                name = quad.graph_name.value.removeprefix(start)
            kind, _, local = name.partition("/")
            if kind == OriginKind.SOURCE:
                documents.add(f"source:{local}")
            elif kind == OriginKind.CONTRIBUTION:
                further_speakers.add(f"contribution:{local}")
            elif kind == OriginKind.CURATED and _is_text(quad.object):
                further_speakers.add(_WORDING)
            elif kind != OriginKind.INFERRED:
                further_speakers.add(TEXTS["origins"].get(kind, "another graph"))
        speakers = [f"document ({', '.join(sorted(documents))})"] if documents else []
        return speakers + sorted(further_speakers)


def _term(cell: Cell) -> Term:
    value = cell["value"]
    if cell["type"] == "uri":
        return IRI(value)
    if "xml:lang" in cell:
        return Literal(value, language=cell["xml:lang"])
    if "datatype" in cell:
        return Literal(value, datatype=IRI(cell["datatype"]))
    return Literal(value)


def _is_text(term: object) -> bool:
    return isinstance(term, Literal) and term.language is not None


def _is_truth(term: Term) -> bool:
    """Whether a cell is true or false, which queries compute."""
    return isinstance(term, Literal) and term.datatype.value.endswith("#boolean")


def _whole(term: object) -> IRI | None:
    """The resource that a term is, or is a part of."""
    return IRI(term.value.partition("#")[0]) if isinstance(term, IRI) else None
