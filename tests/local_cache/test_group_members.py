"""A group's members: fetched when looked at, kept, never replaced by older ones."""

from __future__ import annotations

from local_cache.cache import Cache
from local_cache.changed import Outcome
from tests.local_cache.conftest import Fill
from tests.local_cache.rows import EPOCH, conversation, group
from tests.local_cache.writes import done
from wire.rows import GroupDetails, Participant

BUDI = Participant(phone="+628112223334", name="Budi", isAdmin=True)
HIDDEN = Participant(phone=None, name="Joko <b>")


def details(*members: Participant, version: int = 1) -> GroupDetails:
    return GroupDetails(id="g", group_jid="g@g.us", participants=list(members), version=version)


def test_members_come_back_as_they_came_and_their_chats_are_told(cache: Cache, fill: Fill) -> None:
    fill(groups=[group("g")], conversations=[conversation("c", of_group="g")])
    assert cache.participants("g") == []

    changed = done(cache.apply_group_details(details(BUDI, HIDDEN), epoch=EPOCH))

    assert cache.participants("g") == [BUDI, HIDDEN]
    assert changed.conversations == {"c"}


def test_an_answer_that_comes_late_does_not_bring_back_who_left(cache: Cache, fill: Fill) -> None:
    fill(groups=[group("g")], conversations=[conversation("c", of_group="g")])
    done(cache.apply_group_details(details(BUDI, version=5), epoch=EPOCH))
    done(cache.apply_group_details(details(BUDI, HIDDEN, version=4), epoch=EPOCH))
    assert cache.participants("g") == [BUDI]


def test_members_of_another_life_of_the_server_are_refused(cache: Cache, fill: Fill) -> None:
    fill(groups=[group("g")])
    changed = done(cache.apply_group_details(details(BUDI), epoch="another"))
    assert changed.outcome is Outcome.OTHER_EPOCH
    assert cache.participants("g") == []
