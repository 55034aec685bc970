"""Many sends through a Meta that fails one in five, in every way: `python -m tests.sync_backend.sending.faulty`.

In the end Meta's ledger and ours agree message by message: what we call sent is there once, what failed is not.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from simulator.faults import Fault
from sync_backend.settings import Settings
from tests.sync_backend.sending.meta_number import MetaDesk, meta_desk
from tests.sync_backend.stage import migrated_file

SHARE = 0.2
PEOPLE = 40
_WAYS = (
    Fault(kind="accept_then_drop"),
    Fault(kind="disconnect"),
    Fault(kind="status", status=400, code=131016),
    Fault(kind="status", status=400, code=130429),
    Fault(kind="status", status=400, code=131026),
    Fault(kind="status", status=500),
    Fault(kind="status", status=401, code=190),
)
_SETTLED = ("sent", "delivered", "read", "failed", "unconfirmed")


async def play(desk: MetaDesk, sends: int, seed: int) -> Counter[str]:
    """How many messages ended how; raises AssertionError where the ledgers disagree."""
    chance = random.Random(seed)
    for _ in range(sends * 3):
        desk.meta.simulator.faults.add(chance.choice(_WAYS) if chance.random() < SHARE else Fault())
    people = [f"62812000{index:05d}" for index in range(min(PEOPLE, sends))]
    chats = {phone: await desk.customer_says(phone=phone) for phone in people}
    typed: dict[str, list[str]] = defaultdict(list)
    for index in range(sends):
        phone = people[index % len(people)]
        sent = await desk.send(chats[phone], f"no. {index}")
        typed[phone].append(sent["uuid"])
    await _settled(desk, chats.values())
    records = desk.meta.simulator.ledger.sends()
    for position in range(len(records)):
        await desk.meta_ticks("delivered", of=position)
    return await _compare(desk, chats, typed)


async def _compare(desk: MetaDesk, chats: dict[str, str], typed: dict[str, list[str]]) -> Counter[str]:
    records = desk.meta.simulator.ledger.sends()
    at_meta = Counter(record.client_uuid for record in records)
    assert max(at_meta.values()) == 1, "a message was sent twice"
    ends: Counter[str] = Counter()
    for phone, uuids in typed.items():
        ours: dict[str, Any] = {each["uuid"]: each for each in await desk.messages(chats[phone])}
        for uuid in uuids:
            status = ours[uuid]["status"]
            ends[status] += 1
            assert (status == "delivered") == (at_meta[uuid] == 1), f"{uuid} is {status}, Meta has {at_meta[uuid]}"
            assert status in ("delivered", "failed", "unconfirmed")
            if at_meta[uuid]:
                [record] = [each for each in records if each.client_uuid == uuid]
                assert ours[uuid]["provider_message_id"] == record.message_id
        order = [record.client_uuid for record in records if record.to == phone]
        assert order == [uuid for uuid in uuids if at_meta[uuid]], "the order was lost"
    return ends


async def _settled(desk: MetaDesk, conversations: Any) -> None:
    async with asyncio.timeout(300):
        waiting = list(conversations)
        while True:
            waiting = [each for each in waiting if not await _is_settled(desk, each)]
            if not waiting:
                return
            await asyncio.sleep(0.05)


async def _is_settled(desk: MetaDesk, conversation: str) -> bool:
    ours = [each for each in await desk.messages(conversation) if each["direction"] == "outbound"]
    return all(each["status"] in _SETTLED for each in ours)


async def _main(sends: int, seed: int) -> Counter[str]:
    with tempfile.TemporaryDirectory(prefix="sends-") as folder:
        await migrated_file(Path(folder) / "inbox.sqlite3")
        settings = Settings(
            data_dir=Path(folder),
            send_timeout_seconds=2.0,
            send_patience_seconds=120.0,
            send_per_minute=0,
            send_per_hour=0,
        )
        async with meta_desk(settings) as desk:
            return await play(desk, sends, seed)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sync_backend.sending.faulty", description=__doc__)
    parser.add_argument("--sends", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    ends = asyncio.run(_main(chosen.sends, chosen.seed))
    sys.stdout.write(f"{chosen.sends} sends, one in five failing: the ledgers agree. {dict(ends)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
