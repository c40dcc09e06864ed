"""Constraints that shapes cannot express, each with a constraint component of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes.paths import Predicate
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import VIOLATION
from gcmgraph.translations.messages import Message
from gcmgraph.validation.report import Result

#: Characters of a value that a message contains.
_QUOTED = 80


@dataclass(frozen=True)
class ExtraConstraint:
    """Name, message and hint of a constraint. `{value}` in a text is replaced by the value."""

    name: str
    message: Message
    hint: Message
    severity: IRI = VIOLATION

    def result(
        self,
        addresses: Addresses,
        focus: Term,
        property: IRI | None,
        value: Term | None,
        *,
        hint: Message | None = None,
        words: Mapping[str, object] | None = None,
        **more: Any,
    ) -> Result:
        """A result; its component and source shape are `{base}shapes#` with the name.

        `hint` replaces the hint of the constraint, and `words` the value in its texts.
        """
        component = IRI(f"{addresses.base}shapes#{self.name}")
        words = words or {"value": value.value[:_QUOTED] if isinstance(value, Literal) else ""}
        return Result(
            focus=focus,
            path=Predicate(property) if property else None,
            value=value,
            component=component,
            severity=self.severity,
            source_shape=component,
            messages=Texts.of_message(self.message, **words),
            hints=Texts.of_message(hint or self.hint, **words),
            **more,
        )
