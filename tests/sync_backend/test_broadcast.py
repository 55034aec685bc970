"""Listeners hear of every commit, in commit order, and never of anything else."""

import asyncio

import orjson
import pytest
from pydantic import TypeAdapter

from sync_backend.broadcast import Broadcaster
from sync_backend.metrics import Metrics
from tests.sync_backend.stage import Number, Stage, Team
from wire.realtime import MAX_FRAME_BYTES, ChangesEvent, Heartbeat, NewChatReceived


async def test_a_new_message_is_one_event_with_its_rows(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo")
    [event] = await stage.heard(team, "changes")
    TypeAdapter(ChangesEvent).validate_json(orjson.dumps(event), strict=True, extra="forbid")
    page = await stage.get(team, "/changes", since=0)
    assert event["seq"] == page["head"] == 1
    assert event["epoch"] == page["epoch"]
    for kind, rows in event["rows"].items():
        assert rows == page[kind]


async def test_events_come_in_commit_order(stage: Stage, team: Team, number: Number) -> None:
    await asyncio.gather(*(stage.says(number, f"no. {index}") for index in range(30)))
    assert [event["seq"] for event in await stage.heard(team, "changes")] == list(range(1, 31))


@pytest.mark.parametrize("text", ["x" * 9000, '"' * 2500, "\\" * 3000, "😀" * 2500, "é" * 4000])
async def test_what_does_not_fit_a_frame_comes_as_its_number(
    stage: Stage, team: Team, number: Number, text: str
) -> None:
    await stage.says(number, text)
    [event] = await stage.heard(team, "changes")
    assert (event["seq"], event["rows"]) == (1, None)
    assert (await stage.only_message(team))["body"] == text


@pytest.mark.parametrize("text", ["x" * 2000, '"' * 400, "é" * 1000])
async def test_what_fits_comes_whole(stage: Stage, team: Team, number: Number, text: str) -> None:
    await stage.says(number, text)
    [event] = await stage.heard(team, "changes")
    assert event["rows"]["messages"][0]["body"] == text
    assert all(len(frame.encode()) <= MAX_FRAME_BYTES for frame in team.listener.frames if '"changes"' in frame)


async def test_reading_a_long_chat_comes_as_its_number(stage: Stage, team: Team, number: Number) -> None:
    for index in range(45):
        await stage.says(number, f"no. {index}")
    conversation = await stage.only_conversation(team)
    await stage.read(team, conversation["id"], conversation["last_message"]["id"])
    assert (await stage.heard(team, "changes"))[-1]["rows"] is None


async def test_other_listeners_get_the_originals_payload(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo", message_id="A1")
    await stage.says_in_group(number, "Makan?")
    private, group = await stage.heard(team, "new-chat-received")
    TypeAdapter(NewChatReceived).validate_json(orjson.dumps(private), strict=True, extra="forbid")
    TypeAdapter(NewChatReceived).validate_json(orjson.dumps(group), strict=True, extra="forbid")
    assert private["chat"] == {
        "id": "1",
        "type": "inbound",
        "chat_type": "private",
        "provider_type": "webjs",
        "message": "Halo",
        "created_at": "2025-11-23T10:40:00.000Z",
        "is_read": False,
    }
    assert private["contact"] == {"id": "1", "name": "Budi", "phone": "+6281234567890"}
    assert private["group"] is None
    assert group["contact"] is None
    assert group["group"]["name"] == "Keluarga"
    assert group["sender"] == {"name": "Dewi", "phone": "+6281234567891"}
    assert group["session"] == {"id": str(number.id), "phone_number": "+628110000001", "provider_type": "webjs"}
    assert (private["seq"], group["seq"]) == (1, 2)


async def test_nobody_hears_of_another_workspace(stage: Stage, team: Team, number: Number) -> None:
    stranger = await stage.team("Toko Lain")
    await stage.says(number, "rahasia")
    await stage.heard(team, "changes")
    assert stranger.listener.frames == []


class BrokenLine:
    """A channel that takes nothing for a while, as a Pusher server that is down."""

    def __init__(self, stage: Stage) -> None:
        self.broken = True
        self._hub = stage.hub

    async def publish(self, channel: str, event: str, data: str) -> object:
        if self.broken:
            raise ConnectionError("down")
        return await self._hub.publish(channel, event, data)


async def test_a_broken_line_fails_no_webhook_and_is_counted(
    stage: Stage, team: Team, number: Number, caplog: pytest.LogCaptureFixture
) -> None:
    line, metrics = BrokenLine(stage), Metrics()
    broadcaster = Broadcaster(stage.services.reads, line, metrics, between_heartbeats=0.01)
    stage.replace_broadcaster(broadcaster)
    broadcaster.start()
    try:
        await stage.says(number, "Halo")
        await broadcaster.settled()
        assert team.listener.frames == []
        assert "could not be broadcast" in caplog.text
        line.broken = False
        heartbeat = await team.listener.next("heartbeat")
        TypeAdapter(Heartbeat).validate_json(orjson.dumps(heartbeat), strict=True, extra="forbid")
        assert heartbeat["head"] == 1
    finally:
        await broadcaster.close()
    exposed = dict(each.rsplit(" ", 1) for each in metrics.exposition().decode().splitlines() if each[0] != "#")
    assert float(exposed["inbox_broadcast_failures_total"]) >= 1
