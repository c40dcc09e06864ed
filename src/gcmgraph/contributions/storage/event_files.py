"""Files of the events of a contribution."""

from __future__ import annotations

import re
from pathlib import Path

from gcmgraph.contributions.errors import DamagedError
from gcmgraph.contributions.storage.records import RESTORE

#: The folder of the events of a contribution.
EVENTS = "events/"

#: The name of the file of an event: its number, of four digits or more.
_EVENT = re.compile(r"[0-9]{1,9}\.json")


def event_files(folder: Path) -> list[Path]:
    """The files of the events of a contribution, in any order."""
    return [file for file in (folder / EVENTS).glob("*.json") if _EVENT.fullmatch(file.name)]


def ordered_names(files: list[Path], identifier: str) -> list[str]:
    """The names of events' files by number. Raises `DamagedError` where a number is missing or occurs twice."""
    numbered = sorted((int(file.stem), file) for file in files)
    for expected, (number, file) in enumerate(numbered, start=1):
        if number > expected:
            raise DamagedError(f"The event {expected} of contribution {identifier} is missing.", hint=RESTORE)
        if number < expected:
            raise DamagedError(f"Contribution {identifier} has a second event {number}: {file}.", hint="Remove one.")
    return [f"{EVENTS}{file.name}" for _, file in numbered]
