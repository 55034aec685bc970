"""Matches what the simulator sent with what the cache took and the list painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from local_cache.changed import Changed

ProviderKey = tuple[str, str]
"""A WhatsApp number's id and the provider's message id: a group that two numbers are in has its messages twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that the simulator posted and the backend took; `at_ms` was read just before the HTTP request."""

    key: ProviderKey
    at_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What became of messages sent; one that a newer message of its chat overtook before the paint was not painted."""

    received: int
    latencies_ms: list[float]
    lost: list[ProviderKey]


class LiveProbe:
    """`now_ms` is the wall clock, the same that the simulator uses."""

    def __init__(self, now_ms: Callable[[], float]) -> None:
        self._now_ms = now_ms
        self._received: dict[ProviderKey, str] = {}
        self._painted: dict[str, float] = {}

    def cache_changed(self, changed: Changed) -> None:
        """Hears of every write to the cache."""
        for message in changed.new_messages:
            if message.provider_message_id is not None:
                self._received[message.session_id, message.provider_message_id] = message.id

    def row_painted(self, _conversation_id: str, message_id: str) -> None:
        """Hears of every last message that the list painted for the first time."""
        self._painted.setdefault(message_id, self._now_ms())

    def findings(self, sent: Sequence[Sent]) -> Findings:
        """Only of these."""
        painted = [(self._painted.get(self._received.get(each.key, "")), each.at_ms) for each in sent]
        return Findings(
            received=sum(each.key in self._received for each in sent),
            latencies_ms=[at - sent_at for at, sent_at in painted if at is not None],
            lost=[each.key for each in sent if each.key not in self._received],
        )
