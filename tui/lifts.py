"""Lifts in the lab: what is looked at is simulated with and without the strategy, and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sim.results import Lift
from sim.scenario import Scenario
from tui.cache import Kept, Key, key_of
from tui.hands import Hands, said
from tui.work import lifted

ROOM = 40
"""Lifts that are kept."""
Wish = tuple[Key, str, int]


@dataclass(frozen=True)
class Views:
    """A strategy's lift, as far as it is known."""

    strategy: str
    lift: Lift | None = None
    problem: str = ""
    """Why there will be none."""


class Lifts:
    """Works on the lift that is looked at."""

    def __init__(self, hands: Hands, paint: Callable[[], None]) -> None:
        self.hands, self.paint = hands, paint
        self._kept: Kept[Views] = Kept(ROOM)
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self, scenario: Scenario, seed: int, strategy: str, replications: int) -> Views:
        """What is known; what is missing is begun."""
        wish = (key_of(scenario, seed), strategy, replications)
        found = self._kept.get(wish)
        if found is None:
            found = Views(strategy)
            self._kept.put(wish, found)
            task = asyncio.ensure_future(self._work(wish, scenario, seed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return found

    async def _work(self, wish: Wish, scenario: Scenario, seed: int) -> None:
        _, strategy, replications = wish
        try:
            found = Views(strategy, await self.hands.patient(lifted, scenario, strategy, seed, replications))
        except Exception as error:
            found = Views(strategy, problem=said(error))
        self._kept.put(wish, found)
        self.paint()
