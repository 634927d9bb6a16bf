"""Round trip: does a fit find the store that made the history?

    python -m benchmarks.recovery

Stores without season, returns and referral are simulated and fitted. Where the likelihood is right, twice the log of its
ratio at the fit and at the truth is chi-squared with four degrees of freedom, so that the joint 95 % region holds the truth
in 38 of 40 runs on average; fewer than 35 would be luck in one of seventy such counts.
"""

from __future__ import annotations

import dataclasses
import datetime
import sys

import numpy as np
from scipy.stats import chi2

from benchmarks.timing import verdict
from sim.experiment import event_log
from sim.fit.counts import Counts, counts
from sim.fit.laws import PARETO_NBD
from sim.fit.maximum import fit
from sim.law import DAYS_A_WEEK
from sim.law_knobs import Lifetime, Orders
from sim.log import EventLog
from sim.scenario import Channel, Scenario
from sim.store_knobs import StoreKnobs

RUNS, AT_LEAST = 40, 35
CUSTOMERS, MONTHS = 20_000, 24
STORES = {
    "CDNOW": (0.5630, 12.5590, 0.4081, 10.5148),
    "typical store": (0.95, 20.4, 1.2, 10.5),
    "loyal buyers": (2.0, 10.0, 0.7, 40.0),
}
"""r, alpha, s, beta in weeks."""


def store(r: float, alpha: float, s: float, beta: float) -> Scenario:
    """A store that wins 20,000 customers in two years."""
    knobs = StoreKnobs(orders=Orders(r, alpha), lifetime=Lifetime(s, beta))
    channels = {"all": Channel(customers=CUSTOMERS / MONTHS)}
    return Scenario(start=datetime.date(2022, 1, 1), months=MONTHS, clv_horizon=1, store=knobs, channels=channels)


def histories(log: EventLog) -> Counts:
    """x, t_x and T of every customer of a log, to the moment."""
    orders, customers = log.orders, log.customers
    number = np.bincount(orders.customer, minlength=customers.acquired.size)
    last = orders.time[np.cumsum(number) - 1]
    t_x = np.where(number > 1, last - customers.acquired, 0.0)
    return counts(number - 1, t_x / DAYS_A_WEEK, (log.end - customers.acquired) / DAYS_A_WEEK)


def main() -> int:
    """Run all; returns 1 where too few regions hold the truth."""
    level = float(chi2.ppf(0.95, 4))
    sound = True
    for name, truth in STORES.items():
        held, found = 0, []
        for seed in range(1, RUNS + 1):
            data = histories(event_log(store(*truth), seed))
            estimate = fit(PARETO_NBD, data)
            ratio = 2.0 * (estimate.log_likelihood - PARETO_NBD.likelihood(np.log(truth), data)[0])
            held += 0.0 <= ratio <= level
            found.append(list(estimate.parameters.values()))
        means, spread = np.mean(found, axis=0), np.std(found, axis=0, ddof=1)
        parameters = [field.name for field in dataclasses.fields(Lifetime)]
        told = ", ".join(
            f"{each} {mean:.4g} +-{sd:.2g} (truth {true:g})"
            for each, mean, sd, true in zip(("r", "alpha", *parameters), means, spread, truth, strict=True)
        )
        print(f"{name}: {told}")
        sound &= verdict(f"{name}: regions that hold the truth, of {RUNS}", held, AT_LEAST, at_most=False, unit="")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
