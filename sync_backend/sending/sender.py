"""Takes queued messages to their providers: one at a time per conversation, conversations side by side."""

from __future__ import annotations

from typing import Final, Protocol

import structlog

from sync_backend.clock import Clock
from sync_backend.jobs.queue import Job
from sync_backend.providers.base import Accepted, OutboundMessage, Outcome, Refused, Unavailable, Unconfirmed
from sync_backend.providers.directory import ProviderDirectory
from sync_backend.sending.outbox import Delivery, Outbox, Sendable
from sync_backend.sending.pace import Pace

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 30.0
_MOST_DOUBLINGS: Final = 10

whatsapp_log = structlog.stdlib.get_logger("whatsapp")


class SendWatch(Protocol):
    """Counts sends for operators."""

    def send_ended(self, provider: str, outcome: str) -> None: ...


class Sender:
    """Handles jobs of the kind `outbox.SEND`; the only one who calls providers with messages, at each number's `pace`.

    `patience_seconds` is how long an unreachable provider, or one whose answer was lost, is asked again.
    """

    def __init__(
        self,
        outbox: Outbox,
        providers: ProviderDirectory,
        watch: SendWatch,
        clock: Clock,
        *,
        pace: Pace,
        patience_seconds: float,
    ) -> None:
        self._outbox = outbox
        self._providers = providers
        self._watch = watch
        self._clock = clock
        self._pace = pace
        self._patience_ms = int(patience_seconds * 1000)

    async def do(self, job: Job) -> None:
        """Asks the provider once; see `sync_backend.jobs.worker.Handler`."""
        delivery: Delivery = job.payload
        message = await self._outbox.load(delivery["message_id"])
        if message is None:
            await self._outbox.drop(job)
            return
        in_doubt = _is_in_doubt(message, job, delivery)
        is_idempotent = self._providers.provider_for(message.account).idempotent
        if in_doubt and not is_idempotent:
            await self._outbox.leave_unconfirmed(job, "interrupted", "It is not known whether this message was sent.")
            return
        turn = delivery.get("turn_ms") or await self._pace.next_turn(message.account.id)
        if turn > self._clock():
            waiting = Delivery(**{**delivery, "turn_ms": turn})
            await self._outbox.wait(job, waiting, (turn - self._clock()) / 1000)
            return
        await self._outbox.begin(job)
        first_try = delivery["first_try_ms"] or self._clock()
        outcome = await self._call(message)
        in_doubt = in_doubt or isinstance(outcome, Unconfirmed)
        if isinstance(outcome, Accepted):
            await self._outbox.confirm(job, outcome.provider_message_id)
            return
        wait = _wait_before_next(outcome, delivery["tries"])
        is_late = wait is not None and self._clock() + wait * 1000 > first_try + self._patience_ms
        if wait is None or is_late or (in_doubt and not is_idempotent):
            await self._give_up(job, message, outcome, in_doubt)
            return
        tried = Delivery(message_id=delivery["message_id"], tries=delivery["tries"] + 1, first_try_ms=first_try)
        if isinstance(outcome, Unconfirmed):
            await self._outbox.ask_again(job, tried, wait, outcome.code, outcome.message)
        else:
            await self._outbox.wait(job, tried, wait)

    async def give_up(self, job: Job) -> None:
        """A message that we cannot handle must not block those behind it, nor vanish."""
        await self._outbox.give_up(job, "internal", "Something went wrong on the server; it has been logged.")

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
        outcome = await provider.send(text)
        self._watch.send_ended(message.account.provider_type, type(outcome).__name__.lower())
        return outcome

    async def _give_up(
        self, job: Job, message: Sendable, outcome: Refused | Unavailable | Unconfirmed, in_doubt: bool
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


def _is_in_doubt(message: Sendable, job: Job, delivery: Delivery) -> bool:
    """`sending` is certain only when an answer came back to whoever asked last."""
    answered = delivery["tries"] > 0 and job.losses == 0
    return message.status == "unconfirmed" or (message.status == "sending" and not answered)


def _wait_before_next(outcome: Refused | Unavailable | Unconfirmed, tries: int) -> float | None:
    """Seconds; None when another try is pointless."""
    if isinstance(outcome, Refused):
        return None
    pause: float = min(FIRST_PAUSE_SECONDS * 2 ** min(tries, _MOST_DOUBLINGS), LONGEST_PAUSE_SECONDS)
    asked_for = outcome.retry_after if isinstance(outcome, Unavailable) else None
    return max(pause, asked_for or 0.0)
