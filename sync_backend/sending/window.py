"""Meta's 24 hours: so long after the customer's last message one may write freely, later with a template alone."""

from __future__ import annotations

from sync_backend.errors import ApiError
from sync_backend.store.accounts import Account
from sync_backend.store.conversations import KnownConversation

WINDOW_CLOSED = "More than 24 hours have passed since the customer's last message. Send a template."


def check_window(account: Account, conversation: KnownConversation, message_type: str, now: int) -> None:
    """ApiError 409 `window_closed`, before anyone is called: WhatsApp would take the message and not deliver it."""
    if account.provider_type != "meta" or message_type == "template":
        return
    if conversation.window_expires_at_ms is None or conversation.window_expires_at_ms <= now:
        raise ApiError(409, "window_closed", WINDOW_CLOSED, field="body")
