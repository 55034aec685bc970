"""A screen reader's eyes and ears: walks another program's accessibility tree over AT-SPI's own bus, and hears it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
REGISTRY: Final = "org.a11y.atspi.Registry"
ROOT: Final = "/org/a11y/atspi/accessible/root"
WANTED: Final = "object:announcement"
STATES: Final = {
    4: "checked",
    7: "editable",
    8: "enabled",
    11: "focusable",
    12: "focused",
    23: "selected",
    25: "showing",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One object as a screen reader knows it."""

    role: str
    name: str
    states: frozenset[str]
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class Reader:
    """`tree` looks at a program now; `heard` is all that it announced."""

    bus: MessageBus
    heard: list[str] = field(default_factory=list)

    async def tree(self, program: str) -> Node | None:
        """None while no program of that name has registered."""
        for name, path in await self._children(REGISTRY, ROOT):
            if await self._name(name, path) == program:
                return await self._node(name, path, 0)
        return None

    async def _node(self, name: str, path: str, depth: int) -> Node:
        [role] = await self._ask(name, path, ACCESSIBLE, "GetRoleName")
        [bits] = await self._ask(name, path, ACCESSIBLE, "GetState")
        held = bits[0] | (bits[1] << 32)
        states = frozenset(word for bit, word in STATES.items() if held >> bit & 1)
        children = (
            [await self._node(*child, depth + 1) for child in await self._children(name, path)] if depth < 12 else []
        )
        return Node(role, await self._name(name, path), states, tuple(children))

    async def _children(self, name: str, path: str) -> list[tuple[str, str]]:
        [children] = await self._ask(name, path, ACCESSIBLE, "GetChildren")
        return [(child[0], child[1]) for child in children if not child[1].endswith("/null")]

    async def _name(self, name: str, path: str) -> str:
        [held] = await self._ask(name, path, "org.freedesktop.DBus.Properties", "Get", "ss", [ACCESSIBLE, "Name"])
        return str(held.value if isinstance(held, Variant) else held)

    async def _ask(
        self, name: str, path: str, interface: str, member: str, signature: str = "", body: list[Any] | None = None
    ) -> list[Any]:
        answer = await self.bus.call(
            Message(
                destination=name, path=path, interface=interface, member=member, signature=signature, body=body or []
            )
        )
        assert answer is not None
        if answer.message_type is MessageType.ERROR:
            raise LookupError(f"{member} of {path}: {answer.body}")
        return answer.body


@asynccontextmanager
async def reading(session_bus: str) -> AsyncIterator[Reader]:
    """Finds AT-SPI's bus through the session's, as assistive programs do."""
    session = await MessageBus(bus_address=session_bus).connect()
    async with asyncio.timeout(20):
        while True:
            answer = await session.call(
                Message(destination="org.a11y.Bus", path="/org/a11y/bus", interface="org.a11y.Bus", member="GetAddress")
            )
            if answer.message_type is MessageType.METHOD_RETURN:
                break
            await asyncio.sleep(0.05)
    bus = await MessageBus(bus_address=answer.body[0]).connect()
    reader = Reader(bus)

    def hear(message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.member == "Announcement":
            said = message.body[3]
            reader.heard.append(str(said.value if isinstance(said, Variant) else said))

    bus.add_message_handler(hear)
    rule = "type='signal',interface='org.a11y.atspi.Event.Object',member='Announcement'"
    await bus.call(
        Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="AddMatch",
            signature="s",
            body=[rule],
        )
    )
    await reader._ask(REGISTRY, "/org/a11y/atspi/registry", REGISTRY, "RegisterEvent", "sass", [WANTED, [], ""])
    try:
        yield reader
    finally:
        for each in (bus, session):
            each.disconnect()
            await each.wait_for_disconnect()  # type: ignore[no-untyped-call]  # dbus-fast left it so
