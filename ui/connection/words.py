"""How the state of the line to the server is said: in a word beside the dot, in a sentence in the banner."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from ui.connection.rows import ConnectionRow
from ui.session_filter.rows import NumberRow
from ui.session_filter.words import is_down, number_text
from ui.words.plain import isolated, one_line
from ui.words.said import counted
from ui.words.times import people_locale


def state_word(row: ConnectionRow) -> str:
    """`Live`, `Catching up`, `Connecting`, `Reconnecting in 4 s`, `Offline`, `Signed out`."""
    translate = QCoreApplication.translate
    if row.kind == "live":
        return translate("Connection", "Live")
    if row.kind == "catching_up":
        return translate("Connection", "Catching up")
    if row.kind == "connecting":
        return translate("Connection", "Connecting")
    if row.kind == "reconnecting":
        if not row.seconds:
            return translate("Connection", "Reconnecting")
        return translate("Connection", "Reconnecting in {seconds} s").format(
            seconds=people_locale().toString(row.seconds)
        )
    if row.kind == "refused":
        return translate("Connection", "Signed out")
    return translate("Connection", "Offline")


def line_sentence(row: ConnectionRow) -> str:
    """What the banner says about the line; empty while there is nothing to worry about."""
    translate = QCoreApplication.translate
    if row.kind == "refused":
        reason = one_line(row.reason or "")
        return translate("Connection", "The server refused this sign-in.") + (
            f" {translate('Server', reason)}" if reason else ""
        )
    if row.kind in ("offline", "reconnecting"):
        return translate(
            "Connection", "No connection to the server. You can read and search; messages you write are sent later."
        )
    return ""


def numbers_sentence(numbers: Sequence[NumberRow]) -> str:
    """What the banner says about numbers that a person must connect again; empty when there is none."""
    down = [row for row in numbers if is_down(row.status)]
    if not down:
        return ""
    if len(down) == 1:
        return _number_sentence(down[0].status).format(isolated(number_text(down[0])))
    listed = ", ".join(isolated(number_text(row)) for row in down)
    said = counted(
        "Connection",
        "{count} number is disconnected: {numbers}.",
        "{count} numbers are disconnected: {numbers}.",
        len(down),
    )
    return said.replace("{numbers}", listed)


def numbers_action(down: Sequence[NumberRow]) -> str:
    """What a supervisor can do about the numbers that are down; empty when there is none."""
    translate = QCoreApplication.translate
    if not down:
        return ""
    if len(down) > 1 or down[0].provider_type != "webjs":
        return translate("Connection", "Show the numbers")
    return translate("Connection", "Show QR code") if down[0].status == "qr" else translate("Connection", "Connect")


def _number_sentence(status: str) -> str:
    translate = QCoreApplication.translate
    if status == "qr":
        return translate("Connection", "{0} is disconnected: its QR code must be scanned with the phone.")
    if status == "logged_out":
        return translate("Connection", "{0} is disconnected: the phone logged it out. It must be connected anew.")
    return translate("Connection", "{0} is disconnected: WhatsApp could not be reached over it.")
