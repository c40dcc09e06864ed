"""Validate RDF files, taken together as one contribution."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.store.port import Store
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import load_rules
from gcmgraph.validation.statements import Statements


def validate_files(
    paths: Iterable[Path], repository: Repository, addresses: Addresses, published: Store | None = None
) -> Report:
    """The report on files taken together, each result with the line that it is about.

    Without a published graph, nothing but the files is known. Raises `RdfSyntaxError`; `DataError` for unusable shapes.
    """
    known = EmbeddedStore.in_memory() if published is None else published
    return validate_contribution(Statements.read(paths), known, load_rules(repository, addresses))
