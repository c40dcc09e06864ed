"""Records of a list file: the names of a resource, and literals, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.publication.naming.labels import Label, choose


@dataclass(frozen=True)
class Named:
    """What a thing is called: the texts of the property that names it best (a CURIE), and its code."""

    naming: str | None = None
    texts: tuple[Literal, ...] = ()
    notation: str | None = None

    def __bool__(self) -> bool:
        """Whether there is a name or a code."""
        return self.naming is not None or self.notation is not None

    def label(self, language: str) -> Label | None:
        """The name, else the code; None where there is neither."""
        if (found := choose(self.texts, language)) is not None:
            return Label(found.value, found.language)
        return Label(self.notation) if self.notation else None

    def to_json(self) -> str:
        """As it is kept in a list file."""
        texts = [literal_parts(text) for text in self.texts]
        return json.dumps([self.naming, texts, self.notation], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, written: str) -> Named:
        """What `to_json` wrote."""
        naming, texts, notation = json.loads(written)
        return cls(naming, tuple(literal_of(*text) for text in texts), notation)


def literal_parts(literal: Literal) -> tuple[str, str | None, str | None]:
    """A literal as JSON can hold it: its text, and its language or its datatype."""
    return literal.value, literal.language, None if literal.language else literal.datatype.value


def literal_of(value: str, language: str | None, datatype: str | None) -> Literal:
    """The literal of its parts."""
    if language is not None:
        return Literal(value, language=language)
    return Literal(value, datatype=IRI(datatype)) if datatype is not None else Literal(value)
