"""What a simulated world is made of: the numbers it plays, how many chats, how lively."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaNumber:
    """What Meta's Cloud API knows a number by; `access_token` is asked for by the Graph API."""

    phone_number_id: str
    access_token: str
    business_id: str = "102290129340398"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One WhatsApp number that the bridge would drive; `secret` signs its webhooks and its bridge calls.

    With `meta` it is on Meta's Cloud API instead, and `secret` is the app's.
    """

    session_id: str
    workspace_id: str
    secret: str
    phone: str
    name: str | None = None
    meta: MetaNumber | None = None

    @property
    def jid(self) -> str:
        return f"{self.phone.removeprefix('+')}@c.us"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSize:
    """`chats` counts what all numbers see together; `groups` of them are distinct groups, some seen by two numbers.

    `messages` is the average number of messages in a chat's history.
    """

    chats: int = 600
    groups: int = 60
    messages: int = 5
    days: int = 30
    unread_share: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Liveliness:
    """`rate` is live messages per second. `haste` divides every human delay: 1 is natural, tests use more."""

    rate: float = 1.0
    haste: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mischief:
    """How often the network doubles a webhook, or holds it back until later ones have passed; both 0 to 1."""

    duplicate: float = 0.0
    reorder: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Waits between tries of a refused webhook, in seconds, doubling; a `Retry-After` of the backend wins."""

    first: float = 0.25
    longest: float = 10.0
    timeout: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a simulator is started with; `backend` is its base address.

    With `secret`, numbers that the backend adds are taken in, each with chats of its own, as many as `newcomer` says.
    """

    backend: str
    numbers: tuple[Number, ...]
    secret: str | None = None
    newcomer: WorldSize = field(default_factory=lambda: WorldSize(chats=120, groups=12))
    seed: int = 1
    size: WorldSize = field(default_factory=WorldSize)
    liveliness: Liveliness = field(default_factory=Liveliness)
    mischief: Mischief = field(default_factory=Mischief)
    backoff: Backoff = field(default_factory=Backoff)
