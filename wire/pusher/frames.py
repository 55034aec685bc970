"""Turns Pusher frames into text and back; whatever text arrives, the only failure is FrameError."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from wire.pusher.channels import is_channel_name

PROTOCOL_VERSION = 7


class FrameError(ValueError):
    """A frame that cannot be understood; its text may be shown to the sender."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One received frame. `data` is whatever JSON value stood there: servers send a string of JSON inside it."""

    event: str
    channel: str | None
    data: object

    def data_mapping(self) -> Mapping[str, object]:
        """The data as an object, unwrapped from its string when it comes in one. Raises FrameError."""
        value = load_json(self.data) if isinstance(self.data, str) else self.data
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise FrameError("data must be an object")
        return value

    def data_text(self) -> str:
        """The data as the text an application reads: a string as it is, anything else as JSON."""
        return self.data if isinstance(self.data, str) else dump_json(self.data)


def decode_frame(text: str) -> Frame:
    """Raises FrameError for anything but an object with a string `event`."""
    value = load_json(text)
    if not isinstance(value, dict):
        raise FrameError("a frame must be an object")
    event, channel = value.get("event"), value.get("channel")
    if not isinstance(event, str):
        raise FrameError("event must be a string")
    if channel is not None and not (isinstance(channel, str) and is_channel_name(channel)):
        raise FrameError("channel must be a channel name")
    return Frame(event, channel, value.get("data"))


def encode_event(event: str, data: str, channel: str | None = None, user_id: str | None = None) -> str:
    """A server's event; `data` is JSON text and travels as a string."""
    frame = {"event": event, "data": data}
    if channel is not None:
        frame["channel"] = channel
    if user_id is not None:
        frame["user_id"] = user_id
    return dump_json(frame)


def encode_error(code: int | None, message: str, channel: str | None = None) -> str:
    return encode_event("pusher:error", dump_json({"code": code, "message": message}), channel)


def encode_command(event: str, data: Mapping[str, object]) -> str:
    """A client's message to the server; its `data` travels as an object."""
    return dump_json({"event": event, "data": data})


def encode_client_event(event: str, channel: str, data: Mapping[str, object]) -> str:
    """What one client says to the others on a channel; its `data` travels as an object."""
    return dump_json({"event": event, "channel": channel, "data": data})


def load_json(text: str) -> object:
    """Raises FrameError; NaN and infinities are no JSON, although Python would read and write them."""
    try:
        value: object = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except RecursionError:
        raise FrameError("JSON is nested too deeply") from None
    except ValueError:
        raise FrameError("not JSON") from None
    return value


def dump_json(value: object) -> str:
    """Compact JSON that can always be sent as UTF-8."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if text.isascii() or _is_utf8(text):
        return text
    return json.dumps(value, separators=(",", ":"))


def _is_utf8(text: str) -> bool:
    """False for lone surrogates, which a JSON escape can smuggle in and no UTF-8 frame can carry."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value
