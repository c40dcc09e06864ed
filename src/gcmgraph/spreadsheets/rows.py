"""Statements of rows: the resource of each row with its address, and its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, cycle

from slugify import slugify

from gcmgraph.errors import Place
from gcmgraph.kinds import LONGEST_SLUG, SLUG
from gcmgraph.model.terms import IRI, DefaultGraph, Quad, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes.texts import Texts
from gcmgraph.spreadsheets import wording
from gcmgraph.spreadsheets.cells import Ambiguous, CellReader, Described, Lists, normal
from gcmgraph.spreadsheets.columns import CellKind, Sheet, SheetColumn
from gcmgraph.spreadsheets.grids import Grid, GridCell, GridRow, quoted
from gcmgraph.spreadsheets.headers import Headers
from gcmgraph.store.port import Store
from gcmgraph.validation.report import ExtraConstraint, Nearest, Result

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
        return self.at(next(same, next(at, None)))

    def at(self, column: int | None = None) -> Place:
        """The place of a cell by its column in the file, or of the row."""
        return self.grid.place(self.row.number, column)

    def naming(self) -> Iterator[GridCell]:
        """The cells with names of the resource, the best first, those in languages beyond the template last."""
        at = {column: at for at, column in self.headers.columns.items()}
        paths = {column.path for column in self.sheet.naming}
        others = [column for column in at if column.path in paths]
        for column in dict.fromkeys((*self.sheet.naming, *others)):
            cell = self.row.cells.get(at.get(column, 0))
            if cell is not None and cell.fault is None:
                yield cell


@dataclass(frozen=True)
class _Written:
    """A cell of a part: its column, place and values."""

    column: SheetColumn
    place: Place
    cell: GridCell
    values: list[Term]


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

    def name(self, row: RowOfResource) -> IRI | None:
        """The resource that a row describes, which cells may name from then on; None for a part."""
        sheet, cells = row.sheet, row.row.cells
        if sheet.owner is not None:
            return None
        place = row.at(row.headers.identifier if row.headers.identifier in cells else None)
        fallback = self._free(self._addresses.thing(sheet.kind, f"row-{row.row.number}"))
        if place.column is not None:
            written = cells[place.column].text
            given = self._given(sheet, written)
            if given is None:
                self._report(wording.BAD_ADDRESS, place, fallback, written)
            resource = given or fallback
            self._subjects.setdefault(resource, place)
        else:
            resource = self._minted(row) or fallback
            if self._is_published(resource):
                self._report(wording.TAKEN, place, resource, resource.value)
            if (first := self._subjects.setdefault(resource, place)) is not place:
                self._report(wording.SAME_ROW, place, resource, str(first))
        names = self._described.setdefault(sheet.type, {})
        for cell in row.naming():
            names.setdefault(normal(cell.text), set()).add(resource)
        return resource

    def read(self, row: RowOfResource, resource: IRI | None) -> None:
        """Read the statements of a row about the resource that `name` returned."""
        if (resource := resource or self._part(row)) is None:
            return
        self.rows.setdefault(resource, row)
        self._state(resource, "rdf:type", row.sheet.type, row.at())
        parts: dict[IRI, list[_Written]] = {}
        actions: list[Term] = []
        for at, cell in sorted(row.row.cells.items()):
            column = row.headers.columns.get(at)
            if column is None:
                if at not in row.headers.left | {row.headers.identifier, row.headers.owner}:
                    self._report(wording.NO_HEADER, row.at(at), resource, cell.text)
                continue
            values = list(self._values(resource, column, cell, row.at(at)))
            if column.parts:
                parts.setdefault(column.path[0], []).append(_Written(column, row.at(at), cell, values))
                continue
            for term in values:
                self._state(resource, column.property, term, row.at(at))
            if column.property == self._supports:
                actions += values
        reasons = parts.pop(self._supports, [])
        for group in parts.values():
            self._read_parts(resource, group)
        if reasons:
            self._read_reasons(resource, actions, reasons)

    def _values(self, resource: IRI, column: SheetColumn, cell: GridCell, place: Place) -> Iterator[Term]:
        if cell.fault is not None:
            self._report(wording.FAULTS[cell.fault], place, resource, cell.text, column)
            return
        for written, term in self._cells.terms(cell.text, column):
            if isinstance(term, Ambiguous):
                self._report(wording.AMBIGUOUS, place, resource, written, column)
                continue
            if not isinstance(term, IRI) and column.kind is CellKind.RESOURCE:
                near = self._cells.near(written, column) if len(self.near) < _NEAR else None
                self.near[resource, column.property, term] = near
            yield term

    def _read_parts(self, resource: IRI, group: list[_Written]) -> None:
        """Read parts from columns side by side: the first values of each make one part, the second another."""
        counts = {len(one.values) for one in group}
        if any(one.cell.fault for one in group):
            return
        first = group[0]
        if len(counts) > 1:
            written = ", ".join(f"{one.column.names.best('en')}: {len(one.values)}" for one in group)
            self._report(wording.UNPAIRED, first.place, resource, written, first.column)
            return
        for number in range(min(counts)):
            made: dict[tuple[IRI, ...], IRI] = {}
            for one in group:
                part, path = resource, one.column.path
                for depth, (step, type_) in enumerate(zip(path[:-1], one.column.parts, strict=True), 1):
                    if path[:depth] not in made:
                        made[path[:depth]] = self._part_address(part, resource, step, first.place)
                        self._state(part, step, made[path[:depth]], first.place)
                        self._state(made[path[:depth]], "rdf:type", type_, first.place)
                    part = made[path[:depth]]
                value = one.values[number]
                self.rows.setdefault(part, self.rows[resource])
                self._state(part, path[-1], value, one.place)
                if (near := self.near.get((resource, path[-1], value))) is not None:
                    self.near[part, path[-1], value] = near

    def _read_reasons(self, resource: IRI, actions: list[Term], columns: list[_Written]) -> None:
        """Read the reasons of judgements: a line for each action, or one line for all of them.

        A judgement is a `rdf:Statement` about the statement that the resource supports the action.
        """
        first = columns[0].place
        judgements = [self._part_address(resource, resource, self._supports, first) for _ in actions]
        for one in columns:
            if one.cell.fault is None and (not actions or len(one.values) not in {1, len(actions)}):
                written = f"{one.column.names.best('en')}: {len(one.values)}, action supported: {len(actions)}"
                self._report(wording.UNPAIRED, one.place, resource, written, one.column)
                continue
            for judgement, action, reason in zip(judgements, actions, cycle(one.values), strict=False):
                self.rows.setdefault(judgement, self.rows[resource])
                for predicate, value in (
                    ("rdf:type", self._term("rdf:Statement")),
                    ("rdf:subject", resource),
                    ("rdf:predicate", self._supports),
                    ("rdf:object", action),
                    (one.column.property, reason),
                ):
                    self._state(judgement, predicate, value, one.place)

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

    def _part(self, row: RowOfResource) -> IRI | None:
        """The address of a part with a sheet of its own, stated as part of the whole; None if there is no whole."""
        sheet, place = row.sheet, row.at(row.headers.owner)
        cell = row.row.cells.get(row.headers.owner or 0)
        named = cell is not None and not cell.fault and sheet.owner is not None
        whole = self._cells.named(cell.text, sheet.owner) if cell and named and sheet.owner else None
        if not isinstance(whole, IRI) or sheet.link is None:
            self._report(wording.NO_OWNER, place, sheet.type, cell.text if cell else "")
            return None
        first = next((cell.text for cell in row.naming()), "")
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

    def _minted(self, row: RowOfResource) -> IRI | None:
        lines = (cell.text.splitlines()[0] for cell in row.naming())
        slugs = (slugify(line, max_length=LONGEST_SLUG, word_boundary=True) for line in lines)
        return next((IRI(self._addresses.thing(row.sheet.kind, slug)) for slug in slugs if slug), None)

    def _is_published(self, resource: IRI) -> bool:
        return any(quad not in self._removed for quad in self._published.quads(resource))

    def _state(self, subject: IRI, predicate: IRI | str, value: Term, place: Place) -> None:
        predicate = self._term(predicate) if isinstance(predicate, str) else predicate
        self.places.setdefault(Quad(subject, predicate, value, DefaultGraph()), place)

    def _report(
        self, constraint: ExtraConstraint, place: Place, resource: Term, written: str, column: SheetColumn | None = None
    ) -> None:
        property, names = (column.property, column.names) if column else (None, Texts())
        result = constraint.result(self._addresses, resource, property, quoted(written), names=names, place=place)
        self.found.append(result)
        if column is not None:
            self.left_out.update((resource, step) for step in column.path)
