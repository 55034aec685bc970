"""What a message says in one line: its text, or what kind of thing it is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ui.words.plain import one_line


def preview(body: str, message_type: str) -> str:
    """One plain line for lists and quotes; a caption follows its medium's sign. Unknown types show their text, or
    their own name when there is none."""
    text = one_line(body)
    if message_type in ("text", "system", "interactive", "template"):
        return text
    sign, word = medium(message_type)
    label = text or word
    return f"{sign} {label}" if sign else label


def medium(message_type: str) -> tuple[str, str]:
    """The sign (may be empty) and the word for a kind of message."""
    words = {
        "image": ("📷", QCoreApplication.translate("Preview", "Photo")),
        "video": ("🎥", QCoreApplication.translate("Preview", "Video")),
        "audio": ("🎵", QCoreApplication.translate("Preview", "Audio")),
        "voice": ("🎤", QCoreApplication.translate("Preview", "Voice message")),
        "document": ("📄", QCoreApplication.translate("Preview", "Document")),
        "sticker": ("", QCoreApplication.translate("Preview", "Sticker")),
        "location": ("📍", QCoreApplication.translate("Preview", "Location")),
        "contacts": ("👤", QCoreApplication.translate("Preview", "Contact")),
        "unsupported": ("", QCoreApplication.translate("Preview", "Message of a kind that cannot be shown here")),
    }
    return words.get(message_type, ("", message_type))
