"""Constraints that shapes cannot express, each with a constraint component of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes.paths import Predicate
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import VIOLATION
from gcmgraph.validation.report import Result

#: Characters of a value that a message contains.
_QUOTED = 80


@dataclass(frozen=True)
class ExtraConstraint:
    """Name, message and hint (in English and French) of a constraint. `{}` in a text is replaced by the value."""

    name: str
    message: tuple[str, str]
    hint: tuple[str, str]
    severity: IRI = VIOLATION

    def result(
        self, addresses: Addresses, focus: Term, property: IRI | None, value: Term | None, **more: Any
    ) -> Result:
        """A result; its component and source shape are `{base}shapes#` with the name."""
        component = IRI(f"{addresses.base}shapes#{self.name}")
        quoted = value.value[:_QUOTED] if isinstance(value, Literal) else ""
        message, hint = (
            Texts.english_french(*(text.replace("{}", quoted) for text in texts)) for texts in (self.message, self.hint)
        )
        return Result(
            focus=focus,
            path=Predicate(property) if property else None,
            value=value,
            component=component,
            severity=self.severity,
            source_shape=component,
            messages=message,
            hints=hint,
            **more,
        )
