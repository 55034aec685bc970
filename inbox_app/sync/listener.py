"""Turns one realtime connection to the workspace's channel into typed news for the engine."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict

import msgspec

from inbox_app.server.api import Api
from inbox_app.sync.realtime import RealtimeConnection, RealtimeState
from wire.pusher.client import Ended
from wire.realtime import CHANGES, HEARTBEAT, PRESENCE, ChangesEvent, Heartbeat, Presence
from wire.rest import RealtimeSettings

log = logging.getLogger(__name__)


class WorkspaceListener:
    """Called once per connection; raises what signing the channel raises (Refused, Unreachable)."""

    def __init__(self, *, api: Api, settings: RealtimeSettings, client_version: str) -> None:
        self._api = api
        self._settings = settings
        self._client_version = client_version
        self._connection: RealtimeConnection | None = None
        self._on_presence: Callable[[Presence], None] = _nobody_hears

    def on_presence(self, listener: Callable[[Presence], None]) -> None:
        """Hears what other desks tell of themselves."""
        self._on_presence = listener

    async def tell(self, presence: Presence) -> None:
        """To the other desks, as far as the line is live."""
        if self._connection is not None:
            await self._connection.trigger(PRESENCE, asdict(presence))

    async def __call__(
        self, on_subscribed: Callable[[], None], on_news: Callable[[ChangesEvent | Heartbeat], None]
    ) -> Ended:
        def hear(name: str, data: str) -> None:
            if name == PRESENCE:
                self._hear_presence(data)
                return
            news = _decode(name, data)
            if news is not None:
                on_news(news)

        def note(state: RealtimeState) -> None:
            if state is RealtimeState.LIVE:
                on_subscribed()

        self._connection = RealtimeConnection(
            settings=self._settings,
            client_version=self._client_version,
            authorise=self._authorise,
            on_event=hear,
            on_state=note,
        )
        try:
            return await self._connection.run_once()
        finally:
            self._connection = None

    def _hear_presence(self, data: str) -> None:
        try:
            self._on_presence(msgspec.json.decode(data, type=Presence))
        except msgspec.MsgspecError as error:
            log.info("a desk's presence was not understood: %s", error)

    async def _authorise(self, socket_id: str, channel: str) -> str:
        return await self._api.authorise(self._settings.auth_endpoint, socket_id, channel)


def _decode(name: str, data: str) -> ChangesEvent | Heartbeat | None:
    """None for events of no concern; one that makes no sense is only a lost hint, the next heartbeat shows the gap."""
    try:
        if name == CHANGES:
            return msgspec.json.decode(data, type=ChangesEvent)
        if name == HEARTBEAT:
            return msgspec.json.decode(data, type=Heartbeat)
    except msgspec.MsgspecError as error:
        log.warning("a %s event was not understood: %s", name, error)
    return None


def _nobody_hears(_presence: Presence) -> None:
    """Until somebody is there."""
