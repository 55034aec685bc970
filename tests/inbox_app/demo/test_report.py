"""The figures of the demo's report are what they are called."""

from __future__ import annotations

from inbox_app.demo.report import latency


def test_percentiles_are_samples_that_were_measured() -> None:
    measured = latency([float(value) for value in range(200, 0, -1)])
    assert (measured.samples, measured.p50_ms, measured.p99_ms, measured.max_ms) == (200, 100.0, 198.0, 200.0)


def test_the_slowest_of_a_few_is_their_99th_percentile() -> None:
    assert latency([5.0, 120.04, 7.0]).p99_ms == 120.0


def test_without_samples_there_are_no_figures() -> None:
    measured = latency([])
    assert (measured.samples, measured.p50_ms, measured.p99_ms, measured.max_ms) == (0, None, None, None)
