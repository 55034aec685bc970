"""Signing in against the real server: addresses as people type them, wrong passwords, a desktop without a keyring."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from inbox_app.credentials import CredentialsUnavailable, MemoryCredentials
from inbox_app.features.sign_in import SignIn
from inbox_app.profile import Account, Profile
from inbox_app.server.api import Api
from resources.catalog import english
from tests.inbox_app.backend import EMAIL, Backend
from tests.inbox_app.fakes import SignInScreen
from tests.sync_backend.backend import PASSWORD


class NoKeyring(MemoryCredentials):
    """A desktop whose keyring is locked."""

    def save(self, profile: str, token: str) -> None:
        raise CredentialsUnavailable("The keyring is locked.")


class Desk:
    """A profile, its keyring, and what became of the sign-in."""

    def __init__(self, folder: Path, credentials: MemoryCredentials | None = None) -> None:
        self.profile = Profile("work", folder)
        self.credentials = credentials or MemoryCredentials()
        self.screen = SignInScreen()
        self.warnings: list[str] = []
        self.done: list[tuple[Account, str]] = []
        self.asked: list[str] = []

    async def sign_in(self, server: str, email: str = EMAIL, password: str = PASSWORD) -> None:
        def open_api(address: str) -> Api:
            self.asked.append(address)
            return Api(address)

        async def done(account: Account, token: str) -> None:
            self.done.append((account, token))

        await SignIn(
            profile=self.profile,
            credentials=self.credentials,
            open_api=open_api,
            done=done,
            warn=self.warnings.append,
            catalog=english(),
        ).submit(self.screen, server, email, password)
        assert not self.screen.busy


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "profile")


async def test_the_right_password_opens_the_inbox_and_is_remembered(backend: Backend, desk: Desk) -> None:
    await desk.sign_in(backend.url, f"  {EMAIL} ")
    [(account, token)] = desk.done
    assert account.user.name == "Sari"
    assert account.realtime.port == int(backend.url.rpartition(":")[2])
    assert desk.credentials.load("work") == token
    assert desk.profile.account() == account
    assert desk.screen.error == ""


async def test_a_wrong_password_is_said_and_nothing_is_kept(backend: Backend, desk: Desk) -> None:
    await desk.sign_in(backend.url, password="salah")
    assert "password" in desk.screen.error.lower()
    assert desk.done == []
    assert desk.profile.account() is None
    assert desk.credentials.load("work") is None


async def test_too_many_tries_are_told_to_wait(backend: Backend, desk: Desk) -> None:
    for _ in range(6):
        await desk.sign_in(backend.url, password="salah")
    assert desk.screen.error.startswith("Too many tries. Wait ")


async def test_a_loopback_address_needs_no_scheme(backend: Backend, desk: Desk) -> None:
    await desk.sign_in(f" {backend.url.removeprefix('http://')}/ ")
    assert desk.asked == [backend.url]
    assert len(desk.done) == 1


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("inbox.invalid", "https://inbox.invalid"),
        ("inbox.invalid:8443/", "https://inbox.invalid:8443"),
        ("http://inbox.invalid", "http://inbox.invalid"),
        ("localhost:1", "http://localhost:1"),
        ("[::1]:1", "http://[::1]:1"),
    ],
)
async def test_an_address_without_a_scheme_means_tls(desk: Desk, typed: str, asked: str) -> None:
    await desk.sign_in(typed)
    assert desk.asked == [asked]
    assert "cannot be reached" in desk.screen.error


@pytest.mark.parametrize("typed", ["", "   ", "https://", "ftp://inbox.invalid", "http://[", "inbox.invalid:port"])
async def test_what_is_no_address_is_said_before_anyone_is_asked(desk: Desk, typed: str) -> None:
    await desk.sign_in(typed)
    assert desk.asked == []
    assert "address" in desk.screen.error


async def test_a_server_that_is_no_inbox_is_said(desk: Desk) -> None:
    async def web_page(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="<html>Welcome</html>")

    async def done(_account: Account, _token: str) -> None:
        raise AssertionError("nobody signed in")

    await SignIn(
        profile=desk.profile,
        credentials=desk.credentials,
        open_api=lambda server: Api(server, transport=httpx.MockTransport(web_page)),
        done=done,
        warn=desk.warnings.append,
        catalog=english(),
    ).submit(desk.screen, "https://shop.invalid", EMAIL, PASSWORD)
    assert "is this the inbox's server" in desk.screen.error


async def test_without_a_keyring_one_is_signed_in_and_warned(backend: Backend, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "profile", NoKeyring())
    await desk.sign_in(backend.url)
    assert len(desk.done) == 1
    assert desk.warnings == ["The keyring is locked."]
    assert desk.screen.error == ""
