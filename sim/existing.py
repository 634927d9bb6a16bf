"""Existing customers as they enter a store on day 0, each drawn from what their own history tells.

Each replication draws who is still there, at which rates, and what they spend. What is known of their past enters the log
as pre-history; the moments of the orders between the first and the last, which a base does not hold, are drawn uniformly
as the law has it (by the season's clock where there is a season), and their amounts so that the mean is the known one.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.base import Base
from sim.law import DAYS_A_WEEK, Law
from sim.ledger import group_of
from sim.log import GROUPS, NO_PARENT
from sim.population import NEVER, Floats, Rows
from sim.posterior import AfterOrder, Draw, Lifetime, chance_alive, draw
from sim.randomness import Keys, at, gamma_each, mix, purpose, root, uniform
from sim.season_clock import SeasonClock
from sim.shop import Shop

AT_ONCE = 20_000
"""Customers whose posterior is worked out at a time."""
JUST_BEFORE = 1.0 / 1440.0
"""Who came on day 0 itself came a minute before it: they are not new customers."""

_KEY = purpose("base.customer")
_COPY = purpose("base.copy")
_MOMENT = purpose("base.moment")
_SIZE = purpose("base.size")
_MEAN = purpose("base.basket_scale")


class Existing:
    """The existing customers as they enter a store: those of one block, in each of its replications."""

    def __init__(self, shop: Shop, base: Base, seed: int, replications: range, block: int, blocks: int) -> None:
        self.shop = shop
        self.law = posterior_law(shop.law)
        season = shop.scenario.store.season
        self.clock = SeasonClock.of(season, shop.scenario.start, float(base.T.max(initial=0.0))) if season else None
        self.basket = shop.scenario.store.basket
        mine = np.arange(block, base.customer.size, blocks)
        self.base, self.keyed = _copies(base.part(mine), shop.scenario.store.base.times)
        self.roots = [(index, root(seed, number)) for index, number in enumerate(replications)]

    def enter(self) -> int:
        """Put them into the population and what is known of their past into the log; how many they are."""
        total = 0
        for first in range(0, self.base.customer.size, AT_ONCE):
            part = slice(first, first + AT_ONCE)
            base = self.base.part(np.arange(self.base.customer.size)[part])
            alive = chance_alive(self.law, base.x, base.t_x, base.T, self.clock)
            for index, grown in self.roots:
                self._enter(base, mix(np.array([grown], dtype=np.uint64) + np.uint64(_KEY)), self.keyed[part], alive, index)
                total += base.customer.size
        return total

    def _enter(self, base: Base, grown: Keys, keyed: NDArray[np.int64], alive: Floats, index: int) -> None:
        shop, people = self.shop, self.shop.people
        keys = mix(at(np.repeat(grown, keyed.size), keyed))
        drawn = draw(self.law, alive, keys, base.x, base.t_x, base.T, self.clock)
        scale = self._scales(keys, base)
        came = -np.maximum(base.T * DAYS_A_WEEK, JUST_BEFORE)
        rows = shop.arrive(keys, came)
        people.cell[rows] = index * GROUPS + group_of(keys)
        self._record(rows, base, drawn, came)
        self._remember(rows, base, scale, came)
        shop.take_over(rows, drawn.rate / DAYS_A_WEEK, _daily(drawn.hazard, shop.law), scale)

    def _scales(self, keys: Keys, base: Base) -> Floats:
        """The cents by which unit-scale baskets are multiplied, from the posterior of each customer's mean."""
        law = self.basket
        return 100.0 * (law.gamma + base.x * base.mean) / gamma_each(keys, _MEAN, law.q + law.p * base.x * (base.mean > 0))

    def _record(self, rows: Rows, base: Base, drawn: Draw, came: Floats) -> None:
        people, ledger = self.shop.people, self.shop.ledger
        known = ledger.people.length
        people.know(rows, np.arange(known, known + rows.size, dtype=np.int32))
        living = np.isinf(drawn.lost)
        lost = came + np.where(living, 0.0, drawn.lost) * DAYS_A_WEEK
        died = np.where(living, NEVER, np.minimum(lost, -JUST_BEFORE / 2))
        people.alive[rows] = living
        people.held[rows] = False
        people.number[rows] = base.x.astype(np.int32) + 1
        people.last_order[rows] = np.minimum(came + base.t_x * DAYS_A_WEEK, -JUST_BEFORE / 2)
        # What else is kept of a person began with the store: nothing of it is known of those who were there before.
        unknown = dict.fromkeys(ledger.people.names, 0)
        ledger.people.append(
            rows.size, **unknown | {"key": people.key[rows], "cell": people.cell[rows], "channel": people.channel[rows],
            "acquired": came, "died": died, "parent": NO_PARENT, "held": self.shop.targeting.held(rows)},
        )  # fmt: skip

    def _remember(self, rows: Rows, base: Base, scale: Floats, came: Floats) -> None:
        """Enter the orders of the past: the first and the last when they were, those between at uniform moments."""
        people, count = self.shop.people, base.x.astype(np.int64) + 1
        who = np.repeat(np.arange(rows.size), count)
        number = np.arange(who.size) - np.repeat(count.cumsum() - count, count) + 1
        place = at(people.key[rows][who], number)
        between = (number > 1) & (number < count[who])
        share = np.where(number == 1, 0.0, np.where(between, uniform(place, _MOMENT), 1.0))
        share = share[np.lexsort((share, who))]
        time = np.minimum(came[who] + self._moment(share, base.t_x[who], base.T[who]) * DAYS_A_WEEK, -JUST_BEFORE / 2)
        size = gamma_each(place, _SIZE, np.full(who.size, self.basket.p))
        repeated = np.bincount(who, np.where(number > 1, size, 0.0), minlength=rows.size)
        fits = np.where(base.mean > 0, 100.0 * base.mean * base.x / np.maximum(repeated, 1e-300), scale)
        cents = np.maximum(np.rint(size * np.where(number == 1, scale[who], fits[who])), 1.0).astype(np.int64)
        spent = np.zeros(rows.size, dtype=np.int64)
        np.add.at(spent, who, cents)
        self.shop.targeting.spent(rows, spent)
        self.shop.ledger.orders.append(
            who.size, customer=people.person[rows][who], number=number.astype(np.int32), time=time, list_price=cents,
            discount=0, cause=0, returned=False,
        )  # fmt: skip

    def _moment(self, share: Floats, t_x: Floats, T: Floats) -> Floats:
        """When so large a share of what a customer had of time to order until the last order was over."""
        if self.clock is None:
            return share * t_x
        return np.where(share < 1.0, self.clock.when(share * self.clock.exposure(t_x, T), T), t_x)


def posterior_law(law: Law) -> Lifetime | AfterOrder:
    """The parameters of a store's law as its posteriors need them."""
    store = law.store
    if law.after_order:
        return AfterOrder(store.orders.r, store.orders.alpha, law.a, law.b)
    return Lifetime(store.orders.r, store.orders.alpha, store.lifetime.s, store.lifetime.beta)


def _daily(hazard: Floats, law: Law) -> Floats:
    return hazard if law.after_order else hazard / DAYS_A_WEEK


def _copies(base: Base, times: float) -> tuple[Base, NDArray[np.int64]]:
    """The customers of a store so many times as large, and what each is keyed by: whole copies of all, and of a part of
    them that is the same in every replication."""
    whole = math.floor(times)
    parts = [base.customer + (copy << 40) for copy in range(whole)]
    rows = [np.arange(base.customer.size)] * whole
    if times > whole:
        more = np.flatnonzero(uniform(at(np.zeros(base.customer.size, np.uint64), base.customer), _COPY) < times - whole)
        rows.append(more)
        parts.append(base.customer[more] + (whole << 40))
    if not rows:
        return base.part(np.zeros(0, np.intp)), np.zeros(0, np.int64)
    return base.part(np.concatenate(rows)), np.concatenate(parts)
