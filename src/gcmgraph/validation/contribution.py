"""The one way to validate what someone contributes: its own statements, and what they change in the published graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import PREFIXES
from gcmgraph.store.port import Store
from gcmgraph.validation.engine import validate_dataset
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.statements import Statements

_TYPE = IRI(PREFIXES["rdf"] + "type")


def validate_contribution(added: Statements, published: Store, rules: Rules, *, removed: Iterable[Quad] = ()) -> Report:
    """The report on what is new when `added` joins the published graph and `removed` leaves it.

    Each result has the place of the statement that it is about, where `added` knows one.
    Raises `DataError` for unusable shapes.
    """
    gone = set(removed)
    known = (quad for quad in _known(added, published) if quad not in gone)
    report = validate_dataset((*added, *known), rules.shapes)
    subjects = {*added.subjects, *(quad.subject for quad in gone)}
    return Report.of(
        replace(result, place=added.place(result)) for result in report.results if result.focus in subjects
    )


def _known(added: Statements, published: Store) -> Iterator[Quad]:
    """What the published graph says about the subjects, and the types of all that is named then."""
    named: set[object] = {quad.object for quad in added}
    for subject in added.subjects:
        if isinstance(subject, IRI):
            for quad in published.quads(subject=subject):
                named.add(quad.object)
                yield quad
    for thing in named:
        if isinstance(thing, IRI):
            yield from published.quads(subject=thing, predicate=_TYPE)
