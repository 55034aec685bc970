"""Shows native notifications with a sound, and tells when one was clicked."""

from __future__ import annotations

import asyncio
import html
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inbox_app.features.notifications import Popup
from inbox_app.tasks import Tasks

if TYPE_CHECKING:
    from dbus_fast.aio.message_bus import MessageBus
    from desktop_notifier import DesktopNotifier

log = logging.getLogger(__name__)

RETRY_SECONDS = 60.0
"""How long a desktop without a notification service is left alone before it is asked again."""

LEAVE_SECONDS = 1.0


@dataclass(slots=True)
class NotificationCounts:
    """How many popups were asked for, and how many the desktop's service took."""

    asked: int = 0
    shown: int = 0


class NativeNotifier:
    """`on_click(conversation_id, message_id)` runs on the loop. Where the desktop shows no popups, `beep` is heard."""

    def __init__(
        self,
        *,
        app_name: str,
        sound: Path,
        icon: Path,
        tasks: Tasks,
        clock: Callable[[], float],
        beep: Callable[[], None],
        on_click: Callable[[str | None, str | None], None],
    ) -> None:
        self._app_name = app_name
        self._sound = sound
        self._icon = icon
        self._tasks = tasks
        self._clock = clock
        self._beep = beep
        self._on_click = on_click
        self._notifier: DesktopNotifier | None = None
        self._wanted: set[str] = set()
        self._shown: dict[str, str] = {}
        self._one_at_a_time = asyncio.Lock()
        self._silent_until = 0.0
        self.counts = NotificationCounts()

    def show(self, popup: Popup) -> None:
        """Returns at once; the popup replaces an earlier one of the same key."""
        self.counts.asked += 1
        self._wanted.add(popup.key)
        self._tasks.spawn(self._show(popup), f"notification {popup.key}")

    def withdraw(self, key: str) -> None:
        """Takes a popup away that has lost its news."""
        if key in self._wanted:
            self._wanted.discard(key)
            self._tasks.spawn(self._withdraw(key), f"withdrawal of notification {key}")

    async def close(self) -> None:
        """Takes all popups away, also those on their way, and leaves the session bus."""
        self._wanted.clear()
        for key in list(self._shown):
            await self._withdraw(key)
        async with self._one_at_a_time:
            await self._disconnect()

    async def _show(self, popup: Popup) -> None:
        async with self._one_at_a_time:
            if popup.key not in self._wanted:
                return  # read meanwhile
            if self._clock() < self._silent_until:
                self._be_heard(popup)
                return
            await self._leave_dead_bus()
            await self._clear(popup.key)
            if not await self._send(popup):
                log.warning(
                    "this desktop's notification service does not answer; trying again in %.0f s", RETRY_SECONDS
                )
                self._silent_until = self._clock() + RETRY_SECONDS
                await self._disconnect()
                self._be_heard(popup)

    def _be_heard(self, popup: Popup) -> None:
        if popup.sound:
            self._beep()

    async def _send(self, popup: Popup) -> bool:
        """Whether the desktop's service took it."""
        from desktop_notifier import Icon, Notification, Sound

        def dispatched() -> None:
            self.counts.shown += 1
            self._shown[popup.key] = notification.identifier

        notification = Notification(
            title=popup.title,
            message=_escaped(popup.body),
            icon=Icon(path=self._icon),
            sound=Sound(path=self._sound) if popup.sound else None,
            on_clicked=lambda: self._on_click(popup.conversation_id, popup.message_id),
            on_dispatched=dispatched,
        )
        await self._native().send_notification(notification)
        return self._shown.get(popup.key) == notification.identifier

    async def _withdraw(self, key: str) -> None:
        async with self._one_at_a_time:
            await self._leave_dead_bus()
            await self._clear(key)

    async def _clear(self, key: str) -> None:
        identifier = self._shown.pop(key, None)
        if identifier is None or self._notifier is None:
            return
        try:
            if identifier in await self._notifier.get_current_notifications():
                await self._notifier.clear(identifier)
        except Exception as error:  # whatever the session bus raises when it has gone away
            log.info("a notification could not be withdrawn: %r", error)

    def _native(self) -> DesktopNotifier:
        if self._notifier is None:
            from desktop_notifier import DesktopNotifier, Icon

            logging.getLogger("desktop_notifier").setLevel(logging.ERROR)  # a traceback per popup says nothing more
            self._notifier = DesktopNotifier(app_name=self._app_name, app_icon=Icon(path=self._icon))
        return self._notifier

    async def _leave_dead_bus(self) -> None:
        """A session bus that ended took its popups along; the next popup looks for another."""
        bus = self._bus()
        if bus is not None and not bus.connected:
            await self._disconnect()

    async def _disconnect(self) -> None:
        """The library leaves its connection to the session bus to the garbage collector, and the loop a dead socket."""
        bus, self._notifier = self._bus(), None
        self._shown.clear()
        if bus is not None:
            bus.disconnect()
            try:
                async with asyncio.timeout(LEAVE_SECONDS):
                    await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast left it so
            except (OSError, EOFError, TimeoutError) as error:
                log.info("the session bus was not left in order: %r", error)

    def _bus(self) -> MessageBus | None:
        """The library's own, which it has on Linux, once it has shown something."""
        bus: MessageBus | None = getattr(getattr(self._notifier, "_backend", None), "bus", None)
        return bus


def _escaped(text: str) -> str:
    """The freedesktop services read a subset of HTML in the body, so a message's own `<` must not look like a tag."""
    return html.escape(text, quote=False) if sys.platform.startswith("linux") else text
