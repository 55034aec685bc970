"""Says what is counted, in the form that goes with the number."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ui.words.times import people_locale


def counted(context: str, one: str, many: str, count: int) -> str:
    """`{count}` in the text becomes the number as people write it: "1 new message", "1,204 new messages"."""
    said = QCoreApplication.translate(context, many, None, count)
    if said == many and count == 1:
        said = one
    return said.replace("{count}", people_locale().toString(count))
