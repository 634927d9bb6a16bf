"""What is not known for sure: the knobs of a scenario with the range that each may lie in, and draws from it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import BadInput, Problem
from sim.files.units import bounds, text
from sim.nearest import nearest
from sim.paths import Leaf, leaves
from sim.scenario import Scenario
from sim.tornado import EVIDENCE

WHOLE = ("integer", "months")
"""Kinds of whole numbers."""
USUAL = ("store", "strategies")
"""What is varied if nothing else is asked for. A channel's factors say how its customers differ from others', which a
store knows of its own."""
NUMERIC = ("share", "factor", "number", "money", "duration", *WHOLE)
"""Kinds that can be turned a little up and down."""


@dataclass(frozen=True)
class Range:
    """Where one knob may lie."""

    leaf: Leaf
    low: Any
    high: Any
    basis: str
    """`evidence`, or how far around the value: `10 %`."""

    @property
    def path(self) -> str:
        """The knob's dotted path."""
        return self.leaf.path

    @property
    def uncertain(self) -> bool:
        """Whether nobody knows where it lies; what has no grade is a choice of the store, and so is the value by which it
        says that there is no such thing."""
        knob = self.leaf.knob
        chosen = knob.decided is not None and self.leaf.value == knob.decided
        return self.basis == EVIDENCE and bool(knob.grade) and not chosen

    def drawn(self, u: float) -> Any:
        """The value at a uniform draw: triangular, likeliest where the scenario has it, impossible beyond the ends."""
        likeliest = min(max(self.leaf.value, self.low), self.high)
        value = triangular(u, self.low, likeliest, self.high)
        return round(value) if self.leaf.knob.kind in WHOLE else value


def triangular(u: float, low: float, likeliest: float, high: float) -> float:
    """The quantile at `u` of a triangular distribution."""
    span = high - low
    if span <= 0:
        return low
    if u * span < likeliest - low:
        return low + math.sqrt(u * span * (likeliest - low))
    return high - math.sqrt((1.0 - u) * span * (high - likeliest))


def ranges(scenario: Scenario, *, around: float | None = None, only: Sequence[str] = ()) -> list[Range]:
    """The knobs of the store and of the strategies that are on, each with the range of its evidence.

    With `around` the numbers without evidence too, from so large a share below their value to as much above. `only`
    takes those at or below its paths instead, which may be channels. What the metrics are defined by (months,
    horizons) is never varied.
    """
    inner = [leaf for leaf in leaves(scenario) if "." in leaf.path]
    _check_only(only, [leaf.path for leaf in inner])
    return list(_ranges([leaf for leaf in inner if any(_below(leaf.path, path) for path in only or USUAL)], around))


def _ranges(chosen: Sequence[Leaf], around: float | None) -> Iterator[Range]:
    for leaf in chosen:
        if leaf.value is None:
            continue
        if leaf.knob.evidence is not None:
            yield Range(leaf, *leaf.knob.evidence, EVIDENCE)
        elif around is not None and leaf.knob.kind in NUMERIC and leaf.value:
            low, high = _about(leaf, around)
            if low != high:
                yield Range(leaf, low, high, f"{around * 100:g} %")


def _about(leaf: Leaf, around: float) -> tuple[float, float]:
    """The ends around a value, within what the knob allows; whole numbers move by one at the least."""
    least, most = bounds(leaf.knob)
    assert least is not None
    assert most is not None
    step = abs(leaf.value) * around
    if leaf.knob.kind in WHOLE:
        step = max(round(step), 1)
    return max(leaf.value - step, least), min(leaf.value + step, most)


def _below(path: str, above: str) -> bool:
    return path == above or path.startswith(above + ".")


def _check_only(only: Sequence[str], paths: Sequence[str]) -> None:
    """Raise BadInput for a path that leads nowhere, with the nearest one that does."""
    known = {".".join(keys[:count]): None for path in paths for keys in [path.split(".")] for count in range(1, len(keys) + 1)}
    problems = [
        Problem(f"the scenario has no knob '{path}' that could be varied", file="--only", suggestion=nearest(path, known))
        for path in only
        if path not in known
    ]
    if problems:
        raise BadInput(problems)


def outside(found: Sequence[Range]) -> list[str]:
    """A sentence for each knob that stands outside the range of its evidence."""
    return [
        f"{each.path} is {text(each.leaf.knob, each.leaf.value)}, outside "
        f"{'the range of its evidence' if each.leaf.knob.grade else 'what is usual'}, "
        f"{text(each.leaf.knob, each.low)} to {text(each.leaf.knob, each.high)}"
        for each in found
        if each.basis == EVIDENCE and not each.low <= each.leaf.value <= each.high
    ]
