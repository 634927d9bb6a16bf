"""A support desk: agents, their opening hours and the tickets that wait for them, on a clock of its own.

A ticket for each customer on the store's clock would make the whole crowd stop at each; so the desk is wound up to the
store's time at every review, and what happened since is read then.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import floor, inf
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import numpy as np
import simpy
from numpy.typing import NDArray
from simpy.events import Timeout
from simpy.resources.resource import PriorityRequest, SortedQueue

FIRST, NEXT = 0, 1
"""Who is served first: customers who go first, then the others."""
ABANDONED, AT_FIRST, LATER = range(3)
"""How a ticket ends: nobody answered in time; settled by the first reply, or by the second."""
WEEK = 7
_INSTANT = 1e-9
NEVER = (inf, inf)
Then = Callable[[Any], Any]
"""What is called with an event when it happens."""


@dataclass(frozen=True)
class Hours:
    """When somebody is there: from `opens` for `length` of a day, on the first `days` days of the week."""

    opens: float
    length: float
    days: int
    weekday: int
    """The day of the week of day 0; 0 is Monday."""

    @property
    def a_week(self) -> float:
        """Hours a week for each agent."""
        return 24.0 * self.length * self.days

    def closures(self, now: float) -> Iterator[tuple[float, float]]:
        """From when to when the desk is closed, from `now` on without end; none where it never closes."""
        if self.length >= 1.0 and self.days == WEEK:
            return
        since, day = now, floor(now) - 1
        while True:
            if (self.weekday + day) % WEEK < self.days:
                opens = day + self.opens
                closes = opens + self.length
                if closes > now:
                    if opens - since > _INSTANT:
                        yield since, opens
                    since = max(since, closes)
            day += 1


class Ticket(NamedTuple):
    """A customer's matter; times in days."""

    time: float
    """When they get in touch."""
    person: int
    kind: int
    vip: bool
    calls: bool
    """Whether they would rather call than write."""
    patience: float
    """How long they hold the line."""
    handling: float
    settles: bool
    """Whether the first reply settles it; otherwise they come back once, `returns` after it."""
    returns: float
    handling_again: float
    luck: float
    """A uniform draw for what the answer does to them."""


class Taken(NamedTuple):
    """A ticket that an agent took up for the first time."""

    person: int
    vip: bool
    wait: float


class Ended(NamedTuple):
    """A ticket that is done with."""

    person: int
    kind: int
    outcome: int
    wait: float
    """Time to the first reply."""
    delay: float
    """Time to the reply that settled it."""
    luck: float


class Desk:
    """So many agents. `vip_first`: whether VIPs are served before the others; `gives_up`: how long a customer who wrote
    waits for an answer at most."""

    def __init__(self, agents: int, hours: Hours, vip_first: bool, gives_up: float, now: float) -> None:
        self.env = simpy.Environment(initial_time=now)
        self.agents = Agents(self.env, agents, hours)
        self.vip_first, self.gives_up = vip_first, gives_up
        self.taken: list[Taken] = []
        self.ended: list[Ended] = []
        self._closures = hours.closures(now)
        self._closed, self._opens = next(self._closures, NEVER)
        """The closure that the last ticket taken comes in, or else the next one."""

    def take(self, ticket: Ticket) -> None:
        """A ticket that will come, no earlier than the desk's clock."""
        while ticket.time >= self._opens:
            self._closed, self._opens = next(self._closures)
        if ticket.time >= self._closed:
            # What comes at night waits for the morning, and needs no event before it.
            then = partial(self._take_up, ticket, self.gives_up)
            self.agents.wait_for(self._opens, self._priority(ticket), ticket.time, then)
        else:
            self._after(ticket.time - self.env.now, partial(self._come, ticket))

    def wind(self, until: float) -> tuple[list[Taken], list[Ended]]:
        """Work until this time; what was taken up and what ended since the last winding."""
        if self.env.peek() < until:
            self.env.run(until=until)
        done = self.taken, self.ended
        self.taken, self.ended = [], []
        return done

    # A ticket's way through the desk, as callbacks: a process for each would take a third longer.

    def _after(self, delay: float, then: Then) -> None:
        Timeout(self.env, delay).callbacks.append(then)

    def _priority(self, ticket: Ticket) -> int:
        return FIRST if ticket.vip and self.vip_first else NEXT

    def _ask(self, ticket: Ticket, then: Then) -> None:
        self.agents.ask(self._priority(ticket), then)

    def _come(self, ticket: Ticket, _: Any) -> None:
        # Who finds the line closed writes instead.
        patience = ticket.patience if ticket.calls and self.agents.on_duty() else self.gives_up
        self._ask(ticket, partial(self._take_up, ticket, patience))

    def _take_up(self, ticket: Ticket, patience: float, request: Any) -> None:
        # The desk's clock can be a rounding behind the ticket's own time.
        wait = max(self.env.now - ticket.time, 0.0)
        if wait < patience:
            self.taken.append(Taken(ticket.person, ticket.vip, wait))
            self._after(ticket.handling, partial(self._reply, ticket, wait, request))
            return
        # Who has given up leaves the queue unserved; nobody behind can tell when they did.
        self.agents.free(request)
        self.ended.append(Ended(ticket.person, ticket.kind, ABANDONED, wait, wait, ticket.luck))

    def _reply(self, ticket: Ticket, wait: float, request: Any, _: Any) -> None:
        self.agents.free(request)
        if ticket.settles:
            self.ended.append(Ended(ticket.person, ticket.kind, AT_FIRST, wait, wait, ticket.luck))
        else:
            self._after(ticket.returns, partial(self._come_back, ticket, wait))

    def _come_back(self, ticket: Ticket, wait: float, _: Any) -> None:
        self._ask(ticket, partial(self._take_up_again, ticket, wait))

    def _take_up_again(self, ticket: Ticket, wait: float, request: Any) -> None:
        delay = self.env.now - ticket.time
        self._after(ticket.handling_again, partial(self._settle, ticket, wait, delay, request))

    def _settle(self, ticket: Ticket, wait: float, delay: float, request: Any, _: Any) -> None:
        self.agents.free(request)
        self.ended.append(Ended(ticket.person, ticket.kind, LATER, wait, delay, ticket.luck))


KINDS = (float, int, int, bool, bool, float, float, bool, float, float, float)
"""The types of a ticket's fields."""


class Coming:
    """Tickets that have arisen and have not come to the desk yet."""

    def __init__(self) -> None:
        self.parts: list[NDArray[np.float64]] = []

    def add(self, count: int, **columns: Any) -> None:
        """So many more tickets, by the fields of `Ticket`: an array each, or what stands for all."""
        # Kept as one table of numbers, so that a call moves all fields.
        table = np.empty((len(Ticket._fields), count))
        for line, name in zip(table, Ticket._fields, strict=True):
            line[:] = columns[name]
        self.parts.append(table)

    def until(self, now: float) -> list[Ticket]:
        """Those that come before this time, in the order of their coming; they are handed over."""
        if not self.parts:
            return []
        table = np.concatenate(self.parts, axis=1)
        later = table[0] >= now
        self.parts = [table[:, later]]
        table = table[:, ~later]
        order = np.lexsort((table[2], table[1], table[0]))
        table = table.take(order, axis=1)
        columns = (line.astype(kind).tolist() for line, kind in zip(table, KINDS, strict=True))
        return [Ticket(*row) for row in zip(*columns, strict=True)]


class Line(SortedQueue):
    """A queue that puts newcomers into their place, instead of sorting all of it anew for each."""

    def append(self, item: Any) -> None:
        """Join behind all who are not served later."""
        insort(self, item, key=attrgetter("key"))


class Agents(simpy.PriorityResource):
    """The agents, the queue before them, and their working hours: while the desk is closed nobody takes up anything, but
    work in hand is finished.

    A desk that nobody waits for has no events: neither its nights nor its mornings are on the calendar.
    """

    PutQueue = Line

    def __init__(self, env: simpy.Environment, size: int, hours: Hours) -> None:
        super().__init__(env, size)
        self._hours = hours
        self._closed, self._opens = next(hours.closures(env.now), NEVER)
        """The closure that is going on, or else the next one."""
        self._mornings: dict[float, list[tuple[int, float, Then]]] = {}
        """The openings on the calendar, because somebody waits for them: the priority of each who came while the desk was
        closed, when they came, and what is called with their request."""

    def on_duty(self) -> bool:
        """Whether the desk is open now."""
        now = self._env.now
        if now >= self._opens:
            self._closed, self._opens = next(self._hours.closures(now))
        return now < self._closed

    def ask(self, priority: int, then: Then) -> None:
        """Ask for an agent: `then` is called with the request when one takes it up, without an event where one is free."""
        if not self.on_duty():
            self.wait_for(self._opens, priority, self._env.now, then)
        elif len(self.users) < self.capacity:
            # Somebody is free, so nobody waits; any object will do for the request.
            request: Any = object()
            self.users.append(request)
            then(request)
        else:
            self.request(priority).callbacks.append(then)

    def wait_for(self, opens: float, priority: int, since: float, then: Then) -> None:
        """Ask for an agent at an opening of the desk, as one who has waited for it `since` then."""
        self._morning(opens).append((priority, since, then))

    def _morning(self, opens: float) -> list[tuple[int, float, Then]]:
        if opens not in self._mornings:
            self._mornings[opens] = []
            Timeout(self._env, opens - self._env.now).callbacks.append(lambda _: self._open(opens))
        return self._mornings[opens]

    def free(self, request: Any) -> None:
        """An agent is done: `release` at once, without an event of its own."""
        self.users.remove(request)
        if self.put_queue:
            self._trigger_put(None)

    def _trigger_put(self, _: Any) -> None:
        """Whoever is free takes up the next who waits; while the desk is closed, when it opens."""
        if self.on_duty():
            while self.put_queue and len(self.users) < self.capacity:
                self._do_put(self.put_queue.pop(0))
        elif self.put_queue:
            self._morning(self._opens)

    def _trigger_get(self, _: Any) -> None:
        """Nothing is released by events."""

    def _open(self, opens: float) -> None:
        # The calendar can be a rounding ahead of the hour, which the hours forgive.
        self._closed, self._opens = next(self._hours.closures(self._env.now))
        # Who is left over from the day before has come earlier, but among the others some may go first.
        waiting: list[tuple[int, float, Any]] = [(left.priority, left.time, left) for left in self.put_queue]
        waiting += self._mornings.pop(opens)
        self.put_queue.clear()
        for priority, _, who in sorted(waiting, key=itemgetter(0, 1)):
            if not isinstance(who, PriorityRequest):
                self.ask(priority, who)
            elif len(self.users) < self.capacity:
                self._do_put(who)
            else:
                self.put_queue.append(who)
