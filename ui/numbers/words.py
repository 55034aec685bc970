"""How the state of a WhatsApp number, its health and the import of its chats are said."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QColor

from ui.numbers.rows import LinkRow
from ui.session_filter.rows import NumberRow
from ui.theme.theme import Colors
from ui.words.plain import one_line
from ui.words.said import counted
from ui.words.times import list_time

Tone = Literal["well", "busy", "down", "unknown"]

_TONES: dict[str, Tone] = {
    "connected": "well",
    "connecting": "busy",
    "syncing": "busy",
    "reconnecting": "busy",
    "qr": "down",
    "logged_out": "down",
    "failed": "down",
}


def status_word(status: str) -> str:
    """The word beside a number's dot; a status that this version does not know keeps its own name."""
    translate = QCoreApplication.translate
    words = {
        "connected": translate("Numbers", "Connected"),
        "connecting": translate("Numbers", "Connecting"),
        "qr": translate("Numbers", "Waiting for a scan"),
        "syncing": translate("Numbers", "Loading"),
        "reconnecting": translate("Numbers", "Reconnecting"),
        "logged_out": translate("Numbers", "Logged out"),
        "failed": translate("Numbers", "Failed"),
    }
    return words.get(status, one_line(status))


def status_color(status: str, colors: Colors) -> QColor:
    """The dot's colour."""
    tone = _TONES.get(status, "unknown")
    if tone == "well":
        return colors.live
    if tone == "busy":
        return colors.warn
    return colors.danger if tone == "down" else colors.muted


def reason_sentence(status: str, reason: str | None) -> str:
    """Why a number is not connected; empty while there is nothing to say. An unknown reason speaks for itself."""
    if _TONES.get(status) == "well":
        return ""
    translate = QCoreApplication.translate
    known = {
        "LOGOUT": translate("Numbers", "It was logged out: here, or on the phone under Linked devices."),
        "CONFLICT": translate("Numbers", "WhatsApp Web was opened for this number somewhere else."),
        "UNPAIRED": translate("Numbers", "The phone no longer knows this server as a linked device."),
        "UNPAIRED_IDLE": translate("Numbers", "The phone was away too long and unlinked this server."),
        "NAVIGATION": translate("Numbers", "WhatsApp Web is loading itself anew."),
        "TIMEOUT": translate("Numbers", "WhatsApp did not answer in time."),
    }
    given = one_line(reason or "")
    return known.get(given) or translate("Server", given)


def health_words(health: int, locale: QLocale) -> str:
    """`Health 100`, with a word where it is not what it should be."""
    translate = QCoreApplication.translate
    number = locale.toString(health)
    if health >= 80:
        return translate("Numbers", "Health {0}").format(number)
    if health >= 50:
        return translate("Numbers", "Health {0}: fair").format(number)
    return translate("Numbers", "Health {0}: poor").format(number)


def import_words(row: NumberRow, now_ms: int, locale: QLocale) -> str:
    """How far the import of the chats has come, or when it was done; empty where there is none to speak of."""
    translate = QCoreApplication.translate
    if row.provider_type == "meta":
        return ""
    count = count_words(row, locale)
    if row.sync_status == "running":
        return translate("Numbers", "Importing chats: {0}").format(count)
    if row.sync_status == "failed":
        return translate("Numbers", "The import failed after {0}").format(count)
    if row.sync_status == "cancelled":
        return translate("Numbers", "The import was stopped after {0}").format(count)
    if row.sync_status == "completed":
        when = list_time(row.synced_at_ms or 0, now_ms, locale)
        done = counted("Numbers", "{count} chat imported", "{count} chats imported", row.synced)
        return f"{done} · {when}" if when else done
    return translate("Numbers", "Chats not imported yet")


def count_words(row: NumberRow, locale: QLocale) -> str:
    """`320 of 500 chats`; without a known total only the count."""
    translate = QCoreApplication.translate
    if row.total is None:
        return counted("Sync", "{count} chat", "{count} chats", row.synced)
    return translate("Sync", "{0} of {1} chats").format(
        locale.toString(min(row.synced, row.total)), locale.toString(row.total)
    )


def link_sentence(status: str) -> str:
    """What is happening while a number is being linked with its phone."""
    translate = QCoreApplication.translate
    if status == "qr":
        return translate("Linking", "Waiting for the phone to scan this code")
    if status == "syncing":
        return translate("Linking", "Scanned. WhatsApp is loading…")
    if status == "reconnecting":
        return translate("Linking", "Connecting again…")
    return translate("Linking", "Connecting to WhatsApp…")


def trouble_sentence(row: LinkRow) -> str:
    """What keeps us from knowing more, and what it means for the code that is shown; empty while all is well."""
    if not row.trouble:
        return ""
    translate = QCoreApplication.translate
    trying = translate("Linking", "Trying again…")
    if row.status == "qr":
        trying = translate("Linking", "The code may be too old; trying again…")
    return f"{one_line(row.trouble)} {trying}"
