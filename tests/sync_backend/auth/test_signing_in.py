"""Only whoever knows the password gets in, only into their own workspace, and only until they sign out."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from pydantic import HttpUrl

from sync_backend.administration.users import AddedUser
from sync_backend.administration.workspaces import WorkspaceEntry, add_workspace
from sync_backend.clock import system_clock
from sync_backend.secrets_file import load_secrets
from sync_backend.settings import Settings
from tests.sync_backend.backend import PASSWORD, add_agent, client_of, running_app, token_of, writes_of
from wire.pusher.signatures import verify_channel


async def sign_in(client: httpx.AsyncClient, email: str, password: str) -> httpx.Response:
    return await client.post(
        "/api/v1/auth/login", json={"email": email, "password": password, "device_name": "Front desk"}
    )


async def test_the_right_password_opens_the_own_workspace(app: FastAPI, agent: AddedUser) -> None:
    async with client_of(app) as anyone:
        answer = (await sign_in(anyone, " Sari@Example.com ", PASSWORD)).json()
        me = await anyone.get("/api/v1/me", headers={"Authorization": f"Bearer {answer['token']}"})

    assert answer["user"] == {"id": str(agent.user.id), "name": "Sari", "email": "sari@example.com", "role": "agent"}
    assert answer["workspace"] == {"id": str(agent.user.workspace_id), "name": "Toko Nusantara"}
    assert me.json() == {name: answer[name] for name in ("user", "workspace", "realtime")}
    assert answer["realtime"] | {"key": ""} == {
        "key": "",
        "host": "inbox.test",
        "port": 80,
        "tls": False,
        "channel": f"private-chats.ch{agent.user.workspace_id}",
        "auth_endpoint": "/broadcasting/auth",
    }


async def test_the_public_url_is_where_desktops_are_told_to_listen(settings: Settings) -> None:
    behind_proxy = settings.model_copy(update={"public_url": HttpUrl("https://inbox.example.com")})
    async with running_app(behind_proxy) as app:
        workspace = await add_workspace(writes_of(app), system_clock, "Toko")
        await add_agent(app, workspace, "sari@example.com")
        async with client_of(app) as anyone:
            realtime = (await sign_in(anyone, "sari@example.com", PASSWORD)).json()["realtime"]

    assert (realtime["host"], realtime["port"], realtime["tls"]) == ("inbox.example.com", 443, True)


@pytest.mark.parametrize(
    ("email", "password"), [("sari@example.com", "wrong password"), ("nobody@example.com", PASSWORD)]
)
async def test_wrong_password_and_unknown_person_get_the_same_answer(
    app: FastAPI, agent: AddedUser, email: str, password: str
) -> None:
    async with client_of(app) as anyone:
        answer = await sign_in(anyone, email, password)

    assert answer.status_code == 401
    assert answer.json()["error"]["message"] == "The e-mail or the password is wrong."


async def test_guessing_is_slowed_down_even_when_all_guesses_come_at_once(app: FastAPI, agent: AddedUser) -> None:
    async with client_of(app) as anyone:
        answers = await asyncio.gather(*(sign_in(anyone, "sari@example.com", f"guess {n}") for n in range(8)))
        right = await sign_in(anyone, "sari@example.com", PASSWORD)

    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 3
    assert right.status_code == 429
    assert 1 <= int(right.headers["Retry-After"]) <= 60


async def test_signing_out_ends_the_token_at_once(app: FastAPI, agent: AddedUser, client: httpx.AsyncClient) -> None:
    async with client_of(app, await token_of(app, agent)) as other_device:
        assert (await client.post("/api/v1/auth/logout")).status_code == 204

        refused = await client.get("/api/v1/me")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "unauthenticated")
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert (await other_device.get("/api/v1/me")).status_code == 200


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer made-up", "Basic c2FyaTp4", "Bearer é"])
async def test_without_a_valid_token_nothing_is_told(
    app: FastAPI, workspace: WorkspaceEntry, header: str | None
) -> None:
    headers = {} if header is None else {b"Authorization": header.encode()}
    async with client_of(app) as anyone:
        for path in ("/api/v1/me", "/api/v1/sessions", "/api/v1/conversations", "/api/v1/changes?since=0"):
            assert (await anyone.get(path, headers=headers)).status_code == 401


@pytest.mark.parametrize("encoding", ["form", "json"])
async def test_the_own_channel_is_signed_for_the_socket(
    client: httpx.AsyncClient, agent: AddedUser, settings: Settings, encoding: str
) -> None:
    channel = f"private-chats.ch{agent.user.workspace_id}"
    asked = {"socket_id": "123.456", "channel_name": channel}

    form, document = (asked, None) if encoding == "form" else (None, asked)
    answer = await client.post("/broadcasting/auth", data=form, json=document)

    key = (await client.get("/api/v1/me")).json()["realtime"]["key"]
    secret = load_secrets(settings).pusher_app_secret
    assert verify_channel(answer.json()["auth"], key, secret, "123.456", channel)


@pytest.mark.parametrize(
    "channel", ["private-chats.ch999", "private-chats.ch", "chats.ch1", "private-chats.ch1:x", "presence-chats.ch1", ""]
)
async def test_another_workspaces_channel_does_not_exist(client: httpx.AsyncClient, channel: str) -> None:
    answer = await client.post("/broadcasting/auth", data={"socket_id": "123.456", "channel_name": channel})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"socket_id": "123", "channel_name": "private-chats.ch1"}, "socket_id"),
        ({"socket_id": "1.2:private-chats.ch1", "channel_name": "private-chats.ch1"}, "socket_id"),
        ({"channel_name": "private-chats.ch1"}, "socket_id"),
        ({"socket_id": "123.456"}, "channel_name"),
    ],
)
async def test_a_channel_request_that_is_not_one_names_its_field(
    client: httpx.AsyncClient, body: dict[str, str], field: str
) -> None:
    answer = await client.post("/broadcasting/auth", data=body)

    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)
