"""Remarks of readers as files of the ledger.

    LEDGER/feedback/ID/MANIFEST       sizes and SHA-256 of the other files
    LEDGER/feedback/ID/remark.json    page, statement, texts, e-mail address, time
    LEDGER/feedback/ID/answer.json    the answer of a curator, its time and author

An identifier (ULID) has 80 random bits: the address that is made of it is known to the sender and to curators only.
Unlike contributions, remarks can be deleted.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gcmgraph.contributions.access.quotas import ASK_LATER
from gcmgraph.contributions.errors import (
    ConflictError,
    DamagedError,
    QuotaError,
    UnknownContributionError,
    ledger_errors,
)
from gcmgraph.contributions.feedback.remark import (
    Answer,
    Remark,
    answer_record,
    parse_answer,
    parse_remark,
    remark_record,
)
from gcmgraph.contributions.storage.ledger import Ledger
from gcmgraph.contributions.storage.recorded import RecordedFolder, begin_ledger, with_manifest, write_recorded
from gcmgraph.files.atomic import make_folder, write_folder

#: Name of the folder in the ledger.
FEEDBACK = "feedback"

REMARK, ANSWER = "remark.json", "answer.json"

#: Limit of the bytes of all remarks that await an answer.
BYTES = 20_000_000


@dataclass(frozen=True)
class Counts:
    """Numbers of remarks that await an answer, and of others."""

    waiting: int
    answered: int


class RemarkBox:
    """The remarks in a ledger. For use by many threads."""

    def __init__(self, ledger: Ledger, most_waiting: int = 0) -> None:
        """`most_waiting` remarks may await an answer; 0 is no limit."""
        self._ledger = ledger
        self._most = most_waiting
        self._folder = ledger.folder / FEEDBACK
        self._answered: set[str] = set()
        self._lock = threading.Lock()

    def identifiers(self) -> list[str]:
        """The identifiers of all remarks, the oldest first."""
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir() if Ledger.is_identifier(path.name))

    def waiting(self) -> list[str]:
        """The identifiers of the remarks that await an answer, the oldest first."""
        found = self.identifiers()
        with self._lock:
            known = self._answered
            fresh = {name for name in found if name not in known and (self._folder / name / ANSWER).is_file()}
            self._answered = (known & set(found)) | fresh
            return [name for name in found if name not in self._answered]

    def counts(self) -> Counts:
        """Numbers of remarks."""
        waiting, every = len(self.waiting()), len(self.identifiers())
        return Counts(waiting, max(0, every - waiting))

    def find(self, identifier: str) -> Remark:
        """A remark. Raises `UnknownContributionError`, `DamagedError`."""
        folder = self._folder / identifier
        if not Ledger.is_identifier(identifier) or not folder.is_dir():
            raise UnknownContributionError("There is no such remark.", hint="Check the address.")
        files = RecordedFolder(folder, self._ledger.folder)
        answer = parse_answer(files.read(ANSWER), folder / ANSWER) if files.exists(ANSWER) else None
        return parse_remark(files.read(REMARK), folder / REMARK, answer)

    def readable(self, identifiers: Iterable[str], damaged: list[DamagedError]) -> Iterator[Remark]:
        """The remarks of these identifiers; the errors of those that cannot be read are added to `damaged`."""
        for identifier in identifiers:
            try:
                yield self.find(identifier)
            except DamagedError as error:
                damaged.append(error)
            except UnknownContributionError:  # deleted meanwhile
                continue

    def add(self, remark: Remark) -> Remark:
        """Store a remark under a new identifier. Raises `QuotaError`, `LedgerError`; nothing is stored then."""
        from ulid import ULID  # noqa: PLC0415 - its import takes long, and a server seldom needs it

        made = replace(remark, id=str(ULID()))
        record = remark_record(made)
        begin_ledger(self._ledger.folder)
        with self._ledger.sending(FEEDBACK):
            self._require_room(len(record))
            with ledger_errors(self._folder):
                make_folder(self._folder, private=True)
                write_folder(self._folder / made.id, with_manifest({REMARK: record}), private=True)
        return made

    def answer(self, identifier: str, answer: Answer) -> Remark:
        """Store the answer to a remark. Raises as `find` does; `ConflictError` where it has one."""
        remark = self.find(identifier)
        try:
            write_recorded(self._folder / identifier, ANSWER, answer_record(answer), new=True)
        except FileExistsError as error:
            raise ConflictError("This remark has an answer already.") from error
        return replace(remark, answer=answer)

    def delete(self, identifier: str) -> None:
        """Delete a remark with its answer, lastingly. Raises `UnknownContributionError`, `LedgerError`."""
        folder = self._folder / identifier
        if not Ledger.is_identifier(identifier) or not folder.is_dir():
            raise UnknownContributionError("There is no such remark.")
        removed = folder.with_name(f".{identifier}.{os.getpid()}-{os.urandom(4).hex()}")  # a draft (`files.leftovers`)
        with ledger_errors(folder):
            folder.rename(removed)
            shutil.rmtree(removed)

    def _require_room(self, size: int) -> None:
        waiting = self.waiting()
        hint = "Try again later: curators answer them first."
        if self._most and len(waiting) >= self._most:
            raise QuotaError(
                f"{len(waiting):,} remarks of readers await an answer; the limit is {self._most:,}.",
                ASK_LATER,
                hint=hint,
            )
        if sum(_size(self._folder / name / REMARK) for name in waiting) + size > BYTES:
            raise QuotaError(
                f"The remarks that await an answer would have more than {BYTES:,} bytes, which is the limit.",
                ASK_LATER,
                hint=hint,
            )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
