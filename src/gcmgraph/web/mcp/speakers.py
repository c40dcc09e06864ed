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
from gcmgraph.publication.search.file import CODES, NAMES
from gcmgraph.queries.library import NamedQuery
from gcmgraph.rdf.sparql_text import significant
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term
from gcmgraph.web.mcp.protocol import TEXTS
from gcmgraph.web.named_queries.results import OF_GAPS
from gcmgraph.web.services import Snapshot

#: Functions whose values no statement has.
_AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))

#: Parts of parts that are followed.
_DEEPEST = 3

#: Speaker of a text in the graph of the editors: in their words, of what a source states.
_WORDING = "words of the editors"

#: A cell in the form of https://www.w3.org/TR/sparql11-results-json/#select-encode-terms.
Cell = Mapping[str, Any]


def states_facts(query: NamedQuery) -> bool:
    """Whether the rows of a query are statements: neither counted or summed, nor a list of what is missing."""
    words = {token.word for token in significant(query.query)}
    return query.name not in OF_GAPS and not words & _AGGREGATES


class RowSpeakers:
    """Speakers of the facts of rows of one version."""

    def __init__(self, snapshot: Snapshot, bound: Iterable[Term]) -> None:
        """`bound` are the values of parameters, which belong to each row."""
        self._snapshot, self._addresses = snapshot, snapshot.addresses
        self._bound = frozenset(term for term in bound if isinstance(term, IRI))
        self._named_by = frozenset(IRI(self._addresses.expand(curie)) for curie in (*NAMES, *CODES))
        self._statements: dict[IRI, list[Quad]] = {}

    def of(self, row: Iterable[Cell]) -> str:
        """Speakers of the facts of the cells of a row; empty where statements do not cover them."""
        cells = [_term(cell) for cell in row]
        terms = {*cells, *self._bound}
        resources = [term for term in terms if isinstance(term, IRI)]
        quads = [
            quad
            for resource in resources
            for quad in self._of_resource(resource)
            if quad.object in terms
        ]
        covered = {
            term for quad in quads for term in (quad.object, quad.predicate, _whole(quad.subject))
        }
        if any(cell not in covered and not _is_truth(cell) for cell in cells):
            return ""
        facts = [quad for quad in quads if quad.predicate not in self._named_by] or quads
        return "; ".join(self._speakers(facts))

    def _of_resource(self, resource: IRI) -> list[Quad]:
        """The statements about a resource and its parts."""
        if resource not in self._statements:
            self._statements[resource] = list(self._walk(resource, _DEEPEST))
        return self._statements[resource]

    def _walk(self, subject: IRI, depth: int) -> Iterator[Quad]:
        for quad in self._snapshot.store.quads(subject):
            yield quad
            part = quad.object
            if (
                depth
                and isinstance(part, IRI)
                and "#" in part.value
                and _whole(part) == _whole(subject)
            ):
                yield from self._walk(part, depth - 1)

    def _speakers(self, facts: Iterable[Quad]) -> list[str]:
        """The documents by address, the contributions by address, and the kinds of other graphs."""
        start = self._addresses.graph("")
        documents, others = set[str](), set[str]()
        for quad in facts:
            name = (
                quad.graph_name.value.removeprefix(start)
                if isinstance(quad.graph_name, IRI)
                else ""
            )
            kind, _, local = name.partition("/")
            if kind == OriginKind.SOURCE:
                documents.add(f"source:{local}")
            elif kind == OriginKind.CONTRIBUTION:
                others.add(f"contribution:{local}")
            elif kind == OriginKind.CURATED and _is_text(quad.object):
                others.add(_WORDING)
            elif kind != OriginKind.INFERRED:
                others.add(TEXTS["origins"].get(kind, "another graph"))
        named = [f"document ({', '.join(sorted(documents))})"] if documents else []
        return [*named, *sorted(others)]


def _term(cell: Cell) -> Term:
    if cell["type"] == "uri":
        return IRI(cell["value"])
    if "xml:lang" in cell:
        return Literal(cell["value"], language=cell["xml:lang"])
    return (
        Literal(cell["value"], datatype=IRI(cell["datatype"]))
        if "datatype" in cell
        else Literal(cell["value"])
    )


def _is_text(term: object) -> bool:
    return isinstance(term, Literal) and term.language is not None


def _is_truth(term: Term) -> bool:
    """Whether a cell is true or false, which queries compute."""
    return isinstance(term, Literal) and term.datatype.value.endswith("#boolean")


def _whole(term: object) -> IRI | None:
    """The resource that a term is, or is a part of."""
    return IRI(term.value.partition("#")[0]) if isinstance(term, IRI) else None
