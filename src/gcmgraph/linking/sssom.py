"""Link sets: SSSOM TSV files as quads, each described as a void:Linkset.

SSSOM: https://mapping-commons.github.io/sssom/ . VoID: https://www.w3.org/TR/void/#linkset . A link
set is a named graph, `{base}graph/linkset/{name}`. The metadata block of a file is YAML after `#`
in its first lines: https://mapping-commons.github.io/sssom/spec-formats-tsv/ .

A check of a link set against its target dataset finds missing, renamed, replaced and doubly linked
resources. The record of the last checks is a table (`data/linksets/checks.csv`), and quads with its
counts as measurements in the Data Quality Vocabulary (https://www.w3.org/TR/vocab-dqv/).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files
from itertools import takewhile
from pathlib import Path

import yaml

from gcmgraph.linking.targets import LabelledEntity, namespace
from gcmgraph.platform.errors import DataError, Place
from gcmgraph.platform.text import fold_name
from gcmgraph.rdf.media import read_text, write_whole
from gcmgraph.rdf.namespaces import DEFAULT_BASE, PREFIXES, Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, XSD, Literal, Quad, Term, Triple, Vocabulary, text, typed
from gcmgraph.repository.csvw import DATATYPES, Metadata, parse_metadata
from gcmgraph.repository.table_rows import Cells, Problems, Row, read_rows, rows_of
from gcmgraph.repository.tables import table_of

SUFFIX = ".sssom.tsv"

#: The mapping properties of SKOS (https://www.w3.org/TR/skos-reference/#mapping).
PREDICATES = tuple(
    IRI(f"{PREFIXES['skos']}{kind}Match")
    for kind in ("exact", "close", "broad", "narrow", "related")
)

#: Properties of an annotated axiom (OWL 2) in the RDF form of SSSOM, in place of those of a
#: statement.
_OF_AXIOM = {
    "rdf:subject": "owl:annotatedSource",
    "rdf:predicate": "owl:annotatedProperty",
    "rdf:object": "owl:annotatedTarget",
    "sssom:mapping_date": "dct:created",
}

#: Slots of a set and their properties.
_SLOTS = {
    "mapping_set_title": "dct:title",
    "mapping_set_description": "dct:description",
    "sssom_version": "sssom:sssom_version",
}

_REQUIRED_SLOTS = ("mapping_set_id", "mapping_set_title", "license")

#: The columns of SSSOM that are read, and what they state. Others are refused: predicate_modifier
#: negates a mapping.
_METADATA = "sssom.tsv-metadata.json"
#: The column with the IRI of a mapping, which the files do not have.
_MAPPING = "mapping"


@dataclass(frozen=True)
class Link:
    """One mapping, with the cells of its row by column; None for an empty one."""

    subject: IRI
    predicate: IRI
    object: IRI
    #: the dataset of the object, if the row names it
    object_source: IRI | None
    cells: Cells

    @property
    def object_label(self) -> str:
        """Label of the object at the time of the mapping; empty if the row has none."""
        return self.cells["object_label"] or ""


@dataclass(frozen=True)
class LinkSet:
    """A parsed link set."""

    name: str
    graph: IRI
    #: the slots of the metadata block with single values
    slots: Mapping[str, str]
    links: tuple[Link, ...]
    #: the dataset of the subjects, if the file names it
    subject_source: IRI | None
    #: the statements of the mappings with the slots of their rows, in graph/provenance
    accounts: tuple[Quad, ...]

    @property
    def quads(self) -> Iterator[Quad]:
        """The links, in the graph of the set."""
        yield from (
            Quad(link.subject, link.predicate, link.object, self.graph) for link in self.links
        )

    def provenance(self, addresses: Addresses) -> Iterator[Quad]:
        """The description of the set as a void:Linkset, and the accounts, in graph/provenance."""
        dates = sorted(link.cells["mapping_date"] or "" for link in self.links)
        description = self.slots.get("mapping_set_description")
        yield from Templates("linking/provenance.trig", addresses).fill_in(
            "provenance",
            "linkset",
            linkset=self.graph,
            title=text(self.slots["mapping_set_title"], "en"),
            description=text(description, "en") if description else None,
            licence=IRI(self.slots["license"]),
            created=typed(dates[0], "date") if dates else None,
            links=typed(str(len(self.links)), "integer"),
            predicates={link.predicate for link in self.links},
            subjects=self.subject_source,
            targets={link.object_source for link in self.links},
        )
        yield from self.accounts

    def sssom(self, addresses: Addresses) -> Iterator[Triple]:
        """The set in the RDF form of SSSOM: a mapping set of annotated axioms.

        https://mapping-commons.github.io/sssom/spec-formats-owl/
        """
        v = Vocabulary(addresses)
        yield from v.about(
            self.graph,
            ("rdf:type", "sssom:MappingSet"),
            *(
                (predicate, Literal(self.slots[slot]))
                for slot, predicate in _SLOTS.items()
                if slot in self.slots
            ),
            ("dct:license", IRI(self.slots["license"])),
            (
                "sssom:mappings",
                {quad.subject for quad in self.accounts if isinstance(quad.subject, IRI)},
            ),
        )
        axiom_properties = {v(statement): v(axiom) for statement, axiom in _OF_AXIOM.items()}
        for quad in self.accounts:
            predicate = axiom_properties.get(quad.predicate, quad.predicate)
            if predicate == v("rdf:type"):
                yield Triple(quad.subject, predicate, v("owl:Axiom"))
            elif isinstance(quad.object, IRI | Literal):  # a table states no other terms
                yield Triple(quad.subject, predicate, _of_axiom(quad.object))


def read_linkset(path: Path, addresses: Addresses) -> LinkSet:
    """Read a link set, with IRIs of the graph under the base of `addresses`.

    Raises `DataError` with file and line for text that is not UTF-8, a missing slot or column, an
    unknown prefix, and cells that are not of the form of their column.
    """
    source = str(path)
    lines = read_text(path).splitlines(keepends=True)
    block = list(takewhile(lambda line: line.startswith("#"), lines))
    slots, prefixes = _metadata(block, source)
    for slot in _REQUIRED_SLOTS:
        if slot not in slots:
            raise DataError(f"The metadata block has no '{slot}'.", place=Place(source, 1))
    if DATATYPES["anyURI"].parse(slots["license"]) is None:
        raise DataError("The 'license' is not an http(s) IRI.", place=Place(source, 1))
    if len(lines) == len(block):
        raise DataError("The table has no header.", place=Place(source, len(block) + 1))
    name = path.name.removesuffix(SUFFIX)
    graph = IRI(addresses.graph(f"linkset/{name}"))
    metadata = parse_metadata(
        (files(__package__) / _METADATA).read_text("utf-8"), _METADATA, addresses
    )
    problems = Problems()
    reader = _MappingReader(
        metadata, prefixes, addresses, f"{DEFAULT_BASE}graph/linkset/{name}", problems
    )
    rows = reader.rows(
        rows_of("".join(lines[len(block) :]), source, metadata.delimiter), len(block)
    )
    table = table_of(
        name, rows, metadata, IRI(addresses.graph("provenance")), addresses, path.parent, problems
    )
    subject_source = (
        reader.iri(slots["subject_source"], Place(source, 1)) if "subject_source" in slots else None
    )
    problems.refuse()
    return LinkSet(
        name=name,
        graph=graph,
        slots=slots,
        links=tuple(_link(cells, addresses) for cells in table.cells),
        subject_source=IRI(addresses.rebase(subject_source)) if subject_source else None,
        accounts=table.quads,
    )


def _link(cells: Cells, addresses: Addresses) -> Link:
    def iri(column: str) -> IRI:
        return IRI(addresses.rebase(cells[column] or ""))

    object_source = iri("object_source") if cells["object_source"] else None
    return Link(iri("subject_id"), iri("predicate_id"), iri("object_id"), object_source, cells)


def _metadata(block: Iterable[str], source: str) -> tuple[dict[str, str], dict[str, str]]:
    """The slots of a metadata block with single values, and its `curie_map`.

    Raises `DataError` with the line.
    """
    try:
        content = yaml.load("".join(line[1:] for line in block), yaml.BaseLoader)  # noqa: S506 - makes texts only
    except (yaml.YAMLError, RecursionError) as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        raise DataError(
            f"The metadata block is not valid YAML: {problem or 'it is nested too deeply'}.",
            place=Place(source, mark.line + 1 if mark else None),
            hint="Known forms: 'slot: value', and below 'slot:' indented '- value' or 'prefix: iri'.",
        ) from error
    prefixes = content.get("curie_map") if isinstance(content, dict) else None
    return _texts(content), _texts(prefixes)


def _texts(mapping: object) -> dict[str, str]:
    """The members of a mapping whose values are texts."""
    return (
        {k: v for k, v in mapping.items() if isinstance(v, str) and v}
        if isinstance(mapping, dict)
        else {}
    )


def _of_axiom(value: Term) -> Term:
    """The value of a slot in the RDF form of SSSOM: numbers are doubles, texts have no language."""
    if not isinstance(value, Literal) or value.datatype.value == f"{XSD}date":
        return value
    return (
        typed(value.value, "double")
        if value.datatype.value == f"{XSD}decimal"
        else Literal(value.value)
    )


@dataclass(frozen=True)
class _MappingReader:
    """Reader of mappings as rows of all columns, with IRIs in place of CURIEs, and collector of problems."""

    metadata: Metadata
    prefixes: Mapping[str, str]
    addresses: Addresses
    #: the address of the set's graph under the base of the repository's files
    graph: str
    problems: Problems

    def rows(self, given: Iterable[Row], lines_before: int) -> Iterator[Row]:
        """The rows of a table that begins behind some lines, the header first.

        Raises `DataError` for the header.
        """
        columns = self.metadata.written
        (place, header), *rows = (
            (Place(p.source, (p.line or 0) + lines_before), cells) for p, cells in given
        )
        names = [column.name for column in columns]
        for column in columns:
            if column.required and column.name not in header:
                raise DataError(f"The column '{column.name}' is missing.", place=place)
        for name in header:
            if name not in names or name == _MAPPING:
                raise DataError(f"The column '{name}' is not supported.", place=place)
        yield place, names
        iri_columns = [column.name for column in columns if column.datatype.name == "anyURI"]
        for place, cells in rows:
            if len(cells) != len(header):
                self.problems.add(
                    place, f"The row has {len(cells)} cells, the header {len(header)}."
                )
                continue
            row = dict.fromkeys(names, "") | dict(zip(header, cells, strict=True))
            for name in iri_columns:
                row[name] = self.iri(row[name], place) if row[name] else ""
            if all(row[name] for name in self.metadata.primary_key):
                row[_MAPPING] = self._mapping(*(row[name] for name in self.metadata.primary_key))
            yield place, list(row.values())

    def iri(self, curie: str, place: Place) -> str:
        """The IRI of a CURIE under the file's own `curie_map`, empty where that has no such prefix."""
        prefix, colon, local = curie.partition(":")
        if colon and prefix in self.prefixes:
            return self.prefixes[prefix] + local
        self.problems.add(place, f"The prefix of '{curie}' is not in the curie_map.")
        return ""

    def _mapping(self, *ends: str) -> str:
        """The IRI of a mapping, stable within its set."""
        terms = " ".join(f"<{self.addresses.rebase(end)}>" for end in ends)
        return f"{self.graph}#mapping-{hashlib.sha256(terms.encode()).hexdigest()[:16]}"


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
    return CheckRecord(
        linkset, against, sha256, date, dict(zip(Figure, map(int, counts), strict=True))
    )


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


def check_links(
    linkset: LinkSet, target: dict[str, LabelledEntity], *, extract: bool = False
) -> LinkCheck:
    """Check a link set against the entities of a dataset.

    Only links into namespaces of the dataset are checked, since a file about areas has no goals. Of
    an extract, only links to its entities are. Without any, `links` is 0.
    """
    known = {namespace(iri) for iri in target}
    links = [link for link in linkset.links if namespace(link.object.value) in known]
    if extract:
        links = [link for link in links if link.object.value in target]
    findings = [
        finding for link in links for finding in _of_target(link, target.get(link.object.value))
    ]
    return LinkCheck(len(links), (*findings, *_of_set(links)))


def check_mappings(
    linkset: LinkSet, target: dict[str, LabelledEntity], others: Iterable[LinkSet]
) -> LinkCheck:
    """Check a link set against the mappings of a dataset, which has the targets of other link sets.

    The dataset maps its resource to others: the UN's area 004 to Wikidata's Q889. If another link
    set has that area as the exact match of a country, the country's link to Wikidata is checked.
    Links without such a mapping are not counted.
    """
    ours: dict[str, set[str]] = defaultdict(set)
    for other in others:
        for link in other.links:
            if link.predicate == _EXACT and link.object.value in target:
                ours[link.subject.value].add(link.object.value)
    checked, findings = 0, []
    for link in linkset.links:
        mapped = {
            plain_address(same) for iri in ours[link.subject.value] for same in target[iri].same
        }
        mapped = {
            one for one in mapped if namespace(one) == namespace(plain_address(link.object.value))
        }
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
            yield Finding(
                Figure.DUPLICATES, address, f"is linked in {len(predicates)} ways with {subject}"
            )
    for address, subjects in sorted(exact.items()):
        if len(subjects) > 1:
            yield Finding(
                Figure.MANY_TO_ONE, address, f"is the exact match of {', '.join(sorted(subjects))}"
            )
