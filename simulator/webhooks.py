"""Posts signed webhooks to a backend as the bridge does: in order per chat, again and again until they are taken."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import orjson

from simulator.ledger import Ledger, WebhookRecord
from simulator.meta.documents import document_of, wamid
from simulator.poster import NoAnswer, Poster
from simulator.settings import Backoff, Mischief, Number
from simulator.signing import retry_after, signed_headers
from simulator.tasks import Tasks
from wire.signatures import sign_body
from wire.webhooks import BridgeEvent, MessageEvent

WEBHOOK_PATH: Final = "/api/whatsapp/webhook"
META_WEBHOOK_PATH: Final = "/api/meta/webhook"
META_SIGNATURE_HEADER: Final = "X-Hub-Signature-256"

_HELD_BACK_SECONDS: Final = (0.05, 0.8)

_COMFORTABLE: Final = 32

_log = logging.getLogger("simulator")


@dataclass(slots=True)
class _Parcel:
    number: Number
    chat: str
    event: BridgeEvent
    body: bytes
    webhook_id: str
    first_try: asyncio.Future[float]
    ended: asyncio.Future[WebhookRecord]


@dataclass(frozen=True, slots=True)
class Posting:
    """A webhook on its way: `first_try` gives when it was first sent (ms since 1970), `ended` its record."""

    first_try: asyncio.Future[float]
    ended: asyncio.Future[WebhookRecord]


class Webhooks:
    """One lane per chat and number: a lane's next webhook leaves when the one before it was taken.

    Those of numbers on the Cloud API are Meta's, and go through `meta_poster`.
    """

    def __init__(
        self,
        poster: Poster,
        ledger: Ledger,
        *,
        meta_poster: Poster,
        backoff: Backoff,
        mischief: Mischief,
        rng: random.Random,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._poster = poster
        self._meta_poster = meta_poster
        self._ledger = ledger
        self._backoff = backoff
        self._mischief = mischief
        self._rng = rng
        self._clock = clock
        self._tasks = Tasks()
        self._lanes: dict[tuple[str, str], deque[_Parcel]] = {}
        self._waiting = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def waiting(self) -> int:
        """How many webhooks the backend has not taken yet."""
        return self._waiting

    def post(self, number: Number, chat: str, event: BridgeEvent, *, past: bool = False) -> Posting:
        """Queues an event in its chat's lane; `chat` is any name that is the same for all events of the chat.

        Meta tells what is `past` as history; of what it never tells, the posting has ended at once.
        """
        loop = asyncio.get_running_loop()
        document = event if number.meta is None else document_of(number, event, past=past)
        parcel = _Parcel(
            number=number,
            chat=chat,
            event=event,
            body=orjson.dumps(document),
            webhook_id=f"msg_{secrets.token_hex(12)}",  # never that of an earlier run: it would pass for a replay
            first_try=loop.create_future(),
            ended=loop.create_future(),
        )
        if document is None:
            parcel.first_try.set_result(self._clock() * 1000)
            parcel.ended.set_result(self._record(parcel, [200], self._clock(), seq=0))
            return Posting(first_try=parcel.first_try, ended=parcel.ended)
        self._waiting += 1
        self._idle.clear()
        if self._waiting >= _COMFORTABLE:
            self._has_room.clear()
        lane = self._lanes.get((number.session_id, chat))
        if lane is not None:
            lane.append(parcel)
        else:
            self._lanes[number.session_id, chat] = lane = deque([parcel])
            self._tasks.spawn(self._run_lane((number.session_id, chat), lane), f"lane of {chat}")
        return Posting(first_try=parcel.first_try, ended=parcel.ended)

    async def drained(self) -> None:
        """Returns when the backend has taken, or refused for good, all that was posted."""
        await self._idle.wait()

    async def room_for_more(self) -> None:
        """Returns when so few are on their way that one more does not have to wait."""
        await self._has_room.wait()

    async def close(self) -> None:
        """Stops at once; what was not taken is given up, its futures cancelled. May be called twice."""
        await self._tasks.close()
        for lane in self._lanes.values():
            for parcel in lane:
                _give_up(parcel)
        self._lanes.clear()

    async def _run_lane(self, key: tuple[str, str], lane: deque[_Parcel]) -> None:
        while lane:
            parcel = lane[0]
            if self._happens(self._mischief.reorder):
                self._tasks.spawn(self._deliver_late(parcel), f"held back in {parcel.chat}")
            else:
                await self._deliver(parcel)
            lane.popleft()
        del self._lanes[key]

    async def _deliver_late(self, parcel: _Parcel) -> None:
        try:
            await asyncio.sleep(self._rng.uniform(*_HELD_BACK_SECONDS))
            await self._deliver(parcel)
        finally:
            _give_up(parcel)

    async def _deliver(self, parcel: _Parcel) -> None:
        statuses: list[int] = []
        while True:
            started = self._clock()
            if not parcel.first_try.done():
                parcel.first_try.set_result(started * 1000)
            status, wait = await self._try(parcel, started, len(statuses))
            statuses.append(status)
            if wait is None:
                break
            _log.info("webhook refused (%s), next try in %.2f s", status or "no answer", wait)
            await asyncio.sleep(wait)
        self._end(parcel, statuses, started)
        if statuses[-1] < 300 and self._happens(self._mischief.duplicate):
            self._tasks.spawn(self._deliver_again(parcel), f"doubled in {parcel.chat}")

    async def _deliver_again(self, parcel: _Parcel) -> None:
        await asyncio.sleep(self._rng.uniform(*_HELD_BACK_SECONDS))
        await self._try(parcel, self._clock(), 0)

    async def _try(self, parcel: _Parcel, now: float, tries: int) -> tuple[int, float | None]:
        """The status (0: no answer), and the seconds until another try is due; None when this was the last."""
        try:
            poster = self._poster if parcel.number.meta is None else self._meta_poster
            answer = await poster.post(parcel.body, _headers(parcel, int(now)), self._backoff.timeout)
        except NoAnswer:
            return 0, self._pause(tries)
        status = answer.status
        if status == 429 or status >= 500:
            told = retry_after(answer.headers.get("retry-after"), now)
            return status, self._pause(tries) if told is None else told
        if status >= 300:
            _log.error("the backend refused a %s webhook: %s %s", parcel.event.event, status, answer.body[:500])
        return status, None

    def _pause(self, tries: int) -> float:
        ceiling = min(self._backoff.first * 2.0 ** min(tries, 20), self._backoff.longest)
        return ceiling * self._rng.uniform(0.5, 1.0)

    def _end(self, parcel: _Parcel, statuses: list[int], started: float) -> None:
        record = self._record(parcel, statuses, started, seq=self._ledger.next_seq())
        self._ledger.add_webhook(record)
        self._waiting -= 1
        if self._waiting < _COMFORTABLE:
            self._has_room.set()
        if self._waiting == 0:
            self._idle.set()
        if not parcel.ended.done():
            parcel.ended.set_result(record)

    def _record(self, parcel: _Parcel, statuses: list[int], started: float, *, seq: int) -> WebhookRecord:
        now = self._clock()
        event = parcel.event
        message_id: str | None = getattr(event, "message_id", None)
        return WebhookRecord(
            seq=seq,
            event=event.event,
            session_id=parcel.number.session_id,
            chat=parcel.chat,
            message_id=wamid(message_id) if message_id and parcel.number.meta else message_id,
            body=event.message_body if isinstance(event, MessageEvent) else None,
            from_me=isinstance(event, MessageEvent) and event.from_me,
            sent_at_ms=parcel.first_try.result(),
            accepted_at_ms=now * 1000 if statuses[-1] < 300 else None,
            latency_ms=(now - started) * 1000,
            first_status=statuses[0],
            statuses=statuses,
        )

    def _happens(self, share: float) -> bool:
        return share > 0 and self._rng.random() < share


def _headers(parcel: _Parcel, timestamp: int) -> dict[str, str]:
    secret = parcel.number.secret
    if parcel.number.meta is not None:
        signature = f"sha256={sign_body(secret, parcel.body)}"
        return {"content-type": "application/json", META_SIGNATURE_HEADER: signature}
    return signed_headers(secret, parcel.body, parcel.webhook_id, timestamp)


def _give_up(parcel: _Parcel) -> None:
    for future in (parcel.first_try, parcel.ended):
        if not future.done():
            future.cancel()
