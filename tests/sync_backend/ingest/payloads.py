"""The corpus of what providers really send, and what is to be seen of it.

`corpus/<provider>/<name>.json`: what it is `about`, the bodies that come one after the other (`posts`), and what a
person sees of them then (`shows`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from tests.sync_backend.stage import Number, Stage, Team
from wire.signatures import sign_body

CORPUS: Final = Path(__file__).parent / "corpus"
NUMBER_ID: Final = "106540352242922"
"""The number that the corpus speaks of, by Meta's id."""

APP_SECRET: Final = "the app's secret"
VERIFY_TOKEN: Final = "a token that only Meta knows"


@dataclass(frozen=True)
class Payload:
    name: str
    posts: list[Any]
    shows: list[Any]


def payloads(provider: str) -> Iterator[Payload]:
    for path in sorted((CORPUS / provider).glob("*.json")):
        document = json.loads(path.read_text())
        yield Payload(path.stem, document["posts"], document["shows"])


async def meta_number(stage: Stage, team: Team, **config: Any) -> Number:
    """A number on the Cloud API; its `secret` is the app's."""
    settings = {"phone_number_id": NUMBER_ID, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN} | config
    number = await stage.number(
        team,
        provider_type="meta",
        phone_number="+6281100000001",
        hmac_secret=None,
        provider_config={name: value for name, value in settings.items() if value is not None},
    )
    return Number(number.id, number.workspace_id, str(settings["app_secret"]))


async def post_meta(stage: Stage, body: Any, secret: str = APP_SECRET) -> httpx.Response:
    """Meta posts a document. Half characters can only travel as escapes."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=True).encode()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={sign_body(secret, raw)}"}
    return await stage.client.post("/api/meta/webhook", content=raw, headers=headers)


async def post_bridge(stage: Stage, number: Number, event: Any) -> httpx.Response:
    named = {"session_id": number.id, "workspace_id": number.workspace_id, **event}
    raw = json.dumps(named, ensure_ascii=True).encode()
    return await stage.post_raw(raw, sign_body(number.secret, raw))


async def seen(stage: Stage, team: Team) -> list[Any]:
    """What a person sees: each chat in the order of its making, its messages oldest first."""
    found = []
    for chat in sorted(await stage.conversations(team, limit=500), key=lambda each: int(each["id"])):
        partner = chat["group"] or chat["contact"]
        name = f"{chat['chat_type']} {partner['name'] or '?'} {partner.get('phone') or ''}".rstrip()
        messages = [_line(each) for each in reversed(await stage.messages(team, chat["id"]))]
        found.append({"chat": name, "unread": chat["unread_count"], "messages": messages})
    return found


def texts(chats: Sequence[Any]) -> list[str]:
    return [line for chat in chats for line in chat["messages"]]


def _line(message: Any) -> str:
    if message["deleted_at"] is not None:
        return f"{message['direction']} deleted"
    quoted = "" if message["reply_to"] is None else f" (to {message['reply_to']['body']!r})"
    media = "" if message["media"] is None else f" [{message['media']['file_name'] or message['media']['mime_type']}]"
    reactions = "".join(f" {each['emoji']}" for each in message["reactions"])
    error = "" if message["error"] is None else f" <{message['error']['code']}>"
    kind = f"{message['direction']} {message['message_type']} {message['status']}"
    return f"{kind}{error}{quoted}{media}{reactions}: {message['body']}"
