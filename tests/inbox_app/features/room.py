"""What presenters stand on: a real cache and outbox that a test fills in the server's place, and their news."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec

from inbox_app.feed import Feed
from inbox_app.server.api import Api
from inbox_app.sync.history import History
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.outbox import Outbox
from local_cache.outgoing import OutgoingMessage, OutgoingState
from tests.local_cache import rows
from wire.rest import MessagePage

T = TypeVar("T")


class Server(httpx.AsyncBaseTransport):
    """Answers requests for older messages from a list, and takes read marks; for all else it cannot be reached."""

    def __init__(self) -> None:
        self.pages: dict[str, list[MessagePage]] = {}
        self.asked: list[str] = []
        self._hold: asyncio.Event | None = None

    def hold(self) -> asyncio.Event:
        """The next request waits for the event."""
        self._hold = asyncio.Event()
        return self._hold

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        hold, self._hold = self._hold, None
        if hold is not None:
            await hold.wait()
        if request.url.path.endswith("/read"):
            return httpx.Response(200, json={}, request=request)
        conversation = request.url.path.split("/")[4]
        waiting = self.pages.get(conversation)
        if not waiting:
            raise httpx.ConnectError("the server is away", request=request)
        return httpx.Response(200, content=msgspec.json.encode(waiting.pop(0)), request=request)


class Room:
    """`fill` is the first snapshot, `event` what happens live; both return when it is in the cache."""

    def __init__(self, folder: Path) -> None:
        self.failures: list[str] = []
        self.tasks = Tasks(lambda name, error: self.failures.append(f"{name}: {error!r}"))
        self.cache = Cache(folder / "cache.db")
        self.outbox = Outbox(folder / "outbox.db")
        self.feed = Feed(cache=self.cache, outbox=self.outbox, loop=asyncio.get_running_loop())
        self.server = Server()
        self.api = Api("http://inbox.test", "token", self.server)
        self.history = History(self.api, self.cache)
        self._head = 1

    async def fill(self, *, conversations: Iterable[Any] = (), next_cursor: str | None = None, **given: Any) -> None:
        """A snapshot with the contacts that its chats need, unless they are given."""
        chats = list(conversations)
        given.setdefault("sessions", [rows.session()])
        named = {each.id for each in given.get("contacts", ())}
        needed = sorted({each.contact.id for each in chats if each.contact} - named)
        contacts = [*given.pop("contacts", ()), *(rows.contact(each, each) for each in needed)]
        page = rows.page(head=1, contacts=contacts, conversations=chats, next_cursor=next_cursor, **given)
        await self.written(self.cache.apply_page(page, walk="snapshot", since=0, asked_cursor=None))

    async def event(self, **given: Any) -> None:
        """One transaction of the server, with these rows."""
        self._head += 1
        changed = await self.written(self.cache.apply_event(rows.event(self._head, **given)))
        assert not changed.refused, changed.outcome

    @property
    def head(self) -> int:
        """The version that the next event's rows must have."""
        return self._head + 1

    async def written(self, write: Future[T]) -> T:
        return await asyncio.wrap_future(write)

    async def queue(
        self,
        conversation_id: str,
        body: str,
        *,
        minutes: int = 60,
        state: OutgoingState = OutgoingState.QUEUED,
        reply_to: str | None = None,
        retry_of: str | None = None,
    ) -> OutgoingMessage:
        """Something typed here that the server does not have yet."""
        message = OutgoingMessage(
            uuid=f"typed-{body}",
            conversation_id=conversation_id,
            body=body,
            created_at_ms=rows.NOON + minutes * 60_000,
            state=state,
            reply_to=reply_to,
            retry_of=retry_of,
        )
        await self.written(self.outbox.add(message))
        return message

    async def close(self) -> None:
        self.feed.close()
        await self.tasks.close()
        await self.api.close()
        self.outbox.close()
        self.cache.close()


@asynccontextmanager
async def open_room(folder: Path) -> AsyncIterator[Room]:
    """Nothing may have failed by the end."""
    room = Room(folder)
    try:
        yield room
    finally:
        await room.close()
    assert room.failures == []
