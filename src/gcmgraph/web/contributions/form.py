"""Form for a practice or an organisation: its fields, and their values as a row of the template.

The fields are the columns of a sheet, which are derived from the shapes. Values are read with the
rules for spreadsheets.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from gcmgraph.contributions.content import Content
from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.descriptions import Label
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.spreadsheets.columns import CellKind, ColumnNeed, Sheet, SheetColumn, filling
from gcmgraph.spreadsheets.grids import CSV
from gcmgraph.spreadsheets.headers import ID, curie_header
from gcmgraph.spreadsheets.lists import ListEntry, PublishedLists
from gcmgraph.spreadsheets.texts import TEXTS

#: Maximum length of a menu; a longer list is a list of suggestions.
_MAX_MENU = 40

#: Maximum number of inputs of a field.
_MAX_INPUTS = 50

#: Longest title of a contribution that is taken from a form.
_MAX_TITLE = 300

#: Header of the column with the type of an organisation.
_TYPE = "dct:type"


@dataclass(frozen=True)
class FieldResult:
    """A result of validation, and the name of the field that it is about; empty for none."""

    field: str
    result: dict[str, Any]


@dataclass(frozen=True)
class FormField:
    """The field of a property, in a language."""

    name: str
    label: str
    hint: str
    kind: CellKind
    need: ColumnNeed = ColumnNeed.OPTIONAL
    language: str | None = None
    #: name of its group
    group: str = ""
    #: position among the fields that stand first; None for others
    position: int | None = None
    #: values of its inputs, the last ones empty where more may be added
    values: tuple[str, ...] = ("",)
    #: a menu: value and text of each choice
    menu: tuple[tuple[str, Label], ...] = ()
    #: identifier of its list of suggestions
    suggestions: str | None = None
    errors: tuple[dict[str, Any], ...] = ()

    @property
    def id(self) -> str:
        """Its identifier in the page."""
        return "field-" + "".join(char if char.isalnum() else "-" for char in self.name)

    @property
    def invalid(self) -> bool:
        """Whether a value must be corrected."""
        return any(error["level"] == "violation" for error in self.errors)

    @property
    def used(self) -> bool:
        """Whether there is a value or an error, so that the field is not folded."""
        return any(self.values) or bool(self.errors)


class Form:
    """The form for a sheet, in a language, with the `submitted` values."""

    def __init__(
        self,
        sheet: Sheet,
        lists: PublishedLists,
        addresses: Addresses,
        language: str,
        submitted: MultiDict[str, str],
    ) -> None:
        self.sheet = sheet
        self.language = language
        self._lists = lists
        self._columns = {curie_header(column, addresses): column for column in sheet.columns}
        self._id = submitted.get(ID, "").strip()
        self._values = {name: _values(submitted.getlist(name)) for name in self._columns}

    def content(self) -> Content | None:
        """The values as a CSV file of the template; None where all are empty."""
        cells = self._cells()
        if not cells:
            return None
        text = io.StringIO(newline="")
        csv.writer(text).writerows([cells.keys(), cells.values()])
        body = text.getvalue().encode("utf-8", "replace")
        return Content(body, f"{self.sheet.kind}.csv", CSV.media_type)

    def text(self) -> str:
        """The texts of the resource in all languages, with the names of its type in these languages."""
        lines: list[str] = []
        languages = set()
        for name, column in self._columns.items():
            if column.kind is CellKind.TEXT and self._values[name]:
                lines += self._values[name]
                languages.add(column.language)
        return "\n".join([*lines, *self._type_names(languages)])

    def _type_names(self, languages: set[str | None]) -> list[str]:
        """The names of the type of the resource in some languages."""
        column = self._columns.get(_TYPE)
        if column is None:
            return []
        names = []
        for entry in self._lists.of(column.classes, column.scheme).all:
            if entry.iri.value in self._values[_TYPE]:
                names += [name for language, name in entry.labels.pairs if language in languages]
        return names

    def title(self) -> tuple[str, str]:
        """The name of the resource on one line, and its language."""
        naming_property = self.sheet.columns[0].property
        for name, column in self._columns.items():
            text = " ".join(next(iter(self._values[name]), "").split())
            if column.property == naming_property and text:
                return text[:_MAX_TITLE], column.language or self.language
        return "", self.language

    def lists(self, fields: Iterable[FormField]) -> dict[str, list[str]]:
        """The lists of suggestions of some fields, by identifier."""
        lists = {}
        for field in fields:
            if field.suggestions:
                choices = self._choices(self._columns[field.name])
                lists[field.suggestions] = [choice.text(self.language) for choice in choices]
        return lists

    def fields(self, results: Sequence[FieldResult]) -> list[FormField]:
        """The fields in the order of the shapes, with their values and errors."""
        fields = [self._field(name, column) for name, column in self._columns.items()]
        label = TEXTS["id"].in_language(self.language)
        fields.append(FormField(ID, ID, label, CellKind.CODE, values=(self._id,)))
        return [replace(field, errors=_errors(field.name, results)) for field in fields]

    def results(self, results: Iterable[dict[str, Any]]) -> list[FieldResult]:
        """Each result with the name of its field, without duplicates at the same field."""
        headers = list(self._cells())
        by_message: dict[str, FieldResult] = {}
        for result in results:
            name = self._field_of(result, headers)
            message = (name, result["message"], result["nearest"], result["level"])
            key = message if name else len(by_message)  # all results without a field are listed
            by_message.setdefault(str(key), FieldResult(name, result))
        return list(by_message.values())

    def _cells(self) -> dict[str, str]:
        """The cells of a row that are not empty, by header."""
        cells = {name: _cell(column, self._values[name]) for name, column in self._columns.items()}
        cells[ID] = self._id
        return {name: cell for name, cell in cells.items() if cell}

    def _field_of(self, result: dict[str, Any], headers: Sequence[str]) -> str:
        """The field of a result: that of its cell, or the field that should have a value."""
        column = (result.get("place") or {}).get("column") or 0
        if result["value"] is not None and 0 < column <= len(headers):
            return headers[column - 1]
        return self._lacking_field(result)

    def _lacking_field(self, result: dict[str, Any]) -> str:
        """The field that a result about a missing value requires, else the first of its property, empty ones first."""
        shape = result["sourceShape"]["value"]
        path = result.get("path") or ""
        names = [
            name
            for name, column in self._columns.items()
            if any(iri.value == shape for iri in column.shapes_requiring_text)
        ]
        if not names:
            names = [
                name
                for name, column in self._columns.items()
                if f"<{column.property.value}>" in path
            ]
        empty_names = [name for name in names if not self._values[name]]
        return next(iter(empty_names or names), "")

    def _choices(self, column: SheetColumn) -> Sequence[ListEntry]:
        return self._lists.of(column.classes, column.scheme).in_order(self.language)

    def _field(self, name: str, column: SheetColumn) -> FormField:
        values = self._values[name]
        choices = self._choices(column) if column.kind is CellKind.RESOURCE else ()
        is_long_list = len(choices) > _MAX_MENU
        menu = [] if is_long_list else self._menu(column, choices, values)
        hint = ""
        if not menu and column.kind is not CellKind.TEXT:
            # a field of lines has an input for each line
            has_lines = column.kind is CellKind.SOURCE
            described = replace(column, max_values=1) if has_lines else column
            hint = filling(described, with_sheets=False)[self.language]
        takes_several = column.max_values != 1 and not column.parts
        blanks = [""] if takes_several or not values else []
        return FormField(
            name,
            column.names.best(self.language) or name,
            hint,
            column.kind,
            column.need,
            column.language,
            group=column.group.labels.best(self.language) or "",
            position=self._position(name, column),
            values=(*values, *blanks),
            menu=tuple(menu),
            suggestions=_list_identifier(column) if is_long_list else None,
        )

    def _position(self, name: str, column: SheetColumn) -> int | None:
        """The position of a field among the first ones: of texts, those in the first language of the sheet."""
        first_fields = KINDS[self.sheet.kind].first_fields
        is_other_language = column.language not in {None, self.sheet.columns[0].language}
        curie = name.partition("@")[0]
        if is_other_language or curie not in first_fields:
            return None
        return first_fields.index(curie)

    def _menu(
        self, column: SheetColumn, choices: Iterable[ListEntry], values: Iterable[str]
    ) -> list[tuple[str, Label]]:
        """The choices of a field with their texts: yes and no, or resources; empty for any other field."""
        if column.kind is CellKind.BOOLEAN:
            answers = [answer.in_language(self.language) for answer in TEXTS["yes-no"]]
            menu = [(answer, Label(answer)) for answer in answers]
        else:
            menu = [
                (
                    choice.iri.value,
                    Label(choice.text(self.language), choice.labels.tag(self.language)),
                )
                for choice in choices
            ]
        offered = {value for value, _ in menu}
        if menu:  # submitted values remain
            menu += [(value, Label(value)) for value in values if value not in offered]
        return menu


def _values(inputs: Iterable[str]) -> list[str]:
    """The values of the inputs of a field, without empty ones."""
    texts = (text.replace("\r\n", "\n").strip() for text in list(inputs)[:_MAX_INPUTS])
    return [text for text in texts if text]


def _errors(name: str, results: Iterable[FieldResult]) -> tuple[dict[str, Any], ...]:
    """The results about a field."""
    return tuple(result.result for result in results if result.field == name)


def _list_identifier(column: SheetColumn) -> str:
    """The identifier of the list of suggestions of a column in a page: `list-country`."""
    class_names = (iri.value.rpartition("#")[2].lower() for iri in column.classes)
    return "list-" + "-".join(class_names)


def _cell(column: SheetColumn, values: list[str]) -> str:
    """The cell of a spreadsheet for some values."""
    is_list = column.kind in {CellKind.TEXT, CellKind.SOURCE} and column.max_values != 1
    if is_list:  # a line is a value
        values = [" ".join(value.split()) for value in values]
    return "\n".join(values)
