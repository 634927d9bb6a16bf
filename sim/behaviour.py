"""Behaviour: what a strategy does while the store runs, as a set of hooks that the store calls.

A behaviour overrides the hooks it needs; the others cost nothing. It bends rates through factors, prices and costs
through the orders it is shown, and draws only under purposes of its own.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.log import GROUPS
from sim.population import NEVER, Factor, Floats, Rows, places
from sim.randomness import Keys
from sim.shop import Shop
from sim.strategy import Strategy

Cents = NDArray[np.int64]
Positions = NDArray[np.intp] | slice
"""Which of the orders shown a behaviour may touch: all, or those of the customers it acts on."""
Knobs = TypeVar("Knobs", bound=Strategy)


@dataclass
class Basket:
    """Orders of different customers that are being placed, one row each."""

    rows: Rows
    time: Floats
    number: NDArray[np.int32]
    place: Keys
    """The customer's key at the order's number: where draws about this order begin."""
    list_price: Cents
    discount: Cents
    cause: NDArray[np.int8]
    held: NDArray[np.bool_]
    """Orders whose moment stood fast: first orders, and those that were put off."""

    def take_off(self, which: Any, share: Floats | float) -> None:
        """A share off what is still to be paid; one for all, or one for each."""
        left = self.list_price[which] - self.discount[which]
        self.discount[which] += np.rint(left * share).astype(np.int64)

    def take_off_amount(self, which: Any, cents: int) -> None:
        """An amount off, down to nothing."""
        left = self.list_price[which] - self.discount[which]
        self.discount[which] += np.minimum(left, cents)

    def firsts(self, who: Positions) -> Rows:
        """The positions of those who place their first order."""
        return places(self.number == 1) if isinstance(who, slice) else who[self.number[who] == 1]

    def net(self, which: Any) -> Cents:
        """What is paid."""
        paid: Cents = self.list_price[which] - self.discount[which]
        return paid


class Behaviour(Generic[Knobs]):
    """The running half of a strategy. `knobs` are its settings, `shop` the shop it acts in."""

    def __init__(self, knobs: Knobs, shop: Shop) -> None:
        self.knobs = knobs
        self.shop = shop
        self.people = shop.people
        self.active = False
        self.code = shop.codes[knobs.name]
        """The number under which its costs, messages and causes stand in the log."""
        self.eligible = shop.eligibility(knobs)
        """A column that says who may be acted on; None where everybody may."""
        self.factors: list[Factor] = []
        """What it bends rates by."""
        self.dry: NDArray[np.bool_] | None = None
        """In which replications the budget has nothing left for it; None where there is no budget."""

    def order_factor(self) -> Factor:
        """A new multiplier on the order rate, 1 for everybody."""
        self.factors.append(self.people.factor(self.people.orders))
        return self.factors[-1]

    def dropout_factor(self) -> Factor:
        """A new multiplier on the dropout rate, 1 for everybody."""
        self.factors.append(self.people.factor(self.people.dropout))
        return self.factors[-1]

    @property
    def bends_order_rates(self) -> bool:
        """Whether it can change how often customers order."""
        return any(factor.marks is self.people.orders.marked for factor in self.factors)

    @property
    def selective(self) -> bool:
        """Whether there can be customers whom it may not act on."""
        return self.eligible is not None or self.dry is not None or type(self).among is not Behaviour.among

    def among(self, rows: Rows) -> Positions:
        """The positions in `rows` of those who may be acted on."""
        if self.dry is not None and self.dry.any():
            return places(self._may(rows))
        return slice(None) if self.eligible is None else places(self.eligible[rows])

    def _may(self, rows: Rows | slice) -> NDArray[np.bool_]:
        """Who may be acted on and is paid for."""
        assert self.dry is not None
        paid: NDArray[np.bool_] = ~self.dry[self.people.cell[rows] // GROUPS]
        return paid if self.eligible is None else paid & self.eligible[rows]

    def members(self) -> Rows:
        """The rows of all living customers who may be acted on."""
        alive = self.people.alive[:]
        if self.dry is not None and self.dry.any():
            return places(alive & self._may(slice(None)))
        return places(alive if self.eligible is None else alive & self.eligible[:])

    def attract(self, channel: str) -> float:
        """How many new customers come through a channel while the strategy acts, for each who would come anyway."""
        return 1.0

    def attracting(self, begin: float, end: float) -> Iterable[tuple[float, float]]:
        """From when to when it attracts, of what lies between two days: as long as it acts."""
        return [(self.knobs.from_, NEVER if self.knobs.until is None else self.knobs.until)]

    def monthly_cost(self) -> float:
        """What the strategy costs the whole store a month whatever the customers do, in the currency."""
        return 0.0

    def insight(self) -> float:
        """What the strategy tells the store about its own faults while it acts: 0 for nothing, 1 for a good survey."""
        return 0.0

    def begin(self, now: float) -> None:
        """The strategy starts: look at the customers that are there."""

    def end(self, now: float) -> None:
        """The strategy stops: take back what it bends."""

    def calendar(self) -> Generator[Any, Any, None]:
        """A SimPy process of what happens at moments of the store's own; it runs from the start to the end."""
        raise NotImplementedError

    def entered(self, rows: Rows, now: float) -> None:
        """Customers who are there already have come into the segment it acts on, as a review finds."""

    def left(self, rows: Rows) -> None:
        """Customers have left the segment it acts on, and with it its effects."""
        for factor in self.factors:
            factor[rows] = 1.0

    def review(self, now: float) -> None:
        """Look at all customers, once in the scenario's `review_every`."""

    def joined(self, basket: Basket, who: Positions) -> None:
        """Customers place their first order."""

    def defer(self, rows: Rows, time: Floats) -> Floats:
        """When orders that are due now will really be placed: the same time, or a later one."""
        return time

    def price(self, basket: Basket, who: Positions) -> None:
        """Change what orders cost, before they are paid."""

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Orders have been placed and paid."""

    def revived(self, rows: Rows, time: Floats) -> None:
        """Customers who were lost have been woken, wherever they stand."""

    def lessen(self, basket: Basket, who: Positions, chance: Floats) -> None:
        """Multiply in place the chances that orders placed now fail; `chance` has one for each order of the basket."""

    def failed(self, basket: Basket, who: Positions) -> Rows:
        """Orders have failed: late, damaged or wrong. Returns the positions of those that it takes up, so that nobody else
        does."""
        raise NotImplementedError


def positions(who: Positions, which: Rows) -> Rows:
    """The positions of some of those who may be acted on."""
    return which if isinstance(who, slice) else who[which]


def overrides(behaviour: Behaviour[Any], hook: str) -> bool:
    """Whether a behaviour has a hook of its own, so that the store calls only those."""
    return getattr(type(behaviour), hook) is not getattr(Behaviour, hook)
