"""A scenario's stage: a team of its own on the shared backend, a simulated WhatsApp, and desks with the real client."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from inbox_app.credentials import Credentials, MemoryCredentials
from inbox_app.profile import Account, Profile
from inbox_app.server.api import Api
from simulator.events import ack_event, history_events, message_event
from simulator.history import Story, Utterance
from simulator.ledger import SendRecord
from simulator.people import Person, stranger
from simulator.service import Simulator, running
from simulator.settings import Backoff, Liveliness, Settings, WorldSize
from simulator.texts import CUSTOMER, US, Line
from simulator.webhooks import Posting
from simulator.world import Group, Member, Room, unknown_contact
from tests.e2e.backend import PASSWORD, SHARED_SECRET, Backend, ReservedPort, Team
from tests.e2e.desk import Desk
from tests.e2e.waiting import until

CHATS, GROUPS, MESSAGES = 12, 3, 2
UNHURRIED = 0.001
"""People in the simulated world take minutes for what a scenario lets them do now."""

NEWCOMER = WorldSize(chats=40, groups=4, messages=2, unread_share=0.0)
LINKING_HASTE = 2.0
"""A code for three seconds, twenty chats imported in one: long enough to be looked at."""

PATIENCE = Backoff(first=0.1, longest=0.5)


@dataclass
class Stage:
    """What the people of a scenario do. Nobody in the simulated world speaks unless the scenario says so."""

    backend: Backend
    team: Team
    simulator: Simulator
    _app: QApplication
    _folder: Path
    _desks: list[Desk] = field(default_factory=list)
    _counter: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    # Customers

    def person(self, name: str, phone: str, *, number: int = 0) -> Room:
        """Somebody (E.164) who has not written to this number before."""
        room = unknown_contact(self.team.numbers[number], phone, name, random.Random(phone))
        return self.simulator.world.add(room)

    def group(self, name: str, members: Sequence[str], *, number: int = 0) -> Room:
        """A group that our number is in too."""
        people = [
            stranger(f"+62812000091{place:02}", who, f"9100000000{place:04}") for place, who in enumerate(members)
        ]
        who = Group(
            jid=f"120363{next(self._counter):012}@g.us",
            name=name,
            description=None,
            language="indonesian",
            members=tuple(Member(person=each, is_admin=False, joined_at_ms=0) for each in people),
        )
        return self.simulator.world.add(Room(numbers=(self.team.numbers[number],), who=who))

    def says(self, room: Room, body: str, *, member: int = 0) -> Posting:
        """A customer, or a member of a group, writes now."""
        writer = room.who if isinstance(room.who, Person) else room.who.nth(member)
        return self.simulator.traffic.utter(room, writer, Line(CUSTOMER, "text", body))[0]

    def delivers(self, room: Room, body: str, *, sent_at: int, message_id: str) -> Posting:
        """The bridge brings a message that was sent at that moment (seconds since 1970), as often as it is told to."""
        assert isinstance(room.who, Person)
        spoken = Utterance(message_id=message_id, writer=room.who, line=Line(CUSTOMER, "text", body), sent_at=sent_at)
        return self.simulator.webhooks.post(room.numbers[0], room.address, message_event(room.numbers[0], room, spoken))

    async def has_talked(self, room: Room, bodies: Sequence[str], *, from_us: bool = False) -> None:
        """A past, one message a minute, all of it read; returns when the backend has it.

        Meta tells of no reading on a phone: there only a past from us is read.
        """
        begin = int(time.time()) - 60 * (len(bodies) + 5)
        writer = room.numbers[0] if from_us else room.who.nth(0) if isinstance(room.who, Group) else room.who
        utterances = [
            Utterance(
                message_id=f"PAST{room.jid}{place}",
                writer=writer,
                line=Line(US if from_us else CUSTOMER, "text", body),
                sent_at=begin + 60 * place,
            )
            for place, body in enumerate(bodies)
        ]
        story = Story(room=room, utterances=utterances, read=len(utterances))
        for event in history_events(room.numbers[0], story):
            self.simulator.webhooks.post(room.numbers[0], room.address, event)
        await self.settled()

    def receipt(self, body: str, ack: int) -> None:
        """WhatsApp tells how far our message came: `ACK_DEVICE` (it is on their phone) or `ACK_READ`."""
        [send] = self.sent(body)
        number = next(each for each in self.team.numbers if each.session_id == send.session_id)
        event = ack_event(number, send.message_id, ack, send.client_uuid)
        self.simulator.webhooks.post(number, "receipts", event)

    async def settled(self) -> None:
        """Returns when the backend has taken everything."""
        await until(lambda: self.simulator.webhooks.waiting == 0, "the backend took every webhook")

    def sent(self, body: str) -> list[SendRecord]:
        """What went out to WhatsApp with this text."""
        return [send for send in self.simulator.ledger.sends() if send.body == body]

    # Desks

    async def signed_in(self, *, realtime_port: int | None = None) -> Desk:
        """A desk of the team's agent whose client knows its account and token already; not open yet."""
        api = Api(self.backend.url)
        try:
            answer = await api.login(self.team.email, PASSWORD, "e2e")
        finally:
            await api.close()
        realtime = replace(answer.realtime, port=realtime_port or answer.realtime.port)
        desk = self.desk()
        desk.profile.remember(
            Account(server=self.backend.url, user=answer.user, workspace=answer.workspace, realtime=realtime)
        )
        desk.credentials.save(desk.profile.name, answer.token)
        return desk

    async def open_desk(self) -> Desk:
        """Signed in, its window open and up to date."""
        desk = await self.signed_in()
        await desk.open()
        return desk

    def desk(self, credentials: Credentials | None = None) -> Desk:
        """A desk at which nobody has signed in yet."""
        name = f"desk-{next(self._counter)}"
        profile = Profile(name, self._folder / name)
        desk = Desk(self._app, profile, credentials or MemoryCredentials(), self.backend.url)
        self._desks.append(desk)
        return desk

    async def close_desks(self) -> None:
        for desk in self._desks:
            await desk.close()


@asynccontextmanager
async def set_up(
    app: QApplication, backend: Backend, folder: Path, *, role: str = "agent", links_numbers: bool = False
) -> AsyncIterator[Stage]:
    """A stage whose world's past is with the backend. Everything is closed at the end, the desks first.

    `role` is that of whoever sits at its desks. Where one `links_numbers`, the bridge takes in those that are added in
    the client, and is in no hurry with it; only one such stage can be up at a time.
    """
    await backend.start()
    async with AsyncExitStack() as stack:
        reserved = ReservedPort()
        stack.callback(reserved.give_back)
        port = backend.bridge_port if links_numbers else reserved.number
        team = await backend.add_team(f"http://127.0.0.1:{port}", role=role)
        settings = Settings(
            backend=backend.url,
            numbers=team.numbers,
            size=WorldSize(chats=CHATS, groups=GROUPS, messages=MESSAGES, unread_share=0.0),
            secret=SHARED_SECRET if links_numbers else None,
            newcomer=NEWCOMER,
            liveliness=Liveliness(rate=0.0, haste=LINKING_HASTE if links_numbers else UNHURRIED),
            backoff=PATIENCE,
        )
        simulator = await stack.enter_async_context(running(settings, port=port))
        simulator.traffic.pause()
        await simulator.history_posted()
        stage = Stage(backend, team, simulator, app, folder)
        stack.push_async_callback(stage.close_desks)
        yield stage
