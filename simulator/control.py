"""The simulator's own interface, for tests and the demo; no provider has it, and it asks for no signature."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from fastapi import APIRouter, HTTPException, Response
from pydantic import Field

from simulator.bridge import answer
from simulator.faults import Fault, Faults, Kind
from simulator.ledger import Ledger, SendRecord, WebhookRecord
from simulator.meta.documents import wamid
from simulator.people import Person
from simulator.sessions import Sessions
from simulator.settings import Number
from simulator.texts import CUSTOMER, US, Line
from simulator.traffic import Traffic
from simulator.webhooks import Webhooks
from simulator.world import Room, World, unknown_contact, unknown_group

_FIRST_TRY_SECONDS: Final = 10.0
_NOT_DIGITS = re.compile(r"[^0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SayRequest:
    """One message now; `chat` is a phone (E.164) or JID. A new `chat` begins with it, named `name`. In a group a
    member writes, the `member`-th of them; `from_me` is written on our phone."""

    session_id: str
    chat: str
    body: str
    message_type: Literal["text", "image", "video", "voice", "document", "sticker", "location"] = "text"
    name: str = ""
    member: Annotated[int, Field(ge=0)] = 0
    from_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`sent_at_ms` is the moment before the HTTP request; null when the chat's lane is stuck behind a retry."""

    message_id: str
    sent_at_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRequest:
    """See `simulator.faults.Fault`; `count` sends in a row meet it. `clear` forgets those asked for before."""

    kind: Kind | None = None
    status: Annotated[int, Field(ge=400, le=599)] = 503
    code: int | None = None
    delay_ms: Annotated[int, Field(ge=0, le=120_000)] = 0
    count: Annotated[int, Field(ge=0, le=10_000)] = 1
    clear: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRequest:
    """What happens on a number's phone: it scans the code that is shown, unlinks us, or WhatsApp fails for `reason`."""

    session_id: str
    does: Literal["scan", "unlink", "fail"]
    reason: str = "WhatsApp did not answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """Webhooks whose `seq` is above `since`, and all sends; ask on with `next_since`."""

    webhooks: list[WebhookRecord]
    sends: list[SendRecord]
    next_since: int


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far the posting of the history has come, in webhooks."""

    total: int = 0
    sent: int = 0
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the simulator is doing; `waiting` webhooks are on their way or being tried again."""

    paused: bool
    waiting: int
    history: Progress


@dataclass(slots=True, kw_only=True)
class Control:
    """Everything the routes need."""

    world: World
    traffic: Traffic
    webhooks: Webhooks
    ledger: Ledger
    faults: Faults
    rng: random.Random
    new_message_id: Callable[[], str]
    sessions: Sessions
    history: Progress = field(default_factory=Progress)

    def room(self, number: Number, say: SayRequest) -> Room:
        """The chat that `say` means, made on the spot where it is new."""
        is_group = say.chat.endswith("@g.us")
        phone = None if "@" in say.chat and not say.chat.endswith("@c.us") else _NOT_DIGITS.sub("", say.chat)
        if phone == "":
            raise HTTPException(422, "chat: neither a phone nor a JID")
        known = self.world.find(number, say.chat if phone is None else f"{phone}@c.us")
        if known is not None:
            return known
        if is_group:
            now_ms = int(time.time() * 1000)
            return self.world.add(unknown_group(number, say.chat, say.name or None, self.rng, now_ms))
        if phone is None:
            raise HTTPException(404, f"chat: {say.chat!r} is not in this world")
        return self.world.add(unknown_contact(number, f"+{phone}", say.name, self.rng))


def control_routes(control: Control) -> APIRouter:
    """The routes under `/simulator`."""
    routes = APIRouter(prefix="/simulator", tags=["simulator"])

    @routes.get("/state")
    async def state() -> Response:
        return answer(State(paused=control.traffic.paused, waiting=control.webhooks.waiting, history=control.history))

    @routes.get("/ledger")
    async def ledger(since: int = 0) -> Response:
        return answer(
            LedgerPage(
                webhooks=control.ledger.webhooks(since),
                sends=control.ledger.sends(),
                next_since=control.ledger.last_seq,
            )
        )

    @routes.post("/say")
    async def say(request: SayRequest) -> Response:
        number = control.world.number(request.session_id)
        if number is None:
            raise HTTPException(404, f"session_id: no session {request.session_id!r}")
        room = control.room(number, request)
        message_id = control.new_message_id()
        writer: Person | Number = number
        if not request.from_me:
            writer = room.who if isinstance(room.who, Person) else room.who.nth(request.member)
        line = Line(US if request.from_me else CUSTOMER, request.message_type, request.body)
        postings = control.traffic.utter(room, writer, line, message_id=message_id)
        posting = postings[room.numbers.index(number)]
        done, _ = await asyncio.wait([posting.first_try], timeout=_FIRST_TRY_SECONDS)
        named = message_id if number.meta is None else wamid(message_id)
        return answer(Said(message_id=named, sent_at_ms=posting.first_try.result() if done else None))

    @routes.post("/faults")
    async def faults(request: FaultRequest) -> Response:
        if request.clear:
            control.faults.clear()
        control.faults.add(
            Fault(
                kind=request.kind,
                status=request.status,
                code=request.code,
                delay_ms=request.delay_ms,
                count=request.count,
            )
        )
        return Response(status_code=204)

    @routes.post("/phone")
    async def phone(request: PhoneRequest) -> Response:
        number = control.world.number(request.session_id)
        if number is None:
            raise HTTPException(404, f"session_id: no session {request.session_id!r}")
        if request.does == "unlink":
            control.sessions.logout(number)
        elif request.does == "fail":
            control.sessions.fail(number, request.reason)
        elif not control.sessions.scan(number):
            raise HTTPException(409, "there is no code to scan now")
        return Response(status_code=204)

    @routes.post("/pause")
    async def pause() -> Response:
        control.traffic.pause()
        return Response(status_code=204)

    @routes.post("/resume")
    async def resume() -> Response:
        control.traffic.resume()
        return Response(status_code=204)

    return routes
