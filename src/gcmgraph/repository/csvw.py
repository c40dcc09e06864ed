"""Metadata file beside a table: a subset of CSV on the Web.

`NAME.csv-metadata.json` describes the columns of `NAME.csv` and the triples that each row states.
Specification: https://www.w3.org/TR/tabular-metadata/ and https://www.w3.org/TR/csv2rdf/.
Unsupported members are refused, so that none is silently without effect. Stricter than the
specification: a table has a title, a source and a licence, and a column states its property or that
it states nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.platform.text import is_language
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, text, typed

#: Known members of the objects of a metadata file. `dc:` members are common properties, published
#: as they are.
_MEMBERS = {
    "the table": {
        "@context",
        "url",
        "dialect",
        "dc:title",
        "dc:description",
        "dc:source",
        "dc:license",
        "tableSchema",
    },
    "dialect": {"delimiter"},
    "tableSchema": {"aboutUrl", "primaryKey", "foreignKeys", "columns"},
    "foreignKeys": {"columnReference", "reference"},
    "reference": {"resource", "columnReference"},
    "column": {
        *("name", "titles", "virtual", "required", "suppressOutput", "null", "separator"),
        *("aboutUrl", "propertyUrl", "valueUrl", "datatype", "lang", "dc:source", "dc:description"),
    },
    "the datatype of column": {"@id", "base", "format"},
}
#: Types of the values of members; those of others are checked where they are read.
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(
        ("name", "separator", "lang", "aboutUrl", "propertyUrl", "valueUrl", "resource"), (str,)
    ),
    **dict.fromkeys(("base", "format", "@id", "delimiter"), (str,)),
    **dict.fromkeys(("primaryKey", "columnReference", "null"), (str, list)),
    **dict.fromkeys(("columns", "foreignKeys"), (list,)),
    **dict.fromkeys(("virtual", "required", "suppressOutput"), (bool,)),
    "titles": (str, list, dict),
}
_VARIABLE = re.compile(r"\{(\+?)([^{}]+)\}")

#: Value of a column when the form of a template is checked.
_VALUE = "x-"


@dataclass(frozen=True)
class Datatype:
    """An XML Schema datatype: its local name, and the lexical form of a cell or None where there is none.

    Names: https://www.w3.org/TR/tabular-data-primer/#datatypes; forms:
    https://www.w3.org/TR/xmlschema11-2/.
    """

    name: str
    parse: Callable[[str], str | None]
    #: a datatype of another vocabulary whose literals have these lexical forms
    iri: IRI | None = None

    def literal(self, lexical: str) -> Literal:
        """The literal of a lexical form that `parse` returned; a plain one for strings."""
        if self.iri is not None:
            return Literal(lexical, datatype=self.iri)
        return Literal(lexical) if self.name == "string" else typed(lexical, self.name)


def _pattern(pattern: str) -> Callable[[str], str | None]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda cell: cell if compiled.fullmatch(cell) else None


def _day(cell: str) -> str | None:
    # the pattern first: `fromisoformat` also takes 20001231 and 2000-W52-7
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII):
        return None
    try:
        return date.fromisoformat(cell).isoformat()
    except ValueError:
        return None


_PARSERS: dict[str, Callable[[str], str | None]] = {
    "string": str,
    "integer": _pattern(r"[+-]?\d+"),
    "decimal": _pattern(r"[+-]?\d+(\.\d+)?"),
    "boolean": {"true": "true", "1": "true", "false": "false", "0": "false"}.get,
    "gYear": _pattern(r"\d{4}"),
    "gYearMonth": _pattern(r"\d{4}-(0[1-9]|1[0-2])"),
    "date": _day,
    "anyURI": _pattern(r"https?://[^\s<>\"{}|\\^`]+"),
}

#: Datatypes by name.
DATATYPES = {name: Datatype(name, parse) for name, parse in _PARSERS.items()}


@dataclass(frozen=True)
class Template:
    """An IRI or a CURIE, with or without columns.

    Two forms of RFC 6570 (https://www.rfc-editor.org/rfc/rfc6570#section-3.2): `{column}` is a
    percent-encoded cell, `{+column}` a cell that is an IRI.
    """

    text: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(match[2] for match in _VARIABLE.finditer(self.text))

    @cached_property
    def _parts(self) -> tuple[tuple[str, str, bool], ...]:
        """Each column with the text before it, and whether its cells are IRIs; then the text after the last one."""
        columns = []
        end = 0
        for match in _VARIABLE.finditer(self.text):
            columns.append((self.text[end : match.start()], match[2], bool(match[1])))
            end = match.end()
        return (*columns, (self.text[end:], "", True))

    def expand(self, cells: Mapping[str, str | None], addresses: Addresses) -> IRI | None:
        """The IRI for one row, or None where one of its cells is empty.

        Raises `KeyError` for an unknown prefix, `ValueError` for an invalid IRI.
        """
        parts = list[str]()
        for before, name, is_iri in self._parts:
            cell = cells[name] if name else ""
            if cell is None:
                return None
            parts += (
                before,
                cell if is_iri or (cell.isascii() and cell.isalnum()) else quote(cell, safe="~"),
            )
        return _resolve("".join(parts), addresses)


@dataclass(frozen=True)
class CsvwColumn:
    """One column: the form of its cells, and the statement that each of them makes."""

    name: str
    #: names of the column in the header of the file
    titles: tuple[str, ...]
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
class ForeignKey:
    """Columns whose cells occur in columns of another table, a file beside this one or in `../reference`."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Metadata:
    """A metadata file: the description and origin of a table, and the triples of its rows."""

    titles: tuple[Literal, ...]
    descriptions: tuple[Literal, ...]
    sources: tuple[IRI | Literal, ...]
    #: IRIs of licences, and statements about the terms in words, both of `dc:license`
    licences: tuple[IRI, ...]
    rights: tuple[Literal, ...]
    delimiter: str
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    columns: tuple[CsvwColumn, ...]

    @property
    def written(self) -> tuple[CsvwColumn, ...]:
        """The columns of the CSV file, in order."""
        return tuple(column for column in self.columns if not column.virtual)


def metadata_path(table: Path) -> Path:
    """The path of the metadata of a table (https://www.w3.org/TR/tabular-data-model/#standard-file-metadata)."""
    return table.with_name(f"{table.name}-metadata.json")


def read_metadata(
    path: Path, addresses: Addresses, terms: Container[IRI] | None = None
) -> Metadata:
    """The metadata file at `path`. Raises `DataError` with file and line.

    A term of the project's own vocabulary that is not one of `terms` is an error; with None, any is
    accepted.
    """
    try:
        content = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"The metadata of {path.name.removesuffix('-metadata.json')} cannot be read: {error}.",
            place=Place(str(path)),
            hint="Every table has a .csv-metadata.json beside it.",
        ) from error
    return parse_metadata(content, str(path), addresses, terms)


def parse_metadata(
    content: str, source: str, addresses: Addresses, terms: Container[IRI] | None = None
) -> Metadata:
    """The content of a metadata file, as `read_metadata`."""
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        place = Place(source, error.lineno, error.colno)
        raise DataError(f"This is not valid JSON: {error.msg}.", place=place) from error
    except (RecursionError, ValueError) as error:  # nested too deeply; a number of too many digits
        raise DataError("This is not JSON that can be read.", place=Place(source)) from error
    return _MetadataReader(source, content, addresses, terms).metadata(document)


@dataclass(frozen=True)
class _MetadataReader:
    source: str
    content: str
    addresses: Addresses
    terms: Container[IRI] | None

    def metadata(self, document: Any) -> Metadata:
        """The metadata of a table. Raises `DataError` for the first fault."""
        self._require_members(document, "the table")
        for key in ("dc:title", "dc:source", "dc:license", "tableSchema"):
            if key not in document:
                raise self._error(f"The table has no '{key}'.")
        schema = document["tableSchema"]
        dialect = document.get("dialect", {})
        self._require_members(schema, "tableSchema")
        self._require_members(dialect, "dialect")
        about = str(schema.get("aboutUrl", ""))
        columns = tuple(self._column(entry, about) for entry in schema.get("columns", ()))
        self._require_order(columns)
        delimiter = str(dialect.get("delimiter", ","))
        if len(delimiter) != 1:
            raise self._error(f"The delimiter '{delimiter}' is not one character.", "delimiter")
        primary_key = _names(schema.get("primaryKey", []))
        foreign_keys = tuple(self._foreign_key(entry) for entry in schema.get("foreignKeys", ()))
        self._require_columns(columns, primary_key, foreign_keys)
        terms = self._references(document, "dc:license")
        if not terms:
            raise self._error("The 'dc:license' of the table is empty.")
        return Metadata(
            titles=self._texts(document, "dc:title"),
            descriptions=self._texts(document, "dc:description"),
            sources=self._references(document, "dc:source"),
            licences=tuple(term for term in terms if isinstance(term, IRI)),
            rights=tuple(term for term in terms if isinstance(term, Literal)),
            delimiter=delimiter,
            primary_key=primary_key,
            foreign_keys=foreign_keys,
            columns=columns,
        )

    def _require_order(self, columns: tuple[CsvwColumn, ...]) -> None:
        """Refuse virtual columns before others, and names that two columns have."""
        for before, column in pairwise(columns):
            if before.virtual and not column.virtual:
                raise self._error(
                    f"The column '{column.name}' stands behind a virtual one.", column.name
                )
        names = [column.name for column in columns]
        for name in names:
            if names.count(name) > 1:
                raise self._error(f"Two columns have the name '{name}'.", name)

    def _require_columns(
        self,
        columns: tuple[CsvwColumn, ...],
        primary_key: tuple[str, ...],
        foreign_keys: tuple[ForeignKey, ...],
    ) -> None:
        """Refuse keys and templates that name a column which the file does not have."""
        references = list(primary_key)
        for key in foreign_keys:
            references += key.columns
        for column in columns:
            for template in (column.about, column.value):
                references += template.columns if template is not None else ()
        columns_of_file = {column.name for column in columns if not column.virtual}
        for name in references:
            if name not in columns_of_file:
                raise self._error(f"The table has no column '{name}'.", name)

    def _foreign_key(self, entry: Any) -> ForeignKey:
        self._require_members(entry, "foreignKeys")
        reference = entry.get("reference")
        self._require_members(reference, "reference")
        columns = _names(entry.get("columnReference", []))
        target_columns = _names(reference.get("columnReference", []))
        table = reference.get("resource")
        is_near_table = isinstance(table, str) and (
            Path(table).name == table.removeprefix("../reference/")
        )
        if not columns or len(columns) != len(target_columns) or not is_near_table:
            raise self._error(
                "A foreign key names as many columns as its target, a table in the same folder or in ../reference.",
                "foreignKeys",
            )
        return ForeignKey(columns, table, target_columns)

    def _column(self, entry: Any, about_of_table: str) -> CsvwColumn:
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            raise self._error("Every column needs a 'name'.")
        self._require_members(entry, "column", f" '{name}'")
        about = str(entry.get("aboutUrl", about_of_table))
        self._require_statement(entry, name, about)
        predicate = entry.get("propertyUrl")
        value = entry.get("valueUrl")
        datatype, pattern = self._datatype(entry.get("datatype", "string"), name)
        language = entry.get("lang")
        if language is not None:
            self._literal("", language, name)
        return CsvwColumn(
            name=name,
            titles=(name, *_titles(entry.get("titles", ()))),
            virtual=bool(entry.get("virtual", False)),
            required=bool(entry.get("required", False)),
            suppressed=bool(entry.get("suppressOutput", False)),
            null=_names(entry.get("null", "")),
            separator=entry.get("separator") or None,
            about=self._template(about, name) if about else Template(""),
            predicate=None if predicate is None else self._iri(predicate, name),
            value=None if value is None else self._template(value, name),
            datatype=datatype,
            pattern=pattern,
            language=language,
            sources=self._references(entry, "dc:source"),
            descriptions=self._texts(entry, "dc:description"),
        )

    def _require_statement(self, entry: Mapping[str, Any], name: str, about: str) -> None:
        """Refuse a column that does not say what its cells state, or that it states nothing."""
        is_suppressed = bool(entry.get("suppressOutput", False))
        value = entry.get("valueUrl")
        if entry.get("propertyUrl") is None and not is_suppressed:
            message = f"The column '{name}' has neither 'propertyUrl' nor 'suppressOutput'."
            raise self._error(message, name)
        if not is_suppressed and not about:
            message = f"Neither the table nor the column '{name}' has an 'aboutUrl'."
            raise self._error(message, name)
        if entry.get("virtual", False) and value is None:
            raise self._error(f"The virtual column '{name}' has no 'valueUrl'.", name)
        # the specification joins the values into one IRI there, which is not what is meant
        if "separator" in entry and value is not None:
            message = f"The column '{name}' has both 'separator' and 'valueUrl'."
            raise self._error(message, name, "Write a row for each value, in a table of its own.")

    def _datatype(self, description: Any, column: str) -> tuple[Datatype, re.Pattern[str] | None]:
        """The datatype, and the pattern of a derived one (`{"base": "string", "format": "[A-Z]{3}"}`).

        `@id` is the IRI of a derived one: https://www.w3.org/TR/tabular-metadata/#datatypes
        """
        if isinstance(description, str):
            description = {"base": description}
        self._require_members(description, "the datatype of column", f" '{column}'")
        base = description.get("base")
        pattern = description.get("format")
        iri = description.get("@id")
        if base not in DATATYPES:
            message = f"The column '{column}' has the unknown datatype '{base}'."
            raise self._error(message, column, hint=f"Known: {', '.join(DATATYPES)}.")
        datatype = DATATYPES[base]
        if iri is not None:
            datatype = replace(datatype, iri=self._iri(iri, column))
        try:
            return datatype, None if pattern is None else re.compile(pattern)
        except re.error as error:
            raise self._error(
                f"The format of column '{column}' is no regular expression: {error}.", column
            ) from error

    def _template(self, content: str, column: str) -> Template:
        template = Template(content)
        if not content.startswith("{"):  # an unknown prefix is refused before any row is read
            self._iri(_VARIABLE.sub(_VALUE, content), column)
        return template

    def _iri(self, reference: str, name: str = "") -> IRI:
        try:
            iri = _resolve(reference, self.addresses)
        except KeyError:
            raise self._error(f"The prefix of '{reference}' is not known.", name) from None
        except ValueError as error:
            raise self._error(f"'{reference}' is not an IRI: {error}.", name) from error
        own = iri.value.startswith(self.addresses.term("")) and not iri.value.endswith(_VALUE)
        if own and self.terms is not None and iri not in self.terms:
            raise self._error(
                f"'{reference}' is no term of the ontology.",
                name,
                hint="Correct it, or add the term to ontology/.",
            )
        return iri

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
            language = str(value["@language"])
            return self._literal(str(value["@value"]), language, language)
        raise self._error(
            f"Not a text: {json.dumps(value)}.",
            hint='Write "…" or {"@value": "…", "@language": "fr"}.',
        )

    def _literal(self, words: str, language: str, name: str) -> Literal:
        with suppress(ValueError):
            if is_language(language):
                return text(words, language)
        raise self._error(f"'{language}' is no language tag.", name, hint='Such as "fr".')

    def _require_members(self, entry: Any, what: str, name: str = "") -> None:
        if not isinstance(entry, dict):
            raise self._error(f"This must be a JSON object: {what}{name}.")
        supported = _MEMBERS[what]
        unsupported = sorted(set(entry) - supported)
        if unsupported:
            message = f"Not supported in {what}{name}: '{unsupported[0]}'."
            hint = f"Known: {', '.join(sorted(supported))}."
            raise self._error(message, unsupported[0], hint=hint)
        for key, value in entry.items():
            if value is not None and not isinstance(value, _TYPES.get(key, (object,))):
                raise self._error(f"The '{key}' of {what}{name} has a value of another type.", key)

    def _error(self, message: str, name: str = "", hint: str | None = None) -> DataError:
        """An error at the first line with a name: the JSON parser returns no lines."""
        line = self._line_of(name) if name else None
        return DataError(message, place=Place(self.source, line), hint=hint)

    def _line_of(self, name: str) -> int | None:
        """The number of the first line that has a name in quotation marks, or in a template."""
        quoted_or_variable = re.compile(rf'"{re.escape(name)}"|\{{\+?{re.escape(name)}\}}')
        for number, line in enumerate(self.content.splitlines(), 1):
            if quoted_or_variable.search(line):
                return number
        return None


def _resolve(reference: str, addresses: Addresses) -> IRI:
    """The IRI of a CURIE of the project's prefixes, or of a full IRI (ours moved under the base in use).

    Raises `KeyError` for an unknown prefix, `ValueError` for an invalid IRI.
    """
    if re.match(r"https?://", reference):
        return IRI(addresses.rebase(reference))
    return IRI(addresses.expand(reference))


def _names(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def _titles(value: Any) -> tuple[str, ...]:
    """Titles of a column: a text, several, or those of each language."""
    if isinstance(value, dict):
        return tuple(title for titles in value.values() for title in _names(titles))
    return _names(value)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
