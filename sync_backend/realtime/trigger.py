"""Pusher's HTTP API for publishing: `POST /apps/{app_id}/events`, signed with the app secret."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from sync_backend.errors import ApiError, not_found
from sync_backend.realtime.hub import RealtimeHub
from wire.pusher.channels import is_channel_name, is_event_name, is_socket_id
from wire.pusher.frames import FrameError, load_json
from wire.pusher.server import MAX_EVENT_DATA_BYTES, App
from wire.pusher.signatures import verify_request

MAX_CHANNELS = 100
MAX_BODY_BYTES = 131_072  # the largest data, fully escaped, and a hundred channel names


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event for several channels; `socket_id` is the one socket that must not hear it."""

    name: str
    data: str
    channels: tuple[str, ...]
    socket_id: str | None


def trigger_router(hub: RealtimeHub, own_app_id: str, app: App, clock: Callable[[], float]) -> APIRouter:
    """`clock` is Unix time in seconds."""
    router = APIRouter()

    @router.post("/apps/{app_id}/events", summary="Pusher's trigger API")
    async def trigger(app_id: str, request: Request) -> JSONResponse:
        """Publishes an event to up to 100 channels. The query carries Pusher's `auth_*` parameters and `body_md5`."""
        if app_id != own_app_id:
            raise not_found("app")
        body = await _read_body(request)
        path = f"/apps/{app_id}/events"
        complaint = verify_request(app.key, app.secret, "POST", path, request.query_params, body, clock())
        if complaint is not None:
            raise ApiError(401, "invalid_signature", f"{complaint}.")
        asked = parse_trigger(body)
        for channel in asked.channels:
            await hub.publish(channel, asked.name, asked.data, except_socket=asked.socket_id)
        return JSONResponse({})

    return router


def parse_trigger(body: bytes) -> Trigger:
    """Raises ApiError, naming the field."""
    try:
        value = load_json(body.decode())
    except (UnicodeDecodeError, FrameError):
        raise ApiError(422, "invalid", "The body is not JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise ApiError(422, "invalid", "The body must be an object.")
    name, data, socket_id = value.get("name"), value.get("data"), value.get("socket_id")
    if not isinstance(name, str) or not is_event_name(name):
        raise _invalid("name", "must be an event name of 1 to 200 characters without a pusher: prefix")
    if not isinstance(data, str):
        raise _invalid("data", "must be a string; JSON goes inside it")
    if len(data.encode("utf-8", "surrogatepass")) > MAX_EVENT_DATA_BYTES:
        raise ApiError(413, "too_large", f"data is limited to {MAX_EVENT_DATA_BYTES} bytes.", "data")
    if socket_id is not None and not (isinstance(socket_id, str) and is_socket_id(socket_id)):
        raise _invalid("socket_id", "must look like 123.456")
    return Trigger(name, data, _channels_of(value), socket_id)


def _channels_of(value: dict[str, object]) -> tuple[str, ...]:
    channels = value.get("channels", [value["channel"]] if "channel" in value else None)
    if not isinstance(channels, list) or not 1 <= len(channels) <= MAX_CHANNELS:
        raise _invalid("channels", f"must be a list of 1 to {MAX_CHANNELS} channel names")
    for index, channel in enumerate(channels):
        if not isinstance(channel, str) or not is_channel_name(channel):
            raise _invalid(f"channels.{index}", "must be a channel name")
    return tuple(dict.fromkeys(channels))


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise ApiError(413, "too_large", f"The body is limited to {MAX_BODY_BYTES} bytes.")
    return bytes(body)


def _invalid(field: str, message: str) -> ApiError:
    return ApiError(422, "invalid", f"{field} {message}.", field)
