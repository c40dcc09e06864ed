"""Check of a link set against its target dataset: missing, renamed, replaced and doubly linked resources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gcmgraph.linking.check_record import Figure
from gcmgraph.linking.sssom.reader import PREDICATES, Link, LinkSet
from gcmgraph.linking.targets.entities import LabelledEntity, namespace
from gcmgraph.text import fold_name

_EXACT = PREDICATES[0]


@dataclass(frozen=True)
class Finding:
    """A problem of the links to one target resource."""

    figure: Figure
    target: str
    #: the problem in a few words
    words: str


@dataclass(frozen=True)
class LinkCheck:
    """The result of a check. `links` is the number of links that were checked."""

    links: int
    findings: tuple[Finding, ...]

    @property
    def figures(self) -> dict[Figure, int]:
        """Number of findings of each kind, and of links."""
        counted = {figure: sum(f.figure is figure for f in self.findings) for figure in Figure}
        return {**counted, Figure.LINKS: self.links}


def check_links(linkset: LinkSet, target: dict[str, LabelledEntity], *, extract: bool = False) -> LinkCheck:
    """Check a link set against the entities of a dataset.

    Only links into namespaces of the dataset are checked, since a file about areas has no goals. Of an extract, only
    links to its entities are. Without any, `links` is 0.
    """
    known = {namespace(iri) for iri in target}
    links = [link for link in linkset.links if namespace(link.object.value) in known]
    if extract:
        links = [link for link in links if link.object.value in target]
    findings = [finding for link in links for finding in _of_target(link, target.get(link.object.value))]
    return LinkCheck(len(links), (*findings, *_of_set(links)))


def check_mappings(linkset: LinkSet, target: dict[str, LabelledEntity], others: Iterable[LinkSet]) -> LinkCheck:
    """Check a link set against the mappings of a dataset, which has the targets of other link sets.

    The dataset maps its resource to others: the UN's area 004 to Wikidata's Q889. If another link set has that area as
    the exact match of a country, the country's link to Wikidata is checked. Links without such a mapping are not
    counted.
    """
    ours: dict[str, set[str]] = defaultdict(set)
    for other in others:
        for link in other.links:
            if link.predicate == _EXACT and link.object.value in target:
                ours[link.subject.value].add(link.object.value)
    checked, findings = 0, []
    for link in linkset.links:
        mapped = {plain_address(same) for iri in ours[link.subject.value] for same in target[iri].same}
        mapped = {one for one in mapped if namespace(one) == namespace(plain_address(link.object.value))}
        checked += bool(mapped)
        if mapped and plain_address(link.object.value) not in mapped:
            words = f"is {', '.join(sorted(mapped))} for {link.subject.value}"
            findings.append(Finding(Figure.CONTRADICTED, link.object.value, words))
    return LinkCheck(checked, tuple(findings))


def plain_address(iri: str) -> str:
    """An address without its scheme, a slash at its end, and the host of pages in place of that of resources."""
    return iri.partition("://")[2].rstrip("/").replace("www.geonames.org/", "sws.geonames.org/")


def _of_target(link: Link, entity: LabelledEntity | None) -> Iterator[Finding]:
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
