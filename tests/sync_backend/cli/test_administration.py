"""Administration from the command line: one JSON object for programs, words for people, no traceback for either."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sync_backend.__main__ import main
from sync_backend.administration.users import add_user
from sync_backend.administration.workspaces import add_workspace
from sync_backend.auth.passwords import Passwords
from sync_backend.cli.administrator import Administrator, administer
from sync_backend.clock import system_clock
from sync_backend.database.epoch import read_epoch
from tests.sync_backend.cli.processes import made, run
from tests.sync_backend.fake_bridge import FakeBridge

Complaint = Callable[..., str]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def complaint(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Complaint:
    """Runs a command that must fail, in this process: what it says on standard error."""

    def failing(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["sync-backend", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
        assert exit_.value.code == 1
        said = capsys.readouterr().err
        assert "Traceback" not in said
        return said

    return failing


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder and a database with one workspace and the user taken@example.com."""
    monkeypatch.setenv("INBOX_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("INBOX_DATABASE_URL", database_url)

    async def fill(own: Administrator) -> None:
        workspace = await add_workspace(own.engine, system_clock, "Toko")
        await add_user(
            own.engine, Passwords(), system_clock, workspace_id=workspace.id, email="taken@example.com", role="agent"
        )

    administer(fill)
    return tmp_path


async def test_a_team_is_set_up_from_nothing(data_dir: Path) -> None:
    workspace = await made(data_dir, "workspace", "add", "--name", "Toko Nusantara")
    user = await made(
        data_dir, "user", "add", "--workspace", workspace["id"], "--email", "Sari@Example.com", "--role", "supervisor"
    )
    webjs = await made(
        data_dir, "account", "add", "--workspace", workspace["id"], "--provider", "webjs",
        "--phone", "+62 812-3456-7890", "--bridge-url", "http://127.0.0.1:3900",
    )  # fmt: skip
    meta = await made(
        data_dir, "account", "add", "--workspace", workspace["id"], "--provider", "meta",
        "--phone", "+62 811-2233-4455", "--phone-number-id", "1001",
    )  # fmt: skip
    token = await made(data_dir, "token", "issue", "--user", user["id"])

    assert workspace == {"id": "1", "name": "Toko Nusantara"}
    assert (user["email"], user["role"], len(user["password"])) == ("sari@example.com", "supervisor", 19)
    assert webjs["phone_number"] == "+6281234567890"
    assert len(webjs["hmac_secret"]) == 64
    assert "hmac_secret" not in meta
    assert len(meta["verify_token"]) >= 32
    assert len(token["token"]) >= 32

    listed = {
        kind: (await run(data_dir, kind, "list", "--json")).json["items"] for kind in ("workspace", "user", "account")
    }
    assert [each["id"] for each in listed["account"]] == ["1", "2"]
    assert [each["email"] for each in listed["user"]] == ["sari@example.com"]
    assert "password" not in listed["user"][0]
    assert "hmac_secret" not in listed["account"][0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("user", "add", "--workspace", "7", "--email", "a@b.c"), "There is no workspace 7."),
        (("user", "add", "--workspace", "1", "--email", "TAKEN@example.com"), "already a user"),
        (("user", "add", "--workspace", "1", "--email", "no address"), "is not an e-mail address"),
        (("user", "add", "--workspace", "1", "--email", "a@b.c", "--role", "king"), "agent, supervisor, admin"),
        (("user", "add", "--workspace", "1", "--email", "a@b.c", "--password", "short"), "8 to 1024 characters"),
        (("account", "add", "--workspace", "1", "--provider", "webjs", "--phone", "12"), "country code"),
        (
            ("account", "add", "--workspace", "1", "--provider", "meta", "--phone", "+6281234567890"),
            "--phone-number-id",
        ),
        (("account", "add", "--workspace", "1", "--provider", "fax", "--phone", "+6281234567890"), "webjs and meta"),
        (("token", "issue", "--user", "99"), "There is no user 99."),
        (("workspace", "add", "--name", " "), "needs a name"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    here: Path, arguments: tuple[str, ...], words: str, complaint: Complaint
) -> None:
    assert words in complaint(*arguments)


@pytest.mark.usefixtures("here")
def test_a_wrong_setting_is_named(complaint: Complaint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_LOG_LEVEL", "loud")

    assert "INBOX_LOG_LEVEL" in complaint("workspace", "list")


@pytest.mark.usefixtures("here")
def test_after_a_restored_backup_a_new_epoch_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    async def epoch(own: Administrator) -> str:
        async with own.engine.connect() as connection:
            return await read_epoch(connection)

    before = administer(epoch)
    monkeypatch.setattr(sys, "argv", ["sync-backend", "db", "new-epoch"])
    with pytest.raises(SystemExit) as exit_:
        main()

    assert exit_.value.code == 0
    assert administer(epoch) != before


async def test_the_schema_goes_back_and_forth(data_dir: Path) -> None:
    await made(data_dir, "workspace", "add", "--name", "Toko")
    before = await run(data_dir, "db", "status", "--json")
    refused = await run(data_dir, "db", "downgrade")
    back = await run(data_dir, "db", "downgrade", "base", "--yes", "--json")
    pending = await run(data_dir, "db", "status")
    forth = await run(data_dir, "db", "upgrade", "--json")

    assert (before.status, before.json["pending"]) == (0, [])
    assert refused.status == 1
    assert back.json["current"] is None
    assert pending.status == 1
    assert forth.json["current"] == forth.json["latest"]


async def test_the_doctor_finds_a_bridge_that_takes_no_signature_of_ours(data_dir: Path) -> None:
    async with FakeBridge().running() as bridge:
        await made(data_dir, "workspace", "add", "--name", "Toko")
        await made(data_dir, "user", "add", "--workspace", "1", "--email", "sari@example.com")
        number = ("--provider", "webjs", "--phone", "+6281234567890", "--bridge-url", bridge.url)
        account = await made(data_dir, "account", "add", "--workspace", "1", *number)

        ill = await run(data_dir, "doctor", "--json")
        bridge.secret = account["hmac_secret"]
        healthy = await run(data_dir, "doctor")

    assert (ill.status, ill.json["ok"]) == (1, False)
    [complaint] = [check for check in ill.json["checks"] if check["state"] == "failed"]
    assert "signature" in complaint["finding"]
    assert "hmac_secret" in complaint["advice"]
    assert healthy.status == 0, healthy.out
