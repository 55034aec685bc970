"""The interface's own description, generated from the routes; a test keeps its copy `docs/openapi.json` current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from sync_backend.app import create_app
from sync_backend.settings import Settings


def openapi_document() -> dict[str, Any]:
    """Touches neither disk nor network: the app is built with secrets that sign nothing."""
    settings = Settings(
        data_dir=Path("unused"), pusher_app_id="unused", pusher_app_key="unused", pusher_app_secret="unused"
    )
    return create_app(settings).openapi()


def openapi_text() -> str:
    """As it is kept in `docs/openapi.json`."""
    return orjson.dumps(openapi_document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
