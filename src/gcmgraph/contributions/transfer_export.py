"""Export of a whole database of contributions as files, in the layout of `transfer_files`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection, RowMapping, select

from gcmgraph.contributions.contribution import Contribution
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger, read_each
from gcmgraph.contributions.ledger_rows import read_payload
from gcmgraph.contributions.tables import REMARKS
from gcmgraph.contributions.transfer_files import (
    BOX,
    ENDS,
    FEEDBACK,
    HOLDERS,
    PARTS,
    PAYLOAD_FILES,
    Transferred,
)
from gcmgraph.platform import file_states, files
from gcmgraph.platform.errors import LedgerError, faults_of_files


@contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """A folder that is new or empty, and is removed with what it has where the block fails.

    Raises `LedgerError` for another folder, and where a file in it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LedgerError(f"{folder} is not an empty folder.", hint="Name a new one.")
    hint = "Nothing was stored. Export again where there is space."
    try:
        with faults_of_files(LedgerError, "The export cannot be written", folder, hint):
            yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def export_folder(folder: Path, database: Database) -> Transferred:
    """Write everything in the database as files, except `published.nq`.

    `folder` is one of `new_folder`. A contribution with a damaged payload is left out and reported.
    Raises `LedgerError`, `OSError`.
    """
    exported = Transferred()
    for part in PARTS:
        files.make_folder(folder / part, private=True)
    with database.reading() as rows:
        _export_contributions(rows, folder, Ledger(database), exported)
        _export_remarks(rows, folder, exported)
        holder_files = _export_holders(rows, exported)
    _write(folder, holder_files)
    files.force_tree(folder)
    return exported


def _export_contributions(
    rows: Connection, folder: Path, ledger: Ledger, exported: Transferred
) -> None:
    def read(identifier: str) -> tuple[str, dict[str, bytes]]:
        return identifier, _contribution_files(rows, ledger.find(identifier))

    for identifier, contents in read_each(read, ledger.identifiers(), exported.damaged):
        _write(folder / BOX / identifier, contents)
        exported.counts[BOX] += 1


def _export_remarks(rows: Connection, folder: Path, exported: Transferred) -> None:
    for row in rows.execute(select(REMARKS).order_by(REMARKS.c.sequence)).mappings():
        contents = {"remark.json": _json(row["remark"])}
        if row["answer"] is not None:
            contents["answer.json"] = _json(row["answer"])
        _write(folder / FEEDBACK / row["id"], contents)
        exported.counts[FEEDBACK] += 1


def _export_holders(rows: Connection, exported: Transferred) -> dict[str, bytes]:
    """The files of tokens and invitations by name."""
    contents: dict[str, bytes] = {}
    for part, holders in HOLDERS.items():
        table = holders.table
        for row in rows.execute(select(table).order_by(table.c.sequence)).mappings():
            contents |= _holder_files(part, row)
            exported.counts[part] += 1
    return contents


def _contribution_files(rows: Connection, contribution: Contribution) -> dict[str, bytes]:
    submission = contribution.submission
    contents = {}
    for part, name in PAYLOAD_FILES.items():
        contents[name.format(submission.name)] = read_payload(rows, submission.id, part)
    contents["submission.json"] = _json(submission)
    for number, event in enumerate(contribution.events, start=1):
        contents[f"events/{number:04}.json"] = _json(event)
    return contents


def _holder_files(part: str, row: RowMapping) -> dict[str, bytes]:
    holders = HOLDERS[part]
    members = {holders.identifier: row["id"]}
    for column in ("role", "name", "iri", "sha256", *holders.times):
        members[column] = row[column]
    contents = {f"{part}/{row['id']}.json": _json(members)}
    for column in ENDS:
        end = row.get(column)
        if end:
            contents[f"{part}/{row['id']}.{column}"] = end.isoformat().encode()
    return contents


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    """Write private files, and then their manifest."""
    files.make_folder(folder, private=True)
    for name, data in contents.items():
        files.make_folder((folder / name).parent, private=True)
        files.write_file(folder / name, data, private=True)
    entries = {name: file_states.Recorded.of(data) for name, data in contents.items()}
    manifest = file_states.serialize_manifest(entries)
    files.write_file(folder / file_states.MANIFEST, manifest, private=True)


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
