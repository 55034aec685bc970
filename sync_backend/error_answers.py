"""The one JSON shape (`wire.rest.ErrorAnswer`) in which HTTP callers learn what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from sync_backend.errors import ApiError, validation_detail
from wire.rest import ErrorAnswer, ErrorDetail

_CODES: Final = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}


def error_response(status: int, detail: ErrorDetail, headers: Mapping[str, str] | None = None) -> Response:
    answer = orjson.dumps(ErrorAnswer(error=detail))
    return Response(answer, status_code=status, media_type="application/json", headers=dict(headers or {}))


def request_id_of(request: Request) -> str | None:
    return getattr(request.state, "request_id", None)


def install_error_handlers(app: FastAPI) -> None:
    """Gives every refusal the one shape. What no handler takes is answered by `RequestContext` as a 500."""
    app.add_exception_handler(ApiError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    detail = ErrorDetail(
        code=error.code,
        message=error.message,
        field=error.field,
        hint=error.hint,
        request_id=request_id_of(request),
    )
    return error_response(error.status, detail, error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return error_response(422, validation_detail(error.errors(), request_id_of(request)))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = ErrorDetail(
        code=_CODES.get(error.status_code, "refused"),
        message=_http_words(request, error),
        request_id=request_id_of(request),
    )
    return error_response(error.status_code, detail, error.headers)


def _http_words(request: Request, error: HTTPException) -> str:
    if error.status_code == 404:
        return f"There is nothing at {request.url.path}."
    if error.status_code == 405:
        return f"{request.url.path} does not answer to {request.method}."
    phrase = HTTPStatus(error.status_code).phrase
    return error.detail if error.detail != phrase else f"{phrase}."
