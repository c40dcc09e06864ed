"""The fields of the form for a kind of thing: the columns of its sheet, what is written, what is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from gcmgraph.contributions.content import Content
from gcmgraph.namespaces import Addresses
from gcmgraph.spreadsheets.columns import CellKind, ColumnNeed, Sheet, SheetColumn
from gcmgraph.spreadsheets.headers import ID, curie_header
from gcmgraph.spreadsheets.lists import Lists
from gcmgraph.spreadsheets.media import CSV
from gcmgraph.spreadsheets.wording import ID_FILLING, YES_NO, filling

#: Lists up to this length are a menu; longer ones are offered while one writes.
_MENU = 40
#: Empty inputs that are offered for further values, and most inputs of one field.
_BLANKS, _MOST = 2, 50


@dataclass(frozen=True)
class Field:
    """One field: of a property, in a language."""

    name: str
    #: its identifier in the page
    id: str
    label: str
    hint: str
    kind: CellKind
    need: ColumnNeed = ColumnNeed.OPTIONAL
    language: str | None = None
    #: what stands in its inputs; empty ones at the end where there may be more
    values: tuple[str, ...] = ("",)
    #: a menu: value and words of each choice
    menu: tuple[tuple[str, str], ...] = ()
    #: the identifier of a list that is offered while one writes
    offered: str | None = None
    errors: tuple[dict[str, Any], ...] = ()

    @property
    def invalid(self) -> bool:
        """Whether something in it must be mended."""
        return any(error["level"] == "violation" for error in self.errors)


class Form:
    """The form for a sheet, in English or French."""

    def __init__(self, sheet: Sheet, lists: Lists, addresses: Addresses, language: str) -> None:
        self.sheet = sheet
        self.language = language
        self._lists = lists
        self._columns = {curie_header(column, addresses): column for column in sheet.columns}

    def content(self, given: MultiDict[str, str]) -> Content | None:
        """What was written as a CSV file of the template; None where nothing was."""
        cells = {name: _cell(column, _written(given, name)) for name, column in self._columns.items()}
        cells[ID] = given.get(ID, "").strip()
        filled = {name: said for name, said in cells.items() if said}
        if not filled:
            return None
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerows([filled.keys(), filled.values()])
        return Content(text.getvalue().encode("utf-8", "replace"), f"{self.sheet.kind}.csv", CSV.media_type)

    def title(self, given: MultiDict[str, str]) -> tuple[str, str]:
        """What the thing is called, on one line, and in which language."""
        first = self.sheet.columns[0].property
        for name, column in self._columns.items():
            said = " ".join(given.get(name, "").split())
            if column.property == first and said:
                return said[:300], column.language or self.language
        return "", self.language

    def lists(self, fields: list[Field]) -> dict[str, list[str]]:
        """The lists that are offered while one writes in these fields, by identifier."""
        found: dict[str, list[str]] = {}
        for field in fields:
            if field.offered and field.offered not in found:
                column = self._columns[field.name]
                choices = self._lists.of(column.classes, column.scheme).in_order(self.language)
                found[field.offered] = [choice.shown(self.language) for choice in choices]
        return found

    def fields(self, given: MultiDict[str, str], results: list[dict[str, Any]] | None = None) -> list[Field]:
        """The fields in the order of the shapes, filled in, each with the results about it."""
        fields = [self._field(name, column, _written(given, name)) for name, column in self._columns.items()]
        hint = ID_FILLING.in_language(self.language)
        fields.append(Field(ID, "field-id", ID, hint, CellKind.CODE, values=(given.get(ID, "").strip(),)))
        told: dict[str, list[dict[str, Any]]] = {}
        for name, result in self._concerned(given, results or []):
            told.setdefault(name, []).append(result)
        return [replace(field, errors=tuple(told.get(field.name, ()))) for field in fields]

    def distinct(self, given: MultiDict[str, str], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The results without those that say at a field what another says there."""
        found: dict[str, dict[str, Any]] = {}
        for name, result in self._concerned(given, results):
            same = (name, result["message"], result["nearest"], result["level"]) if name else len(found)
            found.setdefault(str(same), result)
        return list(found.values())

    def left(self, fields: list[Field], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The results that stand at no field."""
        shown = [error for field in fields for error in field.errors]
        return [result for result in results if result not in shown]

    def _concerned(
        self, given: MultiDict[str, str], results: list[dict[str, Any]]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each result with the field that it is about, an empty name for none."""
        filled = self.content(given)
        headers = next(csv.reader(io.StringIO(filled.data.decode("utf-8"))), []) if filled else []
        for result in results:
            column = (result.get("place") or {}).get("column")
            if result["value"] is not None and column and column <= len(headers):
                yield headers[column - 1], result
            else:
                yield self._lacking(result, given), result

    def _lacking(self, result: dict[str, Any], given: MultiDict[str, str]) -> str:
        """The field whose language a result asks for, else the first of its property, rather an empty one."""
        shape, path = result["sourceShape"]["value"], result.get("path") or ""
        asked = [n for n, column in self._columns.items() if shape in {rule.value for rule in column.asking}]
        names = asked or [name for name, column in self._columns.items() if f"<{column.property.value}>" in path]
        return next((name for name in names if not _written(given, name)), names[0] if names else "")

    def _field(self, name: str, column: SheetColumn, values: list[str]) -> Field:
        label = column.names.best(self.language) or name
        several = column.most != 1 and not column.parts
        menu: tuple[tuple[str, str], ...] = ()
        offered = None
        if column.kind is CellKind.BOOLEAN:
            menu = tuple((words, words) for words in (word.in_language(self.language) for word in YES_NO))
        elif column.kind is CellKind.RESOURCE:
            choices = self._lists.of(column.classes, column.scheme).in_order(self.language)
            if len(choices) <= _MENU:
                menu = tuple((choice.iri.value, choice.shown(self.language)) for choice in choices)
            else:
                offered = "list-" + "-".join(kind.value.rpartition("#")[2].lower() for kind in column.classes)
        known = {choice for choice, _ in menu}
        menu += tuple((value, value) for value in values if menu and value not in known)  # what was sent comes back
        blanks = [""] * (_BLANKS if several else not values)
        return Field(
            name,
            "field-" + "".join(char if char.isalnum() else "-" for char in name),
            label,
            "" if menu or column.kind is CellKind.TEXT else filling(replace(column, most=1))[self.language],
            column.kind,
            column.need,
            column.language,
            (*values, *blanks),
            menu,
            offered,
        )


def _written(given: MultiDict[str, str], name: str) -> list[str]:
    return [said for raw in given.getlist(name)[:_MOST] if (said := raw.replace("\r\n", "\n").strip())]


def _cell(column: SheetColumn, values: list[str]) -> str:
    """Several values as the cell of a spreadsheet holds them."""
    if column.kind in {CellKind.TEXT, CellKind.SOURCE}:
        return "\n".join(values if column.most == 1 else (" ".join(value.split()) for value in values))
    return "\n".join(values)
