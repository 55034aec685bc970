"""Every setting is documented, comes from environment or file, and a wrong one is named."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from sync_backend.errors import WorldError
from sync_backend.secrets_file import load_secrets
from sync_backend.settings import CONFIG_FILE_VARIABLE, Settings, SettingsError, load_settings, variable_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_the_document_names_every_setting_and_no_other() -> None:
    documented = [name for name, _, _ in ROW.findall(DOCUMENT.read_text())]

    assert sorted(documented) == sorted([CONFIG_FILE_VARIABLE, *(variable_of(name) for name in Settings.model_fields)])


def test_the_document_tells_the_true_defaults() -> None:
    documented = {name: default.strip("`") for name, default, _ in ROW.findall(DOCUMENT.read_text())}

    for name, field in Settings.model_fields.items():
        if isinstance(field.default, bool | int | float | str):
            assert documented[variable_of(name)] == str(field.default).lower(), name


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("INBOX_LOG_LEVEL", "error")
    (tmp_path / "sync-backend.env").write_text("INBOX_LOG_LEVEL=debug\nWHATSAPP_SYNC_ENABLED=false\n")

    settings = load_settings()

    assert (settings.log_level, settings.sync_enabled) == ("error", False)
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path / 'inbox.sqlite3'}"


def test_a_slip_in_the_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_DATA_DIR", str(tmp_path))
    (tmp_path / "sync-backend.env").write_text("INBOX_LOG_LEVLE=debug\n")

    with pytest.raises(SettingsError, match="INBOX_LOG_LEVLE: there is no such setting"):
        load_settings()


def test_a_named_file_that_is_missing_is_not_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_CONFIG_FILE", str(tmp_path / "nowhere.env"))

    with pytest.raises(SettingsError, match=r"nowhere\.env"):
        load_settings()


def test_secrets_are_made_once_for_this_user_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")

    made = load_secrets(settings)

    assert load_secrets(settings) == made
    assert stat.S_IMODE(settings.secrets_file.stat().st_mode) == 0o600
    assert [path.name for path in settings.secrets_file.parent.iterdir()] == ["secrets.json"]


def test_a_secret_that_is_set_wins_over_the_one_made(tmp_path: Path) -> None:
    kept = load_secrets(Settings(data_dir=tmp_path))

    changed = load_secrets(Settings(data_dir=tmp_path, pusher_app_key="mine"))

    assert changed.pusher_app_key == "mine"
    assert changed.pusher_app_secret == kept.pusher_app_secret


def test_a_damaged_secrets_file_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")

    with pytest.raises(WorldError, match=r"secrets\.json cannot be used"):
        load_secrets(Settings(data_dir=tmp_path))
