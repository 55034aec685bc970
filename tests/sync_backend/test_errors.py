"""Every refusal has one shape, says where and what, carries the request's id, and leaks nothing."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from sync_backend.error_answers import install_error_handlers
from sync_backend.errors import ApiError, field_path
from sync_backend.metrics import Metrics
from sync_backend.request_context import RequestContext


@dataclass
class Chat:
    chat_type: str
    session_id: str | int
    count: int = 0


@dataclass
class Batch:
    chats: list[Chat]


@pytest.fixture
def client() -> httpx.AsyncClient:
    """Of a small application with our error handling around it."""
    app = FastAPI()
    app.add_middleware(RequestContext, max_request_bytes=10_000, metrics=Metrics())
    install_error_handlers(app)

    @app.post("/batch")
    async def batch(batch: Batch) -> int:
        return len(batch.chats)

    @app.get("/page")
    async def page(limit: int) -> int:
        return limit

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("password=hunter2")

    @app.get("/refused")
    async def refused() -> None:
        raise ApiError(409, "epoch_changed", "Fetch anew.", field="epoch", hint="GET /snapshot")

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inbox.test")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/batch", 405, "method_not_allowed"),
        ("GET", "/page?limit=x", 422, "invalid"),
        ("GET", "/broken", 500, "internal_error"),
        ("GET", "/refused", 409, "epoch_changed"),
    ],
)
async def test_every_error_has_the_one_shape(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    answer = await client.request(method, path)

    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert error["message"].endswith(".")
    assert set(error) == {"code", "message", "field", "hint", "request_id"}
    assert error["request_id"] == answer.headers["X-Request-Id"]


async def test_a_wrong_field_is_named_by_its_path(client: httpx.AsyncClient) -> None:
    chats = [{"chat_type": 7, "session_id": 1}, {"chat_type": "group", "session_id": 1, "count": "many"}]

    error = (await client.post("/batch", json={"chats": chats})).json()["error"]

    assert error["field"] == "chats.0.chat_type"
    assert error["hint"] == "Also wrong: chats.1.count."


async def test_a_field_that_may_be_of_two_types_is_named_once(client: httpx.AsyncClient) -> None:
    error = (await client.post("/batch", json={"chats": [{"chat_type": "x", "session_id": None}]})).json()["error"]

    assert error["field"] == "chats.0.session_id"
    assert error["hint"] is None


async def test_broken_json_is_said_to_be_that(client: httpx.AsyncClient) -> None:
    answer = await client.post("/batch", content=b'{"chats": [', headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert "not valid JSON" in answer.json()["error"]["message"]
    assert answer.json()["error"]["field"] is None


async def test_an_unexpected_failure_is_logged_and_not_shown(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await client.get("/broken")

    assert "hunter2" not in answer.text
    logged = capsys.readouterr().out
    assert answer.headers["X-Request-Id"] in logged
    assert "RuntimeError" in logged


async def test_a_callers_request_id_is_kept_when_it_is_harmless(client: httpx.AsyncClient) -> None:
    kept = await client.get("/refused", headers={"X-Request-Id": "trace-1.A_b"})
    replaced = await client.get("/refused", headers={"X-Request-Id": 'x" injected="1'})

    assert kept.headers["X-Request-Id"] == "trace-1.A_b"
    assert "injected" not in replaced.headers["X-Request-Id"]


async def test_a_body_beyond_the_limit_is_refused_before_it_is_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/batch", content=b" " * 10_001, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


async def test_a_body_that_does_not_tell_its_length_is_cut_off_at_the_limit(client: httpx.AsyncClient) -> None:
    async def endless() -> object:
        while True:
            yield b" " * 1000

    answer = await client.post("/batch", content=endless(), headers={"Content-Type": "application/json"})  # type: ignore[arg-type]

    assert answer.status_code == 413


def test_a_fault_of_the_whole_body_names_no_field() -> None:
    assert field_path(("body",)) is None
    assert field_path(("query", "limit")) == "limit"
