"""Whether each number is connected: the state machine of a WhatsApp Web session, played without a phone."""

from __future__ import annotations

import asyncio
import random
import string
from collections.abc import Callable
from typing import Final, Literal

from simulator.settings import Liveliness, Number
from simulator.tasks import Tasks
from simulator.webhooks import Webhooks
from wire.bridge import BridgeSession
from wire.webhooks import SessionStatus

Status = Literal["connecting", "qr", "syncing", "connected", "reconnecting", "logged_out", "failed"]

STATUS_LANE: Final = "session"
_CONNECTING_SECONDS: Final = 1.5
_CODE_SECONDS: Final = 6.0
_CODES_SHOWN: Final = 3
_LOADING_SECONDS: Final = 1.0
_KEY_CHARACTERS: Final = string.ascii_letters + string.digits + "+/"


class Sessions:
    """Starts with every number connected. A number that is not linked shows QR codes, a new one every 6 s; the third
    is scanned in the end, or one before it by `scan`. `on_linked` hears of each number that was scanned and is
    connected."""

    def __init__(
        self,
        numbers: tuple[Number, ...],
        webhooks: Webhooks,
        liveliness: Liveliness,
        *,
        rng: random.Random,
        on_linked: Callable[[Number], None],
    ) -> None:
        self._status: dict[str, Status] = {number.session_id: "connected" for number in numbers}
        self._linked = set(self._status)
        self._reason: dict[str, str | None] = {}
        self._codes: dict[str, str] = {}
        self._scanned: dict[str, asyncio.Event] = {}
        self._webhooks = webhooks
        self._haste = liveliness.haste
        self._rng = rng
        self._on_linked = on_linked
        self._tasks = Tasks()
        self._starting: dict[str, asyncio.Task[None]] = {}

    def take_in(self, number: Number) -> None:
        """A number that no phone is linked to yet; it does nothing before its start."""
        self._status[number.session_id] = "logged_out"

    def describe(self, number: Number) -> BridgeSession:
        return BridgeSession(
            id=number.session_id,
            status=self._status[number.session_id],
            phone_number=number.phone,
            reason=self._reason.get(number.session_id),
        )

    def is_connected(self, number: Number) -> bool:
        return self._status[number.session_id] == "connected"

    def qr(self, number: Number) -> str | None:
        """The text of the QR code while one is to be scanned."""
        return self._codes.get(number.session_id) if self._status[number.session_id] == "qr" else None

    def announce(self, number: Number) -> None:
        """Posts the number's status, as the bridge does when it comes up."""
        self._set(number, self._status[number.session_id])

    def start(self, number: Number) -> None:
        """Nothing where the number is connected or on its way."""
        if self._status[number.session_id] == "connected" or number.session_id in self._starting:
            return
        task = self._tasks.spawn(self._start(number), f"start of {number.session_id}")
        self._starting[number.session_id] = task
        task.add_done_callback(lambda _: self._starting.pop(number.session_id, None))

    def logout(self, number: Number) -> None:
        self._stop(number)
        self._linked.discard(number.session_id)
        self._set(number, "logged_out", reason="LOGOUT")

    def scan(self, number: Number) -> bool:
        """The phone scans the code; False while none is shown."""
        if self.qr(number) is None:
            return False
        self._scanned[number.session_id].set()
        return True

    def fail(self, number: Number, reason: str) -> None:
        """WhatsApp cannot be reached for it, until it is started again."""
        self._stop(number)
        self._set(number, "failed", reason=reason)

    async def close(self) -> None:
        await self._tasks.close()

    def _stop(self, number: Number) -> None:
        starting = self._starting.pop(number.session_id, None)
        if starting is not None:
            starting.cancel()

    async def _start(self, number: Number) -> None:
        needs_scan = number.session_id not in self._linked
        self._set(number, "connecting")
        await self._pause(_CONNECTING_SECONDS)
        if needs_scan:
            await self._show_codes(number)
            self._linked.add(number.session_id)
            self._set(number, "syncing")
            await self._pause(_LOADING_SECONDS)
        self._set(number, "connected")
        if needs_scan:
            self._on_linked(number)

    async def _show_codes(self, number: Number) -> None:
        scanned = self._scanned[number.session_id] = asyncio.Event()
        for _ in range(_CODES_SHOWN):
            self._codes[number.session_id] = self._new_code()
            self._set(number, "qr")
            try:
                async with asyncio.timeout(_CODE_SECONDS / self._haste):
                    await scanned.wait()
                    return
            except TimeoutError:
                continue

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._haste)

    def _new_code(self) -> str:
        """As long as WhatsApp's, so that it is drawn as dense."""
        keys = ("".join(self._rng.choices(_KEY_CHARACTERS, k=43)) + "=" for _ in range(4))
        return f"2@simulated{','.join(keys)}"

    def _set(self, number: Number, status: Status, reason: str | None = None) -> None:
        self._status[number.session_id] = status
        self._reason[number.session_id] = reason
        event = SessionStatus(
            session_id=number.session_id,
            workspace_id=number.workspace_id,
            status=status,
            reason=reason,
            phone_number=number.phone,
            display_name=number.name,
        )
        self._webhooks.post(number, STATUS_LANE, event)
