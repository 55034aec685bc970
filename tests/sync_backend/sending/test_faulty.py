"""A short run of what `make test-sends` makes long."""

from __future__ import annotations

from sync_backend.database.urls import Backend
from sync_backend.settings import Settings
from tests.sync_backend.databases import on
from tests.sync_backend.sending.faulty import play
from tests.sync_backend.sending.meta_number import meta_desk


@on(Backend.SQLITE)
async def test_metas_ledger_and_ours_agree_message_by_message(settings: Settings) -> None:
    unpaced = settings.model_copy(update={"send_per_minute": 0, "send_per_hour": 0, "send_patience_seconds": 60.0})
    async with meta_desk(unpaced) as desk:
        ends = await play(desk, 120, seed=7)
    assert ends["delivered"] > 80
    assert ends["failed"] > 0
    assert ends["unconfirmed"] > 0
