"""Another web server that has the files under their names in the register."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gcmgraph.sources.http import Downloads
from gcmgraph.sources.origin import Progress
from gcmgraph.sources.register import Source


@dataclass(frozen=True)
class Mirror:
    """An http(s) address below which the files are."""

    base: str
    downloads: Downloads

    def bring(self, source: Source, part: Path, progress: Progress) -> None:
        """As `Origin.bring`."""
        self.downloads.fetch(f"{self.base.rstrip('/')}/{source.file}", part, source.size, progress)
