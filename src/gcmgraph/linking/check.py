"""Check of a link set against its target dataset, and the record of the last check of each link set.

Missing, renamed, replaced and doubly linked resources are found. The record is a table (`data/linksets/checks.csv`),
and quads with its counts as measurements in the Data Quality Vocabulary (https://www.w3.org/TR/vocab-dqv/).
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gcmgraph.linking.sssom import PREDICATES, Link, LinkSet
from gcmgraph.linking.targets import LabelledEntity, namespace
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary, in_graph, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import write_whole
from gcmgraph.repository.tables import Cells, read_rows
from gcmgraph.text import fold_name


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
        v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
        linkset = IRI(addresses.graph(f"linkset/{self.linkset}"))
        check, against, checksum = (IRI(f"{linkset.value}#check{part}") for part in ("", "-against", "-checksum"))
        triples = [
            *v.about(
                check,
                ("rdf:type", "prov:Activity"),
                ("prov:used", [linkset, against]),
                ("dct:date", typed(self.date, "date")),
            ),
            *v.about(
                against,
                ("rdf:type", "prov:Entity"),
                ("dct:identifier", Literal(self.against)),
                ("spdx:checksum", checksum if self.sha256 else None),
            ),
        ]
        if self.sha256:
            triples += v.sha256(checksum, self.sha256)
        for figure, value in self.figures.items():
            triples += v.about(
                IRI(f"{check.value}-{figure.value}"),
                ("rdf:type", "dqv:QualityMeasurement"),
                ("dqv:computedOn", linkset),
                ("dqv:isMeasurementOf", f"concept:link-metric/{figure.value}"),
                ("dqv:value", typed(str(value), "integer")),
                ("prov:wasGeneratedBy", check),
            )
        yield from in_graph(triples, where)


def read_checks(path: Path, addresses: Addresses) -> list[CheckRecord]:
    """Read the checks of a table; none without a file. Raises `DataError` with file and line."""
    return [_record(cells) for _, cells in read_rows(path, addresses)] if path.is_file() else []


def write_checks(path: Path, records: list[CheckRecord]) -> None:
    """Write the table, ordered by link set. Raises `RdfSyntaxError` if it cannot be written."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in sorted(records, key=lambda record: record.linkset):
        figures = [record.figures.get(figure, 0) for figure in Figure]
        writer.writerow([record.linkset, record.against, record.sha256, record.date, *figures])
    write_whole(path, text.getvalue().encode())


def _record(cells: Cells) -> CheckRecord:
    linkset, against, sha256, date, *counts = (cells[column] or "" for column in COLUMNS)
    return CheckRecord(linkset, against, sha256, date, dict(zip(Figure, map(int, counts), strict=True)))


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
