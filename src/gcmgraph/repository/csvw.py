"""Metadata file beside a reference table: a subset of CSV on the Web.

`NAME.csv-metadata.json` describes the columns of `NAME.csv` and the triples that each row states.
Specification: https://www.w3.org/TR/tabular-metadata/ and https://www.w3.org/TR/csv2rdf/.
Unsupported members are refused, so that none is silently without effect. Stricter than the specification: every
column of the file names the origin of its facts in `dc:source` and describes them in `dc:description`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import IRI, Literal, text
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.datatypes import DATATYPES, Datatype
from gcmgraph.repository.templates import Template, resolve

_TABLE_KEYS = {"@context", "url", "dc:title", "dc:description", "dc:source", "dc:license", "tableSchema"}
_SCHEMA_KEYS = {"aboutUrl", "primaryKey", "columns"}
_COLUMN_KEYS = {
    *("name", "titles", "virtual", "required", "suppressOutput", "null", "separator"),
    *("aboutUrl", "propertyUrl", "valueUrl", "datatype", "lang", "dc:source", "dc:description"),
}
_DATATYPE_KEYS = {"@id", "base", "format"}


@dataclass(frozen=True)
class CsvwColumn:
    """One column: the form of its cells, and the statement that each of them makes."""

    name: str
    virtual: bool
    required: bool
    suppressed: bool
    null: tuple[str, ...]
    separator: str | None
    about: Template
    predicate: IRI | None
    value: Template | None
    datatype: Datatype
    pattern: re.Pattern[str] | None
    language: str | None
    sources: tuple[IRI | Literal, ...]
    descriptions: tuple[Literal, ...]


@dataclass(frozen=True)
class Metadata:
    """A metadata file: the description and origin of a table, and the triples of its rows."""

    titles: tuple[Literal, ...]
    descriptions: tuple[Literal, ...]
    sources: tuple[IRI | Literal, ...]
    licences: tuple[IRI | Literal, ...]
    primary_key: tuple[str, ...]
    columns: tuple[CsvwColumn, ...]

    @property
    def written(self) -> tuple[CsvwColumn, ...]:
        """The columns of the CSV file, in order."""
        return tuple(column for column in self.columns if not column.virtual)


def metadata_path(table: Path) -> Path:
    """The path of the metadata of a table (https://www.w3.org/TR/tabular-data-model/#standard-file-metadata)."""
    return table.with_name(f"{table.name}-metadata.json")


def read_metadata(table: Path, addresses: Addresses) -> Metadata:
    """The metadata of the table at `table`. Raises `DataError` with file and line."""
    path = metadata_path(table)
    try:
        content = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"The metadata of {table.name} cannot be read: {error}.",
            place=Place(str(path)),
            hint="Every table has a .csv-metadata.json beside it.",
        ) from error
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        raise DataError(
            f"This is not valid JSON: {error.msg}.", place=Place(str(path), error.lineno, error.colno)
        ) from error
    return _MetadataReader(path, content, addresses).metadata(document)


@dataclass(frozen=True)
class _MetadataReader:
    path: Path
    content: str
    addresses: Addresses

    def metadata(self, document: Any) -> Metadata:
        self._require_keys(document, _TABLE_KEYS, "the table")
        for key in ("dc:title", "dc:source", "dc:license", "tableSchema"):
            if key not in document:
                raise self._error(f"The table has no '{key}'.")
        schema = document["tableSchema"]
        self._require_keys(schema, _SCHEMA_KEYS, "tableSchema")
        about = str(schema.get("aboutUrl", ""))
        columns = tuple(self._column(entry, about) for entry in schema.get("columns", ()))
        for before, column in pairwise(columns):
            if before.virtual and not column.virtual:
                raise self._error(f"The column '{column.name}' stands behind a virtual one.", column.name)
        written = {column.name for column in columns if not column.virtual}
        key = schema.get("primaryKey", [])
        primary_key = (key,) if isinstance(key, str) else tuple(key)
        templates = [t for c in columns for t in (c.about, c.value) if t is not None]
        for name in (*primary_key, *(name for t in templates for name in t.columns)):
            if name not in written:
                raise self._error(f"The table has no column '{name}'.", name)
        return Metadata(
            titles=self._texts(document, "dc:title"),
            descriptions=self._texts(document, "dc:description"),
            sources=self._references(document, "dc:source"),
            licences=self._references(document, "dc:license"),
            primary_key=primary_key,
            columns=columns,
        )

    def _column(self, entry: Any, about: str) -> CsvwColumn:
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            raise self._error("Every column needs a 'name'.")
        self._require_keys(entry, _COLUMN_KEYS, f"column '{name}'")
        virtual = bool(entry.get("virtual", False))
        for key in ("dc:source", "dc:description"):
            if not virtual and not entry.get(key):
                raise self._error(f"The column '{name}' has no '{key}'.", name)
        predicate = entry.get("propertyUrl")
        suppressed = bool(entry.get("suppressOutput", False))
        if predicate is None and not suppressed:
            raise self._error(f"The column '{name}' has neither 'propertyUrl' nor 'suppressOutput'.", name)
        if virtual and "valueUrl" not in entry:
            raise self._error(f"The virtual column '{name}' has no 'valueUrl'.", name)
        if "separator" in entry and "valueUrl" in entry:
            # the specification joins the values into one IRI there, which is not what is meant
            raise self._error(f"The column '{name}' has both 'separator' and 'valueUrl'.", name)
        datatype, pattern = self._datatype(entry.get("datatype", "string"), name)
        null = entry.get("null", "")
        value = entry.get("valueUrl")
        return CsvwColumn(
            name=name,
            virtual=virtual,
            required=bool(entry.get("required", False)),
            suppressed=suppressed,
            null=(null,) if isinstance(null, str) else tuple(null),
            separator=entry.get("separator"),
            about=self._template(str(entry.get("aboutUrl", about)), name),
            predicate=None if predicate is None else self._iri(predicate, name),
            value=None if value is None else self._template(value, name),
            datatype=datatype,
            pattern=pattern,
            language=entry.get("lang"),
            sources=self._references(entry, "dc:source"),
            descriptions=self._texts(entry, "dc:description"),
        )

    def _datatype(self, given: Any, column: str) -> tuple[Datatype, re.Pattern[str] | None]:
        """The datatype, and the pattern of a derived one (`{"base": "string", "format": "[A-Z]{3}"}`).

        `@id` is the IRI of a derived one: https://www.w3.org/TR/tabular-metadata/#datatypes
        """
        if isinstance(given, str):
            given = {"base": given}
        self._require_keys(given, _DATATYPE_KEYS, f"the datatype of column '{column}'")
        base, pattern, iri = (given.get(key) for key in ("base", "format", "@id"))
        if base not in DATATYPES:
            raise self._error(
                f"The column '{column}' has the unknown datatype '{base}'.",
                column,
                hint=f"Known: {', '.join(DATATYPES)}.",
            )
        datatype = DATATYPES[base] if iri is None else replace(DATATYPES[base], iri=self._iri(iri, column))
        return datatype, None if pattern is None else re.compile(pattern)

    def _template(self, given: str, column: str) -> Template:
        template = Template(given)
        if not given.startswith("{"):  # so that an unknown prefix is found before any row is read
            self._iri(re.sub(r"\{[^}]*\}", "x", given), column)
        return template

    def _iri(self, reference: str, near: str = "") -> IRI:
        try:
            return resolve(reference, self.addresses)
        except KeyError:
            raise self._error(f"The prefix of '{reference}' is not known.", near) from None
        except ValueError as error:
            raise self._error(f"'{reference}' is not an IRI: {error}.", near) from error

    def _references(self, entry: Mapping[str, Any], key: str) -> tuple[IRI | Literal, ...]:
        """The values of a common property: http(s) IRIs, and texts."""
        return tuple(
            self._iri(value, key)
            if isinstance(value, str) and re.fullmatch(r"https?://\S+", value)
            else self._text(value)
            for value in _as_list(entry.get(key))
        )

    def _texts(self, entry: Mapping[str, Any], key: str) -> tuple[Literal, ...]:
        return tuple(self._text(value) for value in _as_list(entry.get(key)))

    def _text(self, value: Any) -> Literal:
        """A text; without a language it is English, as in the `@context` of our files."""
        if isinstance(value, str):
            return text(value, "en")
        if isinstance(value, dict) and set(value) == {"@value", "@language"}:
            return text(str(value["@value"]), str(value["@language"]))
        raise self._error(f"Not a text: {json.dumps(value)}.", hint='Write "…" or {"@value": "…", "@language": "fr"}.')

    def _require_keys(self, entry: Any, known: set[str], what: str) -> None:
        if not isinstance(entry, dict):
            raise self._error(f"This must be a JSON object: {what}.")
        if unknown := sorted(set(entry) - known):
            raise self._error(
                f"Not supported in {what}: '{unknown[0]}'.",
                unknown[0],
                hint=f"Known: {', '.join(sorted(known))}.",
            )

    def _error(self, message: str, near: str = "", hint: str | None = None) -> DataError:
        """An error at the first line that names `near`: the JSON parser returns no lines."""
        named = re.compile(rf'"{re.escape(near)}"|\{{\+?{re.escape(near)}\}}')  # as a name, or in a template
        lines = enumerate(self.content.splitlines(), 1)
        line = next((number for number, content in lines if near and named.search(content)), None)
        return DataError(message, place=Place(str(self.path), line), hint=hint)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
