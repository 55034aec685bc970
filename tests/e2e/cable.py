"""A network cable between client and server that a test can cut and mend: a small TCP relay on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Cable:
    """Leads from `port` to the server's port. While it is cut, connections are broken off as soon as they are made."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._is_cut = False
        self._ends: set[asyncio.StreamWriter] = set()
        self._relays: set[asyncio.Task[None]] = set()
        self.port = 0
        self.connections = 0

    def cut(self) -> None:
        """Both ends see a broken connection, without a word of farewell."""
        self._is_cut = True
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        self._is_cut = False

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carries one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._relays.add(task)
        self.connections += 1
        ends = {writer}
        try:
            if self._is_cut:
                return
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
            ends.add(server_writer)
            self._ends |= ends
            await asyncio.gather(_carry(reader, server_writer), _carry(server_reader, writer))
        except OSError:
            pass  # the server is away, or the cable was cut
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()
            self._relays.discard(task)

    async def close(self) -> None:
        self.cut()
        await asyncio.gather(*self._relays, return_exceptions=True)


@asynccontextmanager
async def laid_to(server_port: int) -> AsyncIterator[Cable]:
    """A cable to a server on this machine."""
    cable = Cable(server_port)
    server = await asyncio.start_server(cable.relay, "127.0.0.1", 0)
    cable.port = server.sockets[0].getsockname()[1]
    try:
        yield cable
    finally:
        server.close()
        await cable.close()
        await server.wait_closed()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.transport.abort()
