"""What a person typed, safe on disk before it is on the screen, until the server has it; it outlives the cache."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from sqlalchemy import Connection, Delete, Table, Update, bindparam, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from local_cache.database import Connect, Database, connect_plain
from local_cache.listeners import Listeners
from local_cache.outbox_tables import SCHEMA_VERSION, STEPS, acts, drafts, outgoing, reads, schema
from local_cache.outgoing import Act, ActKind, OutgoingMessage, OutgoingState
from local_cache.reading import Prepared, Readers, Row
from local_cache.writer import Writer

MEMORY_MS = 30 * 24 * 60 * 60 * 1000
"""How long what the server has is remembered: longer than anyone goes back to a backup."""

_MESSAGE = select(*(outgoing.c[name] for name in OutgoingMessage._fields)).order_by(outgoing.c.place)
_IS_HANDED_OVER = outgoing.c.state == OutgoingState.HANDED_OVER.value
_IN_ORDER = _MESSAGE.where(~_IS_HANDED_OVER)
_OF_CONVERSATION = _IN_ORDER.where(outgoing.c.conversation_id == bindparam("conversation"))
_IS_WAITING = or_(*(outgoing.c.state == state.value for state in (OutgoingState.QUEUED, OutgoingState.SENDING)))


class Outbox:
    """Outgoing messages (first typed, first sent, within a conversation), drafts, reads and acts.

    Reads answer at once, on any thread. A write's future is done when the disk has it (`synchronous=FULL`); it holds
    the id of the conversation that changed, or null when there was nothing to change.
    """

    def __init__(self, path: Path, *, connect: Connect = connect_plain) -> None:
        self._database = Database(
            path,
            schema,
            version=SCHEMA_VERSION,
            synchronous="FULL",
            other_version="refuse",
            steps=STEPS,
            connect=connect,
        )
        self._readers = Readers(self._database.reader)
        self._writer = Writer(self._database.engine, "outbox-writer")
        self._listeners = Listeners[str]()
        self._all = Prepared(_IN_ORDER)
        self._of_conversation = Prepared(_OF_CONVERSATION)
        self._next_waiting = Prepared(_OF_CONVERSATION.where(_IS_WAITING).limit(1))
        self._waiting = Prepared(select(outgoing.c.conversation_id).where(_IS_WAITING).distinct())
        self._of_other_epochs = Prepared(
            _MESSAGE.where(_IS_HANDED_OVER, outgoing.c.tried_in_epoch != bindparam("epoch"))
        )
        self._drafts = Prepared(select(drafts.c.conversation_id, drafts.c.text))
        self._draft = Prepared(select(drafts.c.text).where(drafts.c.conversation_id == bindparam("conversation")))
        self._reads = Prepared(select(reads.c.conversation_id, reads.c.message_id))
        self._acts = Prepared(select(*(acts.c[name] for name in Act._fields)))

    @property
    def moved_aside(self) -> Path | None:
        """Where a damaged file was put, when there was one: say so, it may hold unsent messages."""
        return self._database.moved_aside

    def all(self) -> list[OutgoingMessage]:
        """Everything not yet with the server, in the order typed."""
        return [_message_from(row) for row in self._readers.rows(self._all)]

    def for_conversation(self, conversation_id: str) -> list[OutgoingMessage]:
        """In the order typed, whatever their state."""
        return [_message_from(row) for row in self._readers.rows(self._of_conversation, conversation=conversation_id)]

    def last_by_conversation(self) -> dict[str, OutgoingMessage]:
        """The message typed last, of each conversation that has any."""
        return {message.conversation_id: message for message in self.all()}

    def waiting_conversations(self) -> list[str]:
        """Where there is something to send, or something was being sent when the program ended."""
        return [conversation_id for (conversation_id,) in self._readers.rows(self._waiting)]

    def next_waiting(self, conversation_id: str) -> OutgoingMessage | None:
        """The first typed of those queued or being sent: it goes before the others of its conversation."""
        rows = self._readers.rows(self._next_waiting, conversation=conversation_id)
        return _message_from(rows[0]) if rows else None

    def handed_over_before(self, epoch: str) -> list[OutgoingMessage]:
        """What a server had in another life than this one, as far as that is remembered."""
        return [_message_from(row) for row in self._readers.rows(self._of_other_epochs, epoch=epoch)]

    def drafts(self) -> dict[str, str]:
        """Texts by conversation; only those that are not empty."""
        return dict(self._readers.rows(self._drafts))

    def draft(self, conversation_id: str) -> str:
        """What was written and not sent, or nothing."""
        rows = self._readers.rows(self._draft, conversation=conversation_id)
        return str(rows[0][0]) if rows else ""

    def pending_reads(self) -> dict[str, str]:
        """By conversation, the message up to and including which it was read here; the server does not know yet."""
        return dict(self._readers.rows(self._reads))

    def acts(self) -> list[Act]:
        """What was done to messages here and the server does not know yet."""
        return [_act_from(row) for row in self._readers.rows(self._acts)]

    def add(self, message: OutgoingMessage) -> Future[str | None]:
        """Keeps a message; adding its uuid again changes nothing."""

        def work(connection: Connection) -> str | None:
            kept = connection.execute(insert(outgoing).values(message._asdict()).on_conflict_do_nothing())
            return message.conversation_id if kept.rowcount else None

        return self._write(work)

    def mark(
        self, uuid: str, state: OutgoingState, reason: str | None = None, *, tried_in_epoch: str | None = None
    ) -> Future[str | None]:
        """The epoch of the last try stays known unless a new one is given."""
        values: dict[str, object] = {"state": state.value, "reason": reason}
        if tried_in_epoch is not None:
            values["tried_in_epoch"] = tried_in_epoch
        return self._change(update(outgoing).where(outgoing.c.uuid == uuid).values(values))

    def done(self, uuid: str, epoch: str) -> Future[str | None]:
        """The cache has the message, from the server's life `epoch`: the outbox shows it no more, and remembers it."""
        one = outgoing.c.uuid == uuid
        is_news = or_(~_IS_HANDED_OVER, outgoing.c.tried_in_epoch != epoch)
        values = {"state": OutgoingState.HANDED_OVER.value, "reason": None, "tried_in_epoch": epoch}

        def work(connection: Connection) -> str | None:
            change = update(outgoing).where(one, is_news).values(values)
            found = connection.execute(change.returning(outgoing.c.conversation_id, outgoing.c.created_at_ms)).first()
            if found is None:
                return None
            connection.execute(
                outgoing.delete().where(_IS_HANDED_OVER, outgoing.c.created_at_ms < found[1] - MEMORY_MS)
            )
            return str(found[0])

        return self._write(work)

    def discard(self, uuid: str) -> Future[str | None]:
        """A person gives a message up; nothing happens while it is on its way."""
        on_its_way = outgoing.c.state == OutgoingState.SENDING.value
        return self._change(outgoing.delete().where(outgoing.c.uuid == uuid, ~on_its_way))

    def set_draft(self, conversation_id: str, text: str) -> Future[str | None]:
        """Replaces the draft; an empty one goes."""
        if not text:
            return self._change(drafts.delete().where(drafts.c.conversation_id == conversation_id))
        return self._replace(drafts, {"conversation_id": conversation_id, "text": text})

    def set_pending_read(self, conversation_id: str, message_id: str) -> Future[str | None]:
        """Replaces what was to be read there before."""
        return self._replace(reads, {"conversation_id": conversation_id, "message_id": message_id})

    def clear_pending_read(self, conversation_id: str, message_id: str) -> Future[str | None]:
        """The server knows it; a later read of the same conversation stays."""
        known = (reads.c.conversation_id == conversation_id, reads.c.message_id == message_id)
        return self._change(reads.delete().where(*known))

    def add_act(self, act: Act) -> Future[str | None]:
        """Replaces what was done to the message in this way before."""
        return self._replace(acts, act._asdict())

    def act_done(self, act: Act) -> Future[str | None]:
        """The cache shows what it did, or the server refused it; a later act of its kind stays."""
        same = (acts.c[name] == value for name, value in act._asdict().items() if name != "conversation_id")
        return self._change(acts.delete().where(*same))

    def move(self, conversation_id: str, survivor: str) -> Future[str | None]:
        """The conversation was merged into `survivor`: everything kept for it moves along, no draft is lost."""

        def work(connection: Connection) -> str | None:
            connection.execute(
                update(outgoing).where(outgoing.c.conversation_id == conversation_id).values(conversation_id=survivor)
            )
            of_both = drafts.c.conversation_id.in_([survivor, conversation_id])
            texts = dict(tuple(row) for row in connection.execute(select(drafts).where(of_both)))
            connection.execute(drafts.delete().where(of_both))
            text = "\n".join(texts[each] for each in (survivor, conversation_id) if each in texts)
            if text:
                connection.execute(insert(drafts).values(conversation_id=survivor, text=text))
            connection.execute(
                update(acts).where(acts.c.conversation_id == conversation_id).values(conversation_id=survivor)
            )
            moved = update(reads).where(reads.c.conversation_id == conversation_id).values(conversation_id=survivor)
            connection.execute(moved.prefix_with("OR REPLACE"))
            return survivor

        return self._write(work)

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Calls `listener` on the writer's thread with the id of each conversation that changed; the answer ends it."""
        return self._listeners.add(listener)

    def close(self) -> None:
        """Writes what is waiting, then closes the file; a second call does nothing."""
        self._writer.close()
        self._readers.close()

    def _change(self, statement: Update | Delete) -> Future[str | None]:
        """Runs a statement that concerns one row at most."""
        conversation_id = statement.table.c.conversation_id

        def work(connection: Connection) -> str | None:
            changed: str | None = connection.execute(statement.returning(conversation_id)).scalar()
            return changed

        return self._write(work)

    def _replace(self, table: Table, row: dict[str, str]) -> Future[str | None]:
        def work(connection: Connection) -> str | None:
            connection.execute(insert(table).prefix_with("OR REPLACE").values(row))
            return row["conversation_id"]

        return self._write(work)

    def _write(self, work: Callable[[Connection], str | None]) -> Future[str | None]:
        return self._writer.submit(work, self._tell)

    def _tell(self, conversation_id: str | None) -> None:
        if conversation_id is not None:
            self._listeners.tell(conversation_id)


def _message_from(row: Row) -> OutgoingMessage:
    message = OutgoingMessage._make(row)
    return message._replace(state=OutgoingState(message.state))


def _act_from(row: Row) -> Act:
    act = Act._make(row)
    return act._replace(kind=ActKind(act.kind))
