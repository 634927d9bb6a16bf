"""The cohort table: who, of the customers of each month, came back in each age-month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.jackknife import Estimate
from sim.metrics.reading import BRACKETS, Reading
from sim.metrics.sums import Sums, ratio, versions

Floats = NDArray[np.float64]

DEFINITION = (
    "Rows are the customers acquired in one observed month, columns their age in months of 30 days: the share of "
    "the row with at least one order at an age from 30 k to before 30 (k + 1) days. Column 0 holds the first order. "
    "A row is told as far as all of its customers were seen to the end of the age-month."
)


def cohort_versions(sums: Sums) -> tuple[Floats, Floats]:
    """Customers of each month (versions x months) and the share of them who ordered in each age-month (versions x
    months x age-months; nan where the month brought nobody)."""
    customers = versions(sums.tallies.cohort_customers)
    return customers, ratio(versions(sums.tallies.cohort_hits), customers[:, :, None])


def seen_age_months(reading: Reading) -> list[int]:
    """How many age-months each observed month's cohort was fully observed for."""
    return [(reading.end - edge) // BRACKETS[0] for edge in reading.months[1:]]


def cohort_estimate(sums: Sums, least: int = 2) -> tuple[Floats, Estimate]:
    """Customers of each month in one store, and the estimated shares (months x age-months)."""
    customers, shares = cohort_versions(sums)
    return customers[0] / sums.stores[0], Estimate.of(shares, least)
