"""Everything that can be configured: from the environment, or from a file of the same names.

With nothing set, the defaults make a working backend in the user's data folder. `docs/settings.md` describes each
setting, and a test compares the two.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import Field, HttpUrl, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sync_backend.database.urls import with_driver
from sync_backend.errors import WorldError
from sync_backend.importing.limits import SyncLimits
from wire.chats_sync import MOST_CHATS, MOST_MESSAGES

CONFIG_FILE_VARIABLE = "INBOX_CONFIG_FILE"
DATA_DIR_VARIABLE = "INBOX_DATA_DIR"
CONFIG_FILE_NAME = "sync-backend.env"


class SettingsError(WorldError):
    """A setting that cannot be used; the words name it."""


def default_data_dir() -> Path:
    return user_data_path("whatsapp-inbox", appauthor=False)


def _sqlite_in_data_dir(data: dict[str, Any]) -> str:
    return f"sqlite+aiosqlite:///{data['data_dir'] / 'inbox.sqlite3'}"


class Settings(BaseSettings):
    """The backend's settings, validated once; nothing reads the environment after this."""

    model_config = SettingsConfigDict(env_prefix="INBOX_", frozen=True, extra="forbid", populate_by_name=True)

    data_dir: Path = Field(default_factory=default_data_dir, description="Folder of the database and the secrets.")
    database_url: str = Field(
        default_factory=_sqlite_in_data_dir,
        description="Address of the database; without it, SQLite in the data folder.",
    )
    database_connections: int = Field(
        default=10,
        ge=2,
        le=200,
        description="Connections to PostgreSQL or MariaDB: so many that write, and as many that read.",
    )
    public_url: HttpUrl | None = Field(
        default=None,
        description="URL under which desktops reach this backend; without it, the address they called.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses, separated by commas, whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    )
    pusher_app_id: str | None = Field(default=None, description="Pusher app id; made at first start without it.")
    pusher_app_key: str | None = Field(default=None, description="Pusher app key; made at first start without it.")
    pusher_app_secret: str | None = Field(
        default=None, description="Secret that signs private channels; made at first start without it."
    )
    hmac_secret: str | None = Field(
        default=None,
        validation_alias="WHATSAPP_HMAC_SECRET",
        description="The original system's one webhook secret, for numbers that have none of their own.",
    )
    bridge_url: HttpUrl | None = Field(
        default=None,
        description="The bridge that drives numbers which supervisors add in the client; it knows the same secret.",
    )
    sync_enabled: bool = Field(
        default=True,
        validation_alias="WHATSAPP_SYNC_ENABLED",
        description="False stops importing chats at once; live messages go on.",
    )
    sync_max_chats: int | None = Field(
        default=500, ge=1, description="So many of a number's latest chats are imported; `null` for all."
    )
    sync_window: int | None = Field(
        default=30, ge=1, description="Only chats with a message in so many days are imported; `null` for all."
    )
    sync_messages_per_chat: int = Field(
        default=50, ge=1, le=MOST_MESSAGES, description="So many of each imported chat's latest messages come along."
    )
    sync_batch: int = Field(default=50, ge=1, le=MOST_CHATS, description="So many chats the bridge posts at a time.")
    sync_chats_per_second: float = Field(
        default=10.0, gt=0, description="So fast the bridge reads chats from WhatsApp, whose patience is limited."
    )
    sync_requests_at_once: int = Field(
        default=5, ge=1, description="So many requests the bridge makes to WhatsApp, and to this backend, at a time."
    )
    queue_depth: int = Field(
        default=1000, ge=1, description="So many jobs may wait to be imported; beyond, bridges are asked to wait (429)."
    )
    max_request_bytes: int = Field(
        default=8 * 1024 * 1024, ge=1024, description="Largest request body; a larger one is refused with 413."
    )
    send_concurrency: int = Field(
        default=16, ge=1, le=256, description="How many messages are handed to providers at the same time."
    )
    send_timeout_seconds: float = Field(
        default=20.0, gt=0, description="How long a provider may take to accept one message."
    )
    send_patience_seconds: float = Field(
        default=300.0,
        ge=0,
        description="How long an unreachable provider is tried again before a message fails or stays unconfirmed.",
    )
    send_per_minute: int = Field(
        default=60, ge=0, description="How many messages a minute may leave one WhatsApp number; 0 is no limit."
    )
    send_per_hour: int = Field(
        default=1000, ge=0, description="How many messages an hour may leave one WhatsApp number; 0 is no limit."
    )
    graph_url: HttpUrl = Field(
        default=HttpUrl("https://graph.facebook.com"),
        description="Base address of Meta's Graph API, for numbers that name none of their own.",
    )
    graph_version: str = Field(
        default="v26.0", pattern=r"^v\d+\.\d+$", description="Version of the Graph API that is asked."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="`auto` is `console` on a terminal, `json` elsewhere."
    )

    @field_validator("sync_max_chats", "sync_window", mode="before")
    @classmethod
    def _no_limit(cls, value: object) -> object:
        """The environment knows only text."""
        return None if isinstance(value, str) and value.strip().lower() in ("", "null", "none") else value

    @property
    def sync_limits(self) -> SyncLimits:
        """What bridges are told, unless a number has limits of its own."""
        return SyncLimits(
            max_chats=self.sync_max_chats,
            sync_window=self.sync_window,
            messages_per_chat=self.sync_messages_per_chat,
            batch=self.sync_batch,
            chats_per_second=self.sync_chats_per_second,
            requests_at_once=self.sync_requests_at_once,
        )

    @field_validator("database_url")
    @classmethod
    def _with_driver(cls, url: str) -> str:
        return with_driver(url)

    @property
    def secrets_file(self) -> Path:
        return self.data_dir / "secrets.json"


def config_file() -> Path:
    """The settings file: `INBOX_CONFIG_FILE`, else `sync-backend.env` in the data folder."""
    named = os.environ.get(CONFIG_FILE_VARIABLE)
    if named:
        return Path(named)
    data_dir = os.environ.get(DATA_DIR_VARIABLE)
    return (Path(data_dir) if data_dir else default_data_dir()) / CONFIG_FILE_NAME


def load_settings() -> Settings:
    """Reads environment and file; the environment wins. Raises SettingsError, naming the setting."""
    path = config_file()
    if os.environ.get(CONFIG_FILE_VARIABLE) and not path.is_file():
        raise SettingsError(
            f"{CONFIG_FILE_VARIABLE} names {path}, which is not a file.", hint="Correct the path, or unset it."
        )
    try:
        return Settings(_env_file=path)  # type: ignore[call-arg]  # known only to pydantic's mypy plugin
    except ValidationError as error:
        problems = "; ".join(
            f"{variable_of(str(problem['loc'][0]))}: "
            + ("there is no such setting" if problem["type"] == "extra_forbidden" else problem["msg"])
            for problem in error.errors()
        )
        raise SettingsError(
            f"The settings cannot be used: {problems}.", hint=f"docs/settings.md describes them; the file is {path}."
        ) from None


def variable_of(name: str) -> str:
    """The environment variable of a field (or of an alias, or of an unknown line in the settings file)."""
    field = Settings.model_fields.get(name)
    if field is None:
        return name.upper()
    return str(field.validation_alias) if field.validation_alias else f"INBOX_{name.upper()}"
