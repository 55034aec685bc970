"""What the bridge may post, and what comes of it."""

import asyncio

import orjson
import pytest

from sync_backend.database.tables import chats, contacts, conversations, receipts, whatsapp_groups
from sync_backend.ingest.webhook import MAX_BODY_BYTES
from tests.sync_backend.stage import START, Number, Stage, Team
from wire.signatures import sign_body, sign_standard_webhook

STORED = (chats, contacts, conversations, whatsapp_groups, receipts)


async def nothing_stored(stage: Stage, team: Team) -> bool:
    return [await stage.count(table) for table in STORED] == [0] * len(STORED) and await stage.head(team) == 0


def private(number: Number, **event: object) -> dict[str, object]:
    return {
        "session_id": number.id,
        "workspace_id": number.workspace_id,
        "chat_type": "private",
        "contact_phone": "+6281234567890",
        "message_body": "Halo",
        "message_id": "A1",
        "timestamp": START // 1000,
        **event,
    }


async def test_a_private_message_appears_in_the_list(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo, ready stock?", message_id="A1")
    conversation = await stage.only_conversation(team)
    message = await stage.only_message(team)
    assert conversation["chat_type"] == "private"
    assert conversation["contact"]["phone"] == "+6281234567890"
    assert conversation["contact"]["name"] == "Budi"
    assert conversation["group"] is None
    assert conversation["unread_count"] == 1
    assert conversation["last_message"]["id"] == message["id"]
    assert conversation["last_message"]["body"] == "Halo, ready stock?"
    assert message["direction"] == "inbound"
    assert message["is_read"] is False
    assert message["provider_message_id"] == "A1"
    assert message["sender"] == {"name": "Budi", "phone": "+6281234567890"}
    [session] = (await stage.get(team, "/sessions"))["items"]
    assert session["unread_count"] == 1


async def test_a_group_message_shows_group_and_writer(stage: Stage, team: Team, number: Number) -> None:
    members = [{"phone": "6281234567891@c.us", "name": "Dewi", "isAdmin": True}, {"phone": "123@lid", "name": "Adi"}]
    await stage.says_in_group(number, "Makan?", participants=members)
    conversation = await stage.only_conversation(team)
    message = await stage.only_message(team)
    assert conversation["contact"] is None
    assert conversation["group"]["name"] == "Keluarga"
    assert conversation["group"]["participants_count"] == 2
    assert conversation["last_message"]["sender_name"] == "Dewi"
    assert message["sender"] == {"name": "Dewi", "phone": "+6281234567891"}
    group = await stage.get(team, f"/groups/{conversation['group']['id']}")
    assert group["group_jid"] == "120363000000000001@g.us"
    assert group["participants"] == [
        {"phone": "+6281234567891", "name": "Dewi", "isAdmin": True, "joinedAt": None},
        {"phone": None, "name": "Adi", "isAdmin": False, "joinedAt": None},
    ]
    # Members become contacts only when they write to us themselves.
    assert await stage.count(contacts) == 0


async def test_the_originals_payload_without_ids_is_stored_once(stage: Stage, team: Team, number: Number) -> None:
    original = {
        "session_id": str(number.id),
        "workspace_id": str(team.id),
        "chat_type": "private",
        "contact_phone": "6281234567890@c.us",
        "contact_name": "Budi",
        "group_jid": None,
        "group_name": None,
        "sender_phone": None,
        "sender_name": None,
        "message_body": "Halo",
        "message_type": "chat",
        "timestamp": START // 1000,
        "has_media": False,
    }
    body = orjson.dumps(original)
    for _ in range(2):
        answer = await stage.post_raw(body, sign_body(number.secret, body))
        assert answer.json() == {"success": True}
    message = await stage.only_message(team)
    assert message["message_type"] == "text"


async def test_a_doubled_webhook_is_stored_once_and_takes_no_number(stage: Stage, team: Team, number: Number) -> None:
    for _ in range(2):
        await stage.says(number, "Halo", message_id="A1")
    assert await stage.count(chats) == 1
    assert (await stage.only_conversation(team))["unread_count"] == 1
    assert await stage.head(team) == 1
    assert len(await stage.heard(team, "changes")) == 1


async def test_webhooks_doubled_at_the_same_moment_are_stored_once(stage: Stage, team: Team, number: Number) -> None:
    await asyncio.gather(*(stage.says(number, "Halo", message_id=f"A{index % 5}") for index in range(40)))
    assert await stage.count(chats) == 5
    assert await stage.count(contacts) == 1
    assert (await stage.only_conversation(team))["unread_count"] == 5
    assert await stage.head(team) == 5


async def test_ten_webhooks_for_one_new_group_make_one_group(stage: Stage, team: Team, number: Number) -> None:
    await asyncio.gather(*(stage.says_in_group(number, f"no. {index}") for index in range(10)))
    assert await stage.count(whatsapp_groups) == 1
    assert len(await stage.messages(team, (await stage.only_conversation(team))["id"])) == 10


@pytest.mark.parametrize("serialised", ["false_6281234567890@c.us_3EB0AB", "false_99887766@lid_3EB0AB"])
async def test_one_message_under_two_addresses_is_one(
    stage: Stage, team: Team, number: Number, serialised: str
) -> None:
    await stage.says(number, "Halo", message_id="3EB0AB")
    await stage.says(number, "Halo", message_id=serialised)
    assert (await stage.only_message(team))["provider_message_id"] == "3EB0AB"


class TestRefusals:
    @pytest.mark.parametrize("signature", [None, "", "0" * 64, "no hex", "é"])
    async def test_a_wrong_signature(self, stage: Stage, team: Team, number: Number, signature: str | None) -> None:
        body = orjson.dumps(private(number))
        headers = {"Content-Type": "application/json"}
        if signature is not None:
            headers["X-WhatsApp-Signature"] = signature.encode("latin-1").decode("latin-1")
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = await stage.client.post("/api/whatsapp/webhook", content=body, headers=sent)
        assert (answer.status_code, answer.json()) == (401, {"message": "Invalid webhook signature"})
        assert await nothing_stored(stage, team)

    async def test_another_numbers_secret(self, stage: Stage, team: Team, number: Number) -> None:
        other = await stage.number(team, phone_number="+628110000002")
        body = orjson.dumps(private(number))
        assert (await stage.post_raw(body, sign_body(other.secret, body))).status_code == 401
        assert await nothing_stored(stage, team)

    @pytest.mark.parametrize("session_id", [999, "999", "x", None, [1], True, -1, "²", 10**30])
    async def test_an_unknown_number(self, stage: Stage, team: Team, number: Number, session_id: object) -> None:
        body = orjson.dumps(private(number, session_id=1)).replace(
            b'"session_id":1,', b'"session_id":' + _json(session_id) + b","
        )
        answer = await stage.post_raw(body, sign_body(number.secret, body))
        assert (answer.status_code, answer.json()) == (401, {"message": "Invalid webhook signature"})
        assert await nothing_stored(stage, team)

    async def test_someone_elses_workspace(self, stage: Stage, team: Team, number: Number) -> None:
        other = await stage.team("Toko Lain")
        for claimed in (other.id, str(other.id), "x", -1):
            answer = await stage.post(number, **private(number, workspace_id=claimed))
            assert answer.status_code == 401
        assert await nothing_stored(stage, team)

    async def test_broken_json_is_only_explained_to_who_signed_it(
        self, stage: Stage, team: Team, number: Number
    ) -> None:
        body = f'{{"session_id": {number.id}, "message_body": '.encode()
        assert (await stage.post_raw(body, "0" * 64)).status_code == 401
        answer = await stage.post_raw(body, sign_body(number.secret, body))
        assert answer.status_code == 422
        assert "JSON" in answer.json()["error"]["message"]
        assert await nothing_stored(stage, team)

    @pytest.mark.parametrize(
        ("field", "event"),
        [
            ("event", {"event": "message_like"}),
            ("event", {"event": 7}),
            ("chat_type", {"chat_type": "channel"}),
            ("chat_type", {"chat_type": None}),
            ("workspace_id", {"workspace_id": None}),
            ("contact_phone", {"contact_phone": None}),
            ("contact_phone", {"contact_phone": "not a number"}),
            ("contact_phone", {"contact_phone": "0812-3456-7890"}),
            ("contact_phone", {"contact_phone": ["6281234567890"]}),
            ("group_jid", {"chat_type": "group"}),
            ("message_body", {"message_body": "x" * 65_537}),
            ("message_body", {"message_body": None}),
            ("message_body", {"message_body": ""}),
            ("timestamp", {"timestamp": START}),
            ("timestamp", {"timestamp": -1}),
            ("timestamp", {"timestamp": "yesterday"}),
            ("identities.1.kind", {"identities": [{"kind": "lid", "value": "1"}, {"kind": "fax", "value": "1"}]}),
            ("identities.0.value", {"identities": [{"kind": "phone", "value": "x"}]}),
            ("participants.0.isAdmin", {"participants": [{"isAdmin": "maybe"}]}),
            ("ack", {"event": "message_ack", "ack": 9}),
            ("message_id", {"event": "message_revoke", "message_id": None}),
            ("status", {"event": "session_status", "status": "happy"}),
            ("synced_count", {"event": "sync_progress", "status": "running", "synced_count": -1}),
        ],
    )
    async def test_a_wrong_field_is_named(
        self, stage: Stage, team: Team, number: Number, field: str, event: dict[str, object]
    ) -> None:
        answer = await stage.post(number, **private(number, **event))
        assert answer.status_code == 422, answer.text
        assert answer.json()["error"]["field"] == field
        assert answer.json()["error"]["message"]
        assert await nothing_stored(stage, team)

    async def test_a_body_that_is_no_object(self, stage: Stage, number: Number) -> None:
        body = b"[1]"
        assert (await stage.post_raw(body, sign_body(number.secret, body))).status_code == 401

    async def test_too_large(self, stage: Stage, team: Team, number: Number) -> None:
        body = orjson.dumps(private(number, message_body="x" * MAX_BODY_BYTES))
        answer = await stage.post_raw(body, sign_body(number.secret, body))
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
        assert await nothing_stored(stage, team)

    async def test_not_json(self, stage: Stage, number: Number) -> None:
        answer = await stage.client.post("/api/whatsapp/webhook", data={"a": "b"})
        assert answer.status_code == 415

    @pytest.mark.parametrize("address", ["status@broadcast", "1234@newsletter", "628123@broadcast"])
    async def test_what_is_no_chat_is_passed_over(self, stage: Stage, team: Team, number: Number, address: str) -> None:
        for event in ({"contact_phone": address}, {"chat_type": "group", "group_jid": address}):
            assert (await stage.post(number, **private(number, **event))).status_code == 200
        assert await nothing_stored(stage, team)


class TestStandardWebhooks:
    async def post(self, stage: Stage, number: Number, *, at: int, tamper: bool = False) -> int:
        body = orjson.dumps(private(number))
        signature = sign_standard_webhook(number.secret, "msg_1", at, body)
        answer = await stage.post_raw(
            body,
            sign_body(number.secret, body),
            webhook_id="msg_2" if tamper else "msg_1",
            webhook_timestamp=str(at),
            webhook_signature=signature,
        )
        return answer.status_code

    async def test_is_verified_when_present(self, stage: Stage, team: Team, number: Number) -> None:
        assert await self.post(stage, number, at=START // 1000, tamper=True) == 401
        assert await self.post(stage, number, at=START // 1000 - 301) == 401
        assert await nothing_stored(stage, team)
        assert await self.post(stage, number, at=START // 1000 - 299) == 200

    async def test_is_required_by_a_strict_number(self, stage: Stage, team: Team) -> None:
        strict = await stage.number(team, strict_signatures=True)
        assert (await stage.post(strict, **private(strict))).status_code == 401
        assert await self.post(stage, strict, at=START // 1000) == 200


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> & <b>bold</b>",
        "'; DROP TABLE chats; --",
        "מה שלומך؟ \u202egnp.exe",
        "😀" * 100,
        "x" * 65_536,
        "%s {0} ${jndi:ldap://x} \\ \" '",
        "line\r\nbreak\ttab",
    ],
)
async def test_hostile_text_is_kept_as_it_is(stage: Stage, team: Team, number: Number, text: str) -> None:
    await stage.says(number, text)
    assert (await stage.only_message(team))["body"] == text
    assert (await stage.only_conversation(team))["last_message"]["body"] == text


async def test_half_an_emoji_and_a_nul_do_not_lose_the_message(stage: Stage, team: Team, number: Number) -> None:
    body = orjson.dumps(private(number, message_body="HERE")).replace(b"HERE", b"a\\ud83db\\u0000c\\ud83d\\ude00")
    assert (await stage.post_raw(body, sign_body(number.secret, body))).status_code == 200
    assert (await stage.only_message(team))["body"] == "a\ufffdb\ufffdc😀"


async def test_very_long_names_are_cut_rather_than_refused(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo", contact_name="B" * 5000)
    assert (await stage.only_conversation(team))["contact"]["name"] == "B" * 255


async def test_an_unknown_kind_of_message_is_shown_as_unsupported(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "", message_type="hologram")
    assert (await stage.only_message(team))["message_type"] == "unsupported"


async def test_media_may_come_without_text(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "", message_type="ptt", has_media=True, media={"mime_type": "audio/ogg", "size": 9})
    message = await stage.only_message(team)
    assert message["message_type"] == "voice"
    assert message["media"]["mime_type"] == "audio/ogg"


def _json(value: object) -> bytes:
    return str(value).encode() if isinstance(value, int) and not isinstance(value, bool) else orjson.dumps(value)
