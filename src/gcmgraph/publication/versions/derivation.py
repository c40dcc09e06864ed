"""Record of what a version of a store folder was made from, in a file beside its index.

A version contains all decisions up to an event of a ledger. Where the file is missing, as in
versions of older releases, nothing is known: every decision is applied again, which changes nothing
where the version contains it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

from gcmgraph.platform.files import same_time, write_file

#: Name of the file. It may change while the version does not, so no manifest lists it.
FILE = "derivation.json"


@dataclass(frozen=True)
class Derivation:
    """The last event that a version contains, and what it was built from."""

    #: the database whose events are counted (`Database.identity`); empty for none
    ledger: str = ""
    #: number of the last event whose decision it contains
    event: int = 0
    #: identifiers of contributions that could not be read, so that their decisions are missing
    unread: tuple[str, ...] = ()
    #: what it was built from, by name
    inputs: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Derivation:
        """That of the version in a folder; an empty one where it is unknown."""
        try:
            return msgspec.json.decode((folder / FILE).read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError):
            return cls()

    def write(self, folder: Path) -> None:
        """Write the file beside a version, whose age stays. Raises `OSError`."""
        with same_time(folder):
            write_file(folder / FILE, json.dumps(asdict(self), indent=1).encode())
