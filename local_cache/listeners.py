"""Tells whoever asked to hear; one listener's failure is its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Listeners(Generic[T]):
    """Added from any thread, told on the thread that has news."""

    def __init__(self) -> None:
        self._all: tuple[Callable[[T], None], ...] = ()

    def add(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Call the answer to stop listening."""
        self._all = (*self._all, listener)

        def remove() -> None:
            self._all = tuple(each for each in self._all if each is not listener)

        return remove

    def tell(self, news: T) -> None:
        """Never raises: what is told of has happened already."""
        for listener in self._all:
            try:
                listener(news)
            except Exception:
                log.exception("a listener failed")
