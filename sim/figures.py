"""Figures: one number with its interval, from its value with all groups of customers and without each."""

from __future__ import annotations

import math

import numpy as np

from sim.jackknife import Estimate
from sim.metrics.sums import Floats
from sim.results import Figure

UNBOUNDED = "it does not exist without some of the customers, so it has no interval"


def figure(versions: Floats, unit: str, undefined: str) -> Figure:
    """A figure from its versions: with all groups of customers, then without each; `undefined` says why there is none."""
    estimate = Estimate.of(versions[:, None])
    low, high = estimate.interval()
    value, down, up = (float(numbers[0]) for numbers in (estimate.value, np.asarray(low), np.asarray(high)))
    if not math.isfinite(value):
        return Figure(None, None, None, unit, undefined)
    if not (math.isfinite(down) and math.isfinite(up)):
        return Figure(value, None, None, unit, UNBOUNDED)
    return Figure(value, down, up, unit)
