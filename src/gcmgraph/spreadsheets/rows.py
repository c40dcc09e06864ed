"""Statements of rows: the resource of each row with its address, and its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, cycle

from slugify import slugify

from gcmgraph.errors import Place
from gcmgraph.kinds import LONGEST_SLUG, SLUG
from gcmgraph.model.terms import IRI, DefaultGraph, Quad, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes.texts import Texts
from gcmgraph.spreadsheets import problems
from gcmgraph.spreadsheets.cells import Ambiguous, CellReader, Described
from gcmgraph.spreadsheets.columns import CellKind, Sheet, SheetColumn
from gcmgraph.spreadsheets.grid import Grid, GridCell, GridRow, quoted
from gcmgraph.spreadsheets.headers import Headers
from gcmgraph.spreadsheets.lists import Lists, normal
from gcmgraph.spreadsheets.problems import FAULTS
from gcmgraph.store.port import Store
from gcmgraph.validation.constraint import ExtraConstraint
from gcmgraph.validation.report import Nearest, Result

#: Limit on the values with a suggestion.
_NEAR = 200


@dataclass(frozen=True)
class RowOfResource:
    """A row that describes a resource or its parts."""

    sheet: Sheet
    grid: Grid
    headers: Headers
    row: GridRow

    @property
    def title(self) -> Texts:
        """The name of the resource in the row, by language."""
        named = self.sheet.columns[0].property
        columns = ((at, column) for at, column in self.headers.columns.items() if column.property == named)
        return Texts.of((c.language or "", self.row.cells[at].text) for at, c in columns if at in self.row.cells)

    def column(self, properties: Iterable[IRI], shape: IRI | None = None) -> SheetColumn | None:
        """The first column of one of some properties: that which `shape` requires, if one is."""
        found = [column for one in properties for column in self.sheet.columns if column.property == one]
        return next((column for column in found if shape in column.asking), found[0] if found else None)

    def place(self, column: SheetColumn | None) -> Place:
        """The place of the cell of a column, also of an empty one; that of the row for a column that is not there."""
        at = (at for at, one in self.headers.columns.items() if column and one.path == column.path)
        same = (
            at
            for at, one in self.headers.columns.items()
            if column and (one.path, one.language) == (column.path, column.language)
        )
        return self.grid.place(self.row.number, next(same, next(at, None)))


class RowReader:
    """Reads the rows of files into `places`, `found` and `near`. An error does not stop other rows."""

    def __init__(self, lists: Lists, published: Store, addresses: Addresses, removed: frozenset[Quad]) -> None:
        """`removed` are published statements that the file replaces."""
        self._published = published
        self._addresses = addresses
        self._removed = removed
        self._term = Vocabulary(addresses)
        self._supports = self._term("gcm:supportsAction")
        self._described: Described = {}
        self._cells = CellReader(lists, published, addresses, self._described)
        self._subjects: dict[Term, Place] = {}
        self.places: dict[Quad, Place | None] = {}
        self.found: list[Result] = []
        #: suggestions for values that name nothing
        self.near: dict[tuple[Term, IRI, Term], Nearest | None] = {}
        #: properties with values that are left out, which `found` reports
        self.left_out: set[tuple[Term, IRI]] = set()
        #: the row of each resource and its parts
        self.rows: dict[Term, RowOfResource] = {}

    def name(self, sheet: Sheet, grid: Grid, headers: Headers, row: GridRow) -> IRI | None:
        """The resource that a row describes, which cells may name from then on; None for a part."""
        if sheet.owner is not None:
            return None
        place = grid.place(row.number, headers.identifier if headers.identifier in row.cells else None)
        fallback = self._free(self._addresses.thing(sheet.kind, f"row-{row.number}"))
        if place.column is not None:
            written = row.cells[place.column].text
            given = self._given(sheet, written)
            if given is None:
                self._report(problems.BAD_ADDRESS, place, fallback, written)
            resource = given or fallback
            self._subjects.setdefault(resource, place)
        else:
            resource = self._minted(sheet, headers, row) or fallback
            if self._is_published(resource):
                self._report(problems.TAKEN, place, resource, resource.value)
            if (first := self._subjects.setdefault(resource, place)) is not place:
                self._report(problems.SAME_ROW, place, resource, str(first))
        names = self._described.setdefault(sheet.type, {})
        for cell in _naming(sheet, headers, row):
            names.setdefault(normal(cell.text), set()).add(resource)
        return resource

    def read(self, sheet: Sheet, grid: Grid, headers: Headers, row: GridRow, resource: IRI | None) -> None:
        """Read the statements of a row about the resource that `name` returned."""
        if resource is None:
            resource = self._part(sheet, grid, headers, row)
        if resource is None:
            return
        self.rows.setdefault(resource, RowOfResource(sheet, grid, headers, row))
        self._state(resource, self._term("rdf:type"), sheet.type, grid.place(row.number))
        parts: dict[IRI, list[tuple[int, SheetColumn, GridCell]]] = {}
        actions: list[Term] = []
        for at, cell in sorted(row.cells.items()):
            column = headers.columns.get(at)
            if column is None:
                if at not in headers.left | {headers.identifier, headers.owner}:
                    self._report(problems.NO_HEADER, grid.place(row.number, at), resource, cell.text)
            elif column.parts:
                parts.setdefault(column.path[0], []).append((at, column, cell))
            else:
                place = grid.place(row.number, at)
                for term in self._values(resource, column, cell, place):
                    self._state(resource, column.property, term, place)
                    if column.property == self._supports:
                        actions.append(term)
        reasons = parts.pop(self._supports, [])
        for group in parts.values():
            self._read_parts(resource, group, grid, row)
        if reasons:
            self._read_reasons(resource, actions, reasons, grid.place(row.number, reasons[0][0]))

    def _values(self, resource: IRI, column: SheetColumn, cell: GridCell, place: Place) -> Iterator[Term]:
        if cell.fault is not None:
            self._report(FAULTS[cell.fault], place, resource, cell.text, column)
            return
        for written, term in self._cells.terms(cell.text, column):
            if isinstance(term, Ambiguous):
                self._report(problems.AMBIGUOUS, place, resource, written, column)
                continue
            if not isinstance(term, IRI) and column.kind is CellKind.RESOURCE:
                near = self._cells.near(written, column) if len(self.near) < _NEAR else None
                self.near[resource, column.property, term] = near
            yield term

    def _read_parts(
        self,
        resource: IRI,
        group: list[tuple[int, SheetColumn, GridCell]],
        grid: Grid,
        row: GridRow,
    ) -> None:
        """Read parts from columns side by side: the first values of each make one part, the second another."""
        read = []
        for at, column, cell in group:
            place = grid.place(row.number, at)
            read.append((column, place, list(self._values(resource, column, cell, place))))
        counts = {len(values) for _, _, values in read}
        if any(cell.fault for _, _, cell in group):
            return
        if len(counts) > 1:
            column, place, _ = read[0]
            written = ", ".join(f"{c.names.best('en')}: {len(values)}" for c, _, values in read)
            self._report(problems.UNPAIRED, place, resource, written, column)
            return
        place = read[0][1]
        for number in range(min(counts)):
            made: dict[tuple[IRI, ...], IRI] = {}
            for column, cell_place, values in read:
                part = resource
                for depth, (step, type_) in enumerate(zip(column.path[:-1], column.parts, strict=True), 1):
                    path = column.path[:depth]
                    if path not in made:
                        made[path] = self._part_address(part, resource, step, place)
                        self._state(part, step, made[path], place)
                        self._state(made[path], self._term("rdf:type"), type_, place)
                    part = made[path]
                value = values[number]
                self.rows.setdefault(part, self.rows[resource])
                self._state(part, column.property, value, cell_place)
                if (near := self.near.get((resource, column.property, value))) is not None:
                    self.near[part, column.property, value] = near

    def _read_reasons(
        self, resource: IRI, actions: list[Term], columns: list[tuple[int, SheetColumn, GridCell]], first: Place
    ) -> None:
        """Read the reasons of judgements: a line for each action, or one line for all of them.

        A judgement is a `rdf:Statement` about the statement that the resource supports the action.
        """
        judgements = [self._part_address(resource, resource, self._supports, first) for _ in actions]
        for at, column, cell in columns:
            place = replace(first, column=at)
            reasons = list(self._values(resource, column, cell, place))
            if cell.fault is None and (not actions or len(reasons) not in {1, len(actions)}):
                written = f"{column.names.best('en')}: {len(reasons)}, action supported: {len(actions)}"
                self._report(problems.UNPAIRED, place, resource, written, column)
                continue
            for judgement, action, reason in zip(judgements, actions, cycle(reasons), strict=False):
                self.rows.setdefault(judgement, self.rows[resource])
                self._state(judgement, self._term("rdf:type"), self._term("rdf:Statement"), place)
                self._state(judgement, self._term("rdf:subject"), resource, place)
                self._state(judgement, self._term("rdf:predicate"), self._supports, place)
                self._state(judgement, self._term("rdf:object"), action, place)
                self._state(judgement, column.property, reason, place)

    def _part_address(self, outer: IRI, resource: IRI, step: IRI, place: Place) -> IRI:
        """The address of a part: `…#funding`, `…#funding-amount`; the second is `…#funding-2`."""
        name = slugify(step.value.rstrip("/").replace("#", "/").rpartition("/")[2])
        if outer != resource:
            return IRI(f"{outer.value}-{name}")
        names = (f"{outer.value}#{name}{f'-{n}' if n > 1 else ''}" for n in range(1, 10_000))
        free = (IRI(one) for one in names if not self._is_published(IRI(one)))
        part = next(one for one in free if one not in self._subjects)
        self._subjects[part] = place
        return part

    def _part(self, sheet: Sheet, grid: Grid, headers: Headers, row: GridRow) -> IRI | None:
        """The address of a part with a sheet of its own, stated as part of the whole; None if there is no whole."""
        cell = row.cells.get(headers.owner or 0)
        place = grid.place(row.number, headers.owner)
        named = cell is not None and not cell.fault and sheet.owner is not None
        whole = self._cells.named(cell.text, sheet.owner) if cell and named and sheet.owner else None
        if not isinstance(whole, IRI) or sheet.link is None:
            self._report(problems.NO_OWNER, place, sheet.type, cell.text if cell else "")
            return None
        first = next((cell.text for cell in _naming(sheet, headers, row)), "")
        slug = slugify(first, max_length=40, word_boundary=True) or "unnamed"
        part = self._free(f"{whole.value}#{sheet.kind}-{slug}")
        self._subjects[part] = place
        self._state(whole, sheet.link, part, place)
        return part

    def _free(self, base: str) -> IRI:
        """An address that no row before has; the second is `…-2`."""
        numbered = (IRI(base if n == 1 else f"{base}-{n}") for n in count(1))
        return next(one for one in numbered if one not in self._subjects)

    def _given(self, sheet: Sheet, written: str) -> IRI | None:
        prefix = self._addresses.thing(sheet.kind, "")
        local = written.removeprefix(prefix).removeprefix(f"{sheet.kind}:")
        return IRI(prefix + local) if re.fullmatch(SLUG, local) else None

    def _minted(self, sheet: Sheet, headers: Headers, row: GridRow) -> IRI | None:
        for cell in _naming(sheet, headers, row):
            slug = slugify(cell.text.splitlines()[0], max_length=LONGEST_SLUG, word_boundary=True)
            if slug:
                return IRI(self._addresses.thing(sheet.kind, slug))
        return None

    def _is_published(self, resource: IRI) -> bool:
        return any(quad not in self._removed for quad in self._published.quads(resource))

    def _state(self, subject: IRI, predicate: IRI, value: Term, place: Place) -> None:
        self.places.setdefault(Quad(subject, predicate, value, DefaultGraph()), place)

    def _report(
        self, constraint: ExtraConstraint, place: Place, resource: Term, written: str, column: SheetColumn | None = None
    ) -> None:
        property, names = (column.property, column.names) if column else (None, Texts())
        self.found.append(
            constraint.result(self._addresses, resource, property, quoted(written), names=names, place=place)
        )
        if column is not None:
            self.left_out.update((resource, step) for step in column.path)


def _naming(sheet: Sheet, headers: Headers, row: GridRow) -> Iterator[GridCell]:
    """The cells of a row with names of its resource, the best first, those in languages beyond the template last."""
    at = {column: at for at, column in headers.columns.items()}
    paths = {column.path for column in sheet.naming}
    others = [column for column in at if column.path in paths]
    for column in dict.fromkeys((*sheet.naming, *others)):
        cell = row.cells.get(at.get(column, 0))
        if cell is not None and cell.fault is None:
            yield cell
