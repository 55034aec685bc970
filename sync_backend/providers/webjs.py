"""Sends through the bridge (whatsapp-web.js) over its signed HTTP interface, and tells apart what its failures mean."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import httpx
import orjson
from pydantic import TypeAdapter, ValidationError

from sync_backend.providers.base import (
    Accepted,
    OutboundMessage,
    OutboundReaction,
    Outcome,
    Reacted,
    ReactionOutcome,
    Recipient,
    Refused,
    Unavailable,
    Unconfirmed,
)
from sync_backend.providers.bridge_client import BridgeAccount, BridgeClient
from sync_backend.providers.bridge_errors import error_of
from wire.bridge import BridgeReact, BridgeSend, BridgeSent

_NO_ADDRESS: Final = Refused("no_address", "WhatsApp Web cannot write to somebody known by Meta's user id alone.")

_SENT: Final = TypeAdapter(BridgeSent)


class WebJsProvider:
    """The bridge remembers `client_uuid`, so a message whose answer was lost may simply be given to it again."""

    idempotent = True

    def __init__(self, http: httpx.AsyncClient, account: BridgeAccount) -> None:
        self._account = account
        self._bridge = BridgeClient(http, account)

    async def send(self, message: OutboundMessage) -> Outcome:
        to = _jid(message.to)
        if to is None:
            return _NO_ADDRESS
        if message.template is not None:
            return Refused("no_templates", "Templates are for numbers on Meta's Cloud API.")
        body = orjson.dumps(
            BridgeSend(client_uuid=message.client_uuid, to=to, body=message.body, reply_to=message.reply_to)
        )
        answer = await self._call("messages", body)
        return _outcome_of(answer) if isinstance(answer, httpx.Response) else answer

    async def react(self, reaction: OutboundReaction) -> ReactionOutcome:
        to = _jid(reaction.to)
        if to is None:
            return _NO_ADDRESS
        body = orjson.dumps(
            BridgeReact(to=to, message_id=reaction.message_id, from_me=reaction.from_me, emoji=reaction.emoji)
        )
        answer = await self._call("reactions", body)
        if not isinstance(answer, httpx.Response):
            return answer
        return Reacted() if answer.is_success else _failure_of(answer)

    async def _call(self, what: str, body: bytes) -> httpx.Response | Refused | Unavailable | Unconfirmed:
        path = f"/sessions/{quote(self._account.session_id, safe='')}/{what}"
        try:
            return await self._bridge.call("POST", path, body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return Unavailable("bridge_unreachable", "The bridge of this number cannot be reached.")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return Refused("bridge_url", f"This number's bridge URL cannot be used: {self._account.url}")
        except httpx.HTTPError as error:
            return Unconfirmed("no_answer", f"The bridge did not answer ({type(error).__name__}).")


def _jid(to: Recipient) -> str | None:
    match to.kind:
        case "phone":
            return f"{to.value.removeprefix('+')}@c.us"
        case "lid":
            return f"{to.value}@lid"
        case "group":
            return to.value
        case "user_id":
            return None


def _outcome_of(answer: httpx.Response) -> Outcome:
    if answer.is_success:
        try:
            sent = _SENT.validate_json(answer.content)
        except ValidationError:
            return Unconfirmed("unreadable_answer", "The bridge answered with something that cannot be read.")
        return Accepted(sent.message_id, sent.timestamp * 1000)
    return _failure_of(answer)


def _failure_of(answer: httpx.Response) -> Refused | Unavailable | Unconfirmed:
    code, message = error_of(answer)
    if answer.status_code in (429, 503):
        return Unavailable(code, message, _retry_after(answer))
    if answer.is_client_error:
        return Refused(code, message)
    return Unconfirmed(code, message)


def _retry_after(answer: httpx.Response) -> float | None:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isascii() and given.isdigit() else None
