"""Carries events to the sockets of this process: each is encoded once, whoever listens, and nobody is waited for.

    hub = RealtimeHub()                     # sockets come to it through sync_backend.realtime.endpoint
    deliveries = await hub.publish("private-chats.ch1", "changes", json_text)
    await hub.close()                       # before the server stops: every client is told to come back (4200)

A uvicorn server that is told to stop closes its sockets (1012) before the lifespan ends: serve with `RealtimeServer`
of `sync_backend.realtime.endpoint`, which closes the hub first.
"""

import asyncio
from typing import Protocol

from sync_backend.realtime.presence import Roster
from wire.pusher.channels import is_presence
from wire.pusher.codes import Code, words_for
from wire.pusher.frames import dump_json, encode_event
from wire.pusher.server import Member

CLOSE_DEADLINE_SECONDS = 5.0


class Listener(Protocol):
    """A connected socket, as the hub sees it. Neither method may block."""

    @property
    def socket_id(self) -> str: ...

    def deliver(self, frame: str) -> bool:
        """False when the socket is too slow or on its way out; it closes itself then."""

    def close(self, code: int, reason: str) -> None: ...


class RealtimeHub:
    """Belongs to one event loop; every method but the two coroutines is for sockets."""

    def __init__(self) -> None:
        self._listeners: dict[str, Listener] = {}
        self._channels: dict[str, dict[str, Listener]] = {}
        self._joined: dict[str, set[str]] = {}
        self._rosters: dict[str, Roster] = {}
        self._closing = False
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def connected(self) -> int:
        """How many sockets are open."""
        return len(self._listeners)

    async def publish(self, channel: str, event: str, data: str | bytes, *, except_socket: str | None = None) -> int:
        """Sends an event to everyone in the channel and returns to how many; `data` is JSON text or its UTF-8 bytes."""
        if channel not in self._channels:
            return 0
        text = data.decode() if isinstance(data, bytes) else data
        return self.broadcast(channel, encode_event(event, text, channel), except_socket)

    async def close(self) -> None:
        """Asks every client to reconnect, and waits a few seconds until they have gone. May be called twice."""
        self._closing = True
        for listener in tuple(self._listeners.values()):
            _ask_to_reconnect(listener)
        try:
            async with asyncio.timeout(CLOSE_DEADLINE_SECONDS):
                await self._empty.wait()
        except TimeoutError:
            return

    def add(self, listener: Listener) -> None:
        self._listeners[listener.socket_id] = listener
        self._empty.clear()
        if self._closing:
            _ask_to_reconnect(listener)

    def remove(self, listener: Listener) -> None:
        for channel in self._joined.pop(listener.socket_id, set()):
            self.leave(listener, channel)
        self._listeners.pop(listener.socket_id, None)
        if not self._listeners:
            self._empty.set()

    def join(self, listener: Listener, channel: str, member: Member | None) -> dict[str, object] | None:
        """Lets a socket listen to a channel; the answer is a presence channel's members, else None."""
        self._channels.setdefault(channel, {})[listener.socket_id] = listener
        self._joined.setdefault(listener.socket_id, set()).add(channel)
        if member is None:
            return None
        roster = self._rosters.setdefault(channel, Roster())
        if roster.enter(listener.socket_id, member):
            data = dump_json({"user_id": member.user_id, "user_info": member.user_info})
            frame = encode_event("pusher_internal:member_added", data, channel)
            self.broadcast(channel, frame, listener.socket_id)
        return roster.infos()

    def leave(self, listener: Listener, channel: str) -> None:
        sockets = self._channels.get(channel, {})
        sockets.pop(listener.socket_id, None)
        self._joined.get(listener.socket_id, set()).discard(channel)
        if is_presence(channel) and (roster := self._rosters.get(channel)) is not None:
            member = roster.leave(listener.socket_id)
            if member is not None:
                data = dump_json({"user_id": member.user_id})
                self.broadcast(channel, encode_event("pusher_internal:member_removed", data, channel))
        if not sockets:
            self._channels.pop(channel, None)
            self._rosters.pop(channel, None)

    def broadcast(self, channel: str, frame: str, except_socket: str | None = None) -> int:
        """Sends one encoded frame to everyone in the channel but one socket; returns to how many."""
        return sum(
            listener.deliver(frame)
            for socket_id, listener in self._channels.get(channel, {}).items()
            if socket_id != except_socket
        )


def _ask_to_reconnect(listener: Listener) -> None:
    listener.close(Code.RECONNECT, words_for(Code.RECONNECT))
