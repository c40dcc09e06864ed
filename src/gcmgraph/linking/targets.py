"""Entities of datasets to link with: of RDF files, of tables, of results of queries, and of this graph."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gcmgraph.platform.errors import DataError, Place, faults_of_files
from gcmgraph.rdf.media import read_text
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.parsing import stream_quads
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary
from gcmgraph.repository.table_rows import rows_of
from gcmgraph.sources.register import sha256_of
from gcmgraph.store.port import Store

#: Properties whose values are names, preferred ones first.
NAMES = (
    *(PREFIXES["skos"] + name for name in ("prefLabel", "altLabel", "hiddenLabel")),
    PREFIXES["rdfs"] + "label",
    PREFIXES["dct"] + "title",
    PREFIXES["foaf"] + "name",
    PREFIXES["schema"] + "name",
    "http://schema.org/name",
)

#: Properties whose values are codes, besides properties with a matching local name (`codeISO3`,
#: `m49`).
CODES = (
    PREFIXES["skos"] + "notation",
    PREFIXES["org"] + "identifier",
    PREFIXES["dct"] + "identifier",
    PREFIXES["schema"] + "identifier",
    "http://schema.org/identifier",
)
_CODE_NAME = re.compile(
    r"(?:code|has)?_?(?:iso_?(?:3166_?)?(?:alpha_?)?[23]|m49|iati\w*)(?:_?code)?", re.IGNORECASE
)
#: Properties whose values are the same resource in another dataset.
_SAME = frozenset((PREFIXES["skos"] + "exactMatch", PREFIXES["owl"] + "sameAs"))

_DEPRECATED = PREFIXES["owl"] + "deprecated"
_REPLACED = PREFIXES["dct"] + "isReplacedBy"
_TYPE = PREFIXES["rdf"] + "type"
_FORMAL_NAME = "formalName"


@dataclass(slots=True)
class LabelledEntity:
    """A resource of a dataset, with names and codes."""

    iri: str
    codes: set[str] = field(default_factory=set)
    #: text, language or None, and whether it is a preferred name
    names: set[tuple[str, str | None, bool]] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    #: addresses of the same resource in other datasets
    same: set[str] = field(default_factory=set)
    deprecated: bool = False
    replaced_by: str = ""

    @property
    def label(self) -> str:
        """A name for display: the preferred one in English, else the first."""
        ordered = sorted(self.names, key=lambda n: (not n[2], n[1] != "en", n[1] or "", n[0]))
        return ordered[0][0] if ordered else ""


def namespace(iri: str) -> str:
    """An IRI up to its last slash or hash sign."""
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def is_code(predicate: str) -> bool:
    """Whether the values of a property are codes, by its name."""
    return predicate in CODES or _CODE_NAME.fullmatch(re.split(r"[/#]", predicate)[-1]) is not None


class EntityReader:
    """Collector of entities from statements in any order."""

    def __init__(self, start: str = "") -> None:
        """`start` is a prefix of the addresses of entities; others are skipped."""
        self._start = start
        self.entities: dict[str, LabelledEntity] = {}

    def read(self, triples: Iterable[Triple]) -> EntityReader:
        """Add statements."""
        for subject, predicate, value in triples:
            if isinstance(subject, IRI) and subject.value.startswith(self._start):
                self._add(subject.value, predicate.value, value)
        return self

    def _add(self, subject: str, predicate: str, value: object) -> None:
        entity = self.entities.get(subject)
        if entity is None:
            entity = self.entities[subject] = LabelledEntity(subject)
        if isinstance(value, Literal):
            if predicate in NAMES or predicate.endswith(_FORMAL_NAME):
                entity.names.add((value.value, value.language, predicate == NAMES[0]))
            elif is_code(predicate):
                entity.codes.add(value.value)
            elif predicate == _DEPRECATED:
                entity.deprecated = value.value in ("true", "1")
        elif isinstance(value, IRI):
            if predicate == _TYPE:
                entity.types.add(value.value)
            elif predicate in _SAME:
                entity.same.add(value.value)
            elif predicate == _REPLACED:
                entity.replaced_by = value.value


#: Kinds without counterparts in other datasets.
_INTERNAL = ("source", "contribution", "practice")


def own_entities(
    store: Store, addresses: Addresses, kinds: Collection[str] = ()
) -> list[tuple[str, LabelledEntity]]:
    """The entities of this graph, each with its kind (`country`, `sdg`, `concept/m49` …); of `kinds`, if any."""
    v = Vocabulary(addresses)
    predicates = [IRI(iri) for iri in (*NAMES, *CODES, _TYPE)]
    predicates += [v(f"gcm:{code}") for code in ("iso2", "iso3", "m49", "formalName")]
    start = f"{addresses.base}id/"
    reader = EntityReader(start)
    for predicate in predicates:
        reader.read(quad.triple for quad in store.quads(predicate=predicate))
    found = []
    for iri, entity in reader.entities.items():
        kind, slash, local = iri.removeprefix(start).rpartition("/")
        if (
            slash
            and "#" not in local
            and kind.split("/")[0] not in _INTERNAL
            and (not kinds or kind in kinds)
        ):
            found.append((kind, entity))
    return sorted(found, key=lambda pair: pair[1].iri)


_NAME = re.compile(r"(?:.*_)?(?:name|label|title)(?:[_@-]([A-Za-z]{2,3}))?", re.IGNORECASE)
_IDENTIFIER = ("iri", "uri", "id", "@id")
_CODE_COLUMNS = ("code", "notation", "iso", "identifier")


@dataclass(frozen=True)
class Target:
    """A target dataset: name and SHA-256 of its file, entities by address."""

    name: str
    sha256: str
    entities: dict[str, LabelledEntity]


def is_address(text: str) -> bool:
    """Whether a text begins as an http(s) address."""
    return text.lower().startswith(("http://", "https://"))


def read_target(dataset: str, *, id_prefix: str = "") -> Target:
    """Read a dataset from a file: RDF, a table (CSV), or the result of a query (JSON, CSV).

    `id_prefix` precedes identifiers of a table that are no addresses. Raises a `GcmGraphError` with
    the file.
    """
    if is_address(dataset):
        hint = "Store the result of a query to it as CSV or JSON, and give that file (docs/linking.md)."
        raise DataError(f"The dataset {dataset} is no file.", hint=hint)
    path = Path(dataset)
    with faults_of_files(DataError, "The dataset cannot be read", dataset):
        digest = sha256_of(path)
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        entities = _table_entities(_csv_table(path), id_prefix)
    elif suffix in (".json", ".srj"):
        entities = _table_entities(_result_table(path), id_prefix)
    else:
        entities = EntityReader().read(quad.triple for quad in stream_quads(path)).entities
    return Target(path.name, digest, entities)


@dataclass(frozen=True)
class _Cell:
    """A cell of a table, with the language that it states itself."""

    text: str
    language: str | None = None


@dataclass(frozen=True)
class _Table:
    """A table of resources: headings with their place, rows with theirs."""

    place: Place
    headings: list[str]
    rows: list[tuple[Place, list[_Cell]]]


def _csv_table(path: Path) -> _Table:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    (place, headings), *rows = rows_of(read_text(path), str(path), delimiter)
    cells = [(row_place, [_Cell(cell.strip()) for cell in row]) for row_place, row in rows if row]
    return _Table(place, headings, cells)


def _result_table(path: Path) -> _Table:
    """The result of a query: https://www.w3.org/TR/sparql11-results-json/ ."""
    place = Place(str(path))
    try:
        result = json.loads(read_text(path))
        variables = [str(name) for name in result["head"]["vars"]]
        rows = []
        for binding in result["results"]["bindings"]:
            terms = [binding.get(name, {"value": ""}) for name in variables]
            rows.append(
                (place, [_Cell(term["value"].strip(), term.get("xml:lang")) for term in terms])
            )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        hint = "An endpoint returns it for 'Accept: application/sparql-results+json'."
        raise DataError(
            "This is not the result of a query in JSON.", place=place, hint=hint
        ) from error
    return _Table(place, variables, rows)


def _table_entities(table: _Table, id_prefix: str) -> dict[str, LabelledEntity]:
    """The entities of a table, by their headings: `id`, `iso3`, `notation`, `name_en` … A resource may have rows."""
    headings = [heading.strip().lower() for heading in table.headings]
    identifier = next((headings.index(name) for name in _IDENTIFIER if name in headings), 0)
    languages = {}
    codes = []
    for column, heading in enumerate(headings):
        name = _NAME.fullmatch(heading)
        if name and column != identifier:
            languages[column] = name[1]
        if is_code(heading) or heading.startswith(_CODE_COLUMNS):
            codes.append(column)
    if not (languages or codes):
        hint = "Name them in the first line, or as variables of the query: id, notation, iso3, m49, name_en, label_fr …"
        raise DataError("No column of codes or names was found.", place=table.place, hint=hint)
    entities: dict[str, LabelledEntity] = {}
    for place, cells in table.rows:
        if len(cells) != len(headings):
            raise DataError(
                f"The row has {len(cells)} cells, the first line {len(headings)}.", place=place
            )
        iri = cells[identifier].text
        iri = iri if is_address(iri) else id_prefix + iri
        if iri not in entities:
            entities[iri] = LabelledEntity(_address(iri, table.headings[identifier], place))
        for column, language in languages.items():
            if cells[column].text:
                entities[iri].names.add(
                    (cells[column].text, cells[column].language or language, True)
                )
        entities[iri].codes |= {cells[column].text for column in codes if cells[column].text}
    return entities


def _address(iri: str, column: str, place: Place) -> str:
    try:
        if not is_address(iri):
            raise ValueError("it does not begin with http:// or https://")
        return IRI(iri).value
    except ValueError as error:
        raise DataError(
            f"'{iri}' in the column '{column}' is no address of a resource: {error}.",
            place=place,
            hint="Give --id-prefix what their addresses begin with, such as http://example.org/country/.",
        ) from error
