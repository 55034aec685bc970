"""One thread owns a file's write connection: whoever wants to write hands it a function and gets a future."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from local_cache.database import StorageError, as_storage_error

T = TypeVar("T")


class Writer:
    """Runs each function in a transaction of its own, in the order of submission."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    def submit(self, work: Callable[[Connection], T], then: Callable[[T], None] | None = None) -> Future[T]:
        """The future has what `work` returned, once that is committed and `then` has been called with it.

        What `work` raises undoes its transaction and is in the future; the disk's refusals come as StorageError.
        What was submitted will be written: the future cannot be cancelled. StorageError after `close`.
        """
        promise: Future[T] = Future()
        promise.set_running_or_notify_cancel()
        try:
            self._thread.submit(self._run, work, then, promise)
        except RuntimeError as error:
            raise StorageError("the file is closed") from error
        return promise

    def close(self) -> None:
        """Writes what is waiting, then ends the thread; a second call does nothing."""
        self._thread.shutdown(wait=True)
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, work: Callable[[Connection], T], then: Callable[[T], None] | None, promise: Future[T]) -> None:
        try:
            result = self._in_transaction(work)
            if then is not None:
                then(result)
        except DBAPIError as error:
            promise.set_exception(as_storage_error(error))
        except BaseException as error:
            promise.set_exception(error)
        else:
            promise.set_result(result)

    def _in_transaction(self, work: Callable[[Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            return work(self._connection)
