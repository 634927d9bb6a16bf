"""The engine against closed forms: repeats, lives, discounted sums, known customers and baskets."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.base import Base
from sim.fit.expectations import further_repeats
from sim.posterior import Lifetime
from sim.randomness import Floats
from sim.scorecard import published
from sim.scorecard.cohort import Cohort, coin_store, known, lifetime_store, newcomers
from sim.scorecard.row import Row
from sim.store_knobs import StoreKnobs

LONGEST = 2_500.0
"""Weeks after which the little that is left of a discounted sum is within `TAIL`."""
TAIL = 0.004
NOTE = published.NOTE_9
SE = 3.0
"""Standard errors of Monte Carlo that a figure may be off."""

STORES = {
    "Pareto/NBD, 39 weeks": lifetime_store(*published.PARETO_39),
    "Pareto/NBD, 78 weeks": lifetime_store(*published.PARETO_78),
    "BG/NBD, 39 weeks": coin_store(*published.BG_39),
}
"""The published laws; the weeks are those they were fitted to."""


def closed_form_rows(customers: int, seed: int) -> Iterator[Row]:
    """Repeats, lives and discounted sums of new customers; then known customers, then baskets."""
    for name, store in STORES.items():
        yield from _new_customers(name, store, newcomers(store, np.zeros(customers), LONGEST, seed))
    yield from _known_customers(customers, seed)
    yield from _baskets(customers, seed)


def mean_row(
    section: str, what: str, reference: float, values: Floats, rounding: float, source: str, unit: str = "number"
) -> Row:
    """A mean over customers against its reference."""
    error = float(values.std(ddof=1)) / math.sqrt(values.size)
    return Row(section, what, reference, float(values.mean()), SE * error + rounding, source, unit)


def _new_customers(name: str, store: StoreKnobs, cohort: Cohort) -> Iterator[Row]:
    source = "closed form at the published parameters"
    for week, reference in zip(published.WEEKS, published.REPEATS[name], strict=True):
        repeats = cohort.counts(cohort.age <= week)
        yield mean_row("Repeat orders of a new customer", f"{name}, by week {week}", reference, repeats, 5e-5, source)
    if store.dropout == "lifetime":
        for week in (52, 104):
            share = (store.lifetime.beta / (store.lifetime.beta + week)) ** store.lifetime.s
            alive = (cohort.lost > week).astype(np.float64)
            yield mean_row("Customers not lost", f"{name}, at week {week}", share, alive, 0.0, NOTE, "share")
    worth: Floats = np.bincount(cohort.who, np.exp(-published.DISCOUNT * cohort.age), minlength=cohort.customers).astype(float)
    yield mean_row(
        "Repeat orders for ever, discounted at 15 % a year", name, published.DISCOUNTED[name], worth, TAIL, source
    )


def _known_customers(customers: int, seed: int) -> Iterator[Row]:
    """The worked example, continued from its posterior under both laws, and a customer who never repeated."""
    section = "Orders of a known customer in the next 39 weeks"
    law = Lifetime(*published.PARETO_39)
    for x, t_x, T in (published.EXAMPLE, (0.0, 0.0, 38.86)):
        title = f"x = {x:.0f}, t_x = {t_x:g}, T = {T:g}"
        base = _alike(customers // 4, x, t_x, T, 30.0)
        expected = float(further_repeats(law, base.x[:1], base.t_x[:1], base.T[:1], 39.0)[0])
        cohort = known(STORES["Pareto/NBD, 39 weeks"], base, 39.0, seed)
        yield mean_row(section, f"Pareto/NBD, {title}", expected, cohort.counts(cohort.age > 0), 0.0, NOTE)
        if x:
            cohort = known(STORES["BG/NBD, 39 weeks"], base, 39.0, seed)
            repeats = cohort.counts(cohort.age > 0)
            yield mean_row(section, f"BG/NBD, {title}", published.BG_EXAMPLE, repeats, 5e-4, published.FHL)


def _alike(count: int, x: float, t_x: float, T: float, mean: float) -> Base:
    return Base(np.arange(count), *(np.full(count, value) for value in (x, t_x, T, mean)))


def _baskets(customers: int, seed: int) -> Iterator[Row]:
    store = STORES["Pareto/NBD, 39 weeks"]
    cohort = newcomers(store, np.zeros(customers), 1.0, seed)
    section = "Baskets"
    yield mean_row(section, "mean of all customers", published.MEAN_BASKET, cohort.baskets, 5e-3, published.NOTE_25)
    for orders, reference in published.NEXT_BASKET.items():
        found = known(store, _alike(customers, float(orders), 38.0, 39.0, 100.0), 13.0, seed).baskets
        what = f"next basket after {orders} of 100 on average"
        yield mean_row(section, what, reference, found, 0.02, published.NOTE_25)
