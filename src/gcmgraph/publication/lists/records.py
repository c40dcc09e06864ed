"""Records of a list file: the names of a resource, and literals, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.publication.naming.labels import Label, choose, distinguished


@dataclass(frozen=True)
class ResourceNames:
    """Names of a resource: its preferred naming property (a CURIE) with the texts, and its code.

    `objective` is the number of the objective of a practice that has its title in common with another.
    """

    naming: str | None = None
    texts: tuple[Literal, ...] = ()
    notation: str | None = None
    objective: str | None = None

    def __bool__(self) -> bool:
        """Whether there is a name or a code."""
        return self.naming is not None or self.notation is not None

    def label(self, language: str) -> Label | None:
        """The name in a language or the next best, else the code, else None."""
        if (found := choose(self.texts, language)) is not None:
            return distinguished(found, self.objective) if self.objective else Label(found.value, found.language)
        return Label(self.notation) if self.notation else None

    def to_json(self) -> str:
        """Serialize for the list file."""
        texts = [literal_parts(text) for text in self.texts]
        return json.dumps(
            [self.naming, texts, self.notation, self.objective], ensure_ascii=False, separators=(",", ":")
        )

    @classmethod
    def from_json(cls, written: str) -> ResourceNames:
        """Parse the result of `to_json`."""
        naming, texts, notation, *objective = json.loads(written)
        return cls(naming, tuple(literal_of(*text) for text in texts), notation, *objective)


def literal_parts(literal: Literal) -> tuple[str, str | None, str | None]:
    """The parts of a literal for JSON: text, and language or datatype."""
    return literal.value, literal.language, None if literal.language else literal.datatype.value


def literal_of(value: str, language: str | None, datatype: str | None) -> Literal:
    """The literal of the result of `literal_parts`."""
    if language is not None:
        return Literal(value, language=language)
    return Literal(value, datatype=IRI(datatype)) if datatype is not None else Literal(value)
