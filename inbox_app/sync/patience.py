"""How long a request that failed waits for its next try: until its time has come, or the line is back."""

from __future__ import annotations

import asyncio


class Patience:
    """Knows whether the line is live, that is: the server was heard and the cache holds what it holds."""

    def __init__(self) -> None:
        self._live = asyncio.Event()
        self._came_back = asyncio.Event()

    def line_changed(self, *, live: bool) -> None:
        """To be told of every change of the line."""
        if live and not self._live.is_set():
            self._live.set()
            self._came_back.set()
        elif not live:
            self._live.clear()

    @property
    def line_is_live(self) -> bool:
        return self._live.is_set()

    async def until_live(self) -> None:
        """Returns at once while it is."""
        await self._live.wait()

    async def pause(self, seconds: float) -> None:
        """With the line back there is no point in waiting any longer."""
        self._came_back.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._came_back.wait()
        except TimeoutError:
            return
