"""What a page of the cache costs beside the same query on bare sqlite3, and how long the writer takes for a sync."""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

from local_cache import queries
from local_cache.cache import Cache
from local_cache.reading import Prepared
from local_cache.records import CachedConversation, CachedMessage, ConversationFilter, PageKey
from wire.realtime import ChangedRows, ChangesEvent
from wire.rest import ChangePage
from wire.rows import Contact, ContactRef, Conversation, LastMessage, Message, Quote, Sender, Session, SyncState
from wire.times import to_iso

START_MS = 1_700_000_000_000
EPOCH = "benchmark"
PAGE = 50
SYNC_PAGE = 500


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--messages", type=int, default=100_000)
    arguments.add_argument("--conversations", type=int, default=2_000)
    arguments.add_argument("--rounds", type=int, default=400)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cache.db"
        cache = Cache(path)
        try:
            measure_writes(cache, chosen.messages, chosen.conversations)
            measure_reads(cache, path, chosen.messages, chosen.conversations, chosen.rounds)
        finally:
            cache.close()


def measure_writes(cache: Cache, messages: int, conversations: int) -> None:
    pages = snapshot(messages, conversations)
    busy = time.process_time()  # nothing else runs meanwhile, so this is the writer's
    seconds = [apply(cache, page) for page in pages]
    busy = (time.process_time() - busy) * 25_000 / messages
    say(f"sync of {messages:,} messages, {conversations:,} chats in {len(pages)} pages", f"{sum(seconds):.2f} s")
    say("  25,000 synced messages, writer's time", f"{busy:.2f} s", goal="≤ 2 s", met=busy <= 2)
    say("  page of 500 rows, p50 / max", f"{median(seconds) * 1e3:.1f} / {max(seconds) * 1e3:.1f} ms")
    head = cache.position().cursor or 0
    taken = []
    for number in range(1, 301):
        rows = ChangedRows(messages=[message(messages + number, 0, head + number)])
        started = time.perf_counter()
        cache.apply_event(ChangesEvent(epoch=EPOCH, seq=head + number, rows=rows)).result()
        taken.append(time.perf_counter() - started)
    say("event with one message, submit → committed and told, p50 / p99", f"{in_ms(taken)}")


def measure_reads(cache: Cache, path: Path, messages: int, conversations: int, rounds: int) -> None:
    raw = sqlite3.connect(path)
    newest = cache.conversations(limit=1)[0].last_message_at_ms
    keys = [(newest - newest_offset * 1_000, "~") for newest_offset in range(0, conversations - PAGE, 7)]
    chats = Prepared(queries.conversation_page(queries.ListShape(False, False, False, False, 0, True, False)))
    history = Prepared(queries.message_page(continued=True))
    per_chat = messages // conversations
    spots = [
        (f"c{number}", f"{messages - number % max(1, per_chat // 3):012d}") for number in range(0, conversations, 7)
    ]

    def raw_chats(step: int) -> Sequence[object]:
        at, row_id = keys[step % len(keys)]
        return raw.execute(
            chats.sql, {**chats.defaults, "before_at": at, "before_id": row_id, "limit": PAGE}
        ).fetchall()

    def cached_chats(step: int) -> list[CachedConversation]:
        return cache.conversations(before=PageKey(*keys[step % len(keys)]), limit=PAGE)

    def raw_messages(step: int) -> Sequence[object]:
        chat, before = spots[step % len(spots)]
        values = {"conversation_id": chat, "before": before, "limit": PAGE}
        return raw.execute(history.sql, {**history.defaults, **values}).fetchall()

    def cached_messages(step: int) -> list[CachedMessage]:
        chat, before = spots[step % len(spots)]
        return cache.messages(chat, before=before, limit=PAGE)

    compare("page of 50 chats", raw_chats, cached_chats, rounds)
    compare("page of 50 messages", raw_messages, cached_messages, rounds)
    for typed in ("name 19", "0812 99", "nobody at all"):
        taken = timed(lambda _, typed=typed: cache.conversations(ConversationFilter(search=typed)), min(rounds, 100))  # type: ignore[misc]  # mypy cannot infer a default
        say(f"search of chats for “{typed}”, p50 / p99", in_ms(taken))
    say("unread in all, p50 / p99", in_ms(timed(lambda _: cache.unread_total(), rounds)))
    raw.close()


def compare(what: str, raw: Callable[[int], object], cached: Callable[[int], object], rounds: int) -> None:
    """Interleaved, so that noise of the machine hits both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for step in range(rounds):
        for read, times in zip((raw, cached), taken, strict=True):
            started = time.perf_counter()
            read(step)
            times.append(time.perf_counter() - started)
    ratio = median(taken[1]) / median(taken[0])
    say(f"{what}: raw sqlite3 p50 / p99", in_ms(taken[0]))
    say(f"{what}: cache p50 / p99", in_ms(taken[1]))
    say("  cache ÷ raw", f"{ratio:.2f}", goal="≤ 1.3", met=ratio <= 1.3)


def timed(read: Callable[[int], object], rounds: int) -> list[float]:
    taken = []
    for step in range(rounds):
        started = time.perf_counter()
        read(step)
        taken.append(time.perf_counter() - started)
    return taken


def apply(cache: Cache, asked: tuple[ChangePage, str | None]) -> float:
    page, cursor = asked
    started = time.perf_counter()
    cache.apply_page(page, walk="snapshot", since=0, asked_cursor=cursor).result()
    return time.perf_counter() - started


def snapshot(messages: int, conversations: int) -> list[tuple[ChangePage, str | None]]:
    """Chats spread over two numbers, each with its share of the messages; one in five is a reply."""
    rows = [message(number, number % conversations, 1 + number) for number in range(messages)]
    rows.sort(key=lambda row: (row.conversation_id, row.order), reverse=True)
    chats = [conversation(number) for number in range(conversations)]
    people = [Contact(id=f"k{n}", name=f"Name {n}", phone=f"+62812{n:07d}", version=1) for n in range(conversations)]
    numbers = [
        Session(id=f"s{n}", phone_number=f"+6280000000{n}", provider_type="webjs", status="connected",
                sync=SyncState(status="completed"), version=1) for n in range(2)
    ]  # fmt: skip
    parts = [rows[start : start + SYNC_PAGE] for start in range(0, messages, SYNC_PAGE)]
    share = -(-conversations // len(parts))
    return [
        (
            ChangePage(
                epoch=EPOCH,
                head=messages + 1,
                sessions=numbers,
                contacts=people[index * share : (index + 1) * share],
                conversations=chats[index * share : (index + 1) * share],
                messages=part,
                next_cursor=f"p{index + 1}" if index + 1 < len(parts) else None,
            ),
            f"p{index}" if index else None,
        )
        for index, part in enumerate(parts)
    ]


def conversation(number: int) -> Conversation:
    at = to_iso(START_MS + number * 1_000)
    return Conversation(
        id=f"c{number}",
        chat_type="private",
        session_id=f"s{number % 2}",
        provider_type="webjs",
        contact=ContactRef(id=f"k{number}"),
        last_message=LastMessage(
            id="1", body="Terima kasih 🙏", message_type="text", direction="inbound", status="delivered", created_at=at
        ),
        last_message_at=at,
        unread_count=int(number % 10 == 0),
        version=1,
    )


def message(number: int, chat: int, version: int) -> Message:
    outbound = number % 3 == 0
    return Message(
        id=f"m{number}",
        uuid=f"01890000-0000-7000-8000-{number:012d}",
        conversation_id=f"c{chat}",
        session_id=f"s{chat % 2}",
        direction="outbound" if outbound else "inbound",
        message_type="text",
        body=f"Selamat pagi, pesanan nomor {number} sudah kami kirim ya kak",
        status="read",
        sender=None if outbound else Sender(name=f"Name {chat}", phone=f"+62812{chat:07d}"),
        reply_to=Quote(message_id="m1", sender_name="Sari", body="Kapan?") if number % 5 == 0 else None,
        created_at=to_iso(START_MS + number * 1_000),
        order=f"{number:012d}",
        arrival=version,
        is_read=True,
        version=version,
    )


def in_ms(seconds: Sequence[float]) -> str:
    return f"{median(seconds) * 1e3:.3f} / {quantiles(seconds, n=100)[98] * 1e3:.3f} ms"


def say(what: str, found: str, *, goal: str = "", met: bool = True) -> None:
    verdict = f"goal {goal}: {'met' if met else 'MISSED'}" if goal else ""
    print(f"{what:<66} {found:>18}  {verdict}".rstrip())  # noqa: T201  # a report on the terminal


if __name__ == "__main__":
    main()
