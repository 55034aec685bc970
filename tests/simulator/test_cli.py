"""The command starts, says where it listens, works, and stops cleanly when told to."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from simulator.cli import cli
from tests.simulator.parts import MAIN, SECOND
from tests.simulator.receiver import Receiver

SESSION = f"id=1,workspace=1,secret={MAIN.secret},phone={MAIN.phone},name=Toko Melati"


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "simulator",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def line_of(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    async with asyncio.timeout(20):
        line: dict[str, Any] = json.loads(await process.stdout.readline())
    return line


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_served_from_a_file_it_tells_its_port_posts_a_history_and_stops_when_told(
    receiver: Receiver, tmp_path: Path, name: signal.Signals
) -> None:
    sessions = [
        {"id": number.session_id, "workspace": 1, "secret": number.secret, "phone": number.phone}
        for number in (MAIN, SECOND)
    ]
    config = tmp_path / "simulator.json"
    config.write_text(json.dumps({"sessions": sessions}))
    process = await start(
        *("serve", "--backend", receiver.url, "--config", str(config), "--port", "0"),
        *("--chats", "10", "--groups", "2", "--messages", "2", "--rate", "20", "--seed", "7"),
    )
    ready = await line_of(process)
    assert ready["event"] == "ready"
    assert ready["url"] == f"http://127.0.0.1:{ready['port']}"
    posted = await line_of(process)
    assert posted["event"] == "history_posted"
    await receiver.until(lambda: len(receiver.taken) > posted["webhooks"])
    process.send_signal(name)
    _, complaints = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, complaints) == (0, b"")


async def test_traffic_alone_ends_with_a_report(receiver: Receiver) -> None:
    process = await start(
        *("traffic", "--backend", receiver.url, "--session", SESSION),
        *("--chats", "20", "--groups", "3", "--messages", "150"),
    )
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    report = json.loads(output)
    assert process.returncode == 0
    assert report["webhooks"] == report["taken"] == len(receiver.taken) >= 150
    assert report["refused"] == 0
    assert report["latency_ms"]["p50"] <= report["latency_ms"]["p99"]


async def test_traffic_that_the_backend_refuses_ends_with_1(receiver: Receiver) -> None:
    wrong = SESSION.replace(MAIN.secret, "not-the-secret")
    process = await start(
        *("traffic", "--backend", receiver.url, "--session", wrong),
        *("--chats", "3", "--groups", "0", "--messages", "5"),
    )
    output, complaints = await asyncio.wait_for(process.communicate(), 30)
    report = json.loads(output)
    assert (process.returncode, report["taken"]) == (1, 0)
    assert report["refused"] == report["webhooks"]
    assert b"401" in complaints
    assert b"not-the-secret" not in complaints


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--session"),
        (("--session", "id=1,workspace=1,secret=s"), "phone"),
        (("--session", "id=1,workspace=1,secret=s,phone=+6281234567890,colour=red"), "colour"),
        (("--session", SESSION, "--chats", "2", "--groups", "3"), "groups"),
        (("--session", SESSION, "--backend", "localhost"), "http"),
        (("--config", "/nonexistent/simulator.json"), "--config"),
    ],
)
def test_contradictory_or_missing_options_are_told(arguments: tuple[str, ...], words: str) -> None:
    outcome = CliRunner().invoke(cli, ["serve", "--port", "0", *arguments])
    assert outcome.exit_code == 2
    assert words in outcome.output


def test_a_taken_port_is_told_in_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        outcome = CliRunner().invoke(
            cli, ["serve", "--session", SESSION, "--port", str(port), "--chats", "1", "--groups", "0"]
        )
    assert outcome.exit_code == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in outcome.output
    assert "Traceback" not in outcome.output
