"""The `simulator` command: reads options and configuration file, runs, and reports in JSON lines."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import statistics
import sys
import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from pydantic import TypeAdapter, ValidationError

from simulator.ledger import WebhookRecord
from simulator.service import CannotListen, Simulator, assembled, running
from simulator.settings import Liveliness, Mischief, Number, Settings, WorldSize

cli = typer.Typer(
    help="A WhatsApp for the desk: plays the bridge and makes traffic.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_SESSION_KEYS = {"id": "session_id", "workspace": "workspace_id", "secret": "secret", "phone": "phone", "name": "name"}
_META_KEYS = ("phone_number_id", "access_token", "business_id")

Backend = Annotated[str, typer.Option(help="Base address of the backend that gets the webhooks.")]
Sessions = Annotated[
    list[str] | None,
    typer.Option("--session", help="A number: id=…,workspace=…,secret=…,phone=+62…[,name=…]; repeatable."),
]
Config = Annotated[
    Path | None,
    typer.Option(
        help="A JSON file {sessions: [{id, workspace, secret, phone, name}], secret}: keeps secrets off the command. "
        "A session with phone_number_id and access_token is on Meta's Cloud API. "
        "With the last, shared with the backend, numbers that it adds are taken in."
    ),
]
Chats = Annotated[int, typer.Option(min=1, help="Chats that all numbers see together.")]
Groups = Annotated[int, typer.Option(min=0, help="How many of them are distinct groups.")]
Seed = Annotated[int, typer.Option(help="The same seed makes the same world.")]
Duplicate = Annotated[float, typer.Option(min=0, max=1, help="Share of webhooks posted twice.")]
Reorder = Annotated[float, typer.Option(min=0, max=1, help="Share of webhooks overtaken by later ones.")]


@cli.command()
def serve(
    backend: Backend = "http://127.0.0.1:8000",
    session: Sessions = None,
    config: Config = None,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 3900,
    chats: Chats = 600,
    groups: Groups = 60,
    messages: Annotated[int, typer.Option(min=1, help="Average messages in a chat's history.")] = 5,
    rate: Annotated[float, typer.Option(min=0, help="Live messages per second.")] = 1.0,
    haste: Annotated[float, typer.Option(min=0.01, help="Divides every human delay.")] = 1.0,
    seed: Seed = 1,
    duplicate: Duplicate = 0.0,
    reorder: Reorder = 0.0,
) -> None:
    """Play the bridge: post a history, then live traffic, and take what agents send, until stopped."""
    settings = Settings(
        backend=_address(backend),
        numbers=_numbers(session or [], config),
        secret=_shared_secret(config),
        seed=seed,
        size=_size(chats, groups, messages),
        liveliness=Liveliness(rate=rate, haste=haste),
        mischief=Mischief(duplicate=duplicate, reorder=reorder),
    )
    _log_to_stderr()
    try:
        asyncio.run(_serve(settings, host, port))
    except CannotListen as error:
        typer.echo(f"simulator: {error}", err=True)
        raise typer.Exit(1) from None


@cli.command()
def traffic(
    backend: Backend = "http://127.0.0.1:8000",
    session: Sessions = None,
    config: Config = None,
    chats: Chats = 100,
    groups: Groups = 10,
    messages: Annotated[int, typer.Option(min=1, help="How many times something is said.")] = 1000,
    rate: Annotated[float, typer.Option(min=0, help="Messages per second; 0 is as fast as the backend takes.")] = 0.0,
    seed: Seed = 1,
    duplicate: Duplicate = 0.0,
    reorder: Reorder = 0.0,
) -> None:
    """Only make traffic, a set amount, then print a report; exit 1 if the backend refused any."""
    settings = Settings(
        backend=_address(backend),
        numbers=_numbers(session or [], config),
        seed=seed,
        size=_size(chats, groups, 1),
        liveliness=Liveliness(rate=rate),
        mischief=Mischief(duplicate=duplicate, reorder=reorder),
    )
    _log_to_stderr()
    report = asyncio.run(_traffic(settings, messages))
    _say(report)
    raise typer.Exit(0 if report["refused"] == 0 else 1)


async def _serve(settings: Settings, host: str, port: int) -> None:
    stopped = _stop_signal()
    async with running(settings, host=host, port=port) as simulator:
        _say({"event": "ready", "url": simulator.url, "port": int(simulator.url.rpartition(":")[2])})
        reporting = asyncio.create_task(_report_history(simulator), name="report of the history")
        await stopped.wait()
        reporting.cancel()
        await asyncio.gather(reporting, return_exceptions=True)


async def _report_history(simulator: Simulator) -> None:
    history = await simulator.history_posted()
    _say({"event": "history_posted", "webhooks": history.total, "seconds": round(history.seconds or 0, 2)})


async def _traffic(settings: Settings, messages: int) -> dict[str, Any]:
    stopped = _stop_signal()
    async with assembled(settings) as simulator:
        started = time.monotonic()
        for spoken in range(messages):
            if stopped.is_set():
                break
            simulator.traffic.speak_next()
            due = started + (spoken + 1) / settings.liveliness.rate if settings.liveliness.rate else 0.0
            await asyncio.sleep(max(due - time.monotonic(), 0))
            await simulator.webhooks.room_for_more()
        await simulator.webhooks.drained()
        return _summary(simulator.ledger.webhooks(), time.monotonic() - started)


def _summary(records: list[WebhookRecord], seconds: float) -> dict[str, Any]:
    latencies = [record.latency_ms for record in records]
    hundredths = statistics.quantiles(latencies, n=100, method="inclusive") if len(latencies) > 1 else latencies * 99
    taken = sum(record.accepted_at_ms is not None for record in records)
    return {
        "event": "done",
        "webhooks": len(records),
        "taken": taken,
        "refused": len(records) - taken,
        "seconds": round(seconds, 3),
        "per_second": round(len(records) / seconds, 1),
        "latency_ms": {"p50": round(hundredths[49], 2), "p99": round(hundredths[98], 2)} if hundredths else None,
    }


def _address(backend: str) -> str:
    parts = urlsplit(backend)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise typer.BadParameter("an address begins with http:// or https://", param_hint="--backend")
    return backend


def _numbers(sessions: list[str], config: Path | None) -> tuple[Number, ...]:
    given = [_pairs(session) for session in sessions]
    if config is not None:
        try:
            given += json.loads(config.read_text(encoding="utf-8"))["sessions"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise typer.BadParameter(f"{config}: {error!r}", param_hint="--config") from None
    if not given:
        raise typer.BadParameter("name at least one number with --session or --config", param_hint="--session")
    return tuple(_number(entry) for entry in given)


def _shared_secret(config: Path | None) -> str | None:
    """The file was read for its numbers before."""
    secret = None if config is None else json.loads(config.read_text(encoding="utf-8")).get("secret")
    if secret is not None and not isinstance(secret, str):
        raise typer.BadParameter(f"{config}: secret is text", param_hint="--config")
    return secret


def _pairs(session: str) -> dict[str, str]:
    split = (part.partition("=") for part in session.split(","))
    return {key.strip(): value for key, _, value in split}


def _number(entry: dict[str, Any]) -> Number:
    unknown = entry.keys() - {*_SESSION_KEYS, *_META_KEYS}
    if unknown:
        raise typer.BadParameter(f"a session has no {', '.join(sorted(unknown))}", param_hint="--session")
    try:
        given = {key: str(value) for key, value in entry.items() if value is not None}
        meta = {key: given.pop(key) for key in _META_KEYS if key in given}
        fields: dict[str, Any] = {_SESSION_KEYS[key]: value for key, value in given.items()}
        return TypeAdapter(Number).validate_python(fields | ({"meta": meta} if meta else {}))
    except ValidationError as error:
        missing = ", ".join(str(problem["loc"][-1]) for problem in error.errors())
        raise typer.BadParameter(f"a session needs {missing}", param_hint="--session") from None


def _size(chats: int, groups: int, messages: int) -> WorldSize:
    if groups > chats:
        raise typer.BadParameter("more groups than chats", param_hint="--groups")
    return WorldSize(chats=chats, groups=groups, messages=messages)


def _stop_signal() -> asyncio.Event:
    """Set on SIGTERM or SIGINT; works where the loop itself has no signal handlers, too."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: loop.call_soon_threadsafe(stopped.set))
    return stopped


def _log_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")


def _say(report: dict[str, Any]) -> None:
    typer.echo(json.dumps(report))
    sys.stdout.flush()
