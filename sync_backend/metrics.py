"""What operators watch, in Prometheus' terms; one registry per application, none global."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one running backend."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._webhook_requests = Counter(
            "inbox_webhook_requests",
            "Webhook requests by path and status.",
            ("path", "status"),
            registry=self._registry,
        )
        self._webhook_seconds = Histogram(
            "inbox_webhook_seconds", "Time to answer a webhook.", ("path",), registry=self._registry, buckets=_SECONDS
        )
        self._broadcast_seconds = Histogram(
            "inbox_broadcast_seconds",
            "Time to hand a committed change to the realtime channel.",
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._broadcast_failures = Counter(
            "inbox_broadcast_failures",
            "Changes that could not be handed to the realtime channel.",
            registry=self._registry,
        )
        self._sends = Counter(
            "inbox_sends", "What calls to a provider ended in.", ("provider", "outcome"), registry=self._registry
        )
        self._jobs = Counter("inbox_jobs", "Jobs by kind and outcome.", ("kind", "outcome"), registry=self._registry)
        self._jobs_waiting = Gauge(
            "inbox_jobs_waiting", "Jobs that are not done yet.", ("kind",), registry=self._registry
        )
        self._jobs_dead = Gauge(
            "inbox_jobs_dead", "Jobs that were given up: `sync-backend jobs list`.", ("kind",), registry=self._registry
        )
        self._oldest_job = Gauge(
            "inbox_oldest_job_seconds",
            "Age of the oldest job not done yet.",
            ("kind",),
            registry=self._registry,
        )
        self._clients = Gauge("inbox_connected_clients", "Open realtime connections.", registry=self._registry)

    def watch_clients(self, count: Callable[[], int]) -> None:
        """`count` is asked at every scrape."""
        self._clients.set_function(count)

    def webhook_answered(self, path: str, status: int, seconds: float) -> None:
        self._webhook_requests.labels(path, status).inc()
        self._webhook_seconds.labels(path).observe(seconds)

    def broadcast_done(self, seconds: float) -> None:
        self._broadcast_seconds.observe(seconds)

    def broadcast_failed(self) -> None:
        self._broadcast_failures.inc()

    def send_ended(self, provider: str, outcome: str) -> None:
        """`outcome`: accepted | refused | unavailable | unconfirmed."""
        self._sends.labels(provider, outcome).inc()

    def job_ended(self, kind: str, outcome: str) -> None:
        """`outcome`: done | failed | dead | lost."""
        self._jobs.labels(kind, outcome).inc()

    def queue_seen(self, kind: str, *, waiting: int, dead: int, oldest_seconds: float) -> None:
        """How the queue stands at a scrape."""
        self._jobs_waiting.labels(kind).set(waiting)
        self._jobs_dead.labels(kind).set(dead)
        self._oldest_job.labels(kind).set(oldest_seconds)

    def exposition(self) -> bytes:
        """Prometheus' text format."""
        return generate_latest(self._registry)
