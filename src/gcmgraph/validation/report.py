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
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.property_paths import Path, Predicate, path_text
from gcmgraph.rdf.shapes import VIOLATION, WARNING
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term
from gcmgraph.translations import Message

#: Results that a report lists unless all are requested; those of a spreadsheet.
LISTED = 1_000
LISTED_OF_SPREADSHEET = 100
#: Characters of a value that a message contains.
_QUOTED = 80

#: Message, hint and severity, if it is not a violation, of the constraints beside SHACL by name.
CONSTRAINTS = tomllib.loads((files("gcmgraph.validation") / "constraints.toml").read_text("utf-8"))


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
    #: location in a file, if the result is about a statement of one
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
        """Sort key: the location if there is one, then level and terms."""
        place = self.place or Place("")
        location = (place.source, place.sheet or "", place.line or 0, place.column or 0)
        path = path_text(self.path) if self.path else ""
        value = str(self.value) if self.value else ""
        terms = (str(self.focus), path, str(self.component), value, str(self.source_shape))
        return location, self.level.value, *terms, self.messages.pairs


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

    def cut_to(self, number: int) -> Report:
        """The report with the first results only."""
        return self if len(self.results) <= number else Report(self.results[:number], self.kinds)

    def count(self, level: Level) -> int:
        """The number of results of a level."""
        return sum(kind.number for kind in self.kinds if kind.level is level)


def _kinds(results: Iterable[Result]) -> tuple[ResultKind, ...]:
    results_by_kind: dict[tuple[Level, IRI, IRI | BlankNode], list[Result]] = {}
    for result in results:
        key = (result.level, result.component, result.source_shape)
        results_by_kind.setdefault(key, []).append(result)
    kinds = []
    for key, results_of_kind in results_by_kind.items():
        messages = results_of_kind[0].messages
        kinds.append(ResultKind(*key, messages, len(results_of_kind)))
    return tuple(sorted(kinds, key=lambda kind: (kind.level.value, -kind.number)))


def extra_result(
    name: str,
    addresses: Addresses,
    focus: Term,
    property: IRI | None,
    value: Term | None,
    *,
    hint: str = "hint",
    words: Mapping[str, object] | Callable[[str], Mapping[str, object]] | None = None,
    **options: Any,
) -> Result:
    """A result of a constraint; its component and source shape are `{base}shapes#` with the name up to a dot.

    `hint` names its hint where it has several. `words` are the values in its texts, in all
    languages or by language; without them, the value is. `options` are further fields of the
    result.
    """
    component = IRI(f"{addresses.base}shapes#{name.partition('.')[0]}")
    row = CONSTRAINTS[name]
    words = words or {"value": value.value[:_QUOTED] if isinstance(value, Literal) else ""}

    def texts(key: str) -> Texts:
        message = Message(row[key])
        pairs = []
        for language in message.tags:
            words_in_language = words(language) if callable(words) else words
            pairs.append((language, message.in_language(language, **words_in_language)))
        return Texts.of(pairs)

    return Result(
        focus=focus,
        path=Predicate(property) if property else None,
        value=value,
        component=component,
        severity=WARNING if row.get("severity") == "warning" else VIOLATION,
        source_shape=component,
        messages=texts("message"),
        hints=texts(hint),
        **options,
    )
