"""Shows native notifications with a sound, and tells when one was clicked."""

from __future__ import annotations

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
    from desktop_notifier import DesktopNotifier

log = logging.getLogger(__name__)


@dataclass(slots=True)
class NotificationCounts:
    """How many popups were asked for, and how many the desktop's daemon took."""

    asked: int = 0
    shown: int = 0


class NativeNotifier:
    """`on_click(conversation_id, message_id)` runs on the loop; where there is no daemon, popups are only counted."""

    def __init__(
        self,
        *,
        app_name: str,
        sound: Path,
        icon: Path,
        tasks: Tasks,
        on_click: Callable[[str | None, str | None], None],
    ) -> None:
        self._app_name = app_name
        self._sound = sound
        self._icon = icon
        self._tasks = tasks
        self._on_click = on_click
        self._notifier: DesktopNotifier | None = None
        self._shown: dict[str, str] = {}
        self.counts = NotificationCounts()

    def show(self, popup: Popup) -> None:
        """Returns at once; the popup replaces an earlier one of the same key."""
        self.counts.asked += 1
        self._tasks.spawn(self._show(popup), f"notification {popup.key}")

    def close(self, key: str) -> None:
        """Takes a popup away that has lost its news."""
        if key in self._shown:
            self._tasks.spawn(self._clear(key), f"clear notification {key}")

    async def _show(self, popup: Popup) -> None:
        from desktop_notifier import Icon, Notification, Sound

        await self._clear(popup.key)
        notification = Notification(
            title=popup.title,
            message=_plain(popup.body),
            icon=Icon(path=self._icon),
            sound=Sound(path=self._sound),
            on_clicked=lambda: self._on_click(popup.conversation_id, popup.message_id),
            on_dispatched=self._dispatched,
        )
        self._shown[popup.key] = notification.identifier
        await self._native().send_notification(notification)

    async def _clear(self, key: str) -> None:
        identifier = self._shown.pop(key, None)
        if identifier is not None and identifier in await self._native().get_current_notifications():
            await self._native().clear(identifier)

    def _dispatched(self) -> None:
        self.counts.shown += 1

    def _native(self) -> DesktopNotifier:
        if self._notifier is None:
            from desktop_notifier import DesktopNotifier, Icon

            self._notifier = DesktopNotifier(app_name=self._app_name, app_icon=Icon(path=self._icon))
        return self._notifier


def _plain(text: str) -> str:
    """The freedesktop daemons read a subset of HTML in the body, so a message's own `<` must not look like a tag."""
    return html.escape(text, quote=False) if sys.platform.startswith("linux") else text
