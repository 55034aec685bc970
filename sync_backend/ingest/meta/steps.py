"""What an element of Meta's webhooks means: the events of the bridge's webhook, and the few things it never tells."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync_backend.ingest.messages import Particulars
from wire.webhooks import BridgeEvent, Identity


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the bridge would have told it; of a message also what is particular about it."""

    event: BridgeEvent
    particulars: Particulars = field(default_factory=Particulars)


@dataclass(frozen=True, slots=True)
class NumberChanged:
    """A person is known by `new` identities from now on; those in `old` still name them in what comes late."""

    old: list[Identity]
    new: list[Identity]


@dataclass(frozen=True, slots=True)
class SamePerson:
    """These identities belong to one person."""

    identities: list[Identity]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Nothing can be made of it; `reason` is for the log."""

    reason: str


Step = Told | NumberChanged | SamePerson | NotUnderstood


@dataclass(frozen=True, slots=True)
class OurNumber:
    """The number that a change speaks of, as events name it; `digits` of its telephone number."""

    session_id: int
    workspace_id: int
    digits: str
