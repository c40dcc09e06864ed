"""Import of folders of contributions (`transfer_files`), also of those of older releases.

A name that was imported is never imported again, so what ended or was deleted meanwhile does not
return.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, insert, select

from gcmgraph.contributions.access import insert_holder
from gcmgraph.contributions.contribution import (
    Agent,
    Contribution,
    LedgerEvent,
    Role,
    State,
    Submission,
    Verb,
)
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.ledger_rows import insert_contribution, is_identifier, supersede
from gcmgraph.contributions.remarks import CuratorAnswer, Remark, insert_remark
from gcmgraph.contributions.tables import CONTRIBUTIONS, INVITATIONS, REMARKS, TAKEN_OVER, TOKENS
from gcmgraph.contributions.transfer_files import (
    BOX,
    ENDS,
    FEEDBACK,
    HOLDERS,
    INVITATIONS_FOLDER,
    PARTS,
    PAYLOAD_FILES,
    TOKENS_FOLDER,
    Transferred,
)
from gcmgraph.platform import file_states
from gcmgraph.platform.errors import DamagedError, LedgerError, LedgerMismatchError, RdfSyntaxError
from gcmgraph.rdf.media import N_QUADS
from gcmgraph.rdf.parsing import parse_quads

#: Name of the file of an event: its number.
_EVENT = re.compile(r"events/([0-9]{1,9})\.json")

#: The hint for a damaged or missing file.
RESTORE_FILE = "Restore it from a backup, and import again."

#: Names of a folder that a message lists.
_LISTED = 3

#: Inserts what was read from files.
Insert = Callable[[Connection], None]

_Parsed = TypeVar("_Parsed")


def require_taken_over(folder: Path, database: Database) -> None:
    """Raise `LedgerError` if contributions or tokens of a folder are not in the database."""
    names = _not_imported(folder, database)
    if not names:
        return
    listed = ", ".join(names[:_LISTED])
    if len(names) > _LISTED:
        listed += f" and {len(names) - _LISTED:,} more"
    raise LedgerMismatchError(
        f"The folder {folder} has contributions of an older release that are not in the database: "
        f"{listed}.",
        hint=f"Run 'gcmgraph contribution import {folder}'; move away what it reports as damaged.",
    )


def import_folder(folder: Path, database: Database) -> Transferred:
    """Import the contents of a folder that the database lacks.

    Files are compared with their recorded checksums. Damaged files are left and reported. Raises
    `LedgerError`.
    """
    if not any((folder / part).is_dir() for part in PARTS):
        raise LedgerError(
            f"{folder} is no folder of contributions.", hint="Name the folder that has 'box' in it."
        )
    imported = Transferred()
    for name in _not_imported(folder, database):
        part, _, identifier = name.partition("/")
        try:
            insert_contents = _READERS[part](folder, identifier)
        except DamagedError as error:
            imported.damaged.append(error)
            continue
        with database.writing() as rows:
            table = _TABLES[part]
            if rows.scalar(select(table.c.id).where(table.c.id == identifier)) is None:
                insert_contents(rows)
            rows.execute(insert(TAKEN_OVER).values(name=name))
        imported.counts[part] += 1
    _supersede_predecessors(Ledger(database))
    return imported


def _not_imported(folder: Path, database: Database) -> list[str]:
    """The names in a folder (`box/ID`, `tokens/ID` …) that were not imported."""
    names = [f"{part}/{path.stem}" for part in PARTS for path in _paths(folder / part)]
    if not names:
        return []
    imported = database.read(lambda rows: set(rows.scalars(select(TAKEN_OVER.c.name))))
    return [name for name in names if name not in imported]


def _paths(folder: Path) -> Iterator[Path]:
    """The folders of contributions or remarks, or the files of tokens or invitations, sorted."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if is_identifier(path.name) or (path.suffix == ".json" and not path.name.startswith(".")):
            yield path


class _RecordedFiles:
    """A folder, of which each file that is read is compared with its record in the manifest."""

    def __init__(self, folder: Path, top: Path) -> None:
        """Read the manifest.

        Raises `DamagedError` where it is damaged, or missing though the top folder has one.
        """
        self.folder = folder
        manifest = folder / file_states.MANIFEST
        try:
            entries = file_states.read_manifest(folder)
        except (file_states.DamagedManifestError, OSError) as error:
            raise _damaged(manifest, error) from error
        if entries is None and folder != top and (top / file_states.MANIFEST).is_file():
            raise DamagedError(f"{manifest} is missing.", hint=RESTORE_FILE)
        self.entries: file_states.Entries = entries or {}

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises `DamagedError`."""
        file = self.folder / name
        try:
            data = file.read_bytes()
        except FileNotFoundError as error:
            raise DamagedError(f"{file} is missing.", hint=RESTORE_FILE) from error
        except OSError as error:
            message = f"{file} cannot be read: {error.strerror}."
            raise DamagedError(message, hint=RESTORE_FILE) from error
        if name in self.entries:
            flaw = file_states.flaw_of_bytes(data, self.entries[name])
            if flaw:
                raise DamagedError(f"{file} is damaged: it {flaw}.", hint=RESTORE_FILE)
        return data

    def parse(self, name: str, kind: type[_Parsed]) -> _Parsed:
        """The value of a type as JSON in a file. Raises `DamagedError`."""
        try:
            return msgspec.json.decode(self.read(name), type=kind)
        except msgspec.DecodeError as error:
            raise _damaged(self.folder / name, error) from error

    def exists(self, name: str) -> bool:
        """Whether there is a file, or it is recorded."""
        return name in self.entries or (self.folder / name).is_file()


def _read_contribution(top: Path, identifier: str) -> Insert:
    files = _RecordedFiles(top / BOX / identifier, top)
    event_files = _event_files(files)
    submission = files.parse("submission.json", Submission)
    events = tuple(files.parse(name, LedgerEvent) for name in event_files)
    contribution = Contribution(submission, events)
    payloads = {
        part: files.read(name.format(submission.name)) for part, name in PAYLOAD_FILES.items()
    }
    statements_file = files.folder / PAYLOAD_FILES["statements"]
    try:
        quads = list(parse_quads(payloads["statements"], N_QUADS, source=str(statements_file)))
    except RdfSyntaxError as error:
        raise _damaged(statements_file, error.message) from error
    if contribution.contradiction is not None or submission.id != identifier or not quads:
        raise DamagedError(f"The history of {files.folder} is impossible.", hint=RESTORE_FILE)
    if file_states.Recorded.of(payloads["content"]).sha256 != submission.sha256:
        raise DamagedError(f"The content of {files.folder} was changed.", hint=RESTORE_FILE)
    return lambda rows: insert_contribution(rows, contribution, payloads)


def _event_files(files: _RecordedFiles) -> list[str]:
    """The names of the files of the events of a contribution, in the order of their numbers.

    Raises `DamagedError` where a number is missing or occurs twice.
    """
    names = set(files.entries)
    for path in files.folder.glob("events/*.json"):
        names.add(path.relative_to(files.folder).as_posix())
    numbered_names = []
    for name in names:
        match = _EVENT.fullmatch(name)
        if match:
            numbered_names.append((int(match[1]), name))
    numbered_names.sort()
    if [number for number, _ in numbered_names] != list(range(1, len(numbered_names) + 1)):
        raise DamagedError(
            f"The events of {files.folder} are not numbered from 1.", hint=RESTORE_FILE
        )
    return [name for _, name in numbered_names]


@dataclass(frozen=True, kw_only=True)
class _Holder:
    """The file of a token or an invitation, whose identifier it has."""

    token: str = ""
    invitation: str = ""
    role: Role
    name: str
    iri: str
    sha256: str
    created: datetime
    expires: datetime | None = None
    #: tokens used to be revoked in their own file
    revoked: datetime | None = None


def _read_holder(part: str, top: Path, identifier: str) -> Insert:
    holders = HOLDERS[part]
    files = _RecordedFiles(top, top)
    file = f"{part}/{identifier}.json"
    parsed = files.parse(file, _Holder)
    values = {}
    for column in (*holders.times, "revoked"):
        time = getattr(parsed, column)
        if time is not None:
            values[column] = time
    for column in ENDS:
        end = f"{part}/{identifier}.{column}"
        if files.exists(end):
            try:
                values[column] = datetime.fromisoformat(files.read(end).decode("ascii"))
            except ValueError as error:
                raise _damaged(top / end, error) from error
    has_all_times = values.keys() >= set(holders.times)
    if getattr(parsed, holders.identifier) != identifier or not has_all_times:
        raise _damaged(top / file, "it is another one, or lacks a time")
    holder = Agent(identifier, parsed.role, parsed.name, parsed.iri)
    return lambda rows: insert_holder(rows, holders.table, holder, sha256=parsed.sha256, **values)


def _read_remark(top: Path, identifier: str) -> Insert:
    files = _RecordedFiles(top / FEEDBACK / identifier, top)
    remark = files.parse("remark.json", Remark)
    answer = files.parse("answer.json", CuratorAnswer) if files.exists("answer.json") else None
    return lambda rows: insert_remark(rows, replace(remark, answer=answer))


def _supersede_predecessors(ledger: Ledger) -> None:
    """Supersede accepted predecessors of accepted contributions.

    An older release that was ended between two files of an acceptance left both accepted.
    """
    for contribution in ledger.readable(ledger.identifiers(), []):
        replaced = contribution.submission.supersedes
        if replaced is None or contribution.event(Verb.ACCEPT) is None:
            continue
        if any(old.state is State.ACCEPTED for old in ledger.readable([replaced], [])):
            with ledger.database.writing() as rows:
                supersede(rows, contribution, replaced)


def _damaged(file: Path, reason: object) -> DamagedError:
    return DamagedError(f"{file} is damaged: {reason}.", hint=RESTORE_FILE)


#: Readers of what is in a folder, by its identifier.
_READERS: dict[str, Callable[[Path, str], Insert]] = {
    BOX: _read_contribution,
    TOKENS_FOLDER: partial(_read_holder, TOKENS_FOLDER),
    INVITATIONS_FOLDER: partial(_read_holder, INVITATIONS_FOLDER),
    FEEDBACK: _read_remark,
}

_TABLES = {
    BOX: CONTRIBUTIONS,
    TOKENS_FOLDER: TOKENS,
    INVITATIONS_FOLDER: INVITATIONS,
    FEEDBACK: REMARKS,
}
