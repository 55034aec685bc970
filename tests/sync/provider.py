"""WhatsApp as the server sees it: accepts messages, or only seems not to; a ledger remembers each acceptance."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import asdict, dataclass
from typing import Literal

import httpx
import orjson

from sync_backend.providers.base import (
    Accepted,
    OutboundMessage,
    OutboundReaction,
    Outcome,
    Provider,
    Reacted,
    ReactionOutcome,
    Refused,
    Unavailable,
    Unconfirmed,
)
from sync_backend.providers.directory import ProviderDirectory, SendingAccount
from wire.bridge import BridgeError, BridgeErrorDetail, BridgeSent

Mood = Literal["accepts", "accepts and is not heard", "is not reached", "refuses", "is away", "is slow"]
MOODS: tuple[Mood, ...] = ("accepts and is not heard", "is not reached", "refuses", "is away", "is slow")
SLOW_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One message that WhatsApp took for delivery."""

    uuid: str
    to: str
    body: str
    provider_id: str
    number: int


class WhatsApp:
    """`ledger` has every acceptance in order; `moods` are those of the next calls, after which it simply accepts."""

    def __init__(self) -> None:
        self.ledger: list[Entry] = []
        self.calls: list[str] = []
        self.moods: deque[Mood] = deque()

    def accepted(self, uuid: str) -> list[Entry]:
        return [each for each in self.ledger if each.uuid == uuid]

    def accept(self, number: int, uuid: str, to: str, body: str) -> Entry:
        entry = Entry(uuid, to, body, f"WA{len(self.ledger)}", number)
        self.ledger.append(entry)
        return entry

    async def mood(self, uuid: str) -> Mood:
        self.calls.append(uuid)
        mood = self.moods.popleft() if self.moods else "accepts"
        if mood == "is slow":
            await asyncio.sleep(SLOW_SECONDS)
            return "accepts"
        await asyncio.sleep(0)
        return mood


class BridgeTransport(httpx.AsyncBaseTransport):
    """The bridge: remembers uuids, and gives the first answer again."""

    def __init__(self, whatsapp: WhatsApp) -> None:
        self._whatsapp = whatsapp

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = orjson.loads(await request.aread())
        uuid = sent["client_uuid"]
        mood = await self._whatsapp.mood(uuid)
        if mood == "is not reached":
            raise httpx.ConnectError("nobody listens", request=request)
        if mood == "refuses":
            return _refusal(400, "recipient_unknown")
        if mood == "is away":
            return _refusal(503, "session_not_connected")
        before = self._whatsapp.accepted(uuid)
        number = int(request.url.path.split("/")[2])
        entry = before[0] if before else self._whatsapp.accept(number, uuid, sent["to"], sent["body"])
        if mood == "accepts and is not heard":
            raise httpx.ReadError("cut", request=request)
        answer = BridgeSent(client_uuid=uuid, message_id=entry.provider_id, timestamp=1_763_894_400)
        return httpx.Response(200, content=orjson.dumps(answer))


class ForgetfulProvider:
    """A provider that sends again whatever it is given again, as Meta's does."""

    idempotent = False

    def __init__(self, whatsapp: WhatsApp, number: int) -> None:
        self._whatsapp = whatsapp
        self._number = number

    async def send(self, message: OutboundMessage) -> Outcome:
        mood = await self._whatsapp.mood(message.client_uuid)
        if mood == "is not reached":
            return Unavailable("unreachable", "nobody listens")
        if mood == "refuses":
            return Refused("no", "refused")
        if mood == "is away":
            return Unavailable("away", "away")
        entry = self._whatsapp.accept(self._number, message.client_uuid, message.to.value, message.body)
        if mood == "accepts and is not heard":
            return Unconfirmed("no_answer", "cut")
        return Accepted(entry.provider_id, 1_763_894_400_000)

    async def react(self, _reaction: OutboundReaction) -> ReactionOutcome:
        return Reacted()


class Directory(ProviderDirectory):
    """Numbers on web.js through the real adapter, others through the forgetful provider."""

    def __init__(self, http: httpx.AsyncClient, whatsapp: WhatsApp) -> None:
        super().__init__(
            bridges=http, internet=http, shared_secret=None, graph_url="http://127.0.0.1:9", graph_version="v26.0"
        )
        self._whatsapp = whatsapp

    def provider_for(self, account: SendingAccount) -> Provider:
        if account.provider_type == "webjs":
            return super().provider_for(account)
        return ForgetfulProvider(self._whatsapp, account.id)


def _refusal(status: int, code: str) -> httpx.Response:
    error = BridgeError(error=BridgeErrorDetail(code=code, message=f"refused: {code}"))
    return httpx.Response(status, content=orjson.dumps(asdict(error)))
