"""Chooses the adapter for a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from sync_backend.providers.base import (
    OutboundMessage,
    OutboundReaction,
    Outcome,
    Provider,
    ReactionOutcome,
    Refused,
    Remedy,
)
from sync_backend.providers.bridge_client import BridgeAccount
from sync_backend.providers.meta.graph import GraphAccount, GraphClient
from sync_backend.providers.meta.provider import MetaProvider
from sync_backend.providers.webjs import WebJsProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingAccount:
    """A number as sending needs it."""

    id: int
    provider_type: str
    bridge_url: str | None
    hmac_secret: str | None
    provider_config: Mapping[str, str]


class ProviderDirectory:
    """`bridges` is the HTTP client for bridges, `internet` the one for Meta; `shared_secret` serves numbers that have
    none of their own; `graph_url` and `graph_version` those that name no Graph API of their own."""

    def __init__(
        self,
        *,
        bridges: httpx.AsyncClient,
        internet: httpx.AsyncClient,
        shared_secret: str | None,
        graph_url: str,
        graph_version: str,
    ) -> None:
        self._bridges = bridges
        self._internet = internet
        self._shared_secret = shared_secret
        self._graph_url = graph_url
        self._graph_version = graph_version

    def provider_for(self, account: SendingAccount) -> Provider:
        """Never fails: what cannot send refuses, and says why."""
        if account.provider_type == "meta":
            return self._on_meta(account)
        if account.provider_type == "webjs":
            return self._on_a_bridge(account)
        return _Unable("unknown_provider", f"This number's provider {account.provider_type!r} is not known here.")

    def graph_of(self, account: SendingAccount) -> GraphClient | None:
        """The Graph API as this number sees it; None while its id or its access token is missing."""
        config = account.provider_config
        number_id, token = config.get("phone_number_id"), config.get("access_token")
        if not number_id or not token:
            return None
        own = GraphAccount(
            phone_number_id=number_id,
            access_token=token,
            url=config.get("graph_url") or self._graph_url,
            version=self._graph_version,
            business_id=config.get("business_id"),
        )
        return GraphClient(self._internet, own)

    def _on_meta(self, account: SendingAccount) -> Provider:
        graph = self.graph_of(account)
        if graph is None:
            return _Unable("no_token", "This number has no access token for Meta's Cloud API.")
        return MetaProvider(graph)

    def _on_a_bridge(self, account: SendingAccount) -> Provider:
        if account.bridge_url is None:
            return _Unable("no_bridge", "This number has no bridge URL, so nothing can be sent from it.")
        secret = account.hmac_secret or self._shared_secret
        if secret is None:
            return _Unable("no_secret", "This number has no secret to sign calls to its bridge with.")
        return WebJsProvider(self._bridges, BridgeAccount(str(account.id), account.bridge_url, secret))


class _Unable:
    """Stands where no adapter can: refuses, and says why."""

    idempotent = True

    def __init__(self, code: str, message: str) -> None:
        self._refusal = Refused(code, message, Remedy.ACCOUNT)

    async def send(self, _message: OutboundMessage) -> Outcome:
        return self._refusal

    async def react(self, _reaction: OutboundReaction) -> ReactionOutcome:
        return self._refusal
