"""Ledger: every contribution and every decision as lasting files, from which the published graph can be made again.

    LEDGER/box/ID/submission.json     sender, time, title and more
    LEDGER/box/ID/content/NAME        the bytes that were sent
    LEDGER/box/ID/statements.nq       their statements (canonical N-Quads)
    LEDGER/box/ID/report.json         the report of validation at the submission
    LEDGER/box/ID/events/0001.json    later events, in order
    LEDGER/keys/DIGEST                the identifier for a sender's idempotency key
    LEDGER/pending/ID                 a decision that the published graph may not show yet
    LEDGER/tokens/ID.json             the holder of a token, and the digest of its secret
    LEDGER/tokens/ID.revoked          the time of its end
    LEDGER/feedback/ID/               remarks of readers (`feedback.box`)
    LEDGER/lock                       locked during a decision
    LEDGER/sending/TOKEN              locked while a contribution of a token is stored
    LEDGER/journal                    changes, for running processes (`journal`)

Nothing is changed or deleted except marks in `pending/` and manifests: see `recorded`. The journal grows. Only the
owner can read it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO

from gcmgraph.contributions.contribution import (
    MAX_APPROVALS,
    MAX_COMMENTS,
    TRANSITIONS,
    Contribution,
    LedgerEvent,
    Submission,
    Verb,
)
from gcmgraph.contributions.errors import (
    ConflictError,
    DamagedError,
    LedgerBusyError,
    LedgerError,
    UnknownContributionError,
    ledger_errors,
)
from gcmgraph.contributions.storage.event_files import EVENTS, event_files, ordered_names
from gcmgraph.contributions.storage.journal import Journal
from gcmgraph.contributions.storage.recorded import (
    REPAIR,
    RecordedFolder,
    begin_ledger,
    with_manifest,
    write_record,
    write_recorded,
)
from gcmgraph.contributions.storage.records import (
    RESTORE,
    event_record,
    parse_event,
    parse_submission,
    submission_record,
)
from gcmgraph.errors import RdfSyntaxError
from gcmgraph.files.atomic import make_folder, remove_file, write_folder
from gcmgraph.files.locks import locked
from gcmgraph.model.terms import Quad
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.literal_forms import as_kept

#: Seconds to wait for another decision or a build to end.
WAIT = 60.0

#: Seconds to wait until other contributions of the same token are stored, each of which takes a fraction of a second.
SENDING = 15.0

_ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")

#: Limit of the bytes of the name of a file that was sent; that of file systems is 255.
_NAME_BYTES = 200

#: Characters of the name of a file that was sent that become a hyphen.
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


class Ledger:
    """Folder of contributions, made at the first write.

    Raises `LedgerError` for a path that is not a folder.
    """

    def __init__(self, folder: Path) -> None:
        if folder.exists() and not folder.is_dir():
            raise LedgerError(f"{folder} is not a folder.", hint="Set 'contributions' to the folder of contributions.")
        self.folder = folder
        self._box = folder / "box"
        self._keys = folder / "keys"
        self._pending = folder / "pending"
        self.journal = Journal(folder / "journal")

    # ------------------------------------------------------------------------------------------------ reading

    def find(self, identifier: str) -> Contribution:
        """The contribution of an identifier. Raises `UnknownContributionError`, `DamagedError`."""
        files = self._files(identifier)
        names = ordered_names(event_files(files.folder), identifier)
        for name in files.entries.keys() - names:
            if name.startswith(EVENTS):
                files.exists(name)
        events = tuple(parse_event(files.read(name), files.folder / name) for name in names)
        contribution = Contribution(
            parse_submission(files.read("submission.json"), files.folder / "submission.json"), events
        )
        if (number := contribution.contradiction) is not None:
            raise DamagedError(
                f"The history of contribution {identifier} is impossible: its event {number} is "
                f"'{events[number - 1].verb}', which its state then does not allow.",
                hint="Restore its events from a backup (docs/operations.md).",
            )
        return contribution

    def readable(self, identifiers: Iterable[str], damaged: list[DamagedError]) -> Iterator[Contribution]:
        """The contributions of these identifiers; the errors of those that cannot be read are added to `damaged`."""
        for identifier in identifiers:
            try:
                yield self.find(identifier)
            except DamagedError as error:
                damaged.append(error)

    def identifiers(self) -> list[str]:
        """The identifiers of all contributions, in the order of submission."""
        return _named(self._box)

    def unknown(self, names: Iterable[str]) -> list[str]:
        """Those of `names` that are identifiers of contributions and are not in this ledger, sorted."""
        return sorted(name for name in names if _ID.fullmatch(name) and not (self._box / name).is_dir())

    def box_changed(self) -> int:
        """When a contribution was last added, in nanoseconds; 0 where there is none."""
        try:
            return self._box.stat().st_mtime_ns
        except OSError:
            return 0

    def size(self, contribution: Contribution) -> int:
        """The number of bytes that were sent; 0 where they are missing."""
        try:
            return (self._folder(contribution.id) / "content" / contribution.submission.name).stat().st_size
        except OSError:
            return 0

    @staticmethod
    def is_identifier(name: str) -> bool:
        """Whether a text has the form of an identifier."""
        return _ID.fullmatch(name) is not None

    def content(self, contribution: Contribution) -> bytes:
        """The bytes as they were sent. Raises `DamagedError`."""
        data = self._files(contribution.id).read(f"content/{contribution.submission.name}")
        if hashlib.sha256(data).hexdigest() != contribution.submission.sha256:  # of an older release: not recorded
            raise DamagedError(f"The content of contribution {contribution.id} was changed.", hint=RESTORE)
        return data

    def statements(self, contribution: Contribution) -> list[Quad]:
        """Its statements, in a graph of its own, with literals as the engine returns them. Raises `DamagedError`."""
        files = self._files(contribution.id)
        file = files.folder / "statements.nq"
        try:
            return list(as_kept(parse_quads(files.read(file.name), N_QUADS, source=str(file))))
        except RdfSyntaxError as error:
            raise DamagedError(f"{file} is damaged: {error.message}", hint=RESTORE) from error

    def accepted_statements(self, contribution: Contribution) -> list[Quad]:
        """Its statements without those that were returned. Raises `DamagedError`, also for one that it lacks."""
        stated, returned = self.statements(contribution), {one.statement for one in contribution.returned}
        found = [quad for quad in stated if statement_line(quad) not in returned] if returned else stated
        if len(stated) - len(found) != len(returned):
            raise DamagedError(
                f"The decision on contribution {contribution.id} returns a statement that it does not have.",
                hint=RESTORE,
            )
        return found

    def report(self, contribution: Contribution) -> bytes:
        """The report of validation at its submission, as JSON. Raises `DamagedError`."""
        return self._files(contribution.id).read("report.json")

    def known_key(self, sender: str, key: str) -> Contribution | None:
        """The contribution that a sender already sent under this key, or None. Raises `DamagedError`."""
        identifier = self._reserved(sender, key)
        if identifier is None or not (self._box / identifier).is_dir():
            return None
        found = self.find(identifier)
        if (found.submission.sender.token, found.submission.key) != (sender, key):
            raise DamagedError(f"{self.key_file(sender, key)} is damaged: it names another request.", hint=REPAIR)
        return found

    def pending(self) -> list[str]:
        """The contributions with a decision that the published graph may not show yet."""
        return _named(self._pending)

    # ------------------------------------------------------------------------------------------------ writing

    def mint(self, sender: str = "", key: str | None = None) -> str:
        """A new identifier, which sorts after those before it.

        With an idempotency key, it is the same for the same sender and key. It is stored before anything else, so a
        sender without an answer can send again and never has two contributions.
        """
        from ulid import ULID  # noqa: PLC0415 - its import takes long, and a server seldom needs it

        fresh = str(ULID())
        if last := max(_named(self._box), default=""):  # the clock may have been set back
            fresh = max(fresh, str(ULID.from_timestamp(ULID.from_str(last).milliseconds + 1)))
        begin_ledger(self.folder)
        if key is None:
            return fresh
        try:
            write_record(self.key_file(sender, key), fresh.encode(), new=True)
        except FileExistsError:
            return self._reserved(sender, key) or fresh
        return fresh

    def write_key(self, file: Path, identifier: str) -> None:
        """Write the file of a key anew; see `key_file`. Raises `LedgerError`."""
        write_record(file, identifier.encode())

    def add(self, submission: Submission, content: bytes, statements: list[Quad], report: bytes) -> None:
        """Store a contribution: when this returns, it is on the disk. Raises `LedgerError`; nothing is stored then."""
        files = {
            "submission.json": submission_record(submission),
            f"content/{submission.name}": content,
            "statements.nq": serialize_canonical(statements),
            "report.json": report,
        }
        folder = self._box / submission.id
        begin_ledger(self.folder)
        with self.journal.changing(submission.id), ledger_errors(folder):
            make_folder(self._box, private=True)
            write_folder(folder, with_manifest(files), private=True)

    def record(self, contribution: Contribution, event: LedgerEvent) -> Contribution:
        """Store an event, while `deciding`. Raises `ConflictError` where the state or the limit does not allow it."""
        if (contribution.state, event.verb) not in TRANSITIONS:
            raise ConflictError(
                f"Contribution {contribution.id} is {contribution.state}; it cannot be changed by '{event.verb}'."
            )
        if event.verb is Verb.COMMENT and contribution.comments >= MAX_COMMENTS:
            raise ConflictError(
                f"Contribution {contribution.id} has {MAX_COMMENTS:,} comments, which is the limit.",
                hint="Decisions on it are still possible.",
            )
        if event.verb is Verb.APPROVE and sum(one.verb is Verb.APPROVE for one in contribution.events) >= MAX_APPROVALS:
            raise ConflictError(
                f"Contribution {contribution.id} was accepted {MAX_APPROVALS:,} times by one curator without another.",
                hint="Accept it as another curator did, or reject it.",
            )
        name = f"{EVENTS}{len(contribution.events) + 1:04}.json"
        try:
            with self.journal.changing(contribution.id):
                write_recorded(self._folder(contribution.id), name, event_record(event), new=True)
        except FileExistsError as error:
            raise ConflictError(f"Contribution {contribution.id} was changed meanwhile.", hint="Look again.") from error
        return Contribution(contribution.submission, (*contribution.events, event))

    def mark_pending(self, identifier: str) -> None:
        """Mark a contribution whose state the published graph does not show yet."""
        write_record(self._pending / identifier, b"")

    def settle(self, identifier: str) -> None:
        """Remove the mark of a contribution whose state the published graph shows."""
        mark = self._pending / identifier
        with ledger_errors(mark):
            remove_file(mark)

    @contextmanager
    def deciding(self, wait: float = WAIT, waiting: BoundedSemaphore | None = None) -> Iterator[None]:
        """Lock the ledger for one decision or one build, among threads and processes.

        Raises `LedgerBusyError` where it is still locked after `wait` seconds, or `waiting` is given and all its
        places are taken by others that wait.
        """
        try:
            make_folder(self.folder, private=True)
            lock = os.fdopen(os.open(self.folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600), "w")
        except OSError as error:
            raise LedgerError(f"The contributions in {self.folder} cannot be written: {error.strerror}.") from error
        with lock:
            if not (locked(lock) or _locked_later(lock, wait, waiting)):
                raise LedgerBusyError("Another decision or a build is being made.", hint="Try again in a minute.")
            yield

    @contextmanager
    def sending(self, token: str) -> Iterator[None]:
        """Lock what a token may store, among threads and processes. Raises `LedgerBusyError` after `SENDING` s."""
        file = self.folder / "sending" / token
        with ledger_errors(file):
            make_folder(file.parent)
            lock = file.open("w")
        with lock:
            if not locked(lock, SENDING):
                raise LedgerBusyError("Another contribution of this token is being stored.", hint="Try again.")
            yield

    # -------------------------------------------------------------------------------------------------- inside

    def _folder(self, identifier: str) -> Path:
        folder = self._box / identifier
        if not _ID.fullmatch(identifier) or not folder.is_dir():
            raise UnknownContributionError(f"There is no contribution '{identifier[:40]}'.")
        return folder

    def _files(self, identifier: str) -> RecordedFolder:
        return RecordedFolder(self._folder(identifier), self.folder)

    def key_file(self, sender: str, key: str) -> Path:
        """The file of the identifier for a sender's idempotency key."""
        return self._keys / hashlib.sha256(f"{sender}\n{key}".encode()).hexdigest()

    def _reserved(self, sender: str, key: str) -> str | None:
        file = self.key_file(sender, key)
        if not file.is_file():
            return None
        identifier = file.read_bytes().decode(errors="replace")
        if not self.is_identifier(identifier):
            raise DamagedError(f"{file} is damaged: it holds no identifier.", hint=REPAIR)
        return identifier


def _locked_later(lock: IO[str], wait: float, waiting: BoundedSemaphore | None) -> bool:
    """Whether a file could be locked within some seconds, and among a limited number of others that wait."""
    if waiting is None:
        return locked(lock, wait)
    if not waiting.acquire(blocking=False):
        return False
    try:
        return locked(lock, wait)
    finally:
        waiting.release()


def statement_line(quad: Quad) -> str:
    """A statement as a line of N-Quads, without its end. It is the same as long as the syntax is."""
    return serialize_canonical([quad]).decode().removesuffix("\n")


def file_name(name: str) -> str:
    """The stored name of a file that was sent: its last part in letters, digits and `._-`, cut at its start."""
    last = re.split(r"[/\\]", name)[-1]
    kept = _NOT_IN_NAMES.sub("-", last).strip(".-") or "contribution"
    return kept.encode()[-_NAME_BYTES:].decode(errors="ignore")


def _named(folder: Path) -> list[str]:
    """The identifiers in a folder, sorted; the drafts of a process that was killed have other names."""
    return sorted(path.name for path in folder.iterdir() if _ID.fullmatch(path.name)) if folder.is_dir() else []
