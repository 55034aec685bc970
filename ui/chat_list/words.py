"""What a chat's row says, in people's words: for the delegate, for screen readers and for tool tips."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from ui.chat_list.rows import ChatRow
from ui.theme.badge import provider_label
from ui.theme.ticks import status_words
from ui.words.plain import isolated, one_line
from ui.words.previews import preview
from ui.words.said import counted
from ui.words.times import list_time, waiting_time


def title_text(row: ChatRow) -> str:
    """The name on one line; never empty."""
    return one_line(row.title) or QCoreApplication.translate("ChatList", "No name")


def members_text(row: ChatRow) -> str:
    """`(48 members)` of a group whose size is known, else empty."""
    if not row.is_group or row.members is None:
        return ""
    return counted("ChatList", "({count} member)", "({count} members)", row.members)


def time_text(row: ChatRow, now_ms: int, locale: QLocale) -> str:
    """When the last message was, or how long its writer has been waiting for an answer."""
    if row.waiting_minutes is not None:
        return waiting_time(row.waiting_minutes, locale)
    return list_time(row.time_ms, now_ms, locale)


def draft_label() -> str:
    """What stands before an unsent draft."""
    return QCoreApplication.translate("ChatList", "Draft:")


def sender_text(row: ChatRow) -> str:
    """`Budi:` before the preview of someone else's message in a group, else empty."""
    sender = one_line(row.preview_sender or "") if row.is_group and row.preview_status is None else ""
    return f"{isolated(sender)}:" if sender else ""


def preview_text(row: ChatRow) -> str:
    """The draft, else the last message, on one line; empty while there is no message."""
    if row.draft:
        return one_line(row.draft)
    if row.last_message_id is None:
        return ""
    return preview(row.preview_text, row.preview_type)


def number_text(row: ChatRow) -> str:
    """The last digits of the WhatsApp number that the chat belongs to, and whether it is silent."""
    tail = f"··{row.number_tail}" if row.number_tail else ""
    return " · ".join(filter(None, (tail, muted_label(row))))


def muted_label(row: ChatRow) -> str:
    """That a chat's news are not told, else empty."""
    return QCoreApplication.translate("ChatList", "silent") if row.muted else ""


def accessible_text(row: ChatRow, now_ms: int, locale: QLocale) -> str:
    """All of a row as a screen reader says it: name, unread, preview, time, number."""
    said = [isolated(title_text(row))]
    if row.is_group:
        members = members_text(row).strip("()")
        said += [QCoreApplication.translate("ChatList", "group"), members]
    if row.unread:
        said.append(counted("ChatList", "{count} unread", "{count} unread", row.unread))
    words = [draft_label() if row.draft else sender_text(row), preview_text(row)]
    said.append(isolated(" ".join(filter(None, words))))
    if row.preview_status is not None and not row.draft:
        said.append(status_words(row.preview_status))
    waits = row.waiting_minutes is not None
    time = time_text(row, now_ms, locale)
    said.append(QCoreApplication.translate("ChatList", "waiting {time}").format(time=time) if waits else time)
    said += [f"{provider_label(row.provider_type)} {row.number_tail}".strip(), muted_label(row)]
    return ", ".join(filter(None, said))
