"""The words of a conversation: what an attachment, a failure or a whole row is called, seen and read aloud."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ui.conversation.rows import ConversationHeader, MessageRow, OthersRow, ParticipantRow, QuoteRow
from ui.theme.ticks import status_words
from ui.words.plain import one_line
from ui.words.previews import medium, preview
from ui.words.said import counted


def _say(text: str) -> str:
    return QCoreApplication.translate("Conversation", text)


def deleted() -> str:
    return _say("This message was deleted")


def edited() -> str:
    return _say("Edited")


def not_confirmed() -> str:
    return _say("Not confirmed")


def read_more() -> str:
    return _say("Read more")


def send_again(status: str) -> str:
    """What is offered for a message that was not sent, or of which that is not known."""
    return _say("Retry") if status == "failed" else _say("Send again")


def discard() -> str:
    return _say("Discard")


def you() -> str:
    return _say("You")


def not_sent(error: str | None) -> str:
    """Why a message failed: the reason in words, where there is one; ours are said in the reader's language."""
    if not error:
        return status_words("failed")
    return f"{status_words('failed')}: {QCoreApplication.translate('Server', one_line(error))}"


def new_messages(count: int) -> str:
    """The line above what arrived since the last visit."""
    return counted("Conversation", "{count} new message", "{count} new messages", count)


def has_card(row: MessageRow) -> bool:
    """Whether a bubble shows an attachment: everything that is not text, or that has no text to show."""
    if row.message_type in ("text", "system"):
        return False
    if row.message_type in ("interactive", "template", "unsupported"):
        return row.media_label is not None or not row.body
    return True


def card_label(row: MessageRow) -> str:
    """What stands on an attachment's card: its file's name, or what kind of thing it is."""
    if row.media_label:
        return one_line(row.media_label)
    kinds = {
        "interactive": _say("Buttons"),
        "template": _say("Template"),
    }
    return kinds.get(row.message_type) or medium(row.message_type)[1]


def quote_of(row: MessageRow) -> QuoteRow:
    """How an answer to this message quotes it."""
    name = (row.agent_name or you()) if row.outbound else (row.sender_name or row.sender_phone)
    body = deleted() if row.deleted else row.body
    return QuoteRow(sender_name=name, body=body, message_type=row.message_type, message_key=row.key)


def quote_name(quote: QuoteRow) -> str:
    return one_line(quote.sender_name or "") or _say("Message")


def about(header: ConversationHeader) -> str:
    """The line under a conversation's name: what it is and over which number it runs."""
    what = _what(header)
    via = _say("via {number}").format(number=header.session_number)
    return f"{what} · {via}" if what else via


def kind(header: ConversationHeader) -> str:
    return _say("Group") if header.is_group else _say("Private chat")


def members(count: int) -> str:
    return counted("Conversation", "{count} member", "{count} members", count)


def _what(header: ConversationHeader) -> str:
    if header.is_group:
        return _say("Group") if header.members is None else members(header.members)
    return (header.contact_phone or "") if header.has_name else ""


def spoken(row: MessageRow, time: str) -> str:
    """A row read aloud: "Maya Putri, 9:12 AM: text" or "You (Sari), delivered, 9:15 AM: text"."""
    if row.message_type == "system":
        return f"{time}: {row.body}"
    if row.outbound:
        who = f"{you()} ({one_line(row.agent_name)})" if row.agent_name else you()
        lead = [who, not_sent(row.error) if row.status == "failed" else status_words(row.status).lower(), time]
    else:
        lead = [one_line(row.sender_name or row.sender_phone or "") or _say("They"), time]
    if row.edited and not row.deleted:
        lead.append(edited().lower())
    return f"{', '.join(lead)}: {_content(row)}"


def _content(row: MessageRow) -> str:
    if row.deleted:
        return deleted()
    parts = []
    if row.quote is not None:
        quoted = preview(row.quote.body, row.quote.message_type)
        parts.append(_say("answers {name}: {quoted}.").format(name=quote_name(row.quote), quoted=quoted))
    if has_card(row):
        parts.append(card_label(row))
    if row.body:
        parts.append(row.body)
    if row.reactions:
        parts.append(_say("Reactions:") + " " + ", ".join(f"{each.emoji} {each.count}" for each in row.reactions))
    return " ".join(parts)


def participant_name(row: ParticipantRow) -> str:
    """A member's name; the number where there is none."""
    if row.is_us:
        return you()
    return one_line(row.name or "") or row.phone or _say("Unknown")


def participant_phone(row: ParticipantRow) -> str:
    return row.phone or _say("phone hidden")


def admin() -> str:
    return _say("admin")


def others(row: OthersRow) -> str:
    """Who else is here; empty for nobody."""
    writing = counted(
        "Conversation", "{names} is writing an answer.", "{names} are writing an answer.", len(row.writing)
    )
    looking = counted(
        "Conversation",
        "{names} is looking at this chat too.",
        "{names} are looking at this chat too.",
        len(row.looking),
    )
    said = ((writing, row.writing), (looking, row.looking))
    return " ".join(words.replace("{names}", ", ".join(map(one_line, names))) for words, names in said if names)


def send_anyway() -> str:
    return _say("Press Enter once more to send anyway.")
