"""The outbox of one socket: order, the way of a send that waits, overflow, and how it ends."""

import asyncio

import pytest

from sync_backend.realtime.outbox import Outbox


class Pipe:
    """Takes frames while it is open, and has senders wait while it is stuck."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.broken = False

    async def send(self, frame: str) -> None:
        await self.open.wait()
        if self.broken:
            raise ConnectionError("gone")
        self.sent.append(frame)


async def idle_outbox(pipe: Pipe, limit: int = 100) -> tuple[Outbox, asyncio.Task[None]]:
    outbox = Outbox(pipe.send, limit)
    draining = asyncio.create_task(outbox.drain(), name="draining")
    await asyncio.sleep(0)
    return outbox, draining


async def test_an_idle_outbox_sends_before_put_returns() -> None:
    pipe = Pipe()
    outbox, draining = await idle_outbox(pipe)
    assert outbox.put("one")
    assert outbox.put("two")
    assert pipe.sent == ["one", "two"]
    outbox.finish()
    await draining


async def test_order_is_kept_when_a_send_has_to_wait() -> None:
    pipe = Pipe()
    outbox, draining = await idle_outbox(pipe)
    outbox.put("one")
    pipe.open.clear()
    assert all(outbox.put(frame) for frame in ("two", "three"))
    await asyncio.sleep(0)
    assert outbox.put("four")
    assert pipe.sent == ["one"]
    pipe.open.set()
    assert outbox.put("five")
    outbox.finish()
    await draining
    assert pipe.sent == ["one", "two", "three", "four", "five"]


async def test_it_is_idle_again_after_a_wait() -> None:
    pipe = Pipe()
    outbox, draining = await idle_outbox(pipe)
    pipe.open.clear()
    outbox.put("one")
    pipe.open.set()
    for _ in range(3):  # turns of the loop in which the waiting send ends
        await asyncio.sleep(0)
    assert pipe.sent == ["one"]
    outbox.put("two")
    assert pipe.sent == ["one", "two"]
    outbox.finish()
    await draining


async def test_a_stuck_reader_overflows_at_the_limit() -> None:
    pipe = Pipe()
    outbox, draining = await idle_outbox(pipe, limit=10)
    pipe.open.clear()
    taken = [outbox.put("four") for _ in range(5)]
    assert taken == [True, True, True, False, False]  # one on its way, eight characters waiting
    assert outbox.overflowed
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining
    assert pipe.sent == []


async def test_what_was_put_before_draining_began_is_sent_first() -> None:
    pipe = Pipe()
    outbox = Outbox(pipe.send)
    outbox.put("greeting")
    outbox.put("confirmation")
    outbox.finish()
    assert not outbox.put("too late")
    await outbox.drain()
    assert pipe.sent == ["greeting", "confirmation"]
    assert not outbox.overflowed


async def test_a_broken_socket_is_told_to_its_own_task_and_not_to_the_publisher() -> None:
    pipe = Pipe()
    outbox, draining = await idle_outbox(pipe)
    pipe.broken = True
    assert not outbox.put("one")
    assert not outbox.put("two")
    with pytest.raises(ConnectionError, match="gone"):
        await draining


async def test_a_wait_that_is_cancelled_leaves_nobody_waiting() -> None:
    pipe = Pipe()
    outbox, draining = await idle_outbox(pipe)
    pipe.open.clear()
    outbox.put("one")
    await asyncio.sleep(0)
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining
    pipe.open.set()
    await asyncio.sleep(0)
    assert pipe.sent == []
