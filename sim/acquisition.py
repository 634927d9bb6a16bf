"""Acquisition: who is won, by which channel and when.

Customer n of a channel's month exists if the n-th point of a unit Poisson process lies below the month's expected
number, and comes at a moment of the month that is theirs alone. So more spend brings the same people at the same
moments, and further ones besides; and a strategy that draws people in brings further ones in the time it acts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.log import MICROS
from sim.randomness import Floats, Keys, at, exponential, mix, purpose, root, step, uniform
from sim.scenario import Channel, Scenario

_POINT = purpose("acquisition.point")
_MOMENT = purpose("acquisition.moment")
_COMES = purpose("acquisition.comes")

Stretch = tuple[float, float, float]
"""A stretch of time, from day to day, and how many come in it for each who would come anyway."""


@dataclass(frozen=True)
class Arrivals:
    """New customers, one row each, in the order of their coming within a replication."""

    key: Keys
    replication: NDArray[np.int32]
    channel: NDArray[np.int16]
    time: Floats


class Acquisition:
    """The arrivals of one block: every `blocks`-th customer, beginning with number `block`."""

    def __init__(self, scenario: Scenario, seed: int, replications: range, block: int = 0, blocks: int = 1) -> None:
        self.scenario = scenario
        self.channels = scenario.ways()
        """What the channels do from day 0 on; before it they do as they are declared, whatever is planned."""
        self.edges = scenario.month_edges()
        self.roots = np.array([root(seed, number) for number in replications], dtype=np.uint64)
        self.block, self.blocks = block, blocks

    def month(self, i: int, pulls: Mapping[str, Sequence[Stretch]] | None = None) -> Arrivals:
        """Who comes in month i of the whole time, pre-history included, counted from its first month.

        `pulls` says by channel how strongly it pulls in which stretches of the month; what is not named pulls as ever.
        """
        ways = self._channels(i)
        parts = [
            self._stream(name, channel.customers_a_month(), place, i, (pulls or {}).get(name, ()))
            for place, (name, channel) in enumerate(ways.items())
        ]
        keys, replications, channels, times = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = times.argsort(kind="stable")
        return Arrivals(keys[order], replications[order], channels[order], times[order])

    def _stream(
        self, name: str, expected: float, place: int, i: int, pulls: Sequence[Stretch]
    ) -> tuple[Keys, NDArray[np.int32], NDArray[np.int16], Floats]:
        """Those of one channel, in all replications at once."""
        # Months are numbered from the start, so that a longer pre-history leaves the others' people as they are.
        month = i - self.scenario.pre_history
        base = mix(self.roots + np.uint64(step(purpose(f"channel.{name}"), month % (1 << 32))))
        begins, length = self.edges[i], self.edges[i + 1] - self.edges[i]
        # First those who come anyway, then whom each stretch brings besides.
        stretches = [(begins, begins + length, 2.0), *pulls]
        more = [expected * max(pull - 1.0, 0.0) * (end - begin) / length for begin, end, pull in stretches]
        bounds = np.cumsum(more)
        number = np.arange(math.ceil(bounds[-1] + 10.0 * math.sqrt(bounds[-1]) + 20.0))
        places = at(base[:, None], number)
        counts = np.array([points.searchsorted(bounds) for points in exponential(places, _POINT).cumsum(axis=1)])
        mine = slice(self.block, None, self.blocks)
        replication, nth = (number[mine] < counts[:, -1:]).nonzero()
        keys = mix(places[:, mine][replication, nth])
        if pulls:
            stretch = (counts[replication] <= number[mine][nth, None]).sum(axis=1)
            begin, end, _ = np.array(stretches)[stretch].T
            times = begin + (end - begin) * uniform(keys, _MOMENT)
        else:
            times = begins + length * uniform(keys, _MOMENT)
        kept = np.ones(keys.size, dtype=np.bool_)
        for first, last, pull in pulls:
            if pull < 1.0:
                kept &= (times < first) | (times >= last) | (uniform(keys, _COMES) < pull)
        keys, times = keys[kept], times[kept]
        return keys, replication[kept].astype(np.int32), np.full(keys.size, place, np.int16), times

    def spend(self) -> NDArray[np.int64]:
        """Micros spent, of shape (months, channels and the referrals), for one replication of the whole store."""
        months = range(len(self.edges) - 1)
        spent = [[round(channel.monthly_spend * MICROS) for channel in self._channels(i).values()] + [0] for i in months]
        return np.array(spent, dtype=np.int64)

    def _channels(self, i: int) -> Mapping[str, Channel]:
        return self.scenario.channels if i < self.scenario.pre_history else self.channels
