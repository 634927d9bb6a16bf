"""The purse: a retention budget that strategies draw from, that is filled month by month and can run dry.

At each review what was not spent of the last week comes back, and each strategy, by priority and then by name, reserves
what its dearest week so far has cost, as far as there is money. Whoever gets nothing, or still owes for having spent more
than was there, rests until the next review: it sends nothing, gives nothing and takes no notice of orders, while effects
that are out run on. What is still owed at the end stays owed: it is a cost like any other, and the log says how much it is.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.behaviour import Behaviour
from sim.log import GROUPS, MICROS
from sim.market import overheads
from sim.shop import Shop


class Purse:
    """One budget for each replication. Counts what it was given, what strategies spent (their fixed costs included) and what
    they still owed at the end, `budget.given`, `.spent` and `.owed` (micros); and `budget.weeks` and `budget.dry` (reviews,
    at a place for each strategy)."""

    def __init__(self, shop: Shop, behaviours: Sequence[Behaviour[Any]]) -> None:
        self.shop = shop
        self.knobs = shop.scenario.budget
        self.behaviours = sorted(behaviours, key=lambda each: each.knobs.rank)
        self.purses = [simpy.Container(shop.env) for _ in range(shop.replications)]
        shape = (shop.replications, len(shop.names))
        self.spent, self.reserved, self.dearest, self.owed = (np.zeros(shape, dtype=np.int64) for _ in range(4))
        """Micros by replication and strategy: spent since the last review; set aside for these days; the most spent in any
        such time; spent beyond what was there, to be paid before it acts again."""
        self.weeks = shop.counter("budget.weeks", len(shop.names))
        self.dry = shop.counter("budget.dry", len(shop.names))
        self.given, self.used, self.open = (shop.counter(f"budget.{what}") for what in ("given", "spent", "owed"))
        self.since = np.zeros(shape)
        """From when a strategy that is dry has been."""
        for behaviour in behaviours:
            behaviour.dry = np.zeros(shop.replications, dtype=np.bool_)

    def pay(self, code: int, people: NDArray[np.int32], micros: NDArray[np.int64] | int) -> None:
        """A strategy has spent money on customers."""
        place = self.shop.ledger.people["cell"][people] // GROUPS
        np.add.at(self.spent[:, code], place, micros)

    def fill(self) -> Generator[Any, Any, None]:
        """A SimPy process: at the beginning of each month the money comes, and the strategies' fixed costs go, for that part
        of it in which they act."""
        monthly = round((self.knobs.monthly or 0.0) * self.knobs.keeping * MICROS)
        edges = self.shop.edges[self.shop.scenario.pre_history :]
        for edge, fixed in zip(edges, overheads(self.behaviours, len(self.shop.names), edges), strict=False):
            yield self.shop.env.timeout(edge - self.shop.env.now)
            for replication, purse in enumerate(self.purses):
                if not self.knobs.carried_over and purse.level:
                    purse.get(purse.level)
                if monthly:
                    purse.put(monthly)
                self._count(self.given, replication, monthly)
                self._count(self.used, replication, int(fixed.sum()))
            for behaviour in self.behaviours:
                if fixed[behaviour.code]:
                    self.owed[:, behaviour.code] += fixed[behaviour.code]
                    self._settle(behaviour.code)

    def review(self) -> None:
        """Settle the accounts of the last days, and set money aside for the coming ones."""
        self._book()
        for behaviour in self.behaviours:
            self._settle(behaviour.code)
            if behaviour.active:
                self._reserve(behaviour)

    def close(self) -> None:
        """The end: settle the accounts of the last days, and count what is still owed."""
        self._book()
        for behaviour in self.behaviours:
            self._settle(behaviour.code)
        for replication, owed in enumerate(self.owed.sum(axis=1).tolist()):
            self._count(self.open, replication, owed)

    def _book(self) -> None:
        """What was set aside for the last days and not spent comes back; what was spent beyond it is owed."""
        np.maximum(self.dearest, self.spent, out=self.dearest)
        self.owed += np.maximum(self.spent - self.reserved, 0)
        unspent = np.maximum(self.reserved - self.spent, 0).sum(axis=1)
        for replication, purse in enumerate(self.purses):
            if unspent[replication]:
                purse.put(int(unspent[replication]))
            self._count(self.used, replication, int(self.spent[replication].sum()))
        self.spent[:] = self.reserved[:] = 0

    def _reserve(self, behaviour: Behaviour[Any]) -> None:
        assert behaviour.dry is not None
        for replication, purse in enumerate(self.purses):
            wish = int(self.dearest[replication, behaviour.code])
            granted = not self.owed[replication, behaviour.code] and (purse.level > 0 or not wish)
            aside = min(wish, int(purse.level)) if granted else 0
            if aside:
                purse.get(aside)
            self.reserved[replication, behaviour.code] = aside
            if granted and behaviour.dry[replication]:
                behaviour.dry[replication] = False
                self._meet(behaviour, replication)
            elif not granted and not behaviour.dry[replication]:
                behaviour.dry[replication] = True
                self.since[replication, behaviour.code] = self.shop.env.now
            self._count(self.weeks, replication, 1, behaviour.code)
            self._count(self.dry, replication, int(not granted), behaviour.code)

    def _meet(self, behaviour: Behaviour[Any], replication: int) -> None:
        """A strategy that had no money for a while meets those who have come meanwhile."""
        rows, ledger = behaviour.members(), self.shop.ledger
        person = self.shop.people.person[rows]
        new = ledger.people["acquired"][person] >= self.since[replication, behaviour.code]
        new &= ledger.people["cell"][person] // GROUPS == replication
        if new.any():
            behaviour.entered(rows[new], float(self.shop.env.now))

    def _settle(self, code: int) -> None:
        """Pay what a strategy owes, as far as there is money."""
        for replication, purse in enumerate(self.purses):
            paid = min(int(purse.level), int(self.owed[replication, code]))
            if paid:
                purse.get(paid)
                self.owed[replication, code] -= paid

    @staticmethod
    def _count(counter: Any, replication: int, amount: int, place: int = 0) -> None:
        counter.add_cells(np.array([replication * GROUPS]), amount, place)
