"""A support desk: agents and the tickets that wait for them, on a clock of its own.

A ticket for each customer on the store's clock would make the whole crowd stop at each; so the desk is wound up to the
store's time at every review, and what happened since is read then.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import chain
from math import inf, nextafter
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, cast

import numpy as np
import simpy
from numpy.typing import NDArray
from simpy.events import Timeout
from simpy.resources.resource import PriorityRequest, SortedQueue

from sim.hours import Hours, Shifts
from sim.population import Floats

ABANDONED, AT_FIRST, LATER = range(3)
"""How a ticket ends: nobody answered in time; settled by the first reply, or by the second."""


class Ticket(NamedTuple):
    """A customer's matter; times in days."""

    number: int
    """What it is known by; of two that come at the same instant the lower is first."""
    team: int
    """The place of the agents it comes to."""
    priority: int
    """The lower is served first."""
    time: float
    """When the customer gets in touch."""
    patience: float
    """How long they wait for an answer where somebody is there when they come."""
    handling: float
    returns: float
    """How long after the first reply they come back, once; never where that reply settles it."""
    handling_again: float


TIME = Ticket._fields.index("time")


class Coming:
    """Tickets that have arisen and have not come to the desk yet."""

    def __init__(self) -> None:
        self.table = np.empty((len(Ticket._fields), 0))

    def add(self, count: int, **columns: Any) -> None:
        """So many more tickets, by the fields of `Ticket`: an array each."""
        new = np.empty((len(Ticket._fields), count))
        for line, name in zip(new, Ticket._fields, strict=True):
            line[:] = columns[name]
        self.table = np.concatenate((self.table, new), axis=1)

    def until(self, now: float) -> list[Ticket]:
        """Those that come before this time; they are handed over."""
        early = self.table[TIME] < now
        came = self.table.compress(early, axis=1)
        self.table = self.table.compress(~early, axis=1)
        # Before the time all fields are whole numbers.
        fields = (*came[:TIME].astype(np.intp).tolist(), *came[TIME:].tolist())
        return [*map(Ticket._make, zip(*fields, strict=True))]


class Taken(NamedTuple):
    """Tickets that an agent took up for the first time, in columns."""

    number: NDArray[np.intp]
    wait: Floats


class Ended(NamedTuple):
    """Tickets that are done with, in columns, in the order in which they ended."""

    number: NDArray[np.intp]
    outcome: NDArray[np.intp]
    wait: Floats
    """Time to the first reply."""
    delay: Floats
    """Time to the reply that settled it."""


Visit = tuple[float, int, float, int, Ticket, float, float | None]
"""Somebody who wants an agent: when the desk is open to them, their priority, since when they stand before it, the ticket's
number (visits are served in the order of all these); the ticket, how long they wait from its time on, and how long they waited
for the first reply, where they had one: then they wait without end."""


class Desk:
    """So many agents in each of so many teams, which know nothing of each other. `gives_up`: how long a customer who finds
    nobody there waits for an answer."""

    def __init__(self, agents: int, hours: Hours, gives_up: float, now: float, teams: int = 1) -> None:
        self.env = simpy.Environment(initial_time=now)
        # Looking at an empty calendar is dear.
        self.env.timeout(inf)
        self.shifts = Shifts(hours, now)
        self.teams = [Agents(self.env, agents, self._call) for _ in range(teams)]
        self.gives_up = gives_up
        self._visits: list[Visit] = []
        """Who is still to come: a heap."""
        self._taken: list[tuple[int, float]] = []
        self._ended: list[tuple[float, int, int, float, float]] = []
        """When, and the fields of `Ended`; known as soon as an agent has taken it up."""

    def take(self, tickets: Iterable[Ticket]) -> None:
        """Tickets that will come, no earlier than the time up to which the desk was wound."""
        for ticket in tickets:
            opens = self.shifts.opening(ticket.time)
            patience = ticket.patience if opens == ticket.time else self.gives_up
            visit = (opens, ticket.priority, ticket.time, ticket.number, ticket, patience, None)
            heappush(self._visits, visit)

    def wind(self, until: float) -> tuple[Taken, Ended]:
        """Work until this time; what was taken up and what ended since the last winding."""
        visits, env = self._visits, self.env
        while True:
            comes = visits[0][0] if visits else inf
            if env.peek() < (comes if comes < until else until):
                env.step()
            elif comes < until:
                self._ask(heappop(visits))
            else:
                return self._told(until)

    def _told(self, until: float) -> tuple[Taken, Ended]:
        # What ends at the same instant keeps its order: who is done is told before those who have given up behind them.
        self._ended.sort(key=itemgetter(0))
        done = bisect_left(self._ended, until, key=itemgetter(0))
        taken, ended = columns(self._taken, 2), columns(self._ended[:done], 5)
        self._taken, self._ended = [], self._ended[done:]
        return Taken(taken[0].astype(np.intp), taken[1]), Ended(*ended[1:3].astype(np.intp), *ended[3:])

    def _ask(self, visit: Visit) -> None:
        team = self.teams[visit[4].team]
        if team.free(visit[0]):
            self._take_up(visit, visit[0])
        else:
            Turn(team, visit)

    def _call(self, team: Agents, now: float) -> None:
        """An agent is there, and somebody waits."""
        opens = self.shifts.opening(now)
        if opens > now:
            team.call_at(opens)
            return
        while team.put_queue and team.idle(now):
            self._take_up(team.put_queue.pop(0).visit, now)

    def _take_up(self, visit: Visit, now: float) -> None:
        _, priority, _, number, ticket, patience, waited = visit
        _, team, _, time, _, handling, returns, handling_again = ticket
        wait = now - time
        if waited is not None:
            done = now + handling_again
            self._ended.append((done, number, LATER, waited, wait))
        elif wait >= patience:
            # Who has given up leaves the queue unserved; nobody behind can tell when they did.
            self._ended.append((now, number, ABANDONED, wait, wait))
            return
        else:
            done = now + handling
            self._taken.append((number, wait))
            if returns < inf:
                comes = done + returns
                heappush(self._visits, (self.shifts.opening(comes), priority, comes, number, ticket, inf, wait))
            else:
                self._ended.append((done, number, AT_FIRST, wait, wait))
        heappush(self.teams[team].busy, done)


class Line(SortedQueue):
    """A queue that puts newcomers into their place, instead of sorting all of it anew for each."""

    def append(self, item: Any) -> None:
        """Join behind all who are not served later."""
        insort(self, item, key=attrgetter("key"))


class Turn(PriorityRequest):
    """A place in the queue."""

    def __init__(self, agents: Agents, visit: Visit) -> None:
        self.visit = visit
        super().__init__(agents, visit[1])


class Agents(simpy.PriorityResource):
    """Agents and the queue before them; `call` is called with them and the time when one is there and somebody waits.

    While nobody waits there are no events: until when an agent is busy is known from the beginning, and stands on the
    calendar only for those who wait for it.
    """

    PutQueue = Line

    def __init__(self, env: simpy.Environment, size: int, call: Callable[[Agents, float], None]) -> None:
        super().__init__(env, size)
        self.call = call
        self.busy = cast(list[float], self.users)
        """Until when each of those who are at work is busy: a heap. SimPy only counts its users."""
        self.awaited = False
        """Whether the time at which the next is there is on the calendar."""

    def free(self, now: float) -> bool:
        """Whether somebody who comes now is taken up at once."""
        return not self.put_queue and self.idle(now)

    def idle(self, now: float) -> bool:
        """Whether any of them has nothing to do."""
        while self.busy and self.busy[0] <= now:
            heappop(self.busy)
        return len(self.busy) < self.capacity

    def _trigger_put(self, _: Any) -> None:
        """Somebody waits until the first agent is done."""
        if self.put_queue and not self.awaited:
            self.call_at(self.busy[0])

    def call_at(self, time: float) -> None:
        """Whoever waits does so until then, along with those who come meanwhile."""
        self.awaited = True
        now = self._env.now
        delay = max(time - now, 0.0)
        # A rounding late does no harm; early it would be before those who come at that time.
        if now + delay < time:
            delay = nextafter(delay, inf)
        Timeout(self._env, delay, time).callbacks.append(self._resume)

    def _resume(self, event: simpy.Event) -> None:
        self.awaited = False
        self.call(self, cast(float, event.value))
        self._trigger_put(None)

    def _trigger_get(self, _: Any) -> None:
        """Nothing is released by events."""


def columns(rows: list[Any], count: int) -> Floats:
    """A table of numbers, of shape (count, rows)."""
    return np.fromiter(chain.from_iterable(rows), np.float64, count * len(rows)).reshape(-1, count).T
