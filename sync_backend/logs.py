"""Structured logs on standard error: one line an event, phones and tokens redacted, other libraries' lines included."""

from __future__ import annotations

import logging
import re
import sys
from typing import Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET_KEYS: Final = re.compile(r"token|password|secret|authorization|signature|cookie", re.IGNORECASE)
_PHONE_KEYS: Final = re.compile(r"phone|^to$|jid", re.IGNORECASE)
_PHONES: Final = re.compile(r"\+\d[\d ()-]{5,}\d|\b\d{6,}(?=@)")
_BEARER: Final = re.compile(r"(?i)\bbearer\s+\S+")


def configure_logs(level: str, style: Literal["auto", "console", "json"], stream: TextIO = sys.stderr) -> None:
    """Sets up structlog and the standard library's logging alike; called once, by the entry point."""
    as_console = style == "console" or (style == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_console:
        last += [redact, structlog.dev.ConsoleRenderer()]
    else:
        last += [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer()]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "aiosqlite", "alembic.runtime.migration"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hides secrets by the name of their field, phones by name and by shape; of a phone its last digits stay."""
    return {key: _redacted(key, value) for key, value in event.items()}


def _redacted(key: str, value: object) -> object:
    if isinstance(value, dict):
        return {inner: _redacted(str(inner), held) for inner, held in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(key, held) for held in value]
    if not isinstance(value, str | int) or isinstance(value, bool):
        return value
    if _SECRET_KEYS.search(key):
        return "[redacted]"
    if _PHONE_KEYS.search(key):
        return _masked(str(value))
    if isinstance(value, str):
        return _PHONES.sub(lambda found: _masked(found.group()), _BEARER.sub("Bearer [redacted]", value))
    return value


def _masked(phone: str) -> str:
    digits = [character for character in phone if character.isdigit()]
    return f"…{''.join(digits[-3:])}" if len(digits) > 5 else "[redacted]"
