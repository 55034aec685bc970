"""A client that was far behind is not given every message: what was left out is a gap, and a gap is never hidden."""

from __future__ import annotations

from local_cache.cache import Cache
from local_cache.changed import Changed, Outcome
from tests.local_cache.conftest import Fill
from tests.local_cache.rows import EPOCH, conversation, message, page
from tests.local_cache.writes import done
from wire.rest import ChangePage, LeftOut, MessagePage
from wire.rows import Message


def shown(cache: Cache) -> list[str]:
    return [each.id for each in cache.messages("c")]


def far_behind(*messages: Message, up_to: Message, head: int) -> ChangePage:
    """What `/changes` answers when the messages up to one were left out."""
    rows = page(head=head, messages=messages)
    return ChangePage(
        epoch=rows.epoch,
        head=head,
        messages=rows.messages,
        left_out=[LeftOut(conversation_id="c", order=up_to.order)],
    )


def catch_up(cache: Cache, rows: ChangePage) -> Changed:
    return done(cache.apply_page(rows, walk="changes", since=1, asked_cursor=None))


OLD = message("old", "c", minutes=1)
LEFT_OUT = message("left out", "c", minutes=5, version=5, arrival=5)
NEW = message("new", "c", minutes=9, version=9, arrival=9)


def test_the_timeline_ends_above_what_was_left_out_and_goes_on_when_that_was_fetched(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[OLD])
    changed = catch_up(cache, far_behind(NEW, up_to=LEFT_OUT, head=9))
    assert changed.conversations == {"c"}
    assert shown(cache) == ["new"]
    assert cache.message("old") is not None, "what was held is kept"

    older = MessagePage(items=[LEFT_OUT, OLD], next_cursor=None)
    done(cache.apply_history(older, "c", before="new", asked_at=cache.position()))
    assert shown(cache) == ["new", "left out", "old"]


def test_a_timeline_that_was_never_complete_does_not_become_so(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")])
    catch_up(cache, far_behind(NEW, up_to=LEFT_OUT, head=9))
    found = cache.conversation("c")
    assert found is not None
    assert found.needs_history


def test_a_gap_below_the_timeline_does_not_shorten_it(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[message("m", "c", minutes=7)])
    catch_up(cache, far_behind(NEW, up_to=LEFT_OUT, head=9))
    assert shown(cache) == ["new", "m"]


def test_what_the_server_thought_unknown_here_goes_for_news_of_it_was_left_out(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[OLD])
    done(cache.apply_message(message("sent", "c", minutes=3, version=3, arrival=3, status="queued"), epoch=EPOCH))
    changed = catch_up(cache, far_behind(NEW, up_to=LEFT_OUT, head=9))
    assert cache.message("sent") is None
    assert "sent" in changed.messages["c"]


def test_an_answer_that_comes_after_its_news_was_left_out_is_not_taken(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[OLD])
    catch_up(cache, far_behind(NEW, up_to=LEFT_OUT, head=9))
    done(cache.apply_message(message("sent", "c", minutes=3, version=3, arrival=3, status="queued"), epoch=EPOCH))
    assert cache.message("sent") is None
    done(cache.apply_message(message("next", "c", minutes=10, version=10, arrival=10), epoch=EPOCH))
    assert cache.message("next") is not None


def test_a_page_of_history_that_is_older_than_the_gap_is_refused(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[OLD])
    asked_at = cache.position()
    catch_up(cache, far_behind(NEW, up_to=LEFT_OUT, head=9))
    newest_of_then = MessagePage(items=[message("then", "c", minutes=2, version=2, arrival=2), OLD], next_cursor=None)

    changed = done(cache.apply_history(newest_of_then, "c", before=None, asked_at=asked_at))

    assert (changed.outcome, changed.refused) == (Outcome.GAP, True)
    assert shown(cache) == ["new"], "it would have hidden the gap"
    assert cache.message("then") is None
