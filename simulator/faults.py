"""Troubles that the simulated bridge makes for sends when asked to, so that tests can see what a backend does then."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

Kind = Literal["status", "disconnect", "accept_then_drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to a send: refused with `status`, cut off before it is taken (`disconnect`), cut off after it
    was taken (`accept_then_drop`); without a kind it is only late. Each waits `delay_ms` before the answer. `code` is
    the Graph API's; without one its refusal is no JSON."""

    kind: Kind | None = None
    status: int = 503
    code: int | None = None
    delay_ms: int = 0
    count: int = 1


class Faults:
    """Faults in the order in which they were asked for; each send uses up one."""

    def __init__(self) -> None:
        self._due: deque[Fault] = deque()

    def add(self, fault: Fault) -> None:
        self._due.extend([fault] * fault.count)

    def clear(self) -> None:
        self._due.clear()

    def next(self) -> Fault | None:
        return self._due.popleft() if self._due else None
