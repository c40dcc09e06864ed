"""Origins of the files of the register: the addresses of publishers, a mirror, a folder."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from gcmgraph.sources.register import Source

#: Called with the number of bytes of a file that are there by now.
Progress = Callable[[int], None]


class Cause(Enum):
    """Causes of a failure, as they are reported."""

    #: no connection, or no answer in time
    UNREACHABLE = auto()
    #: the origin does not have the file
    ABSENT = auto()
    #: the origin has another file under this address
    UNEXPECTED = auto()
    #: anything else, such as a transfer that broke off
    FAILED = auto()


class OriginError(Exception):
    """A file that an origin did not give: the cause, and where or why (for UNREACHABLE a host, else a sentence)."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(detail)
        self.cause = cause
        self.detail = detail


class Origin(Protocol):
    """An origin of files."""

    def bring(self, source: Source, path: Path, progress: Progress) -> None:
        """Write the file of a source to `path`, verified by its SHA-256, or raise `OriginError` and write nothing."""
