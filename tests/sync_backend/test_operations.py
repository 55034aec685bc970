"""What operators and other programmers rely on: health, figures, and a description of the interface that is true."""

from __future__ import annotations

from pathlib import Path

import httpx
from fastapi import FastAPI

from sync_backend.administration.accounts import AddedAccount
from sync_backend.openapi import openapi_document, openapi_text
from tests.sync_backend.backend import client_of, post_webhook
from tests.sync_backend.conftest import Receive

DOCS = Path(__file__).parents[2] / "docs"


async def figures(client: httpx.AsyncClient) -> dict[str, float]:
    lines = (await client.get("/metrics")).text.splitlines()
    return {name: float(value) for name, _, value in (x.rpartition(" ") for x in lines if not x.startswith("#"))}


async def test_a_working_backend_is_alive_and_ready(app: FastAPI) -> None:
    async with client_of(app) as probe:
        assert (await probe.get("/healthz")).json() == {"status": "ok"}
        assert (await probe.get("/readyz")).json() == {"status": "ok"}


async def test_without_its_database_it_is_alive_but_not_ready(app: FastAPI) -> None:
    services = app.state.services
    async with services.writes.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM server_state")

    async with client_of(app) as probe:
        assert (await probe.get("/healthz")).status_code == 200
        refused = await probe.get("/readyz")

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")


async def test_webhooks_and_broadcasts_are_counted(
    app: FastAPI, client: httpx.AsyncClient, account: AddedAccount, receive: Receive
) -> None:
    await receive()
    await post_webhook(client, "another secret", {"session_id": account.account.id})
    await app.state.services.broadcaster.settled()

    counted = await figures(client)

    path = 'path="/api/whatsapp/webhook"'
    assert counted[f'inbox_webhook_requests_total{{{path},status="200"}}'] == 1
    assert counted[f'inbox_webhook_requests_total{{{path},status="401"}}'] == 1
    assert counted[f"inbox_webhook_seconds_count{{{path}}}"] == 2
    assert counted["inbox_broadcast_seconds_count"] >= 1
    assert counted["inbox_broadcast_failures_total"] == 0
    assert counted["inbox_connected_clients"] == 0


def test_the_kept_description_of_the_interface_is_current() -> None:
    kept = (DOCS / "openapi.json").read_text()

    assert kept == openapi_text(), "run `sync-backend openapi > docs/openapi.json`"


def test_the_guide_mentions_every_route() -> None:
    guide = (DOCS / "api.md").read_text()

    assert [path for path in openapi_document()["paths"] if path not in guide] == []


def test_what_is_hot_is_still_described_by_its_type() -> None:
    document = openapi_document()

    sent = document["paths"]["/api/v1/conversations/{conversation_id}/messages"]["post"]["responses"]["202"]
    assert sent["content"]["application/json"]["schema"]["$ref"].endswith("/Message")
