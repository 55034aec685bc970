"""Signed HTTP calls to one number's bridge; knows how to ask, not what the answers mean."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from wire.bridge import SIGNATURE_HEADER, TIMESTAMP_HEADER
from wire.signatures import sign_bridge_call


@dataclass(frozen=True, slots=True)
class BridgeAccount:
    """Where a number's bridge is, and the secret shared with it."""

    session_id: str
    url: str
    hmac_secret: str


class BridgeClient:
    """`clock` is Unix time in seconds. Raises what httpx raises."""

    def __init__(self, http: httpx.AsyncClient, account: BridgeAccount, clock: Callable[[], float] = time.time) -> None:
        self._http = http
        self._account = account
        self._clock = clock

    async def call(self, method: str, path: str, body: bytes = b"") -> httpx.Response:
        url = httpx.URL(self._account.url.rstrip("/") + path)
        timestamp = int(self._clock())
        path_and_query = url.raw_path.decode("ascii")
        headers = {
            SIGNATURE_HEADER: sign_bridge_call(self._account.hmac_secret, method, path_and_query, timestamp, body),
            TIMESTAMP_HEADER: str(timestamp),
        }
        if body:
            headers["Content-Type"] = "application/json"
        return await self._http.request(method, url, content=body, headers=headers)
