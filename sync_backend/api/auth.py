"""Signing in and out, and letting a signed-in desktop listen to its workspace's channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.administration.users import normalised_email
from sync_backend.auth.dependencies import BearerToken, CurrentUser, bearer_token
from sync_backend.auth.passwords import MAX_PASSWORD_LENGTH, Passwords
from sync_backend.auth.people import find_person, workspace_name
from sync_backend.auth.throttle import LoginThrottle
from sync_backend.auth.tokens import SignedInUser, Tokens
from sync_backend.errors import ApiError, not_found
from sync_backend.secrets_file import AppSecrets
from wire.pusher.channels import is_socket_id
from wire.pusher.signatures import sign_channel
from wire.realtime import workspace_channel
from wire.rest import (
    ChannelAuthAnswer,
    ChannelAuthRequest,
    LoginAnswer,
    LoginRequest,
    Me,
    RealtimeSettings,
    User,
    Workspace,
)

CHANNEL_AUTH_PATH: Final = "/broadcasting/auth"
_CHANNEL_AUTH_REQUEST: Final = TypeAdapter(ChannelAuthRequest)
_CHANNEL_AUTH_SCHEMA: Final = {
    "type": "object",
    "required": ["socket_id", "channel_name"],
    "properties": {"socket_id": {"type": "string"}, "channel_name": {"type": "string"}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthCollaborators:
    reader: AsyncEngine
    passwords: Passwords
    tokens: Tokens
    throttle: LoginThrottle
    secrets: AppSecrets
    public_url: str | None


def auth_router(own: AuthCollaborators) -> APIRouter:
    """The routes that turn a password into a token and a token into a channel's signature."""
    router = APIRouter(tags=["signing in"])

    @router.post("/api/v1/auth/login", summary="Sign in")
    async def login(asked: LoginRequest, request: Request) -> LoginAnswer:
        email, address = normalised_email(asked.email), request.client.host if request.client else ""
        wait = own.throttle.attempt(email, address)
        if wait is not None:
            raise ApiError(
                429,
                "too_many_tries",
                f"Too many tries. Wait {wait} seconds.",
                headers={"Retry-After": str(wait)},
            )
        person = await find_person(own.reader, email)
        given = asked.password if len(asked.password) <= MAX_PASSWORD_LENGTH else ""
        if not await own.passwords.verify(given, person.password_hash if person else None) or person is None:
            raise ApiError(401, "invalid_credentials", "The e-mail or the password is wrong.")
        own.throttle.succeeded(email, address)
        issued = await own.tokens.issue(person.user.id, asked.device_name)
        about = await describe(person.user, request)
        return LoginAnswer(token=issued.token, user=about.user, workspace=about.workspace, realtime=about.realtime)

    @router.post("/api/v1/auth/logout", status_code=204, summary="Revoke this token")
    async def logout(token: BearerToken, _user: CurrentUser) -> Response:
        await own.tokens.revoke(token)
        return Response(status_code=204)

    @router.get("/api/v1/me", summary="Who this token belongs to")
    async def me(user: CurrentUser, request: Request) -> Me:
        return await describe(user, request)

    @router.post(
        CHANNEL_AUTH_PATH,
        summary="Sign a private channel for a socket",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {"schema": _CHANNEL_AUTH_SCHEMA},
                    "application/json": {"schema": _CHANNEL_AUTH_SCHEMA},
                },
            }
        },
    )
    async def authorise_channel(
        user: CurrentUser, asked: Annotated[ChannelAuthRequest, Depends(channel_auth_request)]
    ) -> ChannelAuthAnswer:
        if not is_socket_id(asked.socket_id):
            raise ApiError(422, "invalid", "A socket id looks like 123.456.", field="socket_id")
        if asked.channel_name != workspace_channel(user.workspace_id):
            raise not_found("channel")
        key, secret = own.secrets.pusher_app_key, own.secrets.pusher_app_secret
        return ChannelAuthAnswer(auth=sign_channel(key, secret, asked.socket_id, asked.channel_name))

    async def describe(user: SignedInUser, request: Request) -> Me:
        url = request.base_url if own.public_url is None else request.base_url.__class__(own.public_url)
        tls = url.scheme in ("https", "wss")
        return Me(
            user=User(id=str(user.id), name=user.name, email=user.email, role=user.role),
            workspace=Workspace(id=str(user.workspace_id), name=await workspace_name(own.reader, user.workspace_id)),
            realtime=RealtimeSettings(
                key=own.secrets.pusher_app_key,
                host=url.hostname or "",
                port=url.port or (443 if tls else 80),
                tls=tls,
                channel=workspace_channel(user.workspace_id),
                auth_endpoint=CHANNEL_AUTH_PATH,
            ),
        )

    return router


async def channel_auth_request(request: Request, _token: Annotated[str, Depends(bearer_token)]) -> ChannelAuthRequest:
    """pusher-js sends a form, others JSON. Raises the 422 of a body that is neither or lacks a field."""
    try:
        if request.headers.get("content-type", "").partition(";")[0].strip() == "application/json":
            return _CHANNEL_AUTH_REQUEST.validate_json(await request.body())
        form: dict[str, Any] = dict(await request.form())
        return _CHANNEL_AUTH_REQUEST.validate_python(form)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None
