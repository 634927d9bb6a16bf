"""The controller: the newest workspace wins; its preview is always shown, then whole replications narrow the intervals.

It knows nothing of the screen. A tweak is previewed at once by a hand kept free for that. Once the keys are quiet the
scenario is refined, replication by replication, up to as many as `regulars compare` would take, then the others, and at
last all are compared, with the very figures of that command. What is computed is kept by scenario, so nothing is ever
computed twice, and a figure is looked up by the scenario it belongs to, so none is ever shown for another.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sim.errors import RegularsError
from sim.experiment import Task, default_replications, simulate
from sim.results import Comparison, ScenarioResult
from sim.scenario import Scenario
from tui.board import COMPLETE, EMPTY, PARTIAL, PREVIEW, Board, Shown
from tui.cache import Kept, Key, Remembered, Stretches, content_of
from tui.moved import bare, moved
from tui.paths import problems
from tui.work import judge, preview
from tui.workspace import Slot, Workspace

PREVIEWED = 600
"""Expected customers of the small store of a preview: most of a run's time is the calendar, not the customers."""
MOST_PREVIEWED = 1500
"""The same for a scenario tweaked so that it wins far more."""
MOMENT = 0.002
"""Seconds in which a preview is handed on before anything is painted."""
AT_ONCE = 2
"""Previews under way at once while a key is held."""
QUIET = 0.15
"""Seconds without a tweak after which refining begins."""
STATES, BYTES = 400, 400_000_000
"""What is kept: previews and comparisons by number, replications by size."""

Piece = tuple[Key, Task]


class Hands(Protocol):
    """Who does the work."""

    size: int
    replaced: int

    async def urgent(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """What a call returns, at once."""

    async def patient(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """What a call returns, when there is time."""


class Controller:
    """Follows a workspace and tells what is known of it."""

    def __init__(
        self, hands: Hands, paint: Callable[[Board], None], tell: Callable[[str], None], replications: int | None = None
    ) -> None:
        """`paint` is called with each new board, `tell` with what the user should know of the work itself."""
        self.hands, self.paint, self.tell = hands, paint, tell
        self.wished = replications
        self.board = EMPTY
        self._workspace: Workspace | None = None
        self._changed = asyncio.Event()
        self._contents = Remembered(content_of)
        self._problems = Remembered(problems)
        self._moved: Kept[tuple[Shown, object, object]] = Kept(STATES)
        self._previews: Kept[ScenarioResult] = Kept(STATES)
        self._stretches: Kept[Stretches] = Kept(BYTES, lambda each: each.size)
        self._pairs: Kept[Shown] = Kept(STATES)
        self._wholes: Kept[Comparison] = Kept(STATES)
        self._failed: Kept[str] = Kept(STATES)
        self._anchors: dict[str, Slot] = {}
        """By letter, the last scenario that was shown refined: previews are moved from there."""
        self._last: dict[str, Shown] = {}
        """By letter, what was shown last."""
        self._begun = 0
        self._latest: dict[str, int] = {}
        """By letter, the turn of the preview that was shown last."""
        self._previewing: set[asyncio.Task[None]] = set()
        self._flying: dict[Piece, asyncio.Task[None]] = {}
        self._judging: asyncio.Task[None] | None = None
        self._replaced = 0
        self._busy = False

    def follow(self, workspace: Workspace, replications: int | None = None) -> None:
        """Work on this from now on; what is known of it already is painted in a moment, when its preview has been begun."""
        self._workspace = workspace
        self.wished = replications if replications is not None else self.wished
        self._busy = True
        self._changed.set()
        asyncio.get_running_loop().call_later(MOMENT, self._paint)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._preview_all()
            if await self._quiet():
                await self._refine()
                self._busy = self._changed.is_set()
                self._paint()

    @property
    def workspace(self) -> Workspace:
        """What is followed."""
        assert self._workspace is not None
        return self._workspace

    @property
    def target(self) -> int:
        """How many replications all scenarios shall have: those of `regulars compare`, unless another number is wished."""
        return self.wished or default_replications([slot.scenario for slot in self._sound()] or [Scenario()])

    def wait_for(self) -> bool:
        """Whether work is under way or ahead."""
        return self._busy

    # What is known

    def _key(self, slot: Slot) -> Key:
        return *self._contents.of(slot.scenario), self.workspace.seed

    def _problem(self, slot: Slot) -> str:
        """Why the scenario cannot be simulated; empty where it can, as far as is known."""
        known = self._problems.of(slot.scenario)
        return str(known[0]) if known else self._failed.get(self._key(slot)) or ""

    def _sound(self) -> list[Slot]:
        return [slot for slot in self.workspace.ordered if not self._problem(slot)]

    def _paint(self) -> None:
        found = {slot.letter: self._problem(slot) for slot in self.workspace.slots}
        slots = [slot for slot in self.workspace.ordered if not found[slot.letter]]
        whole = self._wholes.get(self._whole_key(slots)) if slots else None
        shown = {}
        for place, slot in enumerate(slots):
            known = _of_whole(whole, place) if whole else self._known(slot)
            if known is not None:
                shown[slot.letter] = known
        for slot in self.workspace.slots:
            if slot.letter not in shown and slot.letter in self._last:
                shown[slot.letter] = _outdated(self._last[slot.letter])
        self._last = dict(shown)
        for slot in slots:
            if slot.letter in shown and shown[slot.letter].current and shown[slot.letter].stage != PREVIEW:
                self._anchors[slot.letter] = slot
        target = self.target
        done = {slot.letter: self._done(slot) for slot in slots}
        self.board = Board(
            shown=shown,
            problems={letter: text for letter, text in found.items() if text},
            done=min(done.get(self.workspace.focus, 0), target),
            target=target,
            refined=frozenset(letter for letter, count in done.items() if count >= target),
            comparison=whole if len(slots) == len(self.workspace.slots) else None,
            busy=self._busy,
        )
        self.paint(self.board)

    def _known(self, slot: Slot) -> Shown | None:
        """The best that is known of a scenario as it is now."""
        pair = self._pairs.get((self._key(slot), self._key(self.workspace.pinned)))
        if pair is not None:
            return pair
        result = self._previews.get(self._key(slot))
        if result is None:
            return None
        anchor = self._anchors.get(slot.letter)
        before = None if anchor is None else self._previews.get(self._key(anchor))
        refined = None if anchor is None else self._refined(anchor)
        from_here = (self._key(slot), id(refined), id(before))
        made = self._moved.get(from_here)
        if made is None:
            # Holding what it was made from keeps their ids from being others'.
            still = bare(result) if before is None or refined is None else moved(refined, before, result)
            made = Shown(still, PREVIEW), refined, before
            self._moved.put(from_here, made)
        return made[0]

    def _refined(self, slot: Slot) -> ScenarioResult | None:
        found = self._pairs.get((self._key(slot), self._key(self.workspace.pinned)))
        return found.result if found else None

    def _done(self, slot: Slot) -> int:
        stretches = self._stretches.get(self._key(slot))
        return stretches.replications if stretches else 0

    def _whole_key(self, slots: Sequence[Slot]) -> object:
        names = tuple((slot.scenario.name, slot.scenario.file) for slot in slots)
        return tuple(self._key(slot) for slot in slots), names, self.target

    # Previews

    async def _preview_all(self) -> None:
        """The focused scenario's preview, then those of the others of which nothing is known."""
        focused = self.workspace.focused
        await self._preview_focused(focused)
        for slot in self.workspace.ordered:
            if self._changed.is_set():
                return
            await self._preview(slot)

    async def _preview_focused(self, slot: Slot) -> None:
        """The preview of the focused scenario: until it is there, or until there is a newer wish and a hand for it."""
        key = self._key(slot)
        if self._previews.get(key) is not None or self._problem(slot):
            return
        while len(self._previewing) >= AT_ONCE:
            await asyncio.wait(self._previewing, return_when=asyncio.FIRST_COMPLETED)
            if self._changed.is_set():
                return
        task = asyncio.ensure_future(self._preview(slot))
        self._previewing.add(task)
        task.add_done_callback(self._previewing.discard)
        changed = asyncio.ensure_future(self._changed.wait())
        await asyncio.wait([task, changed], return_when=asyncio.FIRST_COMPLETED)
        changed.cancel()

    async def _preview(self, slot: Slot) -> None:
        key = self._key(slot)
        if self._previews.get(key) is not None or self._problem(slot):
            return
        self._begun += 1
        turn = self._begun
        try:
            result = await self.hands.urgent(preview, slot.scenario, self.workspace.seed, factor(slot))
        except Exception as error:
            self._failed.put(key, said(error))
        else:
            self._previews.put(key, result)
            self._show_late(slot, key, turn)
        self._look_after()
        self._paint()

    def _show_late(self, slot: Slot, key: Key, turn: int) -> None:
        """A preview that was overtaken by a further tweak is shown nevertheless, or a held key would show nothing; but not
        after one that was begun later."""
        known = self._known(slot)
        if turn < self._latest.get(slot.letter, 0) or known is None:
            return
        self._latest[slot.letter] = turn
        if all(self._key(each) != key for each in self.workspace.slots):
            self._last[slot.letter] = known

    async def _quiet(self) -> bool:
        """Whether nothing changes for a little while."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._changed.wait(), QUIET)
        return not self._changed.is_set()

    # Refining

    async def _refine(self) -> None:
        """Do the missing pieces, the focused scenario's and the baseline's first, until all is done or something changes."""
        changed = asyncio.ensure_future(self._changed.wait())
        try:
            while not self._changed.is_set():
                self._send()
                waiting = [*self._flying.values(), *([self._judging] if self._judging else [])]
                if not waiting:
                    break
                await asyncio.wait([changed, *waiting], return_when=asyncio.FIRST_COMPLETED)
                self._judge_pair()
                self._paint()
            if not self._changed.is_set():
                await self._judge_whole()
        finally:
            changed.cancel()

    def _send(self) -> None:
        """Keep every hand busy, with no more pieces than hands, so that little is in the way of a tweak."""
        for slot, task in self._wanted():
            if len(self._flying) >= self.hands.size:
                return
            piece = (self._key(slot), task)
            if piece not in self._flying:
                self._flying[piece] = asyncio.ensure_future(self._piece(slot.scenario, self.workspace.seed, piece))

    def _wanted(self) -> list[tuple[Slot, Task]]:
        """The pieces that are missing, in the order in which they are wanted."""
        target = self.target
        first: list[tuple[Slot, Task]] = []
        rest: list[tuple[Slot, Task]] = []
        for slot in self._sound():
            key = self._key(slot)
            stretches = self._stretches.get(key)
            if stretches is None:
                stretches = Stretches()
                self._stretches.put(key, stretches)
            stretches.reach(slot.scenario, target, self.hands.size)
            where = first if slot.letter in (self.workspace.focus, self.workspace.baseline) else rest
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
            self._failed.put(key, said(error))
        else:
            stretches = self._stretches.get(key)
            if stretches is not None:
                stretches.found[task] = done
        finally:
            del self._flying[piece]
            self._look_after()

    def _judge_pair(self) -> None:
        """Compare the focused scenario, or the next that is refined, with the baseline over what both have."""
        if self._judging is not None and not self._judging.done():
            return
        self._judging = None
        target, baseline = self.target, self.workspace.pinned
        slots = self._sound()
        for slot in sorted(slots, key=lambda each: each.letter != self.workspace.focus):
            if baseline not in slots:
                return
            count = min(self._done(slot), self._done(baseline), target)
            known = self._pairs.get((self._key(slot), self._key(baseline)))
            worth = count == target or slot.letter == self.workspace.focus
            if count and worth and (known is None or known.replications < count):
                self._judging = asyncio.ensure_future(self._pair(slot, baseline, count))
                return

    async def _pair(self, slot: Slot, baseline: Slot, count: int) -> None:
        key, other = self._key(slot), self._key(baseline)
        pair = [slot] if key == other else [baseline, slot]
        with contextlib.suppress(Exception):  # the whole comparison would tell
            comparison = await self._judged(self.hands.urgent, pair, count)
            self._pairs.put((key, other), _of_whole(comparison, len(pair) - 1, PARTIAL))
            known = self._pairs.get((other, other))
            if known is None or known.replications < count:
                self._pairs.put((other, other), _of_whole(comparison, 0, PARTIAL))

    async def _judge_whole(self) -> None:
        slots = self._sound()
        key = self._whole_key(slots)
        if not slots or self._wholes.get(key) is not None or any(self._done(slot) < self.target for slot in slots):
            return
        try:
            self._wholes.put(key, await self._judged(self.hands.patient, slots, self.target))
        except Exception as error:
            self.tell(said(error))

    async def _judged(self, hand: Callable[..., Any], slots: Sequence[Slot], count: int) -> Comparison:
        seed, scenarios = self.workspace.seed, [slot.scenario for slot in slots]
        stretches = [self._stretches.get(self._key(slot)) for slot in slots]
        parts = [each.first(count) for each in stretches if each is not None]
        comparison: Comparison = await hand(judge, parts, scenarios, seed)
        self._look_after()
        return comparison

    def _look_after(self) -> None:
        """Tell where a process had to be replaced."""
        if self.hands.replaced > self._replaced:
            self._replaced = self.hands.replaced
            self.tell("a worker process died and was replaced; nothing is lost")


def factor(slot: Slot) -> float:
    """How large the small store of a preview is against the scenario's: always the same for scenarios of one origin."""
    usual = PREVIEWED / slot.origin.expected_customers()
    return min(usual, MOST_PREVIEWED / slot.scenario.expected_customers(), 1.0)


def _of_whole(comparison: Comparison, place: int, stage: str = COMPLETE) -> Shown:
    result = comparison.scenarios[place]
    differences = {each.metric: each for each in comparison.differences if place and each.scenario == result.name}
    curves = comparison.curve_differences.get(result.name, {}) if place else {}
    return Shown(result, stage, comparison.replications, differences, curves)


def _outdated(shown: Shown) -> Shown:
    return Shown(shown.result, shown.stage, shown.replications, shown.differences, shown.curve_differences, current=False)


def said(error: Exception) -> str:
    """What went wrong, for the user: an expected failure in its own words."""
    return str(error) if isinstance(error, RegularsError) else f"{type(error).__name__}: {error}"
