"""Result of the last verification, in the store's file `integrity.json`, for /health and /metrics."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gcmgraph.files.atomic import write_file
from gcmgraph.integrity.findings import Findings

#: Name of the file in the folder of the store.
FILE = "integrity.json"


@dataclass(frozen=True)
class Status:
    """A result: time of its end (ISO 8601, UTC), numbers of files verified and damaged; whether all were read."""

    checked: str
    files: int
    damaged: int
    whole: bool


def write_status(store: Path, found: Findings) -> None:
    """Store a result. Raises `OSError`."""
    checked = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    damages = [{"file": str(d.file), "flaw": d.flaw, "restore": d.restore} for d in found.damages]
    record = {"checked": checked, "whole": found.whole, "files": found.files, "damaged": damages}
    write_file(store / FILE, json.dumps(record, ensure_ascii=False, indent=1).encode())


def read_status(store: Path) -> Status | None:
    """The last result; None where there is none."""
    try:
        record = json.loads((store / FILE).read_bytes())
        return Status(record["checked"], int(record["files"]), len(record["damaged"]), bool(record["whole"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
