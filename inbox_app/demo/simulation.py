"""Asks the simulator what it did; its own interface, apart from the providers' one that it plays."""

from __future__ import annotations

import asyncio

import httpx
import msgspec

from inbox_app.demo.probe import Sent

HISTORY_PATIENCE_SECONDS = 180.0


class _Webhook(msgspec.Struct):
    event: str
    session_id: str
    message_id: str | None
    from_me: bool
    sent_at_ms: float
    accepted_at_ms: float | None


class _Ledger(msgspec.Struct):
    webhooks: list[_Webhook]
    next_since: int


class _History(msgspec.Struct):
    total: int
    sent: int
    seconds: float | None


class _State(msgspec.Struct):
    waiting: int
    history: _History


class Simulation:
    """One running simulator."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=10.0)

    async def close(self) -> None:
        await self._http.aclose()

    async def history_posted(self) -> bool:
        """Waits until the chats' past is with the backend; False when that takes too long."""
        loop = asyncio.get_running_loop()
        patience_ends = loop.time() + HISTORY_PATIENCE_SECONDS
        while loop.time() < patience_ends:
            state = msgspec.json.decode((await self._http.get("/simulator/state")).content, type=_State)
            if state.history.seconds is not None:
                return True
            await asyncio.sleep(0.25)
        return False

    async def pause(self) -> None:
        """Nobody says anything more."""
        await self._http.post("/simulator/pause")

    async def settled(self) -> None:
        """Waits until no webhook is on its way."""
        while True:
            state = msgspec.json.decode((await self._http.get("/simulator/state")).content, type=_State)
            if state.waiting == 0:
                return
            await asyncio.sleep(0.05)

    async def place(self) -> int:
        """Where the ledger ends now."""
        return (await self._ledger(0)).next_since

    async def messages_since(self, place: int) -> tuple[list[Sent], int]:
        """Customers' messages that the backend took since then, and how many webhooks it refused."""
        webhooks = (await self._ledger(place)).webhooks
        sent = [
            Sent(key=(each.session_id, each.message_id), at_ms=each.sent_at_ms)
            for each in webhooks
            if each.event == "message" and not each.from_me and each.message_id and each.accepted_at_ms is not None
        ]
        return sent, sum(each.accepted_at_ms is None for each in webhooks)

    async def _ledger(self, since: int) -> _Ledger:
        answer = await self._http.get("/simulator/ledger", params={"since": since})
        return msgspec.json.decode(answer.content, type=_Ledger)
