"""Rows of the template in a file: the statements of each row about a resource and its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count, cycle

from slugify import slugify

from gcmgraph.model.kinds import LONGEST_SLUG, SLUG
from gcmgraph.platform.errors import Place
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, DefaultGraph, Literal, Quad, Term, Vocabulary
from gcmgraph.spreadsheets.cells import Ambiguous, CellReader, DescribedResources
from gcmgraph.spreadsheets.columns import CellKind, Sheet, SheetColumn
from gcmgraph.spreadsheets.grids import Grid, SheetCell, SheetRow, quoted
from gcmgraph.spreadsheets.habits import is_empty_phrase
from gcmgraph.spreadsheets.headers import Headers
from gcmgraph.spreadsheets.lists import PublishedLists, normal
from gcmgraph.store.port import Store
from gcmgraph.validation.report import Nearest, Result, extra_result

#: Limit on the values with a suggestion.
_MAX_SUGGESTIONS = 200
#: Limit on the characters in the address of a part that come from its name.
_PART_SLUG = 40
#: Limit on the parts of a resource with one property.
_MAX_PARTS = 10_000


@dataclass(frozen=True)
class RowOfResource:
    """A row that describes a resource or its parts."""

    sheet: Sheet
    grid: Grid
    headers: Headers
    row: SheetRow

    @property
    def title(self) -> Texts:
        """The name of the resource in the row, by language."""
        title_property = self.sheet.columns[0].property
        titles = []
        for position, column in self.headers.columns.items():
            if column.property == title_property and position in self.row.cells:
                titles.append((column.language or "", self.row.cells[position].text))
        return Texts.of(titles)

    def column(self, properties: Iterable[IRI], shape: IRI | None = None) -> SheetColumn | None:
        """The first column of one of some properties: that which `shape` requires, if one is."""
        columns = [
            column
            for property in properties
            for column in self.sheet.columns
            if column.property == property
        ]
        for column in columns:
            if shape in column.shapes_requiring_text:
                return column
        return columns[0] if columns else None

    def place_of_column(self, column: SheetColumn | None) -> Place:
        """The place of the cell of a column, also of an empty one; that of the row for a column that is not there.

        A column for the same texts in another language stands for one that is not there.
        """
        if column is None:
            return self.place()
        positions = {
            present.language: position
            for position, present in self.headers.columns.items()
            if present.path == column.path
        }
        first_position = min(positions.values(), default=None)
        return self.place(positions.get(column.language, first_position))

    def place(self, position: int | None = None) -> Place:
        """The place of a cell by the position of its column in the file, or of the row."""
        return self.grid.place(self.row.number, position)

    def names(self) -> Iterator[SheetCell]:
        """The cells with names of the resource, the best first, those in languages beyond the template last."""
        positions = {column: position for position, column in self.headers.columns.items()}
        naming_paths = {column.path for column in self.sheet.naming_columns}
        columns_of_file = [column for column in positions if column.path in naming_paths]
        for column in dict.fromkeys((*self.sheet.naming_columns, *columns_of_file)):
            cell = self.row.cells.get(positions.get(column, 0))
            if cell is not None and cell.fault is None:
                yield cell


@dataclass(frozen=True)
class _PartValues:
    """A cell of a part: its column, place and values."""

    column: SheetColumn
    place: Place
    cell: SheetCell
    values: list[Term]

    @property
    def value_count(self) -> str:
        """The number of values, for a report: `amount of the budget: 2`."""
        return f"{self.column.names.best('en')}: {len(self.values)}"


class RowReader:
    """Reads the rows of files into `places`, `problems` and `suggestions`.

    An error does not stop other rows.
    """

    def __init__(
        self,
        lists: PublishedLists,
        published: Store,
        addresses: Addresses,
        removed: frozenset[Quad],
    ) -> None:
        """`removed` are published statements that the file replaces."""
        self._published = published
        self._addresses = addresses
        self._removed = removed
        self._term = Vocabulary(addresses)
        self._supports = self._term("gcm:supportsAction")
        self._described: DescribedResources = {}
        self._cells = CellReader(lists, published, addresses, self._described)
        self._subjects: dict[Term, Place] = {}
        self.places: dict[Quad, Place | None] = {}
        self.problems: list[Result] = []
        #: suggestions for values that name nothing
        self.suggestions: dict[tuple[Term, IRI, Term], Nearest | None] = {}
        #: advice on values that cannot be read
        self.advice: dict[tuple[Term, IRI, Term], Texts] = {}
        #: properties with values that are left out, which `problems` report
        self.left_out: set[tuple[Term, IRI]] = set()
        #: the row of each resource and its parts
        self.rows: dict[Term, RowOfResource] = {}

    def name(self, row: RowOfResource) -> IRI | None:
        """The resource that a row describes, which cells may name from then on; None for a part."""
        if row.sheet.owner is not None:
            return None
        identifier_cell = row.row.cells.get(row.headers.identifier or 0)
        if identifier_cell is not None:
            resource = self._identified_resource(row, identifier_cell.text)
        else:
            resource = self._named_resource(row)
        names = self._described.setdefault(row.sheet.type, {})
        for cell in row.names():
            names.setdefault(normal(cell.text), set()).add(resource)
        return resource

    def _identified_resource(self, row: RowOfResource, identifier: str) -> IRI:
        """The resource of the address in the row; one by the row's number for an invalid address."""
        place = row.place(row.headers.identifier)
        fallback = self._resource_of_number(row)
        resource = self._resource_of_identifier(row.sheet, identifier)
        if resource is None:
            self._report("bad-identifier", place, fallback, identifier)
            resource = fallback
        self._subjects.setdefault(resource, place)
        return resource

    def _named_resource(self, row: RowOfResource) -> IRI:
        """The resource with the name in the row, which must be new; without a name, one by the row's number."""
        place = row.place()
        resource = self._resource_of_name(row) or self._resource_of_number(row)
        if self._is_published(resource):
            self._report("published-already", place, resource, resource.value)
        earlier_place = self._subjects.setdefault(resource, place)
        if earlier_place is not place:
            self._report("same-row", place, resource, str(earlier_place))
        return resource

    def read(self, row: RowOfResource, resource: IRI | None) -> None:
        """Read the statements of a row about the resource that `name` returned."""
        resource = resource or self._new_part_of_whole(row)
        if resource is None:
            return
        self.rows.setdefault(resource, row)
        self._state(resource, "rdf:type", row.sheet.type, row.place())
        parts: dict[IRI, list[_PartValues]] = {}
        actions: list[Term] = []
        for position, cell in sorted(row.row.cells.items()):
            place = row.place(position)
            column = row.headers.columns.get(position)
            if column is None:
                headers = row.headers
                if position not in headers.left_out | {headers.identifier, headers.owner}:
                    self._report("cell-without-column", place, resource, cell.text)
                continue
            values = list(self._values(row, resource, column, cell, place))
            if column.parts:
                part_values = _PartValues(column, place, cell, values)
                parts.setdefault(column.path[0], []).append(part_values)
                continue
            for value in values:
                self._state(resource, column.property, value, place)
            if column.property == self._supports:
                actions += values
        reasons = parts.pop(self._supports, [])
        for columns in parts.values():
            self._read_parts(resource, columns)
        if reasons:
            self._read_reasons(resource, actions, reasons)

    def _values(
        self, row: RowOfResource, resource: IRI, column: SheetColumn, cell: SheetCell, place: Place
    ) -> Iterator[Term]:
        """The values of a cell.

        Empty phrases and names of several resources are reported and left out. A text that names
        nothing is a literal, with a suggestion or advice: validation reports it.
        """
        if cell.fault is not None:
            self._report(cell.fault, place, resource, cell.text, column)
            return
        for piece, value in self._cells.terms(cell.text, column):
            if not isinstance(value, IRI | Ambiguous) and is_empty_phrase(piece):
                self._report("empty-phrase", place, resource, piece, column)
                continue
            if isinstance(value, Ambiguous):
                self._report("ambiguous-name", place, resource, piece, column)
                continue
            key = (resource, column.property, value)
            if not isinstance(value, IRI) and column.kind is CellKind.RESOURCE:
                has_suggestion = len(self.suggestions) < _MAX_SUGGESTIONS
                suggestion = self._cells.most_similar(piece, column) if has_suggestion else None
                self.suggestions[key] = suggestion
            if isinstance(value, Literal):
                advice = self._cells.advice(piece, column, row.sheet)
                if advice:
                    self.advice[key] = advice
            yield value

    def _read_parts(self, resource: IRI, columns: list[_PartValues]) -> None:
        """Read parts from columns side by side: the first values of each make one part, the second another."""
        if any(column.cell.fault for column in columns):
            return
        counts = {len(column.values) for column in columns}
        first_column = columns[0]
        if len(counts) > 1:
            differing_counts = ", ".join(column.value_count for column in columns)
            self._report(
                "unpaired-values",
                first_column.place,
                resource,
                differing_counts,
                first_column.column,
            )
            return
        for index in range(min(counts)):
            self._read_part(resource, columns, index)

    def _read_part(self, resource: IRI, columns: list[_PartValues], index: int) -> None:
        """Read one part, and the parts within it, from the values of columns at an index."""
        parts: dict[tuple[IRI, ...], IRI] = {}
        first_place = columns[0].place
        for column in columns:
            part = resource
            path = column.column.path
            for depth, type_ in enumerate(column.column.parts, 1):
                path_to_part = path[:depth]
                if path_to_part not in parts:
                    step = path_to_part[-1]
                    inner_part = self._part_address(part, resource, step, first_place)
                    parts[path_to_part] = inner_part
                    self._state(part, step, inner_part, first_place)
                    self._state(inner_part, "rdf:type", type_, first_place)
                part = parts[path_to_part]
            value = column.values[index]
            self.rows.setdefault(part, self.rows[resource])
            self._state(part, path[-1], value, column.place)
            advice = self.advice.get((resource, path[-1], value))
            if advice is not None:
                self.advice[part, path[-1], value] = advice
            suggestion = self.suggestions.get((resource, path[-1], value))
            if suggestion is not None:
                self.suggestions[part, path[-1], value] = suggestion

    def _read_reasons(self, resource: IRI, actions: list[Term], columns: list[_PartValues]) -> None:
        """Read the reasons of judgements: a line for each action, or one line for all of them.

        A judgement is a `rdf:Statement` about the statement that the resource supports the action.
        """
        first_place = columns[0].place
        judgements = [
            self._part_address(resource, resource, self._supports, first_place) for _ in actions
        ]
        for column in columns:
            is_unpaired = not actions or len(column.values) not in {1, len(actions)}
            if column.cell.fault is None and is_unpaired:
                differing_counts = f"{column.value_count}, action supported: {len(actions)}"
                self._report(
                    "unpaired-values", column.place, resource, differing_counts, column.column
                )
                continue
            judged = zip(judgements, actions, cycle(column.values), strict=False)
            for judgement, action, reason in judged:
                self.rows.setdefault(judgement, self.rows[resource])
                place = column.place
                self._state(judgement, "rdf:type", self._term("rdf:Statement"), place)
                self._state(judgement, "rdf:subject", resource, place)
                self._state(judgement, "rdf:predicate", self._supports, place)
                self._state(judgement, "rdf:object", action, place)
                self._state(judgement, column.column.property, reason, place)

    def _part_address(self, outer: IRI, resource: IRI, step: IRI, place: Place) -> IRI:
        """The address of a part: `…#funding`, `…#funding-amount`; the second is `…#funding-2`."""
        name = slugify(step.value.rstrip("/").replace("#", "/").rpartition("/")[2])
        if outer != resource:
            return IRI(f"{outer.value}-{name}")
        suffixes = chain([""], (f"-{number}" for number in range(2, _MAX_PARTS)))
        addresses = (IRI(f"{outer.value}#{name}{suffix}") for suffix in suffixes)
        part = next(
            address
            for address in addresses
            if address not in self._subjects and not self._is_published(address)
        )
        self._subjects[part] = place
        return part

    def _new_part_of_whole(self, row: RowOfResource) -> IRI | None:
        """The address of a part with a sheet of its own, stated as part of the whole; None if there is no whole."""
        sheet = row.sheet
        place = row.place(row.headers.owner)
        owner_cell = row.row.cells.get(row.headers.owner or 0)
        whole: Term | Ambiguous | None = None
        if sheet.owner is not None and owner_cell is not None and not owner_cell.fault:
            whole = self._cells.named(owner_cell.text, sheet.owner)
        if not isinstance(whole, IRI) or sheet.link is None:
            owner_text = owner_cell.text if owner_cell else ""
            self._report("row-of-nothing", place, sheet.type, owner_text)
            return None
        name = next((cell.text for cell in row.names()), "")
        slug = slugify(name, max_length=_PART_SLUG, word_boundary=True) or "unnamed"
        part = self._free_address(f"{whole.value}#{sheet.kind}-{slug}")
        self._subjects[part] = place
        self._state(whole, sheet.link, part, place)
        return part

    def _free_address(self, base: str) -> IRI:
        """An address that no row before has; the second is `…-2`."""
        numbered = (IRI(base if number == 1 else f"{base}-{number}") for number in count(1))
        return next(address for address in numbered if address not in self._subjects)

    def _resource_of_identifier(self, sheet: Sheet, identifier: str) -> IRI | None:
        """The resource of an address, of `practice:slug`, or of a slug; None for another text."""
        prefix = self._addresses.resource(sheet.kind, "")
        slug = identifier.removeprefix(prefix).removeprefix(f"{sheet.kind}:")
        return IRI(prefix + slug) if re.fullmatch(SLUG, slug) else None

    def _resource_of_name(self, row: RowOfResource) -> IRI | None:
        """The resource whose slug is the best name in the row; None without a name."""
        for cell in row.names():
            first_line = cell.text.splitlines()[0]
            slug = slugify(first_line, max_length=LONGEST_SLUG, word_boundary=True)
            if slug:
                return IRI(self._addresses.resource(row.sheet.kind, slug))
        return None

    def _resource_of_number(self, row: RowOfResource) -> IRI:
        return self._free_address(self._addresses.resource(row.sheet.kind, f"row-{row.row.number}"))

    def _is_published(self, resource: IRI) -> bool:
        return any(quad not in self._removed for quad in self._published.quads(resource))

    def _state(self, subject: IRI, predicate: IRI | str, value: Term, place: Place) -> None:
        predicate = self._term(predicate) if isinstance(predicate, str) else predicate
        self.places.setdefault(Quad(subject, predicate, value, DefaultGraph()), place)

    def _report(
        self,
        constraint: str,
        place: Place,
        resource: Term,
        cell_text: str,
        column: SheetColumn | None = None,
    ) -> None:
        result = extra_result(
            constraint,
            self._addresses,
            resource,
            column.property if column else None,
            quoted(cell_text),
            names=column.names if column else Texts(),
            place=place,
        )
        self.problems.append(result)
        if column is not None:
            self.left_out.update((resource, step) for step in column.path)
