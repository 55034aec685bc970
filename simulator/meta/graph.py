"""Meta's Graph API for WhatsApp, played on the simulated world: messages, templates, media, and how it refuses."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from simulator.faults import Fault, Faults
from simulator.ledger import Ledger, SendRecord
from simulator.meta.documents import wamid
from simulator.meta.limits import Limits
from simulator.meta.templates import TEMPLATES, fill, find_template
from simulator.settings import MetaNumber, Number
from simulator.traffic import Traffic
from simulator.world import Room, World

_WINDOW_SECONDS: Final = 24 * 3600
_LONGEST_TEXT: Final = 4096
_UNCLEAR: Final = "a fault was asked for"

_WORDS: Final = {
    100: "Invalid parameter",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    130429: "Rate limit hit",
    131009: "Parameter value is not valid",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
}


class GraphRefused(Exception):
    """A call that the Graph API answers with an error."""

    def __init__(self, code: int, details: str, status: int = 400) -> None:
        super().__init__(details)
        self.code = code
        self.details = details
        self.status = status


@dataclass(slots=True)
class Graph:
    """Everything the routes need; what is written to somebody outside the window fails a moment later, as with Meta."""

    world: World
    traffic: Traffic
    ledger: Ledger
    faults: Faults
    new_message_id: Callable[[], str]
    unknown_contact: Callable[[Number, str], Room]
    clock: Callable[[], float] = time.time
    limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        self.limits = Limits(self.clock)

    def number_of(self, request: Request, node: str) -> tuple[Number, MetaNumber]:
        """The number that a path names by its id, or that its business account has; only for its access token."""
        for number in self.world.numbers:
            meta = number.meta
            if meta is None or node not in (meta.phone_number_id, meta.business_id):
                continue
            if request.headers.get("authorization") != f"Bearer {meta.access_token}":
                raise GraphRefused(190, "Error validating access token: Session has expired.", 401)
            return number, meta
        raise GraphRefused(100, f"Object with ID '{node}' does not exist or cannot be loaded.")

    def accept(self, number: Number, message: Any) -> dict[str, Any]:
        """Each call is a message of its own: the Cloud API knows no repetition."""
        if not isinstance(message, dict) or message.get("messaging_product") != "whatsapp":
            raise GraphRefused(100, "messaging_product must be whatsapp")
        if message.get("status") == "read":
            return {"success": True}
        room, to = self._room(number, message)
        code = self.limits.refusal(number.session_id, room.jid)
        if code is not None:
            raise GraphRefused(code, _WORDS[code])
        if message.get("type") == "reaction":
            return _sent(to, self.new_message_id())
        body = _body_of(message)
        message_id = self.new_message_id()
        client_uuid = str(message.get("biz_opaque_callback_data") or message_id)
        self.ledger.add_send(
            SendRecord(
                client_uuid=client_uuid,
                message_id=wamid(message_id),
                session_id=number.session_id,
                to=to,
                body=body,
                reply_to=(message.get("context") or {}).get("message_id"),
                accepted_at_ms=self.clock() * 1000,
            )
        )
        if message["type"] != "template" and self.clock() - self.traffic.heard_at(room) > _WINDOW_SECONDS:
            self.traffic.refuse(number, room, message_id, client_uuid, 131047, "Re-engagement message")
        else:
            self.traffic.agent_wrote(number, room, message_id, client_uuid, body)
        return _sent(to, message_id)

    def _room(self, number: Number, message: dict[str, Any]) -> tuple[Room, str]:
        to, recipient = message.get("to"), message.get("recipient")
        if isinstance(recipient, str):
            room = self.world.find(number, f"{recipient.removeprefix('ID.')}@lid")
            if room is None:
                raise GraphRefused(131026, "Message undeliverable.")
            return room, recipient
        if not isinstance(to, str) or not to.removeprefix("+").isdigit():
            raise GraphRefused(131009, "to is not a phone number")
        digits = to.removeprefix("+")
        room = self.world.find(number, f"{digits}@c.us")
        return room or self.world.add(self.unknown_contact(number, f"+{digits}")), digits


def graph_routes(graph: Graph) -> APIRouter:
    """What the backend asks of Meta, under any version."""
    routes = APIRouter(prefix="/{version:str}", tags=["graph"])

    @routes.post("/{node}/messages")
    async def send(request: Request, node: str) -> Response:
        number, _ = graph.number_of(request, node)
        message = orjson.loads(await request.body())
        fault = graph.faults.next()
        if fault is None:
            return _answer(graph.accept(number, message))
        return await _faulty(request, fault, lambda: graph.accept(number, message))

    @routes.get("/{node}/message_templates")
    async def templates(request: Request, node: str, limit: int = 25, after: str = "0") -> Response:
        graph.number_of(request, node)
        start = int(after) if after.isdigit() else 0
        page = TEMPLATES[start : start + limit]
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + limit)}}
        if start + limit < len(TEMPLATES):
            paging["next"] = f"{request.url.include_query_params(after=start + limit)}"
        return _answer({"data": page, "paging": paging})

    @routes.get("/{node}")
    async def node(request: Request, node: str) -> Response:
        if node.startswith("media-"):
            content = _media_of(node)
            return _answer(
                {
                    "messaging_product": "whatsapp",
                    "url": str(request.url_for("media", node=node)),
                    "mime_type": "image/png",
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "file_size": len(content),
                    "id": node,
                }
            )
        number, meta = graph.number_of(request, node)
        entities = [
            {"entity_type": "PHONE_NUMBER", "id": meta.phone_number_id, "can_send_message": "AVAILABLE"},
            {"entity_type": "WABA", "id": meta.business_id, "can_send_message": "AVAILABLE"},
        ]
        health = {"can_send_message": "AVAILABLE", "entities": entities}
        return _answer({"id": node, "display_phone_number": number.phone, "health_status": health})

    return routes


def media_routes() -> APIRouter:
    """Where media lie; their address is told by the Graph API."""
    routes = APIRouter(tags=["graph"])

    @routes.get("/simulated-media/{node}", name="media")
    async def media(request: Request, node: str) -> Response:
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return Response(status_code=401)
        return Response(_media_of(node), media_type="image/png")

    return routes


async def graph_refusal(_request: Request, error: Exception) -> Response:
    """FastAPI's exception handler for `GraphRefused`."""
    assert isinstance(error, GraphRefused)
    return _answer(
        {
            "error": {
                "message": f"(#{error.code}) {_WORDS.get(error.code, error.details)}",
                "type": "OAuthException",
                "code": error.code,
                "error_data": {"messaging_product": "whatsapp", "details": error.details},
                "fbtrace_id": "A1simulated",
            }
        },
        error.status,
    )


async def _faulty(request: Request, fault: Fault, accept: Callable[[], dict[str, Any]]) -> Response:
    accepted = accept() if fault.kind in ("accept_then_drop", None) else None
    await asyncio.sleep(fault.delay_ms / 1000)
    if fault.kind in ("accept_then_drop", "disconnect"):
        request.state.transport.abort()
        return Response(status_code=500)
    if accepted is not None:
        return _answer(accepted)
    if fault.code is None:
        return Response(status_code=fault.status)
    raise GraphRefused(fault.code, _WORDS.get(fault.code, _UNCLEAR), fault.status)


def _body_of(message: dict[str, Any]) -> str:
    match message.get("type"):
        case "text":
            body = (message.get("text") or {}).get("body")
            if not isinstance(body, str) or not body or len(body) > _LONGEST_TEXT:
                raise GraphRefused(100, "text.body must have 1 to 4096 characters")
            return body
        case "template":
            asked = message.get("template") or {}
            template = find_template(asked.get("name"), (asked.get("language") or {}).get("code"))
            if template is None:
                raise GraphRefused(132001, f"template name ({asked.get('name')}) does not exist", 404)
            filled = fill(template, asked.get("components") or [])
            if filled is None:
                raise GraphRefused(132000, "body: number of localizable_params does not match")
            return filled
        case kind:
            raise GraphRefused(131009, f"type {kind!r} is not played here")


def _sent(to: str, message_id: str) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "contacts": [{"input": to, "wa_id": to}],
        "messages": [{"id": wamid(message_id), "message_status": "accepted"}],
    }


def _media_of(node: str) -> bytes:
    return b"\x89PNG simulated " + node.encode()


def _answer(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
