"""Database of contributions: a file of SQLite, or PostgreSQL by its URL.

Transactions are short. Those that read never write; those that write follow one another, on both
databases: SQLite allows one writer, and on PostgreSQL each takes the same advisory lock. So a
transaction reads what it depends on, and nobody changes that before its end. An acknowledged
transaction survives a kill and a power failure (`synchronous=FULL`:
https://www.sqlite.org/pragma.html#pragma_synchronous).

The schema is created at the first write. A reader of a database that does not exist finds empty
tables.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import os
import secrets
import shutil
import sqlite3
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, TimeoutError

from gcmgraph.contributions.tables import INSTALLATION, METADATA
from gcmgraph.platform.errors import (
    LedgerBusyError,
    LedgerError,
    LedgerMismatchError,
    faults_of_files,
)
from gcmgraph.platform.files import POLL_INTERVAL, disk_fault, force_folder, locked, make_folder
from gcmgraph.rdf.namespaces import DEFAULT_BASE

#: Name of the file of SQLite in the folder of contributions.
FILE = "contributions.sqlite"

#: Folder of the changes of the schema (Alembic), whose names begin with their number.
MIGRATIONS = Path(__file__).with_name("migrations")

#: Number of the schema of this release.
SCHEMA = max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))

#: Command that upgrades a database.
UPGRADE = "Run 'gcmgraph contribution upgrade' with the same settings."

#: Seconds to wait for another writer, each of which takes milliseconds, and for a connection.
WAIT = 5

#: Key of advisory locks on PostgreSQL
#: (https://www.postgresql.org/docs/current/explicit-locking.html).
_ADVISORY = 0x67636D67

#: Numbers of advisory locks: of writers, and by name of those of `lock`.
_WRITER, _LOCKS = 0, {"decision": 1, "sending": 2, "notices": 3}

#: Digits of the name of an installation.
_IDENTITY = 16

#: The driver of PostgreSQL, of the extra `postgresql`.
_DRIVER = "psycopg[binary]"

_LATER = "Nothing was stored. Try again in a minute."


Read = TypeVar("Read")


class Database:
    """A database of contributions.

    For use by many threads, and in processes that are forked later.
    """

    def __init__(self, location: str | Path, base: str = DEFAULT_BASE) -> None:
        """`location` is a folder, in which the file is made, or a URL.

        Raises `LedgerError` for another.
        """
        self._base = base
        self._url = _url_of(str(location))
        self._checked = False
        self.file = (
            Path(self._url.database or "") if self._url.get_backend_name() == "sqlite" else None
        )

    @property
    def name(self) -> str:
        """The file or URL, without a password, for messages to the operator."""
        return str(self.file) if self.file else self._url.render_as_string(hide_password=True)

    @property
    def location(self) -> str:
        """The location for another process, with the password."""
        return self._url.render_as_string(hide_password=False)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads one state of the database. Raises `LedgerError`."""
        with self._errors():
            exists = self.exists()
            with (
                self._snapshot()
                if exists
                else create_engine("sqlite://", poolclass=NullPool).connect() as connection
            ):
                if not exists:
                    METADATA.create_all(connection)
                yield connection

    def read(self, act: Callable[[Connection], Read]) -> Read:
        """The result of an act in a transaction that reads. Raises `LedgerError`."""
        with self.reading() as rows:
            return act(rows)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on the disk when the block ends, and undone where it raises.

        Raises `LedgerError`.
        """
        with self._errors():
            if not self.exists():
                self._create()
            with self._writer() as rows:
                yield rows

    @contextmanager
    def lock(self, name: str, wait: float) -> Iterator[bool]:
        """Lock a name among all processes until the block ends: whether that was possible within `wait` seconds.

        The lock of a process that ends is released. Raises `LedgerError`.
        """
        if self.file is None:
            with self._errors(), self._advisory(_LOCKS[name], wait) as found:
                yield found
            return
        with faults_of_files(
            LedgerError, f"'{name}.lock' among the contributions cannot be written"
        ):
            make_folder(self.file.parent, private=True)
            opened = os.open(self.file.with_name(f"{name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            yield locked(opened, wait)
        finally:
            os.close(opened)

    def exists(self) -> bool:
        """Whether the tables exist.

        Raises `LedgerError` for those of another release or installation.
        """
        if self._checked:
            return True
        if self.file is not None:
            with _file_errors():
                if not self.file.exists():
                    if self.file.parent.exists() and not self.file.parent.is_dir():
                        hint = "Set 'contributions' to the folder of contributions."
                        raise LedgerError(f"{self.file.parent} is not a folder.", hint=hint)
                    return False
        with self._errors(), self._snapshot() as connection:
            self._checked = self._check(connection)
        return self._checked

    def secret(self) -> bytes:
        """The secret of this installation."""
        found: bytes | None = self.read(lambda rows: rows.scalar(select(INSTALLATION.c.secret)))
        if found is None:
            self._create()
            return self.secret()
        return found

    def identity(self) -> str:
        """A name of this installation, which no other database has; empty where there are no tables."""
        secret: bytes | None = self.read(lambda rows: rows.scalar(select(INSTALLATION.c.secret)))
        return hashlib.sha256(secret).hexdigest()[:_IDENTITY] if secret else ""

    def check(self) -> list[str]:
        """The faults that the database itself finds, and in references between rows.

        Raises `LedgerError`.
        """
        if self.file is None or not self.exists():
            return []
        with self.reading() as rows:
            found = [
                str(line)
                for line in rows.scalars(text("PRAGMA integrity_check(10)"))
                if line != "ok"
            ]
            lost = rows.execute(text("PRAGMA foreign_key_check")).all()
        return [
            *found,
            *(f"a row of {table} refers to no row of {parent}" for table, _, parent, _ in lost),
        ]

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._engine.dispose()

    def purge(self) -> None:
        """Overwrite deleted rows in the files of SQLite, as far as no reader uses them."""
        if self.file is not None:
            with self._errors(), self._engine.connect() as opened:
                alone = opened.execution_options(isolation_level="AUTOCOMMIT")
                alone.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def upgrade(self) -> None:
        """Change the schema of an older release into that of this one, or create it.

        Raises `LedgerError`.
        """
        from alembic import command  # noqa: PLC0415 - needed here only
        from alembic.config import Config  # noqa: PLC0415

        found = None
        if self.file is None or self.file.exists():
            with self._errors(), self._engine.connect() as connection:
                found = _schema(connection)
        if found is None:
            self._create()
        elif found > SCHEMA:
            raise self._newer(found)
        with self._errors(), self._writer() as connection:
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(MIGRATIONS))
            config.set_main_option("path_separator", "os")
            command.upgrade(config, "head")

    # -------------------------------------------------------------------------------------------------- inside

    @cached_property
    def _engine(self) -> Engine:
        local = {"timeout": WAIT}
        remote = {
            "connect_timeout": WAIT,
            "options": f"-c lock_timeout={WAIT}s",
            "application_name": "gcmgraph",
        }
        options = remote if self.file is None else local
        engine = create_engine(
            self._url, pool_timeout=WAIT, pool_pre_ping=self.file is None, connect_args=options
        )
        if self.file is not None:
            event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
        weakref.finalize(self, engine.dispose)
        found = weakref.ref(engine)

        def fork() -> None:
            if (shared := found()) is not None:
                shared.dispose()  # a connection is of one process

        os.register_at_fork(before=fork)
        return engine

    @contextmanager
    def _writer(self) -> Iterator[Connection]:
        with (
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        """A transaction that reads; also where the disk is full or read-only, and nothing was left in the log."""
        with ExitStack() as opened:
            try:
                connection = opened.enter_context(self._engine.connect())
                opened.enter_context(connection.begin())
            except DBAPIError as error:
                log = self.file and self.file.with_name(f"{FILE}-wal")
                if (
                    log is None
                    or disk_fault(error.orig or error) is None
                    or (log.exists() and log.stat().st_size)
                ):
                    raise
                # readers of a log share memory in a file, which cannot be made
                # (https://www.sqlite.org/wal.html#readonly)
                file = f"file:{quote(str(self.file))}?immutable=1"
                still = create_engine(
                    "sqlite://", poolclass=NullPool, creator=lambda: sqlite3.connect(file, uri=True)
                )
                connection = opened.enter_context(still.connect())
            yield connection

    def _create(self) -> None:
        """Create the tables, if another process has not."""
        if self.file is not None:
            with _file_errors():
                make_folder(self.file.parent, private=True)
                with suppress(FileExistsError):
                    os.close(os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                force_folder(self.file.parent)
                with closing(sqlite3.connect(self.file, timeout=WAIT)) as opened:
                    opened.execute("PRAGMA journal_mode=WAL")  # stored in the file
        with self._errors(), self._writer() as connection:
            if not self._check(connection):
                create(connection, self._base)
        self._checked = True

    def _check(self, connection: Connection) -> bool:
        found = _schema(connection)
        if found is None:
            return False
        if found > SCHEMA:
            raise self._newer(found)
        if found < SCHEMA:
            raise LedgerMismatchError(
                f"The database {self.name} is of an older release of gcmgraph.", hint=UPGRADE
            )
        base = connection.scalar(select(INSTALLATION.c.base))
        if base != self._base:
            message = (
                f"The database {self.name} is of another installation: its IRIs begin with {base}"
            )
            hint = "Set 'base', 'contributions' or 'database' to those of this installation."
            raise LedgerMismatchError(
                f"{message}, and the setting 'base' is {self._base}.", hint=hint
            )
        return True

    def _newer(self, found: str) -> LedgerError:
        message = f"The database {self.name} is of a newer release of gcmgraph (schema {found}, this one has {SCHEMA})."
        return LedgerMismatchError(message, hint="Install that release, or restore a backup.")

    @contextmanager
    def _advisory(self, number: int, wait: float) -> Iterator[bool]:
        keys = {"space": _ADVISORY, "number": number}
        deadline = time.monotonic() + wait
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            take = text("SELECT pg_try_advisory_lock(:space, :number)")
            while (
                not (found := bool(connection.scalar(take, keys))) and time.monotonic() < deadline
            ):
                time.sleep(POLL_INTERVAL)
            try:
                yield found
            finally:
                with suppress(DBAPIError):  # with the connection, the lock ended
                    connection.execute(text("SELECT pg_advisory_unlock(:space, :number)"), keys)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn errors of the database into `LedgerError`."""
        try:
            yield
        except DBAPIError as error:
            self.close()  # the next one opens the file or server anew, as it is then
            raise self._error(error) from error
        except TimeoutError as error:
            raise LedgerBusyError(
                "Too many requests use the contributions at once.", hint=_LATER
            ) from error

    def _error(self, error: DBAPIError) -> LedgerError:
        cause = error.orig
        name = (
            f"'{self.file.name}' among the contributions"
            if self.file
            else "The database of contributions"
        )
        words = " ".join(str(cause).split())
        if "database is locked" in words or type(cause).__name__ == "LockNotAvailable":
            return LedgerBusyError("Another program has locked the contributions.", hint=_LATER)
        if cause is not None and (reason := disk_fault(cause)):
            if "disk I/O error" in words and not shutil.disk_usage(self.file or ".").free:
                reason = os.strerror(errno.ENOSPC)
            return LedgerError(f"{name} cannot be written: {reason}.", hint=_LATER)
        if isinstance(cause, sqlite3.DatabaseError) and (
            "malformed" in words or "not a database" in words
        ):
            return LedgerError(
                f"{name} is damaged.", hint="Restore it from a backup (docs/operations.md)."
            )
        if (self.file is None and error.connection_invalidated) or "connection" in words.lower():
            return LedgerError("The database of contributions does not respond.", hint=_LATER)
        return LedgerError(f"{name} cannot be used: {words[:200]}.", hint=_LATER)


@contextmanager
def _file_errors() -> Iterator[None]:
    """Turn errors of the file of SQLite, before it is a database, into `LedgerError`."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        reason = (error.strerror if isinstance(error, OSError) else disk_fault(error)) or str(error)
        raise LedgerError(
            f"'{FILE}' among the contributions cannot be written: {reason}.", hint=_LATER
        ) from error


def create(connection: Connection, base: str) -> None:
    """Create the tables of this release."""
    METADATA.create_all(connection)
    connection.execute(insert(INSTALLATION).values(base=base, secret=secrets.token_bytes(16)))
    connection.execute(
        text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:number)"), {"number": SCHEMA})


def _schema(connection: Connection) -> str | None:
    """The number of the schema; empty where none was completed, None where there are no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.scalar(text("SELECT max(version_num) FROM alembic_version")) or "")


def _url_of(location: str) -> URL:
    if "://" not in location:
        return URL.create("sqlite", database=str(Path(location) / FILE))
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        raise _no_database(location) from None
    if url.get_backend_name() not in {"sqlite", "postgresql", "postgres"} or not url.database:
        raise _no_database(location)
    if url.get_backend_name() == "sqlite":
        return url
    if importlib.util.find_spec("psycopg") is None:
        hint = f"Run '{sys.executable} -m pip install {_DRIVER}'."
        raise LedgerError(
            "The setting 'database' is a PostgreSQL database, whose driver is not installed.",
            hint=hint,
        )
    return url.set(drivername="postgresql+psycopg")


def _no_database(location: str) -> LedgerError:
    return LedgerError(
        f"The setting 'database' begins with '{location.partition(':')[0][:20]}:', which is not the URL of a database.",
        hint="Use a URL such as postgresql://user:password@localhost/gcmgraph, or none for a file of SQLite.",
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin below
    for setting in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):  # remarks are deleted with addresses
        connection.execute(f"PRAGMA {setting}")


#: Statements that begin a transaction, by database and whether it writes.
_BEGIN = {
    ("sqlite", False): (
        "PRAGMA query_only=ON",
        "BEGIN",
        "SELECT 1 FROM sqlite_schema LIMIT 1",
    ),  # the state read
    ("sqlite", True): ("PRAGMA query_only=OFF", "BEGIN IMMEDIATE"),
    ("postgresql", False): ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",),
    ("postgresql", True): (f"SELECT pg_advisory_xact_lock({_ADVISORY}, {_WRITER})",),
}


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        for statement in _BEGIN[connection.dialect.name, options.get("writes", False)]:
            connection.exec_driver_sql(statement)
