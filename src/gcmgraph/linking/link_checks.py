"""Checks of link sets against their target datasets, and the record of the last checks.

A check finds missing, renamed, replaced and doubly linked resources. The record is a table
(`data/linksets/checks.csv`), and quads with its counts as measurements in the Data Quality
Vocabulary (https://www.w3.org/TR/vocab-dqv/).
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gcmgraph.linking.entities import LabelledEntity, namespace
from gcmgraph.linking.sssom import Link, LinkSet
from gcmgraph.platform.text import fold_name
from gcmgraph.rdf.media import write_whole
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, Literal, Quad, typed
from gcmgraph.repository.table_rows import Cells, read_rows

_EXACT_MATCH = IRI(f"{PREFIXES['skos']}exactMatch")

#: Host of the pages of GeoNames, and host of its resources.
_PAGES_OF_GEONAMES = "www.geonames.org/"
_RESOURCES_OF_GEONAMES = "sws.geonames.org/"


class Figure(Enum):
    """A count of a check, each a concept of `data/reference/link-metrics.csv`."""

    LINKS = "links"
    VANISHED = "vanished"
    RELABELLED = "relabelled"
    DEPRECATED = "deprecated"
    DUPLICATES = "duplicates"
    MANY_TO_ONE = "many-to-one"
    CONTRADICTED = "contradicted"


COLUMNS = ("linkset", "against", "sha256", "date", *(figure.value for figure in Figure))


@dataclass(frozen=True)
class CheckRecord:
    """The check of a link set: target (file name or address of an endpoint), date, counts."""

    linkset: str
    against: str
    #: of the file; empty for an endpoint
    sha256: str
    date: str
    figures: dict[Figure, int]

    def quads(self, addresses: Addresses) -> Iterator[Quad]:
        """The check as an activity, and each count as a measurement of the link set, in graph/provenance."""
        templates = Templates("linking/provenance.trig", addresses)
        linkset = IRI(addresses.graph(f"linkset/{self.linkset}"))
        yield from templates.fill_in(
            "provenance",
            "check",
            linkset=linkset,
            target=Literal(self.against),
            date=typed(self.date, "date"),
            sha256=typed(self.sha256, "hexBinary") if self.sha256 else None,
            checksum=IRI(f"{linkset.value}#check-checksum") if self.sha256 else None,
        )
        for figure, value in self.figures.items():
            yield from templates.fill_in(
                "provenance",
                "measurement",
                linkset=linkset,
                measurement=IRI(f"{linkset.value}#check-{figure.value}"),
                metric=f"concept:link-metric/{figure.value}",
                value=typed(str(value), "integer"),
            )


def read_checks(path: Path, addresses: Addresses) -> list[CheckRecord]:
    """Read the checks of a table; none without a file. Raises `DataError` with file and line."""
    if not path.is_file():
        return []
    return [_record(cells) for _, cells in read_rows(path, addresses)]


def write_checks(path: Path, records: list[CheckRecord]) -> None:
    """Write the table, ordered by link set. Raises `RdfSyntaxError` if it cannot be written."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in sorted(records, key=lambda record: record.linkset):
        figures = [record.figures.get(figure, 0) for figure in Figure]
        writer.writerow([record.linkset, record.against, record.sha256, record.date, *figures])
    write_whole(path, table.getvalue().encode())


def _record(cells: Cells) -> CheckRecord:
    return CheckRecord(
        linkset=cells["linkset"] or "",
        against=cells["against"] or "",
        sha256=cells["sha256"] or "",
        date=cells["date"] or "",
        figures={figure: int(cells[figure.value] or "") for figure in Figure},
    )


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
        counts = Counter(finding.figure for finding in self.findings)
        return {figure: counts[figure] for figure in Figure} | {Figure.LINKS: self.links}


def check_links(
    linkset: LinkSet, entities: Mapping[str, LabelledEntity], *, extract: bool = False
) -> LinkCheck:
    """Check a link set against the entities of a dataset, by address.

    Only links into namespaces of the dataset are checked, since a file about areas has no goals. Of
    an extract, only links to its entities are. Without any, `links` is 0.
    """
    namespaces = {namespace(iri) for iri in entities}
    links = [link for link in linkset.links if namespace(link.object.value) in namespaces]
    if extract:
        links = [link for link in links if link.object.value in entities]
    findings = list[Finding]()
    for link in links:
        findings += _target_findings(link, entities.get(link.object.value))
    findings += _duplicates(links)
    findings += _shared_matches(links)
    return LinkCheck(len(links), tuple(findings))


def check_mappings(
    linkset: LinkSet, entities: Mapping[str, LabelledEntity], other_sets: Iterable[LinkSet]
) -> LinkCheck:
    """Check a link set against the mappings of a dataset, which has the targets of other link sets.

    The dataset maps its resource to others: the UN's area 004 to Wikidata's Q889. If another link
    set has that area as the exact match of a country, the country's link to Wikidata is checked.
    Links without such a mapping are not counted.
    """
    exact_matches = _exact_matches(entities, other_sets)
    checked_links = 0
    findings = []
    for link in linkset.links:
        target = plain_address(link.object.value)
        mapped_addresses = set()
        for iri in exact_matches.get(link.subject.value, ()):
            for same_resource in map(plain_address, entities[iri].same):
                if namespace(same_resource) == namespace(target):
                    mapped_addresses.add(same_resource)
        if not mapped_addresses:
            continue
        checked_links += 1
        if target not in mapped_addresses:
            words = f"is {', '.join(sorted(mapped_addresses))} for {link.subject.value}"
            findings.append(Finding(Figure.CONTRADICTED, link.object.value, words))
    return LinkCheck(checked_links, tuple(findings))


def _exact_matches(
    entities: Mapping[str, LabelledEntity], linksets: Iterable[LinkSet]
) -> dict[str, set[str]]:
    """The entities that are exact matches of a resource of the graph in link sets, by its IRI."""
    matches: dict[str, set[str]] = defaultdict(set)
    for linkset in linksets:
        for link in linkset.links:
            if link.predicate == _EXACT_MATCH and link.object.value in entities:
                matches[link.subject.value].add(link.object.value)
    return matches


def plain_address(iri: str) -> str:
    """An address without its scheme, a slash at its end, and the host of pages in place of that of resources.

    >>> plain_address("https://www.geonames.org/1149361/")
    'sws.geonames.org/1149361'
    """
    address = iri.partition("://")[2].rstrip("/")
    return address.replace(_PAGES_OF_GEONAMES, _RESOURCES_OF_GEONAMES)


def _target_findings(link: Link, entity: LabelledEntity | None) -> Iterator[Finding]:
    """Faults of the target of a link."""
    address = link.object.value
    if entity is None or not (entity.names or entity.codes or entity.types):
        yield Finding(Figure.VANISHED, address, "is not in the dataset")
        return
    if entity.replaced_by:
        yield Finding(Figure.DEPRECATED, address, f"is replaced by {entity.replaced_by}")
    elif entity.deprecated:
        yield Finding(Figure.DEPRECATED, address, "is deprecated")
    names = {fold_name(name.text) for name in entity.names}
    if link.object_label and names and fold_name(link.object_label) not in names:
        yield Finding(Figure.RELABELLED, address, f"was '{link.object_label}', is '{entity.label}'")


def _duplicates(links: Iterable[Link]) -> Iterator[Finding]:
    """The pairs of resources that several links connect."""
    predicates_of_pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in links:
        predicates_of_pairs[link.subject.value, link.object.value].add(link.predicate.value)
    for (subject, address), predicates in sorted(predicates_of_pairs.items()):
        if len(predicates) > 1:
            words = f"is linked in {len(predicates)} ways with {subject}"
            yield Finding(Figure.DUPLICATES, address, words)


def _shared_matches(links: Iterable[Link]) -> Iterator[Finding]:
    """The targets that are exact matches of several resources."""
    subjects_of_targets: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.predicate == _EXACT_MATCH:
            subjects_of_targets[link.object.value].add(link.subject.value)
    for address, subjects in sorted(subjects_of_targets.items()):
        if len(subjects) > 1:
            words = f"is the exact match of {', '.join(sorted(subjects))}"
            yield Finding(Figure.MANY_TO_ONE, address, words)
