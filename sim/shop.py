"""The shop as strategies see it: its customers, its books, its mailing list, and what can be done to them.

What a strategy may not touch, the course of time above all, is in `store.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.contacts import Contacts
from sim.counting import Counter, Months
from sim.law import SLOWEST, Law
from sim.ledger import Ledger
from sim.log import GROUPS, MICROS, MICROS_PER_CENT
from sim.mood import Mood
from sim.population import NEVER, Column, Floats, Population, Rows, places
from sim.randomness import Keys, at, child_keys, exponential, purpose
from sim.scenario import Scenario
from sim.strategy import Strategy
from sim.targeting import Targeting

REFERRAL = "referral"
"""The channel of customers who were brought by others."""
_SECOND_LIFE = purpose("law.second_life")


class Shop:
    """One shop, or one block of its customers, in so many replications side by side."""

    def __init__(self, scenario: Scenario, replications: int, blocks: int) -> None:
        self.scenario = scenario
        self.law = Law(scenario.store)
        self.replications = replications
        self.edges = scenario.month_edges()
        self.names = tuple(sorted(scenario.strategies))
        self.codes = {name: code for code, name in enumerate(self.names)}
        self.channels = (*scenario.channels, REFERRAL)
        months = len(self.edges) - 1
        expected = scenario.expected_customers() * months / scenario.months * replications / blocks
        self.people = Population(int(1.1 * expected))
        self.ledger = Ledger(GROUPS * replications, len(self.names), int(1.1 * expected))
        self.env = simpy.Environment(initial_time=self.edges[0])
        self.months = Months(self.edges, scenario.pre_history)
        self.targeting = Targeting(scenario, self.people)
        stacking = scenario.store.stacking
        self.people.orders.most, self.people.dropout.least = stacking.order_rate, stacking.dropout
        self.people.orders.fixed = self.law.mean_rate if self.law.contract else 0.0
        self.payers: list[Callable[[int, NDArray[np.int32], NDArray[np.int64] | int], None]] = []
        """Who is told of each cost: strategy, people, micros."""
        self._contacts: Contacts | None = None
        self._mood: Mood | None = None
        self._guest: Column | None = None
        self._brought = 0
        self._children: list[tuple[Rows, tuple[float, float, float]]] = []
        """Who was brought and has no traits yet, with their quality."""

    @property
    def contacts(self) -> Contacts:
        """The mailing list; a store in which nobody writes has none."""
        if self._contacts is None:
            self._contacts = Contacts(self.scenario.store.contact, self.people, self.ledger, self.charge, self.env.now)
        return self._contacts

    @property
    def mood(self) -> Mood:
        """The customers' mood; a store in which nobody asks for it has none."""
        if self._mood is None:
            self._mood = Mood(self.scenario.store.service, self.people)
        return self._mood

    def eligibility(self, strategy: Strategy) -> Column | None:
        """A column that says whom a strategy may act on; None where it is everybody."""
        return self.targeting.add(strategy, self.codes[strategy.name])

    @property
    def writes(self) -> bool:
        """Whether anybody in this store writes to customers."""
        return self._contacts is not None

    def guest(self) -> Column:
        """A column of those who order without an account, for whoever decides on accounts."""
        if self._guest is None:
            self._guest = self.people.column(np.bool_, False)
        return self._guest

    def may_join(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of these rows can join a programme: guests cannot; everybody can where nothing is said of accounts."""
        return np.ones(rows.size, dtype=np.bool_) if self._guest is None else ~self._guest[rows]

    def insight(self) -> float:
        """What the strategies that act now tell the store about its own faults, together."""
        raise NotImplementedError

    def counter(self, name: str, places: int = 1) -> Counter:
        """A named count of what happens in the observed time, with so many places; it stands in the log's `counts`."""
        return Counter(name, places, self.people, self.ledger)

    def enrol(self, code: int, rows: Rows) -> None:
        """These customers join the strategy's programme; that they ever did stands in the log."""
        self.ledger.people["enrolled"][self.people.person[rows]] |= np.uint64(1 << code)

    def collect(self, code: int, rows: Rows, time: Floats, cents: NDArray[np.int64] | int) -> None:
        """Customers pay a fee outside their orders; it is revenue under the strategy."""
        amount: NDArray[np.int64] | int = cents * MICROS_PER_CENT
        if not isinstance(amount, int):
            paid = places(amount > 0)
            rows, time, amount = rows[paid], time[paid], amount[paid]
        elif amount <= 0:
            return
        if rows.size:
            self.ledger.fees.append(rows.size, customer=self.people.person[rows], time=time, amount=amount, kind=code)

    def charge(self, code: int, rows: Rows, now: Floats | float, amount: float) -> None:
        """Book a cost in the currency for each row under a strategy; a single `now` books them in bulk."""
        self.charge_people(code, self.people.person[rows], now, round(amount * MICROS))

    def charge_people(
        self, code: int, people: NDArray[np.int32], now: Floats | float, micros: NDArray[np.int64] | int
    ) -> None:
        """Book costs in micros by person, for those who may have no row any more."""
        if people.size == 0 or (isinstance(micros, int) and micros == 0):
            return
        for told in self.payers:
            told(code, people, micros)
        if isinstance(now, float) and isinstance(micros, int):
            self.ledger.bulk.append((now, micros, code, people))
            return
        if not isinstance(micros, int) and not micros.all():
            paid = places(micros != 0)
            people, micros, now = people[paid], micros[paid], now if isinstance(now, float) else now[paid]
        self.ledger.costs.append(people.size, customer=people, time=now, amount=micros, kind=code)

    def bring(self, parents: Rows, number: NDArray[np.int32], time: Floats, quality: tuple[float, float, float]) -> None:
        """Customers brought by the living rows `parents` through their order `number`; they place their first order
        at `time`. `quality` multiplies their order rate, dropout rate and basket."""
        people = self.people
        rows = self._newcomers(child_keys(people.key[parents], number), time)
        people.cell[rows] = people.cell[parents]
        people.channel[rows] = len(self.channels) - 1
        people.parent[rows] = people.person[parents]
        self._children.append((rows, quality))
        self._brought += rows.size

    def revive(self, rows: Rows, time: Floats, place: Keys, name: str) -> None:
        """Wake the dead: a new lifetime, and a next order drawn under the strategy's own purpose `name`."""
        if not rows.size:
            return
        people, person = self.people, self.people.person[rows]
        people.alive[rows] = True
        if self._mood is not None:
            self._mood.wake(rows, self.died(person), time)
        people.held[rows] = False
        people.orders.restart(rows, time, exponential(place, purpose(name)))
        if not self.law.by_coin:
            people.dropout.restart(rows, time, exponential(place, _SECOND_LIFE))
        self.ledger.people["died"][person] = NEVER

    def invited(self, rows: Rows) -> None:
        """Count an invitation of each row; those of customers from before the start are not part of K."""
        people = self.people.person[rows]
        recent = rows[self.ledger.people["acquired"][people] >= 0.0]
        self.ledger.invites += np.bincount(self.people.cell[recent], minlength=self.ledger.invites.size)

    def died(self, people: NDArray[np.int32]) -> Floats:
        """When customers were lost, by person; inf for the living."""
        times: Floats = self.ledger.people["died"][people]
        return times

    def lose(self, rows: Rows, time: Floats) -> None:
        """Customers are lost for good."""
        people = self.people
        if not rows.size:
            return
        if self._mood is not None:
            self._mood.lost(rows, time)
        people.alive[rows] = False
        people.held[rows] = False
        people.orders.due[rows] = NEVER
        people.dropout.due[rows] = NEVER
        self.ledger.people["died"][people.person[rows]] = time

    def arrive(self, keys: Keys, time: Floats) -> Rows:
        """Rows for customers with these keys who place their first order at `time`, or did so before the start."""
        return self._newcomers(keys, time)

    def take_over(self, rows: Rows, rate: Floats, hazard: Floats, scale: Floats) -> None:
        """Existing customers go on from now with rates of their own a day, and baskets of this scale in cents."""
        people, now = self.people, np.full(rows.size, float(self.env.now))
        people.orders.base[rows] = rate = np.maximum(rate, SLOWEST)
        people.orders.rate[rows] = rate * people.orders.season
        people.dropout.base[rows] = people.dropout.rate[rows] = np.maximum(hazard, SLOWEST)
        people.basket[rows] = scale
        if self._contacts is not None:
            self._contacts.joined(rows)
        people.orders.due[rows] = NEVER
        here = people.alive[rows]
        rows, now = rows[here], now[here]
        place = at(people.key[rows], people.number[rows])
        people.orders.restart(rows, now, self.law.order(place)[0])
        if not self.law.after_order:
            people.dropout.restart(rows, now, self.law.lifetimes(people.key[rows]))

    def _newcomers(self, keys: Keys, time: Floats) -> Rows:
        people = self.people
        rows = people.add(keys.size)
        people.key[rows] = keys
        people.orders.due[rows] = time
        # A first order stands fast whatever happens to rates: the customer is not there yet.
        people.held[rows] = True
        self.targeting.newcomers(rows, keys, time)
        return rows

    def _endow_children(self) -> None:
        """Give those who were brought their traits, all at once because few are brought at a time."""
        if self._children:
            parts, qualities = zip(*self._children, strict=True)
            rate, hazard, basket = np.repeat(qualities, [rows.size for rows in parts], axis=0).T
            self._endow(np.concatenate(parts), rate, hazard, basket)
            self._children.clear()

    def _endow(self, rows: Rows, rate: Floats, hazard: Floats, basket: Floats) -> None:
        people = self.people
        own_rate, own_hazard, own_basket = self.law.traits(people.key[rows])
        if not self.law.contract:
            own_rate *= rate
        own_hazard *= hazard
        people.orders.base[rows] = own_rate
        people.orders.rate[rows] = own_rate if self.law.contract else own_rate * people.orders.season
        people.dropout.base[rows] = own_hazard
        people.dropout.rate[rows] = own_hazard
        people.basket[rows] = own_basket * basket
