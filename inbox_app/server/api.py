"""The server's REST interface, typed: dataclasses of `wire` in and out, errors of `server.errors`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import httpx
import msgspec

from inbox_app.server.errors import EpochChanged, Refused, SignedOut, Unreachable
from wire.rest import (
    MOST_UUIDS,
    AddedSession,
    AddSessionRequest,
    ChangePage,
    ChannelAuthAnswer,
    ChannelAuthRequest,
    ErrorAnswer,
    ErrorDetail,
    KnownAnswer,
    KnownRequest,
    LoginAnswer,
    LoginRequest,
    Me,
    MessagePage,
    ReactionRequest,
    ReadRequest,
    SendRequest,
    SessionQr,
    Template,
    TemplateList,
)
from wire.rows import GroupDetails, Message

T = TypeVar("T")

NEWEST_WHEN_FAR_BEHIND = 50
"""Of each conversation, as a first snapshot brings them; older ones are fetched when scrolled to."""

TIMEOUT = httpx.Timeout(15.0, connect=5.0)


class Api:
    """One server, one token; without a token nothing but a sign-in is asked of the server, and it is Unreachable.

    `transport` lets tests run the real backend in the same process.
    """

    def __init__(
        self, server: str, token: str | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.has_token = bool(token)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.AsyncClient(base_url=server, headers=headers, timeout=TIMEOUT, transport=transport)

    async def close(self) -> None:
        """Closes the connections; may be called twice."""
        await self._http.aclose()

    async def login(self, email: str, password: str, device_name: str) -> LoginAnswer:
        """Raises Refused with words for a wrong password."""
        body = LoginRequest(email=email, password=password, device_name=device_name)
        return _decode(await self._ask("POST", "/api/v1/auth/login", body=body), LoginAnswer)

    async def logout(self) -> None:
        """Revokes the token."""
        await self._call("POST", "/api/v1/auth/logout")

    async def me(self) -> Me:
        """Who the token belongs to, and where to listen."""
        return _decode(await self._call("GET", "/api/v1/me"), Me)

    async def authorise(self, endpoint: str, socket_id: str, channel: str) -> str:
        """The signature that lets `socket_id` join the private `channel`."""
        body = ChannelAuthRequest(socket_id=socket_id, channel_name=channel)
        return _decode(await self._call("POST", endpoint, body=body), ChannelAuthAnswer).auth

    async def add_session(self, request: AddSessionRequest) -> AddedSession:
        """Adds a WhatsApp number; this and the next five are for supervisors, and refused to others."""
        return _decode(await self._call("POST", "/api/v1/sessions", body=request), AddedSession)

    async def start_session(self, session_id: str) -> None:
        """Connects a number, with a QR code where its phone must scan one."""
        await self._call("POST", f"/api/v1/sessions/{session_id}/start")

    async def session_qr(self, session_id: str) -> SessionQr:
        """The QR code of the moment; another one every few seconds."""
        return _decode(await self._call("GET", f"/api/v1/sessions/{session_id}/qr"), SessionQr)

    async def logout_session(self, session_id: str) -> None:
        """Unlinks a number from its phone."""
        await self._call("POST", f"/api/v1/sessions/{session_id}/logout")

    async def start_import(self, session_id: str) -> None:
        """Imports a number's chats from the beginning."""
        await self._call("POST", f"/api/v1/sessions/{session_id}/sync")

    async def cancel_import(self, session_id: str) -> None:
        """Stops an import; what was imported stays."""
        await self._call("DELETE", f"/api/v1/sessions/{session_id}/sync")

    async def snapshot(self, cursor: str | None) -> ChangePage:
        """A page of everything, newest conversation first."""
        return _decode(await self._call("GET", "/api/v1/snapshot", query={"cursor": cursor}), ChangePage)

    async def changes(self, since: int, epoch: str, cursor: str | None) -> ChangePage:
        """A page of what changed after `since`; of thousands of new messages the newest. Raises EpochChanged."""
        query: dict[str, str | int | None] = {
            "since": since,
            "epoch": epoch,
            "limit": 500,
            "newest": NEWEST_WHEN_FAR_BEHIND,
            "cursor": cursor,
        }
        return _decode(await self._call("GET", "/api/v1/changes", query=query), ChangePage)

    async def messages(self, conversation_id: str, before: str | None, limit: int = 50) -> MessagePage:
        """Messages of a conversation, newest first, older than `before`."""
        query: dict[str, str | int | None] = {"before": before, "limit": limit}
        return _decode(
            await self._call("GET", f"/api/v1/conversations/{conversation_id}/messages", query=query), MessagePage
        )

    async def group(self, group_id: str) -> GroupDetails:
        """A group with its members."""
        return _decode(await self._call("GET", f"/api/v1/groups/{group_id}"), GroupDetails)

    async def send(self, conversation_id: str, request: SendRequest) -> Message:
        """Hands a typed message over; idempotent by its uuid."""
        path = f"/api/v1/conversations/{conversation_id}/messages"
        return _decode(await self._call("POST", path, body=request), Message)

    async def discard(self, message_id: str) -> Message:
        """Gives up a message that was not sent; Refused when it was."""
        return _decode(await self._call("DELETE", f"/api/v1/messages/{message_id}"), Message)

    async def react(self, message_id: str, emoji: str) -> Message:
        """Our reaction to a message; an empty emoji takes it back."""
        path = f"/api/v1/messages/{message_id}/reactions"
        return _decode(await self._call("POST", path, body=ReactionRequest(emoji=emoji)), Message)

    async def known_uuids(self, uuids: Sequence[str]) -> set[str]:
        """Those of messages that the server has, deleted ones included."""
        known: set[str] = set()
        for start in range(0, len(uuids), MOST_UUIDS):
            body = KnownRequest(uuids=list(uuids[start : start + MOST_UUIDS]))
            answer = _decode(await self._call("POST", "/api/v1/messages/known", body=body), KnownAnswer)
            known.update(answer.known)
        return known

    async def templates(self, session_id: str) -> list[Template]:
        """The templates that may be sent from a number."""
        answer = await self._call("GET", f"/api/v1/sessions/{session_id}/templates")
        return _decode(answer, TemplateList).items

    async def read(self, conversation_id: str, message_id: str) -> None:
        """Marks all that arrived no later than this message as read."""
        path = f"/api/v1/conversations/{conversation_id}/read"
        await self._call("POST", path, body=ReadRequest(message_id=message_id))

    async def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | None] | None = None,
        body: object = None,
    ) -> bytes:
        if not self.has_token:
            raise Unreachable("Nobody is signed in.")
        return await self._ask(method, path, query=query, body=body)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | None] | None = None,
        body: object = None,
    ) -> bytes:
        content = msgspec.json.encode(body) if body is not None else None
        params = {name: value for name, value in (query or {}).items() if value is not None}
        try:
            response = await self._http.request(
                method, path, params=params, content=content, headers={"Content-Type": "application/json"}
            )
        except httpx.TransportError as error:
            raise Unreachable("The server cannot be reached.") from error
        if response.is_success:
            return response.content
        raise _failure(response)


def _decode(content: bytes, answer: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=answer)
    except msgspec.ValidationError as error:
        raise Unreachable(f"The server's answer was not understood: {error}") from error
    except msgspec.DecodeError as error:
        raise Unreachable("The server's answer was not JSON; is this the inbox's server?") from error


def _failure(response: httpx.Response) -> Exception:
    try:
        detail = msgspec.json.decode(response.content, type=ErrorAnswer).error
    except msgspec.MsgspecError:
        detail = ErrorDetail(code="unknown", message=f"The server answered {response.status_code}.")
    if response.status_code >= 500 or response.status_code == 429:
        return Unreachable(detail.message, _retry_after(response))
    kind: type[Refused] = Refused
    if response.status_code == 401:
        kind = SignedOut
    elif detail.code == "epoch_changed":
        kind = EpochChanged
    return kind(response.status_code, detail.code, detail.message, detail.hint, detail.field)


def _retry_after(response: httpx.Response) -> float | None:
    try:
        return float(response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None
