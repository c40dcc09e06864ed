"""The register of documents and official data files (`data/sources/register.csv`), and those that are present.

Only files are used whose hash is that of the register.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from gcmgraph.platform.errors import DataError, Place, SourceError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.table_rows import Cells, read_rows


@dataclass(frozen=True)
class Package:
    """A package of the Python Package Index that holds a source as one of its members."""

    #: name and version, such as `iomeval==0.4.1`
    requirement: str
    size: int
    sha256: str
    member: str


@dataclass(frozen=True)
class Source:
    """A document or data file of the register; sizes in bytes, hashes hexadecimal."""

    name: str
    file: str
    kind: str
    media_type: str
    languages: tuple[str, ...]
    size: int
    sha256: str
    #: where it is published: an http(s) address, or a package
    published: str | Package
    landing_page: str
    rights_holder: str
    rights: str

    @property
    def is_document(self) -> bool:
        """Whether it is a guidance page or a text of the Compact, not a data file."""
        return self.kind != "data-file"


def read_register(repository: Repository, addresses: Addresses) -> tuple[Source, ...]:
    """The sources, in the order of the register. Raises `DataError` with file and line."""
    return tuple(
        _source(cells, place) for place, cells in read_rows(repository.register, addresses)
    )


def select(register: Sequence[Source], names: Iterable[str]) -> tuple[Source, ...]:
    """The sources of these names, in the order of the register; all where none is given.

    A name may be a pattern (`objective-*.en`). Raises `SourceError` for one that selects nothing.
    """
    patterns = tuple(names)
    if not patterns:
        return tuple(register)
    selected_names: set[str] = set()
    for pattern in patterns:
        matches = {source.name for source in register if fnmatchcase(source.name, pattern)}
        if not matches:
            raise SourceError(
                f"The register has no source '{pattern}'.",
                hint="'gcmgraph fetch --list' prints the names.",
            )
        selected_names |= matches
    return tuple(source for source in register if source.name in selected_names)


def _source(cells: Cells, place: Place) -> Source:
    cell = {name: value or "" for name, value in cells.items()}
    if not cell["file"].startswith(f"{cell['name']}."):
        raise DataError(
            f"The file '{cell['file']}' must be called as its source: '{cell['name']}.…'.",
            place=place,
        )
    published: str | Package = cell["address"]
    if cell["how"] == "pip":
        if not (
            cell["archive_bytes"]
            and cell["archive_sha256"]
            and cell["member"]
            and "==" in cell["address"]
        ):
            raise DataError(
                "A package must have a version, a size, a SHA-256 and a member.", place=place
            )
        published = Package(
            cell["address"], int(cell["archive_bytes"]), cell["archive_sha256"], cell["member"]
        )
    elif "://" not in cell["address"]:
        raise DataError(f"'{cell['address']}' is not an http(s) address.", place=place)
    return Source(
        name=cell["name"],
        file=cell["file"],
        kind=cell["kind"],
        media_type=cell["media_type"],
        languages=tuple(cell["language"].split()),
        size=int(cell["bytes"]),
        sha256=cell["sha256"],
        published=published,
        landing_page=cell["landing_page"],
        rights_holder=cell["rights_holder"],
        rights=cell["rights"],
    )


class SourceState(StrEnum):
    """State of a source in its folder."""

    PRESENT = "present"
    MISSING = "missing"
    #: a file has its name and another content, or was set aside for that reason
    UNEXPECTED = "unexpected"


def present_sources(folder: Path, register: Iterable[Source]) -> dict[str, Path]:
    """The verified files of a folder, by name of the source; sources that are missing are left out.

    Every file is hashed at each call: 30 MB take about 0.03 s.
    """
    return {
        source.name: path for source in register if (path := verified(folder, source)) is not None
    }


def verified(folder: Path, source: Source) -> Path | None:
    """The file of a source, where it is present and its hash is that of the register."""
    path = folder / source.file
    try:
        if (
            path.is_file()
            and path.stat().st_size == source.size
            and sha256_of(path) == source.sha256
        ):
            return path
    except OSError:  # not readable, or removed meanwhile
        return None
    return None


def state_of(folder: Path, source: Source) -> SourceState:
    """State of a source in a folder."""
    if verified(folder, source) is not None:
        return SourceState.PRESENT
    if (folder / source.file).exists() or set_aside(folder, source):
        return SourceState.UNEXPECTED
    return SourceState.MISSING


def set_aside(folder: Path, source: Source) -> list[Path]:
    """The files that were fetched as this source and have another hash, sorted."""
    return sorted(folder.glob(f"{source.file}.unexpected-*"))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
