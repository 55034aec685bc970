"""The demo's servers are real processes: they need no settings, end with the demo, and are missed when they die."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from inbox_app.demo.processes import AGENT_EMAIL, AGENT_NAME, DemoFailedError, DemoProcesses, DemoSize
from inbox_app.demo.simulation import Simulation
from inbox_app.server.api import Api
from tests.e2e.waiting import until

TINY = DemoSize(chats=6, groups=2, messages=2, rate=5.0)


async def test_they_start_play_report_a_death_and_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_DATABASE_URL", "sqlite+aiosqlite:////nowhere/production.sqlite3")
    demo = DemoProcesses(tmp_path, TINY)
    try:
        servers = await demo.start()
        simulation = Simulation(servers.simulator)
        assert await simulation.history_posted()
        place = await simulation.place()
        api = Api(servers.backend)
        answer = await api.login(servers.email, servers.password, "test")
        assert (answer.user.email, answer.user.name) == (AGENT_EMAIL, AGENT_NAME)
        await api.close()
        signed_in = Api(servers.backend, answer.token)
        page = await signed_in.snapshot(None)
        await signed_in.close()
        assert len(page.sessions) == 3
        assert len(page.conversations) >= TINY.chats
        await simulation.pause()
        await simulation.settled()
        sent, refused = await simulation.messages_since(0)
        assert sent
        assert refused == 0
        assert place > 0
        await simulation.close()
        assert demo.died() == []
        demo._running["simulator"].kill()
        await until(demo.died, "the death is noticed")
        assert demo.died() == ["simulator ended with -9"]
    finally:
        await demo.close()
    await demo.close()
    for url in (servers.backend, servers.simulator):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) != 0


async def test_a_backend_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "backend").write_text("a file where the data folder should be")
    demo = DemoProcesses(tmp_path, TINY)
    with pytest.raises(DemoFailedError, match="sync-backend workspace add"):
        await demo.start()
    await demo.close()


async def test_a_server_that_ends_at_once_is_not_waited_for(tmp_path: Path) -> None:
    demo = DemoProcesses(tmp_path, replace(TINY, rate=-1.0))
    with pytest.raises(DemoFailedError, match="simulator ended with"):
        await demo.start()
    await demo.close()
