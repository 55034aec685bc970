"""Logs tell what happened without telling who wrote to whom."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO

import httpx
import orjson
import pytest
import structlog

from sync_backend.administration.accounts import AddedAccount
from sync_backend.logs import configure_logs
from tests.sync_backend.backend import post_webhook


@pytest.fixture
def stream() -> Iterator[StringIO]:
    """Where the logs go meanwhile."""
    root = logging.getLogger()
    level, stream = root.level, StringIO()
    configure_logs("info", "json", stream)
    [ours] = root.handlers
    yield stream
    root.removeHandler(ours)
    root.setLevel(level)
    structlog.reset_defaults()


def logged(stream: StringIO) -> dict[str, object]:
    entry: dict[str, object] = orjson.loads(stream.getvalue().splitlines()[-1])
    return entry


def test_phones_and_tokens_are_hidden_wherever_they_stand(stream: StringIO) -> None:
    structlog.get_logger("whatsapp").info(
        "to +62 812-3456-7890 and 6281234567890@c.us",
        contact_phone="+6281234567890",
        access_token="EAAG123",
        header="Authorization: Bearer abc.def",
        config={"app_secret": "s3cret", "items": ["+62 811 2222 3333"]},
        session_id=7,
    )

    entry = logged(stream)
    text = orjson.dumps(entry).decode()
    for secret in ("3456", "1234567", "EAAG", "abc.def", "s3cret", "2222"):
        assert secret not in text
    assert entry["contact_phone"] == "…890"
    assert (entry["session_id"], entry["logger"], entry["level"]) == (7, "whatsapp", "info")


def test_other_libraries_lines_are_redacted_too(stream: StringIO) -> None:
    try:
        raise RuntimeError("could not reach +6281234567890")
    except RuntimeError:
        logging.getLogger("some.library").exception("calling %s", "+6281234567890")

    text = orjson.dumps(logged(stream)).decode()
    assert "RuntimeError" in text
    assert "6281234567" not in text


async def test_of_webhooks_only_what_was_refused_is_a_line(
    stream: StringIO, client: httpx.AsyncClient, account: AddedAccount
) -> None:
    event = {"event": "session_status", "session_id": account.account.id, "workspace_id": account.account.workspace_id}
    assert (await post_webhook(client, str(account.hmac_secret), event | {"status": "connected"})).status_code == 200
    assert "/api/whatsapp/webhook" not in stream.getvalue()
    assert (await post_webhook(client, "another secret", event | {"status": "connected"})).status_code == 401
    assert (logged(stream)["path"], logged(stream)["status"]) == ("/api/whatsapp/webhook", 401)
