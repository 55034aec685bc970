"""The secrets that the backend makes for itself at its first start, kept in a file that only its user can read."""

from __future__ import annotations

import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from sync_backend.errors import WorldError
from sync_backend.settings import Settings


@dataclass(frozen=True, slots=True)
class AppSecrets:
    """The Pusher app that desktops connect to."""

    pusher_app_id: str
    pusher_app_key: str
    pusher_app_secret: str


def load_secrets(settings: Settings) -> AppSecrets:
    """What the settings name, the rest from the secrets file, which is made when it is needed and missing."""
    app_id, key, secret = settings.pusher_app_id, settings.pusher_app_key, settings.pusher_app_secret
    if app_id and key and secret:
        return AppSecrets(app_id, key, secret)
    kept = _read_or_make(settings.secrets_file)
    return AppSecrets(app_id or kept.pusher_app_id, key or kept.pusher_app_key, secret or kept.pusher_app_secret)


def _read_or_make(path: Path) -> AppSecrets:
    try:
        if not path.exists():
            _write_private(
                path, AppSecrets(str(secrets.randbelow(10**9)), secrets.token_hex(10), secrets.token_hex(20))
            )
        return AppSecrets(**orjson.loads(path.read_bytes()))
    except (OSError, orjson.JSONDecodeError, TypeError) as error:
        raise WorldError(
            f"The secrets file {path} cannot be used: {error}.",
            hint="Make the folder readable and writable for this user, or remove the file to have a new one made.",
        ) from error


def _make() -> AppSecrets:
    return AppSecrets(secrets.token_hex(4), secrets.token_hex(10), secrets.token_hex(20))


def _write_private(path: Path, made: AppSecrets) -> None:
    """Writes beside and links into place: of two processes that start at once, the second keeps the first's file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(asdict(made), option=orjson.OPT_INDENT_2))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
