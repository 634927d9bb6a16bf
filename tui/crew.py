"""The crew: the engine's worker processes, called without waiting.

Two hands are kept free for what the user waits for, previews; the others refine, a little less urgently. A process that
dies is replaced and its piece done again; one that dies of the same piece twice is given up.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sim.workforce import Hand, WorkerDied

Work = Callable[..., Any]
URGENT = 2
PATIENT = 5
"""How much less urgent refining is to the operating system than the screen and its previews."""


class Crew:
    """Two hands for what is urgent, the second only if need be, and up to `size` for what is not."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.replaced = 0
        """Processes that died and were replaced."""
        self._threads = ThreadPoolExecutor(size + URGENT, thread_name_prefix="crew")
        self._urgent = [_Post(0) for _ in range(URGENT)]
        self._prepared = False
        self._patient = [_Post(PATIENT) for _ in range(size)]
        # The one that was idle last is taken first, so that further ones are only started where they are needed.
        self._free: asyncio.LifoQueue[_Post] = asyncio.LifoQueue()
        self._idle: asyncio.LifoQueue[_Post] = asyncio.LifoQueue()
        for posts, queue in ((self._urgent, self._free), (self._patient, self._idle)):
            for post in reversed(posts):
                queue.put_nowait(post)

    async def urgent(self, call: Work, *arguments: Any) -> Any:
        """What a call returns, done by a hand that is kept free."""
        result = await self._with(self._free, call, arguments)
        self._prepare_further()
        return result

    async def patient(self, call: Work, *arguments: Any) -> Any:
        """What a call returns, done by the first of the others that is idle."""
        return await self._with(self._idle, call, arguments)

    async def _with(self, queue: asyncio.LifoQueue[_Post], call: Work, arguments: tuple[Any, ...]) -> Any:
        post = await queue.get()
        try:
            return await self._done(post, call, arguments)
        finally:
            queue.put_nowait(post)

    async def _done(self, post: _Post, call: Work, arguments: tuple[Any, ...]) -> Any:
        """The result; raises what the call raises, and WorkerDied where it kills two processes."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, post.call, call, arguments)
        except WorkerDied:
            if post.closed:
                raise
            self.replaced += 1
            return await loop.run_in_executor(self._threads, post.call, call, arguments)

    def prepare(self) -> None:
        """Start the hand for what is urgent, so that it is ready when it is needed."""
        self._threads.submit(self._urgent[0].start)

    def _prepare_further(self) -> None:
        """Once the first hand has done something, start the second: not in the middle of a held key."""
        if not self._prepared:
            self._prepared = True
            self._threads.submit(self._urgent[-1].start)

    @property
    def processes(self) -> list[int]:
        """The ids of the processes that are at work."""
        return [hand.process.pid for post in (*self._urgent, *self._patient) if (hand := post.hand) and hand.process.pid]

    def end(self) -> None:
        """Stop at once: what is not done yet is given up."""
        posts = (*self._urgent, *self._patient)
        for post in posts:
            post.close()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for post in posts:
            post.close()  # one that a thread was just starting


class _Post:
    """A place for a process, filled when there is work and filled again when the process dies."""

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.hand: Hand | None = None
        self.closed = False
        self._starting = threading.Lock()

    def call(self, call: Work, arguments: tuple[Any, ...]) -> Any:
        hand = self.start()
        try:
            return hand.call(call, arguments)
        except WorkerDied:
            self._leave()
            raise

    def start(self) -> Hand:
        """The process, which is started where there is none. Raises WorkerDied once the crew is to end."""
        with self._starting:
            if self.closed:
                raise WorkerDied
            if self.hand is None:
                self.hand = Hand()
                self.hand.call(settle, (self.patience,))
            return self.hand

    def close(self) -> None:
        self.closed = True
        self._leave()

    def _leave(self) -> None:
        hand, self.hand = self.hand, None
        if hand is not None:
            hand.process.terminate()
            hand.process.join()


def settle(patience: int) -> None:
    """What a process does first: keep off the terminal, be patient, and load what it will need."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    if patience and sys.platform != "win32":
        os.nice(patience)

    import tui.work  # noqa: F401
