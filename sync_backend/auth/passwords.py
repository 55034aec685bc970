"""Hashes and checks passwords with argon2id, away from the event loop."""

from __future__ import annotations

import asyncio
import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 1_024
"""Hashing takes longer for longer passwords; nobody types more than this."""


class Passwords:
    """Checking an unknown person takes as long as checking a known one, so that answers do not tell who exists."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    async def verify(self, password: str, stored_hash: str | None) -> bool:
        """False also for an unknown person (None), after the same work."""
        right = await asyncio.to_thread(self._verify, password, stored_hash)
        return right and stored_hash is not None

    def _verify(self, password: str, stored_hash: str | None) -> bool:
        try:
            return self._hasher.verify(stored_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False


def make_password() -> str:
    """A password to be shown once: four groups that can be read out over the telephone."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
