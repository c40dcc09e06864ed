"""Hold a link set against the dataset that it links to: what has gone, was renamed, replaced, or is linked twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.linking.check_record import Figure
from gcmgraph.linking.sssom.reader import PREDICATES, Link, LinkSet
from gcmgraph.linking.targets.entities import Entity
from gcmgraph.text.folding import fold_name

_EXACT = PREDICATES[0]


@dataclass(frozen=True)
class Finding:
    """Something wrong with the links to one target."""

    figure: Figure
    target: str
    #: what is wrong, in a few words
    words: str


@dataclass(frozen=True)
class Check:
    """What came of a check. `links` is how many were held against the dataset."""

    links: int
    findings: tuple[Finding, ...]

    @property
    def figures(self) -> dict[Figure, int]:
        """How much was found of each."""
        counted = {figure: sum(f.figure is figure for f in self.findings) for figure in Figure}
        return {**counted, Figure.LINKS: self.links}


def check_links(linkset: LinkSet, target: dict[str, Entity]) -> Check:
    """Check a link set against the things of a dataset.

    Only links into a namespace of which the dataset has something are held against it: a file about areas says
    nothing about goals. `links` is 0 where there are none; then nothing was checked.
    """
    known = {_namespace(iri) for iri in target}
    links = [link for link in linkset.links if _namespace(link.object.value) in known]
    findings = [finding for link in links for finding in _of_target(link, target.get(link.object.value))]
    return Check(len(links), (*findings, *_of_set(links)))


def _of_target(link: Link, entity: Entity | None) -> Iterator[Finding]:
    address = link.object.value
    if entity is None or not (entity.names or entity.codes or entity.types):
        yield Finding(Figure.VANISHED, address, "is not in the dataset")
        return
    if entity.replaced_by:
        yield Finding(Figure.DEPRECATED, address, f"is replaced by {entity.replaced_by}")
    elif entity.deprecated:
        yield Finding(Figure.DEPRECATED, address, "is deprecated")
    names = {fold_name(text) for text, _, _ in entity.names}
    if link.object_label and names and fold_name(link.object_label) not in names:
        yield Finding(Figure.RELABELLED, address, f"was '{link.object_label}', is '{entity.label}'")


def _of_set(links: list[Link]) -> Iterator[Finding]:
    ways: dict[tuple[str, str], set[str]] = defaultdict(set)
    exact: dict[str, set[str]] = defaultdict(set)
    for link in links:
        ways[link.subject.value, link.object.value].add(link.predicate.value)
        if link.predicate == _EXACT:
            exact[link.object.value].add(link.subject.value)
    for (subject, address), predicates in sorted(ways.items()):
        if len(predicates) > 1:
            yield Finding(Figure.DUPLICATES, address, f"is linked in {len(predicates)} ways with {subject}")
    for address, subjects in sorted(exact.items()):
        if len(subjects) > 1:
            yield Finding(Figure.MANY_TO_ONE, address, f"is the exact match of {', '.join(sorted(subjects))}")


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
