"""A message's status is a rank: whatever the order in which news of it arrives, the highest wins."""

from __future__ import annotations

from typing import Final

RANKS: Final[dict[str, int]] = {
    "queued": 0,
    "sending": 1,
    "unconfirmed": 2,
    "sent": 3,
    "failed": 4,
    "delivered": 5,
    "read": 6,
    "played": 7,
}

NOT_SENT: Final = ("failed", "unconfirmed")
"""A person may give such a message up, or send it again."""

ACKS: Final[dict[int, str]] = {-1: "failed", 0: "sending", 1: "sent", 2: "delivered", 3: "read", 4: "played"}
"""What whatsapp-web.js's acks mean."""


def higher(held: str, news: str) -> str:
    """The status of higher rank; an unknown one ranks below all, so that it never hides a known one."""
    return news if RANKS.get(news, -1) > RANKS.get(held, -1) else held
