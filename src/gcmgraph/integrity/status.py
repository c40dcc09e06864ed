"""Result of the last verification: `integrity.json` of a store, for /health and /metrics."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.integrity.verification import Findings
from gcmgraph.platform.files import write_file

#: Name of the file.
FILE = "integrity.json"


@dataclass(frozen=True)
class Status:
    """A result of a verification."""

    #: time of its end (ISO 8601, UTC)
    checked: str
    #: number of verified files
    files: int
    #: number of damaged files
    damaged: int
    #: whether all files were read
    whole: bool


def write_status(store: Path, findings: Findings) -> str | None:
    """Store a result beside the versions, if there are any.

    Returns the reason if the file cannot be written.
    """
    checked = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    record = {
        "checked": checked,
        "whole": findings.whole,
        "files": findings.files,
        "damaged": findings.members,
    }
    body = json.dumps(record, ensure_ascii=False, indent=1).encode()
    try:
        if store.is_dir():
            write_file(store / FILE, body)
    except OSError as error:
        return error.strerror
    return None


def read_status(store: Path) -> Status | None:
    """Read the last result; None if there is none."""
    try:
        record = json.loads((store / FILE).read_bytes())
        return Status(
            record["checked"], int(record["files"]), len(record["damaged"]), bool(record["whole"])
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None
