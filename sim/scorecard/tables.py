"""The engine against published tables: CDNOW, subscribers, and how many order again; and where the laws miss the world."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.files.scenario_file import load_scenario
from sim.law import DAYS_A_WEEK, Law
from sim.randomness import Floats, Keys, at, mix, purpose, root
from sim.scorecard import published
from sim.scorecard.closed_forms import SE, STORES
from sim.scorecard.cohort import coin_store, newcomers
from sim.scorecard.row import Row
from sim.store_knobs import StoreKnobs

CUSTOMERS = sum(count for _, _, count in published.CAME)
"""Of the CDNOW sample."""
DATES = 0.01
"""What it may matter, as a share, that only the months of the first orders are known here, not their days."""
YEARS = 60
"""Of renewals; what is left by then is worth nothing."""
_SUBSCRIBER = purpose("scorecard.subscriber")
CLASSES = [*(str(repeats) for repeats in range(7)), "7 and more"]


def table_rows(customers: int, seed: int) -> Iterator[Row]:
    """CDNOW's histogram and forecast, subscribers' survival, repeat probabilities; each with its misfits."""
    times = max(round(customers / CUSTOMERS), 1)
    for name, wanted, rounding in (
        ("BG/NBD, 39 weeks", published.BG_HISTOGRAM, 0.05), ("Pareto/NBD, 39 weeks", published.PARETO_HISTOGRAM, 1.5),
    ):  # fmt: skip
        yield from _cdnow(name, wanted, rounding, times, seed)
    for name in published.SURVIVAL:
        yield from _subscribers(name, customers, seed)
    yield from _again(customers, seed)


def _cdnow(name: str, wanted: tuple[float, ...], rounding: float, times: int, seed: int) -> Iterator[Row]:
    came = np.concatenate([np.linspace(first, last, count * times, endpoint=False) for first, last, count in published.CAME])
    # Dates stand for whole days: the calibration ends with its last one.
    weeks = (published.HOLDOUT_END + 1) / DAYS_A_WEEK
    cohort = newcomers(STORES[name], came, weeks, seed)
    early = cohort.time <= (published.CALIBRATION + 1) / DAYS_A_WEEK
    found = np.bincount(np.minimum(cohort.counts(early).astype(np.int64), 7), minlength=8) / times
    for klass, made, reference, actual, spread in zip(
        CLASSES, found, wanted, published.HISTOGRAM, published.ONE_RUN, strict=True
    ):
        what = f"{name}: {klass} repeat{'s' * (klass != '1')}"
        tolerance = SE * spread / math.sqrt(times) + DATES * reference + rounding
        yield Row("CDNOW, customers by repeat orders", what, float(reference), float(made), tolerance, published.FHL, "count")
        yield Row("Misfits: CDNOW as it was", what, float(actual), float(made), 2.0 * spread, published.SAMPLE, "count", False)
    total = cohort.who.size / times
    error = published.ONE_RUN_TOTAL * total
    forecast = published.FORECAST[name]
    what = f"{name}: repeats by week 78"
    tolerance = SE * error / math.sqrt(times) + DATES * forecast
    yield Row("CDNOW, forecast of all repeat orders", what, float(forecast), total, tolerance, published.FHL, "count")
    held = total - (cohort.time <= (published.CALIBRATION + 1) / DAYS_A_WEEK).sum() / times
    happened = float(published.TOTALS[78] - published.TOTALS[39])
    what = f"{name}: repeats, weeks 40 to 78"
    yield Row("Misfits: CDNOW as it was", what, happened, held, 2.0 * error / math.sqrt(2.0), published.SAMPLE, "count", False)


def _subscribers(name: str, customers: int, seed: int) -> Iterator[Row]:
    """Renewals by the law's own coins: the engine's coin at each order, thrown once a year."""
    (alpha, beta), table = published.SURVIVAL[name]
    law = Law(coin_store(1.0, 1.0, alpha, beta))
    keys = mix(at(np.full(customers, root(seed, 0), np.uint64) + np.uint64(_SUBSCRIBER), np.arange(customers)))
    years = _years(law, keys)
    for year, (projected, actual) in enumerate(zip(published.PROJECTED[name], table, strict=True), 1):
        left = (years >= year).astype(np.float64)
        what, share = f"{name}, after {year} year{'s' * (year > 1)}", float(left.mean())
        error = float(left.std()) / math.sqrt(customers)
        yield Row("Subscribers left", what, projected / 100.0, share, SE * error + 0.0005, published.FH, "share")
        yield Row("Misfits: subscribers as they were", what, actual / 100.0, share, 0.005, published.FH, "share", False)
    worth = (1.0 - (1.0 / 1.1) ** (years + 1.0)) / (1.0 - 1.0 / 1.1)
    error = float(worth.std()) / math.sqrt(customers)
    source = "closed form, Fader & Hardie 2010"
    yield Row(
        "Discounted years of a new subscriber", name, published.LIFETIMES[name], float(worth.mean()), SE * error + 5e-5, source
    )


def _years(law: Law, keys: Keys) -> Floats:
    """How often each has renewed."""
    _, hazards, _ = law.traits(keys)
    years, here = np.zeros(keys.size), np.arange(keys.size)
    for year in range(1, YEARS + 1):
        here = here[~law.lost_after(at(keys[here], year), hazards[here])]
        years[here] = year
    return years


def _again(customers: int, seed: int) -> Iterator[Row]:
    """The shipped typical store's law, without its season and strategies, against how many order again."""
    store = load_scenario("typical_online_store").store
    plain = StoreKnobs(orders=store.orders, lifetime=store.lifetime)
    cohort = newcomers(plain, np.zeros(customers), 3 * 365.25 / DAYS_A_WEEK, seed)
    year, ever = cohort.counts(cohort.age <= 365.25 / DAYS_A_WEEK), cohort.counts(cohort.age > 0)
    cases = {
        "a second order within a year": (year >= 1, np.ones(customers, np.bool_)),
        "a third of those with a second, in three years": (ever >= 2, ever >= 1),
        "a fourth of those with a third, in three years": (ever >= 3, ever >= 2),
    }
    for (what, (some, among)), reference in zip(cases.items(), published.AGAIN, strict=True):
        share = float(some.sum() / among.sum())
        error = math.sqrt(share * (1.0 - share) / among.sum())
        yield Row("Who orders again (typical_online_store)", what, reference, share, SE * error + 0.005, published.RJ, "share")
