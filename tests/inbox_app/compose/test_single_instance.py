"""A second start brings the first to the front, with the chat of its link, and a killed one is in nobody's way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inbox_app.compose.single_instance import SingleInstance, chat_in

HOLD_AND_DIE = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from inbox_app.compose.single_instance import SingleInstance
app = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
instance.listen(lambda link: None)
print(instance.is_first, flush=True)
os._exit(9)
"""


def test_the_second_start_hands_its_link_to_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    heard: list[str] = []
    first.listen(heard.append)
    second = SingleInstance(tmp_path)
    assert (first.is_first, second.is_first) == (True, False)
    assert second.hand_over("whatsapp-inbox:chat/42")
    qtbot.waitUntil(lambda: heard == ["whatsapp-inbox:chat/42"])
    assert SingleInstance(tmp_path / "another profile").is_first
    first.close()
    again = SingleInstance(tmp_path)
    assert again.is_first
    again.close()


def test_one_that_was_killed_leaves_the_next_start_free(qtbot: QtBot, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", HOLD_AND_DIE, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (run.stdout.strip(), run.returncode) == ("True", 9)
    next_one = SingleInstance(tmp_path)
    assert next_one.is_first
    heard: list[str] = []
    next_one.listen(heard.append)
    assert SingleInstance(tmp_path).hand_over("")
    qtbot.waitUntil(lambda: heard == [""])
    next_one.close()


@pytest.mark.parametrize(
    ("link", "chat"),
    [
        ("whatsapp-inbox:chat/42", "42"),
        ("whatsapp-inbox://chat/42", "42"),
        ("whatsapp-inbox:chat/42/", "42"),
        ("", None),
        ("whatsapp-inbox:chat/", None),
        ("whatsapp-inbox:quit", None),
        ("whatsapp-inbox:chat/../../etc", None),
        ("https://chat/42", None),
        ("whatsapp-inbox:chat/" + "9" * 65, None),
        ("[", None),
    ],
)
def test_a_link_opens_a_chat_or_nothing(link: str, chat: str | None) -> None:
    assert chat_in(link) == chat
