"""Rows of CSV files, checked by the metadata of their table, and their problems reported together."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.media import read_text
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.csvw import CsvwColumn, ForeignKey, Metadata, metadata_path, read_metadata

#: One row by column name; None for an empty cell.
Cells = Mapping[str, str | None]

#: The cells of a row as they are in the file, with its first line.
Row = tuple[Place, list[str]]

#: The cells of the columns of a key, in the order of the key.
KeyValues = tuple[str | None, ...]

#: Limit on the problems in one error message.
_REPORTED = 20


@dataclass
class Problems:
    """Collector of the problems of tables, reported together."""

    errors: list[DataError] = field(default_factory=list)

    def add(self, place: Place, message: str, hint: str | None = None) -> None:
        """Add a problem, with its remedy."""
        self.errors.append(DataError(message, place=place, hint=hint))

    def refuse(self) -> None:
        """Raise a `DataError` with all problems, if there are any, in the order of files and lines."""
        if not self.errors:
            return
        first_error, *other_errors = sorted(self.errors, key=_file_and_line)
        first_line = first_error.message
        if first_error.hint is not None:
            first_line += f" {first_error.hint}"
        lines = [first_line, *map(str, other_errors[: _REPORTED - 1])]
        if len(self.errors) > _REPORTED:
            lines.append(f"… and {len(self.errors) - _REPORTED:,} more.")
        raise DataError("\n".join(lines), place=first_error.place)


def _file_and_line(error: DataError) -> tuple[str, int]:
    if error.place is None:
        return "None", 0
    return str(error.place.source), error.place.line or 0


def read_rows(path: Path, addresses: Addresses) -> tuple[tuple[Place, Cells], ...]:
    """The rows of a table with their places, for a table that is read by column.

    Raises `DataError` with file and line for anything that the metadata does not allow.
    """
    metadata = read_metadata(metadata_path(path), addresses)
    problems = Problems()
    rows = rows_of(read_text(path), str(path), metadata.delimiter)
    checked_rows = RowReader(metadata, path.parent, problems).read(rows)
    problems.refuse()
    return tuple(checked_rows)


def rows_of(content: str, source: str, delimiter: str = ",") -> Iterator[Row]:
    """The rows of a CSV file, the header first. Raises `DataError`."""
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    first_line = 1
    try:
        for cells in reader:
            yield Place(source, first_line), cells
            first_line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"This is not valid CSV: {error}.", place=Place(source, reader.line_num)
        ) from error
    if first_line == 1:
        raise DataError(
            "The file is empty.", place=Place(source, 1), hint="The first line names the columns."
        )


@dataclass(frozen=True)
class RowReader:
    """Reader of rows in the forms of the metadata; rows with a problem are left out.

    `folder` has the tables of foreign keys.
    """

    metadata: Metadata
    folder: Path
    problems: Problems

    def read(self, rows: Iterable[Row]) -> list[tuple[Place, Cells]]:
        """Each row with its place. The first of `rows` is the header, else `DataError` is raised."""
        (header_place, header), *rows_below = rows
        columns = self.metadata.written
        _require_header(header, columns, header_place)
        targets = {
            key: _targets(self.folder / key.table, key) for key in self.metadata.foreign_keys
        }
        places_of_keys: dict[KeyValues, Place] = {}
        valid_rows: list[tuple[Place, Cells]] = []
        for place, row in rows_below:
            cells = self._cells(row, place)
            if cells is not None:
                self._require_key(place, cells, places_of_keys)
                self._require_targets(place, cells, targets)
                valid_rows.append((place, cells))
        return valid_rows

    def _cells(self, row: list[str], place: Place) -> Cells | None:
        """The cells by column; None where one of them has a problem."""
        columns = self.metadata.written
        if len(row) != len(columns):
            message = f"The row has {len(row)} cells, the header {len(columns)}."
            hint = 'A cell that holds a comma or a line end stands in "quotes".'
            self.problems.add(place, message, hint)
            return None
        problem_count = len(self.problems.errors)
        cells: dict[str, str | None] = {}
        for column, cell in zip(columns, row, strict=True):
            cells[column.name] = self._cell(column, cell, place)
        return cells if len(self.problems.errors) == problem_count else None

    def _require_key(
        self, place: Place, cells: Cells, places_of_keys: dict[KeyValues, Place]
    ) -> None:
        """Add a problem if an earlier row has the key of this one."""
        key = tuple(cells[name] for name in self.metadata.primary_key)
        if not key:
            return
        earlier = places_of_keys.setdefault(key, place)
        if earlier != place:
            is_same_file = earlier.source == place.source
            location = f"line {earlier.line}" if is_same_file else str(earlier)
            key_text = ", ".join(map(str, key))
            self.problems.add(place, f"The key {key_text} occurs here and in {location}.")

    def _require_targets(
        self, place: Place, cells: Cells, targets: Mapping[ForeignKey, Container[KeyValues]]
    ) -> None:
        """Add a problem for each foreign key whose values no row of the other table has."""
        for foreign_key, target_values in targets.items():
            values = tuple(cells[name] or "" for name in foreign_key.columns)
            if any(values) and values not in target_values:
                self.problems.add(place, _missing_target(foreign_key, values))

    def _cell(self, column: CsvwColumn, cell: str, place: Place) -> str | None:
        """The cell in the lexical form of its datatype; None where it is empty or has a problem."""
        if cell == "" or cell in column.null:
            if column.required:
                self.problems.add(place, f"The column '{column.name}' is required and empty.")
            return None
        if column.separator is None:
            return self._lexical(column, cell, place)
        parts = cell.split(column.separator)
        lexical_forms = []
        for part in parts:
            lexical_form = self._lexical(column, part, place)
            if lexical_form is not None:
                lexical_forms.append(lexical_form)
        has_problem = len(lexical_forms) < len(parts)
        return None if has_problem else column.separator.join(lexical_forms)

    def _lexical(self, column: CsvwColumn, cell: str, place: Place) -> str | None:
        """The lexical form of one value; None where it has a problem."""
        in_column = f"In the column '{column.name}'"
        if cell != cell.strip() or not cell:
            message = f"{in_column} a value is empty or has spaces around it: '{cell}'."
            self.problems.add(place, message)
            return None
        lexical_form = column.datatype.parse(cell)
        if lexical_form is not None and (
            column.pattern is None or column.pattern.fullmatch(lexical_form)
        ):
            return lexical_form
        form = column.pattern.pattern if column.pattern else column.datatype.name
        self.problems.add(place, f"{in_column}, '{cell}' is not of the form {form}.")
        return None


def _require_header(header: list[str], columns: tuple[CsvwColumn, ...], place: Place) -> None:
    """Raise `DataError` for a header whose columns are not those of the metadata."""
    if len(header) == len(columns) and all(
        name in column.titles for name, column in zip(header, columns, strict=True)
    ):
        return
    hint = f"The metadata has: {', '.join(column.titles[-1] for column in columns)}."
    for name in header:
        if not any(name in column.titles for column in columns):
            raise DataError(f"The metadata knows no column '{name}'.", place=place, hint=hint)
    for column in columns:
        if not any(name in column.titles for name in header):
            raise DataError(f"The column '{column.name}' is missing.", place=place, hint=hint)
    raise DataError(
        "The order of the columns differs from that in the metadata.", place=place, hint=hint
    )


def _targets(path: Path, key: ForeignKey) -> set[KeyValues]:
    """The cells of the columns to which a foreign key refers, of each row of the other table.

    Raises `DataError`.
    """
    (place, header), *rows = rows_of(read_text(path), str(path))
    for name in key.targets:
        if name not in header:
            raise DataError(
                f"A foreign key refers to the column '{name}', which this table lacks.",
                place=place,
            )
    indexes = [header.index(name) for name in key.targets]
    targets: set[KeyValues] = set()
    for _, row in rows:
        if len(row) == len(header):
            targets.add(tuple(row[index] for index in indexes))
    return targets


def _missing_target(key: ForeignKey, values: tuple[str, ...]) -> str:
    """The message about values of a foreign key that no row of the other table has."""
    columns = ", ".join(f"'{name}'" for name in key.columns)
    pairs = zip(key.targets, values, strict=True)
    target = ", ".join(f"{name} '{value}'" for name, value in pairs)
    return f"In the column {columns}, no row of {key.table} has {target}."
