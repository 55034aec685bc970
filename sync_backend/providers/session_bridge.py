"""What may be asked of a number's bridge beside sending: connect, show the QR code, log out, import the chats."""

from __future__ import annotations

import asyncio
from typing import Final, TypeVar
from urllib.parse import quote

import httpx
import orjson
from pydantic import TypeAdapter, ValidationError

from sync_backend.errors import WorldError
from sync_backend.providers.bridge_client import BridgeAccount, BridgeClient
from sync_backend.providers.bridge_errors import error_of
from wire.bridge import BridgeQr, BridgeSession, BridgeStart

T = TypeVar("T")

PATIENCE_SECONDS: Final = 10.0
"""A person waits for the answer; what takes longer is told by webhooks."""

_SESSION: Final = TypeAdapter(BridgeSession)
_QR: Final = TypeAdapter(BridgeQr)


class BridgeUnreachableError(WorldError):
    """No answer, or none in time: whether the bridge did as it was asked is not known."""


class BridgeRefusedError(WorldError):
    """The bridge said no; `code` is one of `wire.bridge.BridgeErrorDetail`, or `http_…`, or `unreadable_answer`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SessionBridge:
    """One number's bridge. Raises BridgeUnreachableError and BridgeRefusedError."""

    def __init__(self, http: httpx.AsyncClient, account: BridgeAccount) -> None:
        self._client = BridgeClient(http, account)
        self._url = account.url
        self._path = f"/sessions/{quote(account.session_id, safe='')}"

    async def start(self, number: BridgeStart) -> BridgeSession:
        """Connects it, or begins to; a bridge that does not know the number takes it in."""
        return _read(await self._ask("POST", "/start", orjson.dumps(number)), _SESSION)

    async def logout(self) -> BridgeSession:
        """Unlinks it from the phone."""
        return _read(await self._ask("POST", "/logout"), _SESSION)

    async def qr(self) -> BridgeQr:
        """The QR code of the moment."""
        return _read(await self._ask("GET", "/qr"), _QR)

    async def start_sync(self) -> None:
        """Imports the chats, from the beginning."""
        await self._ask("POST", "/sync")

    async def cancel_sync(self) -> None:
        """Ends an import; nothing where there is none."""
        await self._ask("DELETE", "/sync")

    async def _ask(self, method: str, what: str, body: bytes = b"") -> httpx.Response:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self._client.call(method, self._path + what, body)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise BridgeRefusedError("bridge_url", f"This number's bridge URL cannot be used: {self._url}") from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise BridgeUnreachableError(
                "The bridge of this number cannot be reached.",
                hint="Is it running? On the server, `sync-backend doctor` checks it.",
            ) from error
        if not answer.is_success:
            raise BridgeRefusedError(*error_of(answer))
        return answer


def _read(answer: httpx.Response, kind: TypeAdapter[T]) -> T:
    try:
        return kind.validate_json(answer.content)
    except ValidationError:
        raise BridgeRefusedError(
            "unreadable_answer", "The bridge answered with something that cannot be read."
        ) from None
