"""The outermost layer of every HTTP request: its id, its line in the log, its size limit, its answer of last resort."""

from __future__ import annotations

import re
import time
from typing import Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync_backend.error_answers import error_response
from sync_backend.metrics import Metrics
from wire.rest import ErrorDetail

REQUEST_ID_HEADER: Final = "X-Request-Id"
WEBHOOK_PATHS: Final = frozenset({"/api/whatsapp/webhook", "/api/whatsapp/chats/sync", "/api/meta/webhook"})
_PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_ACCEPTABLE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = structlog.stdlib.get_logger("sync_backend.http")


class RequestContext:
    """Pure ASGI, so that streaming and websockets pass untouched."""

    def __init__(self, app: ASGIApp, max_request_bytes: int, metrics: Metrics) -> None:
        self._app = app
        self._max_request_bytes = max_request_bytes
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        exchange = _Exchange(request_id, receive, send, self._max_request_bytes)
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                exchange.check_declared_length(scope)
                await self._app(scope, exchange.receive, exchange.send)
            except HTTPException as refusal:
                await exchange.answer(scope, refusal.status_code, "too_large", refusal.detail)
            except Exception:
                log.exception("request failed", method=scope["method"], path=scope["path"])
                words = "Something went wrong on the server; it has been logged."
                await exchange.answer(scope, 500, "internal_error", words)
            self._note(scope, exchange.status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int | None, seconds: float) -> None:
        path = scope["path"]
        if path in WEBHOOK_PATHS and status is not None:
            self._metrics.webhook_answered(path, status, seconds)
        # Machines that ask often are counted; their lines would bury what an operator looks for.
        is_routine = path in _PROBES or (path in WEBHOOK_PATHS and status is not None and status < 300)
        level = log.debug if is_routine else log.info
        level("request", method=scope["method"], path=path, status=status, milliseconds=round(seconds * 1000, 1))


class _Exchange:
    """One request and its answer: counts what comes in, marks what goes out."""

    def __init__(self, request_id: str, receive: Receive, send: Send, max_bytes: int) -> None:
        self.status: int | None = None
        self._request_id = request_id
        self._receive = receive
        self._send = send
        self._max_bytes = max_bytes
        self._received = 0

    def check_declared_length(self, scope: Scope) -> None:
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > self._max_bytes:
            raise self._too_large()

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self._max_bytes:
            raise self._too_large()
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[REQUEST_ID_HEADER] = self._request_id
        await self._send(message)

    async def answer(self, scope: Scope, status: int, code: str, message: str) -> None:
        """Answers with an error unless an answer has begun: then the connection can only be cut short."""
        if self.status is not None:
            return
        detail = ErrorDetail(code=code, message=message, request_id=self._request_id)
        await error_response(status, detail)(scope, self._receive, self.send)

    def _too_large(self) -> HTTPException:
        """Starlette's kind: FastAPI turns any other that is raised while it reads the body into a 400."""
        return HTTPException(413, f"The body is larger than {self._max_bytes} bytes.")


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
    return given if _ACCEPTABLE_ID.fullmatch(given) else uuid4().hex
