"""The demo: a backend and a simulated WhatsApp as processes, the client signed in to them, and a report of the run."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from inbox_app.credentials import Credentials, MemoryCredentials
from inbox_app.demo.loop_watch import LoopWatch
from inbox_app.demo.probe import LiveProbe
from inbox_app.demo.processes import DemoFailedError, DemoProcesses, DemoServers, DemoSize
from inbox_app.demo.report import DemoReport, Notifications, latency
from inbox_app.demo.simulation import Simulation
from inbox_app.profile import Account, Profile
from inbox_app.server.api import Api

if TYPE_CHECKING:  # it brings Qt, and only the entry point and the composition root touch Qt
    from inbox_app.compose.client import Client
    from inbox_app.compose.inbox import Inbox

    MakeClient = Callable[[Profile, Credentials], Client]

Look = Literal["system", "light", "dark"]

PROFILE = "demo"
CATCH_UP_SECONDS = 30.0
PICTURE_SIZE = (1280, 860)
REPLY = "Baik kak, pesanan segera kami kirim hari ini 🙏"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """Without `headless_seconds` the demo runs until its window is closed."""

    headless_seconds: float | None = None
    screenshot: Path | None = None
    look: Look = "system"


async def run_demo(make_client: MakeClient, options: DemoOptions, size: DemoSize) -> int:
    """Prints a JSON report when headless. Returns 0, or 1 when anything was missing."""
    with tempfile.TemporaryDirectory(prefix="inbox-demo-") as folder:
        processes = DemoProcesses(Path(folder), size)
        try:
            _say("Starting a backend and a simulated WhatsApp …")
            servers = await processes.start()
            client = await _signed_in(make_client, Path(folder), servers)
            client.set_look(options.look)
            if options.headless_seconds is None:
                _say(f"A live inbox is open: {size.chats} chats, {size.rate:g} messages a second. Close it to stop.")
                await client.run()
                return 0
            return await _run_headless(client, processes, Simulation(servers.simulator), size, options)
        except DemoFailedError as error:
            _say(f"The demo could not start: {error}\n{_logs(Path(folder))}")
            return 1
        finally:
            await processes.close()


async def _signed_in(make_client: MakeClient, folder: Path, servers: DemoServers) -> Client:
    """Signed in as a person would be, but with the token kept in memory."""
    api = Api(servers.backend)
    try:
        answer = await api.login(servers.email, servers.password, "demo")
    finally:
        await api.close()
    credentials = MemoryCredentials()
    credentials.save(PROFILE, answer.token)
    profile = Profile(PROFILE, folder / "profile")
    profile.remember(
        Account(server=servers.backend, user=answer.user, workspace=answer.workspace, realtime=answer.realtime)
    )
    return make_client(profile, credentials)


async def _run_headless(
    client: Client, processes: DemoProcesses, simulation: Simulation, size: DemoSize, options: DemoOptions
) -> int:
    running = asyncio.ensure_future(client.run())
    try:
        report = await _watch(client, processes, simulation, size, options)
    finally:
        client.quit()
        await running
        await simulation.close()
    print(json.dumps(asdict(report), indent=2))  # noqa: T201  # the report is this command's output
    return 1 if report.missing or report.errors else 0


async def _watch(
    client: Client, processes: DemoProcesses, simulation: Simulation, size: DemoSize, options: DemoOptions
) -> DemoReport:
    missing: list[str] = []
    probe, loop_watch = LiveProbe(lambda: time.time() * 1000), LoopWatch()
    if not await simulation.history_posted():
        missing.append("the chats' history did not reach the backend")
    inbox = client.inbox
    if inbox is None:
        raise DemoFailedError("the client did not open its inbox")
    if not await _caught_up(inbox, size):
        missing.append("the client did not catch up with the history")
    client.resize(*PICTURE_SIZE)
    inbox.on_cache(probe.cache_changed)
    client.on_row_painted(probe.row_painted)
    typed = _answer_a_group(inbox)
    place = await simulation.place()
    loop_watch.start()
    await asyncio.sleep(options.headless_seconds or 0.0)
    loop_watch.stop()
    await simulation.pause()
    await simulation.settled()
    sent, refused = await simulation.messages_since(place)
    if not await _is_true(lambda: not probe.findings(sent).lost):
        missing.append(f"{len(probe.findings(sent).lost)} live messages did not reach the client")
    if typed is None or not await _is_true(lambda: _went_out(inbox, typed)):
        missing.append("the message typed here did not go out")
    if options.screenshot is not None:
        client.take_picture(options.screenshot)
    findings = probe.findings(sent)
    shown, groups = client.count_rows()
    counts = inbox.notifier.counts
    daemon = counts.shown > 0
    missing += _what_is_missing(size, shown, groups, findings.received, len(findings.latencies_ms))
    if "DBUS_SESSION_BUS_ADDRESS" in os.environ and "DISPLAY" in os.environ and not daemon:
        missing.append("no notification was shown, though there is a session bus and a display")
    errors = [*client.failures, *processes.died()]
    if refused:
        errors.append(f"the backend refused {refused} webhooks")
    return DemoReport(
        seconds=options.headless_seconds or 0.0,
        numbers=len(inbox.cache.sessions()),
        conversations_shown=shown,
        groups_shown=groups,
        messages_received_live=findings.received,
        messages_painted=len(findings.latencies_ms),
        messages_typed_and_sent=0 if typed is None else int(_went_out(inbox, typed)),
        webhook_to_painted=latency(findings.latencies_ms),
        notifications=Notifications(daemon=daemon, asked=counts.asked, shown=counts.shown),
        longest_loop_gap_ms=round(loop_watch.longest * 1000, 1),
        line=inbox.online.engine.line.kind,
        screenshot=str(options.screenshot) if options.screenshot else None,
        errors=errors,
        missing=missing,
    )


async def _caught_up(inbox: Inbox, size: DemoSize) -> bool:
    def all_here() -> bool:
        is_live = inbox.online.engine.line.kind == "live"
        return is_live and len(inbox.cache.conversations(limit=size.chats)) >= size.chats

    return await _is_true(all_here)


def _answer_a_group(inbox: Inbox) -> str | None:
    """Opens the newest group and types an answer; the answer's uuid."""
    group = next((each for each in inbox.cache.conversations() if each.chat_type == "group"), None)
    if group is None:
        return None
    inbox.open_chat(group.id)
    return inbox.type_message(group.id, REPLY)


def _went_out(inbox: Inbox, uuid: str) -> bool:
    message = inbox.cache.message_by_uuid(uuid)
    return message is not None and message.status in ("sent", "delivered", "read", "played")


async def _is_true(condition: Callable[[], bool]) -> bool:
    loop = asyncio.get_running_loop()
    patience_ends = loop.time() + CATCH_UP_SECONDS
    while not condition():
        if loop.time() > patience_ends:
            return False
        await asyncio.sleep(0.05)
    return True


def _what_is_missing(size: DemoSize, shown: int, groups: int, received: int, painted: int) -> list[str]:
    expected = (
        (shown >= size.chats, f"only {shown} of {size.chats} conversations are shown"),
        (groups >= size.groups, f"only {groups} of {size.groups} groups are shown"),
        (received > 0, "no live message was received"),
        (painted > 0, "no live message was painted"),
    )
    return [words for holds, words in expected if not holds]


def _logs(folder: Path) -> str:
    return "\n".join(log.read_text(errors="replace")[-2000:] for log in sorted(folder.glob("*.log")))


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201  # told to whoever started the demo
