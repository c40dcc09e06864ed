"""A whole dataset in memory, subject by subject, as small as it can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.validation.facts import Fact, Subject

#: Properties and values of one subject in turn; a triple of two graphs stands there twice.
Said = list[Term]


class Index:
    """The union of the graphs of a dataset, found by subject."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.said: dict[Subject, Said] = {}
        said, get = self.said, self.said.get
        known: dict[IRI, IRI] = {}
        for quad in quads:
            subject, predicate, value, _ = quad
            predicate = known.setdefault(predicate, predicate)
            found = get(subject)
            if found is None:
                said[subject] = [predicate, value]
            else:
                found.append(predicate)
                found.append(value)

    def objects(self, subject: Term, predicate: IRI) -> list[Term]:
        """What a subject has for a property."""
        found = self.said.get(subject, ())  # type: ignore[arg-type]
        return list(dict.fromkeys(found[i + 1] for i in range(0, len(found), 2) if found[i] == predicate))

    def subjects(self, predicate: IRI, object: Term) -> Iterator[Subject]:
        """What has an object for a property. Goes through all of the dataset."""
        for subject, found in self.said.items():
            if any(found[i] == predicate and found[i + 1] == object for i in range(0, len(found), 2)):
                yield subject

    def about(self, subject: Term) -> list[Fact]:
        """All that is said of a subject."""
        found = self.said.get(subject, ())  # type: ignore[arg-type]
        return list(dict.fromkeys((subject, found[i], found[i + 1]) for i in range(0, len(found), 2)))  # type: ignore[misc]

    def facts(self) -> Iterator[Fact]:
        """Every triple, subject by subject; one of two graphs twice."""
        for subject, found in self.said.items():
            for i in range(0, len(found), 2):
                yield (subject, found[i], found[i + 1])  # type: ignore[misc]
