"""The crowd: all customers, advanced from one moment of the store's own to the next.

Between two such moments every customer's rates are constant, so each goes on by themselves, and exactly: the earliest of their
clocks strikes, what bends their rates is read anew, and so on until none is due before the moment.
"""

from __future__ import annotations

import numpy as np

from sim.checkout import Checkout
from sim.errors import RegularsError
from sim.log import GROUPS
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import Keys
from sim.scenario import Scenario
from sim.waiting import Waiting

LAST = 10
"""A priority behind that of any strategy."""
FIRST_TIMER = 2
"""The place of the first timer among the clocks, behind the next order and the end of life."""


class Crowd(Checkout):
    """Customers who order and are lost, and whose personal clocks strike."""

    def __init__(self, scenario: Scenario, replications: int, blocks: int) -> None:
        super().__init__(scenario, replications, blocks)
        self._own = 0
        """Customers whom the store won itself, not by referral."""
        timers = self.people.timers
        self._timer_numbers = np.arange(FIRST_TIMER, FIRST_TIMER + len(timers) + 1)
        # What the store itself minds comes last.
        owners = self._owners + [(LAST, "")] * (len(timers) - len(self._owners))
        self._in_turn = sorted(zip(owners, range(len(owners)), timers, strict=True), key=lambda each: each[:2])
        """The timers with whose they are and which of all they are, in the order in which they strike at one instant."""

    def _advance(self, until: float) -> None:
        """Let strike whatever is due before `until`, for each row one clock after the other.

        Customers do not see each other between two moments, so they need not keep in step. A call for few costs as much as
        one for many: what most have come to, an order or something else, goes first, and the others wait until more have
        come to theirs.
        """
        people = self.people
        size = people.size
        orders, others = Waiting(self._order), Waiting(self._strike)
        time = people.clocks.least(slice(None))
        rows = places(time < until)
        time = time[rows]
        while rows.size or orders.count or others.count:
            ordering = people.orders.due[rows] == time
            found = places(ordering)
            if found.size == rows.size:
                orders.add(rows, time)
            elif found.size:
                orders.add(rows[found], time[found])
                found = places(~ordering)
                others.add(rows[found], time[found])
            else:
                others.add(rows, time)
            # Orders set off other things more often than the other way round: half as many go first.
            if 2 * orders.count >= others.count:
                self._endow_children(until)
                rows = orders.strike()
            else:
                rows = others.strike()
            if people.size > size:
                self._check_referrals()
                rows = np.concatenate((rows, np.arange(size, people.size)))
                size = people.size
            time = people.clocks.least(rows)
            soon = places(time < until)
            rows, time = rows[soon], time[soon]

    def _strike(self, rows: Rows, time: Floats) -> None:
        """What strikes other than orders: ends of life, and the strategies' timers for those who do not die."""
        people = self.people
        # One call finds what strikes, clock by clock: where few do, most clocks need no look of their own. Asked of the table
        # itself, `nonzero` takes ten times as long as of its places in a line.
        clocks, struck = np.divmod(places((people.clocks.of(rows) == time).reshape(-1)), rows.size)
        if clocks[0] < FIRST_TIMER:
            dying = struck[: clocks.searchsorted(FIRST_TIMER)]
            self.lose(rows[dying], time[dying])
            lives = np.ones(rows.size, dtype=np.bool_)
            lives[dying] = False
            left = lives[struck]
            clocks, struck = clocks[left], struck[left]
        if not people.timers:
            return
        cuts = clocks.searchsorted(self._timer_numbers).tolist()
        for _, place, (timer, then) in self._in_turn:
            first, last = cuts[place], cuts[place + 1]
            if first < last:
                which = struck[first:last]
                due = rows[which]
                timer[due] = NEVER
                then(due, time[which])
        people.orders.settle_marked(rows, time)
        people.dropout.settle_marked(rows, time)

    def let_before(self, rank: tuple[int, str]) -> None:
        """Timers strike that are due at this very instant and are of strategies that go before this one."""
        people, now = self.people, float(self.env.now)
        for owner, _, (timer, then) in self._in_turn:
            if owner >= rank:
                return
            rows = places(timer[:] == now)
            if rows.size:
                timer[rows] = NEVER
                time = np.full(rows.size, now)
                then(rows, time)
                people.orders.settle_marked(rows, time)
                people.dropout.settle_marked(rows, time)

    def lose(self, rows: Rows, time: Floats) -> None:
        """Customers are lost for good, and with them their subscriptions."""
        if self._subscriptions is not None and rows.size:
            self._subscriptions.ended(rows, time)
        super().lose(rows, time)

    def revive(self, rows: Rows, time: Floats, place: Keys, name: str) -> None:
        """Wake the dead, and tell the strategies."""
        if not rows.size:
            return
        super().revive(rows, time, place, name)
        for behaviour in self._hooks["revived"]:
            if behaviour.active:
                behaviour.revived(rows, time)

    def _check_referrals(self) -> None:
        cap = self.scenario.customer_cap
        if self._brought > cap * max(self._own, GROUPS):
            known = max(self.ledger.people.length, 1)
            raise RegularsError(
                f"referrals explode: {self._brought} customers brought by {known} (K is {self._brought / known:.2f} so far "
                f"and still growing), more than customer_cap = {cap} times the store's own {self._own}; "
                "lower the referral's invitations or their conversion until K is below 1"
            )
