"""Brings the dead back and waits until nothing is on its way any more, as it must end by itself."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.faults.stage import Stage
from tests.faults.verdict import Finding

HEALING_SECONDS = 40.0
RECEIPTS = 3
"""Of each message that WhatsApp took: sent, delivered, read."""


@dataclass
class Healer:
    """Remembers how far it had come, from one round to the next."""

    stage: Stage
    _ledger_read_to: int = 0
    _receipts: Counter[str] = field(default_factory=Counter)
    _reached: tuple[str, int] | None = None

    async def heal(self) -> list[Finding]:
        """Returns as soon as both sides rest; a finding where they do not, or where one has gone back."""
        stage = self.stage
        if not stage.server.is_started:
            await stage.server.start()
        if not stage.client.is_started:
            await stage.start_client()
        loop = asyncio.get_running_loop()
        ends = loop.time() + HEALING_SECONDS
        while True:
            report = await stage.client.ask("report")
            unfinished = self._unfinished(report)
            if not unfinished:
                break
            if loop.time() > ends:
                return [Finding("stuck", "; ".join(unfinished)), *self._broken(report)]
            if report["line"] == "reconnecting":
                await stage.client.ask("wake")
            await asyncio.sleep(0.02)
        return [*self._broken(report), *self._gone_back(report)]

    def cache_wiped(self) -> None:
        """The client starts from nothing."""
        self._reached = None

    def _unfinished(self, report: dict[str, Any]) -> list[str]:
        stage = self.stage
        sends = stage.simulator.ledger.sends()
        self._read_ledger()
        open_ends = (
            (stage.simulator.webhooks.waiting, "webhooks on their way"),
            (report["line"] != "live", f"the client's line is {report['line']}: {report['reason']}"),
            (report["waiting"], f"in the outbox: {report['waiting']}"),
            (report["reads"], f"read marks kept: {report['reads']}"),
            (report["cursor"] != stage.head, f"the client is at {report['cursor']}, the server at {stage.head}"),
            (any(self._receipts[send.message_id] < RECEIPTS for send in sends), "receipts on their way"),
            (stage.rows(_UNSETTLED), f"the server's sends not settled: {stage.rows(_UNSETTLED)}"),
        )
        return [words for is_open, words in open_ends if is_open]

    def _read_ledger(self) -> None:
        ledger = self.stage.simulator.ledger
        for record in ledger.webhooks(self._ledger_read_to):
            if record.event == "message_ack" and record.message_id is not None:
                self._receipts[record.message_id] += 1
        self._ledger_read_to = ledger.last_seq

    def _broken(self, report: dict[str, Any]) -> list[Finding]:
        words = [*report["failures"], *(f"damaged: {file}" for file in report["damaged"])]
        if "Traceback" in self.stage.server.said():
            words.append(f"the server logged {self.stage.server.said()[-2000:]}")
        return [Finding("broken", each) for each in words]

    def _gone_back(self, report: dict[str, Any]) -> list[Finding]:
        reached, before = (report["epoch"], report["cursor"]), self._reached
        self._reached = reached
        if before is not None and (before[0] != reached[0] or reached[1] < before[1]):
            return [Finding("different", f"the client's place went from {before} to {reached}")]
        return []


_UNSETTLED = (
    "SELECT client_uuid, status FROM chats WHERE client_uuid IS NOT NULL AND status IN ('queued', 'sending', "
    "'unconfirmed')"
)
