"""Sends through the bridge (whatsapp-web.js) over its signed HTTP interface, and tells apart what its failures mean."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import httpx
import orjson
from pydantic import TypeAdapter, ValidationError

from sync_backend.providers.base import Accepted, OutboundMessage, Outcome, Refused, Unavailable, Unconfirmed
from wire.bridge import SIGNATURE_HEADER, TIMESTAMP_HEADER, BridgeError, BridgeSend, BridgeSent
from wire.signatures import sign_bridge_call

_SENT: Final = TypeAdapter(BridgeSent)
_ERROR: Final = TypeAdapter(BridgeError)

_WORDS: Final = {
    "unknown_session": "The bridge does not know this number. Add it there, or correct the number's bridge URL.",
    "unauthorised": "The bridge refused our signature: its secret and this number's secret differ.",
    "recipient_unknown": "This person is not on WhatsApp.",
    "uuid_conflict": "The bridge has already sent another text under this message's id.",
}


@dataclass(frozen=True, slots=True)
class BridgeAccount:
    """Where a number's bridge is, and the secret shared with it."""

    session_id: str
    url: str
    hmac_secret: str


class WebJsProvider:
    """The bridge remembers `client_uuid`, so a message whose answer was lost may simply be given to it again."""

    idempotent = True

    def __init__(self, http: httpx.AsyncClient, account: BridgeAccount, clock: Callable[[], float] = time.time) -> None:
        self._http = http
        self._account = account
        self._clock = clock

    async def send(self, message: OutboundMessage) -> Outcome:
        body = orjson.dumps(
            BridgeSend(client_uuid=message.client_uuid, to=message.to, body=message.body, reply_to=message.reply_to)
        )
        try:
            answer = await self._post(f"/sessions/{quote(self._account.session_id, safe='')}/messages", body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return Unavailable("bridge_unreachable", "The bridge of this number cannot be reached.")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return Refused("bridge_url", f"This number's bridge URL cannot be used: {self._account.url}")
        except httpx.HTTPError as error:
            return Unconfirmed("no_answer", f"The bridge did not answer ({type(error).__name__}).")
        return _outcome_of(answer)

    async def _post(self, path: str, body: bytes) -> httpx.Response:
        url = httpx.URL(self._account.url.rstrip("/") + path)
        timestamp = int(self._clock())
        signature = sign_bridge_call(self._account.hmac_secret, "POST", url.raw_path.decode("ascii"), timestamp, body)
        headers = {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: signature,
            TIMESTAMP_HEADER: str(timestamp),
        }
        return await self._http.post(url, content=body, headers=headers)


def _outcome_of(answer: httpx.Response) -> Outcome:
    if answer.is_success:
        try:
            sent = _SENT.validate_json(answer.content)
        except ValidationError:
            return Unconfirmed("unreadable_answer", "The bridge answered with something that cannot be read.")
        return Accepted(sent.message_id, sent.timestamp * 1000)
    code, message = _error_of(answer)
    if answer.status_code in (429, 503):
        return Unavailable(code, message, _retry_after(answer))
    if answer.is_client_error:
        return Refused(code, message)
    return Unconfirmed(code, message)


def _error_of(answer: httpx.Response) -> tuple[str, str]:
    try:
        error = _ERROR.validate_json(answer.content).error
    except ValidationError:
        return f"http_{answer.status_code}", f"The bridge answered with HTTP {answer.status_code}."
    return error.code, _WORDS.get(error.code) or error.message


def _retry_after(answer: httpx.Response) -> float | None:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isascii() and given.isdigit() else None
