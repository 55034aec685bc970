"""The client's side of one Pusher socket: text frames and time in, typed events out, in the order to act on them.

connection = ClientConnection(now)
events = connection.receive_text(text, now)
events = connection.subscribe("private-chats.ch1", auth)     # once Connected named the socket id
events = connection.tick(now)                                # at or after connection.deadline
ending = connection.closed(code, reason)                     # when the socket has gone
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, urlencode

from wire.pusher.channels import is_socket_id
from wire.pusher.codes import CloseAction, Code, action_after_close, words_for
from wire.pusher.frames import PROTOCOL_VERSION, Frame, FrameError, decode_frame, encode_client_event, encode_command

DEFAULT_ACTIVITY_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Connected:
    """The server's greeting; `activity_timeout` is the silence in seconds after which this side pings."""

    socket_id: str
    activity_timeout: float


@dataclass(frozen=True, slots=True)
class Subscribed:
    channel: str


@dataclass(frozen=True, slots=True)
class SubscriptionFailed:
    """The server refused one channel; the connection and its other channels go on."""

    channel: str
    code: int | None
    words: str


@dataclass(frozen=True, slots=True)
class EventReceived:
    """An application's event; `data` is text, for most applications JSON."""

    channel: str
    name: str
    data: str


@dataclass(frozen=True, slots=True)
class ErrorReceived:
    """Something the server complains about; it closes nothing by itself."""

    code: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Send:
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """This connection is over; close the socket if it is not, and do what `action` says."""

    action: CloseAction
    code: int | None
    words: str


Event: TypeAlias = Connected | Subscribed | SubscriptionFailed | EventReceived | ErrorReceived | Send | Ended


def connection_path(app_key: str, client: str, version: str) -> str:
    """The path and query to open a WebSocket at."""
    query = urlencode({"protocol": PROTOCOL_VERSION, "client": client, "version": version})
    return f"/app/{quote(app_key, safe='')}?{query}"


class ClientConnection:
    """Times are seconds of any one clock. After `Ended` every call returns no events."""

    def __init__(self, now: float, *, greeting_timeout: float = 10.0, pong_timeout: float = 30.0) -> None:
        self._greeting_timeout = greeting_timeout
        self._pong_timeout = pong_timeout
        self._activity_timeout = DEFAULT_ACTIVITY_TIMEOUT
        self._connected = False
        self._heard_at = now
        self._pinged_at: float | None = None
        self._pending: list[str] = []
        self._subscribed: set[str] = set()
        self._ended = False

    @property
    def deadline(self) -> float:
        """When `tick()` will have something to do, unless the server says something first."""
        if not self._connected:
            return self._heard_at + self._greeting_timeout
        if self._pinged_at is not None:
            return self._pinged_at + self._pong_timeout
        return self._heard_at + self._activity_timeout

    def receive_text(self, text: str, now: float) -> list[Event]:
        """Frames that make no sense are passed over: a newer server may send what this client does not know."""
        if self._ended:
            return []
        if self._connected:
            self._heard_at = now
            self._pinged_at = None
        try:
            return self._handle(decode_frame(text), now)
        except FrameError:
            return []

    def subscribe(self, channel: str, auth: str | None = None, channel_data: str | None = None) -> list[Event]:
        """Asks for a channel; `auth` is what `sign_channel` made for this connection's socket id."""
        data = {"channel": channel, "auth": auth, "channel_data": channel_data}
        self._pending.append(channel)
        return self._command("pusher:subscribe", {name: value for name, value in data.items() if value is not None})

    def unsubscribe(self, channel: str) -> list[Event]:
        self._forget(channel)
        return self._command("pusher:unsubscribe", {"channel": channel})

    def trigger(self, channel: str, event: str, data: Mapping[str, object]) -> list[Event]:
        """Says something to the other clients of a channel; nothing is said on one that was not joined."""
        if self._ended or channel not in self._subscribed:
            return []
        return [Send(encode_client_event(event, channel, data))]

    def tick(self, now: float) -> list[Event]:
        """Pings a silent server, then gives it up."""
        if self._ended or now < self.deadline:
            return []
        if not self._connected:
            return [self._end(CloseAction.BACK_OFF, None, "The server did not greet in time")]
        if self._pinged_at is None:
            self._pinged_at = now
            return self._command("pusher:ping", {})
        return [self._end(CloseAction.RECONNECT_NOW, Code.NO_PONG, words_for(Code.NO_PONG))]

    def closed(self, code: int | None, reason: str = "") -> Ended:
        """What the end of the socket means; `code` is the peer's close code, None when it was lost without one."""
        return self._end(action_after_close(code), code, reason or words_for(code))

    def _handle(self, frame: Frame, now: float) -> list[Event]:
        match frame.event:
            case "pusher:connection_established":
                return self._greeted(frame.data_mapping(), now)
            case "pusher:ping":
                return self._command("pusher:pong", {})
            case "pusher_internal:subscription_succeeded":
                return self._subscription_succeeded(frame.channel)
            case "pusher:subscription_error":
                return self._subscription_failed(frame)
            case "pusher:error":
                return self._error(frame)
            case name if name.startswith(("pusher:", "pusher_internal:")):
                return []
            case _:
                return self._event(frame)

    def _greeted(self, data: Mapping[str, object], now: float) -> list[Event]:
        socket_id, timeout = data.get("socket_id"), data.get("activity_timeout")
        if self._connected or not isinstance(socket_id, str) or not is_socket_id(socket_id):
            return []
        if isinstance(timeout, int | float) and not isinstance(timeout, bool) and timeout > 0:
            self._activity_timeout = float(min(timeout, DEFAULT_ACTIVITY_TIMEOUT))
        self._connected = True
        self._heard_at = now
        return [Connected(socket_id, self._activity_timeout)]

    def _subscription_succeeded(self, channel: str | None) -> list[Event]:
        if channel is None or channel not in self._pending:
            return []
        self._forget(channel)
        self._subscribed.add(channel)
        return [Subscribed(channel)]

    def _subscription_failed(self, frame: Frame) -> list[Event]:
        data = frame.data_mapping()
        if frame.channel is None or frame.channel not in self._pending:
            return []
        self._forget(frame.channel)
        status, words = data.get("status"), data.get("error")
        code = Code.UNAUTHORIZED if status in (401, 403) else None
        return [SubscriptionFailed(frame.channel, code, words if isinstance(words, str) else words_for(code))]

    def _error(self, frame: Frame) -> list[Event]:
        data = frame.data_mapping()
        code, words = _code_in(data), data.get("message")
        error = ErrorReceived(code, words if isinstance(words, str) else words_for(code))
        if not self._connected:  # in place of a greeting an error is a refusal, whatever the close after it says
            return [self._end(action_after_close(code), code, error.words)]
        channel = self._refused_channel(error, frame.channel)
        if channel is None:
            return [error]
        self._forget(channel)
        return [SubscriptionFailed(channel, error.code, error.words)]

    def _refused_channel(self, error: ErrorReceived, named: str | None) -> str | None:
        """Reverb refuses a subscription with an error that names no channel; servers answer in order, so it means
        the one that has waited longest."""
        if error.code != Code.UNAUTHORIZED or not self._pending:
            return None
        if named is None:
            return self._pending[0]
        return named if named in self._pending else None

    def _event(self, frame: Frame) -> list[Event]:
        if frame.channel in self._subscribed or frame.channel in self._pending:
            return [EventReceived(frame.channel, frame.event, frame.data_text())]
        return []

    def _command(self, event: str, data: Mapping[str, object]) -> list[Event]:
        return [] if self._ended else [Send(encode_command(event, data))]

    def _forget(self, channel: str) -> None:
        self._subscribed.discard(channel)
        if channel in self._pending:
            self._pending.remove(channel)

    def _end(self, action: CloseAction, code: int | None, words: str) -> Ended:
        self._ended = True
        return Ended(action, code, words)


def _code_in(data: Mapping[str, object]) -> int | None:
    code = data.get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None
