"""Reads the address of a database: which of the three it is, and the asyncio driver that talks to it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError


class Backend(StrEnum):
    """The databases that the server works on."""

    SQLITE = "SQLite"
    POSTGRESQL = "PostgreSQL"
    MARIADB = "MariaDB or MySQL"


_SCHEMES: Final = {
    "sqlite": ("sqlite+aiosqlite", Backend.SQLITE),
    "postgres": ("postgresql+asyncpg", Backend.POSTGRESQL),
    "postgresql": ("postgresql+asyncpg", Backend.POSTGRESQL),
    "mysql": ("mysql+asyncmy", Backend.MARIADB),
    "mariadb": ("mariadb+asyncmy", Backend.MARIADB),
}


def with_driver(url: str) -> str:
    """`postgresql://…` → `postgresql+asyncpg://…`. ValueError for what no driver here can open."""
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        raise ValueError("not the address of a database; one looks like postgresql://user:password@host/name") from None
    name, _, driver = parsed.drivername.partition("+")
    if name not in _SCHEMES:
        raise ValueError(f"there is no database {name!r} here; there are {', '.join(_SCHEMES)}")
    full, backend = _SCHEMES[name]
    if driver and driver != full.partition("+")[2]:
        raise ValueError(f"the driver {driver!r} cannot be used; write {name}://… without one")
    if backend is Backend.SQLITE and parsed.database in (None, "", ":memory:"):
        raise ValueError("the embedded database is a file; write sqlite:////path/to/inbox.sqlite3")
    if backend is not Backend.SQLITE and not parsed.database:
        raise ValueError("the address names no database; it is the part behind the last slash")
    return parsed.set(drivername=full).render_as_string(hide_password=False)


def backend_of(url: str) -> Backend:
    """Of an address that `with_driver` let pass."""
    return _SCHEMES[sa.make_url(url).get_backend_name()][1]


def is_sqlite(url: str) -> bool:
    """Whether the address names the embedded database."""
    return backend_of(url) is Backend.SQLITE
