"""The steps of which hypothesis makes plays: each is one thing that happens in the world, told in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import note
from hypothesis import strategies as st

from tests.sync.desk import Desk
from tests.sync.network import MISHAPS, Mishap
from tests.sync.people import GROUPS, PEOPLE, group_jid, name_of, phone_jid
from tests.sync.provider import MOODS, Mood
from tests.sync.server import FOREIGN, FORGETFUL, WEBJS
from tests.sync.world import World

numbers = st.sampled_from([WEBJS, FORGETFUL])
people = st.integers(0, PEOPLE - 1)
groups = st.integers(0, GROUPS - 1)
desks = st.integers(0, 1)
which = st.integers(0, 5)
ages = st.sampled_from([0, 0, 0, 5, 400, 90_000, -3_600])
"""Seconds; a negative one is a clock that runs ahead."""
NEWS: Final = ("a tick", "a tick", "an edit", "a revocation", "a reaction", "a reaction taken back")
_PAUSES: Final = st.sampled_from([0.0, 0.0, 0.0, 0.005, 0.05, 0.05, 0.3, 1.2])


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens; `pause` in seconds is what passes after it."""

    verb: str
    arguments: tuple[tuple[str, Any], ...]
    pause: float


_VERBS: dict[str, tuple[int, dict[str, st.SearchStrategy[Any]]]] = {}


def _step(often: int, **arguments: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a method a step that happens so many times as often as others."""

    def register(method: Callable[..., None]) -> Callable[..., None]:
        _VERBS[method.__name__] = (often, arguments)
        return method

    return register


class Play:
    """Does the steps in a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.done = 0

    def do(self, step: Step) -> None:
        """Checks afterwards what must always hold."""
        getattr(self, step.verb)(**dict(step.arguments))
        self.world.check()
        if step.pause:
            self.world.pass_time(step.pause)

    def say(self, words: str) -> None:
        self.done += 1
        note(f"  {self.world.loop.time():8.2f} s  {words}")

    def desk(self, place: int) -> Desk:
        return self.world.desks[place]

    # WhatsApp brings

    @_step(8, number=numbers, person=people, address=st.sampled_from(["phone", "phone", "lid", "both"]), age=ages)
    def customer_writes(self, number: int, person: int, address: str, age: int) -> None:
        event = self.world.private_message(number, person, address, age_seconds=age)
        taken = self.world.post(event)
        self.say(
            f"{name_of(person)} writes to number {number} under {address} ({event['message_id']}, sent {age} s ago)"
            + ("" if taken else ", unanswered")
        )

    @_step(4, number=numbers, group=groups, person=people, age=ages, name=st.sampled_from([None, "Keluarga", "Kantor"]))
    def someone_writes_in_group(self, number: int, group: int, person: int, age: int, name: str | None) -> None:
        event = self.world.group_message(number, group, person, age_seconds=age, group_name=name)
        taken = self.world.post(event)
        self.say(
            f"{name_of(person)} writes in group {group} ({event['message_id']})" + ("" if taken else ", unanswered")
        )

    @_step(2, number=numbers, person=people)
    def we_write_on_the_phone(self, number: int, person: int) -> None:
        event = self.world.private_message(number, person, "phone", from_me=True)
        self.world.post(event)
        self.say(f"we write to {name_of(person)} on the phone of number {number} ({event['message_id']})")

    @_step(2, which=which)
    def bridge_repeats(self, which: int) -> None:
        if not (self.world.posted):
            return
        event = self.world.posted[-1 - which % len(self.world.posted)]
        self.world.post(event)
        self.say(f"the bridge repeats {event.get('event', 'message')} {event.get('message_id', '')}")

    @_step(6, which=which, kind=st.sampled_from(NEWS), ack=st.sampled_from([1, 2, 3, 4]), early=st.booleans())
    def news_of_a_message(self, which: int, kind: str, ack: int, early: bool) -> None:
        if not (self.world.message_ids):
            return
        number, message_id = self.world.message_ids[-1 - which % len(self.world.message_ids)]
        if early:  # of the one that comes next, whatever that will be
            message_id = f"IN{int(self.world.message_ids[-1][1][2:]) + 1}"
        self._tell(number, message_id, kind, ack)
        self.say(f"{kind}{f' ({ack})' if kind == 'a tick' else ''} comes for {message_id} of number {number}")

    @_step(4, which=which, kind=st.sampled_from(NEWS), ack=st.sampled_from([-1, 1, 2, 3]), named=st.booleans())
    def news_of_what_was_sent(self, which: int, kind: str, ack: int, named: bool) -> None:
        if not (self.world.whatsapp.ledger):
            return
        entry = self.world.whatsapp.ledger[-1 - which % len(self.world.whatsapp.ledger)]
        fields = {"client_uuid": entry.uuid} if named and kind == "a tick" else {}
        self._tell(entry.number, entry.provider_id, kind, ack, **fields)
        self.say(f"{kind} ({ack}) comes for {entry.body!r}")

    @_step(3, which=which)
    def echo_of_what_was_sent(self, which: int) -> None:
        if not (self.world.whatsapp.ledger):
            return
        entry = self.world.whatsapp.ledger[-1 - which % len(self.world.whatsapp.ledger)]
        self.world.post(self.world.echo(entry))
        self.say(f"the echo of {entry.body!r} comes")

    def _tell(self, number: int, message_id: str, kind: str, ack: int, **fields: str) -> None:
        news = self.world.news
        if kind == "a tick":
            event = news(number, "message_ack", message_id=message_id, ack=ack, **fields)
        elif kind == "an edit":
            event = news(number, "message_edit", message_id=message_id, message_body=f"edited {ack}")
        elif kind == "a revocation":
            event = news(number, "message_revoke", message_id=message_id)
        else:
            emoji = "" if kind == "a reaction taken back" else "👍"
            event = news(number, "reaction", message_id=message_id, emoji=emoji, sender_phone=phone_jid(ack % PEOPLE))
        self.world.post(event)

    @_step(2, number=numbers, group=groups, name=st.sampled_from(["Alumni", "Arisan"]))
    def group_is_renamed(self, number: int, group: int, name: str) -> None:
        self.world.post(self.world.news(number, "group_update", group_jid=group_jid(group), group_name=name))
        self.say(f"group {group} is renamed to {name}")

    @_step(1, number=numbers, person=people)
    def chat_is_read_on_the_phone(self, number: int, person: int) -> None:
        self.world.post(self.world.news(number, "chat_read", chat_type="private", contact_phone=phone_jid(person)))
        self.say(f"the chat with {name_of(person)} is read on the phone of number {number}")

    @_step(1, number=numbers, status=st.sampled_from(["connected", "reconnecting"]))
    def number_changes_status(self, number: int, status: str) -> None:
        self.world.post(self.world.news(number, "session_status", status=status))
        self.say(f"number {number} is {status}")

    @_step(1, person=people)
    def somebody_writes_to_the_other_workspace(self, person: int) -> None:
        self.world.post(self.world.private_message(FOREIGN, person, "phone", message_body="secret"))
        self.say(f"{name_of(person)} writes to the other workspace")

    # at the desks

    @_step(8, place=desks, chat=which)
    def person_types(self, place: int, chat: int) -> None:
        desk = self.desk(place)
        row = desk.chat(chat) if desk.is_open else None
        typed = None if row is None else self.world.at_desk(desk, desk.type(row))
        self.say(f"{desk.name} types {typed.body!r}" if typed else f"{desk.name} has no chat to type in")

    @_step(2, place=desks, chat=which)
    def person_retries(self, place: int, chat: int) -> None:
        desk = self.desk(place)
        again = self.world.at_desk(desk, desk.retry(chat)) if desk.is_open else None
        self.say(f"{desk.name} retries {again.body!r}" if again else f"{desk.name} has nothing to retry")

    @_step(5, place=desks, chat=which)
    def person_reads(self, place: int, chat: int) -> None:
        desk = self.desk(place)
        row = desk.chat(chat) if desk.is_open else None
        if row is not None:
            self.world.at_desk(desk, desk.read(row))
        self.say(f"{desk.name} reads the chat with {row.name}" if row else f"{desk.name} has no chat to read")

    @_step(3, place=desks, chat=which)
    def person_scrolls_back(self, place: int, chat: int) -> None:
        desk = self.desk(place)
        row = desk.chat(chat) if desk.is_open else None
        if row is not None:
            self.world.at_desk(desk, desk.scroll_back(row))
        self.say(f"{desk.name} scrolls back in the chat with {row.name}" if row else f"{desk.name} has no chat")

    @_step(2, place=desks, chat=which)
    def person_drafts(self, place: int, chat: int) -> None:
        desk = self.desk(place)
        row = desk.chat(chat) if desk.is_open else None
        text = self.world.at_desk(desk, desk.draft(row)) if row is not None else None
        self.say(f"{desk.name} leaves {text!r}" if text else f"{desk.name} has no chat for a draft")

    # what goes wrong on the way

    @_step(4, place=desks)
    def line_holds_events_back(self, place: int) -> None:
        desk = self.desk(place)
        desk.line.holds = not desk.line.holds
        if not desk.line.holds:
            desk.line.deliver_all()
        self.say(f"events for {desk.name} are held back" if desk.line.holds else f"{desk.name} hears all that was held")

    @_step(7, place=desks, which=which, again=st.booleans())
    def line_delivers_one(self, place: int, which: int, again: bool) -> None:
        if not (any(desk.line.held for desk in self.world.desks)):
            return
        news = self.desk(place).line.deliver(which, again=again)
        self.world.loop.pass_turns(3)
        self.say(f"{self.desk(place).name} hears {_words(news)}" + (", not for the last time" if again else ""))

    @_step(3, place=desks, which=which)
    def line_loses_one(self, place: int, which: int) -> None:
        if not (any(desk.line.held for desk in self.world.desks)):
            return
        news = self.desk(place).line.lose(which)
        self.say(f"{_words(news)} for {self.desk(place).name} is lost")

    @_step(2, place=desks)
    def connection_is_cut(self, place: int) -> None:
        self.desk(place).line.cut()
        self.say(f"{self.desk(place).name}'s connection is cut")

    @_step(3, place=desks)
    def network_goes_or_comes(self, place: int) -> None:
        desk = self.desk(place)
        desk.way.is_down = desk.line.is_down = not desk.way.is_down
        if desk.line.is_down:
            desk.line.cut()
        self.say(f"{desk.name}'s network is {'down' if desk.way.is_down else 'up'}")

    @_step(5, place=desks, mishaps=st.lists(st.sampled_from(MISHAPS), min_size=1, max_size=3))
    def requests_go_wrong(self, place: int, mishaps: list[Mishap]) -> None:
        self.world.plan_mishaps(self.desk(place), mishaps)
        self.say(f"{self.desk(place).name}'s next requests: one {', one '.join(mishaps)}")

    @_step(4, moods=st.lists(st.sampled_from(MOODS), min_size=1, max_size=3))
    def providers_are_moody(self, moods: list[Mood]) -> None:
        self.world.plan_moods(moods)
        self.say(f"at its next calls WhatsApp {', then '.join(moods)}")

    @_step(2, place=desks, seconds=st.sampled_from([0.0, 0.5, 3.0]))
    def disk_is_slow(self, place: int, seconds: float) -> None:
        self.desk(place).set_slow_disk(seconds)
        self.say(f"{self.desk(place).name}'s disk takes {seconds} s for each write")

    @_step(1, place=desks)
    def machine_wakes(self, place: int) -> None:
        if self.desk(place).is_open:
            self.desk(place).online.engine.wake_up()
        self.say(f"{self.desk(place).name}'s computer wakes up")

    # ends and beginnings

    @_step(3, place=desks, kill=st.booleans())
    def client_ends(self, place: int, kill: bool) -> None:
        self.world.stop_desk(self.desk(place), kill=kill)
        self.say(f"{self.desk(place).name}'s client is {'killed' if kill else 'closed'}")

    @_step(4, damaged=st.sampled_from([False, False, True]))
    def clients_start(self, damaged: bool) -> None:
        if all(desk.is_open for desk in self.world.desks):
            return
        for desk in self.world.desks:
            if not desk.is_open:
                if damaged:
                    desk.damage_cache()
                    self.world.watch.forget(desk)
                self.world.start_desk(desk)
        self.say("closed clients are started" + (", with a damaged cache" if damaged else ""))

    @_step(1, kill=st.booleans())
    def server_ends(self, kill: bool) -> None:
        self.world.stop_server(kill=kill)
        self.say(f"the server is {'killed' if kill else 'stopped'}")

    @_step(3, statements=st.integers(1, 40))
    def server_will_die(self, statements: int) -> None:
        self.world.server.kill_after(statements)
        self.say(f"the server will die within {statements} half statements")

    @_step(5)
    def server_starts(self) -> None:
        if self.world.server.is_up:
            return
        self.world.start_server()
        self.say("the server is started")

    @_step(2)
    def backup_is_taken(self) -> None:
        self.world.server.back_up()
        self.say("a backup is taken")

    @_step(2)
    def backup_is_restored(self) -> None:
        if not (self.world.server.has_backup):
            return
        self.world.restore_backup()
        self.say("the backup is restored")

    @_step(8, seconds=st.sampled_from([0.005, 0.05, 0.3, 1.1, 4.0, 20.0, 70.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)
        self.say(f"{seconds} s pass")


def _words(news: object) -> str:
    seq, head = getattr(news, "seq", None), getattr(news, "head", None)
    return f"event {seq}" if seq else f"a heartbeat at {head}" if head else "nothing"


@st.composite
def plays(draw: st.DrawFn, length: int, without: frozenset[str]) -> list[Step | None]:
    """So many steps; `without` names verbs. Null, of which nothing comes, is what shrinking makes of needless ones."""
    weighted = [verb for verb, (often, _) in _VERBS.items() if verb not in without for _ in range(often)]
    places = st.integers(0, len(weighted))
    steps: list[Step | None] = []
    for _ in range(length):
        place = draw(places)
        if place == 0:
            steps.append(None)
            continue
        verb = weighted[place - 1]
        arguments = tuple((name, draw(values)) for name, values in _VERBS[verb][1].items())
        steps.append(Step(verb, arguments, draw(_PAUSES)))
    return steps
