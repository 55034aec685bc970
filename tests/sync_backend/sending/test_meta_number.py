"""A number on Meta's Cloud API, without any bridge: the 24 hours, templates, and answers that are lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sync_backend.database.urls import Backend
from sync_backend.settings import Settings
from tests.sync_backend.conftest import Receive
from tests.sync_backend.databases import on
from tests.sync_backend.fake_bridge import FakeBridge
from tests.sync_backend.sending.meta_number import DAY, MetaDesk, meta_desk

pytestmark = on(Backend.SQLITE)

VALUES = {"header.1": "A-7", "body.1": "Budi", "body.2": "besok"}
CONFIRMATION = {"name": "konfirmasi_pesanan", "language": "id", "values": VALUES}


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[MetaDesk]:
    async with meta_desk(settings) as desk:
        yield desk


class TestWindow:
    async def test_within_24_hours_one_writes_freely(self, desk: MetaDesk) -> None:
        conversation = await desk.customer_says(seconds_ago=DAY - 60)
        sent = await desk.send(conversation, "Siap")
        await desk.until(conversation, sent["uuid"], "sent", "delivered", "read")
        assert desk.meta.bodies() == ["Siap"]

    async def test_later_a_text_is_refused_before_anybody_is_called(self, desk: MetaDesk) -> None:
        conversation = await desk.customer_says(seconds_ago=DAY + 1)
        refused = await desk.post(conversation, "Siap")
        assert refused.status_code == 409
        assert refused.json()["error"]["code"] == "window_closed"
        assert "template" in refused.json()["error"]["message"].lower()
        assert [each["direction"] for each in await desk.messages(conversation)] == ["inbound"]
        assert desk.meta.bodies() == []

    async def test_what_was_taken_within_them_is_answered_the_same_ever_after(self, desk: MetaDesk) -> None:
        conversation = await desk.customer_says()
        sent = await desk.send(conversation, "Siap")
        await desk.until(conversation, sent["uuid"], "sent", "delivered", "read")
        services = desk.app.state.services
        desk.app.state.services = type(services)(
            reads=services.reads,
            writes=services.writes,
            broadcaster=services.broadcaster,
            clock=lambda: services.clock() + 2 * DAY * 1000,
        )
        assert (await desk.post(conversation, "Siap", sent["uuid"])).status_code == 202
        assert (await desk.post(conversation, "Lagi")).status_code == 409

    async def test_numbers_on_whatsapp_web_have_none(self, client: httpx.AsyncClient, receive: Receive) -> None:
        conversation = await receive(timestamp=1_600_000_000)
        listed = (await client.get("/api/v1/conversations")).json()["items"][0]
        assert listed["window_expires_at"] is None
        answer = await client.post(
            f"/api/v1/conversations/{conversation}/messages", json={"uuid": str(uuid4()), "body": "Siap"}
        )
        assert answer.status_code == 202


class TestTemplates:
    async def test_those_that_meta_approved_are_listed(self, desk: MetaDesk) -> None:
        items = (await desk.client.get(f"/api/v1/sessions/{desk.session_id}/templates")).json()["items"]
        assert [(each["name"], each["problem"] is None) for each in items] == [
            ("hello_world", True),
            ("konfirmasi_pesanan", True),
            ("pengingat_pembayaran", True),
            ("promo_bulanan", False),
        ]
        confirmation, reminder = items[1], items[2]
        assert confirmation["body"] == "Halo {{body.1}}, pesanan Anda akan dikirim {{body.2}}."
        assert [(each["key"], each["example"]) for each in confirmation["fields"]] == [
            ("header.1", "A-1024"),
            ("body.1", "Budi"),
            ("body.2", "hari Senin"),
        ]
        assert [each["key"] for each in reminder["fields"]] == ["body.nama", "body.jumlah", "button.0.url"]

    async def test_one_is_sent_outside_the_24_hours_and_shown_as_it_was_sent(self, desk: MetaDesk) -> None:
        conversation = await desk.customer_says(seconds_ago=3 * DAY)
        sent = await desk.send(conversation, template=CONFIRMATION)
        shown = await desk.until(conversation, sent["uuid"], "sent", "delivered", "read")
        assert shown["message_type"] == "template"
        assert shown["body"] == "Pesanan A-7\nHalo Budi, pesanan Anda akan dikirim besok.\nToko Nusantara"
        assert desk.meta.bodies() == ["Halo Budi, pesanan Anda akan dikirim besok."]

    async def test_named_places_and_buttons_are_filled_in(self, desk: MetaDesk) -> None:
        conversation = await desk.customer_says(seconds_ago=3 * DAY)
        values = {"body.nama": "Budi", "body.jumlah": "Rp 1", "button.0.url": "inv-7"}
        chosen = {"name": "pengingat_pembayaran", "language": "id", "values": values}
        sent = await desk.send(conversation, template=chosen)
        await desk.until(conversation, sent["uuid"], "sent", "delivered", "read")
        assert desk.meta.bodies() == ["Halo Budi, tagihan sebesar Rp 1 jatuh tempo besok."]

    async def test_what_does_not_fit_is_refused_by_field(self, desk: MetaDesk) -> None:
        conversation = await desk.customer_says(seconds_ago=3 * DAY)
        unfit: list[tuple[dict[str, Any], str]] = [
            (CONFIRMATION | {"values": {"header.1": "A-7", "body.1": "Budi"}}, "template.values.body.2"),
            (CONFIRMATION | {"values": VALUES | {"body.1": " "}}, "template.values.body.1"),
            (CONFIRMATION | {"values": VALUES | {"body.1": "a\nb"}}, "template.values.body.1"),
            (CONFIRMATION | {"language": "en"}, "template.name"),
            ({"name": "promo_bulanan", "language": "id"}, "template.name"),
            ({"name": "survei", "language": "id"}, "template.name"),
            ({"name": "x"}, "template.language"),
        ]
        for template, field in unfit:
            refused = await desk.post(conversation, template=template)
            assert refused.status_code == 422
            assert refused.json()["error"]["field"] == field
        assert len(await desk.messages(conversation)) == 1

    async def test_the_same_uuid_sends_once(self, desk: MetaDesk) -> None:
        conversation = await desk.customer_says(seconds_ago=3 * DAY)
        sent = await desk.send(conversation, template=CONFIRMATION)
        await desk.send(conversation, uuid=sent["uuid"], template=CONFIRMATION)
        other = CONFIRMATION | {"values": VALUES | {"body.2": "lusa"}}
        assert (await desk.post(conversation, uuid=sent["uuid"], template=other)).status_code == 409
        await desk.until(conversation, sent["uuid"], "sent", "delivered", "read")
        assert len(desk.meta.bodies()) == 1

    async def test_a_number_on_whatsapp_web_has_none(
        self, client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
    ) -> None:
        conversation = await receive()
        session = (await client.get("/api/v1/sessions")).json()["items"][0]["id"]
        assert (await client.get(f"/api/v1/sessions/{session}/templates")).json() == {"items": [], "next_cursor": None}
        asked = {"uuid": str(uuid4()), "template": CONFIRMATION}
        answer = await client.post(f"/api/v1/conversations/{conversation}/messages", json=asked)
        assert answer.status_code == 422
        assert bridge.calls == []

    async def test_nobody_elses_are_shown(self, desk: MetaDesk) -> None:
        assert (await desk.client.get("/api/v1/sessions/999/templates")).status_code == 404

    async def test_meta_not_telling_is_said(self, desk: MetaDesk) -> None:
        await desk.meta.simulator.traffic.close()
        desk.meta.simulator.world.numbers = ()
        answer = await desk.client.get(f"/api/v1/sessions/{desk.session_id}/templates")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "templates_unavailable")


class TestLostAnswers:
    async def test_exactly_one_message_is_at_meta_and_its_tick_confirms_ours(self, desk: MetaDesk) -> None:
        conversation = await desk.customer_says()
        desk.meta.fault(kind="accept_then_drop")
        sent = await desk.send(conversation, "Sekali saja")
        await desk.until(conversation, sent["uuid"], "unconfirmed")
        await desk.meta_ticks("sent")
        confirmed = await desk.until(conversation, sent["uuid"], "sent", "delivered", "read")
        assert desk.meta.bodies() == ["Sekali saja"]
        [record] = desk.meta.simulator.ledger.sends()
        assert confirmed["provider_message_id"] == record.message_id
        outbound = [each for each in await desk.messages(conversation) if each["direction"] == "outbound"]
        assert len(outbound) == 1

    async def test_a_refusal_is_shown_in_words(self, desk: MetaDesk) -> None:
        conversation = await desk.customer_says()
        desk.meta.fault(kind="status", status=400, code=131026)
        sent = await desk.send(conversation, "Halo")
        failed = await desk.until(conversation, sent["uuid"], "failed")
        assert failed["error"]["code"] == "131026"
        assert "delivered" in failed["error"]["message"]

    async def test_a_busy_meta_is_asked_again(self, desk: MetaDesk) -> None:
        conversation = await desk.customer_says()
        desk.meta.fault(kind="status", status=400, code=131016)
        sent = await desk.send(conversation, "Halo")
        await desk.until(conversation, sent["uuid"], "sent", "delivered", "read")
        assert desk.meta.bodies() == ["Halo"]
