"""Signing in and out: words for a wrong password, the token in the keyring, and nothing of another team's."""

from __future__ import annotations

import httpx

from inbox_app.credentials import SERVICE, KeyringCredentials
from tests.e2e.backend import PASSWORD
from tests.e2e.offscreen import no_complaint
from tests.e2e.scenario import scenario
from tests.e2e.stage import Stage
from tests.e2e.waiting import becomes, until
from tests.keyrings import MemoryKeyring

pytestmark = no_complaint


@scenario
async def test_signing_in_out_and_in_as_somebody_else(
    memory_keyring: MemoryKeyring, stage: Stage, other_stage: Stage
) -> None:
    stage.says(stage.person("Budi Santoso", "+6281200004711"), "Halo")
    other_stage.says(other_stage.person("Dewi Lestari", "+6281200004712"), "Selamat pagi")
    desk = stage.desk(KeyringCredentials())
    await desk.open(live=False)
    dialog = desk.dialog()
    assert dialog is not None

    desk.sign_in(stage.team.email, "wrong password")
    await until(dialog.error.isVisible, "the dialog says what is wrong")
    assert "password" in dialog.error.text().lower()
    assert memory_keyring.passwords == {}

    desk.sign_in(stage.team.email, PASSWORD)
    await becomes(desk.line, "Live")
    assert desk.dialog() is None
    await becomes(lambda: desk.unread("Budi Santoso"), 1)
    token = memory_keyring.passwords[SERVICE, desk.profile.name]
    assert await _knows(stage, token)

    desk.choose_sign_out()
    await until(desk.dialog, "the dialog asks again")
    await becomes(desk.titles, [])
    assert memory_keyring.passwords == {}
    assert not await _knows(stage, token)

    desk.sign_in(other_stage.team.email, PASSWORD)
    await becomes(lambda: desk.unread("Dewi Lestari"), 1)
    assert desk.chat("Budi Santoso") is None


async def _knows(stage: Stage, token: str) -> bool:
    """Whether the server takes the token."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{stage.backend.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200
