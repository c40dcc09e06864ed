"""Contributions in folders that are exported and imported.

A folder has a whole database; those of older releases can be imported, too.

    FOLDER/published.nq               everything public, as N-Quads (export only)
    FOLDER/box/ID/submission.json     sender, time, title and more
    FOLDER/box/ID/content/NAME        the bytes that were sent
    FOLDER/box/ID/statements.nq       their statements (canonical N-Quads)
    FOLDER/box/ID/report.json         the report of validation at the submission
    FOLDER/box/ID/events/0001.json    later events, in order
    FOLDER/tokens/ID.json             the holder of a token, and the digest of its secret
    FOLDER/tokens/ID.revoked          the time of its end
    FOLDER/invitations/ID.json        an invitation, and files for its end as for tokens
    FOLDER/feedback/ID/               `remark.json` and `answer.json` of a reader's remark
    FOLDER/MANIFEST                   sizes and checksums (`files`), also in box/ID and feedback/ID

A name that was imported is never imported again, so what ended or was deleted meanwhile does not
return.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select

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
from gcmgraph.contributions.ledger import Ledger, read_each
from gcmgraph.contributions.ledger_rows import (
    insert_contribution,
    is_identifier,
    read_payload,
    supersede,
)
from gcmgraph.contributions.remarks import CuratorAnswer, Remark, insert_remark
from gcmgraph.contributions.tables import CONTRIBUTIONS, INVITATIONS, REMARKS, TAKEN_OVER, TOKENS
from gcmgraph.platform import file_states
from gcmgraph.platform import files as disk
from gcmgraph.platform.errors import DamagedError, LedgerError, LedgerMismatchError, RdfSyntaxError
from gcmgraph.rdf.media import N_QUADS
from gcmgraph.rdf.parsing import parse_quads

#: Folders of a folder of contributions.
BOX, TOKENS_FOLDER, INVITATIONS_FOLDER, FEEDBACK = "box", "tokens", "invitations", "feedback"

#: Name of the file of an event: its number.
_EVENT = re.compile(r"events/([0-9]{1,9})\.json")

#: Names of the files that end a token or an invitation, and their columns.
_ENDS = ("revoked", "redeemed")

#: Files of a contribution with its payloads; that of the content has the name of the sent file.
_PAYLOADS = {"content": "content/{}", "statements": "statements.nq", "report": "report.json"}

#: The hint for a damaged or missing file.
RESTORE_FILE = "Restore it from a backup, and import again."

#: Inserts what was read from files.
Insert = Callable[[Connection], None]

_Parsed = TypeVar("_Parsed")


@dataclass
class Imported:
    """Result of an import: numbers of names by folder, and the errors of those that were left."""

    counts: Counter[str] = field(default_factory=Counter)
    damaged: list[DamagedError] = field(default_factory=list)

    def __str__(self) -> str:
        """The numbers in words."""
        names = {BOX: "contributions", FEEDBACK: "remarks"}
        return ", ".join(f"{self.counts[part]:,} {names.get(part, part)}" for part in _READERS)


def require_taken_over(folder: Path, database: Database) -> None:
    """Raise `LedgerError` where a folder has contributions or tokens that were not imported into the database."""
    if left := _left_over(folder, database):
        named = ", ".join(left[:3]) + (f" and {len(left) - 3:,} more" if len(left) > 3 else "")
        message = f"The folder {folder} has contributions of an older release that are not in the database: {named}."
        hint = f"Run 'gcmgraph contribution import {folder}'; move away what it reports as damaged."
        raise LedgerMismatchError(message, hint=hint)


def import_folder(folder: Path, database: Database) -> Imported:
    """Import what a folder has and the database has not.

    Files are compared with their recorded checksums.

    What is damaged is left and reported. Raises `LedgerError`.
    """
    if not any((folder / name).is_dir() for name in _READERS):
        raise LedgerError(
            f"{folder} is no folder of contributions.", hint="Name the folder that has 'box' in it."
        )
    found = Imported()
    for name in _left_over(folder, database):
        part, _, identifier = name.partition("/")
        try:
            store = _READERS[part](folder, identifier)
        except DamagedError as error:
            found.damaged.append(error)
            continue
        with database.writing() as rows:
            table = _TABLES[part]
            if rows.scalar(select(table.c.id).where(table.c.id == identifier)) is None:
                store(rows)
            rows.execute(insert(TAKEN_OVER).values(name=name))
        found.counts[part] += 1
    _complete(Ledger(database))
    return found


def export_folder(folder: Path, database: Database) -> Imported:
    """Write everything in the database as files, but for `published.nq`.

    Raises `LedgerError`, `OSError`.

    A contribution with a damaged payload is left out and reported.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LedgerError(f"{folder} is not an empty folder.", hint="Name a new one.")
    found, recorded, ledger = Imported(), dict[str, bytes](), Ledger(database)
    for part in _READERS:
        disk.make_folder(folder / part, private=True)
    with database.reading() as rows:

        def read(identifier: str) -> tuple[str, dict[str, bytes]]:
            return identifier, _contribution_files(rows, ledger.find(identifier))

        for identifier, files in read_each(read, ledger.identifiers(), found.damaged):
            _write(folder / BOX / identifier, files)
            found.counts[BOX] += 1
        for row in rows.execute(select(REMARKS).order_by(REMARKS.c.sequence)).mappings():
            parts = {"remark.json": row["remark"], "answer.json": row["answer"]}
            _write(
                folder / FEEDBACK / row["id"],
                {name: _json(one) for name, one in parts.items() if one is not None},
            )
            found.counts[FEEDBACK] += 1
        for part in _HOLDERS:
            table = _TABLES[part]
            for row in rows.execute(select(table).order_by(table.c.sequence)).mappings():
                recorded |= _holder_files(part, row)
                found.counts[part] += 1
    _write(folder, recorded)
    disk.force_tree(folder)
    return found


# ------------------------------------------------------------------------------------------------------- reading


class _TransferFiles:
    """A folder, of which each file that is read is compared with its record."""

    def __init__(self, folder: Path, top: Path) -> None:
        """Read the manifest.

        Raises `DamagedError` where it is damaged, or missing though the top folder has one.
        """
        self.folder = folder
        try:
            entries = file_states.read_manifest(folder)
        except (file_states.DamagedManifestError, OSError) as error:
            raise _damaged(folder / file_states.MANIFEST, error) from error
        if entries is None and folder != top and (top / file_states.MANIFEST).is_file():
            raise DamagedError(f"{folder / file_states.MANIFEST} is missing.", hint=RESTORE_FILE)
        self.entries: file_states.Entries = entries or {}

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises `DamagedError`."""
        file = self.folder / name
        try:
            data = file.read_bytes()
        except OSError as error:
            why = (
                "is missing"
                if isinstance(error, FileNotFoundError)
                else f"cannot be read: {error.strerror}"
            )
            raise DamagedError(f"{file} {why}.", hint=RESTORE_FILE) from error
        if name in self.entries and (flaw := file_states.flaw_of_bytes(data, self.entries[name])):
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


def _left_over(folder: Path, database: Database) -> list[str]:
    names = [f"{part}/{path.stem}" for part in _READERS for path in _paths(folder / part)]
    if not names:
        return []
    known = database.read(lambda rows: set(rows.scalars(select(TAKEN_OVER.c.name))))
    return [name for name in names if name not in known]


def _paths(folder: Path) -> Iterator[Path]:
    """The folders of contributions or remarks, or the files of tokens or invitations, in the order of their names."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if is_identifier(path.name) or (path.suffix == ".json" and not path.name.startswith(".")):
            yield path


def _read_contribution(folder: Path, identifier: str) -> Insert:
    files = _TransferFiles(folder / BOX / identifier, folder)
    names = {
        path.relative_to(files.folder).as_posix() for path in files.folder.glob("events/*.json")
    }
    numbered = sorted(
        (int(match[1]), name)
        for name in names | set(files.entries)
        if (match := _EVENT.fullmatch(name))
    )
    if [number for number, _ in numbered] != list(range(1, len(numbered) + 1)):
        raise DamagedError(
            f"The events of {files.folder} are not numbered from 1.", hint=RESTORE_FILE
        )
    sent = files.parse("submission.json", Submission)
    contribution = Contribution(sent, tuple(files.parse(name, LedgerEvent) for _, name in numbered))
    parts = {part: files.read(name.format(sent.name)) for part, name in _PAYLOADS.items()}
    file = files.folder / _PAYLOADS["statements"]
    try:
        quads = list(parse_quads(parts["statements"], N_QUADS, source=str(file)))
    except RdfSyntaxError as error:
        raise _damaged(file, error.message) from error
    if contribution.contradiction is not None or sent.id != identifier or not quads:
        raise DamagedError(f"The history of {files.folder} is impossible.", hint=RESTORE_FILE)
    if file_states.Recorded.of(parts["content"]).sha256 != sent.sha256:
        raise DamagedError(f"The content of {files.folder} was changed.", hint=RESTORE_FILE)
    return lambda rows: insert_contribution(rows, contribution, parts)


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


def _read_holder(part: str, folder: Path, identifier: str) -> Insert:
    name, needed = _HOLDERS[part]
    files, file = _TransferFiles(folder, folder), f"{part}/{identifier}.json"
    found = files.parse(file, _Holder)
    values = {
        key: value for key in (*needed, "revoked") if (value := getattr(found, key)) is not None
    }
    for key in _ENDS:
        if files.exists(end := f"{part}/{identifier}.{key}"):
            try:
                values[key] = datetime.fromisoformat(files.read(end).decode("ascii"))
            except ValueError as error:
                raise _damaged(folder / end, error) from error
    if getattr(found, name) != identifier or not values.keys() >= set(needed):
        raise _damaged(folder / file, "it is another one, or lacks a time")
    holder = Agent(identifier, found.role, found.name, found.iri)
    return lambda rows: insert_holder(rows, _TABLES[part], holder, sha256=found.sha256, **values)


def _read_remark(folder: Path, identifier: str) -> Insert:
    files = _TransferFiles(folder / FEEDBACK / identifier, folder)
    remark = files.parse("remark.json", Remark)
    answer = files.parse("answer.json", CuratorAnswer) if files.exists("answer.json") else None
    return lambda rows: insert_remark(rows, replace(remark, answer=answer))


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

#: The member with the identifier, and the times that each token or invitation has, by folder.
_HOLDERS = {
    TOKENS_FOLDER: ("token", ("created",)),
    INVITATIONS_FOLDER: ("invitation", ("created", "expires")),
}


def _complete(ledger: Ledger) -> None:
    """Supersede predecessors of accepted contributions where an older release was ended before it did."""
    for contribution in ledger.readable(ledger.identifiers(), []):
        replaced = contribution.submission.supersedes
        if replaced is None or contribution.event(Verb.ACCEPT) is None:
            continue
        if any(old.state is State.ACCEPTED for old in ledger.readable([replaced], [])):
            with ledger.database.writing() as rows:
                supersede(rows, contribution, replaced)


# ------------------------------------------------------------------------------------------------------- writing


def _contribution_files(rows: Connection, contribution: Contribution) -> dict[str, bytes]:
    sent, numbered = contribution.submission, enumerate(contribution.events, start=1)
    files = {
        name.format(sent.name): read_payload(rows, sent.id, part)
        for part, name in _PAYLOADS.items()
    }
    files["submission.json"] = _json(sent)
    return files | {f"events/{number:04}.json": _json(event) for number, event in numbered}


def _holder_files(part: str, row: RowMapping) -> dict[str, bytes]:
    name, times = _HOLDERS[part]
    record = {
        name: row["id"],
        **{key: row[key] for key in ("role", "name", "iri", "sha256", *times)},
    }
    ends = {
        f"{part}/{row['id']}.{key}": row[key].isoformat().encode() for key in _ENDS if row.get(key)
    }
    return {f"{part}/{row['id']}.json": _json(record), **ends}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write private files, and then their manifest."""
    entries = {name: file_states.Recorded.of(data) for name, data in files.items()}
    disk.make_folder(folder, private=True)
    for name, data in {
        **files,
        file_states.MANIFEST: file_states.serialize_manifest(entries),
    }.items():
        disk.make_folder((folder / name).parent, private=True)
        disk.write_file(folder / name, data, private=True)


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _damaged(file: Path, why: object) -> DamagedError:
    return DamagedError(f"{file} is damaged: {why}.", hint=RESTORE_FILE)
