"""The kinds of death: who is killed, and at which moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from tests.faults import client_process as client
from tests.faults import server_process as server
from tests.faults.crash import Order
from tests.faults.healing import Healer
from tests.faults.processes import Victim
from tests.faults.stage import Stage

MANY: Final = 40
FEW: Final = 4
A_WALK: Final = 400
"""Statements, about as many as the client writes to catch up."""


async def client_mid_page(stage: Stage, healer: Healer) -> bool:
    """At a statement of a page: of a snapshot, of a walk over what was missed, or of an event."""
    way = stage.rng.choice(("snapshot", "missed", "live"))
    if way == "live":
        return await _dies(stage, stage.client, Order(client.CACHE_STATEMENT, stage.rng.randint(1, A_WALK)))
    await stage.client.bury()
    if way == "snapshot":
        stage.wipe_cache()
        healer.cache_wiped()
    else:
        await stage.say_times(MANY)
    times = 0
    for _ in range(stage.rng.choice((1, 1, 2))):
        await stage.start_client(Order(client.CACHE_STATEMENT, stage.rng.randint(1, A_WALK)))
        await stage.act_until(lambda: stage.client.is_dead)
        times += await stage.client.bury()
    return times > 0


async def client_mid_send(stage: Stage, _healer: Healer) -> bool:
    """Between the outbox and the server's answer, and between the answer and the outbox."""
    point = stage.rng.choice((client.OUTBOX_STATEMENT, client.SEND_ASKED, client.SEND_ANSWERED))
    return await _dies(stage, stage.client, Order(point, stage.rng.randint(1, MANY if "statement" in point else FEW)))


async def server_before_commit(stage: Stage, _healer: Healer) -> bool:
    return await _server_dies(stage, (server.BEFORE_COMMIT,), MANY)


async def server_before_broadcast(stage: Stage, _healer: Healer) -> bool:
    """Committed, and nobody was told; or the caller was, and the listeners were not."""
    return await _server_dies(stage, (server.AFTER_COMMIT, server.BEFORE_PUBLISH), MANY)


async def server_mid_send(stage: Stage, _healer: Healer) -> bool:
    """Before the bridge is asked, or after it took the message and before that is committed."""
    return await _server_dies(stage, (server.BRIDGE_ASKED, server.BRIDGE_ACCEPTED), FEW)


async def anyone_any_time(stage: Stage, _healer: Healer) -> bool:
    """A plain SIGKILL of either side or of both, sometimes again while the damage heals."""
    for _ in range(stage.rng.choice((1, 1, 2))):
        await stage.act_until(lambda: False, seconds=stage.rng.random() * 0.5)
        for victim in stage.rng.choice(((stage.server,), (stage.client,), (stage.server, stage.client))):
            await victim.bury()
        await stage.act_times(stage.rng.randrange(FEW))
        if not stage.server.is_started:
            await stage.server.start()
        if not stage.client.is_started:
            await stage.start_client()
    return True


Kind = Callable[[Stage, Healer], Awaitable[bool]]

KINDS: Final[Mapping[str, Kind]] = {
    kind.__name__: kind
    for kind in (
        client_mid_page,
        client_mid_send,
        server_before_commit,
        server_before_broadcast,
        server_mid_send,
        anyone_any_time,
    )
}
"""Each answers whether somebody died at the moment that was meant; else they were killed when time was up."""


async def _server_dies(stage: Stage, points: Sequence[str], most: int) -> bool:
    died = await _dies(stage, stage.server, Order(stage.rng.choice(points), stage.rng.randint(1, most)))
    await stage.act_times(stage.rng.randrange(FEW))
    return died


async def _dies(stage: Stage, victim: Victim, order: Order) -> bool:
    victim.is_to_die(order)
    await stage.act_until(lambda: victim.is_dead)
    await asyncio.sleep(0)
    return await victim.bury()
