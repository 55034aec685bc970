"""Chooses the adapter for a number."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from sync_backend.providers.base import OutboundMessage, OutboundReaction, Outcome, Provider, ReactionOutcome, Refused
from sync_backend.providers.bridge_client import BridgeAccount
from sync_backend.providers.webjs import WebJsProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingAccount:
    """A number as sending needs it."""

    id: int
    provider_type: str
    bridge_url: str | None
    hmac_secret: str | None


class ProviderDirectory:
    """All adapters share one HTTP client; `shared_secret` serves numbers that have none of their own."""

    def __init__(self, http: httpx.AsyncClient, shared_secret: str | None) -> None:
        self._http = http
        self._shared_secret = shared_secret

    def provider_for(self, account: SendingAccount) -> Provider:
        """A number on Meta's Cloud API that names a bridge sends through it, until there is an adapter of its own."""
        if account.bridge_url is None:
            return _Unable("not_available", _without_bridge(account.provider_type))
        secret = account.hmac_secret or self._shared_secret
        if secret is None:
            return _Unable("no_secret", "This number has no secret to sign calls to its bridge with.")
        return WebJsProvider(self._http, BridgeAccount(str(account.id), account.bridge_url, secret))


class _Unable:
    """Stands where no adapter can: refuses, and says why."""

    idempotent = True

    def __init__(self, code: str, message: str) -> None:
        self._refusal = Refused(code, message)

    async def send(self, _message: OutboundMessage) -> Outcome:
        return self._refusal

    async def react(self, _reaction: OutboundReaction) -> ReactionOutcome:
        return self._refusal


def _without_bridge(provider_type: str) -> str:
    if provider_type == "meta":
        return "Sending through Meta's Cloud API is not available yet."
    return "This number has no bridge URL, so nothing can be sent from it."
