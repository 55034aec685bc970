"""The model tells views exactly what changed, and screen readers everything a row shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import shiboken6
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from tests.ui.samples import NOW, awkward_chats, chat, design_chats, ms, numbered_chats
from ui.chat_list.model import ChatListModel
from ui.words.day_clock import DayClock

LATER = ms(NOW + timedelta(minutes=1))


@pytest.fixture
def model(clock: DayClock) -> Iterator[ChatListModel]:
    model = ChatListModel(clock)
    yield model
    shiboken6.delete(model)


def _ids(model: ChatListModel) -> list[str]:
    return [model.row(position).conversation_id for position in range(model.rowCount())]


def test_keeps_qts_rules_through_every_kind_of_change(model: ChatListModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.replace(numbered_chats(5), more=True)
    model.append(numbered_chats(9), more=False)
    model.upsert([chat("c7", time_ms=LATER), chat("new", time_ms=LATER), chat("c0", unread=4)])
    model.remove(["c3", "unknown"])
    qtmodeltester.check(model)
    assert model.rowCount() == 9


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(changes=st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 9)), max_size=30))
def test_views_that_follow_the_signals_end_with_the_same_rows(
    model: ChatListModel, changes: list[tuple[str, int]]
) -> None:
    model.replace([chat(name, sort_key=(0, name)) for name in "abcd"], more=False)
    held = {name: QPersistentModelIndex(model.index(model.position(name) or 0)) for name in "abcd"}
    for name, time in changes:
        model.upsert([chat(name, sort_key=(time, name))])
    for name, index in held.items():
        assert model.row(index.row()).conversation_id == name
    keys = [model.row(position).sort_key for position in range(model.rowCount())]
    assert keys == sorted(keys, reverse=True)


def test_a_change_below_the_last_page_waits_for_its_page(model: ChatListModel) -> None:
    everything = numbered_chats(6)
    model.replace(everything[:3], more=True)
    model.upsert([everything[5]])
    assert _ids(model) == ["c0", "c1", "c2"]
    model.append(everything[3:], more=False)
    assert _ids(model) == ["c0", "c1", "c2", "c3", "c4", "c5"]


def test_a_page_never_brings_back_an_older_state(model: ChatListModel) -> None:
    everything = numbered_chats(6)
    model.replace(everything[:3], more=True)
    model.upsert([chat("c4", "Risen", time_ms=LATER)])
    model.append(everything[3:], more=False)
    assert _ids(model) == ["c4", "c0", "c1", "c2", "c3", "c5"]
    assert model.row(0).title == "Risen"


def test_a_chat_that_sinks_below_the_last_page_leaves_until_its_page_comes(model: ChatListModel) -> None:
    model.replace(numbered_chats(3), more=True)
    model.upsert([chat("c0", time_ms=ms(NOW - timedelta(days=9)))])
    assert _ids(model) == ["c1", "c2"]


@pytest.mark.parametrize(
    ("conversation_id", "expected"),
    [
        ("1", "Toko Sinar Jaya, 3 unread, Barangnya sudah dikirim ya kak? Resinya belum masuk 🙏, "
              "10:42 AM, WhatsApp Web.js 7890"),
        ("2", "Reseller Jabodetabek, group, 48 members, 12 unread, Budi: stok warna hitam masih ada?, "
              "10:40 AM, WhatsApp Web.js 7890"),
        ("3", "Rina Kartika, Terima kasih, pesanan sudah saya terima, Read, 10:31 AM, Meta API 4412"),
        ("4", "Ahmad Fauzi, Draft: baik, nanti saya kabari untuk alamat, 10:12 AM, Meta API 4412"),
    ],
)  # fmt: skip
def test_a_screen_reader_hears_all_of_a_row(model: ChatListModel, conversation_id: str, expected: str) -> None:
    model.replace(design_chats(), more=False)
    index = model.index(model.position(conversation_id) or 0)
    heard = index.data(Qt.ItemDataRole.AccessibleTextRole).replace("\u00a0", " ")
    assert heard.replace("\u2068", "").replace("\u2069", "") == expected


def test_names_and_texts_stay_on_one_line(model: ChatListModel) -> None:
    model.replace(awkward_chats(), more=False)
    for position in range(model.rowCount()):
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            text = model.index(position).data(role)
            assert text
            assert not set("\n\t\u202e") & set(text)


def test_all_rows_change_at_midnight(model: ChatListModel, clock: DayClock, qtbot: QtBot) -> None:
    model.replace(numbered_chats(3), more=False)
    with qtbot.waitSignal(model.dataChanged) as change:
        clock.day_changed.emit()
    arguments: Any = change.args
    assert (arguments[0].row(), arguments[1].row()) == (0, 2)


def test_a_burst_is_one_change_and_pointers_follow(model: ChatListModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    everything = numbered_chats(60)
    model.replace(everything[:40], more=True)
    held = QPersistentModelIndex(model.index(model.position("c5") or 0))
    layouts: list[object] = []
    model.layoutChanged.connect(lambda *_: layouts.append(None))
    risen = [chat(f"c{number}", time_ms=LATER + number) for number in range(20, 35)]
    model.upsert([*risen, everything[50], chat("c39", time_ms=ms(NOW - timedelta(days=9)))])
    assert len(layouts) == 1
    assert _ids(model)[:15] == [f"c{number}" for number in range(34, 19, -1)]
    assert model.row(held.row()).conversation_id == "c5"
    assert "c50" not in _ids(model)
    assert len(_ids(model)) == 40
