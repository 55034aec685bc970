"""What supervisors do with WhatsApp numbers: add one, connect it, log it out, import its chats or stop that.

Each command goes to the number's bridge, outside of any transaction; what comes of it, the bridge tells by webhooks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.administration.accounts import (
    META,
    WEBJS,
    AddedAccount,
    MetaConfig,
    NumberTakenError,
    add_account,
    e164,
)
from sync_backend.clock import Clock
from sync_backend.errors import ApiError, WorldError, not_found
from sync_backend.importing.limits import SyncLimits
from sync_backend.importing.progress import note_from_bridge
from sync_backend.numbers.managed import ManagedNumber, find_managed
from sync_backend.ordering import CommitListener, workspace_transaction
from sync_backend.providers.bridge_client import BridgeAccount
from sync_backend.providers.session_bridge import BridgeRefusedError, BridgeUnreachableError, SessionBridge
from sync_backend.store.accounts import change_account, find_account
from wire.bridge import BridgeStart
from wire.rest import AddSessionRequest, SessionQr

LONGEST_NAME: Final = 255

_NO_BRIDGE: Final = "On the server, set INBOX_BRIDGE_URL and WHATSAPP_HMAC_SECRET; the operator guide says how."


class NumberCommands:
    """`bridge_url` drives the numbers added here; `shared_secret` signs for numbers that have none of their own.
    Raises ApiError for whatever cannot be done, in words."""

    def __init__(
        self,
        *,
        reads: AsyncEngine,
        writes: AsyncEngine,
        listener: CommitListener,
        clock: Clock,
        http: httpx.AsyncClient,
        bridge_url: str | None,
        shared_secret: str | None,
        sync_enabled: bool,
        sync_limits: SyncLimits,
    ) -> None:
        self._reads = reads
        self._writes = writes
        self._listener = listener
        self._clock = clock
        self._http = http
        self._bridge_url = bridge_url
        self._shared_secret = shared_secret
        self._sync_enabled = sync_enabled
        self._limits = sync_limits

    async def add(self, workspace_id: int, asked: AddSessionRequest) -> AddedAccount:
        """Keeps the number, then connects it; a bridge that does not answer makes it `failed`, with the reason."""
        added = await self._keep(workspace_id, asked)
        if added.account.provider_type == WEBJS:
            number = await self._find(workspace_id, added.account.id)
            try:
                await self._start(number)
            except ApiError as error:
                await self._change(number, status="failed", status_reason=error.message)
        return added

    async def start(self, workspace_id: int, account_id: int) -> None:
        """Connects a number, with a QR code where the phone has not linked it."""
        await self._start(await self._find(workspace_id, account_id))

    async def logout(self, workspace_id: int, account_id: int) -> None:
        """Unlinks a number from its phone; to connect it again it must be scanned."""
        bridge = self._bridge_of(await self._find(workspace_id, account_id))
        with _told():
            await bridge.logout()

    async def qr(self, workspace_id: int, account_id: int) -> SessionQr:
        """The QR code of the moment."""
        bridge = self._bridge_of(await self._find(workspace_id, account_id))
        with _told():
            code = await bridge.qr()
        return SessionQr(status=code.status, qr=code.qr)

    async def start_sync(self, workspace_id: int, account_id: int) -> None:
        """Imports the number's chats anew; an import that runs is stopped first.

        It is `pending` before the bridge is asked: what the bridge tells of its progress must come later.
        """
        if not self._sync_enabled:
            raise ApiError(
                409,
                "sync_disabled",
                "Importing chats is switched off on this server.",
                hint="On the server, set WHATSAPP_SYNC_ENABLED=true.",
            )
        number = await self._find(workspace_id, account_id)
        bridge = self._bridge_of(number)
        if number.status not in ("connected", "syncing"):
            raise _not_connected()
        if number.sync_status == "running":
            await self.cancel_sync(workspace_id, account_id)
            number = await self._find(workspace_id, account_id)
        await self._change(number, sync_status="pending", synced_count=0, total_count=None)
        try:
            with _told():
                await bridge.start_sync()
        except ApiError:
            await self._change(
                number,
                sync_status=number.sync_status,
                synced_count=number.synced_count,
                total_count=number.total_count,
            )
            raise

    async def cancel_sync(self, workspace_id: int, account_id: int) -> None:
        """Ends an import; what was imported stays."""
        number = await self._find(workspace_id, account_id)
        bridge = self._bridge_of(number)
        with _told():
            await bridge.cancel_sync()
        if number.sync_status in ("pending", "running"):
            await self._end_import(number)

    async def _keep(self, workspace_id: int, asked: AddSessionRequest) -> AddedAccount:
        _check(asked)
        is_meta = asked.provider_type == META
        if not is_meta and (self._bridge_url is None or self._shared_secret is None):
            raise ApiError(409, "no_bridge", "This server has no bridge for new WhatsApp Web numbers.", hint=_NO_BRIDGE)
        try:
            return await add_account(
                self._writes,
                self._listener,
                self._clock,
                workspace_id=workspace_id,
                provider=asked.provider_type,
                phone=asked.phone_number,
                display_name=(asked.display_name or "").strip() or None,
                bridge_url=None if is_meta else self._bridge_url,
                meta=_meta_config(asked),
                shares_secret=True,
            )
        except NumberTakenError:
            raise ApiError(
                409,
                "number_exists",
                f"This workspace already has the number {e164(asked.phone_number)}.",
                "phone_number",
            ) from None

    async def _find(self, workspace_id: int, account_id: int) -> ManagedNumber:
        async with self._reads.connect() as connection:
            number = await find_managed(connection, workspace_id, account_id)
        if number is None:
            raise not_found("session")
        return number

    async def _start(self, number: ManagedNumber) -> None:
        start = BridgeStart(
            workspace_id=str(number.workspace_id),
            phone_number=number.phone_number,
            display_name=number.display_name,
        )
        bridge = self._bridge_of(number)
        with _told():
            await bridge.start(start)

    async def _end_import(self, number: ManagedNumber) -> None:
        """At once, though the bridge tells of it too: what waits in the queue is forgotten."""
        async with workspace_transaction(self._writes, number.workspace_id, self._listener) as transaction:
            account = await find_account(transaction.connection, number.id)
            if account is not None:
                await note_from_bridge(
                    transaction,
                    account,
                    self._clock(),
                    self._limits,
                    status="cancelled",
                    synced_count=number.synced_count,
                    total_count=number.total_count,
                )

    async def _change(self, number: ManagedNumber, **values: Any) -> None:
        async with workspace_transaction(self._writes, number.workspace_id, self._listener) as transaction:
            await change_account(transaction, number.id, self._clock(), **values)

    def _bridge_of(self, number: ManagedNumber) -> SessionBridge:
        if number.provider_type != WEBJS:
            raise ApiError(
                409, "not_on_a_bridge", "This number is on Meta's Cloud API: there is nothing to scan or to import."
            )
        secret = number.hmac_secret or self._shared_secret
        if number.bridge_url is None or secret is None:
            raise ApiError(409, "no_bridge", "This number has no bridge.", hint=_NO_BRIDGE)
        return SessionBridge(self._http, BridgeAccount(str(number.id), number.bridge_url, secret))


@contextmanager
def _told() -> Iterator[None]:
    """What a bridge did not do, as the caller of the REST interface hears it."""
    try:
        yield
    except BridgeUnreachableError as error:
        raise ApiError(503, "bridge_unreachable", error.message, hint=error.hint) from error
    except BridgeRefusedError as error:
        if error.code == "session_not_connected":
            raise _not_connected() from error
        raise ApiError(502, "bridge_refused", error.message) from error


def _not_connected() -> ApiError:
    return ApiError(409, "session_not_connected", "This number is not connected. Connect it first.")


def _check(asked: AddSessionRequest) -> None:
    if asked.provider_type not in (WEBJS, META):
        raise ApiError(422, "invalid", f"Providers are {WEBJS} and {META}.", "provider_type")
    try:
        e164(asked.phone_number)
    except WorldError as error:
        raise ApiError(422, "invalid", error.message, "phone_number", error.hint) from None
    if len(asked.display_name or "") > LONGEST_NAME:
        raise ApiError(422, "invalid", f"A name has at most {LONGEST_NAME} characters.", "display_name")
    if asked.provider_type == META and not (asked.meta and asked.meta.phone_number_id.strip()):
        raise ApiError(
            422, "invalid", "A number on Meta's Cloud API needs its phone number id.", "meta.phone_number_id"
        )
    if asked.provider_type == WEBJS and asked.meta is not None:
        raise ApiError(422, "invalid", "A number on WhatsApp Web has no settings of Meta's.", "meta")


def _meta_config(asked: AddSessionRequest) -> MetaConfig | None:
    if asked.provider_type != META or asked.meta is None:
        return None
    return MetaConfig(
        phone_number_id=asked.meta.phone_number_id.strip(),
        access_token=asked.meta.access_token,
        app_secret=asked.meta.app_secret,
        verify_token=asked.meta.verify_token,
    )
