"""What the simulator sent is matched with what the client took and painted, and what is missing is named."""

from __future__ import annotations

from pathlib import Path

from inbox_app.demo.probe import LiveProbe, Sent
from local_cache.cache import Cache
from tests.local_cache import rows


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def received(tmp_path: Path, probe: LiveProbe, *messages: tuple[str, str, str]) -> None:
    """`(id, session, provider's id)` of messages that come in live."""
    cache = Cache(tmp_path / "cache.db")
    sessions = [rows.session("s1"), rows.session("s2")]
    chats = [rows.conversation("a", session_id="s1"), rows.conversation("b", session_id="s2")]
    people = [rows.contact("of-a"), rows.contact("of-b")]
    first = rows.page(head=1, sessions=sessions, contacts=people, conversations=chats)
    cache.apply_page(first, walk="snapshot", since=0, asked_cursor=None).result(10)
    came = [
        rows.message(id_, "a" if session == "s1" else "b", version=2, session_id=session, provider_message_id=provider)
        for id_, session, provider in messages
    ]
    probe.cache_changed(cache.apply_event(rows.event(2, messages=came)).result(10))
    cache.close()


def test_latency_runs_from_the_request_to_the_first_paint(tmp_path: Path) -> None:
    clock = Clock()
    probe = LiveProbe(clock)
    received(tmp_path, probe, ("m1", "s1", "WA1"))
    clock.now = 1_040.0
    probe.row_painted("a", "m1")
    clock.now = 2_000.0
    probe.row_painted("a", "m1")
    found = probe.findings([Sent(key=("s1", "WA1"), at_ms=1_000.0)])
    assert (found.received, found.latencies_ms, found.lost) == (1, [40.0], [])


def test_one_message_seen_by_two_numbers_is_two(tmp_path: Path) -> None:
    probe = LiveProbe(Clock())
    received(tmp_path, probe, ("m1", "s1", "WA1"), ("m2", "s2", "WA1"))
    found = probe.findings([Sent(key=("s1", "WA1"), at_ms=0.0), Sent(key=("s2", "WA1"), at_ms=0.0)])
    assert found.received == 2


def test_what_did_not_arrive_is_named_and_what_was_overtaken_is_not_lost(tmp_path: Path) -> None:
    probe = LiveProbe(Clock())
    received(tmp_path, probe, ("m1", "s1", "WA1"), ("m2", "s1", "WA2"))
    probe.row_painted("a", "m2")
    sent = [Sent(key=("s1", name), at_ms=0.0) for name in ("WA1", "WA2", "WA3")]
    found = probe.findings(sent)
    assert (found.received, len(found.latencies_ms), found.lost) == (2, 1, [("s1", "WA3")])
