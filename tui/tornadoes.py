"""Sensitivity in the lab: one knob after the other is turned to both ends of its range, each a piece of work of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sim.metrics.catalogue import METRICS as DECLARED
from sim.metrics.metric import Metric
from sim.ranges import ranges
from sim.results import Figure
from sim.scenario import Scenario
from sim.tornado import Swing
from tui.cache import Kept, Key, key_of
from tui.hands import Hands, said
from tui.work import swing

METRICS = ("clv", "clv_after_cac", "ltv_cac", "repeat_customer_rate", "contribution_margin", "profit")
"""What a tornado may be of."""
ROOM = 60
"""Tornadoes that are kept."""


@dataclass(frozen=True)
class Tornado:
    """How far a metric swings with each knob, the widest first, as far as is known."""

    metric: str
    base: Figure | None
    swings: tuple[Swing, ...]
    total: int
    """How many knobs there are to turn."""
    notes: tuple[str, ...] = ()

    @property
    def declared(self) -> Metric:
        """What the metric is: its label, its unit and which way is better."""
        return DECLARED[self.metric]

    @property
    def done(self) -> bool:
        """Whether all knobs have been turned."""
        return len(self.swings) + len(self.notes) >= self.total


Wish = tuple[Key, str, int]
"""A scenario, a metric and how many replications."""


class Tornadoes:
    """Works on the tornado that is looked at; a newer wish takes the place of an older one."""

    def __init__(self, hands: Hands, paint: Callable[[], None]) -> None:
        self.hands, self.paint = hands, paint
        self._kept: Kept[Tornado] = Kept(ROOM)
        self._wish: Wish | None = None
        self._flying: set[tuple[Wish, str]] = set()
        """Knobs that are being turned; who looks away and back again must not have them turned twice."""
        self._turn_of: object = None
        """Whose turn it is: who was told to rest stays away when the same is wished again."""
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self, scenario: Scenario, seed: int, metric: str, replications: int) -> Tornado:
        """What is known; what is missing is begun. Takes 0 replications for what shall not be begun."""
        wish = (key_of(scenario, seed), metric, replications)
        found = self._kept.get(wish)
        if found is None:
            found = Tornado(metric, None, (), len(ranges(scenario)))
        if replications and not found.done and self._wish != wish:
            self._wish = wish
            self._kept.put(wish, found)
            task = asyncio.ensure_future(self._work(wish, scenario, seed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return found

    def rest(self) -> None:
        """Nobody looks: begin nothing further."""
        self._wish = self._turn_of = None

    async def _work(self, wish: Wish, scenario: Scenario, seed: int) -> None:
        known = self._kept.get(wish)
        turned = {*(each.path for each in known.swings), *(note.partition(":")[0] for note in known.notes)} if known else set()
        waiting = [each.path for each in ranges(scenario) if each.path not in turned and (wish, each.path) not in self._flying]
        mine = self._turn_of = object()

        async def hand() -> None:
            while waiting and self._turn_of is mine:
                await self._turn(wish, scenario, seed, waiting.pop(0))

        await asyncio.gather(*(hand() for _ in range(self.hands.size)))
        if self._turn_of is mine:
            self.rest()

    async def _turn(self, wish: Wish, scenario: Scenario, seed: int, path: str) -> None:
        base, swings, notes = None, [], []
        self._flying.add((wish, path))
        try:
            base, swings = await self.hands.patient(swing, scenario, wish[1], path, seed, wish[2])
        except Exception as error:
            notes = [f"{path}: {said(error)}"]
        finally:
            self._flying.discard((wish, path))
        found = self._kept.get(wish)
        if found is None:
            return
        together = sorted((*found.swings, *swings), key=lambda each: -each.reach)
        self._kept.put(wish, Tornado(found.metric, base or found.base, tuple(together), found.total, (*found.notes, *notes)))
        self.paint()
