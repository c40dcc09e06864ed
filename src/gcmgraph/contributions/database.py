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

import hashlib
import importlib.util
import os
import secrets
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

from gcmgraph.contributions.database_errors import LATER, file_errors, ledger_error
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

#: Number of the advisory lock of writers.
_WRITER = 0

#: Numbers of the advisory locks of `lock`, by name.
_LOCKS = {"decision": 1, "sending": 2, "notices": 3}

#: Statements that take and release an advisory lock.
_TAKE_LOCK = text("SELECT pg_try_advisory_lock(:space, :number)")
_RELEASE_LOCK = text("SELECT pg_advisory_unlock(:space, :number)")

#: Settings of each connection to SQLite. Remarks are deleted with addresses: `secure_delete`.
_SQLITE_SETTINGS = ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")

#: Statements that begin a transaction, by database and whether it writes. A transaction of SQLite
#: that reads has its state from its first `SELECT` on.
_BEGIN = {
    ("sqlite", False): (
        "PRAGMA query_only=ON",
        "BEGIN",
        "SELECT 1 FROM sqlite_schema LIMIT 1",
    ),
    ("sqlite", True): ("PRAGMA query_only=OFF", "BEGIN IMMEDIATE"),
    ("postgresql", False): ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",),
    ("postgresql", True): (f"SELECT pg_advisory_xact_lock({_ADVISORY}, {_WRITER})",),
}

#: Digits of the name of an installation.
_IDENTITY = 16

#: The driver of PostgreSQL, of the extra `postgresql`.
_DRIVER = "psycopg[binary]"

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
        self.file: Path | None = None
        if self._url.get_backend_name() == "sqlite":
            self.file = Path(self._url.database or "")

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
        with self._errors(), self._snapshot() if self.exists() else _empty_tables() as connection:
            yield connection

    def read(self, query: Callable[[Connection], Read]) -> Read:
        """The result of a query in a transaction that reads. Raises `LedgerError`.

        >>> database = Database("/nowhere")
        >>> database.read(lambda rows: rows.scalar(select(INSTALLATION.c.base))) is None
        True
        """
        with self.reading() as rows:
            return query(rows)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on the disk when the block ends, and undone if the block raises.

        Raises `LedgerError`.
        """
        with self._errors():
            if not self.exists():
                self._create()
            with self._writer() as rows:
                yield rows

    @contextmanager
    def lock(self, name: str, wait: float) -> Iterator[bool]:
        """Lock a name among all processes until the block ends.

        Yields whether that was possible within `wait` seconds. The lock of a process that ends is
        released. Raises `LedgerError`.
        """
        if self.file is None:
            with self._errors(), self._advisory(_LOCKS[name], wait) as is_locked:
                yield is_locked
            return
        lock_file = self.file.with_name(f"{name}.lock")
        with faults_of_files(
            LedgerError, f"'{lock_file.name}' among the contributions cannot be written"
        ):
            make_folder(lock_file.parent, private=True)
            descriptor = os.open(lock_file, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            yield locked(descriptor, wait)
        finally:
            os.close(descriptor)

    def exists(self) -> bool:
        """Whether the tables exist.

        Raises `LedgerError` for those of another release or installation.
        """
        if self._checked:
            return True
        if self.file is not None and not _is_there(self.file):
            return False
        with self._errors(), self._snapshot() as connection:
            self._checked = self._check(connection)
        return self._checked

    def secret(self) -> bytes:
        """The secret of this installation."""
        secret = self._stored_secret()
        if secret is None:
            self._create()
            return self.secret()
        return secret

    def identity(self) -> str:
        """A name of this installation, which no other database has; empty if there are no tables."""
        secret = self._stored_secret()
        return hashlib.sha256(secret).hexdigest()[:_IDENTITY] if secret else ""

    def _stored_secret(self) -> bytes | None:
        return self.read(lambda rows: rows.scalar(select(INSTALLATION.c.secret)))

    def check(self) -> list[str]:
        """The faults that the database itself finds, and in references between rows.

        Raises `LedgerError`.
        """
        if self.file is None or not self.exists():
            return []
        with self.reading() as rows:
            messages = rows.scalars(text("PRAGMA integrity_check(10)"))
            faults = [str(message) for message in messages if message != "ok"]
            for table, _, parent, _ in rows.execute(text("PRAGMA foreign_key_check")):
                faults.append(f"a row of {table} refers to no row of {parent}")
        return faults

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._engine.dispose()

    def purge(self) -> None:
        """Overwrite deleted rows in the files of SQLite, as far as no reader uses them."""
        if self.file is not None:
            with self._errors(), self._engine.connect() as connection:
                outside_transactions = connection.execution_options(isolation_level="AUTOCOMMIT")
                outside_transactions.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def upgrade(self) -> None:
        """Change the schema of an older release into that of this one, or create it.

        Raises `LedgerError`.
        """
        from alembic import command  # noqa: PLC0415 - needed here only
        from alembic.config import Config  # noqa: PLC0415

        schema = None
        if self.file is None or self.file.exists():
            with self._errors(), self._engine.connect() as connection:
                schema = _schema(connection)
        if schema is None:
            self._create()
        elif schema > SCHEMA:
            raise self._newer(schema)
        with self._errors(), self._writer() as connection:
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(MIGRATIONS))
            config.set_main_option("path_separator", "os")
            command.upgrade(config, "head")

    @cached_property
    def _engine(self) -> Engine:
        if self.file is None:
            options: dict[str, Any] = {
                "connect_timeout": WAIT,
                "options": f"-c lock_timeout={WAIT}s",
                "application_name": "gcmgraph",
            }
        else:
            options = {"timeout": WAIT}
        engine = create_engine(
            self._url, pool_timeout=WAIT, pool_pre_ping=self.file is None, connect_args=options
        )
        if self.file is not None:
            event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin)
        weakref.finalize(self, engine.dispose)
        engine_reference = weakref.ref(engine)

        def close_connections() -> None:  # a connection is of one process
            engine_now = engine_reference()
            if engine_now is not None:
                engine_now.dispose()

        os.register_at_fork(before=close_connections)
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
        """A transaction that reads, also on a disk that is full or read-only.

        There, the log of SQLite must be empty.
        """
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self._engine.connect())
                stack.enter_context(connection.begin())
            except DBAPIError as error:
                is_fault = disk_fault(error.orig or error) is not None
                if self.file is None or not is_fault or _has_log(self.file):
                    raise
                connection = stack.enter_context(_immutable_engine(self.file).connect())
            yield connection

    def _create(self) -> None:
        """Create the tables, if another process has not."""
        if self.file is not None:
            with file_errors(FILE):
                make_folder(self.file.parent, private=True)
                with suppress(FileExistsError):
                    os.close(os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                force_folder(self.file.parent)
                with closing(sqlite3.connect(self.file, timeout=WAIT)) as connection:
                    connection.execute("PRAGMA journal_mode=WAL")  # stored in the file
        with self._errors(), self._writer() as connection:
            if not self._check(connection):
                create(connection, self._base)
        self._checked = True

    def _check(self, connection: Connection) -> bool:
        """Whether there are tables. Raises `LedgerError` for those of another release or base."""
        schema = _schema(connection)
        if schema is None:
            return False
        if schema > SCHEMA:
            raise self._newer(schema)
        if schema < SCHEMA:
            raise LedgerMismatchError(
                f"The database {self.name} is of an older release of gcmgraph.", hint=UPGRADE
            )
        base = connection.scalar(select(INSTALLATION.c.base))
        if base != self._base:
            raise LedgerMismatchError(
                f"The database {self.name} is of another installation: its IRIs begin with {base}, "
                f"and the setting 'base' is {self._base}.",
                hint="Set 'base', 'contributions' or 'database' to those of this installation.",
            )
        return True

    def _newer(self, schema: str) -> LedgerError:
        return LedgerMismatchError(
            f"The database {self.name} is of a newer release of gcmgraph (schema {schema}, "
            f"this one has {SCHEMA}).",
            hint="Install that release, or restore a backup.",
        )

    @contextmanager
    def _advisory(self, number: int, wait: float) -> Iterator[bool]:
        """Take an advisory lock of PostgreSQL, and yield whether that was possible in time."""
        key = {"space": _ADVISORY, "number": number}
        deadline = time.monotonic() + wait
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            is_locked = bool(connection.scalar(_TAKE_LOCK, key))
            while not is_locked and time.monotonic() < deadline:
                time.sleep(POLL_INTERVAL)
                is_locked = bool(connection.scalar(_TAKE_LOCK, key))
            try:
                yield is_locked
            finally:
                with suppress(DBAPIError):  # with the connection, the lock ended
                    connection.execute(_RELEASE_LOCK, key)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn errors of the database into `LedgerError`."""
        try:
            yield
        except DBAPIError as error:
            self.close()  # the next transaction opens the file or server anew, as it is then
            raise ledger_error(error, self.file) from error
        except TimeoutError as error:
            raise LedgerBusyError(
                "Too many requests use the contributions at once.", hint=LATER
            ) from error


@contextmanager
def _empty_tables() -> Iterator[Connection]:
    """The tables in memory, in place of a database that does not exist."""
    with create_engine("sqlite://", poolclass=NullPool).connect() as connection:
        METADATA.create_all(connection)
        yield connection


def _is_there(file: Path) -> bool:
    """Whether the file of SQLite exists. Raises `LedgerError` if its folder is a file."""
    with file_errors(FILE):
        if file.exists():
            return True
        if file.parent.exists() and not file.parent.is_dir():
            hint = "Set 'contributions' to the folder of contributions."
            raise LedgerError(f"{file.parent} is not a folder.", hint=hint)
        return False


def _has_log(file: Path) -> bool:
    """Whether the log of SQLite has transactions that are not in the file."""
    log = file.with_name(f"{FILE}-wal")
    return log.exists() and log.stat().st_size > 0


def _immutable_engine(file: Path) -> Engine:
    """An engine for a file that does not change.

    Readers of a log share memory in a file, which cannot be made on a full or read-only disk
    (https://www.sqlite.org/wal.html#readonly).
    """
    address = f"file:{quote(str(file))}?immutable=1"
    return create_engine(
        "sqlite://", poolclass=NullPool, creator=lambda: sqlite3.connect(address, uri=True)
    )


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
        raise LedgerError(
            "The setting 'database' is a PostgreSQL database, whose driver is not installed.",
            hint=f"Run '{sys.executable} -m pip install {_DRIVER}'.",
        )
    return url.set(drivername="postgresql+psycopg")


def _no_database(location: str) -> LedgerError:
    scheme = location.partition(":")[0][:20]
    return LedgerError(
        f"The setting 'database' begins with '{scheme}:', which is not the URL of a database.",
        hint="Use a URL such as postgresql://user:password@localhost/gcmgraph, or none for a file "
        "of SQLite.",
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin below
    for setting in _SQLITE_SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        for statement in _BEGIN[connection.dialect.name, options.get("writes", False)]:
            connection.exec_driver_sql(statement)
