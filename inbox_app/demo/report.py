"""What the demo saw, as one JSON object, and whether anything was missing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Webhook's HTTP send to the delegate's paint, in milliseconds."""

    samples: int
    p50_ms: float | None
    p99_ms: float | None
    max_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifications:
    """`daemon` tells whether this desktop has a notification service; `shown` counts what it accepted."""

    daemon: bool
    asked: int
    shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """Counts of one run; `errors` in words. `longest_loop_gap_ms` is the longest the Qt loop was busy at a stretch."""

    seconds: float
    numbers: int
    conversations_shown: int
    groups_shown: int
    messages_received_live: int
    messages_painted: int
    messages_typed_and_sent: int
    webhook_to_painted: Latency
    notifications: Notifications
    longest_loop_gap_ms: float
    line: str
    screenshot: str | None
    errors: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def latency(samples_ms: Sequence[float]) -> Latency:
    """Nearest-rank percentiles."""
    ordered = sorted(samples_ms)
    return Latency(
        samples=len(ordered),
        p50_ms=_percentile(ordered, 0.50),
        p99_ms=_percentile(ordered, 0.99),
        max_ms=round(ordered[-1], 1) if ordered else None,
    )


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    return round(ordered[max(0, math.ceil(len(ordered) * share) - 1)], 1) if ordered else None
