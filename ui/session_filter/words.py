"""How a WhatsApp number, its state and what is unread on it are said."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ui.session_filter.rows import NumberRow
from ui.theme.badge import provider_label
from ui.words.plain import isolated, one_line
from ui.words.said import counted


def all_conversations() -> str:
    """The entry that stands for every number."""
    return QCoreApplication.translate("Numbers", "All Conversations")


def number_text(row: NumberRow) -> str:
    """The number as people write it, else its name; never empty."""
    return (
        one_line(row.number) or one_line(row.display_name or "") or QCoreApplication.translate("Numbers", "No number")
    )


def unread_text(unread: int) -> str:
    """`3 unread`."""
    return counted("Numbers", "{count} unread", "{count} unread", unread)


def state_text(status: str) -> str:
    """A number's state where it is not simply connected; one that this version does not know keeps its own name."""
    words = {
        "connected": "",
        "connecting": QCoreApplication.translate("Numbers", "Connecting"),
        "qr": QCoreApplication.translate("Numbers", "Disconnected: scan its QR code"),
        "syncing": QCoreApplication.translate("Numbers", "Syncing"),
        "reconnecting": QCoreApplication.translate("Numbers", "Reconnecting"),
        "logged_out": QCoreApplication.translate("Numbers", "Disconnected: logged out"),
        "failed": QCoreApplication.translate("Numbers", "Disconnected: failed"),
    }
    return words.get(status, status)


def is_down(status: str) -> bool:
    """Whether the number stays disconnected until a person does something."""
    return status in ("qr", "logged_out", "failed")


def spoken(row: NumberRow) -> str:
    """All of an entry, for screen readers: `+62 812-3456-7890 (WhatsApp Web.js) (3 unread)`."""
    parts = [isolated(number_text(row)), f"({provider_label(row.provider_type)})"]
    if row.unread:
        parts.append(f"({unread_text(row.unread)})")
    if state := state_text(row.status):
        parts.append(f"({state})")
    return " ".join(parts)


def spoken_all(unread: int) -> str:
    """The entry for every number, for screen readers."""
    return f"{all_conversations()} ({unread_text(unread)})" if unread else all_conversations()
