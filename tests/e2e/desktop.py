"""The desktop's side of notifications: a D-Bus session of the tests' own, and a service that shows popups to nobody."""

# No `from __future__ import annotations`: dbus-fast reads the D-Bus types from the annotations themselves.
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated

from dbus_fast.aio.message_bus import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
BY_THE_PROGRAM = 3

Strings = Annotated[list[str], DBusSignature("as")]
FourStrings = Annotated[list[str], DBusSignature("ssss")]
NumberAndReason = Annotated[list[int], DBusSignature("uu")]
NumberAndAction = Annotated[list[int | str], DBusSignature("us")]


@dataclass(frozen=True)
class Popup:
    """A notification as the service got it; a service may read markup in `body`, never in `title`."""

    number: int
    title: str
    body: str
    actions: list[str]
    hints: list[str]


class Desktop(ServiceInterface):
    """`popups` are on the screen now, `shown` were shown at any time."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self.shown: list[Popup] = []
        self.popups: list[Popup] = []

    def titles(self) -> list[str]:
        return [popup.title for popup in self.popups]

    def click(self, title: str) -> None:
        """As a person clicks a popup: it tells its program and goes."""
        [popup] = [popup for popup in self.popups if popup.title == title]
        self.ActionInvoked(popup.number, "default")
        self._take_away(popup.number, reason=2)

    @dbus_method()
    def Notify(
        self,
        app_name: DBusStr,
        replaces_id: DBusUInt32,
        app_icon: DBusStr,
        summary: DBusStr,
        body: DBusStr,
        actions: Strings,
        hints: DBusDict,
        expire_timeout: DBusInt32,
    ) -> DBusUInt32:
        popup = Popup(len(self.shown) + 1, summary, body, actions, sorted(hints))
        self.shown.append(popup)
        self.popups.append(popup)
        return popup.number

    @dbus_method()
    def CloseNotification(self, number: DBusUInt32) -> None:
        self._take_away(number, BY_THE_PROGRAM)

    @dbus_method()
    def GetCapabilities(self) -> Strings:
        return ["actions", "body", "body-markup", "sound"]

    @dbus_method()
    def GetServerInformation(self) -> FourStrings:
        return ["tests", "whatsapp-inbox", "1", "1.2"]

    @dbus_signal()
    def NotificationClosed(self, number: int, reason: int) -> NumberAndReason:
        return [number, reason]

    @dbus_signal()
    def ActionInvoked(self, number: int, action: str) -> NumberAndAction:
        return [number, action]

    def _take_away(self, number: int, reason: int) -> None:
        self.popups = [popup for popup in self.popups if popup.number != number]
        self.NotificationClosed(number, reason)


@contextmanager
def running_bus() -> Iterator[str]:
    """A bus daemon; its address."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().decode().strip()
    finally:
        daemon.terminate()
        daemon.communicate()


@asynccontextmanager
async def showing_popups() -> AsyncIterator[Desktop]:
    """The notification service of the session that the environment names."""
    bus = await MessageBus().connect()
    desktop = Desktop()
    bus.export(PATH, desktop)
    await bus.request_name(NAME)
    try:
        yield desktop
    finally:
        bus.disconnect()
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast leaves it unannotated
