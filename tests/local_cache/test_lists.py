"""The chat list as people page, filter and search it."""

from __future__ import annotations

import pytest

from local_cache.cache import Cache
from local_cache.records import ConversationFilter, Preview
from tests.local_cache.conftest import Fill
from tests.local_cache.rows import NOON, contact, conversation, event, group, page, session
from tests.local_cache.writes import done


def ids(cache: Cache, which: ConversationFilter | None = None) -> list[str]:
    return [each.id for each in cache.conversations(which or ConversationFilter())]


def test_newest_chat_is_on_top_and_pages_join_without_a_seam(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation(f"c{n:03}", minutes=n // 3) for n in range(120)])
    found = []
    key = None
    while page := cache.conversations(before=key, limit=50):
        found += page
        key = page[-1].key
    assert len(found) == 120
    assert [each.key for each in found] == sorted((each.key for each in found), reverse=True)


def test_chat_without_any_message_is_listed_last(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("empty", minutes=None), conversation("old", minutes=-1_000_000)])
    assert ids(cache) == ["old", "empty"]


def test_row_shows_names_number_and_preview(cache: Cache, fill: Fill) -> None:
    fill(
        sessions=[session("s1", display_name="Support")],
        contacts=[contact("k1", "Budi", "+6281200000001")],
        groups=[group("g1", "Marketing", 12)],
        conversations=[
            conversation("private", of="k1", last_body="Halo", minutes=1),
            conversation("team", of_group="g1", minutes=0),
        ],
    )
    private, team = cache.conversations()
    assert (private.name, private.phone, private.session_name) == ("Budi", "+6281200000001", "Support")
    assert private.last_message == Preview("last", "Halo", "text", "inbound", "delivered", None, NOON + 60_000)
    assert (team.name, team.participants_count, team.last_message) == ("Marketing", 12, None)


def test_renamed_contact_is_renamed_in_every_chat(cache: Cache, fill: Fill) -> None:
    fill(
        sessions=[session("s1"), session("s2")],
        contacts=[contact("k", "Before")],
        conversations=[conversation("c1", of="k"), conversation("c2", of="k", session_id="s2")],
    )
    changed = done(cache.apply_event(event(2, contacts=[contact("k", "After", version=2)])))
    assert changed.conversations == {"c1", "c2"}
    assert {each.name for each in cache.conversations()} == {"After"}


def test_filters_by_number_kind_and_unread(cache: Cache, fill: Fill) -> None:
    fill(
        sessions=[session("s1"), session("s2")],
        groups=[group("g", "Team")],
        conversations=[
            conversation("a", minutes=3),
            conversation("b", minutes=2, session_id="s2", unread=4),
            conversation("g", minutes=1, of_group="g", session_id="s2"),
        ],
    )
    assert ids(cache, ConversationFilter(session_id="s2")) == ["b", "g"]
    assert ids(cache, ConversationFilter(chat_type="group")) == ["g"]
    assert ids(cache, ConversationFilter(unread_only=True)) == ["b"]
    assert ids(cache, ConversationFilter(session_id="s1", unread_only=True)) == []
    assert cache.unread_total() == 4


def test_of_changed_chats_only_those_that_pass_the_filter_come_back(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("a", minutes=3, unread=1), conversation("b", minutes=2), conversation("c")])
    found = cache.conversations(ConversationFilter(unread_only=True), ids=["a", "b", "unknown"])
    assert [each.id for each in found] == ["a"]


def test_deleted_and_merged_chats_are_not_listed(cache: Cache, fill: Fill) -> None:
    fill(
        conversations=[
            conversation("gone", deleted=True, unread=5),
            conversation("loser", merged_into="winner", unread=5),
            conversation("winner", unread=1),
        ]
    )
    assert ids(cache) == ["winner"]
    assert cache.unread_total() == 1
    assert cache.conversation("gone") is None
    opened = cache.conversation("loser")
    assert opened is not None
    assert opened.id == "winner"


def test_chat_whose_parents_are_missing_waits_unseen_and_appears_with_them(cache: Cache, fill: Fill) -> None:
    fill(sessions=[])
    open_page = page(head=2, conversations=[conversation("c", of="k", version=2)])
    done(cache.apply_page(open_page, walk="changes", since=1, asked_cursor=None))
    assert ids(cache) == []
    assert done(cache.apply_event(event(3, contacts=[contact("k", "Budi", version=3)]))).conversations == {"c"}
    assert ids(cache) == []
    assert done(cache.apply_event(event(4, sessions=[session("s1", version=4)]))).conversations == {"c"}
    assert ids(cache) == ["c"]


def test_numbers_are_listed_primary_first_and_deleted_ones_not(cache: Cache, fill: Fill) -> None:
    fill(
        sessions=[
            session("b", phone_number="+622"),
            session("a", phone_number="+621"),
            session("p", phone_number="+629", is_primary=True),
            session("x", deleted_at="2025-11-23T12:00:00.000Z"),
        ]
    )
    assert [each.id for each in cache.sessions()] == ["p", "a", "b"]
    assert cache.sessions()[0].is_primary is True


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("budi", ["budi"]),
        ("  SANTOSO   bUdI ", ["budi"]),
        ("jose", ["jose"]),
        ("JOSÉ", ["jose"]),
        ("marketing", ["team"]),
        ("+62 812-3456-7890", ["budi"]),
        ("0812 3456", ["budi"]),
        ("0062812", ["budi"]),
        ("(812) 3456.7890", ["budi"]),
        ("\u202a+62\u00a0812\u202c", ["budi"]),
        ("100%", ["percent"]),
        ("%", ["percent"]),
        ("_", ["under"]),
        ("l'été", ["quote"]),
        ("🎉", ["party"]),
        ("straße", ["street"]),
        ("STRASSE", ["street"]),
        ("nobody", []),
        ("' OR 1=1 --", []),
        ("   ", ["budi", "jose", "party", "percent", "quote", "street", "team", "under"]),
        (" ".join("abcdefghijklmnop"), []),
    ],
)
def test_search_finds_what_was_meant(cache: Cache, fill: Fill, typed: str, found: list[str]) -> None:
    names = {
        "budi": "Budi Santoso",
        "jose": "José",
        "percent": "100% Diskon",
        "under": "snake_case",
        "quote": "L'Été",
        "party": "🎉 Pesta",
        "street": "Große Straße",
    }
    fill(
        contacts=[contact(key, name, "+6281234567890" if key == "budi" else None) for key, name in names.items()],
        groups=[group("team", "Tim Marketing 📣")],
        conversations=[*(conversation(key, of=key) for key in names), conversation("team", of_group="team")],
    )
    assert sorted(ids(cache, ConversationFilter(search=typed))) == found


def test_search_keeps_to_the_other_filters_and_to_recency(cache: Cache, fill: Fill) -> None:
    fill(
        sessions=[session("s1"), session("s2")],
        contacts=[contact("k1", "Ana"), contact("k2", "Anabel"), contact("k3", "Hana")],
        conversations=[
            conversation("older", of="k1", minutes=1),
            conversation("newer", of="k2", minutes=2),
            conversation("elsewhere", of="k3", minutes=3, session_id="s2"),
        ],
    )
    assert ids(cache, ConversationFilter(search="ana")) == ["elsewhere", "newer", "older"]
    assert ids(cache, ConversationFilter(search="ana", session_id="s1")) == ["newer", "older"]
    second = cache.conversations(ConversationFilter(search="ana"), before=cache.conversations()[0].key, limit=1)
    assert [each.id for each in second] == ["newer"]


def test_search_runs_beside_the_caller(cache: Cache, fill: Fill) -> None:
    fill(contacts=[contact("k", "Ana")], conversations=[conversation("c", of="k")])
    found = done(cache.submit_read(lambda: cache.conversations(ConversationFilter(search="ana"))))
    assert [each.id for each in found] == ["c"]
