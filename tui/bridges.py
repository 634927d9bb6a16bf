"""The bridge in the lab: the stores it takes are run one by one, and what each strategy adds is told at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from sim.bridge import assembled, stores_of
from sim.errors import BadInput
from sim.experiment import coupled
from sim.figures import Measure
from sim.results import Bridge
from sim.scenario import Scenario
from tui.cache import Kept, Key, key_of
from tui.hands import Hands, said
from tui.work import measured

METRICS = ("profit", "contribution_margin", "revenue", "clv", "clv_after_cac", "repeat_customer_rate")
"""What a bridge may be of."""
ROOM = 40
"""Bridges that are kept."""
Wish = tuple[Key, str, int, str]
"""Whose bridge, of which metric, over how many stores, and of which strategy's mechanisms, if of one."""
Names = tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """A bridge as far as it is built."""

    metric: str
    done: int
    total: int
    bridge: Bridge | None = None
    problem: str = ""
    """Why there will be none."""


class Bridges:
    """Works on the bridge that is looked at; a newer wish takes the place of an older one."""

    def __init__(self, hands: Hands, paint: Callable[[], None]) -> None:
        self.hands, self.paint = hands, paint
        self._kept: Kept[Span] = Kept(ROOM)
        self._measures: Kept[dict[Names, Measure]] = Kept(ROOM)
        """The stores of each bridge that have been run, so that who comes back finds them."""
        self._wish: Wish | None = None
        self._turn_of: object = None
        """Whose turn it is: who was told to rest stays away when the same is wished again."""
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self, scenario: Scenario, seed: int, metric: str, replications: int, strategy: str = "") -> Span:
        """What is known of the bridge over all strategies, or over the mechanisms of one; what is missing is begun."""
        wish = (key_of(scenario, seed), metric, replications, strategy)
        found = self._kept.get(wish)
        if found is None or (found.bridge is None and not found.problem and self._wish != wish):
            found = self._begin(wish, scenario, seed)
        return found

    def rest(self) -> None:
        """Nobody looks: begin nothing further."""
        self._wish = self._turn_of = None

    def _begin(self, wish: Wish, scenario: Scenario, seed: int) -> Span:
        try:
            stores = stores_of(scenario, wish[3])
        except BadInput as mistake:
            return Span(wish[1], 0, 0, problem=mistake.problems[0].message)
        found = Span(wish[1], len(self._measures.get(wish) or ()), len(stores))
        self._wish = wish
        self._kept.put(wish, found)
        task = asyncio.ensure_future(self._work(wish, scenario, seed, stores))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return found

    async def _work(self, wish: Wish, scenario: Scenario, seed: int, stores: dict[Names, Scenario]) -> None:
        measures, whole = self._measures.get(wish) or {}, coupled(list(stores.values()))
        self._measures.put(wish, measures)
        waiting = [choice for choice in stores if choice not in measures]
        mine = self._turn_of = object()

        async def hand() -> None:
            while waiting and self._turn_of is mine:
                choice = waiting.pop(0)
                measures[choice] = await self.hands.patient(measured, stores[choice], wish[1], seed, wish[2], whole)
                self._put(wish, done=len(measures))

        try:
            await asyncio.gather(*(hand() for _ in range(self.hands.size)))
        except Exception as error:
            self._put(wish, problem=said(error))
            waiting.clear()
        if len(measures) == len(stores) and self._turn_of is mine:
            self._put(wish, bridge=assembled(scenario, wish[1], seed, wish[2], measures, wish[3]))

    def _put(self, wish: Wish, **changes: object) -> None:
        found = self._kept.get(wish)
        if found is not None and not found.problem:
            self._kept.put(wish, replace(found, **changes))  # type: ignore[arg-type]
            self.paint()
