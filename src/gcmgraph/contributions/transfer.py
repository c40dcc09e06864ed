"""Folders of contributions: export of a database, and import of such folders and of those of older releases.

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
    FOLDER/pending/ID                 a decision that the published graph may not show yet
    FOLDER/MANIFEST                   sizes and checksums (`manifests`), also in box/ID and feedback/ID

A name that was imported is never imported again, so what ended or was deleted meanwhile does not return.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from gcmgraph.contributions.access import insert_holder
from gcmgraph.contributions.contribution import (
    Agent,
    Contribution,
    DamagedError,
    LedgerError,
    LedgerEvent,
    LedgerMismatchError,
    Returned,
    Role,
    State,
    Submission,
    Verb,
)
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import (
    Ledger,
    insert_contribution,
    is_identifier,
    read_payload,
    supersede,
)
from gcmgraph.contributions.remarks import answer_of, insert_remark, remark_of
from gcmgraph.contributions.tables import (
    CONTRIBUTIONS,
    INVITATIONS,
    REMARKS,
    TAKEN_OVER,
    TOKENS,
    parse_agent,
    serialize_record,
)
from gcmgraph.errors import RdfSyntaxError
from gcmgraph.files import force_tree, make_folder, write_file
from gcmgraph.manifests import (
    MANIFEST,
    DamagedManifestError,
    Entries,
    Recorded,
    flaw_of_bytes,
    read_manifest,
    serialize_manifest,
)
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads

#: Folders of a folder of contributions.
BOX, TOKENS_FOLDER, INVITATIONS_FOLDER, FEEDBACK = "box", "tokens", "invitations", "feedback"

#: Name of the file of an event: its number.
_EVENT = re.compile(r"events/([0-9]{1,9})\.json")

#: Names of the files that end a token or an invitation, and their columns.
_ENDS = ("revoked", "redeemed")

#: Inserts what was read from files.
Insert = Callable[[Connection], None]


@dataclass
class Imported:
    """Result of an import: numbers of names by folder, and the errors of those that were left."""

    counts: dict[str, int] = field(default_factory=dict)
    damaged: list[DamagedError] = field(default_factory=list)

    def count(self, part: str) -> None:
        """Count a name of a folder."""
        self.counts[part] = self.counts.get(part, 0) + 1

    def __str__(self) -> str:
        """The numbers in words."""
        names = {BOX: "contributions", FEEDBACK: "remarks"}
        return ", ".join(f"{self.counts.get(part, 0):,} {names.get(part, part)}" for part in _READERS)


def require_taken_over(folder: Path, database: Database) -> None:
    """Raise `LedgerError` where a folder has contributions or tokens that were not imported into the database."""
    if left := _left_over(folder, database):
        named = ", ".join(left[:3]) + (f" and {len(left) - 3:,} more" if len(left) > 3 else "")
        raise LedgerMismatchError(
            f"The folder {folder} has contributions of an older release that are not in the database: {named}.",
            hint=f"Run 'gcmgraph contribution import {folder}'; move away what it reports as damaged.",
        )


def import_folder(folder: Path, database: Database) -> Imported:
    """Import what a folder has and the database has not. Files are compared with their recorded checksums.

    What is damaged is left and reported. Raises `LedgerError`.
    """
    if not any((folder / name).is_dir() for name in _READERS):
        raise LedgerError(f"{folder} is no folder of contributions.", hint="Name the folder that has 'box' in it.")
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
        found.count(part)
    _complete(Ledger(database))
    return found


def export_folder(folder: Path, database: Database) -> Imported:
    """Write everything in the database as files, but for `published.nq`. Raises `LedgerError`, `OSError`.

    A contribution with a damaged payload is left out and reported.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LedgerError(f"{folder} is not an empty folder.", hint="Name a new one.")
    found, recorded, ledger = Imported(), dict[str, bytes](), Ledger(database)
    for part in _READERS:
        make_folder(folder / part, private=True)
    with database.reading() as rows:
        for contribution in ledger.readable(ledger.identifiers(), found.damaged):
            try:
                files = _contribution_files(rows, contribution)
            except DamagedError as error:
                found.damaged.append(error)
                continue
            _write(folder / BOX / contribution.id, files)
            found.count(BOX)
        for row in rows.execute(select(REMARKS).order_by(REMARKS.c.sequence)).mappings():
            members = {"remark.json": row["remark"], "answer.json": row["answer"]}
            texts = {name: serialize_record(one) for name, one in members.items() if one is not None}
            _write(folder / FEEDBACK / row["id"], texts)
            found.count(FEEDBACK)
        for part, name, table in _HOLDERS:
            for row in rows.execute(select(table).order_by(table.c.sequence)).mappings():
                recorded |= _holder_files(part, name, dict(row))
                found.count(part)
    recorded |= {f"pending/{identifier}": b"" for identifier in ledger.pending()}
    _write(folder, recorded)
    force_tree(folder)
    return found


# ------------------------------------------------------------------------------------------------------- reading


class _Files:
    """A folder, of which each file that is read is compared with its record."""

    def __init__(self, folder: Path, top: Path) -> None:
        """Read the manifest. Raises `DamagedError` where it is damaged, or missing though the top folder has one."""
        self.folder = folder
        self.entries: Entries = {}
        try:
            entries = read_manifest(folder)
        except (DamagedManifestError, OSError) as error:
            raise DamagedError(f"{folder / MANIFEST} is damaged: {error}.", hint=RESTORE_FILE) from error
        if entries is not None:
            self.entries = entries
        elif folder != top and (top / MANIFEST).is_file():
            raise DamagedError(f"{folder / MANIFEST} is missing.", hint=RESTORE_FILE)

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises `DamagedError`."""
        file = self.folder / name
        try:
            data = file.read_bytes()
        except FileNotFoundError as error:
            raise DamagedError(f"{file} is missing.", hint=RESTORE_FILE) from error
        except OSError as error:
            raise DamagedError(f"{file} cannot be read: {error.strerror}.", hint=RESTORE_FILE) from error
        if name in self.entries and (flaw := flaw_of_bytes(data, self.entries[name])):
            raise DamagedError(f"{file} is damaged: it {flaw}.", hint=RESTORE_FILE)
        return data

    def record(self, name: str) -> dict[str, Any]:
        """The JSON object in a file. Raises `DamagedError`."""
        return parse_record(self.read(name), self.folder / name)

    def exists(self, name: str) -> bool:
        """Whether there is a file, or it is recorded."""
        return name in self.entries or (self.folder / name).is_file()


def _left_over(folder: Path, database: Database) -> list[str]:
    names = [f"{part}/{path.stem}" for part in _READERS for path in _paths(folder / part)]
    if not names:
        return []
    with database.reading() as rows:
        known = set(rows.scalars(select(TAKEN_OVER.c.name)))
    return [name for name in names if name not in known]


def _paths(folder: Path) -> Iterator[Path]:
    """The folders of contributions or remarks, or the files of tokens or invitations, in the order of their names."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if is_identifier(path.name) or (path.suffix == ".json" and not path.name.startswith(".")):
            yield path


def _read_contribution(folder: Path, identifier: str) -> Insert:
    files = _Files(folder / BOX / identifier, folder)
    names = {path.relative_to(files.folder).as_posix() for path in files.folder.glob("events/*.json")}
    numbered = sorted((int(match[1]), name) for name in names | set(files.entries) if (match := _EVENT.fullmatch(name)))
    if [number for number, _ in numbered] != list(range(1, len(numbered) + 1)):
        raise DamagedError(f"The events of {files.folder} are not numbered from 1.", hint=RESTORE_FILE)
    events = tuple(parse_event(files.read(name), files.folder / name) for _, name in numbered)
    sent = parse_submission(files.read("submission.json"), files.folder / "submission.json")
    contribution = Contribution(sent, events)
    parts = {
        "content": files.read(f"content/{sent.name}"),
        "statements": files.read("statements.nq"),
        "report": files.read("report.json"),
    }
    file = files.folder / "statements.nq"
    try:
        quads = list(parse_quads(parts["statements"], N_QUADS, source=str(file)))
    except RdfSyntaxError as error:
        raise damaged_record(file, error.message) from error
    if contribution.contradiction is not None or sent.id != identifier or not quads:
        raise DamagedError(f"The history of {files.folder} is impossible.", hint=RESTORE_FILE)
    if Recorded.of(parts["content"]).sha256 != sent.sha256:
        raise DamagedError(f"The content of {files.folder} was changed.", hint=RESTORE_FILE)
    pending = (folder / "pending" / identifier).exists()
    return lambda rows: insert_contribution(rows, contribution, parts, pending=pending)


def _read_holder(folder: Path, part: str, name: str, identifier: str, times: tuple[str, ...], table: Table) -> Insert:
    files, file = _Files(folder, folder), folder / part / f"{identifier}.json"
    record = files.record(f"{part}/{identifier}.json")
    try:
        agent = Agent(record[name], Role(record["role"]), record["name"], record["iri"])
        values: dict[str, object] = {"sha256": record["sha256"]}
        values |= {key: datetime.fromisoformat(record[key]) for key in times}
        for key in _ENDS:
            end = f"{part}/{identifier}.{key}"
            # tokens used to be revoked in their own file
            ended = files.read(end).decode("ascii") if files.exists(end) else record.get(key)
            values |= {key: datetime.fromisoformat(ended)} if ended is not None else {}
        if agent.token != identifier:
            raise ValueError("another identifier")
    except (KeyError, TypeError, ValueError) as error:
        raise damaged_record(file, error) from error
    return lambda rows: insert_holder(rows, table, agent, **values)


def _read_token(folder: Path, identifier: str) -> Insert:
    return _read_holder(folder, TOKENS_FOLDER, "token", identifier, ("created",), TOKENS)


def _read_invitation(folder: Path, identifier: str) -> Insert:
    return _read_holder(folder, INVITATIONS_FOLDER, "invitation", identifier, ("created", "expires"), INVITATIONS)


def _read_remark(folder: Path, identifier: str) -> Insert:
    files = _Files(folder / FEEDBACK / identifier, folder)
    try:
        answer = answer_of(files.record("answer.json")) if files.exists("answer.json") else None
        remark = remark_of(files.record("remark.json"), answer)
    except (KeyError, TypeError, ValueError) as error:
        raise damaged_record(files.folder, error) from error
    return lambda rows: insert_remark(rows, remark)


_READERS: dict[str, Callable[[Path, str], Insert]] = {
    BOX: _read_contribution,
    TOKENS_FOLDER: _read_token,
    INVITATIONS_FOLDER: _read_invitation,
    FEEDBACK: _read_remark,
}
_TABLES = {BOX: CONTRIBUTIONS, TOKENS_FOLDER: TOKENS, INVITATIONS_FOLDER: INVITATIONS, FEEDBACK: REMARKS}

#: Folder, name of the member with the identifier, and table of tokens and of invitations.
_HOLDERS = ((TOKENS_FOLDER, "token", TOKENS), (INVITATIONS_FOLDER, "invitation", INVITATIONS))


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
    parts = {
        "content": f"content/{contribution.submission.name}",
        "statements": "statements.nq",
        "report": "report.json",
    }
    files = {name: read_payload(rows, contribution.id, part) for part, name in parts.items()}
    files["submission.json"] = submission_record(contribution.submission)
    numbered = enumerate(contribution.events, start=1)
    return files | {f"events/{number:04}.json": event_record(event) for number, event in numbered}


def _holder_files(part: str, name: str, row: dict[str, Any]) -> dict[str, bytes]:
    record = {name: row["id"], **{key: row[key] for key in ("role", "name", "iri", "sha256")}}
    record |= {key: row[key].isoformat() for key in ("created", "expires") if key in row}
    files = {f"{part}/{row['id']}.json": serialize_record(record)}
    return files | {f"{part}/{row['id']}.{key}": row[key].isoformat().encode() for key in _ENDS if row.get(key)}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write private files, and then their manifest."""
    entries = {name: (Recorded.of(data),) for name, data in files.items()}
    make_folder(folder, private=True)
    for name, data in {**files, MANIFEST: serialize_manifest(entries)}.items():
        make_folder((folder / name).parent, private=True)
        write_file(folder / name, data, private=True)


# ----------------------------------------------------------------------------------------------------------------- JSON

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
