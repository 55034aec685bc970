"""The processes that the judge starts, kills and starts again.

They are forked from a server that has imported their code, so that a round is spent on its fault and not on imports;
each is a process of its own, with nothing else in common.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.e2e.waiting import until
from tests.faults import client_process, server_process
from tests.faults.client_process import ClientOptions
from tests.faults.crash import Order
from tests.faults.server_process import ServerOptions

START_SECONDS = 30.0
ANSWER_SECONDS = 20.0

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([server_process.__name__, client_process.__name__])


class Gone(Exception):
    """The process died before it answered."""


class Victim:
    """A process that can be ordered to die; `order` is the file in which it looks."""

    def __init__(self, order: Path) -> None:
        self.order = order
        self._process: ForkServerProcess | None = None

    def _start(self, run: Callable[..., None], options: object, order: Order | None) -> None:
        assert self._process is None, "still running"
        self.order.unlink(missing_ok=True)
        if order is not None:
            order.write(self.order)
        self._process = _forks.Process(target=run, args=(options,))
        self._process.start()

    @property
    def is_started(self) -> bool:
        """Since it was last buried."""
        return self._process is not None

    @property
    def is_dead(self) -> bool:
        """Whether it has ended, by order or by itself."""
        return self._process is None or self._process.exitcode is not None

    def is_to_die(self, order: Order) -> None:
        """While it runs."""
        order.write(self.order)

    async def bury(self) -> bool:
        """Kills it where it still runs; whether it had died by its order. Fails when it ended in any other way."""
        process, self._process = self._process, None
        assert process is not None
        had_died = process.exitcode is not None
        if not had_died:
            process.kill()
        await until(lambda: process.exitcode is not None, "the process ended")
        assert process.exitcode == -signal.SIGKILL, f"ended by itself with {process.exitcode}"
        process.close()
        return had_died


class ServerProcess(Victim):
    """The backend, always at the same port with the same data."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder / "server.order")
        self._folder = folder
        self._port = port
        self._starts = 0
        self._log = folder / "none"

    async def start(self) -> None:
        """Returns when it listens."""
        self._starts += 1
        self._log = self._folder / f"server-{self._starts}.log"
        options = ServerOptions(data_dir=self._folder / "data", port=self._port, log=self._log, order=self.order)
        self._start(server_process.run, options, None)
        await until(lambda: self.is_dead or '"ready"' in self.said(), "the server listens", seconds=START_SECONDS)
        assert not self.is_dead, f"the server did not start ({self._process and self._process.exitcode}): {self.said()}"

    def said(self) -> str:
        """What it wrote since it was started."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""


class ClientProcess(Victim):
    """A client on its own files; asked and told over a socket."""

    def __init__(self, folder: Path, options: Callable[[Path, Path], ClientOptions]) -> None:
        super().__init__(folder / "client.order")
        self._socket = folder / "client.socket"
        self._options = options
        self._asking = asyncio.Lock()
        self._connected: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def start(self, order: Order | None = None) -> None:
        """Returns when it takes commands, or is dead already."""
        self._connected = asyncio.get_running_loop().create_future()
        server = await asyncio.start_unix_server(self._hear, self._socket)
        self._start(client_process.run, self._options(self._socket, self.order), order)
        await until(lambda: self.is_dead or self._is_connected, "the client has started", seconds=START_SECONDS)
        server.close()

    async def ask(self, do: str, **what: Any) -> Any:
        """Raises Gone."""
        async with self._asking:
            if not self._is_connected:
                raise Gone
            assert self._connected is not None
            reader, writer = self._connected.result()
            try:
                writer.write(json.dumps({"do": do, **what}).encode() + b"\n")
                async with asyncio.timeout(ANSWER_SECONDS):
                    answer = await reader.readline()
            except OSError:
                raise Gone from None
            if not answer:
                raise Gone
            return json.loads(answer)

    async def bury(self) -> bool:
        had_died = await super().bury()
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None
        self._connected = None
        return had_died

    @property
    def _is_connected(self) -> bool:
        return self._connected is not None and self._connected.done()

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._connected is not None
        self._writer = writer
        self._connected.set_result((reader, writer))
