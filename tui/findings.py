"""The findings: what is known of the scenarios that are followed, kept by scenario so that nothing is computed twice.

A figure is looked up by the scenario it belongs to, so none is ever shown for another.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiment import default_replications
from sim.results import Comparison, ScenarioResult
from sim.scenario import Scenario
from tui.board import COMPLETE, Shown
from tui.cache import Kept, Key, Remembered, Stretches, content_of
from tui.paths import problems
from tui.workspace import Slot, Workspace

STATES, BYTES = 400, 400_000_000
"""What is kept: previews and comparisons by number, replications by size."""


class Findings:
    """What has been computed, for the workspace that is followed."""

    def __init__(self, replications: int | None = None) -> None:
        self.wished = replications
        """How many replications are wished for; None: as many as `regulars compare` takes."""
        self.followed: Workspace | None = None
        self._contents = Remembered(content_of)
        self._problems = Remembered(problems)
        self._previews: Kept[ScenarioResult] = Kept(STATES)
        self._stretches: Kept[Stretches] = Kept(BYTES, lambda each: each.size)
        self._pairs: Kept[Shown] = Kept(STATES)
        self._wholes: Kept[Comparison] = Kept(STATES)
        self._failed: Kept[str] = Kept(STATES)

    @property
    def workspace(self) -> Workspace:
        """What is followed."""
        assert self.followed is not None
        return self.followed

    @property
    def target(self) -> int:
        """How many replications all scenarios shall have: those of `regulars compare`, unless another number is wished."""
        return self.wished or default_replications([slot.scenario for slot in self.sound()] or [Scenario()])

    def key(self, slot: Slot) -> Key:
        """What the figures of a scenario depend on."""
        return *self._contents.of(slot.scenario), self.workspace.seed

    # What cannot be

    def problem(self, slot: Slot) -> str:
        """Why the scenario cannot be simulated; empty where it can, as far as is known."""
        known = self._problems.of(slot.scenario)
        return str(known[0]) if known else self._failed.get(self.key(slot)) or ""

    def sound(self) -> list[Slot]:
        """The scenarios that can be simulated, in the order in which they are compared."""
        return [slot for slot in self.workspace.ordered if not self.problem(slot)]

    def fail(self, key: Key, why: str) -> None:
        """A scenario cannot be simulated."""
        self._failed.put(key, why)

    # Previews

    def preview(self, slot: Slot) -> ScenarioResult | None:
        """The scenario's small store, once."""
        return self._previews.get(self.key(slot))

    def keep_preview(self, key: Key, result: ScenarioResult) -> None:
        """A preview is there."""
        self._previews.put(key, result)

    # Replications

    def stretches(self, slot: Slot) -> Stretches:
        """The scenario's replications, as far as they are planned and done."""
        key = self.key(slot)
        found = self._stretches.get(key)
        if found is None:
            found = Stretches()
            self._stretches.put(key, found)
        return found

    def stretches_of(self, key: Key) -> Stretches | None:
        """The replications of a scenario, if they are still kept."""
        return self._stretches.get(key)

    def done(self, slot: Slot) -> int:
        """How many replications are done."""
        found = self._stretches.get(self.key(slot))
        return found.replications if found else 0

    # Comparisons

    def pair(self, slot: Slot) -> Shown | None:
        """The scenario beside the baseline, over the replications that both had when they were compared last."""
        return self._pairs.get((self.key(slot), self.key(self.workspace.pinned)))

    def keep_pair(self, key: Key, baseline: Key, shown: Shown) -> None:
        """A scenario was compared with the baseline."""
        self._pairs.put((key, baseline), shown)

    def pair_of(self, key: Key, baseline: Key) -> Shown | None:
        """A scenario beside a baseline, if the two were compared."""
        return self._pairs.get((key, baseline))

    def whole(self, slots: Sequence[Slot]) -> Comparison | None:
        """The comparison of all these over all their replications."""
        return self._wholes.get(self.whole_key(slots)) if slots else None

    def keep_whole(self, key: object, comparison: Comparison) -> None:
        """All were compared."""
        self._wholes.put(key, comparison)

    def whole_key(self, slots: Sequence[Slot]) -> tuple[object, ...]:
        """What a whole comparison depends on."""
        names = tuple((slot.scenario.name, slot.scenario.file) for slot in slots)
        return tuple(self.key(slot) for slot in slots), names, self.target


def shown_of(comparison: Comparison, place: int, stage: str = COMPLETE) -> Shown:
    """What is shown of one scenario of a comparison; the first is the baseline."""
    result = comparison.scenarios[place]
    differences = {each.metric: each for each in comparison.differences if place and each.scenario == result.name}
    curves = comparison.curve_differences.get(result.name, {}) if place else {}
    return Shown(result, stage, comparison.replications, differences, curves)
