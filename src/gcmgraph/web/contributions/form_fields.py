"""Fields of a form, from the columns of a sheet, with their values and errors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from werkzeug.datastructures import MultiDict

from gcmgraph.contributions.content import Content
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.labels import Label
from gcmgraph.spreadsheets.cells import Lists
from gcmgraph.spreadsheets.columns import TEXTS, CellKind, ColumnNeed, Sheet, SheetColumn, filling
from gcmgraph.spreadsheets.grids import CSV
from gcmgraph.spreadsheets.rows import ID, curie_header

#: Maximum length of a menu; a longer list is a list of suggestions.
_MAX_MENU = 40
#: Number of empty inputs for further values; maximum number of inputs of a field.
_BLANKS, _MAX_INPUTS = 2, 50


@dataclass(frozen=True)
class FormField:
    """The field of a property, in a language."""

    name: str
    #: identifier in the page
    id: str
    label: str
    hint: str
    kind: CellKind
    need: ColumnNeed = ColumnNeed.OPTIONAL
    language: str | None = None
    #: name of its group
    group: str = ""
    #: values of its inputs, the last ones empty where more may be added
    values: tuple[str, ...] = ("",)
    #: a menu: value and text of each choice
    menu: tuple[tuple[str, Label], ...] = ()
    #: identifier of its list of suggestions
    suggestions: str | None = None
    errors: tuple[dict[str, Any], ...] = ()

    @property
    def invalid(self) -> bool:
        """Whether a value must be corrected."""
        return any(error["level"] == "violation" for error in self.errors)


@dataclass(frozen=True)
class FieldGroup:
    """Fields of one group."""

    name: str
    fields: tuple[FormField, ...]


class Form:
    """The form for a sheet, in a language."""

    def __init__(self, sheet: Sheet, lists: Lists, addresses: Addresses, language: str) -> None:
        self.sheet = sheet
        self.language = language
        self._lists = lists
        self._columns = {curie_header(column, addresses): column for column in sheet.columns}

    def content(self, given: MultiDict[str, str]) -> Content | None:
        """The values as a CSV file of the template; None where all are empty."""
        cells = {name: _cell(column, _written(given, name)) for name, column in self._columns.items()}
        cells[ID] = given.get(ID, "").strip()
        filled = {name: cell for name, cell in cells.items() if cell}
        if not filled:
            return None
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerows([filled.keys(), filled.values()])
        return Content(text.getvalue().encode("utf-8", "replace"), f"{self.sheet.kind}.csv", CSV.media_type)

    def text(self, given: MultiDict[str, str]) -> str:
        """The texts of the resource in all languages, with the names of its type in these languages."""
        written = {name: values for name in self._columns if (values := _written(given, name))}
        texts = {name: written[name] for name in written if self._columns[name].kind is CellKind.TEXT}
        languages = {self._columns[name].language for name in texts}
        column, chosen = self._columns.get("dct:type"), written.get("dct:type", ())
        types = (
            [one for one in self._lists.of(column.classes, column.scheme).all if one.iri.value in chosen]
            if column
            else []
        )
        names = [name for one in types for tag, name in one.labels.pairs if tag in languages]
        return "\n".join([*(text for values in texts.values() for text in values), *names])

    def title(self, given: MultiDict[str, str]) -> tuple[str, str]:
        """The name of the resource on one line, and its language."""
        first = self.sheet.columns[0].property
        for name, column in self._columns.items():
            text = " ".join(given.get(name, "").split())
            if column.property == first and text:
                return text[:300], column.language or self.language
        return "", self.language

    def lists(self, fields: list[FormField]) -> dict[str, list[str]]:
        """The lists of suggestions of some fields, by identifier."""
        found: dict[str, list[str]] = {}
        for field in fields:
            if field.suggestions and field.suggestions not in found:
                column = self._columns[field.name]
                choices = self._lists.of(column.classes, column.scheme).in_order(self.language)
                found[field.suggestions] = [choice.shown(self.language) for choice in choices]
        return found

    def fields(self, given: MultiDict[str, str], results: list[dict[str, Any]] | None = None) -> list[FormField]:
        """The fields in the order of the shapes, with their values and errors."""
        fields = [self._field(name, column, _written(given, name)) for name, column in self._columns.items()]
        hint = TEXTS["id"].in_language(self.language)
        fields.append(FormField(ID, "field-id", ID, hint, CellKind.CODE, values=(given.get(ID, "").strip(),)))
        errors: dict[str, list[dict[str, Any]]] = {}
        for name, result in self._concerned(given, results or []):
            errors.setdefault(name, []).append(result)
        return [replace(field, errors=tuple(errors.get(field.name, ()))) for field in fields]

    def distinct(self, given: MultiDict[str, str], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The results without duplicates at the same field."""
        found: dict[str, dict[str, Any]] = {}
        for name, result in self._concerned(given, results):
            same = (name, result["message"], result["nearest"], result["level"]) if name else len(found)
            found.setdefault(str(same), result)
        return list(found.values())

    def groups(self, fields: list[FormField]) -> list[FieldGroup]:
        """The fields by group, in their order."""
        return [FieldGroup(name, tuple(some)) for name, some in groupby(fields, key=lambda field: field.group)]

    def left(self, fields: list[FormField], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The results that belong to no field."""
        shown = [error for field in fields for error in field.errors]
        return [result for result in results if result not in shown]

    def _concerned(
        self, given: MultiDict[str, str], results: list[dict[str, Any]]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each result with the name of its field, empty for none."""
        filled = self.content(given)
        headers = next(csv.reader(io.StringIO(filled.data.decode("utf-8"))), []) if filled else []
        for result in results:
            column = (result.get("place") or {}).get("column")
            if result["value"] is not None and column and column <= len(headers):
                yield headers[column - 1], result
            else:
                yield self._lacking(result, given), result

    def _lacking(self, result: dict[str, Any], given: MultiDict[str, str]) -> str:
        """The field that a result about a missing value requires, else the first of its property, empty ones first."""
        shape, path = result["sourceShape"]["value"], result.get("path") or ""
        required = [n for n, column in self._columns.items() if shape in {rule.value for rule in column.asking}]
        names = required or [name for name, column in self._columns.items() if f"<{column.property.value}>" in path]
        return next((name for name in names if not _written(given, name)), names[0] if names else "")

    def _field(self, name: str, column: SheetColumn, values: list[str]) -> FormField:
        label = column.names.best(self.language) or name
        several = column.most != 1 and not column.parts
        menu: tuple[tuple[str, Label], ...] = ()
        suggestions = None
        if column.kind is CellKind.BOOLEAN:
            menu = tuple(
                (words, Label(words)) for words in (word.in_language(self.language) for word in TEXTS["yes-no"])
            )
        elif column.kind is CellKind.RESOURCE:
            choices = self._lists.of(column.classes, column.scheme).in_order(self.language)
            if len(choices) <= _MAX_MENU:
                menu = tuple(
                    (choice.iri.value, Label(choice.shown(self.language), choice.labels.tag(self.language)))
                    for choice in choices
                )
            else:
                suggestions = "list-" + "-".join(kind.value.rpartition("#")[2].lower() for kind in column.classes)
        known = {choice for choice, _ in menu}
        menu += tuple(
            (value, Label(value)) for value in values if menu and value not in known
        )  # submitted values remain
        blanks = [""] * (_BLANKS if several else not values)
        return FormField(
            name,
            "field-" + "".join(char if char.isalnum() else "-" for char in name),
            label,
            "" if menu or column.kind is CellKind.TEXT else filling(replace(column, most=1))[self.language],
            column.kind,
            column.need,
            column.language,
            column.group.labels.best(self.language) or "",
            (*values, *blanks),
            menu,
            suggestions,
        )


def _written(given: MultiDict[str, str], name: str) -> list[str]:
    return [text for raw in given.getlist(name)[:_MAX_INPUTS] if (text := raw.replace("\r\n", "\n").strip())]


def _cell(column: SheetColumn, values: list[str]) -> str:
    """The cell of a spreadsheet for some values."""
    if column.kind in {CellKind.TEXT, CellKind.SOURCE}:
        return "\n".join(values if column.most == 1 else (" ".join(value.split()) for value in values))
    return "\n".join(values)
