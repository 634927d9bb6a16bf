"""How a curve is declared: once, with its definition, and kept in the register of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.metrics.sums import Floats, Sums

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class CurveValues:
    """A curve of every version of the sums."""

    x: Ints
    """points."""
    values: Floats
    """versions x points; nan where undefined."""
    n: Ints
    """points: customers behind each, over all replications; for a month, how many stores' months."""


@dataclass(frozen=True)
class CurveMetric:
    """One curve: what it is called, what exactly it is, and how it is computed."""

    id: str
    label: str
    x_unit: str
    """`days` of age, `month` from day 0, `orders` or `renewals`."""
    unit: str
    definition: str
    formula: str
    source: str
    compute: Callable[[Sums], CurveValues]

    @property
    def total(self) -> bool:
        """Whether it grows with the store: a sum over one store month by month, not a figure a head."""
        return self.x_unit == MONTH and self.id not in A_HEAD


REGISTER: dict[str, CurveMetric] = {}
"""Every curve by its id, as declared."""

DAYS, MONTH, ORDERS, RENEWALS = "days", "month", "orders", "renewals"
A_HEAD = frozenset(("monthly_cac", "monthly_mood"))
"""Curves by month that are no sums."""
SEEN = "Customers acquired in the observed time, at each age all that were seen so long."


def curve(
    id: str, label: str, x_unit: str, unit: str, formula: str, *, source: str = ""
) -> Callable[[Callable[[Sums], CurveValues]], Callable[[Sums], CurveValues]]:
    """Declare the decorated function as a curve; its docstring is the definition."""

    def declare(compute: Callable[[Sums], CurveValues]) -> Callable[[Sums], CurveValues]:
        definition = " ".join((compute.__doc__ or "").split())
        if x_unit == DAYS:
            definition = f"{definition} {SEEN}"
        REGISTER[id] = CurveMetric(id, label, x_unit, unit, definition, formula, source, compute)
        return compute

    return declare
