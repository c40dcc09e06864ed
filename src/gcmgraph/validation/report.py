"""What validation found, as values (https://www.w3.org/TR/shacl/#validation-report)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from gcmgraph.errors import Place
from gcmgraph.model.terms import IRI, BlankNode, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.validation.paths import Path, path_text

SH = PREFIXES["sh"]

_FRENCH = re.compile(r"fr(?![a-z])", re.IGNORECASE)


class Level(Enum):
    """How much a result weighs. A severity that SHACL does not define weighs as much as `sh:Info`."""

    VIOLATION = 0
    WARNING = 1
    INFO = 2


_LEVELS = {IRI(f"{SH}Violation"): Level.VIOLATION, IRI(f"{SH}Warning"): Level.WARNING}


def report_language(tag: str) -> str:
    """`fr` for French of any country, by a language tag or the name of a locale; for all else `en`."""
    return "fr" if _FRENCH.match(tag) else "en"


@dataclass(frozen=True)
class Texts:
    """One text in several languages: pairs of language tag (empty where there is none) and text, sorted."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Texts:
        """The texts of such pairs, in any order."""
        return cls(tuple(sorted(set(pairs))))

    def best(self, language: str) -> str | None:
        """The text in this language, else in English, else without a tag, else any; None if there is none."""
        first = {tag.lower(): text for tag, text in reversed(self.pairs)}
        for tag in (language, "en", ""):
            if tag in first:
                return first[tag]
        return self.pairs[0][1] if self.pairs else None


@dataclass(frozen=True)
class Nearest:
    """A right value that comes near to a wrong one, and what it is called."""

    term: IRI
    labels: Texts = Texts()


@dataclass(frozen=True)
class Result:
    """One thing that is not as a shape wants it."""

    focus: Term
    path: Path | None
    value: Term | None
    #: the constraint component, such as `sh:MinCountConstraintComponent`
    component: IRI
    severity: IRI
    source_shape: IRI | BlankNode
    #: what is wrong (`sh:message`)
    messages: Texts
    #: how to mend it (`sh:description` of the shape)
    hints: Texts = Texts()
    #: what the property is called (`sh:name` of the shape)
    names: Texts = Texts()
    #: what the focus node is called
    labels: Texts = Texts()
    #: what the published graph says instead, as text
    expected: Texts = Texts()
    #: the nearest right value
    nearest: Nearest | None = None
    #: where it stands, when it came from a file
    place: Place | None = None

    @property
    def level(self) -> Level:
        """How much this result weighs."""
        return _LEVELS.get(self.severity, Level.INFO)

    @property
    def page(self) -> str | None:
        """The address of what explains the shape; None where it has none."""
        return self.source_shape.value if isinstance(self.source_shape, IRI) else None

    @property
    def order(self) -> tuple[object, ...]:
        """What to sort results by: the place where there is one, then the weight, then the terms."""
        place = (self.place.source, self.place.line or 0, self.place.column or 0) if self.place else ("", 0, 0)
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
    """All results, in a fixed order."""

    results: tuple[Result, ...]

    @classmethod
    def of(cls, results: Iterable[Result]) -> Report:
        """A report of these results, sorted by `Result.order`."""
        return cls(tuple(sorted(results, key=lambda result: result.order)))

    @property
    def conforms(self) -> bool:
        """Whether nothing blocks: there is no violation. Warnings and notes do not block."""
        return not self.count(Level.VIOLATION)

    @property
    def shacl_conforms(self) -> bool:
        """Whether there is no result at all, as the standard's `sh:conforms` wants it."""
        return not self.results

    def count(self, level: Level) -> int:
        """How many results weigh this much."""
        return sum(result.level is level for result in self.results)
