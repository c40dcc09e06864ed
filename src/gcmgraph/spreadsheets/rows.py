"""Headers and rows of the template in a file: its columns, and the statements of each row about a resource."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count, cycle

from slugify import slugify

from gcmgraph.model.kinds import LONGEST_SLUG, SLUG
from gcmgraph.platform.errors import Place
from gcmgraph.platform.similarity import nearest_value
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.shapes import Texts
from gcmgraph.rdf.terms import IRI, DefaultGraph, Literal, Quad, Term, Vocabulary, text
from gcmgraph.spreadsheets.cells import Ambiguous, CellReader, Described, PublishedLists, normal
from gcmgraph.spreadsheets.columns import CellKind, ColumnNeed, Sheet, SheetColumn
from gcmgraph.spreadsheets.grids import Grid, SheetCell, SheetRow, quoted
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.report import Nearest, Result, extra_result

#: Header of the column for the address of a row's resource.
ID = "id"
#: Marks after the name of a column.
MARKS = {ColumnNeed.REQUIRED: " *", ColumnNeed.ONE_OF: " (*)", ColumnNeed.OPTIONAL: ""}

#: Rows in which headers are searched.
_FIRST = 10
#: Limit on the characters of a header.
_LONGEST = 500
_MARK = re.compile(r" ?(?:\*|\(\*\))$")
_LANGUAGE = re.compile(
    r"(.*?) ?(?:\[ ?([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*) ?\]|\( ?([A-Za-z]{2}) ?\)|@([A-Za-z-]{2,35}))"
)


def header(column: SheetColumn, language: str) -> str:
    """The header of a column in a language: `title [en] (*)`."""
    tag = f" [{column.language}]" if column.language else ""
    return f"{column.names.best(language)}{tag}{MARKS[column.need]}"


def curie_header(column: SheetColumn, addresses: Addresses) -> str:
    """The header of a column in all languages: `dct:title@en`."""
    curie = "/".join(addresses.compress(step.value) or step.value for step in column.path)
    return f"{curie}@{column.language}" if column.language else curie


def owner_header(owner: Sheet, language: str) -> str:
    """The header of the column for the whole of which a row describes a part."""
    return f"{(owner.labels.best(language) or owner.kind).lower()}{MARKS[ColumnNeed.REQUIRED]}"


@dataclass
class Headers:
    """Columns of the template by column of a file (1-based)."""

    row: int
    columns: dict[int, SheetColumn] = field(default_factory=dict)
    identifier: int | None = None
    owner: int | None = None
    problems: list[Result] = field(default_factory=list)
    #: columns that are not read, which `problems` report
    left: set[int] = field(default_factory=set)


class HeaderReader:
    """Reads headers of one sheet of the template."""

    def __init__(self, sheet: Sheet, addresses: Addresses) -> None:
        self._sheet = sheet
        self._addresses = addresses
        self._known: dict[str, list[SheetColumn]] = {}
        for column in sheet.columns:
            curie = curie_header(replace(column, language=None), addresses)
            for name in {*(name for _, name in column.names.pairs), curie}:
                self._known.setdefault(normal(name), []).append(column)
        labels = sheet.owner.labels.pairs if sheet.owner else ()
        self._owner = {normal(label) for _, label in labels}

    def found(self, row: SheetRow) -> int:
        """The number of headers of the sheet in a row."""
        return sum(self._is_known(cell.text) for cell in row.cells.values())

    def read(self, grid: Grid, row: SheetRow) -> Headers:
        """The headers in a row, and problems with them."""
        headers = Headers(row.number)
        for at, cell in sorted(row.cells.items()):
            if problem := self._place(headers, at, cell):
                constraint, written, nearest = problem
                headers.left.add(at)
                place, value = grid.place(row.number, at), quoted(written)
                result = extra_result(
                    constraint,
                    self._addresses,
                    self._sheet.type,
                    None,
                    value,
                    nearest=nearest,
                    place=place,
                )
                headers.problems.append(result)
        return headers

    def _is_known(self, written: str) -> bool:
        name, _ = _parsed(written)
        return normal(name) in self._known or normal(name) in {ID, *self._owner}

    def _place(
        self, headers: Headers, at: int, cell: SheetCell
    ) -> tuple[str, str, Nearest | None] | None:
        """Add the column of a header; return the problem, its text and a suggestion if it is left out."""
        name, language = _parsed(cell.text)
        key = normal(name)
        same = self._known.get(key, [])
        if key == ID and headers.identifier is None:
            headers.identifier = at
        elif key in self._owner and headers.owner is None:
            headers.owner = at
        elif not same:
            return "unknown-column", cell.text, self._near(key)
        elif same[0].kind is CellKind.TEXT and language is None:
            return "column-without-language", name, None
        else:
            column = same[0] if language is None else same[0].in_language(language)
            if column.kind not in {CellKind.TEXT, CellKind.SOURCE}:
                column = same[0]
            if any(
                (c.path, c.language) == (column.path, column.language)
                for c in headers.columns.values()
            ):
                return "same-column", cell.text, None
            headers.columns[at] = column
        return None

    def _near(self, key: str) -> Nearest | None:
        names: dict[str, IRI] = {name: columns[0].property for name, columns in self._known.items()}
        found = nearest_value(key, names)
        if found is None:
            return None
        column = next(column for column in self._sheet.columns if column.property == found)
        return Nearest(found, Texts.of((tag, f"“{header(column, tag)}”") for tag in LANGUAGES))


def _parsed(written: str) -> tuple[str, str | None]:
    """The name and the language of a header."""
    folded = " ".join(written.split())
    if len(folded) > _LONGEST:
        return folded, None
    name = _MARK.sub("", folded)
    match = _LANGUAGE.fullmatch(name)
    if match is None:
        return name, None
    language = next(tag for tag in match.groups()[1:] if tag).lower()
    try:
        text("", language)
    except ValueError:
        return name, None
    return match[1], language


def sheet_of(
    grid: Grid, readers: Mapping[str, HeaderReader], sheets: Iterable[Sheet]
) -> tuple[Sheet, SheetRow] | None:
    """The sheet of the template for a sheet of a file, by its name or else its headers, and its header row.

    That is the first row with most headers. Without a known name, half of its cells must be
    headers.
    """
    found = []
    for sheet in sheets if grid.rows else ():
        row = max(grid.rows[:_FIRST], key=readers[sheet.kind].found)
        count = readers[sheet.kind].found(row)
        named = normal(grid.title) in {normal(label) for _, label in sheet.labels.pairs} | {
            sheet.kind
        }
        if named or 2 * count >= len(row.cells):
            found.append((named, count, sheet, row))
    return max(found, key=lambda one: one[:2])[2:] if found else None


#: Limit on the values with a suggestion.
_NEAR = 200


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
        named = self.sheet.columns[0].property
        columns = (
            (at, column) for at, column in self.headers.columns.items() if column.property == named
        )
        return Texts.of(
            (c.language or "", self.row.cells[at].text) for at, c in columns if at in self.row.cells
        )

    def column(self, properties: Iterable[IRI], shape: IRI | None = None) -> SheetColumn | None:
        """The first column of one of some properties: that which `shape` requires, if one is."""
        found = [
            column for one in properties for column in self.sheet.columns if column.property == one
        ]
        return next(
            (column for column in found if shape in column.asking), found[0] if found else None
        )

    def place(self, column: SheetColumn | None) -> Place:
        """The place of the cell of a column, also of an empty one; that of the row for a column that is not there."""
        found = [
            (one, at)
            for at, one in self.headers.columns.items()
            if column and one.path == column.path
        ]
        same = [at for one, at in found if column and one.language == column.language]
        return self.at(next(iter((*same, *(at for _, at in found))), None))

    def at(self, column: int | None = None) -> Place:
        """The place of a cell by its column in the file, or of the row."""
        return self.grid.place(self.row.number, column)

    def naming(self) -> Iterator[SheetCell]:
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
    cell: SheetCell
    values: list[Term]


class RowReader:
    """Reads the rows of files into `places`, `found` and `near`.

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
        self._described: Described = {}
        self._cells = CellReader(lists, published, addresses, self._described)
        self._subjects: dict[Term, Place] = {}
        self.places: dict[Quad, Place | None] = {}
        self.found: list[Result] = []
        #: suggestions for values that name nothing
        self.near: dict[tuple[Term, IRI, Term], Nearest | None] = {}
        #: advice on values that cannot be read
        self.advice: dict[tuple[Term, IRI, Term], Texts] = {}
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
        fallback = self._free(self._addresses.resource(sheet.kind, f"row-{row.row.number}"))
        if place.column is not None:
            written = cells[place.column].text
            given = self._given(sheet, written)
            if given is None:
                self._report("bad-identifier", place, fallback, written)
            resource = given or fallback
            self._subjects.setdefault(resource, place)
        else:
            resource = self._minted(row) or fallback
            if self._is_published(resource):
                self._report("published-already", place, resource, resource.value)
            if (first := self._subjects.setdefault(resource, place)) is not place:
                self._report("same-row", place, resource, str(first))
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
                    self._report("cell-without-column", row.at(at), resource, cell.text)
                continue
            values = list(self._values(row, resource, column, cell, row.at(at)))
            if column.parts:
                parts.setdefault(column.path[0], []).append(
                    _Written(column, row.at(at), cell, values)
                )
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

    def _values(
        self, row: RowOfResource, resource: IRI, column: SheetColumn, cell: SheetCell, place: Place
    ) -> Iterator[Term]:
        if cell.fault is not None:
            self._report(cell.fault, place, resource, cell.text, column)
            return
        for written, term in self._cells.terms(cell.text, column):
            if isinstance(term, Ambiguous):
                self._report("ambiguous-name", place, resource, written, column)
                continue
            if not isinstance(term, IRI) and column.kind is CellKind.RESOURCE:
                near = self._cells.near(written, column) if len(self.near) < _NEAR else None
                self.near[resource, column.property, term] = near
            if (
                advice := self._cells.advice(written, column, row.sheet)
                if isinstance(term, Literal)
                else None
            ):
                self.advice[resource, column.property, term] = advice
            yield term

    def _read_parts(self, resource: IRI, group: list[_Written]) -> None:
        """Read parts from columns side by side: the first values of each make one part, the second another."""
        counts = {len(one.values) for one in group}
        if any(one.cell.fault for one in group):
            return
        first = group[0]
        if len(counts) > 1:
            written = ", ".join(
                f"{one.column.names.best('en')}: {len(one.values)}" for one in group
            )
            self._report("unpaired-values", first.place, resource, written, first.column)
            return
        for number in range(min(counts)):
            made: dict[tuple[IRI, ...], IRI] = {}
            for one in group:
                part, path = resource, one.column.path
                for depth, (step, type_) in enumerate(
                    zip(path[:-1], one.column.parts, strict=True), 1
                ):
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
        judgements = [
            self._part_address(resource, resource, self._supports, first) for _ in actions
        ]
        for one in columns:
            if one.cell.fault is None and (not actions or len(one.values) not in {1, len(actions)}):
                written = f"{one.column.names.best('en')}: {len(one.values)}, action supported: {len(actions)}"
                self._report("unpaired-values", one.place, resource, written, one.column)
                continue
            for judgement, action, reason in zip(
                judgements, actions, cycle(one.values), strict=False
            ):
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
        whole = (
            self._cells.named(cell.text, sheet.owner) if cell and named and sheet.owner else None
        )
        if not isinstance(whole, IRI) or sheet.link is None:
            self._report("row-of-nothing", place, sheet.type, cell.text if cell else "")
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
        prefix = self._addresses.resource(sheet.kind, "")
        local = written.removeprefix(prefix).removeprefix(f"{sheet.kind}:")
        return IRI(prefix + local) if re.fullmatch(SLUG, local) else None

    def _minted(self, row: RowOfResource) -> IRI | None:
        lines = (cell.text.splitlines()[0] for cell in row.naming())
        slugs = (slugify(line, max_length=LONGEST_SLUG, word_boundary=True) for line in lines)
        return next(
            (IRI(self._addresses.resource(row.sheet.kind, slug)) for slug in slugs if slug), None
        )

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
        written: str,
        column: SheetColumn | None = None,
    ) -> None:
        property, names = (column.property, column.names) if column else (None, Texts())
        result = extra_result(
            constraint,
            self._addresses,
            resource,
            property,
            quoted(written),
            names=names,
            place=place,
        )
        self.found.append(result)
        if column is not None:
            self.left_out.update((resource, step) for step in column.path)
