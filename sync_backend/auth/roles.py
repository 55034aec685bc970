"""Who may do what: agents read and send, supervisors also manage numbers, admins also users."""

from __future__ import annotations

from typing import Final

AGENT: Final = "agent"
SUPERVISOR: Final = "supervisor"
ADMIN: Final = "admin"

ROLES: Final = (AGENT, SUPERVISOR, ADMIN)
"""From the least rights to the most."""


def allows(role: str, needed: str) -> bool:
    """A role holds the rights of all before it; an unknown one holds none."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)
