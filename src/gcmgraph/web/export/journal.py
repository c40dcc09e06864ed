"""The journal of an unfinished export, from which the same command goes on.

A file of JSON in lines: first what is exported, then each written address. A line that an
interruption cut off is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gcmgraph.platform.file_states import Recorded
from gcmgraph.web.export.addresses import SiteAddress

#: Name of the file in the folder of an unfinished export.
JOURNAL = "gcmgraph-export.journal"


@dataclass(frozen=True)
class WrittenAddress:
    """An address with its files, and the links on its pages."""

    address: SiteAddress
    files: Mapping[str, Recorded]
    #: linked addresses that the same process did not state before
    links: frozenset[SiteAddress]
    #: request targets of links to nothing
    dead: frozenset[str]


_DECODER = msgspec.json.Decoder(WrittenAddress)


class Journal:
    """The journal of a folder, open to add addresses. Its methods raise `OSError`."""

    def __init__(self, folder: Path, subject: Mapping[str, object]) -> None:
        self._file = (folder / JOURNAL).open("ab", buffering=0)
        # ends a line that was cut off
        self._file.write(b"\n" + msgspec.json.encode(subject) + b"\n")

    def add(self, written: WrittenAddress) -> None:
        """Add an address whose files were written."""
        self._file.write(msgspec.json.encode(written) + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_journal(folder: Path, subject: Mapping[str, object]) -> list[WrittenAddress]:
    """The addresses that the journal of a folder lists; none for another subject, or without a journal."""
    try:
        lines = (folder / JOURNAL).read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    head = msgspec.json.encode(subject)
    heads = [line for line in lines if line.startswith(head[:1] + b'"software"')]
    if not heads or set(heads) != {head}:
        return []
    addresses = []
    for line in lines:
        try:
            addresses.append(_DECODER.decode(line))
        except msgspec.DecodeError:  # the subject, or a line that was cut off
            continue
    return addresses
