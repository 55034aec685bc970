"""What a person typed stays, in order, until the server has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_cache.cache import Cache
from local_cache.outbox import Outbox
from local_cache.outgoing import Act, ActKind, OutgoingMessage, OutgoingState
from tests.local_cache.writes import done


def typed(uuid: str, conversation_id: str = "c", body: str = "hello") -> OutgoingMessage:
    return OutgoingMessage(uuid, conversation_id, body, 1_000, reply_to="m1")


def test_everything_survives_a_restart_and_a_wiped_cache(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.db")
    done(outbox.add(typed("u1")))
    done(outbox.add(typed("u2")))
    done(outbox.mark("u1", OutgoingState.SENDING, tried_in_epoch="e1"))
    done(outbox.set_draft("c", "half a sent"))
    done(outbox.set_pending_read("c", "m9"))
    outbox.close()
    cache = Cache(tmp_path / "cache.db")
    done(cache.reset())
    cache.close()

    outbox = Outbox(tmp_path / "outbox.db")
    assert outbox.for_conversation("c") == [
        typed("u1")._replace(state=OutgoingState.SENDING, tried_in_epoch="e1"),
        typed("u2"),
    ]
    assert (outbox.draft("c"), outbox.drafts(), outbox.pending_reads()) == (
        "half a sent",
        {"c": "half a sent"},
        {"c": "m9"},
    )
    outbox.close()


def test_messages_of_a_chat_go_in_the_order_typed(outbox: Outbox) -> None:
    for uuid, conversation_id in (("z", "c1"), ("a", "c1"), ("m", "c2")):
        done(outbox.add(typed(uuid, conversation_id)))
    assert sorted(outbox.waiting_conversations()) == ["c1", "c2"]
    sent = []
    while (following := outbox.next_waiting("c1")) is not None:
        sent.append(following.uuid)
        done(outbox.done(following.uuid, "e"))
    assert sent == ["z", "a"]
    assert outbox.waiting_conversations() == ["c2"]


@pytest.mark.parametrize("state", [OutgoingState.FAILED, OutgoingState.UNCONFIRMED])
def test_message_that_needs_a_person_is_not_sent_again_and_blocks_nobody(outbox: Outbox, state: OutgoingState) -> None:
    done(outbox.add(typed("u1")))
    done(outbox.add(typed("u2")))
    done(outbox.mark("u1", state, "no such number"))
    following = outbox.next_waiting("c")
    assert following is not None
    assert following.uuid == "u2"
    assert outbox.for_conversation("c")[0].reason == "no such number"


def test_adding_twice_keeps_the_first(outbox: Outbox) -> None:
    assert done(outbox.add(typed("u", body="first"))) == "c"
    assert done(outbox.add(typed("u", body="second"))) is None
    assert [each.body for each in outbox.all()] == ["first"]


def test_discard_takes_a_message_back_but_not_one_on_its_way(outbox: Outbox) -> None:
    done(outbox.add(typed("u1")))
    done(outbox.mark("u1", OutgoingState.SENDING, tried_in_epoch="e"))
    assert done(outbox.discard("u1")) is None
    done(outbox.mark("u1", OutgoingState.FAILED, "refused"))
    assert outbox.all()[0].tried_in_epoch == "e"
    assert done(outbox.discard("u1")) == "c"
    assert done(outbox.mark("u1", OutgoingState.QUEUED)) is None
    assert outbox.all() == []


def test_empty_draft_is_no_draft(outbox: Outbox) -> None:
    done(outbox.set_draft("c", "text"))
    done(outbox.set_draft("c", ""))
    assert (outbox.draft("c"), outbox.drafts()) == ("", {})


def test_read_known_to_the_server_goes_unless_a_later_one_took_its_place(outbox: Outbox) -> None:
    done(outbox.set_pending_read("c", "m1"))
    done(outbox.set_pending_read("c", "m2"))
    assert done(outbox.clear_pending_read("c", "m1")) is None
    assert outbox.pending_reads() == {"c": "m2"}
    assert done(outbox.clear_pending_read("c", "m2")) == "c"
    assert outbox.pending_reads() == {}


def test_merge_takes_messages_drafts_and_reads_along(outbox: Outbox) -> None:
    done(outbox.add(typed("u1", "winner")))
    done(outbox.add(typed("u2", "loser")))
    done(outbox.set_draft("winner", "mine"))
    done(outbox.set_draft("loser", "theirs"))
    done(outbox.set_pending_read("winner", "m1"))
    done(outbox.set_pending_read("loser", "m2"))
    done(outbox.move("loser", "winner"))
    assert [each.uuid for each in outbox.for_conversation("winner")] == ["u1", "u2"]
    assert outbox.drafts() == {"winner": "mine\ntheirs"}
    assert outbox.pending_reads() == {"winner": "m2"}


def test_listeners_hear_which_chat_changed(outbox: Outbox) -> None:
    heard: list[str] = []
    stop = outbox.subscribe(heard.append)
    done(outbox.add(typed("u1", "c1")))
    done(outbox.add(typed("u1", "c1")))
    done(outbox.done("unknown", "e"))
    done(outbox.set_draft("c2", "x"))
    stop()
    done(outbox.done("u1", "e"))
    assert heard == ["c1", "c2"]
    assert outbox.last_by_conversation() == {}


def test_what_was_done_to_a_message_is_kept_until_the_server_knows_it(outbox: Outbox) -> None:
    like, love = Act("m1", ActKind.REACT, "c", "👍"), Act("m1", ActKind.REACT, "c", "❤️")
    for act in (like, Act("m1", ActKind.DISCARD, "c"), love):
        done(outbox.add_act(act))
    assert set(outbox.acts()) == {love, Act("m1", ActKind.DISCARD, "c")}
    done(outbox.act_done(like))
    assert love in outbox.acts(), "the later act of its kind stays"
    done(outbox.move("c", "survivor"))
    done(outbox.act_done(love))
    assert outbox.acts() == [Act("m1", ActKind.DISCARD, "survivor")]
