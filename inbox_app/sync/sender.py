"""Takes what was typed to the server: in order within a conversation, each conversation on its own, never twice.

A message is in the outbox before it is on the screen and leaves it when the cache holds it. The server knows each by
its uuid, so asking again after a lost answer is safe, within one epoch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from inbox_app.server.api import Api
from inbox_app.server.errors import Refused, ServerError, SignedOut, Unreachable
from inbox_app.sync.backoff import Backoff
from inbox_app.sync.patience import Patience
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.outbox import Outbox
from local_cache.outgoing import OutgoingMessage, OutgoingState
from wire.rest import SendRequest, TemplateChoice

FORGOTTEN = "The server was restored from a backup and does not know this message; it may have gone out before."
OTHER_EPOCH = "The server was restored from a backup; nobody knows whether this message went out."


class Sender:
    """One task per conversation that has something to send; while the server cannot be reached, they wait.

    Without a token everything waits. `signed_out` is called when the server does not take the token any more.
    """

    def __init__(
        self,
        *,
        api: Api,
        outbox: Outbox,
        cache: Cache,
        tasks: Tasks,
        new_backoff: Callable[[], Backoff],
        signed_out: Callable[[], None],
    ) -> None:
        self._api = api
        self._outbox = outbox
        self._cache = cache
        self._tasks = tasks
        self._new_backoff = new_backoff
        self._signed_out = signed_out
        self._sending: set[str] = set()
        self._patience = Patience()

    def start(self) -> None:
        """Takes up what an earlier run of the program left."""
        self._tasks.spawn(self._take_up_all(), "taking up the outbox")

    def line_changed(self, *, live: bool) -> None:
        """With the line back there is no point in waiting any longer."""
        self._patience.line_changed(live=live)
        if live:
            self.start()

    async def send(self, message: OutgoingMessage) -> None:
        """Returns once the message is safe on disk."""
        home = self._cache.resolve(message.conversation_id)
        await asyncio.wrap_future(self._outbox.add(message._replace(conversation_id=home)))
        self._take_up(home)

    async def send_again(self, uuid: str, again: OutgoingMessage) -> None:
        """A person's retry is a new message; the failed one goes once the new one is safe."""
        await self.send(again)
        await asyncio.wrap_future(self._outbox.discard(uuid))

    async def move(self, conversation_id: str, survivor: str) -> None:
        """The conversation was merged: what is kept for it goes on in its survivor."""
        await asyncio.wrap_future(self._outbox.move(conversation_id, survivor))
        self._take_up(survivor)

    async def _take_up_all(self) -> None:
        # A message whose answer was lost comes back with the changes, sometimes after it was given up here.
        epoch = self._cache.position().epoch
        if epoch is not None:
            for uuid in self._cache.known_uuids([message.uuid for message in self._outbox.all()]):
                await asyncio.wrap_future(self._outbox.done(uuid, epoch))
        for conversation_id in self._outbox.waiting_conversations():
            self._take_up(conversation_id)
        if epoch is not None and self._patience.line_is_live:
            await self._miss(self._outbox.handed_over_before(epoch), epoch)

    async def _miss(self, handed_over: list[OutgoingMessage], epoch: str) -> None:
        """What an earlier life of the server had, and this one does not know, is shown again, and never sent again."""
        if not handed_over:
            return
        try:
            known = await self._api.known_uuids([message.uuid for message in handed_over])
        except ServerError:
            return  # asked again when the line is back
        for message in handed_over:
            if message.uuid in known:
                await asyncio.wrap_future(self._outbox.done(message.uuid, epoch))
            else:
                await self._mark(message, OutgoingState.UNCONFIRMED, FORGOTTEN)

    def _take_up(self, conversation_id: str) -> None:
        if self._api.has_token and conversation_id not in self._sending:
            self._sending.add(conversation_id)
            self._tasks.spawn(self._send_pending(conversation_id), f"sending to {conversation_id}")

    async def _send_pending(self, conversation_id: str) -> None:
        backoff = self._new_backoff()
        try:
            while (message := self._outbox.next_waiting(conversation_id)) is not None:
                if message.tried_in_epoch is not None and not self._patience.line_is_live:
                    # It may be with the server. Only a live line tells that this is still the same life of its data.
                    await self._patience.until_live()
                    continue
                try:
                    await self._hand_over(message)
                    backoff.reset()
                except SignedOut:
                    self._signed_out()
                    return
                except Unreachable as error:
                    await self._patience.pause(backoff.next_delay(at_least=error.retry_after or 0.0))
        finally:
            self._sending.discard(conversation_id)

    async def _hand_over(self, message: OutgoingMessage) -> None:
        epoch = self._cache.position().epoch
        if epoch is None:
            raise Unreachable("The server has not been heard of yet.")
        if self._cache.known_uuids([message.uuid]):
            await asyncio.wrap_future(self._outbox.done(message.uuid, epoch))
            return
        if message.tried_in_epoch not in (None, epoch):
            await self._mark(message, OutgoingState.UNCONFIRMED, OTHER_EPOCH)
            return
        await self._mark(message, OutgoingState.SENDING, tried_in_epoch=epoch)
        template = msgspec.json.decode(message.template, type=TemplateChoice) if message.template else None
        request = SendRequest(
            uuid=message.uuid,
            body=message.body,
            reply_to=message.reply_to,
            retry_of=message.retry_of,
            template=template,
        )
        try:
            stored = await self._api.send(self._cache.resolve(message.conversation_id), request)
        except (SignedOut, Unreachable):
            await self._mark(message, OutgoingState.QUEUED)
            raise
        except Refused as error:
            await self._mark(message, OutgoingState.FAILED, error.message)
        else:
            await asyncio.wrap_future(self._cache.apply_message(stored, epoch=epoch))
            await asyncio.wrap_future(self._outbox.done(message.uuid, epoch))
            if self._cache.position().epoch != epoch:
                self.start()  # the answer came from a life that is over: what is missed was asked for too early

    async def _mark(
        self,
        message: OutgoingMessage,
        state: OutgoingState,
        reason: str | None = None,
        tried_in_epoch: str | None = None,
    ) -> None:
        writing = self._outbox.mark(message.uuid, state, reason, tried_in_epoch=tried_in_epoch)
        await asyncio.wrap_future(writing)
