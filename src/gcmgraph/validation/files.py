"""Validate RDF files, taken together as one contribution."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.port import Store
from gcmgraph.validation.checks.rules import Rules
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.large import LARGE, validate_large
from gcmgraph.validation.locations.statements import Statements
from gcmgraph.validation.report import Report


def validate_files(paths: Iterable[Path], rules: Rules, published: Store | None = None) -> Report:
    """The report on files taken together, each result with the line that it is about.

    More than `LARGE` bytes are validated as a dataset: by SHACL alone, and with whatever is wrong about their
    subjects, also where it was published so before. Without a published graph, nothing but the files is known.
    Raises `RdfSyntaxError`; `DataError` for unusable shapes.
    """
    known = EmbeddedStore.in_memory() if published is None else published
    paths = list(paths)
    if sum(path.stat().st_size for path in paths if path.is_file()) > LARGE:
        return validate_large(paths, rules.shapes, known)
    return validate_contribution(Statements.read(paths), known, rules)
