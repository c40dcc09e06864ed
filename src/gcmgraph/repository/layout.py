"""Folders and files of the repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gcmgraph.errors import DataError

_FOLDERS = ("ontology", "data", "shapes", "queries")


@dataclass(frozen=True)
class Repository:
    """A checkout: the folder that holds `ontology/ data/ shapes/ queries/`."""

    root: Path

    @classmethod
    def find(cls, root: str = "") -> Repository:
        """The repository at `root`; where that is empty, at or above the working folder, or around this file.

        Raises `DataError` where there is none.
        """
        if root:
            candidates = [Path(root)]
        else:
            here = Path.cwd()
            candidates = [here, *here.parents, Path(__file__).parents[3]]
        for folder in candidates:
            if all((folder / name).is_dir() for name in _FOLDERS):
                return cls(folder)
        raise DataError(
            f"No repository found at {root or 'or above the working folder'}.",
            hint=f"Set GCMGRAPH_ROOT to the folder that holds {', '.join(_FOLDERS)}.",
        )

    @property
    def ontology(self) -> list[Path]:
        """The ontology files, sorted."""
        return sorted((self.root / "ontology").glob("*.ttl"))

    @property
    def shapes(self) -> list[Path]:
        """The shapes files, sorted."""
        return sorted((self.root / "shapes").glob("*.ttl"))

    @property
    def queries(self) -> list[Path]:
        """The query library, sorted."""
        return sorted((self.root / "queries").glob("*.rq"))

    @property
    def sources(self) -> list[Path]:
        """The source documents, sorted; not the README beside them."""
        return sorted(p for p in (self.root / "data" / "sources").glob("*.md") if p.name != "README.md")

    @property
    def register(self) -> Path:
        """The register of documents and official data files to fetch."""
        return self.root / "data" / "sources" / "register.csv"

    @property
    def readings(self) -> Path:
        """The folder of reviewed readings, one folder a guidance page."""
        return self.root / "data" / "readings"

    @property
    def curated(self) -> list[Path]:
        """Editors' judgements, sorted."""
        return sorted((self.root / "data" / "curated").glob("*.ttl"))

    @property
    def reference(self) -> Path:
        """The folder of reference tables."""
        return self.root / "data" / "reference"

    @property
    def imports(self) -> Path:
        """The folder of metadata of imported tables of the UN."""
        return self.root / "data" / "imports"

    @property
    def linksets(self) -> list[Path]:
        """The link sets (SSSOM TSV), sorted."""
        return sorted((self.root / "data" / "linksets").glob("*.sssom.tsv"))

    @property
    def link_checks(self) -> Path:
        """The table of the last check of each link set."""
        return self.root / "data" / "linksets" / "checks.csv"
