"""A profile: what this desktop keeps of the person who works with it, and where."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wire.rest import RealtimeSettings, User, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a sign-in told us, kept so that the client starts without the server."""

    server: str
    user: User
    workspace: Workspace
    realtime: RealtimeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFiles:
    """The databases of one account."""

    cache: Path
    outbox: Path


class Profile:
    """A folder of its own per profile name; in it, one for each account that ever signed in."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def window_file(self) -> Path:
        """What the window remembers, whoever signs in."""
        return self.folder / "window.ini"

    def files_of(self, account: Account) -> AccountFiles:
        """Another account, server or workspace never meets the rows of this one."""
        whose = f"{account.server}\n{account.workspace.id}\n{account.user.id}"
        folder = self.folder / hashlib.sha256(whose.encode()).hexdigest()[:16]
        folder.mkdir(exist_ok=True)
        return AccountFiles(cache=folder / "cache.db", outbox=folder / "outbox.db")

    def account(self) -> Account | None:
        """Who signed in last; None at first, and when the file makes no sense."""
        try:
            return msgspec.json.decode(self._account_file.read_bytes(), type=Account)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    def remember(self, account: Account) -> None:
        """Written aside, then moved: a crash leaves the old file or the new one."""
        beside = self._account_file.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(account))
        os.replace(beside, self._account_file)

    def forget_account(self) -> None:
        """The next start asks for a sign-in."""
        self._account_file.unlink(missing_ok=True)

    @property
    def _account_file(self) -> Path:
        return self.folder / "account.json"
