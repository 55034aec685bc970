"""Calls to Meta's Graph API for one number; knows how to ask and how an error looks, not what either means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx
import orjson

_ENDS_IN_VERSION: Final = re.compile(r"/v\d+\.\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphAccount:
    """A number on the Cloud API. `url` is the Graph API's base address; `version` is added unless it ends in one.
    `business_id` is that of the WhatsApp business account, where it is known."""

    phone_number_id: str
    access_token: str
    url: str
    version: str
    business_id: str | None = None


@dataclass(frozen=True, slots=True)
class GraphError:
    """What the Graph API says went wrong; `code` is -1 when it answered with something else."""

    status: int
    code: int
    message: str


class GraphClient:
    """Raises what httpx raises."""

    def __init__(self, http: httpx.AsyncClient, account: GraphAccount) -> None:
        self._http = http
        self.account = account
        base = account.url.rstrip("/")
        self._base = base if _ENDS_IN_VERSION.search(base) else f"{base}/{account.version}"
        self._headers = {"Authorization": f"Bearer {account.access_token}"}

    async def get(self, node: str, path: str = "", query: Mapping[str, str] | None = None) -> httpx.Response:
        return await self._http.get(self._url(node, path), params=query, headers=self._headers)

    async def post(self, node: str, path: str, body: Any) -> httpx.Response:
        headers = self._headers | {"Content-Type": "application/json"}
        return await self._http.post(self._url(node, path), content=orjson.dumps(body), headers=headers)

    async def fetch(self, url: str) -> httpx.Response:
        """What a node's own address holds: media have one, good for five minutes and with the token alone."""
        return await self._http.get(url, headers=self._headers, follow_redirects=True)

    def _url(self, node: str, path: str) -> str:
        return f"{self._base}/{quote(node, safe='')}{path}"


def json_of(answer: httpx.Response) -> dict[str, Any] | None:
    """None for what is no JSON object."""
    try:
        document = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def error_of(answer: httpx.Response) -> GraphError:
    """The error in an answer that is no success; its details say more than its message."""
    error = (json_of(answer) or {}).get("error")
    if not isinstance(error, dict) or not isinstance(error.get("code"), int):
        return GraphError(answer.status_code, -1, f"Meta answered with HTTP {answer.status_code}.")
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    words = next((each for each in (details, error.get("message")) if isinstance(each, str) and each), "")
    return GraphError(answer.status_code, error["code"], words[:1000])
