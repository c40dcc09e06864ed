"""Published files of the UN, their statements, and their problems."""

from __future__ import annotations

from dataclasses import dataclass, field

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import Quad

#: Limit on the problems in one error message.
_REPORTED = 20


@dataclass(frozen=True)
class PublishedFile:
    """A file: name, location for messages, content."""

    name: str
    where: str
    data: bytes


@dataclass(frozen=True)
class ImportOptions:
    """Options of an import: the date of a list (ISO 8601), and names to leave out of it."""

    as_of: str | None = None
    left_out: tuple[str, ...] = ()


NO_OPTIONS = ImportOptions()


@dataclass(frozen=True)
class ImportedStatements:
    """The statements of files, and notes for the operator, in English."""

    quads: tuple[Quad, ...]
    notes: tuple[str, ...] = ()


@dataclass
class Problems:
    """Collector of the problems of files, reported together."""

    found: list[tuple[Place, str]] = field(default_factory=list)

    def add(self, file: PublishedFile, line: int | None, message: str) -> None:
        """Add a problem in a line (from 1) of a file, with its remedy; None for the whole file."""
        self.found.append((Place(file.where, line), message))

    def refuse(self) -> None:
        """Raise a `DataError` with all problems, if there are any."""
        if not self.found:
            return
        (place, message), *others = self.found
        lines = [message, *(f"{where}: {what}" for where, what in others[: _REPORTED - 1])]
        if len(self.found) > _REPORTED:
            lines.append(f"… and {len(self.found) - _REPORTED:,} more.")
        raise DataError("\n".join(lines), place=place)
