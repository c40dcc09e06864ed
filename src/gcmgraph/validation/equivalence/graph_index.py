"""A whole dataset in memory, by subject, in compact form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.validation.triples import Fact, Subject

#: Number of a property, value, number of the next property, and so on; a triple of two graphs is there twice.
Said = list[Any]


class Index:
    """The union of the graphs of a dataset. Quads of one subject are best given together."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.said: dict[Subject, Said] = {}
        #: properties by number; hashing a number costs a tenth of hashing an IRI
        self.properties: list[IRI] = []
        numbers = self._numbers = dict[IRI, int]()
        before: Subject | None = None
        for quad in quads:
            subject: Subject = quad.subject  # type: ignore[assignment]
            if subject != before:
                add = self.said.setdefault(subject, []).append
                before = subject
            predicate = quad.predicate
            number = numbers.get(predicate)
            if number is None:
                number = numbers[predicate] = len(numbers)
                self.properties.append(predicate)
            add(number)
            add(quad.object)

    def objects(self, subject: Term, predicate: IRI) -> list[Term]:
        """The values of a property of a subject."""
        found = self.said.get(subject, ())  # type: ignore[arg-type]
        number = self._numbers.get(predicate)
        values = [found[i + 1] for i in range(0, len(found), 2) if found[i] == number]
        return values if len(values) < 2 else list(dict.fromkeys(values))

    def subjects(self, predicate: IRI, object: Term) -> Iterator[Subject]:
        """The subjects with a value of a property. Searches the whole dataset."""
        number = self._numbers.get(predicate)
        for subject, found in self.said.items():
            if any(found[i] == number and found[i + 1] == object for i in range(0, len(found), 2)):
                yield subject

    def about(self, subject: Term) -> list[Fact]:
        """The triples of a subject."""
        return list(dict.fromkeys(self._facts(subject, self.said.get(subject, []))))  # type: ignore[arg-type]

    def facts(self) -> Iterator[Fact]:
        """All triples, subject by subject; one of two graphs twice."""
        for subject, found in self.said.items():
            yield from self._facts(subject, found)

    def _facts(self, subject: Subject, found: Said) -> Iterator[Fact]:
        return ((subject, self.properties[found[i]], found[i + 1]) for i in range(0, len(found), 2))
