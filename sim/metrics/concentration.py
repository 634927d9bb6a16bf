"""Concentration: how much of the revenue comes from the customers who spend most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.log import MICROS
from sim.metrics.sums import Sums, ratio, versions

Floats = NDArray[np.float64]


def top_share(s: Sums, best: float) -> Floats:
    """Share of the buyers' net revenue that comes from the `best` share of them by revenue; versions x 1.

    The customers of the bin at the cut count as alike. If they all are between r and r x 2^(1/4), that is too low
    by at most (2^(1/8) - 1) / (2^(1/8) + 1) = 4.4 % of the bin's revenue, and never too high.
    """
    customers = versions(s.tallies.revenue_customers)[:, ::-1]
    money = versions(s.tallies.revenue_sums)[:, ::-1] / MICROS
    counted, earned = customers.cumsum(axis=1), money.cumsum(axis=1)
    cut = best * counted[:, -1:]
    at = (counted >= cut).argmax(axis=1)[:, None]

    def of(values: Floats) -> Floats:
        return np.take_along_axis(values, at, axis=1)

    inside = np.nan_to_num(ratio(cut - (of(counted) - of(customers)), of(customers)))
    return ratio(of(earned) - of(money) * (1.0 - inside), earned[:, -1:])
