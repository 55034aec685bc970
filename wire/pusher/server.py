"""The server's side of one Pusher socket: text frames and time in, effects out, in the order to carry them out.

It knows no other socket. Whoever runs it sends the frames, closes the socket, and for `Join`, `Leave` and `Relay` asks
the channels; after a `Join` it calls `confirm()`, which tells the client.

    connection = ServerConnection(App("key", "secret"), "123.456", now)
    effects = connection.open("key", protocol="7")
    effects = connection.receive_text(text, now)
    effects = connection.tick(now)            # at or after connection.deadline
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from wire.pusher.channels import is_channel_name, is_client_event_name, is_presence, needs_auth
from wire.pusher.codes import Code, words_for
from wire.pusher.frames import PROTOCOL_VERSION, Frame, FrameError, decode_frame, dump_json, encode_error, encode_event
from wire.pusher.signatures import verify_channel, verify_user

MAX_FRAME_LENGTH = 32_768
MAX_EVENT_DATA_BYTES = 10_240
MAX_CHANNELS_PER_SOCKET = 100
CLIENT_EVENTS_PER_SECOND = 10


@dataclass(frozen=True, slots=True)
class App:
    """The application that clients name in the URL, and the secret its signatures are made with."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """Who stands behind a socket in a presence channel; several sockets may be one member."""

    user_id: str
    user_info: object


@dataclass(frozen=True, slots=True)
class Send:
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Join:
    """The socket may listen to the channel; answered with `confirm()`. May repeat for a channel already joined."""

    channel: str
    member: Member | None


@dataclass(frozen=True, slots=True)
class Leave:
    channel: str


@dataclass(frozen=True, slots=True)
class Relay:
    """A client's event for the other sockets of the channel, never for its own; `text` is the frame."""

    channel: str
    text: str


Effect: TypeAlias = Send | Close | Join | Leave | Relay


class ServerConnection:
    """Times are seconds of any one clock. After a `Close` every call returns no effects."""

    def __init__(
        self,
        app: App,
        socket_id: str,
        now: float,
        *,
        activity_timeout: float = 30,
        pong_timeout: float = 30.0,
    ) -> None:
        self.socket_id = socket_id
        self._app = app
        self._activity_timeout = activity_timeout
        self._pong_timeout = pong_timeout
        self._heard_at = now
        self._pinged_at: float | None = None
        self._channels: dict[str, Member | None] = {}
        self._rate_window = now
        self._events_in_window = 0
        self._closed = False

    @property
    def deadline(self) -> float:
        """When `tick()` will have something to do, unless the peer says something first."""
        if self._pinged_at is not None:
            return self._pinged_at + self._pong_timeout
        return self._heard_at + self._activity_timeout

    def open(self, key: str, protocol: str | None) -> list[Effect]:
        """Greets the client, or refuses it for the app key and the protocol version of its URL."""
        refusal = _refusal(self._app, key, protocol)
        if refusal is not None:
            return self._close(refusal)
        greeting = {"socket_id": self.socket_id, "activity_timeout": self._activity_timeout}
        return [Send(encode_event("pusher:connection_established", dump_json(greeting)))]

    def receive_text(self, text: str, now: float) -> list[Effect]:
        if self._closed:
            return []
        self._heard(now)
        if len(text) > MAX_FRAME_LENGTH:
            return [_complaint(f"frame is longer than {MAX_FRAME_LENGTH} characters")]
        try:
            return self._handle(decode_frame(text), now)
        except FrameError as error:
            return [_complaint(str(error))]

    def receive_binary(self, now: float) -> list[Effect]:
        if self._closed:
            return []
        self._heard(now)
        return [_complaint("binary frames are not understood")]

    def tick(self, now: float) -> list[Effect]:
        """Pings a silent peer, then gives it up."""
        if self._closed or now < self.deadline:
            return []
        if self._pinged_at is None:
            self._pinged_at = now
            return [Send(encode_event("pusher:ping", "{}"))]
        return self._close(Code.NO_PONG)

    def confirm(self, channel: str, members: Mapping[str, object] | None = None) -> list[Effect]:
        """Tells the client that it joined; `members` of a presence channel are user infos by user id."""
        if self._closed or channel not in self._channels:
            return []
        roster: dict[str, object] = {}
        if members is not None:
            roster = {"presence": {"ids": list(members), "hash": dict(members), "count": len(members)}}
        return [Send(encode_event("pusher_internal:subscription_succeeded", dump_json(roster), channel))]

    def _handle(self, frame: Frame, now: float) -> list[Effect]:
        match frame.event:
            case "pusher:ping":
                return [Send(encode_event("pusher:pong", "{}"))]
            case "pusher:pong":
                return []
            case "pusher:subscribe":
                return self._subscribe(frame.data_mapping())
            case "pusher:unsubscribe":
                return self._unsubscribe(frame.data_mapping())
            case "pusher:signin":
                return self._sign_in(frame.data_mapping())
            case _:
                return self._relay(frame, now)

    def _subscribe(self, data: Mapping[str, object]) -> list[Effect]:
        channel = _channel_of(data)
        if channel not in self._channels:
            if len(self._channels) >= MAX_CHANNELS_PER_SOCKET:
                raise FrameError(f"a connection may join {MAX_CHANNELS_PER_SOCKET} channels")
            if needs_auth(channel) and not self._is_authorised(channel, data):
                return _unauthorised(channel)
            self._channels[channel] = _member_of(data) if is_presence(channel) else None
        return [Join(channel, self._channels[channel])]

    def _is_authorised(self, channel: str, data: Mapping[str, object]) -> bool:
        auth, channel_data = data.get("auth"), data.get("channel_data")
        if not isinstance(auth, str) or not isinstance(channel_data, str | None):
            return False
        return verify_channel(auth, self._app.key, self._app.secret, self.socket_id, channel, channel_data)

    def _unsubscribe(self, data: Mapping[str, object]) -> list[Effect]:
        channel = _channel_of(data)
        if channel not in self._channels:
            return []
        del self._channels[channel]
        return [Leave(channel)]

    def _sign_in(self, data: Mapping[str, object]) -> list[Effect]:
        auth, user_data = data.get("auth"), data.get("user_data")
        if not isinstance(auth, str) or not isinstance(user_data, str):
            raise FrameError("a sign-in needs auth and user_data")
        if not verify_user(auth, self._app.key, self._app.secret, self.socket_id, user_data):
            return self._close(Code.UNAUTHORIZED)
        return [Send(encode_event("pusher:signin_success", dump_json({"user_data": user_data})))]

    def _relay(self, frame: Frame, now: float) -> list[Effect]:
        channel = frame.channel
        if not is_client_event_name(frame.event):
            raise FrameError("events of clients must begin with client-")
        if channel is None or channel not in self._channels or not needs_auth(channel):
            raise FrameError("client events need a private or presence channel that was joined")
        data = frame.data_text()
        if len(data.encode("utf-8", "surrogatepass")) > MAX_EVENT_DATA_BYTES:
            raise FrameError(f"data of a client event is limited to {MAX_EVENT_DATA_BYTES} bytes")
        if not self._within_rate(now):
            text = f"at most {CLIENT_EVENTS_PER_SECOND} client events a second"
            return [Send(encode_error(Code.CLIENT_EVENT_RATE, text, channel))]
        member = self._channels[channel]
        return [Relay(channel, encode_event(frame.event, data, channel, member.user_id if member else None))]

    def _within_rate(self, now: float) -> bool:
        if now - self._rate_window >= 1.0:
            self._rate_window = now
            self._events_in_window = 0
        self._events_in_window += 1
        return self._events_in_window <= CLIENT_EVENTS_PER_SECOND

    def _heard(self, now: float) -> None:
        self._heard_at = now
        self._pinged_at = None

    def _close(self, code: Code) -> list[Effect]:
        self._closed = True
        return [Send(encode_error(code, words_for(code))), Close(code, words_for(code))]


def _refusal(app: App, key: str, protocol: str | None) -> Code | None:
    if key != app.key:
        return Code.UNKNOWN_APP
    if not protocol:
        return Code.NO_PROTOCOL
    if not (protocol.isascii() and protocol.isdigit()):
        return Code.INVALID_VERSION
    return None if protocol == str(PROTOCOL_VERSION) else Code.UNSUPPORTED_PROTOCOL


def _channel_of(data: Mapping[str, object]) -> str:
    channel = data.get("channel")
    if not isinstance(channel, str) or not is_channel_name(channel):
        raise FrameError("channel must be a channel name")
    return channel


def _member_of(data: Mapping[str, object]) -> Member:
    """The member that a verified `channel_data` names. Raises FrameError when it names none."""
    text = data.get("channel_data")
    described = Frame("", None, text).data_mapping()
    user_id = described.get("user_id")
    if not isinstance(user_id, str | int) or isinstance(user_id, bool):
        raise FrameError("channel_data needs a user_id")
    return Member(str(user_id), described.get("user_info"))


def _unauthorised(channel: str) -> list[Effect]:
    """Refuses one subscription in both dialects in use: soketi's, which pusher-js and Echo report, and Reverb's."""
    words = words_for(Code.UNAUTHORIZED)
    reason = dump_json({"type": "AuthError", "error": words, "status": 401})
    return [
        Send(encode_event("pusher:subscription_error", reason, channel)),
        Send(encode_error(Code.UNAUTHORIZED, words, channel)),
    ]


def _complaint(message: str) -> Send:
    return Send(encode_error(None, message[:1].upper() + message[1:]))
