"""Statements of files that a contributor sent: their values, and the properties that a corrected file changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gcmgraph.contributions.stored_statements import statement_line
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.terms import IRI, Quad, Term, Triple

_RDF_SUBJECT = f"{PREFIXES['rdf']}subject"

#: Subject or object of a statement.
Node = Term | Triple

#: The values of a statement: its object, or for a part the values of the part, in order.
Values = tuple[Node, ...]


@dataclass(frozen=True)
class ValuedStatement:
    """A statement, and its object or the values of the part that is its object."""

    quad: Quad
    values: list[Node]


#: Statements by line; None for one about a part, whose values are with its whole.
StatementsByLine = dict[str, ValuedStatement | None]


@dataclass(frozen=True)
class PropertyChange:
    """A property of a resource whose values differ between two files."""

    subject: Node
    predicate: IRI
    removed: list[Values]
    added: list[Values]


def statements_by_line(quads: Sequence[Quad]) -> StatementsByLine:
    """Statements by line, each with its values.

    Example. A practice has a grant, a part of it with an amount and a currency; the types of parts are no values.

        practice:a  title       "Legal aid"       values "Legal aid"
        practice:a  grant       practice:a#g      values 5000, "EUR"
        practice:a#g  amount    5000              None
        practice:a#g  currency  "EUR"             None
    """
    quads_of_parts: dict[Node, list[Quad]] = {
        quad.object: []
        for quad in quads
        if isinstance(quad.object, IRI) and "#" in quad.object.value
    }
    for quad in quads:
        if quad.subject in quads_of_parts:
            quads_of_parts[quad.subject].append(quad)
    described_parts = {part for part, about_part in quads_of_parts.items() if about_part}

    def values_of(node: Node) -> list[Node]:
        about_part = quads_of_parts.pop(node, [])  # each once, also where parts name each other
        values: list[Node] = []
        for quad in about_part:
            if not quad.predicate.value.endswith("#type"):
                values += values_of(quad.object)
        return values or [node]

    statements: StatementsByLine = {}
    for quad in quads:
        statement = None
        if quad.subject not in described_parts:
            statement = ValuedStatement(quad, values_of(quad.object))
        statements[statement_line(quad)] = statement
    return statements


def property_changes(before: StatementsByLine, after: StatementsByLine) -> list[PropertyChange]:
    """The properties whose values differ between two files, where parts count as their values."""
    old_values = _values_by_property(before.values())
    new_values = _values_by_property(after.values())
    changes = []
    for subject, predicate in old_values | new_values:
        old = old_values.get((subject, predicate), set())
        new = new_values.get((subject, predicate), set())
        if old != new:
            removed = sorted(old - new, key=str)
            added = sorted(new - old, key=str)
            changes.append(PropertyChange(subject, predicate, removed, added))
    return changes


def _values_by_property(
    statements: Iterable[ValuedStatement | None],
) -> dict[tuple[Node, IRI], set[Values]]:
    """The values of the statements of a file by subject and predicate.

    A judgement has no address of its own: its statements are about the subject that it names.
    """
    about_wholes = [statement for statement in statements if statement is not None]
    judged_subjects = {
        statement.quad.subject: statement.quad.object
        for statement in about_wholes
        if statement.quad.predicate.value == _RDF_SUBJECT
    }
    values: dict[tuple[Node, IRI], set[Values]] = {}
    for statement in about_wholes:
        subject = statement.quad.subject
        predicate = statement.quad.predicate
        if subject in judged_subjects and predicate.value.startswith(PREFIXES["rdf"]):
            continue
        key = (judged_subjects.get(subject, subject), predicate)
        values.setdefault(key, set()).add(tuple(sorted(statement.values, key=str)))
    return values
