"""A backend of one's own per test, with a team that has one number and a bridge; and a folder for the desktop."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.inbox_app.backend import Backend, settings_in
from tests.sync_backend.fake_bridge import FakeBridge
from tests.sync_backend.stage import migrated_file


@pytest.fixture(scope="session")
def migrated_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrating costs more than copying."""
    return asyncio.run(migrated_file(tmp_path_factory.mktemp("template") / "inbox.sqlite3"))


@pytest.fixture
async def backend(tmp_path: Path, migrated_template: Path) -> AsyncIterator[Backend]:
    """Listening; its team is founded."""
    folder = tmp_path / "backend"
    folder.mkdir()
    shutil.copy(migrated_template, folder / "inbox.sqlite3")
    async with FakeBridge().running() as bridge:
        backend = Backend(settings_in(folder), bridge)
        await backend.start()
        try:
            await backend.found()
            yield backend
        finally:
            await backend.stop()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Where the desktop keeps its files, over several runs."""
    return tmp_path / "desk"
