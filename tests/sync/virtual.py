"""Time and threads that a test owns: a clock that jumps when everybody waits, threads that run in turns on the loop.

One seed then gives one history: the same interleavings, the same failure, every time; an hour passes in milliseconds.
"""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from typing import Any, Generic, TypeVar
from unittest import mock
from weakref import WeakSet

import aiosqlite.core

import local_cache.cache
import local_cache.writer

T = TypeVar("T")


class StandstillError(AssertionError):
    """Everybody waits for somebody else: nothing would ever happen any more."""


class Killed(sqlite3.OperationalError):
    """What code sees that still runs when its process is no more."""


class Process:
    """Whoever belongs together and dies together: tasks, threads, database connections; `slowness` in seconds delays
    each job of its threads."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        self.slowness = 0.0
        self.threads: WeakSet[_Thread] = WeakSet()
        self.connections: list[sqlite3.Connection] = []
        self.drivers: WeakSet[aiosqlite.Connection] = WeakSet()
        self.tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        self.tick: Callable[[], None] = lambda: None

    def context(self) -> Context:
        """To start tasks of this process in."""
        context = copy_context()
        context.run(_process.set, self)
        return context

    def spawn(self, coroutine: Coroutine[Any, Any, T], name: str | None = None) -> asyncio.Task[T]:
        return asyncio.get_running_loop().create_task(coroutine, name=name, context=self.context())

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Killed when the process dies on the way."""
        task = self.spawn(coroutine)
        await asyncio.wait([task])
        if not self.alive:
            forget(task)
            raise Killed("the process is gone")
        return task.result()

    def die(self) -> None:
        """As by kill -9: what is not committed is gone, and no code of it has any effect from now on."""
        self.alive = False
        for connection in self.connections:
            connection.close()
        self.connections.clear()
        for driver in self.drivers:
            driver._connection = None  # nobody is there any more to close it
        for thread in self.threads:
            thread.jobs.clear()
        for task in list(self.tasks):
            task.cancel()


_process: ContextVar[Process] = ContextVar("process")


class VirtualLoop(asyncio.BaseEventLoop):
    """An event loop without any IO whose clock stands still while there is something to do."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.turns = 0
        self.failures: list[str] = []
        self._selector = self
        self._clock_resolution = 1e-9
        self.set_task_factory(_own)
        self.set_exception_handler(self._note)

    def time(self) -> float:
        return self.now

    def select(self, timeout: float | None) -> list[Any]:
        self.turns += 1
        if timeout is None:
            raise StandstillError("everybody waits for ever")
        self.now += timeout
        return []

    def pass_turns(self, count: int) -> None:
        """Lets whoever is ready run, so many times round; time does not pass."""

        async def turns() -> None:
            for _ in range(count):
                await asyncio.sleep(0)

        self.run_until_complete(turns())

    def end(self) -> None:
        """Cancels what is left and waits for it, so that nothing half done is left to the garbage collector."""
        for _ in range(100):
            left = asyncio.all_tasks(self)
            if not left:
                break
            for task in left:
                task.cancel()
            self.pass_turns(5)
        self.close()

    def pass_time(self, seconds: float) -> None:
        self.run_until_complete(asyncio.sleep(seconds))

    def _process_events(self, event_list: list[Any]) -> None: ...

    def _write_to_self(self) -> None: ...

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, Killed):
            self.failures.append(f"{context.get('message')}: {error!r}")


def _own(loop: asyncio.AbstractEventLoop, coroutine: Any, context: Context | None = None) -> asyncio.Task[Any]:
    task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, context=context)
    process = _process.get(None) if context is None else context.get(_process)
    if process is not None:
        process.tasks.add(task)
    return task


class _Thread:
    """Does its jobs one after another, each in a turn of the loop; outside the loop at once."""

    def __init__(self) -> None:
        self.jobs: deque[Callable[[], None]] = deque()
        self.process = _process.get(None)
        if self.process is not None:
            self.process.threads.add(self)

    def put(self, job: Callable[[], None]) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            job()
            return
        self.jobs.append(job)
        if self.process is not None and self.process.slowness:
            loop.call_later(self.process.slowness, self._work)
        else:
            loop.call_soon(self._work)

    def finish(self) -> None:
        while self.jobs:
            self.jobs.popleft()()

    def _work(self) -> None:
        if self.jobs:
            self.jobs.popleft()()


class _Executor(_Thread):
    """Stands for `concurrent.futures.ThreadPoolExecutor`, as far as the cache uses it."""

    def __init__(self, max_workers: int, thread_name_prefix: str) -> None:
        super().__init__()
        self._is_closed = False

    def submit(self, work: Callable[..., Any], *arguments: Any) -> None:
        if self._is_closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        self.put(lambda: work(*arguments))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._is_closed = True
        self.finish()


class _Queue(_Thread, Generic[T]):
    """Stands for the queue of aiosqlite's thread, and does what comes out of it."""

    def __class_getitem__(cls, _item: Any) -> Any:
        return cls

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = item

        def job() -> None:
            process = self.process
            try:
                _check(process)
                result = function()
                if process is not None and isinstance(result, sqlite3.Connection):
                    process.connections.append(result)
                _check(process)
            except Killed:
                if future is not None:
                    future.cancel()
            except BaseException as error:
                if future is not None and not future.done():
                    future.set_exception(error)
            else:
                if future is not None and not future.done():
                    future.set_result(result)

        self.put(job)


def _check(process: Process | None) -> None:
    """A process may die before a statement, and after it."""
    if process is not None:
        if process.alive:
            process.tick()
        if not process.alive:
            raise Killed("the process is gone")


def forget(task: asyncio.Task[Any]) -> None:
    """Nobody asks any more how it ended."""
    task.add_done_callback(lambda done: None if done.cancelled() else done.exception())


class _NoThread:
    daemon = True

    def __init__(self, **_options: Any) -> None: ...

    def start(self) -> None: ...


@contextmanager
def threads_in_turns() -> Iterator[None]:
    """Everything below opens its databases without a real thread."""
    make = aiosqlite.Connection.__init__

    def note(driver: aiosqlite.Connection, *arguments: Any, **options: Any) -> None:
        make(driver, *arguments, **options)
        process = _process.get(None)
        if process is not None:
            process.drivers.add(driver)

    with (
        mock.patch.object(aiosqlite.Connection, "__init__", note),
        mock.patch.object(aiosqlite.core, "Thread", _NoThread),
        mock.patch.object(aiosqlite.core, "SimpleQueue", _Queue),
        mock.patch.object(local_cache.writer, "ThreadPoolExecutor", _Executor),
        mock.patch.object(local_cache.cache, "ThreadPoolExecutor", _Executor),
    ):
        yield
        gc.collect()
