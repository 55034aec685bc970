"""The bridge's side of a benchmark: signed webhooks, and the cheapest HTTP client that can post them."""

from __future__ import annotations

import asyncio
import secrets
import time

import orjson

from benchmarks.served.backend import Prepared
from wire.signatures import sign_body
from wire.webhooks import SIGNATURE_HEADER

WEBHOOK_PATH = "/api/whatsapp/webhook"


class Bridge:
    """Makes private messages of `people` customers, in turn, each message once."""

    def __init__(self, prepared: Prepared, people: int = 100) -> None:
        self._prepared = prepared
        self._people = people
        self._run = secrets.token_hex(4)
        self._made = 0

    def message(self) -> bytes:
        """The body of the next webhook."""
        self._made += 1
        person = self._made % self._people
        return orjson.dumps(
            {
                "event": "message",
                "session_id": self._prepared.session_id,
                "workspace_id": self._prepared.workspace_id,
                "chat_type": "private",
                "contact_phone": f"62812345{person:05d}@c.us",
                "contact_name": f"Pelanggan {person}",
                "message_body": f"Halo, apakah pesanan nomor {self._made} sudah dikirim? Terima kasih.",
                "message_type": "chat",
                "timestamp": int(time.time()),
                "has_media": False,
                "message_id": f"{self._run}{self._made:012d}",
            }
        )

    def headers(self, body: bytes) -> list[tuple[bytes, bytes]]:
        """As ASGI lists them."""
        signature = sign_body(self._prepared.hmac_secret, body)
        return [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (SIGNATURE_HEADER.lower().encode(), signature.encode()),
        ]


class Line:
    """One kept-alive connection of a bridge; posts one webhook at a time."""

    def __init__(self, bridge: Bridge, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._bridge = bridge
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, bridge: Bridge, port: int) -> Line:
        return cls(bridge, *await asyncio.open_connection("127.0.0.1", port))

    async def post(self) -> float:
        """Seconds until the answer was there."""
        body = self._bridge.message()
        head = b"".join(b"%b: %b\r\n" % header for header in self._bridge.headers(body))
        begin = time.perf_counter()
        self._writer.write(b"POST %b HTTP/1.1\r\n%b\r\n%b" % (WEBHOOK_PATH.encode(), head, body))
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        text = await self._reader.readexactly(length)
        seconds = time.perf_counter() - begin
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the webhook was refused: {text.decode()}")
        return seconds

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()
