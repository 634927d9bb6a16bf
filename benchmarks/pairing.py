"""What keyed luck is worth: the variance of a difference in CLV, paired against independent seeds at the same work.

    python -m benchmarks.pairing
"""

from __future__ import annotations

import dataclasses
import sys

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import verdict
from sim.experiment import simulate
from sim.log import MICROS
from sim.metrics.tallies import COLUMNS
from sim.scenario import Scenario
from sim.strategies import catalogue

CUSTOMERS, REPLICATIONS = 500, 1_000


def with_depth(depth: float) -> Scenario:
    """A store of the default parameters with a discount cycle so deep."""
    cycle = dataclasses.replace(catalogue()["discount_cycle"](), depth=depth)  # type: ignore[call-arg]
    return Scenario(name=f"{depth:.0%}", strategies={"discount_cycle": cycle}).scaled(CUSTOMERS)


def clv(scenario: Scenario, seed: int) -> NDArray[np.float64]:
    """CLV of each replication."""
    columns = np.concatenate(
        [
            simulate(scenario, seed, range(first, first + 50)).tallies.columns.reshape(50, -1, len(COLUMNS)).sum(axis=1)
            for first in range(0, REPLICATIONS, 50)
        ]
    )
    values: NDArray[np.float64] = columns[:, COLUMNS.index("cohort_clv")] / columns[:, COLUMNS.index("cohort")] / MICROS
    return values


def main() -> int:
    """Run the benchmark; the exit code says whether every bound was kept."""
    kept = True
    base = clv(with_depth(0.20), 1)
    for depth, bound in ((0.30, 60), (0.22, 200)):
        paired, independent = clv(with_depth(depth), 1) - base, clv(with_depth(depth), 2) - base
        print(
            f"CLV at {depth:.0%} less CLV at 20%: {paired.mean():.3f}; standard deviation of a replication of {CUSTOMERS} "
            f"customers {paired.std(ddof=1):.4f} paired, {independent.std(ddof=1):.3f} independent"
        )
        kept &= verdict("variance ratio", independent.var(ddof=1) / paired.var(ddof=1), bound, at_most=False)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
