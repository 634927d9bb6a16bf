"""One metric store by store, in words: how often the difference falls on which side, and how far single stores differ."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.report.amounts import Amounts
from sim.results import Difference, Figure

EXPLAINED = (
    "Each store is one replication: what a single store would see. The bars show how far luck spreads them, and stay as "
    "wide; the interval is that of the estimate over all of them, and narrows with more."
)


def sides(values: Sequence[float]) -> tuple[int, int, int]:
    """How many values are below zero, zero, and above it."""
    known = [value for value in values if math.isfinite(value)]
    below, above = sum(value < 0 for value in known), sum(value > 0 for value in known)
    return below, len(known) - below - above, above


def told(values: Sequence[float], found: Figure | Difference, amounts: Amounts, *, signed: bool) -> list[str]:
    """The estimate, what single stores come to, and how to read it; a sentence each. `signed` for differences."""
    known = sorted(value for value in values if math.isfinite(value))
    if not known:
        return ["No store has this figure."]
    estimate = amounts.interval(found.value, found.low, found.high, found.unit, signed=signed)
    verdict = _judged(found) if isinstance(found, Difference) else ""
    ends = [amounts.value(value, found.unit, signed=signed) for value in (known[0], _middle(known), known[-1])]
    lines = [f"All stores together: {estimate}{verdict}."]
    if signed:
        lines.append(_sided(known))
    lines.append(f"Single stores: from {ends[0]} to {ends[2]}, the middle one {ends[1]}.")
    if missing := len(values) - len(known):
        lines.append(f"{missing} of {len(values)} stores have no such figure.")
    return [*lines, EXPLAINED]


def _judged(found: Difference) -> str:
    """The verdict with the p that it follows; nothing where there is none yet."""
    if not found.verdict:
        return ""
    if found.p_adjusted is None:
        return f": {found.verdict}"
    p = "below 0.001" if found.p_adjusted < 0.001 else f"{found.p_adjusted:.3f}"
    return f", {found.verdict} (adjusted p {p})"


def _sided(known: Sequence[float]) -> str:
    counts = [
        (count, side) for count, side in zip(sides(known), ("below zero", "exactly zero", "above zero"), strict=True) if count
    ]
    if len(counts) == 1:
        where = f"all {len(known)} stores" if len(known) > 1 else "the only store"
        return f"In {where} it is {counts[0][1]}."
    return f"Of {len(known)} stores it is {', '.join(f'{side} in {count}' for count, side in counts)}."


def _middle(values: Sequence[float]) -> float:
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2
