"""Renewals: what a cohort under a contract is known to do, beside the law that was fitted to it.

The published curves are of two groups of subscribers, followed for twelve yearly renewals; the law's parameters were
fitted to the first seven (Fader & Hardie 2007, Journal of Interactive Marketing 21:76, table 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.law import contract_survival


@dataclass(frozen=True)
class Cohort:
    """A published cohort."""

    name: str
    alpha: float
    beta: float
    survival: tuple[float, ...]
    """Share that is left after 0, 1, 2, ... renewals."""


def _shares(*percent: float) -> tuple[float, ...]:
    return tuple(each / 100.0 for each in percent)


REGULAR = Cohort(
    "Regular", 0.704, 1.182, _shares(100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3)
)
HIGH_END = Cohort(
    "High End", 0.668, 3.806, _shares(100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4)
)
PUBLISHED = (REGULAR, HIGH_END)
FITTED_TO = 7
"""Renewals of the published cohorts that their parameters were fitted to; what follows is a forecast."""


@dataclass(frozen=True)
class Renewal:
    """One renewal: who was asked, who stayed, and the share of the cohort that is left after it, by each account."""

    number: int
    due: int
    renewed: int
    survival: float
    """Product of the renewal rates so far (Kaplan & Meier); nan where nobody was asked."""
    error: float
    """Its standard error (Greenwood)."""
    law: float
    """The shifted beta-geometric closed form."""
    published: float | None
    """What a published cohort did; None where none is asked for or it was not followed so long."""


def beside(
    due: Sequence[int], renewed: Sequence[int], alpha: float, beta: float, cohort: Cohort | None = None
) -> list[Renewal]:
    """Counts by the number of the renewal (from the first) beside the law, and beside a published cohort."""
    table, survival, variance = [], 1.0, 0.0
    for number, (asked, stayed) in enumerate(zip(due, renewed, strict=True), start=1):
        survival = survival * stayed / asked if asked else math.nan
        variance += (asked - stayed) / (asked * stayed) if stayed else math.nan
        published = cohort.survival[number] if cohort is not None and number < len(cohort.survival) else None
        table.append(
            Renewal(
                number, asked, stayed, survival, survival * math.sqrt(variance), contract_survival(alpha, beta, number),
                published,
            )
        )  # fmt: skip
    return table
