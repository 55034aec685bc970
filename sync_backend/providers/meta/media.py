"""Fetches the media of a message by the id that its webhook named; Meta keeps them for a week."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

import httpx

from sync_backend.errors import WorldError
from sync_backend.providers.meta.graph import GraphClient, error_of, json_of

MOST_BYTES: Final = 100 * 1024 * 1024
"""The largest document that WhatsApp carries."""


class MediaUnavailableError(WorldError):
    """It cannot be fetched; `is_final` when no later try will bring it."""

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class FetchedMedia:
    content: bytes
    mime_type: str | None


async def fetch_media(graph: GraphClient, media_id: str) -> FetchedMedia:
    """Asks for the address, which is good for five minutes, then for what is there. MediaUnavailableError."""
    try:
        described = await graph.get(media_id, query={"phone_number_id": graph.account.phone_number_id})
        if not described.is_success:
            raise _refused(described)
        description = json_of(described) or {}
        url = description.get("url")
        if not isinstance(url, str):
            raise MediaUnavailableError("Meta does not say where the media is.", is_final=False)
        fetched = await graph.fetch(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise MediaUnavailableError(f"Meta did not answer ({type(error).__name__}).", is_final=False) from error
    if not fetched.is_success:
        raise _refused(fetched)
    if len(fetched.content) > MOST_BYTES:
        raise MediaUnavailableError("The media is larger than WhatsApp allows.", is_final=True)
    _check(fetched.content, description.get("sha256"))
    mime_type = description.get("mime_type")
    return FetchedMedia(fetched.content, mime_type if isinstance(mime_type, str) else None)


def _refused(answer: httpx.Response) -> MediaUnavailableError:
    return MediaUnavailableError(error_of(answer).message, is_final=answer.status_code in (400, 404))


def _check(content: bytes, digest: object) -> None:
    own = hashlib.sha256(content)
    known = (own.hexdigest(), base64.b64encode(own.digest()).decode())
    if isinstance(digest, str) and len(digest) in map(len, known) and digest not in known:
        raise MediaUnavailableError("The media came damaged.", is_final=False)
