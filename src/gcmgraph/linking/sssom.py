"""Link sets: SSSOM TSV files as quads, each described as a void:Linkset.

SSSOM: https://mapping-commons.github.io/sssom/ . VoID: https://www.w3.org/TR/void/#linkset .
A link set is a named graph, `{base}graph/linkset/{name}`. The metadata block of a file is YAML after `#` in its first
lines: https://mapping-commons.github.io/sssom/spec-formats-tsv/ . Three forms of YAML are supported: `slot: value`,
`slot:` with indented `prefix: iri` lines, `slot:` with indented `- value` lines.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, XSD, Literal, Quad, Term, Triple, Vocabulary, text, typed
from gcmgraph.namespaces import PREFIXES, Addresses
from gcmgraph.rdfio.media import read_text
from gcmgraph.repository.csvw import DATATYPES

_SLOT = re.compile(r"(\w+):(?:\s+(.*))?")
_ENTRY = re.compile(r"\s+([\w.-]+):\s+(.*)")
_ITEM = re.compile(r"\s*-\s+(.*)")


@dataclass(frozen=True)
class MappingSetMetadata:
    """The slots of a mapping set: single values, lists, prefixes of CURIEs."""

    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    curie_map: dict[str, str] = field(default_factory=dict)
    #: number of lines of the block
    lines: int = 0


def read_metadata(lines: Iterable[str], source: str) -> MappingSetMetadata:
    """Parse the leading `#` lines. Raises `DataError` with the line of another form."""
    metadata, slot = MappingSetMetadata(), ""
    block = list(takewhile(lambda line: line.startswith("#"), lines))
    for number, line in enumerate(block, 1):
        content = line[1:].removeprefix(" ") if re.match(r"# \S", line) else line[1:]
        if not content.strip():
            continue
        if match := _SLOT.fullmatch(content):
            slot = match[1]
            if match[2]:
                metadata.values[slot] = _scalar(match[2])
        elif slot == "curie_map" and (match := _ENTRY.fullmatch(content)):
            metadata.curie_map[match[1]] = _scalar(match[2])
        elif slot and (match := _ITEM.fullmatch(content)):
            metadata.lists[slot] = (*metadata.lists.get(slot, ()), _scalar(match[1]))
        else:
            raise DataError(
                f"This line of the metadata block is not understood: '{content}'.",
                place=Place(source, number),
                hint="Known forms: 'slot: value', and below 'slot:' indented '- value' or 'prefix: iri'.",
            )
    return replace(metadata, lines=len(block))


def _scalar(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


SUFFIX = ".sssom.tsv"

#: The mapping properties of SKOS (https://www.w3.org/TR/skos-reference/#mapping).
PREDICATES = tuple(IRI(f"{PREFIXES['skos']}{kind}Match") for kind in ("exact", "close", "broad", "narrow", "related"))

#: Properties of an annotated axiom (OWL 2) in the RDF form of SSSOM, in place of those of a statement.
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
_REQUIRED_COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification", "mapping_date")
#: Other columns are refused, since predicate_modifier negates a mapping.
_OPTIONAL_COLUMNS = (
    *("subject_label", "object_label", "confidence", "author_id", "author_label", "object_source"),
    *("mapping_tool", "comment", "reviewer_label", "review_date", "reviewer_agreement"),
)


@dataclass(frozen=True)
class Link:
    """One mapping, with its justification and date (ISO 8601)."""

    subject: IRI
    predicate: IRI
    object: IRI
    justification: IRI
    date: str
    #: the dataset of the object, if the row names it
    object_source: IRI | None
    #: confidence from 0 to 1 as in the file, and author; empty if the row has none
    confidence: str = ""
    author: str = ""
    #: label of the object at the time of the mapping, and an editor's note; empty if the row has none
    object_label: str = ""
    comment: str = ""
    #: review by a second person: name, date (ISO 8601), agreement from -1 to 1; empty if the row has none
    reviewer: str = ""
    review_date: str = ""
    agreement: str = ""

    @property
    def key(self) -> str:
        """A stable identifier of the mapping within its set."""
        return hashlib.sha256(f"{self.subject} {self.predicate} {self.object}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class LinkSet:
    """A parsed link set."""

    name: str
    graph: IRI
    metadata: MappingSetMetadata
    links: tuple[Link, ...]
    #: the dataset of the subjects, if the file names it
    subject_source: IRI | None

    @property
    def quads(self) -> Iterator[Quad]:
        """The links, in the graph of the set."""
        yield from (Quad(link.subject, link.predicate, link.object, self.graph) for link in self.links)

    def provenance(self, addresses: Addresses) -> Iterator[Quad]:
        """The description of the set as a void:Linkset, in graph/provenance."""
        v = Vocabulary(addresses)
        where = IRI(addresses.graph("provenance"))
        slots = self.metadata.values
        dates = sorted(link.date for link in self.links)
        statements: list[tuple[str, Term]] = [
            ("rdf:type", v("void:Linkset")),
            ("dct:title", text(slots["mapping_set_title"], "en")),
            ("dct:license", IRI(slots["license"])),
            ("void:triples", typed(str(len(self.links)), "integer")),
        ]
        if "mapping_set_description" in slots:
            statements.append(("dct:description", text(slots["mapping_set_description"], "en")))
        if dates:
            statements.append(("dct:created", typed(dates[0], "date")))
        if self.subject_source:
            statements.append(("void:subjectsTarget", self.subject_source))
        for predicate in sorted({link.predicate for link in self.links}, key=str):
            statements.append(("void:linkPredicate", predicate))
        for target in sorted({link.object_source for link in self.links if link.object_source}, key=str):
            statements += [("void:objectsTarget", target), ("dct:source", target)]
        yield from (Quad(self.graph, v(predicate), value, where) for predicate, value in statements)
        for link in self.links:
            mapping = IRI(f"{self.graph.value}#mapping-{link.key}")
            yield from (Quad(mapping, v(predicate), value, where) for predicate, value in _account(v, link))

    def sssom(self, addresses: Addresses) -> Iterator[Triple]:
        """The set in the RDF form of SSSOM: a mapping set of annotated axioms.

        https://mapping-commons.github.io/sssom/spec-formats-owl/
        """
        v = Vocabulary(addresses)
        yield Triple(self.graph, v("rdf:type"), v("sssom:MappingSet"))
        for slot, predicate in _SLOTS.items():
            if slot in self.metadata.values:
                yield Triple(self.graph, v(predicate), Literal(self.metadata.values[slot]))
        yield Triple(self.graph, v("dct:license"), IRI(self.metadata.values["license"]))
        for link in self.links:
            mapping = IRI(f"{self.graph.value}#mapping-{link.key}")
            yield Triple(self.graph, v("sssom:mappings"), mapping)
            for predicate, value in _account(v, link):
                yield Triple(mapping, v(_OF_AXIOM.get(predicate, predicate)), _of_axiom(v, predicate, value))


def read_linkset(path: Path, addresses: Addresses) -> LinkSet:
    """Read a link set, with IRIs of the graph under the base of `addresses`.

    Raises `DataError` with file and line for text that is not UTF-8, a missing slot or column, an unknown prefix, a
    predicate that is no SKOS mapping property, a confidence outside 0 to 1, an invalid date, and a repeated mapping.
    """
    source = str(path)
    lines = read_text(path).splitlines()
    metadata = read_metadata(lines, source)
    for slot in _REQUIRED_SLOTS:
        if slot not in metadata.values:
            raise DataError(f"The metadata block has no '{slot}'.", place=Place(source, 1))
    if DATATYPES["anyURI"].parse(metadata.values["license"]) is None:
        raise DataError("The 'license' is not an http(s) IRI.", place=Place(source, 1))
    name = path.name.removesuffix(SUFFIX)
    reader = _MappingReader(source, metadata, addresses)
    subject_source = metadata.values.get("subject_source")
    return LinkSet(
        name=name,
        graph=IRI(addresses.graph(f"linkset/{name}")),
        metadata=metadata,
        links=tuple(reader.links(lines[metadata.lines :])),
        subject_source=reader.iri(subject_source, 1) if subject_source else None,
    )


def _account(v: Vocabulary, link: Link) -> Iterator[tuple[str, Term]]:
    """The statement of a mapping with the SSSOM slots of its row."""
    yield "rdf:type", v("rdf:Statement")
    yield "rdf:subject", link.subject
    yield "rdf:predicate", link.predicate
    yield "rdf:object", link.object
    yield "sssom:mapping_justification", link.justification
    yield "sssom:mapping_date", typed(link.date, "date")
    if link.confidence:
        yield "sssom:confidence", typed(link.confidence, "decimal")
    if link.author:
        yield "sssom:author_label", Literal(link.author)
    if link.object_label:
        yield "sssom:object_label", Literal(link.object_label)
    if link.comment:
        yield "rdfs:comment", text(link.comment, "en")
    if link.reviewer:
        yield "sssom:reviewer_label", Literal(link.reviewer)
    if link.review_date:
        yield "sssom:review_date", typed(link.review_date, "date")
    if link.agreement:
        yield "sssom:reviewer_agreement", typed(link.agreement, "decimal")


def _of_axiom(v: Vocabulary, predicate: str, value: Term) -> Term:
    """The value of a slot in the RDF form of SSSOM: numbers are doubles, texts have no language."""
    if predicate == "rdf:type":
        return v("owl:Axiom")
    if not isinstance(value, Literal) or value.datatype.value == f"{XSD}date":
        return value
    return typed(value.value, "double") if value.datatype.value == f"{XSD}decimal" else Literal(value.value)


@dataclass(frozen=True)
class _MappingReader:
    source: str
    metadata: MappingSetMetadata
    addresses: Addresses

    def links(self, lines: list[str]) -> Iterator[Link]:
        first = self.metadata.lines + 1
        if not lines:
            raise self._error("The table has no header.", first)
        columns = lines[0].split("\t")
        for column in _REQUIRED_COLUMNS:
            if column not in columns:
                raise self._error(f"The column '{column}' is missing.", first)
        for column in columns:
            if column not in (*_REQUIRED_COLUMNS, *_OPTIONAL_COLUMNS):
                raise self._error(f"The column '{column}' is not supported.", first)
        seen: dict[tuple[IRI, IRI, IRI], int] = {}
        for number, line in enumerate(lines[1:], first + 1):
            cells = line.split("\t")
            if len(cells) != len(columns):
                raise self._error(f"The row has {len(cells)} cells, the header {len(columns)}.", number)
            link = self._link(dict(zip(columns, cells, strict=True)), number)
            before = seen.setdefault((link.subject, link.predicate, link.object), number)
            if before != number:
                raise self._error(f"The mapping occurs here and in line {before}.", number)
            yield link

    def _link(self, row: Mapping[str, str], line: int) -> Link:
        predicate = self.iri(row["predicate_id"], line)
        if predicate not in PREDICATES:
            raise self._error(f"'{row['predicate_id']}' is no mapping property of SKOS.", line)
        if confidence := row.get("confidence"):
            parsed = DATATYPES["decimal"].parse(confidence)
            if parsed is None or not 0 <= float(parsed) <= 1:
                raise self._error(f"The confidence '{confidence}' is not a number from 0 to 1.", line)
        for date in filter(None, (row["mapping_date"] or "?", row.get("review_date"))):
            if DATATYPES["date"].parse(date) is None:
                raise self._error(f"'{date}' is not a date such as 2026-01-31.", line)
        if agreement := row.get("reviewer_agreement"):
            parsed = DATATYPES["decimal"].parse(agreement)
            if parsed is None or not -1 <= float(parsed) <= 1:
                raise self._error(f"The reviewer_agreement '{agreement}' is not a number from -1 to 1.", line)
        object_source = row.get("object_source")
        return Link(
            subject=self.iri(row["subject_id"], line),
            predicate=predicate,
            object=self.iri(row["object_id"], line),
            justification=self.iri(row["mapping_justification"], line),
            date=row["mapping_date"],
            object_source=self.iri(object_source, line) if object_source else None,
            confidence=row.get("confidence", ""),
            author=row.get("author_label", ""),
            object_label=row.get("object_label", ""),
            comment=row.get("comment", ""),
            reviewer=row.get("reviewer_label", ""),
            review_date=row.get("review_date", ""),
            agreement=row.get("reviewer_agreement", ""),
        )

    def iri(self, curie: str, line: int) -> IRI:
        """The IRI of a CURIE under the file's own `curie_map`."""
        prefix, colon, local = curie.partition(":")
        if not colon or prefix not in self.metadata.curie_map:
            raise self._error(f"The prefix of '{curie}' is not in the curie_map.", line)
        try:
            return IRI(self.addresses.rebase(self.metadata.curie_map[prefix] + local))
        except ValueError as error:
            raise self._error(f"'{curie}' makes no valid IRI: {error}.", line) from error

    def _error(self, message: str, line: int) -> DataError:
        return DataError(message, place=Place(self.source, line))
