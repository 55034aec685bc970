"""Inserts many rows by one statement, in the way that each database is fastest at.

SQLite and MariaDB run one statement over many rows; PostgreSQL is given each column as an array, which costs a third of
what one row after the other does. Values go to the driver as tuples: a dictionary and a compiled statement per row
would cost more than the insertion.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.types import Exact, Moment

Row = tuple[Any, ...]

_Convert = Callable[[Any], Any]
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  # the columns are naive, and mean UTC


async def insert_rows(
    connection: AsyncConnection,
    table: sa.Table,
    shared: Mapping[str, Any],
    columns: tuple[str, ...],
    rows: Sequence[Row],
) -> None:
    """`rows` hold the values of `columns` in that order; those of `shared` are the same for all of them."""
    if not rows:
        return
    way = _way(connection.dialect.name, table, tuple(shared), columns)
    dialect = connection.dialect
    same = way.converted(dialect, 0, tuple(shared.values()))
    converted = way.converted_rows(dialect, len(shared), rows)
    if dialect.name == "postgresql":
        await connection.exec_driver_sql(way.statement(dialect), (*same, *map(list, zip(*converted, strict=True))))
    else:
        await connection.exec_driver_sql(way.statement(dialect), [same + row for row in converted])


def new_uuids(count: int, now: int) -> list[str]:
    """Random but for the time they begin with (version 7), so that they come to lie side by side in the index."""
    time, noise = f"{now:012x}", os.urandom(10 * count).hex()
    return [
        f"{time[:8]}-{time[8:]}-7{noise[at : at + 3]}-a{noise[at + 3 : at + 6]}-{noise[at + 6 : at + 18]}"
        for at in range(0, 20 * count, 20)
    ]


@lru_cache(maxsize=64)
def _way(_dialect: str, table: sa.Table, shared: tuple[str, ...], columns: tuple[str, ...]) -> _Way:
    return _Way(table, shared, columns)


class _Way:
    """A statement for one dialect, and how values become what its driver takes."""

    def __init__(self, table: sa.Table, shared: tuple[str, ...], columns: tuple[str, ...]) -> None:
        self._table = table
        self._shared = [table.c[name] for name in shared]
        self._columns = [table.c[name] for name in columns]
        self._statement: str | None = None
        self._converters: list[_Convert | None] | None = None

    def statement(self, dialect: sa.Dialect) -> str:
        if self._statement is None:
            make = _unnesting if dialect.name == "postgresql" else _many
            self._statement = make(dialect, self._table, self._shared, self._columns)
        return self._statement

    def converted_rows(self, dialect: sa.Dialect, first: int, rows: Sequence[Row]) -> Sequence[Row]:
        converters = self._all(dialect)[first:]
        busy = [(index, convert) for index, convert in enumerate(converters) if convert is not None]
        if not busy:
            return rows
        changed = []
        for row in rows:
            values = list(row)
            for index, convert in busy:
                if values[index] is not None:
                    values[index] = convert(values[index])
            changed.append(tuple(values))
        return changed

    def converted(self, dialect: sa.Dialect, first: int, row: Row) -> Row:
        converters = self._all(dialect)[first : first + len(row)]
        return tuple(
            value if convert is None or value is None else convert(value)
            for value, convert in zip(row, converters, strict=True)
        )

    def _all(self, dialect: sa.Dialect) -> list[_Convert | None]:
        if self._converters is None:
            self._converters = [_converter(dialect, column.type) for column in self._shared + self._columns]
        return self._converters


def _converter(dialect: sa.Dialect, kind: sa.types.TypeEngine[Any]) -> _Convert | None:
    """As the type itself converts; in SQLite, the most frequent ones without the detours that it takes."""
    if dialect.name == "sqlite" and isinstance(kind, Moment):
        return _sqlite_moment
    if dialect.name == "sqlite" and isinstance(kind, sa.Boolean):
        return None
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _sqlite_moment(milliseconds: int) -> str:
    return (_EPOCH + timedelta(milliseconds=milliseconds)).isoformat(" ", "microseconds")


def _many(dialect: sa.Dialect, table: sa.Table, shared: list[sa.Column[Any]], columns: list[sa.Column[Any]]) -> str:
    mark = "%s" if dialect.paramstyle == "format" else "?"
    names = _names(dialect, shared + columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join([mark] * (len(shared) + len(columns)))})"


def _unnesting(
    dialect: sa.Dialect, table: sa.Table, shared: list[sa.Column[Any]], columns: list[sa.Column[Any]]
) -> str:
    same = [f"${place}::{_postgres_type(dialect, column)}" for place, column in enumerate(shared, 1)]
    first = len(shared) + 1
    arrays = [f"${place}::{_wire_type(dialect, column)}[]" for place, column in enumerate(columns, first)]
    values = [f"u.c{place}::{_postgres_type(dialect, column)}" for place, column in enumerate(columns)]
    listed = ", ".join(f"c{place}" for place in range(len(columns)))
    return (
        f"INSERT INTO {table.name} ({_names(dialect, shared + columns)}) SELECT {', '.join(same + values)} "
        f"FROM unnest({', '.join(arrays)}) AS u({listed})"
    )


def _names(dialect: sa.Dialect, columns: Sequence[sa.Column[Any]]) -> str:
    return ", ".join(dialect.identifier_preparer.quote(column.name) for column in columns)


def _postgres_type(dialect: sa.Dialect, column: sa.Column[Any]) -> str:
    """Without a length: a cast would cut silently what the column refuses."""
    if isinstance(column.type, sa.String | Exact):
        return "TEXT"
    return column.type.compile(dialect)


def _wire_type(dialect: sa.Dialect, column: sa.Column[Any]) -> str:
    return "TEXT" if isinstance(column.type, sa.JSON) else _postgres_type(dialect, column)
