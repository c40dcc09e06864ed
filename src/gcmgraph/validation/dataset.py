"""Validation of a whole dataset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from gcmgraph.model.terms import Quad
from gcmgraph.validation.equivalence.gc import collection_paused, collection_resumed
from gcmgraph.validation.equivalence.graph_index import Index
from gcmgraph.validation.report import Report
from gcmgraph.validation.shacl.engine import ShapesEngine
from gcmgraph.validation.suggestions import labels


def validate_dataset(quads: Iterable[Quad], engine: ShapesEngine) -> Report:
    """The report on the union of all graphs of a dataset. Raises `DataError` for unusable shapes."""
    # pySHACL behind them takes half a second to load
    from gcmgraph.validation.equivalence.dataset_validation import partitioned_results  # noqa: PLC0415
    from gcmgraph.validation.equivalence.signatures import signatures_of  # noqa: PLC0415

    with collection_paused():
        graph = Index(chain(quads, engine.shapes.hierarchy))
    signatures = signatures_of(engine)
    found = engine.results(graph.facts()) if signatures is None else partitioned_results(graph, engine, signatures)
    try:
        return Report.of(replace(result, labels=labels(graph, result.focus)) for result in found)
    finally:
        collection_resumed()
