"""Pieces of work side by side on several threads, which pays because numpy lets go of the interpreter while it computes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from sim.workforce import available_cores

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_THREADS = 8
"""More than these wait for each other and for the memory."""
AHEAD = 2
"""Pieces a thread that are begun before the first of them is asked for: none waits for work, and few take memory."""


def abreast(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What `work` makes of each item, in their order, whatever the number of threads.

    The items are asked for by the calling thread alone. Raises what `work` raises, at the place of its item.
    """
    threads = min(available_cores(), MOST_THREADS)
    items = iter(items)
    first = list(islice(items, 2))
    if threads < 2 or len(first) < 2:
        yield from map(work, chain(first, items))
        return
    from concurrent.futures import ThreadPoolExecutor

    begun: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in chain(first, items):
                begun.append(pool.submit(work, item))
                if len(begun) > AHEAD * threads:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for each in begun:
                each.cancel()
