"""The engine that validates graphs against one shapes graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from gcmgraph.model.terms import Term
from gcmgraph.shapes.definitions import Name
from gcmgraph.validation.report import Result
from gcmgraph.validation.shacl.dependencies import Dependencies, derive
from gcmgraph.validation.shacl.shapes import Shapes
from gcmgraph.validation.triples import Fact

if TYPE_CHECKING:
    from gcmgraph.validation.shacl.pyshacl_validator import PyshaclValidator


class ShapesEngine:
    """Validates graphs against shapes by pySHACL, and derives which triples the shapes read. Threads may share it."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes

    @cached_property
    def dependencies(self) -> Dependencies:
        """The triples that evaluation of each shape reads."""
        return derive(self.shapes.graph)

    @cached_property
    def _validator(self) -> PyshaclValidator:
        # half a second, which a server does not spend at its start
        from gcmgraph.validation.shacl.pyshacl_validator import PyshaclValidator  # noqa: PLC0415

        return PyshaclValidator(self.shapes)

    def results(
        self, triples: Iterable[Fact], focus: Mapping[Name, Iterable[Term]] | None = None
    ) -> tuple[Result, ...]:
        """The results of validating a graph: of all targets, or of the given focus nodes by shape.

        They have no labels. Raises `DataError` for unusable shapes.
        """
        return self._validator.results(triples, focus)
