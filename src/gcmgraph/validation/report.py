"""Validation reports (https://www.w3.org/TR/shacl/#validation-report) as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from gcmgraph.errors import Place
from gcmgraph.model.terms import IRI, BlankNode, Term
from gcmgraph.shapes.paths import Path, path_text
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import VIOLATION, WARNING


class Level(Enum):
    """Severity of a result. One that SHACL does not define counts as `sh:Info`."""

    VIOLATION = 0
    WARNING = 1
    INFO = 2


_LEVELS = {VIOLATION: Level.VIOLATION, WARNING: Level.WARNING}


@dataclass(frozen=True)
class Nearest:
    """The valid value most similar to an invalid one, and its labels."""

    term: IRI
    labels: Texts = Texts()


@dataclass(frozen=True)
class Result:
    """A validation result: one constraint that is not met."""

    focus: Term
    path: Path | None
    value: Term | None
    #: the constraint component, such as `sh:MinCountConstraintComponent`
    component: IRI
    severity: IRI
    source_shape: IRI | BlankNode
    #: `sh:message`
    messages: Texts
    #: how to correct it (`sh:description` of the shape)
    hints: Texts = Texts()
    #: names of the property (`sh:name` of the shape)
    names: Texts = Texts()
    #: labels of the focus node
    labels: Texts = Texts()
    #: values in the published graph, as text
    expected: Texts = Texts()
    #: the most similar valid value
    nearest: Nearest | None = None
    #: its place in a file, if it is from one
    place: Place | None = None

    @property
    def level(self) -> Level:
        """The level of the severity."""
        return _LEVELS.get(self.severity, Level.INFO)

    @property
    def page(self) -> str | None:
        """The address of the page about the shape; None if it has none."""
        return self.source_shape.value if isinstance(self.source_shape, IRI) else None

    @property
    def order(self) -> tuple[object, ...]:
        """Sort key: the place if there is one, then level and terms."""
        at = self.place or Place("")
        place = (at.source, at.sheet or "", at.line or 0, at.column or 0)
        path = path_text(self.path) if self.path else ""
        value = str(self.value) if self.value else ""
        return (
            place,
            self.level.value,
            str(self.focus),
            path,
            str(self.component),
            value,
            str(self.source_shape),
            self.messages.pairs,
        )


@dataclass(frozen=True)
class Report:
    """All results in a fixed order."""

    results: tuple[Result, ...]

    @classmethod
    def of(cls, results: Iterable[Result]) -> Report:
        """A report of these results, sorted by `Result.order`."""
        return cls(tuple(sorted(results, key=lambda result: result.order)))

    @property
    def conforms(self) -> bool:
        """Whether there is no violation. Warnings and notes do not count."""
        return not self.count(Level.VIOLATION)

    @property
    def shacl_conforms(self) -> bool:
        """Whether there is no result, as `sh:conforms` of the standard requires."""
        return not self.results

    def count(self, level: Level) -> int:
        """The number of results of a level."""
        return sum(result.level is level for result in self.results)
