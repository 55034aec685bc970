"""Posts batches of chats to a backend as the bridge does when it imports: signed, and again until they are taken."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Final

import orjson

from simulator.poster import NoAnswer, Poster
from simulator.settings import Backoff, Number
from simulator.signing import retry_after, signed_headers
from wire.chats_sync import ChatsSync, PastChat

CHATS_SYNC_PATH: Final = "/api/whatsapp/chats/sync"

_log = logging.getLogger("simulator")


class Batches:
    """One backend's route for them."""

    def __init__(self, poster: Poster, backoff: Backoff, clock: Callable[[], float] = time.time) -> None:
        self._poster = poster
        self._backoff = backoff
        self._clock = clock

    async def post(self, number: Number, chats: Sequence[PastChat]) -> bool:
        """Whether the backend took them; what it refuses for good is logged and given up."""
        body = orjson.dumps(
            ChatsSync(session_id=number.session_id, workspace_id=number.workspace_id, chats=list(chats))
        )
        batch_id = f"msg_{secrets.token_hex(12)}"
        pause = self._backoff.first
        while True:
            now = self._clock()
            try:
                headers = signed_headers(number.secret, body, batch_id, int(now))
                answer = await self._poster.post(body, headers, self._backoff.timeout)
            except NoAnswer:
                wait = None
            else:
                if answer.status < 300:
                    return True
                if answer.status != 429 and answer.status < 500:
                    _log.error("the backend refused a batch of chats: %s %s", answer.status, answer.body[:500])
                    return False
                wait = retry_after(answer.headers.get("retry-after"), now)
            await asyncio.sleep(pause if wait is None else wait)
            pause = min(pause * 2, self._backoff.longest)
