"""How fast messages may leave one number: each gets its turn, so many a minute and so many an hour, first come first.

A turn is a moment, given once and for all: whoever has one comes back then and waits for nobody. The `limits` package
answers only yes or no, so that everything refused would have to ask again and again, and lose its place.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.clock import Clock
from sync_backend.database.tables import chats

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS


class Pace:
    """0 is no limit. What left in the hour before the start counts; processes that send apart count each for itself."""

    def __init__(self, reads: AsyncEngine, clock: Clock, *, per_minute: int, per_hour: int) -> None:
        self._reads = reads
        self._clock = clock
        self._limits = [(most, within) for most, within in ((per_minute, _MINUTE_MS), (per_hour, _HOUR_MS)) if most > 0]
        self._turns: dict[int, deque[int]] = {}

    async def next_turn(self, account_id: int) -> int:
        """The moment, in milliseconds, at which this number's next message may leave; it is taken from now on."""
        if not self._limits:
            return self._clock()
        if account_id not in self._turns:
            earlier = await self._left_lately(account_id)
            # Another message may have asked meanwhile, and been given what was read for it.
            self._turns.setdefault(account_id, deque(earlier, maxlen=max(most for most, _ in self._limits)))
        turns = self._turns[account_id]
        turn = max(self._clock(), turns[-1] if turns else 0)
        for most, within in self._limits:
            if len(turns) >= most:
                turn = max(turn, turns[-most] + within)
        turns.append(turn)
        return turn

    async def _left_lately(self, account_id: int) -> list[int]:
        query = (
            sa.select(chats.c.sent_at_ms)
            .where(
                chats.c.whatsapp_account_id == account_id,
                chats.c.type == "outbound",
                chats.c.client_uuid.is_not(None),
                chats.c.status != "queued",
                chats.c.sent_at_ms > self._clock() - _HOUR_MS,
            )
            .order_by(chats.c.sent_at_ms)
        )
        async with self._reads.connect() as connection:
            return list((await connection.scalars(query)).all())
