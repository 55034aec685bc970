"""The bridge's HTTP interface (`wire.bridge`), played on the simulated world."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError

from simulator.faults import Fault, Faults
from simulator.imports import Imports
from simulator.ledger import Ledger, SendRecord
from simulator.sessions import Sessions
from simulator.settings import Number
from simulator.traffic import Traffic
from simulator.world import Room, World
from wire.bridge import (
    MAX_CLOCK_SKEW_SECONDS,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    BridgeError,
    BridgeErrorDetail,
    BridgeQr,
    BridgeReact,
    BridgeSend,
    BridgeSent,
    BridgeSessionList,
    BridgeStart,
)
from wire.signatures import verify_bridge_call

T = TypeVar("T")

_SEND: Final = TypeAdapter(BridgeSend)
_START: Final = TypeAdapter(BridgeStart)
_REACT: Final = TypeAdapter(BridgeReact)
_PHONE_JID = re.compile(r"(?P<phone>[1-9][0-9]{6,14})@(c\.us|s\.whatsapp\.net)")


class Refused(Exception):
    """A call that the bridge answers with an error; `code` is one of `wire.bridge.BridgeErrorDetail`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(slots=True)
class Bridge:
    """Everything the routes need; `unknown_contact` makes a room for a phone nobody wrote to before, `newcomer` takes
    in a number that the backend added; `secret` is what it shares with the backend for such numbers."""

    world: World
    sessions: Sessions
    traffic: Traffic
    ledger: Ledger
    faults: Faults
    new_message_id: Callable[[], str]
    unknown_contact: Callable[[Number, str], Room]
    newcomer: Callable[[Number], None]
    imports: Imports
    secret: str | None = None
    clock: Callable[[], float] = time.time

    def check(self, request: Request, body: bytes, secret: str) -> None:
        """Refuses calls whose signature or time is wrong."""
        timestamp = request.headers.get(TIMESTAMP_HEADER, "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise Refused(401, "unauthorised", f"{TIMESTAMP_HEADER} must be the time in seconds since 1970")
        if abs(self.clock() - int(timestamp)) > MAX_CLOCK_SKEW_SECONDS:
            raise Refused(401, "unauthorised", f"the call is older or newer than {MAX_CLOCK_SKEW_SECONDS} s")
        signature = request.headers.get(SIGNATURE_HEADER)
        target = _path_and_query(request)
        if not verify_bridge_call(secret, request.method, target, int(timestamp), body, signature):
            raise Refused(401, "unauthorised", "invalid signature")

    async def authorised(self, request: Request) -> tuple[Number, bytes]:
        """The number that the path names, and the body; an unknown number is told only who proved to know a secret."""
        body = await request.body()
        session_id = request.path_params["session_id"]
        number = self.world.number(session_id)
        if number is not None:
            self.check(request, body, number.secret)
            return number, body
        if not self._knows_shared_secret(request, body):
            self.numbers_of_caller(request, body)
        raise Refused(404, "unknown_session", f"no session {session_id!r}")

    async def taken_in(self, request: Request) -> Number:
        """The number to start; one that is not known yet is taken in when the shared secret signed the call."""
        body = await request.body()
        session_id = request.path_params["session_id"]
        if self.secret is None or self.world.number(session_id) or not self._knows_shared_secret(request, body):
            return (await self.authorised(request))[0]
        start = _parse(body, _START)
        number = Number(
            session_id=session_id,
            workspace_id=start.workspace_id,
            secret=self.secret,
            phone=start.phone_number or f"+62899{session_id:0>8}",
            name=start.display_name,
        )
        self.newcomer(number)
        return number

    def _knows_shared_secret(self, request: Request, body: bytes) -> bool:
        if self.secret is None:
            return False
        try:
            self.check(request, body, self.secret)
        except Refused:
            return False
        return True

    def numbers_of_caller(self, request: Request, body: bytes) -> list[Number]:
        """The numbers whose secret signed the call; refused when there are none."""
        numbers = []
        refusal = Refused(401, "unauthorised", "no session")
        for number in self.world.numbers:
            try:
                self.check(request, body, number.secret)
                numbers.append(number)
            except Refused as refused:
                refusal = refused
        if not numbers:
            raise refusal
        return numbers

    def accept(self, number: Number, send: BridgeSend) -> BridgeSent:
        """Takes a message, or recognises one that it took before by its `client_uuid`."""
        known = self.ledger.send(number.session_id, send.client_uuid)
        if known is not None:
            known.calls += 1
            if (known.to, known.body, known.reply_to) != (send.to, send.body, send.reply_to):
                raise Refused(409, "uuid_conflict", f"{send.client_uuid} was sent before, with another content")
            return _sent(known)
        if not self.sessions.is_connected(number):
            raise Refused(503, "session_not_connected", f"{number.phone} is not connected")
        room = self._room(number, send.to)
        record = SendRecord(
            client_uuid=send.client_uuid,
            message_id=self.new_message_id(),
            session_id=number.session_id,
            to=send.to,
            body=send.body,
            reply_to=send.reply_to,
            accepted_at_ms=self.clock() * 1000,
        )
        self.ledger.add_send(record)
        self.traffic.agent_wrote(number, room, record.message_id, send.client_uuid, send.body)
        return _sent(record)

    def react(self, number: Number, reaction: BridgeReact) -> None:
        """WhatsApp tells a number of its own reactions too: the webhook comes as from its phone."""
        if not self.sessions.is_connected(number):
            raise Refused(503, "session_not_connected", f"{number.phone} is not connected")
        room = self._room(number, reaction.to)
        self.traffic.agent_reacted(number, room, reaction.message_id, reaction.emoji)

    def _room(self, number: Number, to: str) -> Room:
        phone = _PHONE_JID.fullmatch(to)
        room = self.world.find(number, f"{phone['phone']}@c.us" if phone else to)
        if room is not None:
            return room
        if phone is None:
            raise Refused(404, "recipient_unknown", f"{to!r} is nobody that {number.phone} knows")
        return self.world.add(self.unknown_contact(number, f"+{phone['phone']}"))


def bridge_routes(bridge: Bridge) -> APIRouter:
    """The routes of `wire.bridge`."""
    routes = APIRouter(tags=["bridge"])

    @routes.get("/sessions")
    async def list_sessions(request: Request) -> Response:
        numbers = bridge.numbers_of_caller(request, await request.body())
        return answer(BridgeSessionList(items=[bridge.sessions.describe(number) for number in numbers]))

    @routes.get("/sessions/{session_id}/health")
    async def health(request: Request) -> Response:
        number, _ = await bridge.authorised(request)
        return answer(bridge.sessions.describe(number))

    @routes.get("/sessions/{session_id}/qr")
    async def qr(request: Request) -> Response:
        number, _ = await bridge.authorised(request)
        return answer(BridgeQr(status=bridge.sessions.describe(number).status, qr=bridge.sessions.qr(number)))

    @routes.post("/sessions/{session_id}/start")
    async def start(request: Request) -> Response:
        number = await bridge.taken_in(request)
        bridge.sessions.start(number)
        return answer(bridge.sessions.describe(number))

    @routes.post("/sessions/{session_id}/logout")
    async def logout(request: Request) -> Response:
        number, _ = await bridge.authorised(request)
        bridge.sessions.logout(number)
        return answer(bridge.sessions.describe(number))

    @routes.post("/sessions/{session_id}/sync")
    async def sync(request: Request) -> Response:
        number, _ = await bridge.authorised(request)
        if not bridge.sessions.is_connected(number):
            raise Refused(503, "session_not_connected", f"{number.phone} is not connected")
        bridge.imports.start(number)
        return answer(bridge.sessions.describe(number), 202)

    @routes.delete("/sessions/{session_id}/sync")
    async def cancel_sync(request: Request) -> Response:
        number, _ = await bridge.authorised(request)
        bridge.imports.cancel(number)
        return answer(bridge.sessions.describe(number), 202)

    @routes.post("/sessions/{session_id}/messages")
    async def send(request: Request) -> Response:
        number, body = await bridge.authorised(request)
        message = _parse(body, _SEND)
        fault = bridge.faults.next()
        if fault is None:
            return answer(bridge.accept(number, message))
        return await _faulty(request, fault, lambda: bridge.accept(number, message))

    @routes.post("/sessions/{session_id}/reactions")
    async def react(request: Request) -> Response:
        number, body = await bridge.authorised(request)
        bridge.react(number, _parse(body, _REACT))
        return Response(status_code=204)

    return routes


async def refusal(_request: Request, error: Exception) -> Response:
    """FastAPI's exception handler for `Refused`."""
    assert isinstance(error, Refused)
    return answer(BridgeError(error=BridgeErrorDetail(code=error.code, message=str(error))), error.status)


def answer(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


def _parse(body: bytes, kind: TypeAdapter[T]) -> T:
    try:
        return kind.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        path = ".".join(str(step) for step in first["loc"]) or "body"
        raise Refused(422, "invalid", f"{path}: {first['msg']}") from None


async def _faulty(request: Request, fault: Fault, accept: Callable[[], BridgeSent]) -> Response:
    accepted = accept() if fault.kind in ("accept_then_drop", None) else None
    await asyncio.sleep(fault.delay_ms / 1000)
    if fault.kind in ("accept_then_drop", "disconnect"):
        request.state.transport.abort()
        return Response(status_code=500)
    if accepted is None:
        raise Refused(
            fault.status, "session_not_connected" if fault.status >= 500 else "invalid", "a fault was asked for"
        )
    return answer(accepted)


def _path_and_query(request: Request) -> str:
    """As it was written in the request, percent-escapes included: that is what was signed."""
    query: bytes = request.scope["query_string"]
    path: bytes = request.scope["raw_path"]
    return (path + (b"?" + query if query else b"")).decode("latin-1")


def _sent(record: SendRecord) -> BridgeSent:
    return BridgeSent(
        client_uuid=record.client_uuid,
        message_id=record.message_id,
        timestamp=int(record.accepted_at_ms // 1000),
    )
