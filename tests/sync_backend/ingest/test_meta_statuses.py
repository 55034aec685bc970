"""Ticks come in every order: the final one is always the same, and none ever runs backwards."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.sync_backend.ingest.payloads import NUMBER_ID, meta_number, post_meta
from tests.sync_backend.stage import Stage, Team

RANKS = {"sent": 0, "failed": 1, "delivered": 2, "read": 3, "played": 4}


def body_of(**value: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": "6281100000001", "phone_number_id": NUMBER_ID}
    return {"entry": [{"changes": [{"field": "messages", "value": {"metadata": metadata, **value}}]}]}


def echo(message_id: str) -> dict[str, Any]:
    text = {"type": "text", "text": {"body": message_id}, "timestamp": "1763894000"}
    return {"from": "6281100000001", "to": "6281234567890", "id": message_id, **text}


def tick(message_id: str, status: str) -> dict[str, Any]:
    failure = {"errors": [{"code": 131026, "title": "Message undeliverable"}]} if status == "failed" else {}
    return {"id": message_id, "status": status, "timestamp": "1763894010", "recipient_id": "6281234567890"} | failure


@pytest.mark.parametrize("told", [("sent", "delivered", "read"), ("sent", "failed", "delivered"), ("sent", "failed")])
async def test_the_final_tick_is_the_same(stage: Stage, team: Team, told: tuple[str, ...]) -> None:
    """Also when some overtake their message, and when each comes twice."""
    await meta_number(stage, team)
    highest = max(told, key=RANKS.__getitem__)
    for index, order in enumerate(permutations(["message", *told])):
        message_id = f"wamid.{index}"
        held: list[int] = []
        for step in (*order, *told):
            news: dict[str, Any] = (
                {"message_echoes": [echo(message_id)]} if step == "message" else {"statuses": [tick(message_id, step)]}
            )
            assert (await post_meta(stage, body_of(**news))).status_code == 200
            shown = await _status(stage, team, message_id)
            held += [] if shown is None else [RANKS[shown]]
        assert held == sorted(held)
        assert await _status(stage, team, message_id) == highest


async def _status(stage: Stage, team: Team, message_id: str) -> str | None:
    conversations = await stage.conversations(team)
    if not conversations:
        return None
    messages = await stage.messages(team, conversations[0]["id"])
    return next((each["status"] for each in messages if each["provider_message_id"] == message_id), None)
