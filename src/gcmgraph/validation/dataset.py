"""Validate a dataset in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from gcmgraph.model.terms import Quad
from gcmgraph.validation.equivalence.gc import cycles_left, searched_again
from gcmgraph.validation.equivalence.graph_index import Index
from gcmgraph.validation.labels import labels
from gcmgraph.validation.report import Report
from gcmgraph.validation.shacl.shapes import Shapes


def validate_dataset(quads: Iterable[Quad], shapes: Shapes) -> Report:
    """The report on the union of all graphs of a dataset. Raises `DataError` for unusable shapes."""
    from gcmgraph.validation.equivalence import dataset_validation as alike  # noqa: PLC0415 - pyshacl behind it takes half a second to load

    with cycles_left():
        graph = Index(chain(quads, shapes.hierarchy))
    likeness = shapes.likeness
    found = shapes.reference.results(graph.facts()) if likeness is None else alike.results(graph, shapes, likeness)
    try:
        return Report.of(replace(result, labels=labels(graph, result.focus)) for result in found)
    finally:
        searched_again()
