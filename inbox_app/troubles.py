"""What went wrong without anybody waiting for it: logged with its trace, and told to the person, once."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from local_cache.database import StorageError

log = logging.getLogger(__name__)


class Troubles:
    """`tell(words)` shows a sentence; the same words are told once. `say` gives a text in the reader's language."""

    def __init__(self, tell: Callable[[str], None], say: Callable[[str, str], str]) -> None:
        self._tell = tell
        self._translated = say
        self._told: set[str] = set()
        self.failures: list[str] = []

    def failed(self, what: str, error: BaseException) -> None:
        """The world failed (the disk), or we did; the program goes on either way."""
        log.error("%s failed", what, exc_info=error)
        self.failures.append(f"{what}: {error!r}")
        if isinstance(error, StorageError):
            said = self._translated(
                "Trouble", "This computer's disk refused: {error}. What is typed now may not be kept."
            )
            self._say(said.format(error=error))
        else:
            self._say(
                self._translated(
                    "Trouble", "Something went wrong in this program. It goes on; its log says what happened."
                )
            )

    def loop_failed(self, _loop: object, context: dict[str, Any]) -> None:
        """The handler of an asyncio loop. What one of our callbacks raised is a failure; the rest, such as a library's
        future that nobody asked, is for the log."""
        error, words = context.get("exception"), str(context.get("message", "a callback"))
        if isinstance(error, Exception) and "handle" in context:
            self.failed(words, error)
        else:
            log.warning("%s: %r", words, error)

    def slot_failed(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """`sys.excepthook`: where Qt's bindings take what a slot raised."""
        if isinstance(error, Exception):
            self.failed("a reaction to the window", error)
        else:
            sys.__excepthook__(kind, error, trace)

    def outbox_was_damaged(self, moved_to: Path) -> None:
        """What was in it was nowhere else: whoever typed it must hear."""
        log.error("the outbox was damaged and moved to %s", moved_to)
        said = self._translated(
            "Trouble",
            "The file with messages not sent yet and with drafts was damaged, so this program began a new one. "
            "Check your last messages. The damaged file is kept: {path}",
        )
        self._say(said.format(path=moved_to))

    def _say(self, words: str) -> None:
        if words not in self._told:
            self._told.add(words)
            self._tell(words)
