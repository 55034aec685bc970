"""Live traffic: who speaks next and what they say, and how people answer the agents."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from simulator.events import (
    ACK_DEVICE,
    ACK_ERROR,
    ACK_READ,
    ACK_SERVER,
    ack_event,
    edit_event,
    message_event,
    own_reaction_event,
    reaction_event,
    read_event,
)
from simulator.history import Utterance, writer_of
from simulator.people import Person
from simulator.settings import Liveliness, Number
from simulator.tasks import Tasks
from simulator.texts import CUSTOMER, US, Line, Texts
from simulator.topics import Topics
from simulator.webhooks import Posting, Webhooks
from simulator.world import Room, World

_STAYS_IN_ROOM: Final = 0.35
_REACTS: Final = 0.03
_EDITS: Final = 0.01
_SPEAKS_ODDLY: Final = 0.01
_PHONE_ANSWERS: Final = 0.4
_CUSTOMER_REPLIES: Final = 0.75
_GROUP_REPLIES: Final = 0.4
_MOST_NUDGES: Final = 2
_EMOJI: Final = ("👍", "❤️", "😂", "🙏", "😮")


@dataclass(slots=True)
class _Talk:
    """What is being said in a room: the rest of its script and the last messages."""

    lines: deque[Line] = field(default_factory=deque)
    recent: deque[Utterance] = field(default_factory=lambda: deque(maxlen=20))
    nudges: int = 0
    heard_at: float = 0.0


class Traffic:
    """Speaks `rate` times a second until closed; every human delay is divided by `haste`."""

    def __init__(
        self,
        world: World,
        texts: Texts,
        webhooks: Webhooks,
        liveliness: Liveliness,
        *,
        rng: random.Random,
        new_message_id: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._world = world
        self._texts = texts
        self._topics = Topics(texts, rng)
        self._webhooks = webhooks
        self._liveliness = liveliness
        self._rng = rng
        self._new_message_id = new_message_id
        self._clock = clock
        self._talks: dict[Room, _Talk] = {}
        self._last_room: Room | None = None
        self._tasks = Tasks()
        self._resumed = asyncio.Event()
        self._resumed.set()

    @property
    def paused(self) -> bool:
        return not self._resumed.is_set()

    def pause(self) -> None:
        """Nobody speaks of their own accord; agents' messages are still acknowledged."""
        self._resumed.clear()

    def resume(self) -> None:
        self._resumed.set()

    def start(self) -> None:
        if self._liveliness.rate > 0:
            self._tasks.spawn(self._run(), "live traffic")

    async def close(self) -> None:
        await self._tasks.close()

    def utter(
        self,
        room: Room,
        writer: Person | Number,
        line: Line,
        *,
        quotes: Utterance | None = None,
        client_uuid: str | None = None,
        message_id: str | None = None,
    ) -> list[Posting]:
        """Says something now; every number in the room hears it, the room's first number first."""
        utterance = Utterance(
            message_id=message_id or self._new_message_id(),
            writer=writer,
            line=line,
            sent_at=int(self._clock()),
            quotes=quotes,
        )
        talk = self._talk(room)
        talk.recent.append(utterance)
        if isinstance(writer, Person):
            talk.heard_at = self._clock()
        return [
            self._webhooks.post(
                number,
                room.address,
                message_event(number, room, utterance, client_uuid=client_uuid if number == writer else None),
            )
            for number in room.numbers
        ]

    def heard_at(self, room: Room) -> float:
        """When somebody in the room last wrote to us, in seconds; 0 for never."""
        return self._talk(room).heard_at

    def remember(self, room: Room, heard_at: float) -> None:
        """Somebody wrote to us before the simulation began."""
        talk = self._talk(room)
        talk.heard_at = max(talk.heard_at, heard_at)

    def refuse(self, number: Number, room: Room, message_id: str, client_uuid: str, code: int, words: str) -> None:
        """WhatsApp took an agent's message, and finds that it may not deliver it."""
        failed = ack_event(number, message_id, ACK_ERROR, client_uuid)
        self._webhooks.post(number, room.address, replace(failed, error=words, error_code=str(code)))

    def agent_wrote(self, number: Number, room: Room, message_id: str, client_uuid: str, body: str) -> None:
        """What follows when the bridge took an agent's message: its echo, its acks, and perhaps a reply."""
        self.utter(room, number, Line(US, "text", body), client_uuid=client_uuid, message_id=message_id)
        self._tasks.spawn(self._receive(number, room, message_id, client_uuid), f"receipt of {message_id}")

    def agent_reacted(self, number: Number, room: Room, message_id: str, emoji: str) -> None:
        """WhatsApp tells of it as of one at the phone."""
        event = own_reaction_event(number, message_id, emoji, int(self._clock()))
        self._webhooks.post(number, room.address, event)

    def speak_next(self) -> None:
        """One thing happens somewhere: a message, an answer from the phone, a reaction or an edit."""
        if self._last_room is None or self._rng.random() >= _STAYS_IN_ROOM:
            self._last_room = self._some_room()
        room = self._last_room
        chance = self._rng.random()
        if chance < _REACTS and self._react(room):
            return
        if chance > 1 - _EDITS and self._edit(room):
            return
        self._continue(room)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._rng.expovariate(self._liveliness.rate))
            await self._resumed.wait()
            self.speak_next()

    def _talk(self, room: Room) -> _Talk:
        return self._talks.setdefault(room, _Talk())

    def _some_room(self) -> Room:
        """Rooms that were lively are likely to be so again."""
        rooms = self._world.rooms
        position = min(int(self._rng.paretovariate(0.6) * 4) - 4, len(rooms) - 1)
        return rooms[position] if self._rng.random() < 0.8 else self._rng.choice(rooms)

    def _continue(self, room: Room) -> None:
        talk = self._talk(room)
        if not talk.lines:
            talk.lines.extend(self._topics.next(room))
        line = talk.lines[0]
        private = isinstance(room.who, Person)
        if line.speaker == US and private and talk.nudges < _MOST_NUDGES and self._rng.random() > _PHONE_ANSWERS:
            talk.nudges += 1
            line = Line(CUSTOMER, "text", self._texts.nudge(room.language, self._rng))
        else:
            talk.lines.popleft()
        if line.speaker == US:
            self._answer_on_phone(room, line)
            return
        if line.kind == "text" and self._rng.random() < _SPEAKS_ODDLY:
            line = Line(line.speaker, "text", self._texts.odd(self._rng))
        self.utter(room, writer_of(room, line.speaker), line)

    def _answer_on_phone(self, room: Room, line: Line) -> None:
        number = room.numbers[0]
        self._talk(room).nudges = 0
        self._webhooks.post(number, room.address, read_event(number, room))
        message_id = self._new_message_id()
        self.utter(room, number, line, message_id=message_id)
        self._tasks.spawn(self._acknowledge(number, room, message_id, None), f"acks of {message_id}")

    async def _receive(self, number: Number, room: Room, message_id: str, client_uuid: str) -> None:
        await self._acknowledge(number, room, message_id, client_uuid)
        likely = _CUSTOMER_REPLIES if isinstance(room.who, Person) else _GROUP_REPLIES
        if self._rng.random() >= likely or self.paused:
            return
        await self._pause_for(2.0, 9.0)
        talk = self._talk(room)
        talk.nudges = 0
        while talk.lines and talk.lines[0].speaker == US:
            talk.lines.popleft()
        speaker = CUSTOMER if isinstance(room.who, Person) else str(self._rng.randrange(1, 9))
        line = (
            talk.lines.popleft() if talk.lines else Line(speaker, "text", self._texts.reply(room.language, self._rng))
        )
        self.utter(room, writer_of(room, line.speaker), line)

    async def _acknowledge(self, number: Number, room: Room, message_id: str, client_uuid: str | None) -> None:
        for ack, shortest, longest in ((ACK_SERVER, 0.1, 0.5), (ACK_DEVICE, 0.3, 1.5), (ACK_READ, 0.8, 5.0)):
            await self._pause_for(shortest, longest)
            self._webhooks.post(number, room.address, ack_event(number, message_id, ack, client_uuid))

    async def _pause_for(self, shortest: float, longest: float) -> None:
        await asyncio.sleep(self._rng.uniform(shortest, longest) / self._liveliness.haste)

    def _react(self, room: Room) -> bool:
        recent = self._talk(room).recent
        if not recent:
            return False
        who = room.who if isinstance(room.who, Person) else self._rng.choice(room.who.members).person
        target, emoji = self._rng.choice(recent), self._rng.choice(_EMOJI)
        for number in room.numbers:
            event = reaction_event(number, target.message_id, emoji, who, int(self._clock()))
            self._webhooks.post(number, room.address, event)
        return True

    def _edit(self, room: Room) -> bool:
        own = [
            spoken
            for spoken in self._talk(room).recent
            if isinstance(spoken.writer, Person) and spoken.line.kind == "text"
        ]
        if not own:
            return False
        body = f"{own[-1].line.text} 🙏"
        for number in room.numbers:
            event = edit_event(number, own[-1].message_id, body, int(self._clock()))
            self._webhooks.post(number, room.address, event)
        return True
