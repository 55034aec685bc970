"""Runs one client's socket: frames and time go into its protocol core, the core's effects to the client and the hub."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress

from starlette.types import Receive, Send

from sync_backend.realtime.hub import RealtimeHub
from sync_backend.realtime.outbox import Outbox
from wire.pusher import server as pusher
from wire.pusher.codes import Code, words_for

CLOSE_PATIENCE_SECONDS = 2.0

log = logging.getLogger(__name__)


class ClientSocket:
    """A listener of the hub, for as long as `run()` runs. One task writes, one reads; a timer wakes the core."""

    def __init__(self, connection: pusher.ServerConnection, hub: RealtimeHub, receive: Receive, send: Send) -> None:
        self._connection = connection
        self._hub = hub
        self._receive = receive
        self._send = send
        self._outbox = Outbox(self._send_text)
        self._writing = asyncio.timeout(None)
        self._close: pusher.Close | None = None
        self._ended = False
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_at(connection.deadline, self._tick)

    @property
    def socket_id(self) -> str:
        return self._connection.socket_id

    async def run(self, key: str, protocol: str | None) -> None:
        """Serves an accepted WebSocket until either side closes it."""
        async with asyncio.TaskGroup() as tasks:
            reader = tasks.create_task(self._read(), name=f"realtime reader {self.socket_id}")
            with suppress(OSError):  # the peer went away, or did not take in time what was left for it
                async with self._writing:
                    await self._write(key, protocol)
            reader.cancel()
            if self._close is not None:
                await self._say_goodbye(self._close)

    def deliver(self, frame: str) -> bool:
        if self._outbox.put(frame):
            return True
        if self._outbox.overflowed and not self._ended:
            log.warning("closing a slow realtime client, so that it resyncs: %s", self.socket_id)
            self._end(pusher.Close(Code.RECONNECT, words_for(Code.RECONNECT)), patience=0.0)
        return False

    def close(self, code: int, reason: str) -> None:
        """Closes after what is buffered; a peer that does not take it within seconds loses the rest."""
        self._end(pusher.Close(code, reason), patience=CLOSE_PATIENCE_SECONDS)

    async def _write(self, key: str, protocol: str | None) -> None:
        self._hub.add(self)
        try:
            self._carry_out(self._connection.open(key, protocol))
            await self._outbox.drain()
        finally:
            self._ended = True
            self._timer.cancel()
            self._hub.remove(self)

    async def _read(self) -> None:
        while (message := await self._receive())["type"] == "websocket.receive":
            text, now = message.get("text"), self._loop.time()
            if text is None:
                self._carry_out(self._connection.receive_binary(now))
            else:
                self._carry_out(self._connection.receive_text(text, now))
            if self._connection.deadline < self._timer.when():  # a later one is found when the timer fires
                self._set_timer()
        self._end(None, patience=0.0)

    def _tick(self) -> None:
        self._carry_out(self._connection.tick(self._loop.time()))
        self._set_timer()

    def _set_timer(self) -> None:
        self._timer.cancel()
        if not self._ended:
            self._timer = self._loop.call_at(self._connection.deadline, self._tick)

    def _carry_out(self, effects: Iterable[pusher.Effect]) -> None:
        for effect in effects:
            match effect:
                case pusher.Send(text):
                    self.deliver(text)
                case pusher.Close(code, reason):
                    self.close(code, reason)
                case pusher.Join(channel, member):
                    members = self._hub.join(self, channel, member)
                    self._carry_out(self._connection.confirm(channel, members))
                case pusher.Leave(channel):
                    self._hub.leave(self, channel)
                case pusher.Relay(channel, text):
                    self._hub.broadcast(channel, text, self.socket_id)

    def _end(self, close: pusher.Close | None, patience: float) -> None:
        if self._ended:
            return
        self._ended = True
        self._close = close
        self._outbox.finish()
        self._writing.reschedule(self._loop.time() + patience)

    async def _send_text(self, frame: str) -> None:
        try:
            await self._send({"type": "websocket.send", "text": frame})
        except RuntimeError as error:  # uvicorn's, once it closed on a peer that broke the WebSocket protocol
            raise ConnectionError("the socket has been closed") from error

    async def _say_goodbye(self, close: pusher.Close) -> None:
        with suppress(OSError, RuntimeError):
            async with asyncio.timeout(CLOSE_PATIENCE_SECONDS):
                await self._send({"type": "websocket.close", "code": close.code, "reason": close.reason})
