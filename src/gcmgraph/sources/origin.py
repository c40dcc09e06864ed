"""The port of an origin of files, and the ways in which one fails to give a file."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from gcmgraph.sources.register import Source

#: Called with the number of bytes of a file that are there by now; fewer than before where it is read anew.
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
    """An origin of files: the addresses of the register, a mirror, a folder."""

    def bring(self, source: Source, part: Path, progress: Progress) -> None:
        """Write a file to `part`, where a beginning of it may be already, or raise `OriginError`.

        At most `source.size` bytes are written. The content is not verified.
        """
