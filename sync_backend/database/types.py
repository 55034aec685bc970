"""Column types that mean the same on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# SQLite gives out row ids only for a column declared exactly INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# MariaDB's TEXT ends at 64 KiB; a message of 65,536 characters may take four times that.
LongText = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")

# MariaDB's BLOB ends at 64 KiB.
LongBytes = sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb")


class Exact(sa.types.TypeDecorator[str]):
    """Text that is equal only when every character is, sorted by code points: WhatsApp's ids differ by case alone."""

    impl = sa.String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._length = length

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[str]:
        if dialect.name in ("mysql", "mariadb"):
            # Of the usual binary collations MariaDB and MySQL each have one that minds spaces at the end.
            collation = "utf8mb4_nopad_bin" if getattr(dialect, "is_mariadb", True) else "utf8mb4_0900_bin"
            return dialect.type_descriptor(mysql.VARCHAR(self._length, collation=collation))
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.String(self._length, collation="C"))
        return dialect.type_descriptor(sa.String(self._length))


Key = Exact(255)


class Moment(sa.types.TypeDecorator[int]):
    """The existing system's datetime columns (naive, UTC), seen from Python as milliseconds since 1970."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[datetime]:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=3))
        return dialect.type_descriptor(sa.DateTime())

    def process_bind_param(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else (_EPOCH + timedelta(milliseconds=value)).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else (value.replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
