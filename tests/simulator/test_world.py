"""A world is reproducible, of the size asked for, and its past reads like a shop's real month."""

from __future__ import annotations

import msgspec
import pytest
from pydantic import TypeAdapter

from simulator.events import history_events
from simulator.history import Story, build_history
from simulator.settings import Number, WorldSize
from simulator.texts import load_texts
from simulator.world import Group, World, build_world
from tests.simulator.parts import MAIN, SECOND, SMALL
from wire.webhooks import EVENTS, BridgeEvent, ChatRead, GroupUpdate, MessageAck, MessageEvent

NOW_MS = 1_763_894_400_000
DAY = 86_400


def made(size: WorldSize, seed: int = 1, numbers: tuple[Number, ...] = (MAIN, SECOND)) -> tuple[World, list[Story]]:
    texts = load_texts()
    world = build_world(numbers, texts, size, seed, NOW_MS)
    return world, build_history(world, texts, size, seed, NOW_MS)


def events(stories: list[Story]) -> list[BridgeEvent]:
    return [event for story in stories for number in story.room.numbers for event in history_events(number, story)]


def unread_of(number: Number, story: Story) -> int:
    """Inbound messages after the last reading, counted from the events as a backend would."""
    unread = 0
    for event in history_events(number, story):
        if isinstance(event, ChatRead):
            unread = 0
        elif isinstance(event, MessageEvent) and not event.from_me:
            unread += 1
    return unread


@pytest.fixture(scope="module")
def demo() -> tuple[World, list[Story]]:
    return made(WorldSize(chats=600, groups=60, messages=5))


def test_the_same_seed_makes_the_same_world(demo: tuple[World, list[Story]]) -> None:
    again = made(WorldSize(chats=600, groups=60, messages=5))
    assert events(again[1]) == events(demo[1])


def test_another_seed_makes_another_world() -> None:
    assert events(made(SMALL, seed=1)[1]) != events(made(SMALL, seed=2)[1])


def test_there_are_as_many_chats_and_groups_as_asked_for(demo: tuple[World, list[Story]]) -> None:
    rooms = demo[0].rooms
    assert sum(len(room.numbers) for room in rooms) == 600
    assert sum(isinstance(room.who, Group) for room in rooms) == 60
    assert len({room.jid for room in rooms}) == len(rooms)


@pytest.mark.parametrize(
    "size",
    [WorldSize(chats=1, groups=0), WorldSize(chats=1, groups=1), WorldSize(chats=7, groups=7, messages=1)],
)
def test_small_worlds_work_too(size: WorldSize) -> None:
    world, stories = made(size)
    assert sum(len(room.numbers) for room in world.rooms) == size.chats
    assert all(story.utterances for story in stories)


def test_more_groups_than_chats_is_refused() -> None:
    with pytest.raises(ValueError, match="7 groups do not fit"):
        made(WorldSize(chats=3, groups=7))


def test_every_event_is_what_the_contract_says(demo: tuple[World, list[Story]]) -> None:
    contract = {name: TypeAdapter(kind) for name, kind in EVENTS.items()}
    for event in events(demo[1]):
        assert contract[event.event].validate_json(msgspec.json.encode(event), strict=True) == event


def test_a_chat_is_told_in_the_order_in_which_it_happened(demo: tuple[World, list[Story]]) -> None:
    for story in demo[1]:
        moments = [utterance.sent_at for utterance in story.utterances]
        assert moments == sorted(moments)


def test_the_past_spans_a_month_and_ends_now(demo: tuple[World, list[Story]]) -> None:
    now = NOW_MS // 1000
    last = [now - story.utterances[-1].sent_at for story in demo[1]]
    assert all(0 < age <= 30 * DAY for age in last)
    assert all(now - story.utterances[0].sent_at <= 30 * DAY for story in demo[1])
    assert sum(age < 3 * 3600 for age in last) > 40
    assert sum(DAY < age < 7 * DAY for age in last) > 100
    assert sum(age > 7 * DAY for age in last) > 100


def test_a_few_chats_wait_for_an_answer_and_the_others_are_read(demo: tuple[World, list[Story]]) -> None:
    unread = [unread_of(number, story) for story in demo[1] for number in story.room.numbers]
    assert 20 <= sum(count > 0 for count in unread) <= 40


def test_messages_of_ours_have_their_ticks(demo: tuple[World, list[Story]]) -> None:
    all_events = events(demo[1])
    ours = {event.message_id for event in all_events if isinstance(event, MessageEvent) and event.from_me}
    assert ours == {event.message_id for event in all_events if isinstance(event, MessageAck)}


def test_a_group_tells_its_members_once_and_its_details(demo: tuple[World, list[Story]]) -> None:
    group = next(story for story in demo[1] if isinstance(story.room.who, Group))
    told = list(history_events(group.room.numbers[0], group))
    assert isinstance(told[0], MessageEvent)
    assert told[0].participants
    assert any(member.isAdmin for member in told[0].participants)
    assert isinstance(told[1], GroupUpdate)
    assert all(event.participants is None for event in told[2:] if isinstance(event, MessageEvent))


def test_a_group_that_two_numbers_are_in_is_one_group_with_the_same_messages(demo: tuple[World, list[Story]]) -> None:
    shared = next(
        story
        for story in demo[1]
        if len(story.room.numbers) == 2 and any(isinstance(spoken.writer, Number) for spoken in story.utterances)
    )
    ours, theirs = (
        [event for event in history_events(number, shared) if isinstance(event, MessageEvent)]
        for number in shared.room.numbers
    )
    assert [event.message_id for event in ours] == [event.message_id for event in theirs]
    written_by_us = next(position for position, event in enumerate(ours) if event.from_me)
    assert not theirs[written_by_us].from_me
    assert theirs[written_by_us].sender_phone == shared.room.numbers[0].phone


def test_the_past_has_media_captions_quotes_hostile_texts_and_right_to_left(demo: tuple[World, list[Story]]) -> None:
    messages = [event for event in events(demo[1]) if isinstance(event, MessageEvent)]
    assert any(event.has_media and event.message_body == "" for event in messages)
    assert any(event.has_media and event.message_body for event in messages)
    assert any(event.quoted for event in messages)
    assert any("<img src=" in event.message_body for event in messages)
    assert any("‍" in event.message_body for event in messages)
    assert any("السلام" in event.message_body for event in messages)
    assert any(event.chat_type == "group" and (event.sender_phone or "").endswith("@lid") for event in messages)
    assert any(event.chat_type == "group" and event.group_name is None for event in messages)
