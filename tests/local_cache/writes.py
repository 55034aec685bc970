"""Waiting for writes."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def done(future: Future[T]) -> T:
    """The write's result, once it is committed."""
    return future.result(timeout=20)
