"""Meta's webhook: only what Meta signed is believed, and only of the number that the signature is for."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from sync_backend.database.tables import chats, contacts, whatsapp_accounts
from tests.sync_backend.ingest.payloads import APP_SECRET, NUMBER_ID, VERIFY_TOKEN, meta_number, post_meta, seen, texts
from tests.sync_backend.stage import START, Number, Stage, Team
from wire.signatures import sign_body

PATH = "/api/meta/webhook"


@pytest.fixture
async def on_meta(stage: Stage, team: Team) -> Number:
    return await meta_number(stage, team)


def message(body: str, message_id: str = "wamid.1", writer: str = "6281234567890", **fields: Any) -> dict[str, Any]:
    seconds = str(START // 1000)
    return {"from": writer, "id": message_id, "timestamp": seconds, "type": "text", "text": {"body": body}} | fields


def change(*messages: Any, number_id: str = NUMBER_ID, **value: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": "6281100000001", "phone_number_id": number_id}
    told = {"messaging_product": "whatsapp", "metadata": metadata, "messages": list(messages)} | value
    return {"field": "messages", "value": told}


def body_of(*changes: Any) -> dict[str, Any]:
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": list(changes)}]}


class TestHandshake:
    async def ask(self, stage: Stage, **asked: str) -> tuple[int, str]:
        query = {f"hub.{name}": value for name, value in asked.items()}
        answer = await stage.client.get(PATH, params=query)
        return answer.status_code, answer.text

    @pytest.mark.usefixtures("on_meta")
    async def test_the_challenge_comes_back_as_text(self, stage: Stage) -> None:
        asked = {"mode": "subscribe", "verify_token": VERIFY_TOKEN, "challenge": "1158201444"}
        assert await self.ask(stage, **asked) == (200, "1158201444")
        answer = await stage.client.get(PATH, params={f"hub.{name}": value for name, value in asked.items()})
        assert answer.headers["content-type"].startswith("text/plain")

    @pytest.mark.usefixtures("on_meta")
    @pytest.mark.parametrize(
        "asked",
        [
            {"mode": "subscribe", "verify_token": "guessed", "challenge": "1"},
            {"mode": "subscribe", "verify_token": "", "challenge": "1"},
            {"mode": "subscribe", "verify_token": "é\u0000", "challenge": "1"},
            {"mode": "unsubscribe", "verify_token": VERIFY_TOKEN, "challenge": "1"},
            {},
        ],
    )
    async def test_without_the_token_nothing_comes_back(self, stage: Stage, asked: dict[str, str]) -> None:
        status, text = await self.ask(stage, **asked)
        assert status == 403
        assert orjson.loads(text)["error"]["code"] == "forbidden"

    async def test_a_number_without_a_token_answers_to_none(self, stage: Stage, team: Team) -> None:
        await meta_number(stage, team, verify_token=None)
        assert (await self.ask(stage, mode="subscribe", verify_token="None", challenge="1"))[0] == 403


class TestSignature:
    async def post(self, stage: Stage, body: bytes, signature: str | None) -> int:
        headers = {"Content-Type": "application/json"}
        if signature is not None:
            headers["X-Hub-Signature-256"] = signature
        answer = await stage.client.post(PATH, content=body, headers=headers)
        if answer.status_code == 401:
            assert answer.json() == {"message": "Invalid webhook signature"}
        return answer.status_code

    @pytest.mark.usefixtures("on_meta")
    async def test_it_covers_the_bytes_on_the_wire(self, stage: Stage, team: Team) -> None:
        spaced = orjson.dumps(body_of(change(message("Halo"))), option=orjson.OPT_INDENT_2)
        assert await self.post(stage, spaced, f"sha256={sign_body(APP_SECRET, spaced)}") == 200
        assert texts(await seen(stage, team)) == ["inbound text delivered: Halo"]

    @pytest.mark.usefixtures("on_meta")
    async def test_nothing_else_is_believed(self, stage: Stage, team: Team) -> None:
        body = orjson.dumps(body_of(change(message("Halo"))))
        right = sign_body(APP_SECRET, body)
        for wrong in (None, "", right, f"sha1={right}", f"sha256={right[:-1]}", f"sha256={right}0", "sha256="):
            assert await self.post(stage, body, wrong) == 401
        assert await self.post(stage, body + b" ", f"sha256={right}") == 401
        assert await stage.count(chats) == 0
        assert await stage.head(team) == 0

    @pytest.mark.usefixtures("on_meta")
    async def test_broken_json_is_only_explained_to_who_signed_it(self, stage: Stage) -> None:
        body = f'{{"entry": [{{"changes": [{{"value": {{"phone_number_id": "{NUMBER_ID}"'.encode()
        assert await self.post(stage, body, "sha256=00") == 401
        assert await self.post(stage, body, f"sha256={sign_body(APP_SECRET, body)}") == 422

    @pytest.mark.usefixtures("on_meta")
    async def test_an_unknown_number_is_as_a_wrong_signature(self, stage: Stage) -> None:
        assert (await post_meta(stage, body_of(change(message("Halo"), number_id="7")))).status_code == 401

    async def test_a_number_without_a_secret_believes_nobody(self, stage: Stage, team: Team) -> None:
        await meta_number(stage, team, app_secret=None)
        for secret in ("", "None"):
            assert (await post_meta(stage, body_of(change(message("Halo"))), secret)).status_code == 401

    async def test_a_removed_number_believes_nobody(self, stage: Stage, team: Team, on_meta: Number) -> None:
        async with stage.services.writes.begin() as connection:
            await connection.execute(
                sa.update(whatsapp_accounts).where(whatsapp_accounts.c.id == on_meta.id).values(deleted_at=START)
            )
        assert (await post_meta(stage, body_of(change(message("Halo"))))).status_code == 401
        assert await stage.head(team) == 0

    @pytest.mark.usefixtures("on_meta")
    @pytest.mark.parametrize("body", [b"[]", b"7", b"null", b"{}", b'{"entry":[]}', b'{"entry":{"changes":7}}'])
    async def test_a_signed_body_that_says_nothing_is_accepted(self, stage: Stage, body: bytes) -> None:
        assert (await post_meta(stage, body)).status_code == 200

    @pytest.mark.usefixtures("on_meta")
    async def test_json_without_end_is_refused_in_words(self, stage: Stage) -> None:
        deep = b'{"a":' * 5000 + b'"\\u0000"' + b"}" * 5000
        answer = await post_meta(stage, deep)
        assert answer.status_code == 422

    @pytest.mark.usefixtures("on_meta")
    async def test_three_megabytes_are_taken(self, stage: Stage) -> None:
        many = [message("x" * 4000, f"wamid.{index}") for index in range(600)]
        assert (await post_meta(stage, body_of(change(*many)))).status_code == 200
        assert await stage.count(chats) == 600


class TestSeveralNumbers:
    @pytest.mark.usefixtures("on_meta")
    async def test_one_body_may_speak_of_two(self, stage: Stage, team: Team) -> None:
        await meta_number(stage, team, phone_number_id="222")
        both = body_of(change(message("Satu")), change(message("Dua", "wamid.2"), number_id="222"))
        assert (await post_meta(stage, both)).status_code == 200
        assert sorted(texts(await seen(stage, team))) == ["inbound text delivered: Dua", "inbound text delivered: Satu"]
        assert len({each["session_id"] for each in await stage.conversations(team)}) == 2

    @pytest.mark.usefixtures("on_meta")
    async def test_nobody_speaks_for_another_workspaces_number(self, stage: Stage, team: Team) -> None:
        other = await stage.team("Toko Lain")
        await meta_number(stage, other, phone_number_id="222", app_secret="theirs")
        both = body_of(change(message("Satu")), change(message("Dua"), number_id="222"))
        assert (await post_meta(stage, both, APP_SECRET)).status_code == 401
        assert await seen(stage, other) == []
        assert texts(await seen(stage, team)) == ["inbound text delivered: Satu"]

    @pytest.mark.usefixtures("on_meta")
    async def test_a_number_that_is_not_ours_takes_none_of_ours_with_it(self, stage: Stage, team: Team) -> None:
        both = body_of(change(message("Dua"), number_id="7"), change(message("Satu")))
        assert (await post_meta(stage, both)).status_code == 200
        assert texts(await seen(stage, team)) == ["inbound text delivered: Satu"]


class TestNews:
    @pytest.mark.usefixtures("on_meta")
    async def test_a_live_message_is_announced_and_opens_the_window(self, stage: Stage, team: Team) -> None:
        await post_meta(stage, body_of(change(message("Halo"))))
        assert [each["chat"]["message"] for each in await stage.heard(team, "new-chat-received")] == ["Halo"]
        assert (await stage.only_conversation(team))["window_expires_at"] == "2025-11-24T10:40:00.000Z"

    @pytest.mark.usefixtures("on_meta")
    async def test_notices_and_history_are_not(self, stage: Stage, team: Team) -> None:
        notice = message("", type="system", system={"body": "Budi may have reinstalled", "type": "x"})
        await post_meta(stage, body_of(change(notice)))
        old = message("Lama", "wamid.2") | {"history_context": {"status": "READ"}}
        history = [{"metadata": {"progress": 10}, "threads": [{"id": "6281234567890", "messages": [old]}]}]
        await post_meta(stage, body_of(change(history=history)))
        assert len(texts(await seen(stage, team))) == 2
        assert await stage.heard(team, "new-chat-received") == []
        assert (await stage.only_conversation(team))["unread_count"] == 0

    @pytest.mark.usefixtures("on_meta")
    async def test_a_tick_makes_no_contact(self, stage: Stage) -> None:
        tick = {"id": "wamid.9", "status": "read", "timestamp": "1", "recipient_id": "6281", "recipient_user_id": "X.1"}
        await post_meta(stage, body_of(change(statuses=[tick])))
        assert await stage.count(contacts) == 0

    @pytest.mark.usefixtures("on_meta")
    async def test_a_thousand_old_messages_do_not_hold_the_workspace(self, stage: Stage, team: Team) -> None:
        old = [message(f"no. {index}", f"wamid.{index}") for index in range(250)]
        history = [{"metadata": {"progress": 100}, "threads": [{"id": "6281234567890", "messages": old}]}]
        await post_meta(stage, body_of(change(history=history)))
        assert await stage.count(chats) == 250
        assert await stage.head(team) == 3
        [session] = (await stage.get(team, "/sessions"))["items"]
        assert session["sync"]["status"] == "completed"
