"""Sends through Meta's Cloud API, and tells apart what its failures mean.

The Cloud API knows no repetition: a message whose answer was lost is never given to it again. Its ticks bring our uuid.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import httpx

from sync_backend.providers.base import (
    Accepted,
    OutboundMessage,
    OutboundReaction,
    Outcome,
    Reacted,
    ReactionOutcome,
    Refused,
    Remedy,
    Unavailable,
    Unconfirmed,
)
from sync_backend.providers.meta.failures import failure_of
from sync_backend.providers.meta.graph import GraphClient, GraphError, error_of, json_of
from sync_backend.providers.meta.payloads import (
    LONGEST_TEXT,
    Payload,
    message_payload,
    reaction_payload,
    read_payload,
)

_NEVER_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class MetaProvider:
    """One number on the Cloud API; `clock` is Unix time in seconds."""

    idempotent = False

    def __init__(self, graph: GraphClient, clock: Callable[[], float] = time.time) -> None:
        self._graph = graph
        self._clock = clock

    async def send(self, message: OutboundMessage) -> Outcome:
        if message.to.kind == "lid":
            return Refused("no_address", "Meta's Cloud API cannot write to somebody known by a privacy id alone.")
        if message.template is None and len(message.body) > LONGEST_TEXT:
            return Refused("too_long", f"On this number a text has at most {LONGEST_TEXT} characters.", Remedy.ASK)
        return await self._post(message_payload(message))

    async def react(self, reaction: OutboundReaction) -> ReactionOutcome:
        outcome = await self._post(reaction_payload(reaction))
        return Reacted() if isinstance(outcome, Accepted) else outcome

    async def mark_read(self, message_id: str, *, typing: bool = False) -> bool:
        """Whether the customer now sees that their message was read; a courtesy, so nothing is tried twice."""
        try:
            answer = await self._graph.post(self._node, "/messages", read_payload(message_id, typing=typing))
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return answer.is_success

    @property
    def _node(self) -> str:
        return self._graph.account.phone_number_id

    async def _post(self, payload: Payload) -> Outcome:
        try:
            answer = await self._graph.post(self._node, "/messages", payload)
        except _NEVER_LEFT:
            return Unavailable("meta_unreachable", "Meta cannot be reached.")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            words = f"The address of the Graph API cannot be used: {self._graph.account.url}"
            return Refused("graph_url", words, Remedy.ACCOUNT)
        except httpx.HTTPError as error:
            return Unconfirmed("no_answer", f"Meta did not answer ({type(error).__name__}).")
        if not answer.is_success:
            return _outcome_of(error_of(answer))
        message_id = _message_id(answer)
        if message_id is None:
            return Unconfirmed("unreadable_answer", "Meta answered with something that cannot be read.")
        return Accepted(message_id, int(self._clock() * 1000))


def _outcome_of(error: GraphError) -> Outcome:
    """An error that we know means that it was not sent; one that we cannot read means nothing."""
    failure = failure_of(error.code, error.status)
    if failure is None:
        return Unconfirmed(f"http_{error.status}", error.message)
    code = str(error.code) if error.code >= 0 else f"http_{error.status}"
    if failure.remedy is Remedy.WAIT:
        return Unavailable(code, failure.words, failure.pause)
    return Refused(code, failure.words or error.message, failure.remedy)


def _message_id(answer: httpx.Response) -> str | None:
    messages = (json_of(answer) or {}).get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    message_id = first.get("id") if isinstance(first, dict) else None
    return message_id if isinstance(message_id, str) and message_id else None
