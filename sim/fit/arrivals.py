"""Newcomers whose moments are known, where a scenario's channels would draw them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.acquisition import Arrivals
from sim.randomness import Floats, at, mix, purpose, root

_NEWCOMER = purpose("backtest.newcomer")


class AsTheyCame:
    """Newcomers at the moments at which they really came, in the place of the scenario's channels."""

    def __init__(self, times: Floats, edges: list[float], seed: int, replications: range) -> None:
        self.times, self.edges = times, edges
        self.roots = [(index, root(seed, number)) for index, number in enumerate(replications)]

    def month(self, i: int, pulls: object = None) -> Arrivals:
        """Who comes in month i."""
        mine = np.flatnonzero((self.times >= self.edges[i]) & (self.times < self.edges[i + 1]))
        grown = [mix(np.array([each], dtype=np.uint64) + np.uint64(_NEWCOMER)) for _, each in self.roots]
        keys = [mix(at(each.repeat(mine.size), mine)) for each in grown]
        number = np.repeat(np.array([index for index, _ in self.roots], dtype=np.int32), mine.size)
        times = np.tile(self.times[mine], len(self.roots))
        order = times.argsort(kind="stable")
        return Arrivals(np.concatenate(keys)[order], number[order], np.zeros(order.size, np.int16), times[order])

    def spend(self) -> NDArray[np.int64]:
        """Nothing is known of what they cost."""
        return np.zeros((len(self.edges) - 1, 2), dtype=np.int64)
