"""Opens a SQLite file the way the desktop needs it: WAL, a schema version, and a new file for one that is damaged."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

log = logging.getLogger(__name__)

Connect = Callable[[Path], sqlite3.Connection]
"""Opens the file on the driver; an encrypting driver gives its key here."""

BUSY_SECONDS = 5.0


class StorageError(Exception):
    """The disk refused: no space, no permission, a damaged or foreign file. The text is fit to be shown."""


def connect_plain(path: Path) -> sqlite3.Connection:
    """The driver's connection, in its own autocommit: SQLAlchemy says BEGIN. Threads are kept apart by their owners."""
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


class Database:
    """One SQLite file with its schema in place.

    A damaged file is moved aside (`moved_aside` says where to) and made anew. A file of another schema version is made
    anew when it can be fetched again (`rebuild`); else `steps`, SQL by version, bring it up to date, and one that they
    do not reach is refused with a StorageError.
    """

    def __init__(
        self,
        path: Path,
        schema: MetaData,
        *,
        version: int,
        synchronous: Literal["NORMAL", "FULL"],
        other_version: Literal["rebuild", "refuse"],
        steps: Mapping[int, Sequence[str]] = MappingProxyType({}),
        connect: Connect = connect_plain,
    ) -> None:
        self.path = path
        self.moved_aside: Path | None = None
        self._schema = schema
        self._version = version
        self._synchronous = synchronous
        self._other_version = other_version
        self._steps = steps
        self._connect = connect
        self.engine = self._make_engine()
        try:
            self._open_or_replace()
        except DatabaseError as error:
            raise StorageError(f"{path} cannot be opened: {error.orig}") from error
        except OSError as error:
            raise StorageError(f"{path} cannot be opened: {error.strerror}") from error

    def reader(self) -> sqlite3.Connection:
        """A connection that cannot write; whoever asks for it closes it."""
        connection = self._connect(self.path)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _make_engine(self) -> Engine:
        engine = create_engine("sqlite://", creator=lambda: self._connect(self.path), poolclass=NullPool)

        @event.listens_for(engine, "connect")
        def configure(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {self._synchronous}")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def _open_or_replace(self) -> None:
        try:
            self._open()
        except OperationalError:
            raise  # locked, full or forbidden: the file itself may be sound
        except DatabaseError as error:
            self.moved_aside = self._move_aside()
            log.error("%s is damaged (%s); moved to %s, starting empty", self.path, error.orig, self.moved_aside)
            self._open()

    def _open(self) -> None:
        self._make_private()
        with self.engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            used = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one() > 0
            connection.rollback()
            if used:
                found = self._step_up(connection, found)
            if used and found == self._version:
                for table in self._schema.sorted_tables:
                    connection.execute(table.select().limit(1)).all()
                return
        if used and self._other_version == "refuse":
            raise StorageError(f"{self.path} was written by another version of this program (schema {found})")
        if used:
            log.info("%s has schema %s, not %s: starting empty", self.path, found, self._version)
            for file in self._files():
                file.unlink(missing_ok=True)
            self._make_private()
        with self.engine.begin() as connection:
            self._schema.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {self._version}")

    def _step_up(self, connection: Connection, found: int) -> int:
        """The version that the file has after the steps for it, each of which is a transaction."""
        while found != self._version and found in self._steps:
            with connection.begin():
                for statement in self._steps[found]:
                    connection.exec_driver_sql(statement)
                found += 1
                connection.exec_driver_sql(f"PRAGMA user_version = {found}")
        return found

    def _make_private(self) -> None:
        """Messages are nobody else's to read; SQLite gives its side files the main file's permissions."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))

    def _files(self) -> list[Path]:
        return [self.path.with_name(self.path.name + suffix) for suffix in ("-wal", "-shm", "")]

    def _move_aside(self) -> Path:
        number = 1
        while (target := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        for file in self._files():
            if file.exists():
                file.rename(target.with_name(target.name + file.name.removeprefix(self.path.name)))
        return target


def as_storage_error(error: DBAPIError | sqlite3.Error) -> StorageError:
    """What the driver said, in the one type that callers know."""
    return StorageError(str(error.orig if isinstance(error, DBAPIError) else error))
