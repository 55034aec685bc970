"""The model keeps Qt's rules whatever happens to the conversation, and reads its rows aloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from tests.ui.conversation.examples import at, message, mockup, pending
from ui.conversation.model import MessageModel
from ui.conversation.rows import MessageRow, QuoteRow, ReactionRow


@pytest.fixture
def model(qapp: object) -> Iterator[MessageModel]:
    model = MessageModel()
    yield model
    shiboken6.delete(model)


def test_the_model_stays_consistent_through_all_changes(model: MessageModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.load(mockup(), "k4")
    model.upsert([pending(99), *(message(number) for number in (0, 3, 17, 50))])
    model.upsert([message(99, outbound=True)])
    model.upsert([message(2, "edited", edited=True, order="00000060")])
    model.divide("k5", 3)
    model.remove(["k1", "k3", "unknown"])
    model.load([], None)
    qtmodeltester.check(model)


def spoken(model: MessageModel, row: MessageRow) -> str:
    model.load([row])
    return str(model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)).replace("\u202f", " ").replace("\u00a0", " ")


def test_rows_are_read_aloud(model: MessageModel) -> None:
    maya = message(1, "Pagi semua", sender_name="Maya Putri", time_ms=at(9, 12))
    assert spoken(model, maya) == "Maya Putri, 9:12 AM: Pagi semua"
    ours = message(1, "Pagi", outbound=True, agent_name="Sari", status="delivered", time_ms=at(9, 15))
    assert spoken(model, ours) == "You (Sari), delivered, 9:15 AM: Pagi"
    failed = message(1, "Halo", outbound=True, status="failed", error="No such number", time_ms=at(9))
    assert spoken(model, failed) == "You, Not sent: No such number, 9:00 AM: Halo"
    picture = message(
        1,
        "rapi",
        message_type="image",
        quote=QuoteRow(sender_name="You", body="kirim foto"),
        reactions=(ReactionRow(emoji="👍", count=4),),
        sender_phone="+62 857-1000-221",
        time_ms=at(9),
    )
    assert spoken(model, picture) == ("+62 857-1000-221, 9:00 AM: answers You: kirim foto. Photo rapi Reactions: 👍 4")
    gone = message(1, "secret", deleted=True, time_ms=at(9))
    assert "secret" not in spoken(model, gone)
