"""Contributions as JSON of an export."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from gcmgraph.contributions.contribution import Agent, LedgerEvent, Returned, Role, Submission, Verb
from gcmgraph.contributions.errors import DamagedError

#: The hint for a damaged or missing file.
RESTORE_FILE = "Restore it from a backup, and import again."


def submission_record(submission: Submission) -> bytes:
    """The JSON of a submission."""
    return serialize_record({**asdict(submission), "at": submission.at.isoformat()})


def event_record(event: LedgerEvent) -> bytes:
    """The JSON of an event."""
    return serialize_record({**asdict(event), "at": event.at.isoformat()})


def parse_submission(data: bytes, file: Path) -> Submission:
    """The submission in the bytes of a file. Raises `DamagedError`."""
    record = parse_record(data, file)
    try:
        return Submission(
            **{**record, "sender": parse_agent(record["sender"]), "at": datetime.fromisoformat(record["at"])}
        )
    except (KeyError, TypeError, ValueError) as error:
        raise damaged_record(file, error) from error


def parse_event(data: bytes, file: Path) -> LedgerEvent:
    """The event in the bytes of a file. Raises `DamagedError`."""
    record = parse_record(data, file)
    try:
        by, at = parse_agent(record["by"]), datetime.fromisoformat(record["at"])
        returned = tuple(Returned(**one) for one in record.get("returned", ()))  # none in those of older releases
        verb, gone = Verb(record["verb"]), tuple(record["gone"])
        return LedgerEvent(**{**record, "verb": verb, "by": by, "at": at, "gone": gone, "returned": returned})
    except (KeyError, TypeError, ValueError) as error:
        raise damaged_record(file, error) from error


def parse_agent(record: dict[str, Any]) -> Agent:
    """The holder of a token in a record. Raises `KeyError`, `TypeError`, `ValueError`."""
    return Agent(**{**record, "role": Role(record["role"])})


def serialize_record(members: dict[str, Any]) -> bytes:
    """The bytes of a JSON object."""
    return json.dumps(members, ensure_ascii=False, indent=1).encode() + b"\n"


def parse_record(data: bytes, file: Path) -> dict[str, Any]:
    """The JSON object in the bytes of a file. Raises `DamagedError`."""
    try:
        record = json.loads(data)
    except ValueError as error:
        raise damaged_record(file, error) from error
    if not isinstance(record, dict):
        raise damaged_record(file, "not an object")
    return record


def damaged_record(file: Path, why: object) -> DamagedError:
    """The error of a file with another content."""
    return DamagedError(f"{file} is damaged: {why}.", hint=RESTORE_FILE)
