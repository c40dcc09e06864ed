"""Link sets: SSSOM TSV files as quads, each described as a void:Linkset.

SSSOM: https://mapping-commons.github.io/sssom/ . VoID: https://www.w3.org/TR/void/#linkset . A link
set is a named graph, `{base}graph/linkset/{name}`. The metadata block of a file is YAML after `#`
in its first lines: https://mapping-commons.github.io/sssom/spec-formats-tsv/ .
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import takewhile
from pathlib import Path

import yaml

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.media import read_text
from gcmgraph.rdf.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, XSD, Literal, Quad, Term, Triple, Vocabulary, text, typed
from gcmgraph.repository.csvw import DATATYPES, Metadata, parse_metadata
from gcmgraph.repository.table_rows import Cells, Problems, Row, rows_of
from gcmgraph.repository.tables import table_of

SUFFIX = ".sssom.tsv"

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

#: Metadata of the columns of SSSOM that are read: what they state. Others are refused:
#: predicate_modifier negates a mapping.
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
        for link in self.links:
            yield Quad(link.subject, link.predicate, link.object, self.graph)

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
        slot_values = [
            (predicate, Literal(self.slots[slot]))
            for slot, predicate in _SLOTS.items()
            if slot in self.slots
        ]
        mappings = {quad.subject for quad in self.accounts if isinstance(quad.subject, IRI)}
        yield from v.about(
            self.graph,
            ("rdf:type", "sssom:MappingSet"),
            *slot_values,
            ("dct:license", IRI(self.slots["license"])),
            ("sssom:mappings", mappings),
        )
        axiom_properties = {v(statement): v(axiom) for statement, axiom in _OF_AXIOM.items()}
        for quad in self.accounts:
            predicate = axiom_properties.get(quad.predicate, quad.predicate)
            if predicate == v("rdf:type"):
                yield Triple(quad.subject, predicate, v("owl:Axiom"))
            elif isinstance(quad.object, IRI | Literal):  # a table states no other terms
                yield Triple(quad.subject, predicate, _axiom_value(quad.object))


def read_linkset(path: Path, addresses: Addresses) -> LinkSet:
    """Read a link set, with IRIs of the graph under the base of `addresses`.

    Raises `DataError` with file and line for text that is not UTF-8, a missing slot or column, an
    unknown prefix, and cells that are not of the form of their column.
    """
    source = str(path)
    lines = read_text(path).splitlines(keepends=True)
    block = list(takewhile(lambda line: line.startswith("#"), lines))
    slots, prefixes = _metadata(block, source)
    _require_slots(slots, source)
    if len(lines) == len(block):
        raise DataError("The table has no header.", place=Place(source, len(block) + 1))
    name = path.name.removesuffix(SUFFIX)
    metadata_text = (files(__package__) / _METADATA).read_text("utf-8")
    metadata = parse_metadata(metadata_text, _METADATA, addresses)
    problems = Problems()
    graph_of_files = f"{DEFAULT_BASE}graph/linkset/{name}"
    reader = _MappingReader(metadata, prefixes, addresses, graph_of_files, problems)
    file_rows = rows_of("".join(lines[len(block) :]), source, metadata.delimiter)
    rows = reader.rows(file_rows, lines_before=len(block))
    provenance = IRI(addresses.graph("provenance"))
    table = table_of(name, rows, metadata, provenance, addresses, path.parent, problems)
    subject_source = ""
    if "subject_source" in slots:
        subject_source = reader.iri(slots["subject_source"], Place(source, 1))
    problems.refuse()
    return LinkSet(
        name=name,
        graph=IRI(addresses.graph(f"linkset/{name}")),
        slots=slots,
        links=tuple(_link(cells, addresses) for cells in table.cells),
        subject_source=IRI(addresses.rebase(subject_source)) if subject_source else None,
        accounts=table.quads,
    )


def _require_slots(slots: Mapping[str, str], source: str) -> None:
    """Raise `DataError` for a missing slot, and for a licence that is no IRI."""
    for slot in _REQUIRED_SLOTS:
        if slot not in slots:
            raise DataError(f"The metadata block has no '{slot}'.", place=Place(source, 1))
    if DATATYPES["anyURI"].parse(slots["license"]) is None:
        raise DataError("The 'license' is not an http(s) IRI.", place=Place(source, 1))


def _link(cells: Cells, addresses: Addresses) -> Link:
    def iri(column: str) -> IRI:
        return IRI(addresses.rebase(cells[column] or ""))

    object_source = iri("object_source") if cells["object_source"] else None
    return Link(iri("subject_id"), iri("predicate_id"), iri("object_id"), object_source, cells)


def _metadata(block: Iterable[str], source: str) -> tuple[dict[str, str], dict[str, str]]:
    """The slots of a metadata block with single values, and its `curie_map`.

    Raises `DataError` with the line.
    """
    block_text = "".join(line.removeprefix("#") for line in block)
    try:
        content = yaml.load(block_text, yaml.BaseLoader)  # noqa: S506 - makes texts only
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is nested too deeply"
        raise DataError(
            f"The metadata block is not valid YAML: {problem}.",
            place=Place(source, mark.line + 1 if mark else None),
            hint="Known forms: 'slot: value', and below 'slot:' indented '- value' or 'prefix: iri'.",
        ) from error
    prefixes = content.get("curie_map") if isinstance(content, dict) else None
    return _texts(content), _texts(prefixes)


def _texts(mapping: object) -> dict[str, str]:
    """The members of a mapping whose values are texts; none where it is no mapping."""
    if not isinstance(mapping, dict):
        return {}
    return {key: value for key, value in mapping.items() if isinstance(value, str) and value}


def _axiom_value(value: Term) -> Term:
    """The value of a slot in the RDF form of SSSOM: numbers are doubles, texts have no language."""
    if not isinstance(value, Literal) or value.datatype.value == f"{XSD}date":
        return value
    if value.datatype.value == f"{XSD}decimal":
        return typed(value.value, "double")
    return Literal(value.value)


@dataclass(frozen=True)
class _MappingReader:
    """Reader of mappings as rows of all columns, with IRIs in place of CURIEs, and collector of problems."""

    metadata: Metadata
    prefixes: Mapping[str, str]
    addresses: Addresses
    #: the address of the set's graph under the base of the repository's files
    graph: str
    problems: Problems

    def rows(self, file_rows: Iterable[Row], lines_before: int) -> Iterator[Row]:
        """The rows of a table that begins behind some lines, the header first.

        Raises `DataError` for the header.
        """
        (header_place, header), *rows_below = file_rows
        self._require_header(header, _moved(header_place, lines_before))
        column_names = [column.name for column in self.metadata.written]
        yield _moved(header_place, lines_before), column_names
        for place_in_table, cells in rows_below:
            place = _moved(place_in_table, lines_before)
            if len(cells) != len(header):
                message = f"The row has {len(cells)} cells, the header {len(header)}."
                self.problems.add(place, message)
                continue
            row = dict.fromkeys(column_names, "") | dict(zip(header, cells, strict=True))
            self._expand(row, place)
            key = [row[name] for name in self.metadata.primary_key]
            if all(key):
                row[_MAPPING] = self._mapping(key)
            yield place, list(row.values())

    def _require_header(self, header: list[str], place: Place) -> None:
        """Raise `DataError` for a required column that is missing, and for one that is not supported."""
        columns = self.metadata.written
        for column in columns:
            if column.required and column.name not in header:
                raise DataError(f"The column '{column.name}' is missing.", place=place)
        supported = {column.name for column in columns} - {_MAPPING}
        for name in header:
            if name not in supported:
                raise DataError(f"The column '{name}' is not supported.", place=place)

    def _expand(self, row: dict[str, str], place: Place) -> None:
        """Replace the CURIEs of a row by IRIs."""
        for column in self.metadata.written:
            if column.datatype.name == "anyURI" and row[column.name]:
                row[column.name] = self.iri(row[column.name], place)

    def iri(self, curie: str, place: Place) -> str:
        """The IRI of a CURIE by the file's own `curie_map`; empty, and a problem, for another prefix."""
        prefix, colon, local_name = curie.partition(":")
        if colon and prefix in self.prefixes:
            return self.prefixes[prefix] + local_name
        self.problems.add(place, f"The prefix of '{curie}' is not in the curie_map.")
        return ""

    def _mapping(self, key: Iterable[str]) -> str:
        """The IRI of a mapping, stable within its set: a hash of its key."""
        terms = " ".join(f"<{self.addresses.rebase(iri)}>" for iri in key)
        return f"{self.graph}#mapping-{hashlib.sha256(terms.encode()).hexdigest()[:16]}"


def _moved(place: Place, lines: int) -> Place:
    """A place some lines below."""
    return Place(place.source, (place.line or 0) + lines)
