"""Parts of `make bench`, in this order.

- `load`: from N-Quads to a store on disk · `start`: server and command line · `sparql`: the mix, on every server
- `validation`: whole graphs · `one_practice`: one new practice · `documents`: a practice as Turtle and as a page
- `first_view`: named queries without a cached answer · `reconciliation`: names of countries

Each has `measure`, which returns the record of the JSON, and `figures`, which reads the figures of the goals from it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bench.material import Material
from bench.parts import documents, first_view, load, one_practice, reconciliation, sparql, start, validation
from bench.summary import Figure


@dataclass(frozen=True)
class Part:
    """One part: its measurement, and the figures of its record."""

    measure: Callable[[Material, argparse.Namespace], dict[str, Any]]
    figures: Callable[[dict[str, Any]], Iterable[Figure]]


PARTS = {
    "load": Part(load.measure, load.figures),
    "start": Part(start.measure, start.figures),
    "sparql": Part(sparql.measure, sparql.figures),
    "validation": Part(validation.measure, validation.figures),
    "one-practice": Part(one_practice.measure, one_practice.figures),
    "documents": Part(documents.measure, documents.figures),
    "first-view": Part(first_view.measure, first_view.figures),
    "reconciliation": Part(reconciliation.measure, reconciliation.figures),
}
