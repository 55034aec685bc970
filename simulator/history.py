"""What was said in each room before the simulation started: the past month, ending in a list that looks alive."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from simulator.people import Person
from simulator.settings import Number, WorldSize
from simulator.texts import CUSTOMER, US, Line, Texts
from simulator.topics import Topics
from simulator.world import Group, Room, World

_HOUR: Final = 3_600
_DAY: Final = 24 * _HOUR
_LAST_SPOKEN: Final = ((0.0, 40), (0.12, 3 * _HOUR), (0.25, 14 * _HOUR), (0.4, 38 * _HOUR), (0.7, 7 * _DAY))
"""By liveliness rank: how many seconds ago a room fell silent; the last of them as long ago as the history goes."""

_ODD_EVERY: Final = 9
_QUOTE_SHARE: Final = 0.06
_STOPS_EARLY: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Utterance:
    """A message as its room knows it; each number of the room sees it in its own way. `sent_at` in seconds."""

    message_id: str
    writer: Person | Number
    line: Line
    sent_at: int
    quotes: Utterance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A room's past, oldest first; the first `read` utterances were read on the phone."""

    room: Room
    utterances: list[Utterance]
    read: int


def build_history(world: World, texts: Texts, size: WorldSize, seed: int, now_ms: int) -> list[Story]:
    """One story per room, none empty; the same for the same arguments."""
    rng = random.Random(f"{seed}/history")
    topics = Topics(texts, rng)
    odd = texts.all_odd()
    count = len(world.rooms)
    unread = _unread_positions(count, size, rng)
    stories = []
    for position, room in enumerate(world.rooms):
        lines = _lines(room, topics, size.messages, rng, open_end=position in unread)
        if position % _ODD_EVERY == _ODD_EVERY // 2:
            speaker = "1" if isinstance(room.who, Group) else CUSTOMER
            lines.insert(0, (0, Line(speaker, "text", odd[position // _ODD_EVERY % len(odd)])))
        last = now_ms // 1000 - _silence(position / count, size.days, rng)
        utterances = _spoken(room, lines, last, now_ms // 1000 - size.days * _DAY, rng)
        read = len(utterances)
        if position in unread:
            while read and not isinstance(utterances[read - 1].writer, Number):
                read -= 1
        stories.append(Story(room=room, utterances=utterances, read=read))
    return stories


def writer_of(room: Room, speaker: str) -> Person | Number:
    """Whoever a script's speaker is in this room."""
    if speaker == US:
        return room.numbers[0]
    if isinstance(room.who, Group):
        return room.who.nth(int(speaker) - 1)
    return room.who


def _unread_positions(count: int, size: WorldSize, rng: random.Random) -> set[int]:
    """Mostly lively rooms, and one in four anywhere."""
    wanted = round(count * size.unread_share)
    lively = rng.sample(range(max(count // 5, 1)), min(wanted * 3 // 4, max(count // 5, 1)))
    anywhere = rng.sample(range(count), min(wanted - len(lively), count)) if wanted > len(lively) else []
    return {*lively, *anywhere}


def _silence(rank: float, days: int, rng: random.Random) -> int:
    marks = (*_LAST_SPOKEN, (1.0, days * _DAY * 9 // 10))
    for (low, youngest), (high, oldest) in pairwise(marks):
        if rank < high:
            return round(youngest + (oldest - youngest) * (rank - low) / (high - low) * rng.uniform(0.9, 1.0))
    return marks[-1][1]


def _lines(room: Room, topics: Topics, average: int, rng: random.Random, *, open_end: bool) -> list[tuple[int, Line]]:
    """(number of the conversation, line), about `average` of them, ending in an answer, or unanswered if `open_end`."""
    wanted = 1 + min(round(rng.expovariate(1 / max(average - 2, 0.5))), average * 12)
    lines: list[tuple[int, Line]] = []
    topic = 0
    while True:
        script = topics.next(room)
        for line, following in zip(script, [*script[1:], None], strict=True):
            lines.append((topic, line))
            if len(lines) < wanted:
                continue
            asked = line.speaker != US and (following is None or following.speaker == US)
            if asked if open_end else (following is None or (line.speaker == US and rng.random() < _STOPS_EARLY)):
                return lines
        topic += 1


def _spoken(room: Room, lines: list[tuple[int, Line]], last: int, oldest: int, rng: random.Random) -> list[Utterance]:
    moments = _moments([topic for topic, _ in lines], last, oldest, rng)
    shift = rng.randrange(8)
    utterances: list[Utterance] = []
    for (_, line), moment in zip(lines, moments, strict=True):
        speaker = str(int(line.speaker) + shift) if line.speaker.isdigit() else line.speaker
        writer = writer_of(room, speaker)
        earlier = [spoken for spoken in utterances[-4:] if spoken.writer != writer and spoken.line.text]
        quotes = rng.choice(earlier) if earlier and rng.random() < _QUOTE_SHARE else None
        utterances.append(
            Utterance(message_id=message_id(rng), writer=writer, line=line, sent_at=moment, quotes=quotes)
        )
    return utterances


def _moments(topics: list[int], last: int, oldest: int, rng: random.Random) -> list[int]:
    def backwards() -> Iterator[int]:
        moment = last
        for position in range(len(topics) - 1, -1, -1):
            yield max(moment, oldest + position)
            same_topic = position > 0 and topics[position] == topics[position - 1]
            moment -= round(8 + rng.expovariate(1 / 110)) if same_topic else rng.randrange(6 * _HOUR, 5 * _DAY)

    return list(backwards())[::-1]


def message_id(rng: random.Random) -> str:
    """An id in the form of WhatsApp Web's (`id.id`)."""
    return f"3EB0{rng.randrange(16**18):018X}"
