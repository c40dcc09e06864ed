"""Validation reports (https://www.w3.org/TR/shacl/#validation-report) as values, and constraints beside SHACL."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from importlib.resources import files
from typing import Any

from gcmgraph.platform.errors import Place
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.shapes import VIOLATION, WARNING, Path, Predicate, Texts, path_text
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term
from gcmgraph.translations import Message


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
        terms = (str(self.focus), path, str(self.component), value, str(self.source_shape))
        return place, self.level.value, *terms, self.messages.pairs


#: Results that a report lists unless all are requested.
LISTED = 1_000


@dataclass(frozen=True)
class ResultKind:
    """A kind of results: those of one constraint, at one level."""

    level: Level
    component: IRI
    source_shape: IRI | BlankNode
    #: the message of the first one
    messages: Texts
    number: int


@dataclass(frozen=True)
class Report:
    """Results in a fixed order: all, or the first ones with counts of all."""

    results: tuple[Result, ...]
    #: kinds of all results, where `results` are only the first ones
    counted: tuple[ResultKind, ...] | None = None

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

    @cached_property
    def kinds(self) -> tuple[ResultKind, ...]:
        """The kinds of all results, by level, the most frequent first."""
        return _kinds(self.results) if self.counted is None else self.counted

    @property
    def total(self) -> int:
        """The number of all results."""
        return sum(kind.number for kind in self.kinds)

    @property
    def cut(self) -> bool:
        """Whether some results are not listed."""
        return self.total > len(self.results)

    def first(self, number: int = LISTED) -> Report:
        """The report with the first results only."""
        return self if len(self.results) <= number else Report(self.results[:number], self.kinds)

    def count(self, level: Level) -> int:
        """The number of results of a level."""
        return sum(kind.number for kind in self.kinds if kind.level is level)


def _kinds(results: Iterable[Result]) -> tuple[ResultKind, ...]:
    equal: dict[tuple[Level, IRI, IRI | BlankNode], list[Result]] = {}
    for result in results:
        equal.setdefault((result.level, result.component, result.source_shape), []).append(result)
    found = [ResultKind(*key, same[0].messages, len(same)) for key, same in equal.items()]
    return tuple(sorted(found, key=lambda kind: (kind.level.value, -kind.number)))


#: Characters of a value that a message contains.
_QUOTED = 80

#: Message, hint and severity, if it is not a violation, of the constraints beside SHACL by name.
CONSTRAINTS = tomllib.loads((files("gcmgraph.validation") / "constraints.toml").read_text("utf-8"))


def extra_result(
    name: str,
    addresses: Addresses,
    focus: Term,
    property: IRI | None,
    value: Term | None,
    *,
    hint: str = "hint",
    words: Mapping[str, object] | Callable[[str], Mapping[str, object]] | None = None,
    **more: Any,
) -> Result:
    """A result of a constraint; its component and source shape are `{base}shapes#` with the name up to a dot.

    `hint` names its hint where it has several. `words` are the values in its texts, in all
    languages or by language; without them, the value is.
    """
    component, row = IRI(f"{addresses.base}shapes#{name.partition('.')[0]}"), CONSTRAINTS[name]
    words = words or {"value": value.value[:_QUOTED] if isinstance(value, Literal) else ""}

    def texts(name: str) -> Texts:
        message = Message(row[name])
        return Texts.of(
            (tag, message.in_language(tag, **(words(tag) if callable(words) else words)))
            for tag in message.tags
        )

    return Result(
        focus=focus,
        path=Predicate(property) if property else None,
        value=value,
        component=component,
        severity=WARNING if row.get("severity") == "warning" else VIOLATION,
        source_shape=component,
        messages=texts("message"),
        hints=texts(hint),
        **more,
    )
