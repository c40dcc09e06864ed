"""Damaged files, and the totals of a verification."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

#: The remedies of damaged files, by where they are.
BACKUP = "Restore it from a backup (docs/operations.md)."
REPAIR = "Run 'gcmgraph verify --repair'."

#: Files up to this number of bytes are read at the start of the server.
SMALL = 1_000_000


@dataclass(frozen=True)
class Damage:
    """A damaged or missing file: its folder with the manifest, its path there, the flaw, and the remedy."""

    folder: Path
    path: str
    #: the end of a sentence, such as "is missing"
    flaw: str
    restore: str

    @property
    def file(self) -> Path:
        """The file."""
        return self.folder / self.path

    def __str__(self) -> str:
        """One sentence on the file, and one on the remedy."""
        return f"{self.file} {self.flaw}. {self.restore}"


@dataclass
class Findings:
    """The result of a verification. With `whole`, all contents are read, else those of small files."""

    whole: bool = True
    damages: list[Damage] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    #: folders of an older release, and the number of files that were recorded
    taken_over: dict[Path, int] = field(default_factory=dict)

    def add(self, folder: Path, path: str, flaw: str, restore: str) -> None:
        """Add a damaged file."""
        self.damages.append(Damage(folder, path, flaw, restore))

    def note_taken_over(self, folder: Path, files: int) -> None:
        """Count files of an older release that were recorded."""
        self.taken_over[folder] = self.taken_over.get(folder, 0) + files
