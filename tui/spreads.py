"""Spreads in the lab: one metric of one scenario store by store, less the baseline's, from the replications that are there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.metrics.statistics import Statistics
from tui.cache import Kept, Key
from tui.findings import Findings
from tui.hands import Hands, said
from tui.workspace import Slot

ROOM = 200
"""Spreads that are kept."""
Pair = tuple[tuple[Key, ...], str]
"""The scenario, the baseline if it is for a difference, and the metric."""


@dataclass(frozen=True)
class Spread:
    """A metric store by store, as far as it is known."""

    values: tuple[float, ...] = ()
    problem: str = ""
    """Why there will be none."""


class Spreads:
    """Works out the spread that is looked at; nothing is simulated for it."""

    def __init__(self, hands: Hands, findings: Findings, paint: Callable[[], None]) -> None:
        self.hands, self.findings, self.paint = hands, findings, paint
        self._kept: Kept[Spread] = Kept(ROOM)
        self._latest: Kept[Spread] = Kept(ROOM)
        """By pair, what was worked out last: it is shown until that of more stores is there."""
        self._flying: set[Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self, slot: Slot, baseline: Slot | None, metric: str) -> Spread | None:
        """The spread of all replications that there are, of the difference where there is a baseline; None until it is
        there."""
        findings = self.findings
        slots = [slot] if baseline is None else [slot, baseline]
        if any(findings.problem(each) for each in slots):
            return Spread(problem="one of the two cannot run")
        count = min(findings.target, *(findings.done(each) for each in slots))
        if not count:
            return None
        pair = tuple(findings.key(each) for each in slots), metric
        found = self._kept.get((pair, count))
        if found is None and pair not in self._flying:
            self._flying.add(pair)
            parts = [findings.stretches(each).first(count) for each in slots]
            task = asyncio.ensure_future(self._work(pair, count, parts[0], parts[1] if baseline else None))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return found or self._latest.get(pair)

    async def _work(self, pair: Pair, count: int, mine: Sequence[Statistics], base: Sequence[Statistics] | None) -> None:
        from tui.work import spread

        try:
            found = Spread(await self.hands.patient(spread, mine, base, pair[1]))
        except Exception as error:
            found = Spread(problem=said(error))
        self._flying.discard(pair)
        self._kept.put((pair, count), found)
        self._latest.put(pair, found)
        self.paint()
