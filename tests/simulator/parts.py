"""Small simulators for tests: two numbers, a hurried cast, no traffic unless asked for."""

from __future__ import annotations

import time
from typing import Any

import httpx
import orjson

from simulator.settings import Backoff, Liveliness, Mischief, Number, Settings, WorldSize
from wire.bridge import SIGNATURE_HEADER, TIMESTAMP_HEADER
from wire.signatures import sign_bridge_call

MAIN = Number(session_id="1", workspace_id="1", secret="secret-of-one", phone="+6281234567890", name="Toko Melati")
SECOND = Number(session_id="2", workspace_id="1", secret="secret-of-two", phone="+6281234567891", name="Toko Mawar")
SECRETS = {MAIN.session_id: MAIN.secret, SECOND.session_id: SECOND.secret}

SMALL = WorldSize(chats=12, groups=3, messages=3)


def settings(backend: str, *, size: WorldSize = SMALL, rate: float = 0.0, mischief: Mischief | None = None) -> Settings:
    return Settings(
        backend=backend,
        numbers=(MAIN, SECOND),
        size=size,
        liveliness=Liveliness(rate=rate, haste=300.0),
        mischief=mischief or Mischief(),
        backoff=Backoff(first=0.01, longest=0.05, timeout=5.0),
    )


class Caller:
    """Calls the bridge as a backend does, signed."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        secret: str = MAIN.secret,
        timestamp: int | None = None,
    ) -> httpx.Response:
        raw = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        moment = int(time.time()) if timestamp is None else timestamp
        signature = sign_bridge_call(secret, method, path, moment, raw)
        headers = {SIGNATURE_HEADER: signature, TIMESTAMP_HEADER: str(moment)}
        return await self._client.request(method, self._url + path, content=raw, headers=headers)

    async def send(self, to: str, body: str, client_uuid: str, **more: Any) -> httpx.Response:
        message = {"client_uuid": client_uuid, "to": to, "body": body, **more}
        return await self.call("POST", "/sessions/1/messages", message)
