"""Keeps the token in the desktop's keyring; never on disk in the clear."""

from __future__ import annotations

from typing import Protocol

SERVICE = "whatsapp-inbox"


class CredentialsUnavailable(Exception):
    """The keyring is missing or locked; `str()` says so in words."""


class Credentials(Protocol):
    """Where a profile's token is kept."""

    def load(self, profile: str) -> str | None: ...

    def save(self, profile: str, token: str) -> None: ...

    def forget(self, profile: str) -> None: ...


class KeyringCredentials:
    """The system's keyring. Every call may block on a locked keyring: call it from a worker thread."""

    def load(self, profile: str) -> str | None:
        """The token, or None when there is none. Raises CredentialsUnavailable."""
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(SERVICE, profile)
        except KeyringError as error:
            raise CredentialsUnavailable(_words(error)) from error

    def save(self, profile: str, token: str) -> None:
        """Raises CredentialsUnavailable."""
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(SERVICE, profile, token)
        except KeyringError as error:
            raise CredentialsUnavailable(_words(error)) from error

    def forget(self, profile: str) -> None:
        """Removes the token; that there was none is fine."""
        import keyring
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            keyring.delete_password(SERVICE, profile)
        except PasswordDeleteError:
            return
        except KeyringError as error:
            raise CredentialsUnavailable(_words(error)) from error


class MemoryCredentials:
    """For this run only: the demo, and people whose desktop has no keyring."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    def load(self, profile: str) -> str | None:
        return self._tokens.get(profile)

    def save(self, profile: str, token: str) -> None:
        self._tokens[profile] = token

    def forget(self, profile: str) -> None:
        self._tokens.pop(profile, None)


def _words(error: Exception) -> str:
    return (
        "This desktop's keyring cannot be used, so you will be asked to sign in again next time "
        f"({type(error).__name__})."
    )
