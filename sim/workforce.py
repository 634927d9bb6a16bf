"""The workforce: this process and, where it pays, further ones, doing independent pieces of work.

Each further process is driven by a thread that hands it one piece after the other over a pipe. When the work is given
up the processes are ended and the threads see their pipes close; nothing is joined that could wait for ever.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from sim.errors import RegularsError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Work = Callable[..., Any]
Results = SimpleQueue[tuple[int, Any, BaseException | None]]


class Workforce:
    """Does pieces of work on `size` cores, this process being one of them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._jobs: deque[int] = deque()
        self._hands = [Hand() for _ in range(size - 1)]

    def work(self, call: Work, arguments: Sequence[tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
        """Call a function of a module with each of the arguments; yields places in `arguments` and results, in the
        order in which they are done.

        Raises what a call raises, and RegularsError when a process dies.
        """
        self._jobs = deque(range(len(arguments)))
        results: Results = SimpleQueue()
        for hand in self._hands:
            hand.begin(self._jobs, call, arguments, results)
        for _ in arguments:
            place, value, error = self._next(call, arguments, results)
            if error is not None:
                raise error
            yield place, value

    def _next(self, call: Work, arguments: Sequence[tuple[Any, ...]], results: Results) -> Any:
        try:
            return results.get_nowait()
        except Empty:
            pass
        try:
            place = self._jobs.popleft()
        except IndexError:
            return results.get()
        return place, call(*arguments[place]), None

    def end(self) -> None:
        """Stop at once: what is not done yet is given up."""
        self._jobs.clear()
        for hand in self._hands:
            hand.process.terminate()
        for hand in self._hands:
            hand.process.join()


@contextmanager
def workforce(size: int) -> Iterator[Workforce]:
    """A workforce of so many cores, ended with the context."""
    force = Workforce(size)
    try:
        yield force
    finally:
        force.end()


class WorkerDied(RegularsError):
    """A process ended in the middle of its work."""

    def __init__(self) -> None:
        super().__init__("a worker process died, perhaps for want of memory; try fewer --workers or fewer --customers")


class Hand:
    """A further process and the pipe to it."""

    def __init__(self) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _interrupts_held(), _whole():
            self.process.start()
        # With our copy closed, the pipe ends when the process does.
        theirs.close()

    def call(self, call: Work, arguments: tuple[Any, ...]) -> Any:
        """Let the process call a function of a module, and wait for what it returns.

        Raises what the call raises, and WorkerDied when the process ends meanwhile.
        """
        try:
            self.pipe.send((call, arguments))
            value, error = self.pipe.recv()
        except (EOFError, OSError):
            raise WorkerDied from None
        if error is not None:
            raise error
        return value

    def begin(self, jobs: deque[int], call: Work, arguments: Sequence[tuple[Any, ...]], results: Results) -> None:
        """Let a thread drive the process through the jobs that are left."""
        import threading

        threading.Thread(target=self._drive, args=(jobs, call, arguments, results), daemon=True).start()

    def _drive(self, jobs: deque[int], call: Work, arguments: Sequence[tuple[Any, ...]], results: Results) -> None:
        while True:
            try:
                place = jobs.popleft()
            except IndexError:
                return
            try:
                results.put((place, self.call(call, arguments[place]), None))
            except Exception as error:
                results.put((place, None, error))
                return


def _serve(pipe: Connection[Any, Any]) -> None:
    """What a further process does: one piece of work after the other, until its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _end_with_parent()
    while True:
        try:
            call, arguments = pipe.recv()
        except (EOFError, OSError):
            return
        answer: tuple[Any, Exception | None]
        try:
            answer = call(*arguments), None
        except Exception as error:
            answer = None, error
        try:
            pipe.send(answer)
        except OSError:
            return


def _end_with_parent() -> None:
    """A parent that was killed cannot end its processes; they watch for it themselves."""
    import multiprocessing
    import multiprocessing.connection
    import threading

    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        multiprocessing.connection.wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes started meanwhile do not hear a Ctrl-C: it is this process that ends them."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    # Python starts a process of its own beside the first, and lets interrupts in again when it does: so it goes first.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _whole() -> Iterator[None]:
    """What asks this process to stop waits meanwhile, so that no process is left half started, to complain of it.

    Handlers, because a mask would not do: a signal goes to any thread that takes it, NumPy's own among them.
    """
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield  # which never hears of signals
        return
    came: list[int] = []
    handlers = {each: signal.signal(each, lambda number, _: came.append(number)) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in handlers.items():
            signal.signal(each, signal.SIG_DFL if handler is None else handler)
        if came:
            signal.raise_signal(came[0])


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
