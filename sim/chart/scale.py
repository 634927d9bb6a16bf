"""The scale of an axis: where its round ticks stand and what is written beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
DAY_STEPS = (1, 7, 14, 30, 91, 182, 365, 730, 1826, 3652)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
LARGEST = 1e307
"""Where axes end, either way: above it powers of ten and differences leave the floats."""


@dataclass(frozen=True)
class Scale:
    """A stretch of numbers laid along an axis."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def place(self, values: Floats) -> Floats:
        """Where the values stand between 0 (low) and 1 (high); nan for what has no place, as 0 on a log axis."""
        if not self.log:
            return (np.clip(values, -LARGEST, LARGEST) - self.low) / (self.high - self.low)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(values > 0, np.log(values), np.nan)
        return (logs - math.log(self.low)) / (math.log(self.high) - math.log(self.low))


def linear(low: float, high: float, most: int) -> Scale:
    """A scale over the range with at most so many ticks (2 or more) at multiples of a round step."""
    low, high = spread(low, high)
    ticks: list[float] = []
    for step in _round_steps((high - low) / max(most, 2)):
        ticks = [i * step for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
        if len(ticks) <= max(most, 2):
            break
    return Scale(low, high, tuple(ticks))


def logarithmic(low: float, high: float, most: int) -> Scale:
    """A log scale around a range of positive numbers, with ticks at powers of ten, at 2 and 5 too if they fit."""
    low, high = spread(low, high)
    low = min(low, 0.9 * high) if low > 0 else high / 1000
    first, last = max(math.floor(math.log10(low)), -307), min(math.ceil(math.log10(high)), 307)
    ticks = [float(10.0**i) for i in range(first, last + 1)]
    fine = [m * 10.0**i for i in range(first, last + 1) for m in (1, 2, 5)]
    inside = [tick for tick in fine if low * 0.999 <= tick <= high * 1.001]
    ticks = inside if 2 <= len(inside) <= most else [t for t in ticks if low * 0.999 <= t <= high * 1.001]
    every = max(1, math.ceil(len(ticks) / max(most, 2)))
    return Scale(low, high, tuple(ticks[::every]) or (low, high), log=True)


def stepped(low: float, high: float, steps: Sequence[int], most: int) -> Scale:
    """A scale that ends with the data and has ticks at multiples of the first step that leaves at most so many."""
    low, high = spread(low, high)
    for step in steps:
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= max(most, 2):
            break
    return Scale(low, high, tuple(float(i * step) for i in range(first, last + 1)))


def spread(low: float, high: float) -> tuple[float, float]:
    """The range, widened where it is a single point or too thin for arithmetic, cut where it is too wide for it."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    low, high = (min(max(end, -LARGEST), LARGEST) for end in (low, high))
    size = max(abs(low), abs(high))
    if high - low > size * 1e-9:
        return low, high
    return (low - size * 0.05, high + size * 0.05) if size else (0.0, 1.0)


def _round_steps(least: float) -> list[float]:
    """Round steps from at least `least` upwards."""
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return [m * power * 10.0**k for k in range(3) for m in ROUND if m * power * 10.0**k >= least * (1 - 1e-9)]


def row_of(place: Floats | float, rows: int) -> NDArray[np.int64]:
    """The row from the top for a place between 0 (bottom) and 1 (top), within rows."""
    return np.rint((1.0 - np.clip(place, 0.0, 1.0)) * (rows - 1)).astype(np.int64)


def across(x_scale: Scale, count: int) -> Floats:
    """So many values evenly from one end of the scale to the other."""
    return np.linspace(x_scale.low, x_scale.high, count)


def interpolated(known: Floats, values: Floats, x: Floats) -> Floats:
    """The values at x, straight between the points; nan beyond them and across gaps."""
    if not values.size:
        return np.full(len(x), np.nan)
    inside = (x >= known[0] - 1e-9) & (x <= known[-1] + 1e-9)
    return np.where(inside, np.interp(x, known, values), np.nan)
