"""Whether each number is connected: the state machine of a WhatsApp Web session, played without a phone."""

from __future__ import annotations

import asyncio
from typing import Final, Literal

from simulator.settings import Liveliness, Number
from simulator.tasks import Tasks
from simulator.webhooks import Webhooks
from wire.bridge import BridgeSession
from wire.webhooks import SessionStatus

Status = Literal["connecting", "qr", "syncing", "connected", "reconnecting", "logged_out", "failed"]

STATUS_LANE: Final = "session"
_CONNECTING_SECONDS: Final = 1.5
_SCANNING_SECONDS: Final = 15.0


class Sessions:
    """Starts with every number connected. After a logout, `start` shows a QR code that is scanned after a while."""

    def __init__(self, numbers: tuple[Number, ...], webhooks: Webhooks, liveliness: Liveliness) -> None:
        self._status: dict[str, Status] = {number.session_id: "connected" for number in numbers}
        self._webhooks = webhooks
        self._haste = liveliness.haste
        self._tasks = Tasks()
        self._starting: dict[str, asyncio.Task[None]] = {}

    def describe(self, number: Number) -> BridgeSession:
        return BridgeSession(id=number.session_id, status=self._status[number.session_id], phone_number=number.phone)

    def is_connected(self, number: Number) -> bool:
        return self._status[number.session_id] == "connected"

    def qr(self, number: Number) -> str | None:
        """The text of the QR code while one is to be scanned."""
        return f"2@simulated,{number.session_id}" if self._status[number.session_id] == "qr" else None

    def announce(self, number: Number) -> None:
        """Posts the number's status, as the bridge does when it comes up."""
        self._set(number, self._status[number.session_id])

    def start(self, number: Number) -> None:
        """Nothing where the number is connected or on its way."""
        if self._status[number.session_id] == "connected" or number.session_id in self._starting:
            return
        needs_scan = self._status[number.session_id] == "logged_out"
        task = self._tasks.spawn(self._start(number, needs_scan), f"start of {number.session_id}")
        self._starting[number.session_id] = task
        task.add_done_callback(lambda _: self._starting.pop(number.session_id, None))

    def logout(self, number: Number) -> None:
        starting = self._starting.pop(number.session_id, None)
        if starting is not None:
            starting.cancel()
        self._set(number, "logged_out", reason="LOGOUT")

    async def close(self) -> None:
        await self._tasks.close()

    async def _start(self, number: Number, needs_scan: bool) -> None:
        self._set(number, "connecting")
        await asyncio.sleep(_CONNECTING_SECONDS / self._haste)
        if needs_scan:
            self._set(number, "qr")
            await asyncio.sleep(_SCANNING_SECONDS / self._haste)
        self._set(number, "connected")

    def _set(self, number: Number, status: Status, reason: str | None = None) -> None:
        self._status[number.session_id] = status
        event = SessionStatus(
            session_id=number.session_id,
            workspace_id=number.workspace_id,
            status=status,
            reason=reason,
            phone_number=number.phone,
            display_name=number.name,
        )
        self._webhooks.post(number, STATUS_LANE, event)
