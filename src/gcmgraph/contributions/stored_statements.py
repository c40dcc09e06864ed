"""Statements of a contribution in their stored form: a graph of their own, without blank nodes, as canonical N-Quads.

In this form they are in the database, and go from one process to another. Each process parses the
lines once, where it reads the statements.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.contributions.contribution import RESTORE, damaged_part
from gcmgraph.platform.errors import DamagedError, RdfSyntaxError
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import N_QUADS
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import IRI, BlankNode, Quad, Term
from gcmgraph.store.stores import as_engine_returns


@dataclass(frozen=True)
class StoredStatements:
    """Statements of a contribution, without those that a decision returned to its sender."""

    #: identifier of the contribution
    contribution: str
    #: all statements as canonical N-Quads
    lines: bytes
    #: the statements that were returned (`statement_line`)
    returned: frozenset[str] = frozenset()

    def quads(self) -> list[Quad]:
        """The statements, with literals as the engine returns them.

        Raises `DamagedError` for lines that are no N-Quads, and where a returned statement is none
        of them.
        """
        parsed = parse_quads(self.lines, N_QUADS, source=self.contribution, max_bytes=sys.maxsize)
        try:
            quads = list(as_engine_returns(parsed))
        except RdfSyntaxError as error:
            raise damaged_part(self.contribution, "statements") from error
        if not self.returned:
            return quads
        remaining = [quad for quad in quads if statement_line(quad) not in self.returned]
        if len(quads) - len(remaining) != len(self.returned):
            message = f"The decision on contribution {self.contribution} returns a statement that it does not have."
            raise DamagedError(message, hint=RESTORE)
        return remaining


def statement_line(quad: Quad) -> str:
    """A statement as a line of canonical N-Quads, without the end of the line.

    The line identifies the statement in decisions.
    """
    return serialize_canonical([quad]).decode().removesuffix("\n")


def statement_key(quad: Quad) -> str:
    """A short key of a statement among those of its contribution."""
    return hashlib.blake2b(statement_line(quad).encode(), digest_size=6).hexdigest()


def stored_form(statements: Iterable[Quad], identifier: str, addresses: Addresses) -> list[Quad]:
    """The statements in the graph of a contribution; its blank nodes become parts of it, numbered by first occurrence.

    Our graphs hold no blank nodes (docs/decisions/0001). Example, for the contribution `01J`:

        _:report a gcm:SourceDocument          →  contribution/01J#b1 a gcm:SourceDocument
        practice:radio dct:source _:report     →  practice:radio dct:source contribution/01J#b1
    """
    graph = IRI(addresses.graph(f"contribution/{identifier}"))
    part_by_node: dict[BlankNode, IRI] = {}

    def part_or_term(term: Term) -> Term:
        if not isinstance(term, BlankNode):
            return term
        part = f"{_start_of_parts(identifier, addresses)}{len(part_by_node) + 1}"
        return part_by_node.setdefault(term, IRI(part))

    return [
        Quad(part_or_term(quad.subject), quad.predicate, part_or_term(quad.object), graph)  # type: ignore[arg-type]
        for quad in statements
    ]


def sent_form(statements: Iterable[Quad], identifier: str, addresses: Addresses) -> list[Quad]:
    """The statements of a contribution as they were sent: in no graph, with blank nodes.

    The inverse of `stored_form`.
    """
    start = _start_of_parts(identifier, addresses)

    def node_or_term(term: Term) -> Term:
        if not isinstance(term, IRI) or not term.value.startswith(start):
            return term
        number = term.value.removeprefix(start)
        return BlankNode(f"b{number}") if number.isdecimal() else term

    return [
        Quad(node_or_term(quad.subject), quad.predicate, node_or_term(quad.object))  # type: ignore[arg-type]
        for quad in statements
    ]


def _start_of_parts(identifier: str, addresses: Addresses) -> str:
    """The IRI of a part that was a blank node, without its number."""
    return f"{addresses.resource('contribution', identifier)}#b"
