"""Target datasets of links: entities of RDF files, of tables, and of results of queries."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.linking.entities import EntityName, EntityReader, LabelledEntity, is_code
from gcmgraph.platform.errors import DataError, Place, faults_of_files
from gcmgraph.rdf.media import read_text
from gcmgraph.rdf.parsing import stream_quads
from gcmgraph.rdf.terms import IRI
from gcmgraph.repository.table_rows import rows_of
from gcmgraph.sources.register import sha256_of

#: Headings of columns, in lower case: of names, with their language (`name_en`); of the identifier, by
#: preference; beginnings of those of codes, besides `is_code`.
_NAME_HEADING = re.compile(r"(?:.*_)?(?:name|label|title)(?:[_@-]([A-Za-z]{2,3}))?", re.IGNORECASE)
_IDENTIFIER_HEADINGS = ("iri", "uri", "id", "@id")
_CODE_HEADINGS = ("code", "notation", "iso", "identifier")


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


@dataclass(frozen=True)
class _Columns:
    """Indexes of the columns of a table by their meaning."""

    identifier: int
    codes: tuple[int, ...]
    #: language (None if unknown) of each column of names
    names: dict[int, str | None]


def _csv_table(path: Path) -> _Table:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    (place, headings), *rows_below = rows_of(read_text(path), str(path), delimiter)
    rows = []
    for row_place, row in rows_below:
        if row:
            rows.append((row_place, [_Cell(cell.strip()) for cell in row]))
    return _Table(place, headings, rows)


def _result_table(path: Path) -> _Table:
    """The result of a query: https://www.w3.org/TR/sparql11-results-json/ ."""
    place = Place(str(path))
    try:
        result = json.loads(read_text(path))
        variables = [str(name) for name in result["head"]["vars"]]
        rows = []
        for binding in result["results"]["bindings"]:
            terms = [binding.get(name, {"value": ""}) for name in variables]
            cells = [_Cell(term["value"].strip(), term.get("xml:lang")) for term in terms]
            rows.append((place, cells))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        hint = "An endpoint returns it for 'Accept: application/sparql-results+json'."
        raise DataError(
            "This is not the result of a query in JSON.", place=place, hint=hint
        ) from error
    return _Table(place, variables, rows)


def _table_entities(table: _Table, id_prefix: str) -> dict[str, LabelledEntity]:
    """The entities of a table, by address. A resource may have several rows."""
    columns = _columns(table)
    entities: dict[str, LabelledEntity] = {}
    for place, cells in table.rows:
        if len(cells) != len(table.headings):
            message = f"The row has {len(cells)} cells, the first line {len(table.headings)}."
            raise DataError(message, place=place)
        identifier = cells[columns.identifier].text
        iri = identifier if is_address(identifier) else id_prefix + identifier
        if iri not in entities:
            address = _checked_address(iri, table.headings[columns.identifier], place)
            entities[iri] = LabelledEntity(address)
        entity = entities[iri]
        for index, language in columns.names.items():
            cell = cells[index]
            if cell.text:
                name = EntityName(cell.text, cell.language or language, is_preferred=True)
                entity.names.add(name)
        for index in columns.codes:
            if cells[index].text:
                entity.codes.add(cells[index].text)
    return entities


def _columns(table: _Table) -> _Columns:
    """The columns of a table by their headings, such as `id`, `iso3`, `notation` and `name_en`.

    Raises `DataError` if none has codes or names.
    """
    headings = [heading.strip().lower() for heading in table.headings]
    identifiers = (headings.index(name) for name in _IDENTIFIER_HEADINGS if name in headings)
    identifier = next(identifiers, 0)
    codes = []
    names: dict[int, str | None] = {}
    for index, heading in enumerate(headings):
        name_heading = _NAME_HEADING.fullmatch(heading)
        if name_heading and index != identifier:
            names[index] = name_heading[1]
        if is_code(heading) or heading.startswith(_CODE_HEADINGS):
            codes.append(index)
    if not (names or codes):
        hint = (
            "Name them in the first line, or as variables of the query: "
            "id, notation, iso3, m49, name_en, label_fr …"
        )
        raise DataError("No column of codes or names was found.", place=table.place, hint=hint)
    return _Columns(identifier, tuple(codes), names)


def _checked_address(iri: str, heading: str, place: Place) -> str:
    """The IRI of an entity. Raises `DataError` if it is no http(s) address."""
    try:
        if not is_address(iri):
            raise ValueError("it does not begin with http:// or https://")
        return IRI(iri).value
    except ValueError as error:
        raise DataError(
            f"'{iri}' in the column '{heading}' is no address of a resource: {error}.",
            place=place,
            hint="Give --id-prefix what their addresses begin with, such as http://example.org/country/.",
        ) from error
