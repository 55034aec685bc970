"""What the simulator did, with times: every webhook it posted, every send it accepted."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

_KEPT_WEBHOOKS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRecord:
    """A webhook that the backend took, or refused for good (`accepted_at_ms` null).

    `seq` counts from 1 in the order of these ends. `sent_at_ms` is read just before the first try's HTTP request;
    `latency_ms` is the last try's. `statuses` has each try's HTTP status, 0 where there was no answer.
    """

    seq: int
    event: str
    session_id: str
    chat: str
    message_id: str | None
    body: str | None
    from_me: bool
    sent_at_ms: float
    accepted_at_ms: float | None
    latency_ms: float
    first_status: int
    statuses: list[int]


@dataclass(slots=True, kw_only=True)
class SendRecord:
    """A message that the bridge took for sending; `calls` counts the requests with its `client_uuid`."""

    client_uuid: str
    message_id: str
    session_id: str
    to: str
    body: str
    reply_to: str | None
    accepted_at_ms: float
    calls: int = 1


class Ledger:
    """Remembers the last 100,000 webhooks, and all sends."""

    def __init__(self) -> None:
        self._webhooks: deque[WebhookRecord] = deque(maxlen=_KEPT_WEBHOOKS)
        self._sends: list[SendRecord] = []
        self._by_uuid: dict[tuple[str, str], SendRecord] = {}
        self._ended = 0

    @property
    def last_seq(self) -> int:
        return self._ended

    def next_seq(self) -> int:
        self._ended += 1
        return self._ended

    def add_webhook(self, record: WebhookRecord) -> None:
        self._webhooks.append(record)

    def webhooks(self, since: int = 0) -> list[WebhookRecord]:
        """Those with `seq` above `since`."""
        return [record for record in self._webhooks if record.seq > since]

    def add_send(self, record: SendRecord) -> None:
        self._sends.append(record)
        self._by_uuid[record.session_id, record.client_uuid] = record

    def send(self, session_id: str, client_uuid: str) -> SendRecord | None:
        """The latest under this uuid."""
        return self._by_uuid.get((session_id, client_uuid))

    def sends(self) -> list[SendRecord]:
        return list(self._sends)
