"""Validate a dataset in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gcmgraph.model.terms import Quad
from gcmgraph.validation.labels import labels
from gcmgraph.validation.report import Report
from gcmgraph.validation.shapes import Shapes
from gcmgraph.validation.views import Triples


def validate_dataset(quads: Iterable[Quad], shapes: Shapes) -> Report:
    """The report on the union of all graphs of a dataset. Raises `DataError` for unusable shapes."""
    data = Triples((*quads, *shapes.hierarchy))
    return Report.of(
        replace(result, labels=labels(data, result.focus)) for result in shapes.reference.results(data.all)
    )
