"""Targeting: whom each strategy may act on, by segment and by chance.

Some segments are fixed by when a customer came; the others (active, at risk, lapsed, VIP, by orders) are read anew at
each review, so that who leaves a segment leaves the strategy's effects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.population import Column, Floats, Population, Rows, places
from sim.randomness import Keys, purpose, uniform
from sim.scenario import Scenario
from sim.strategy import Strategy

Flags = NDArray[np.bool_]
CENTS = 100


@dataclass(frozen=True)
class Target:
    """One strategy's customers."""

    strategy: Strategy
    bit: np.uint64
    eligible: Column
    """Whom it may act on now."""
    kept: Column
    """Who is not held out."""


class Targeting:
    """Who is whose target, in one block of a store."""

    def __init__(self, scenario: Scenario, people: Population) -> None:
        self.knobs = scenario.store.segments
        self.at_risk = self.knobs.at_risk_after or scenario.activity_window
        self.lapsed = self.knobs.lapsed_after or 2.0 * self.at_risk
        self.people = people
        self.targets: list[Target] = []
        self.spend: Column | None = None
        """Cents that customers have spent, where somebody asks."""

    def add(self, strategy: Strategy, code: int) -> Column | None:
        """A column that says whom a strategy may act on; None where it is everybody."""
        if strategy.segment == "all" and strategy.holdout == 0.0:
            return None
        target = Target(
            strategy, np.uint64(1 << code), self.people.column(np.bool_, True), self.people.column(np.bool_, True)
        )
        self.targets.append(target)
        if strategy.segment == "vip" and self.knobs.vip_spend and self.spend is None:
            self.spend = self.people.column(np.int64, 0)
        return target.eligible

    @property
    def moving(self) -> list[Target]:
        """The targets whose segment is read at reviews."""
        return [target for target in self.targets if target.strategy.segment in SEGMENTS]

    def newcomers(self, rows: Rows, keys: Keys, time: Floats) -> None:
        """Customers who will place their first order at `time`."""
        for target in self.targets:
            segment, holdout = target.strategy.segment, target.strategy.holdout
            chosen = np.ones(keys.size, dtype=np.bool_)
            if segment in ("new", "existing"):
                chosen = (time >= 0.0) == (segment == "new")
            elif segment in SEGMENTS:
                chosen[:] = segment in AT_FIRST
            if holdout:
                kept = uniform(keys, purpose(f"{target.strategy.name}.holdout")) >= holdout
                target.kept[rows] = kept
                chosen &= kept
            target.eligible[rows] = chosen

    def held(self, rows: Rows) -> NDArray[np.uint64]:
        """For each row, the bits of the strategies that leave it out by chance."""
        bits = np.zeros(rows.size, dtype=np.uint64)
        for target in self.targets:
            if target.strategy.holdout:
                bits[~target.kept[rows]] |= target.bit
        return bits

    def spent(self, rows: Rows, cents: NDArray[np.int64]) -> None:
        """Customers have paid for orders."""
        if self.spend is not None:
            self.spend[rows] = self.spend[rows] + cents

    def review(
        self, now: float, left: Callable[[Strategy, Rows], None], entered: Callable[[Strategy, Rows], None]
    ) -> None:
        """Read the segments anew; `left` is called with those who have left a strategy's, `entered` with the customers
        who have come into it."""
        for target in self.moving:
            segment = target.strategy.segment
            # Who has not ordered yet will be in the segment of first orders, or not.
            there = np.where(self.people.number[:] == 0, segment in AT_FIRST, SEGMENTS[segment](self, now)) & target.kept[:]
            before = target.eligible[:].copy()
            target.eligible[:] = there
            gone, come = places(before & ~there), places(there & ~before & (self.people.number[:] > 0))
            if gone.size:
                left(target.strategy, gone)
            if come.size:
                entered(target.strategy, come)

    # Each segment, by what the shop knows ------------------------------------------------------------------------

    def _silent(self, now: float) -> Floats:
        silent: Floats = now - self.people.last_order[:]
        return silent

    def _active(self, now: float) -> Flags:
        return self._silent(now) < self.at_risk

    def _at_risk(self, now: float) -> Flags:
        silent = self._silent(now)
        return (silent >= self.at_risk) & (silent < self.lapsed)

    def _lapsed(self, now: float) -> Flags:
        silent = self._silent(now)
        return silent >= self.lapsed

    def _one_order(self, now: float) -> Flags:
        ones: Flags = self.people.number[:] <= 1
        return ones

    def _repeat(self, now: float) -> Flags:
        more: Flags = self.people.number[:] > 1
        return more

    def _vip(self, now: float) -> Flags:
        best: Flags = (self.people.number[:] >= self.knobs.vip_orders) & self._active(now)
        if self.spend is not None:
            best &= self.spend[:] >= round(self.knobs.vip_spend * CENTS)
        return best


SEGMENTS: dict[str, Callable[[Targeting, float], Flags]] = {
    "one_order": Targeting._one_order,
    "repeat": Targeting._repeat,
    "active": Targeting._active,
    "at_risk": Targeting._at_risk,
    "lapsed": Targeting._lapsed,
    "vip": Targeting._vip,
}
"""The segments that are read at reviews, and how."""
AT_FIRST = ("one_order", "active")
"""Those of them that a customer is in from the first order."""
