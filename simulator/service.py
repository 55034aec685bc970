"""Builds a simulator out of its parts, serves it, and closes it: as a process of its own or inside a test."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulator.batches import CHATS_SYNC_PATH, Batches
from simulator.bridge import Bridge, Refused, bridge_routes, refusal
from simulator.control import Control, Progress, control_routes
from simulator.events import past_events
from simulator.faults import Faults
from simulator.history import Story, build_history
from simulator.imports import Imports
from simulator.ledger import Ledger
from simulator.meta.graph import Graph, GraphRefused, graph_refusal, graph_routes, media_routes
from simulator.people import Person
from simulator.poster import Poster
from simulator.sessions import STATUS_LANE, Sessions
from simulator.settings import Number, Settings
from simulator.tasks import Tasks
from simulator.texts import load_texts
from simulator.traffic import Traffic
from simulator.webhooks import META_WEBHOOK_PATH, WEBHOOK_PATH, Webhooks
from simulator.world import World, build_world, unknown_contact
from wire.webhooks import SyncProgress

_HISTORY_CHATS_AT_ONCE: Final = 16
_PEOPLE_PER_WORLD: Final = 10_000

_log = logging.getLogger("simulator")


class CannotListen(Exception):
    """The address is taken, or not this machine's."""


@dataclass(slots=True, kw_only=True)
class Simulator:
    """A running simulator; `url` is where it plays the bridge, empty when it is not served."""

    settings: Settings
    world: World
    stories: list[Story]
    ledger: Ledger
    webhooks: Webhooks
    sessions: Sessions
    imports: Imports
    traffic: Traffic
    faults: Faults
    history: Progress
    app: FastAPI
    url: str = ""
    _history_done: asyncio.Event = field(default_factory=asyncio.Event)

    async def post_history(self) -> None:
        """Announces the numbers and posts what was said before: chats side by side, each in its order."""
        started = time.monotonic()
        for number in self.settings.numbers:
            self.sessions.announce(number)
        plan = [
            (number, story.room.address, list(past_events(number, story)))
            for story in self.stories
            for number in story.room.numbers
        ]
        self.history.total = sum(len(events) for _, _, events in plan)
        places = asyncio.Semaphore(_HISTORY_CHATS_AT_ONCE)

        async with asyncio.TaskGroup() as chats:
            for number, chat, events in plan:
                await places.acquire()
                postings = [self.webhooks.post(number, chat, event, past=past).ended for event, past in events]
                chats.create_task(self._count(postings, places), name=f"history of {chat}")
        for number in self.settings.numbers:
            if number.meta is not None:
                await self._say_history_is_complete(number)
        self.history.seconds = time.monotonic() - started
        self._history_done.set()

    async def _say_history_is_complete(self, number: Number) -> None:
        """Meta says so with its last part; until then a number counts as importing."""
        end = SyncProgress(session_id=number.session_id, workspace_id=number.workspace_id, status="completed")
        await self.webhooks.post(number, STATUS_LANE, end).ended

    async def history_posted(self) -> Progress:
        """Waits until the backend has taken the whole history."""
        await self._history_done.wait()
        return self.history

    async def _count(self, postings: list[asyncio.Future[Any]], places: asyncio.Semaphore) -> None:
        for posting in postings:
            await posting
            self.history.sent += 1
        places.release()


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncIterator[Simulator]:
    """All parts, not served, nothing posted yet."""
    texts = load_texts()
    now_ms = int(time.time() * 1000)
    world = build_world(settings.numbers, texts, settings.size, settings.seed, now_ms)
    rng = random.Random(f"{settings.seed}/live")
    ledger, faults, history = Ledger(), Faults(), Progress()
    poster = Poster(settings.backend.rstrip("/") + WEBHOOK_PATH)
    meta_poster = Poster(settings.backend.rstrip("/") + META_WEBHOOK_PATH)
    webhooks = Webhooks(
        poster,
        ledger,
        meta_poster=meta_poster,
        backoff=settings.backoff,
        mischief=settings.mischief,
        rng=rng,
    )
    stories = build_history(world, texts, settings.size, settings.seed, now_ms)
    batch_poster = Poster(settings.backend.rstrip("/") + CHATS_SYNC_PATH)
    imports = Imports(
        Batches(batch_poster, settings.backoff),
        webhooks,
        settings.liveliness,
        stories_of=lambda number: [story for story in stories if number in story.room.numbers],
    )
    sessions = Sessions(settings.numbers, webhooks, settings.liveliness, rng=rng, on_linked=imports.start)

    def take_in(number: Number) -> None:
        """Others than everybody met so far know it."""
        met = _PEOPLE_PER_WORLD * (1 + len(world.numbers) - len(settings.numbers))
        own = build_world((number,), texts, settings.newcomer, settings.seed, now_ms, passed_over=met)
        stories.extend(build_history(own, texts, settings.newcomer, settings.seed + met, now_ms))
        world.add_number(number, own.rooms)
        sessions.take_in(number)

    traffic = Traffic(world, texts, webhooks, settings.liveliness, rng=rng, new_message_id=_fresh_message_id)
    for story in stories:
        for utterance in story.utterances:
            if isinstance(utterance.writer, Person):
                traffic.remember(story.room, utterance.sent_at)
    graph = Graph(
        world,
        traffic,
        ledger,
        faults,
        new_message_id=_fresh_message_id,
        unknown_contact=lambda number, phone: unknown_contact(number, phone, "", rng),
    )
    bridge = Bridge(
        world,
        sessions,
        traffic,
        ledger,
        faults,
        new_message_id=_fresh_message_id,
        unknown_contact=lambda number, phone: unknown_contact(number, phone, "", rng),
        newcomer=take_in,
        imports=imports,
        secret=settings.secret,
    )
    control = Control(
        world=world,
        traffic=traffic,
        webhooks=webhooks,
        ledger=ledger,
        faults=faults,
        rng=rng,
        new_message_id=_fresh_message_id,
        history=history,
        sessions=sessions,
    )
    app = FastAPI(title="WhatsApp simulator", openapi_url=None)
    app.include_router(bridge_routes(bridge))
    app.include_router(control_routes(control))
    app.include_router(media_routes())
    # Last, for its paths begin with whatever version is asked for.
    app.include_router(graph_routes(graph))
    app.add_exception_handler(Refused, refusal)
    app.add_exception_handler(GraphRefused, graph_refusal)
    try:
        yield Simulator(
            settings=settings,
            world=world,
            stories=stories,
            ledger=ledger,
            webhooks=webhooks,
            sessions=sessions,
            imports=imports,
            traffic=traffic,
            faults=faults,
            history=history,
            app=app,
        )
    finally:
        await traffic.close()
        await sessions.close()
        await imports.close()
        await webhooks.close()
        await batch_poster.close()
        await poster.close()
        await meta_poster.close()


@asynccontextmanager
async def running(settings: Settings, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Simulator]:
    """A simulator that listens, posts its history and then makes live traffic; port 0 takes a free one.
    Raises CannotListen."""
    async with assembled(settings) as simulator:
        with _listening(host, port) as listener:
            shown_host = f"[{host}]" if ":" in host else host
            simulator.url = f"http://{shown_host}:{listener.getsockname()[1]}"
            server = _Server(
                uvicorn.Config(
                    simulator.app,
                    http=_DroppableProtocol,
                    ws="none",
                    lifespan="off",
                    log_config=None,
                    access_log=False,
                    timeout_graceful_shutdown=2,
                )
            )
            serving = asyncio.create_task(server.serve(sockets=[listener]), name="simulator's server")
            tasks = Tasks()
            tasks.spawn(_live(simulator), "history, then live traffic")
            try:
                yield simulator
            finally:
                await tasks.close()
                server.should_exit = True
                await serving


async def _live(simulator: Simulator) -> None:
    await simulator.post_history()
    simulator.traffic.start()


class _Server(uvicorn.Server):
    """Leaves signals to the program around it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _DroppableProtocol(HttpToolsProtocol):
    """Hands its transport to the routes, so that a fault can cut the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where the protocol is named: without it, 44 ms for every answer.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise CannotListen(f"cannot listen on {host} port {port}: {error.strerror}") from error
        listener.listen(256)
        yield listener


def _fresh_message_id() -> str:
    """Never the same in two runs: a backend that remembers the last run must not take it for a double."""
    return f"3EB0{secrets.token_hex(9).upper()}"
