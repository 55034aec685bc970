"""An alarm that moves away with every event still rings in time, and costs the loop one timer."""

from __future__ import annotations

import asyncio

from inbox_app.sync.alarm import Alarm


class Loop(asyncio.SelectorEventLoop):
    """Counts the timers it is asked for."""

    timers = 0

    def call_at(self, *args: object, **kwargs: object) -> asyncio.TimerHandle:
        self.timers += 1
        return super().call_at(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came


def test_moving_away_costs_no_timer_and_moving_closer_one() -> None:
    async def scenario() -> None:
        event, loop = asyncio.Event(), asyncio.get_running_loop()
        assert isinstance(loop, Loop)
        alarm = Alarm(event)
        for seconds in range(60, 1_060):
            alarm.ring_within(float(seconds))
        assert loop.timers == 1
        alarm.ring_within(0.01)
        assert loop.timers == 2
        async with asyncio.timeout(10):
            await event.wait()

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(scenario())


async def test_it_rings_again_for_the_next_moment_and_not_after_it_was_cancelled() -> None:
    event = asyncio.Event()
    alarm = Alarm(event)
    for _ in range(2):
        alarm.ring_within(0.0)
        async with asyncio.timeout(10):
            await event.wait()
        event.clear()
    alarm.ring_within(0.0)
    alarm.cancel()
    other = asyncio.Event()
    Alarm(other).ring_within(0.01)
    async with asyncio.timeout(10):
        await other.wait()
    assert not event.is_set()
