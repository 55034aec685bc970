"""Supervisors manage numbers through the bridge; whatever stands in the way is said, and nothing is half done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from pydantic import HttpUrl

from sync_backend.administration.accounts import AddedAccount, add_account
from sync_backend.administration.workspaces import WorkspaceEntry, add_workspace
from sync_backend.clock import system_clock
from sync_backend.settings import Settings
from tests.sync_backend.backend import add_agent, client_of, post_webhook, token_of, writes_of
from tests.sync_backend.fake_bridge import FakeBridge
from wire.bridge import BridgeStart
from wire.rest import AddedSession, SessionMetrics, SessionQr

SECRET = "shared between bridge and backend"
PHONE = "+62 899-1234-5678"

MANAGING = [
    ("POST", "/sessions", {"provider_type": "webjs", "phone_number": PHONE}),
    ("POST", "/sessions/1/start", None),
    ("POST", "/sessions/1/logout", None),
    ("GET", "/sessions/1/qr", None),
    ("POST", "/sessions/1/sync", None),
    ("DELETE", "/sessions/1/sync", None),
    ("GET", "/sessions/1/metrics", None),
]


@pytest.fixture
def settings(settings: Settings, bridge: FakeBridge) -> Settings:
    """Of a server that has a bridge for new numbers."""
    return settings.model_copy(update={"hmac_secret": SECRET, "bridge_url": HttpUrl(bridge.url)})


class Boss:
    """A supervisor's requests."""

    def __init__(self, client: httpx.AsyncClient, bridge: FakeBridge, secret: str) -> None:
        self.client = client
        self._bridge = bridge
        self._secret = secret

    async def asks(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self.client.request(method, f"/api/v1{path}", json=body)

    async def adds(self, **changed: Any) -> httpx.Response:
        self._bridge.secret = SECRET
        return await self.asks("POST", "/sessions", {"provider_type": "webjs", "phone_number": PHONE} | changed)

    async def number(self, session_id: str) -> dict[str, Any]:
        items = (await self.asks("GET", "/sessions")).json()["items"]
        [found] = [each for each in items if each["id"] == session_id]
        return dict(found)

    async def bridge_says(self, account: AddedAccount, event: str, **fields: Any) -> None:
        named = {"session_id": account.account.id, "workspace_id": account.account.workspace_id, "event": event}
        answer = await post_webhook(self.client, str(account.hmac_secret), named | fields)
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def boss(
    app: FastAPI, workspace: WorkspaceEntry, account: AddedAccount, bridge: FakeBridge
) -> AsyncIterator[Boss]:
    """The workspace has one number already, `account`."""
    user = await add_agent(app, workspace, "boss@example.com", role="supervisor")
    async with client_of(app, await token_of(app, user)) as client:
        yield Boss(client, bridge, str(account.hmac_secret))


def error_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(("method", "path", "body"), MANAGING)
async def test_agents_manage_nothing_and_other_workspaces_have_no_such_number(
    app: FastAPI, client: httpx.AsyncClient, account: AddedAccount, method: str, path: str, body: Any
) -> None:
    assert account.account.id == 1
    assert error_of(await client.request(method, f"/api/v1{path}", json=body)) == (403, "forbidden")
    assert len((await client.get("/api/v1/sessions")).json()["items"]) == 1
    if path == "/sessions":
        return
    others = await add_workspace(writes_of(app), system_clock, "Toko Lain")
    stranger = await add_agent(app, others, "other@example.com", role="admin")
    async with client_of(app, await token_of(app, stranger)) as outside:
        assert error_of(await outside.request(method, f"/api/v1{path}", json=body)) == (404, "not_found")


async def test_a_number_is_added_and_its_bridge_begins_to_connect_it(boss: Boss, bridge: FakeBridge) -> None:
    answer = await boss.adds(display_name="  Gudang <b> ")
    assert answer.status_code == 201, answer.text
    session = answer.json()["session"]
    assert AddedSession(**answer.json()).verify_token is None
    assert (session["phone_number"], session["display_name"]) == ("+6289912345678", "Gudang <b>")
    assert (session["status"], session["provider_type"], session["is_primary"]) == ("connecting", "webjs", False)
    assert bridge.bodies[f"POST /sessions/{session['id']}/start"] == {
        "workspace_id": "1",
        "phone_number": "+6289912345678",
        "display_name": "Gudang <b>",
    }
    assert BridgeStart(**bridge.bodies[f"POST /sessions/{session['id']}/start"]).workspace_id == "1"


async def test_what_the_bridge_reports_of_a_new_number_is_believed_by_the_shared_secret(boss: Boss) -> None:
    session = (await boss.adds()).json()["session"]
    event = {"session_id": session["id"], "workspace_id": "1", "event": "session_status", "status": "qr"}
    assert (await post_webhook(boss.client, SECRET, event)).status_code == 200
    assert (await boss.number(session["id"]))["status"] == "qr"
    failed = event | {"status": "failed", "reason": "CONFLICT"}
    assert (await post_webhook(boss.client, SECRET, failed)).status_code == 200
    assert (await boss.number(session["id"]))["status_reason"] == "CONFLICT"


async def test_a_bridge_that_is_away_makes_the_number_failed_with_the_reason_and_start_tries_again(
    app: FastAPI, boss: Boss, bridge: FakeBridge
) -> None:
    bridge.refuse("POST", "/sessions/2/start", 500, "internal")
    session = (await boss.adds()).json()["session"]
    assert (session["status"], session["status_reason"]) == ("failed", "refused: internal")
    bridge.answers.clear()
    assert (await boss.asks("POST", f"/sessions/{session['id']}/start")).status_code == 202
    assert bridge.paths["POST /sessions/2/start"] == 2


async def test_a_number_is_added_once(boss: Boss) -> None:
    assert (await boss.adds()).status_code == 201
    again = await boss.adds()
    assert error_of(again) == (409, "number_exists")
    assert "+6289912345678" in again.json()["error"]["message"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phone_number": "12"}, "phone_number"),
        ({"phone_number": "0812 3456 7890"}, "phone_number"),
        ({"provider_type": "pigeon"}, "provider_type"),
        ({"provider_type": "meta"}, "meta.phone_number_id"),
        ({"provider_type": "meta", "meta": {"phone_number_id": " "}}, "meta.phone_number_id"),
        ({"meta": {"phone_number_id": "1"}}, "meta"),
        ({"display_name": "x" * 256}, "display_name"),
    ],
)
async def test_what_cannot_be_used_is_named(boss: Boss, changed: dict[str, Any], field: str) -> None:
    answer = await boss.adds(**changed)
    assert error_of(answer) == (422, "invalid")
    assert answer.json()["error"]["field"] == field
    assert len((await boss.asks("GET", "/sessions")).json()["items"]) == 1


async def test_a_number_on_metas_cloud_api_gets_its_verify_token_once(boss: Boss, bridge: FakeBridge) -> None:
    answer = await boss.adds(provider_type="meta", meta={"phone_number_id": "104996", "access_token": "EAAG"})
    assert answer.status_code == 201, answer.text
    added = answer.json()
    assert len(added["verify_token"]) > 20
    assert "EAAG" not in answer.text
    assert "POST /sessions/2/start" not in bridge.paths
    assert error_of(await boss.asks("GET", f"/sessions/{added['session']['id']}/qr")) == (409, "not_on_a_bridge")


async def test_the_qr_code_of_the_moment_is_passed_on_and_kept_nowhere(boss: Boss, bridge: FakeBridge) -> None:
    for code in ("2@first", "2@second"):
        bridge.answer("GET", "/sessions/1/qr", 200, {"status": "qr", "qr": code})
        answer = await boss.asks("GET", "/sessions/1/qr")
        assert SessionQr(**answer.json()) == SessionQr(status="qr", qr=code)
        assert answer.headers["cache-control"] == "no-store"
    snapshot = await boss.asks("GET", "/snapshot")
    assert "2@" not in snapshot.text


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, "unauthorised", (502, "bridge_refused", "secret")),
        (404, "unknown_session", (502, "bridge_refused", "does not know")),
        (503, "session_not_connected", (409, "session_not_connected", "not connected")),
    ],
)
async def test_a_bridges_refusal_is_told_in_words(
    boss: Boss, bridge: FakeBridge, status: int, code: str, expected: tuple[int, str, str]
) -> None:
    bridge.refuse("POST", "/sessions/1/logout", status, code)
    answer = await boss.asks("POST", "/sessions/1/logout")
    assert error_of(answer) == expected[:2]
    assert expected[2] in answer.json()["error"]["message"]
    assert (await boss.number("1"))["status"] == "connecting"


async def test_a_bridge_that_cannot_be_reached_is_told_and_the_number_stays_as_it_is(
    app: FastAPI, workspace: WorkspaceEntry, boss: Boss, account: AddedAccount
) -> None:
    async with AsyncExitStack() as stack:
        gone = await stack.enter_async_context(FakeBridge().running())
    away = await add_account(
        writes_of(app),
        app.state.services.broadcaster,
        system_clock,
        workspace_id=workspace.id,
        provider="webjs",
        phone="+62 811-0000-0001",
        bridge_url=gone.url,
    )
    await boss.bridge_says(away, "session_status", status="connected")
    for method, what in (("POST", "start"), ("POST", "logout"), ("GET", "qr"), ("POST", "sync"), ("DELETE", "sync")):
        answer = await boss.asks(method, f"/sessions/{away.account.id}/{what}")
        assert error_of(answer) == (503, "bridge_unreachable"), what
        assert answer.json()["error"]["hint"]
    held = await boss.number(str(away.account.id))
    assert (held["status"], held["sync"]["status"]) == ("connected", "pending")


async def test_an_import_is_asked_for_followed_and_cancelled(
    boss: Boss, bridge: FakeBridge, account: AddedAccount
) -> None:
    assert error_of(await boss.asks("POST", "/sessions/1/sync")) == (409, "session_not_connected")
    await boss.bridge_says(account, "session_status", status="connected")
    await boss.bridge_says(account, "sync_progress", status="completed", synced_count=9, total_count=9)
    started = await boss.asks("POST", "/sessions/1/sync")
    assert started.status_code == 202
    assert started.json()["sync"]["status"] == "pending"
    assert (started.json()["sync"]["synced_count"], started.json()["sync"]["total_count"]) == (0, None)
    await boss.bridge_says(account, "sync_progress", status="running", synced_count=3, total_count=9)
    stopped = await boss.asks("DELETE", "/sessions/1/sync")
    assert stopped.json()["sync"] | {"last_sync_at": None} == {
        "status": "cancelled",
        "synced_count": 3,
        "total_count": 9,
        "last_sync_at": None,
    }
    assert (bridge.paths["POST /sessions/1/sync"], bridge.paths["DELETE /sessions/1/sync"]) == (1, 1)


async def test_a_running_import_is_stopped_before_it_begins_anew(
    boss: Boss, bridge: FakeBridge, account: AddedAccount
) -> None:
    await boss.bridge_says(account, "session_status", status="connected")
    await boss.bridge_says(account, "sync_progress", status="running", synced_count=3, total_count=9)
    again = await boss.asks("POST", "/sessions/1/sync")
    assert (again.json()["sync"]["status"], again.json()["sync"]["synced_count"]) == ("pending", 0)
    assert (bridge.paths["DELETE /sessions/1/sync"], bridge.paths["POST /sessions/1/sync"]) == (1, 1)
    await boss.bridge_says(account, "sync_progress", status="running", synced_count=1, total_count=9)
    assert (await boss.number("1"))["sync"]["synced_count"] == 1


async def test_an_import_that_the_bridge_refuses_leaves_the_last_one_in_sight(
    boss: Boss, bridge: FakeBridge, account: AddedAccount
) -> None:
    await boss.bridge_says(account, "session_status", status="connected")
    await boss.bridge_says(account, "sync_progress", status="completed", synced_count=9, total_count=9)
    bridge.refuse("POST", "/sessions/1/sync", 503, "session_not_connected")
    assert error_of(await boss.asks("POST", "/sessions/1/sync")) == (409, "session_not_connected")
    sync = (await boss.number("1"))["sync"]
    assert (sync["status"], sync["synced_count"], sync["total_count"]) == ("completed", 9, 9)


async def test_metrics_of_one_number(boss: Boss, account: AddedAccount) -> None:
    await boss.bridge_says(account, "session_status", status="logged_out", reason="LOGOUT")
    await boss.bridge_says(account, "sync_progress", status="running", synced_count=3, total_count=9)
    message = {
        "chat_type": "private",
        "contact_phone": "6281111111111@c.us",
        "message_body": "Halo",
        "message_id": "IN1",
        "timestamp": 1_700_000_000,
    }
    await boss.bridge_says(account, "message", **message)
    metrics = SessionMetrics(**orjson.loads((await boss.asks("GET", "/sessions/1/metrics")).content))
    assert (metrics.status, metrics.status_reason) == ("logged_out", "LOGOUT")
    assert (metrics.sync_status, metrics.synced_count, metrics.total_count) == ("running", 3, 9)
    assert (metrics.conversations, metrics.unread_count, metrics.health_score) == (1, 1, 100)


class TestWithoutABridge:
    """A server whose operator has not set one up for new numbers."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"sync_enabled": False, "hmac_secret": None, "bridge_url": None})

    async def test_adding_says_what_to_set(self, boss: Boss) -> None:
        answer = await boss.adds()
        assert error_of(answer) == (409, "no_bridge")
        assert "INBOX_BRIDGE_URL" in answer.json()["error"]["hint"]
        assert len((await boss.asks("GET", "/sessions")).json()["items"]) == 1

    async def test_a_switched_off_import_says_so(self, boss: Boss, bridge: FakeBridge, account: AddedAccount) -> None:
        await boss.bridge_says(account, "session_status", status="connected")
        assert error_of(await boss.asks("POST", "/sessions/1/sync")) == (409, "sync_disabled")
        assert "POST /sessions/1/sync" not in bridge.paths
