"""What every administration command needs: settings read, a database of the right schema, all closed again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.database import migrate
from sync_backend.database.engine import open_write_engine
from sync_backend.database.urls import is_sqlite
from sync_backend.errors import WorldError
from sync_backend.ordering import Committed, Turns
from sync_backend.settings import Settings, load_settings

T = TypeVar("T")


class Nobody(Turns):
    """Listens to commits for a process without listeners: the server's next heartbeat tells them."""

    def committed(self, news: Committed) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Administrator:
    settings: Settings
    engine: AsyncEngine


def administer(work: Callable[[Administrator], Awaitable[T]]) -> T:
    """Runs `work` on a database that is ready for it. Raises WorldError."""

    async def run() -> T:
        async with _administrator() as administrator:
            return await work(administrator)

    return asyncio.run(run())


async def make_ready(settings: Settings) -> None:
    """Migrates the embedded database; of any other only checks the schema. Raises WorldError."""
    async with database_in_words(settings):
        if is_sqlite(settings.database_url):
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            await migrate.upgrade(settings.database_url)
            return
        if not (await migrate.status(settings.database_url)).is_current:
            raise WorldError(
                "The database's schema is not the one this version works with.",
                hint="Make a backup, then run `sync-backend db upgrade`.",
            )


@asynccontextmanager
async def database_in_words(settings: Settings) -> AsyncIterator[None]:
    """Says in words what keeps the database from being used."""
    try:
        yield
    except (ArgumentError, NoSuchModuleError) as error:
        raise WorldError(f"INBOX_DATABASE_URL cannot be used: {error}.") from None
    except DBAPIError as error:
        raise WorldError(f"The database cannot be used: {error.orig}.", hint=_place(settings)) from error
    except OSError as error:
        raise WorldError(f"The database cannot be reached: {error}.", hint=_place(settings)) from error


@asynccontextmanager
async def _administrator() -> AsyncIterator[Administrator]:
    settings = load_settings()
    await make_ready(settings)
    engine = open_write_engine(settings.database_url)
    try:
        async with database_in_words(settings):
            yield Administrator(settings, engine)
    finally:
        await engine.dispose()


def _place(settings: Settings) -> str:
    if is_sqlite(settings.database_url):
        return f"The data folder is {settings.data_dir} (INBOX_DATA_DIR)."
    return "INBOX_DATABASE_URL names it."
