"""What customers write is seen where it belongs, in plain words, in order, once."""

from __future__ import annotations

import re
import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.e2e.desktop import Desktop
from tests.e2e.scenario import scenario
from tests.e2e.stage import Stage
from tests.e2e.waiting import becomes, until
from ui.conversation.layout import Spot

MARKUP = '<img src="file:///etc/passwd"><b>tebal</b>'
REVERSED = "gambar\u202egpj.exe\u2066"


@scenario
async def test_when_a_customer_writes_the_chat_rises_to_the_top(stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711")
    await stage.has_talked(budi, ["Terima kasih"], from_us=True)
    desk = await stage.open_desk()
    assert desk.titles().index("Budi Santoso") > 0

    stage.says(budi, "Apakah stok batik masih ada?")
    await becomes(lambda: desk.titles()[0], "Budi Santoso")
    top = desk.chats()[0]
    assert (top.preview, top.unread, top.ticks) == ("Apakah stok batik masih ada?", 1, None)
    assert re.fullmatch(r"\d{1,2}:\d\d\s[AP]M", top.time)
    await until(lambda: desk.was_painted("Budi Santoso"), "the row is painted with its new message")


@scenario
async def test_a_group_shows_its_icon_its_size_and_who_spoke(stage: Stage) -> None:
    group = stage.group("Reseller Bandung", ["Dewi Lestari", "Joko Susilo", "Maya Putri"])
    await stage.has_talked(group, ["Selamat pagi semua"])
    desk = await stage.open_desk()

    stage.says(group, "Kapan dikirim?", member=1)
    await becomes(lambda: desk.chats()[0].preview, "Kapan dikirim?")
    top = desk.chats()[0]
    assert (top.title, top.members, top.sender) == ("Reseller Bandung", "(4 members)", "Joko Susilo:")
    assert top.spoken.startswith("Reseller Bandung, group, 4 members, 1 unread, Joko Susilo: Kapan dikirim?, ")


@scenario
async def test_what_the_network_doubles_and_mixes_up_is_shown_once_and_in_order(stage: Stage) -> None:
    desk = await stage.open_desk()
    budi = stage.person("Budi Santoso", "+6281200004711")
    begin = int(time.time()) - 60
    for place in (2, 1, 2, 5, 3, 5, 6, 4, 1, 6, 3):
        stage.delivers(budi, f"Pesan {place}", sent_at=begin + place, message_id=f"ORDER{place}")
    await stage.settled()

    await becomes(lambda: desk.unread("Budi Santoso"), 6)
    chat = desk.chat("Budi Santoso")
    assert chat is not None
    assert chat.preview == "Pesan 6"
    desk.click_chat("Budi Santoso")
    await becomes(desk.texts, [f"Pesan {place}" for place in range(1, 7)])


@scenario
async def test_hostile_names_and_texts_are_only_text(desktop: Desktop, stage: Stage) -> None:
    desk = await stage.open_desk()
    attacker = stage.person(f"{MARKUP} {REVERSED}", "+6281200006666")
    shown_name = f"{MARKUP} gambargpj.exe"

    stage.says(attacker, f"{MARKUP}\n{REVERSED}")
    await becomes(lambda: desk.titles()[0], shown_name)
    assert desk.chats()[0].preview == f"{MARKUP} gambargpj.exe"
    await becomes(desktop.titles, [f"New message from {shown_name}"])
    assert desktop.popups[0].body == '&lt;img src="file:///etc/passwd"&gt;&lt;b&gt;tebal&lt;/b&gt; gambargpj.exe'

    desk.click_chat(shown_name)
    await becomes(desk.texts, [f"{MARKUP}\n{REVERSED}"])
    showing_it = [label for label in desk.window.findChildren(QLabel) if "<img" in label.text()]
    assert [label.textFormat() for label in showing_it] == [Qt.TextFormat.PlainText] * len(showing_it)


@scenario
async def test_a_very_long_message_is_cut_until_asked_for(stage: Stage) -> None:
    desk = await stage.open_desk()
    budi = stage.person("Budi Santoso", "+6281200004711")
    long = "panjang " * 625
    stage.says(budi, long)
    await becomes(lambda: desk.titles()[0], "Budi Santoso")
    desk.click_chat("Budi Santoso")
    await until(desk.bubbles, "the message is shown")
    [beginning] = desk.texts()
    assert len(beginning) < 5_000
    assert long.startswith(beginning)
    desk.click_in_bubble(beginning, Spot.READ_MORE)
    await becomes(desk.texts, [long.strip()])
