"""Signs a person in: asks the server for a token, keeps it in the keyring, remembers where the server is."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Protocol

import httpx

from inbox_app.credentials import Credentials, CredentialsUnavailable
from inbox_app.profile import Account, Profile
from inbox_app.server.api import Api
from inbox_app.server.errors import ServerError
from resources.catalog import Catalog

NO_ADDRESS = "Type the address of your team's server, such as https://inbox.example.com."
"""As the server's own refusals, said in the reader's language where it is shown."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SignInView(Protocol):
    """The dialog that asks."""

    def show_busy(self, busy: bool) -> None: ...

    def show_error(self, message: str) -> None: ...


class SignIn:
    """`open_api(server)` makes a client without a token; `done(account, token)` hears of success; `warn` tells."""

    def __init__(
        self,
        *,
        profile: Profile,
        credentials: Credentials,
        open_api: Callable[[str], Api],
        done: Callable[[Account, str], Awaitable[None]],
        warn: Callable[[str], None],
        catalog: Catalog,
    ) -> None:
        self._profile = profile
        self._credentials = credentials
        self._open_api = open_api
        self._done = done
        self._warn = warn
        self._catalog = catalog

    async def submit(self, view: SignInView, server: str, email: str, password: str) -> None:
        """Every failure is shown in the dialog, in words."""
        view.show_busy(True)
        try:
            account, token = await self._ask(_address(server), email, password)
        except (ServerError, ValueError) as error:
            view.show_error(self._catalog.say("Server", str(error)))
            return
        finally:
            view.show_busy(False)
        self._profile.remember(account)
        try:
            await asyncio.to_thread(self._credentials.save, self._profile.name, token)
        except CredentialsUnavailable as error:
            self._warn(str(error))
        await self._done(account, token)

    async def _ask(self, server: str, email: str, password: str) -> tuple[Account, str]:
        api = self._open_api(server)
        try:
            answer = await api.login(email.strip(), password, socket.gethostname())
        finally:
            await api.close()
        account = Account(server=server, user=answer.user, workspace=answer.workspace, realtime=answer.realtime)
        return account, answer.token


def _address(typed: str) -> str:
    """`inbox.example.com` → `https://inbox.example.com`; a loopback host needs no TLS."""
    typed = typed.strip()
    try:
        url = httpx.URL(typed if "://" in typed else f"https://{typed}")
    except httpx.InvalidURL:
        raise ValueError(NO_ADDRESS) from None
    is_host = url.host != "" and "%" not in url.host  # httpx escapes what no host name can hold
    if url.scheme not in ("http", "https") or not is_host:
        raise ValueError(NO_ADDRESS)
    if "://" not in typed and url.host in LOOPBACK:
        url = url.copy_with(scheme="http")
    return str(url).rstrip("/")
