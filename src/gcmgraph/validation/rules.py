"""What a contribution is held against, read once and kept: shapes now, more checks beside them."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.shapes import Shapes, load_shapes


@dataclass(frozen=True)
class Rules:
    """The shapes, and whose addresses they are about."""

    shapes: Shapes
    addresses: Addresses


def load_rules(repository: Repository, addresses: Addresses) -> Rules:
    """The rules of the repository. Raises `DataError` where there are no shapes, `RdfSyntaxError`."""
    return Rules(load_shapes(repository, addresses), addresses)
