"""A published file of the UN: what was given, what was read from it, and what in it is not in order."""

from __future__ import annotations

from dataclasses import dataclass, field

from gcmgraph.errors import DataError, Place
from gcmgraph.model.terms import Quad

#: So many problems are told at once.
_TOLD = 20


@dataclass(frozen=True)
class PublishedFile:
    """A file as it was given: its name, where it stands (for messages), its bytes."""

    name: str
    where: str
    data: bytes


@dataclass(frozen=True)
class ImportOptions:
    """What the operator says beside the files: the day a list was taken (ISO), and names to leave out of it."""

    as_of: str | None = None
    left_out: tuple[str, ...] = ()


NO_OPTIONS = ImportOptions()


@dataclass(frozen=True)
class ImportedStatements:
    """What files state, and what an operator should know about them: sentences in English."""

    quads: tuple[Quad, ...]
    notes: tuple[str, ...] = ()


@dataclass
class Problems:
    """What is wrong with files, collected, so that it is told at once."""

    found: list[tuple[Place, str]] = field(default_factory=list)

    def add(self, file: PublishedFile, line: int | None, message: str) -> None:
        """Something in a line (from 1) of a file, with its remedy; None for the whole file."""
        self.found.append((Place(file.where, line), message))

    def refuse(self) -> None:
        """Raise a `DataError` that tells every problem, if there is one."""
        if not self.found:
            return
        (place, message), *others = self.found
        lines = [message, *(f"{where}: {what}" for where, what in others[: _TOLD - 1])]
        if len(self.found) > _TOLD:
            lines.append(f"… and {len(self.found) - _TOLD:,} more.")
        raise DataError("\n".join(lines), place=place)
