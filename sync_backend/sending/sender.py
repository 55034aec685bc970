"""Takes queued messages to their providers: one at a time per conversation, conversations side by side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from sync_backend.clock import Clock
from sync_backend.providers.base import Accepted, OutboundMessage, Outcome, Refused, Unavailable, Unconfirmed
from sync_backend.providers.directory import ProviderDirectory
from sync_backend.sending.outbox import Outbox, Sendable, SendJob

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
GRACE_SECONDS: Final = 5.0
_MOST_DEFECTS: Final = 5

log = structlog.stdlib.get_logger("sync_backend.sending")
whatsapp_log = structlog.stdlib.get_logger("whatsapp")


class SendWatch(Protocol):
    """Counts sends for operators."""

    def send_ended(self, provider: str, outcome: str) -> None: ...


@dataclass(slots=True)
class _Lane:
    """The messages of one conversation, in the order in which they were stored."""

    jobs: deque[SendJob] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class Sender:
    """The only one who calls providers. `start` inside the event loop takes up what an earlier life left.

    `patience_seconds` is how long an unreachable provider, or one whose answer was lost, is asked again.
    """

    def __init__(
        self,
        outbox: Outbox,
        providers: ProviderDirectory,
        watch: SendWatch,
        clock: Clock,
        *,
        concurrency: int,
        patience_seconds: float,
    ) -> None:
        self._outbox = outbox
        self._providers = providers
        self._watch = watch
        self._clock = clock
        self._patience = patience_seconds
        self._calls = asyncio.Semaphore(concurrency)
        self._lanes: dict[int, _Lane] = {}
        self._closing = asyncio.Event()

    async def start(self) -> None:
        since = self._clock() - int(self._patience * 1000)
        for job in await self._outbox.unfinished(unconfirmed_since_ms=since):
            self.enqueue(job)

    def enqueue(self, job: SendJob) -> None:
        """To be called after the message's commit, in the order of commits; the row outlives a crash, this does not."""
        lane = self._lanes.setdefault(job.conversation_id, _Lane())
        lane.jobs.append(job)
        if lane.task is None and not self._closing.is_set():
            lane.task = asyncio.create_task(self._work_off(lane, job.conversation_id), name="send messages")

    async def close(self) -> None:
        """Calls under way may end within a few seconds; what is left is taken up at the next start."""
        self._closing.set()
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()

    async def _work_off(self, lane: _Lane, conversation_id: int) -> None:
        defects = 0
        while lane.jobs and not self._closing.is_set():
            try:
                await self._deliver(lane.jobs[0])
            except Exception:
                # The row still says what is known; a message that we cannot handle must not block those behind it.
                defects += 1
                log.exception("a message could not be handled", message_id=lane.jobs[0].message_id)
                if defects < _MOST_DEFECTS:
                    await self._pause(FIRST_PAUSE_SECONDS * defects)
                    continue
            defects = 0
            lane.jobs.popleft()
        lane.task = None
        if not lane.jobs:
            self._lanes.pop(conversation_id, None)

    async def _deliver(self, job: SendJob) -> None:
        """Ends when the message's fate is committed, patience is over, or the program stops."""
        message = await self._outbox.load(job)
        if message is None:
            return
        in_doubt = message.status != "queued"
        if in_doubt and not self._providers.provider_for(message.account).idempotent:
            await self._outbox.leave_unconfirmed(job, "interrupted", "It is not known whether this message was sent.")
            return
        if not in_doubt:
            await self._outbox.begin(job)
        deadline = asyncio.get_running_loop().time() + self._patience
        for pause in _pauses():
            outcome = await self._call(message)
            in_doubt = in_doubt or isinstance(outcome, Unconfirmed)
            if isinstance(outcome, Accepted):
                await self._outbox.confirm(job, outcome.provider_message_id)
                return
            wait = _wait_before_next(outcome, pause)
            if wait is None or asyncio.get_running_loop().time() + wait > deadline:
                await self._give_up(job, message, outcome, in_doubt)
                return
            if isinstance(outcome, Unconfirmed):
                await self._outbox.leave_unconfirmed(job, outcome.code, outcome.message)
                if not self._providers.provider_for(message.account).idempotent:
                    return
            await self._pause(wait)
            message = None if self._closing.is_set() else await self._outbox.load(job)
            if message is None:
                return

    async def _call(self, message: Sendable) -> Outcome:
        if message.to is None:
            return Refused("no_address", "Neither a phone number nor a WhatsApp id is known of this contact.")
        provider = self._providers.provider_for(message.account)
        text = OutboundMessage(
            client_uuid=message.client_uuid,
            to=message.to,
            body=message.body,
            reply_to=message.reply_to,
            template=message.template,
        )
        async with self._calls:
            outcome = await provider.send(text)
        self._watch.send_ended(message.account.provider_type, type(outcome).__name__.lower())
        return outcome

    async def _give_up(
        self, job: SendJob, message: Sendable, outcome: Refused | Unavailable | Unconfirmed, in_doubt: bool
    ) -> None:
        """What may have been sent is never called failed: a person would send it again."""
        settle = self._outbox.leave_unconfirmed if in_doubt else self._outbox.fail
        await settle(job, outcome.code, outcome.message)
        whatsapp_log.warning(
            "send failed",
            provider=message.account.provider_type,
            session_id=message.account.id,
            error=outcome.code,
            contact_id=message.contact_id,
            in_doubt=in_doubt,
        )

    async def _pause(self, seconds: float) -> None:
        """Cut short when the program stops."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)


def _wait_before_next(outcome: Refused | Unavailable | Unconfirmed, pause: float) -> float | None:
    """None when another try is pointless."""
    if isinstance(outcome, Refused):
        return None
    asked_for = outcome.retry_after if isinstance(outcome, Unavailable) else None
    return max(pause, asked_for or 0.0)


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE_SECONDS
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
