"""Refinement: whole replications of all scenarios, piece by piece, and what they come to beside the baseline."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from sim.experiment import Task, simulate
from sim.results import Comparison
from sim.scenario import Scenario
from tui.board import PARTIAL
from tui.cache import Key
from tui.findings import Findings, shown_of
from tui.hands import Hands, said
from tui.work import judge
from tui.workspace import Slot

Piece = tuple[Key, Task]


class Refinement:
    """Asks for replications and comparisons; what is under way when something changes is used later."""

    def __init__(
        self, hands: Hands, findings: Findings, paint: Callable[[], None], tell: Callable[[str], None]
    ) -> None:  # fmt: skip
        """`paint` is called when something is there, `tell` with what went wrong."""
        self.hands, self.findings, self.paint, self.tell = hands, findings, paint, tell
        self._flying: dict[Piece, asyncio.Task[None]] = {}
        self._judging: asyncio.Task[None] | None = None

    async def run(self, changed: asyncio.Event) -> None:
        """Do the missing pieces, the focused scenario's and the baseline's first, until all is done or something changes."""
        newer = asyncio.ensure_future(changed.wait())
        try:
            while not changed.is_set():
                self._send()
                waiting = [*self._flying.values(), *([self._judging] if self._judging else [])]
                if not waiting:
                    break
                await asyncio.wait([newer, *waiting], return_when=asyncio.FIRST_COMPLETED)
                self._judge_pair()
                self.paint()
            if not changed.is_set():
                await self._judge_whole()
        finally:
            newer.cancel()

    # Replications

    def _send(self) -> None:
        """Keep every hand busy, with no more pieces than hands, so that little is in the way of a tweak."""
        for slot, task in self._wanted():
            if len(self._flying) >= self.hands.size:
                return
            piece = (self.findings.key(slot), task)
            if piece not in self._flying:
                seed = self.findings.workspace.seed
                self._flying[piece] = asyncio.ensure_future(self._piece(slot.scenario, seed, piece))

    def _wanted(self) -> list[tuple[Slot, Task]]:
        """The pieces that are missing, in the order in which they are wanted."""
        target, workspace = self.findings.target, self.findings.workspace
        first: list[tuple[Slot, Task]] = []
        rest: list[tuple[Slot, Task]] = []
        for slot in self.findings.sound():
            stretches = self.findings.stretches(slot)
            stretches.reach(slot.scenario, target, self.hands.size)
            where = first if slot.letter in (workspace.focus, workspace.baseline) else rest
            where += [(slot, task) for task in stretches.missing(target)]
        # The two that are compared grow together.
        return sorted(first, key=lambda pair: pair[1].first) + rest

    async def _piece(self, scenario: Scenario, seed: int, piece: Piece) -> None:
        key, task = piece
        try:
            done = await self.hands.patient(
                simulate, scenario, seed, range(task.first, task.last), task.block, task.blocks
            )  # fmt: skip
        except Exception as error:
            self.findings.fail(key, said(error))
        else:
            stretches = self.findings.stretches_of(key)
            if stretches is not None:
                stretches.found[task] = done
        finally:
            del self._flying[piece]

    # Comparisons

    def _judge_pair(self) -> None:
        """Compare the focused scenario, or the next that is refined, with the baseline over what both have."""
        if self._judging is not None and not self._judging.done():
            return
        self._judging = None
        findings = self.findings
        target, baseline, focus = findings.target, findings.workspace.pinned, findings.workspace.focus
        slots = findings.sound()
        for slot in sorted(slots, key=lambda each: each.letter != focus):
            if baseline not in slots:
                return
            count = min(findings.done(slot), findings.done(baseline), target)
            known = findings.pair(slot)
            worth = count == target or slot.letter == focus
            if count and worth and (known is None or known.replications < count):
                self._judging = asyncio.ensure_future(self._pair(slot, baseline, count))
                return

    async def _pair(self, slot: Slot, baseline: Slot, count: int) -> None:
        key, other = self.findings.key(slot), self.findings.key(baseline)
        pair = [slot] if key == other else [baseline, slot]
        with contextlib.suppress(Exception):  # the whole comparison would tell
            comparison = await self._judged(self.hands.urgent, pair, count)
            self.findings.keep_pair(key, other, shown_of(comparison, len(pair) - 1, PARTIAL))
            known = self.findings.pair_of(other, other)
            if known is None or known.replications < count:
                self.findings.keep_pair(other, other, shown_of(comparison, 0, PARTIAL))

    async def _judge_whole(self) -> None:
        slots, target = self.findings.sound(), self.findings.target
        key = self.findings.whole_key(slots)
        if not slots or self.findings.whole(slots) is not None or any(self.findings.done(slot) < target for slot in slots):
            return
        try:
            self.findings.keep_whole(key, await self._judged(self.hands.patient, slots, target))
        except Exception as error:
            self.tell(said(error))

    async def _judged(self, hand: Callable[..., Any], slots: Sequence[Slot], count: int) -> Comparison:
        seed, scenarios = self.findings.workspace.seed, [slot.scenario for slot in slots]
        parts = [self.findings.stretches(slot).first(count) for slot in slots]
        comparison: Comparison = await hand(judge, parts, scenarios, seed)
        return comparison
