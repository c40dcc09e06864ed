"""The register of documents and official data files (`data/sources/register.csv`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from gcmgraph.errors import DataError, Place, SourceError
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import Cells, read_rows


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
    return tuple(_source(cells, place) for place, cells in read_rows(repository.register, addresses))


def select(register: Sequence[Source], names: Iterable[str]) -> tuple[Source, ...]:
    """The sources of these names, in the order of the register; all where none is given.

    A name may be a pattern (`objective-*.en`). Raises `SourceError` for one that selects nothing.
    """
    patterns = tuple(names)
    for pattern in patterns:
        if not any(fnmatchcase(source.name, pattern) for source in register):
            raise SourceError(
                f"The register has no source '{pattern}'.", hint="'gcmgraph fetch --list' prints the names."
            )
    return tuple(s for s in register if not patterns or any(fnmatchcase(s.name, pattern) for pattern in patterns))


def _source(cells: Cells, place: Place) -> Source:
    cell = {name: value or "" for name, value in cells.items()}
    if not cell["file"].startswith(f"{cell['name']}."):
        raise DataError(f"The file '{cell['file']}' must be called as its source: '{cell['name']}.…'.", place=place)
    published: str | Package = cell["address"]
    if cell["how"] == "pip":
        if not (cell["archive_bytes"] and cell["archive_sha256"] and cell["member"] and "==" in cell["address"]):
            raise DataError("A package must have a version, a size, a SHA-256 and a member.", place=place)
        published = Package(cell["address"], int(cell["archive_bytes"]), cell["archive_sha256"], cell["member"])
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
