"""Who is asking: what routes declare to be called by signed-in people only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from sync_backend.auth.roles import allows
from sync_backend.auth.tokens import SignedInUser, Tokens
from sync_backend.errors import ApiError

_bearer = HTTPBearer(auto_error=False, description="The token of `POST /api/v1/auth/login`.")


async def bearer_token(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str:
    """Raises the 401 of a request that shows no token."""
    if credentials is None:
        raise _unauthenticated("Sign in first: this request carries no token.")
    return credentials.credentials


BearerToken = Annotated[str, Depends(bearer_token)]


async def signed_in_user(request: Request, token: BearerToken) -> SignedInUser:
    """Raises the 401 of a token that is unknown or was revoked."""
    tokens: Tokens = request.app.state.tokens
    user = await tokens.find(token)
    if user is None:
        raise _unauthenticated("This token is not valid (any more). Sign in again.")
    return user


CurrentUser = Annotated[SignedInUser, Depends(signed_in_user)]


def user_with(role: str) -> Callable[[SignedInUser], Awaitable[SignedInUser]]:
    """A dependency for routes that need a role: `Annotated[SignedInUser, Depends(user_with(SUPERVISOR))]`."""

    async def check(user: CurrentUser) -> SignedInUser:
        if not allows(user.role, role):
            raise ApiError(403, "forbidden", f"This needs the role {role}; yours is {user.role}.")
        return user

    return check


def _unauthenticated(message: str) -> ApiError:
    return ApiError(401, "unauthenticated", message, headers={"WWW-Authenticate": "Bearer"})
