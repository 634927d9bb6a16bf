"""The delete-one jackknife: how far a figure may be off, from its value without each cell in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import student

Floats = NDArray[np.float64]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """Plain estimates with the standard errors of the jackknife; arrays of any shape."""

    value: Floats
    error: Floats
    """nan where the estimate does not exist without some cell."""
    cells: int

    @classmethod
    def of(cls, versions: Floats, least: int = 2) -> Estimate:
        """From estimates whose first axis is the version: with all cells, then without each. With fewer than `least`
        cells the errors are nan.

        variance = (n - 1) / n x sum((theta_j - mean theta)^2): Efron & Tibshirani 1993, ch. 11.
        """
        value, without = versions[0], versions[1:]
        cells = len(without)
        if cells < max(least, 2):
            return cls(value, np.full(value.shape, np.nan), cells)
        # Deviations are taken from the estimate, then centred: where all are equal the error is exactly 0.
        deviations = without - value
        deviations = deviations - _total(deviations) / cells
        error: Floats = np.sqrt(_total(deviations**2) * ((cells - 1) / cells))
        return cls(value, error, cells)

    def interval(self, smallest: float = -np.inf, largest: float = np.inf) -> tuple[Floats, Floats]:
        """Low and high ends of the 95 % intervals, cut at the smallest and largest possible value."""
        if self.cells < 2:
            return self.error, self.error
        half = student.quantile(0.5 + CONFIDENCE / 2, self.cells - 1) * self.error
        return np.clip(self.value - half, smallest, largest), np.clip(self.value + half, smallest, largest)

    def share_interval(self, n: Floats) -> tuple[Floats, Floats]:
        """Intervals of shares of `n` customers. Where all or none of them did, the jackknife sees no variation, and
        the exact interval of Clopper & Pearson 1934 stands in: with none, up to 1 - 0.025^(1 / n)."""
        low, high = self.interval(0.0, 1.0)
        spread = 1.0 - (0.5 - CONFIDENCE / 2) ** (1.0 / np.maximum(n, 1))
        exact = (self.error == 0) & (n > 0)
        high = np.where(exact & (self.value == 0), spread, high)
        return np.where(exact & (self.value == 1), 1.0 - spread, low), high

    def p_values(self) -> list[float | None]:
        """Two-sided p of each value (one axis) being 0 but for chance; None where there is no standard error."""
        found: list[float | None] = []
        for value, error in zip(self.value.tolist(), self.error.tolist(), strict=True):
            if not (np.isfinite(value) and np.isfinite(error)):
                found.append(None)
            elif value == 0:
                found.append(1.0)
            else:
                found.append(student.two_sided_p(value / error if error else np.inf, self.cells - 1))
        return found


def _total(values: Floats) -> Floats:
    """The sum over the first axis, one after the other: `sum` adds in an order that depends on what stands beside."""
    total: Floats = values.cumsum(axis=0)[-1]
    return total


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down adjustment for testing all of them at once; None stays None and is not counted.

    Holm 1979, Scandinavian Journal of Statistics 6:65.
    """
    tested = [(p, place) for place, p in enumerate(p_values) if p is not None]
    adjusted: list[float | None] = [None] * len(p_values)
    reached = 0.0
    for rank, (p, place) in enumerate(sorted(tested)):
        reached = max(reached, min(1.0, (len(tested) - rank) * p))
        adjusted[place] = reached
    return adjusted
