"""The scenarios that come with the program."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim.experiment import event_log, run
from sim.files.library import Shipped, shipped
from sim.files.scenario_file import load_scenario

ALL = shipped()
YEAR = 365.25


@pytest.mark.parametrize("found", ALL, ids=[found.name for found in ALL])
def test_every_shipped_scenario_asks_and_answers(found: Shipped) -> None:
    """A shipped scenario asks a question in its first line, and a small store of it gives figures with intervals."""
    assert found.question.endswith("?")
    scenario = load_scenario(found.path)
    # Where customers are coupled, an interval takes ten replications.
    size, replications = (60, 10) if scenario.coupled else (200, 2)
    *_, last = run([scenario.scaled(size)], replications=replications, workers=1)
    assert last.comparison is not None
    figures = last.comparison.scenarios[0].metrics
    for metric in ("clv", "revenue", "repeat_customer_rate", "orders"):
        assert figures[metric].value is not None
        assert figures[metric].low is not None


def test_there_is_a_question_for_each_of_the_first_strategies() -> None:
    """Each strategy has at least one shipped scenario that extends a store with it alone."""
    alone = {name for found in ALL if len(strategies := load_scenario(found.path).strategies) == 1 for name in strategies}
    assert {"discount_cycle", "email", "loyalty_tiers", "referral", "welcome", "win_back"} <= alone


def test_the_typical_store_repeats_as_published() -> None:
    """In the typical store 32 % order again within a year; over three years 53 % of those order a third time and 64 % of
    those a fourth, within five points (RJMetrics, 18 million customers)."""
    store = load_scenario(next(found.path for found in ALL if found.name == "typical_online_store"))
    log = event_log(dataclasses.replace(store, months=60, pre_history=0).scaled(30_000), 1)
    age = log.orders.time - log.customers.acquired[log.orders.customer]
    seen = log.customers.acquired < log.end - 3 * YEAR
    assert seen.sum() > 10_000

    def share(least: int, years: float) -> float:
        orders = np.bincount(log.orders.customer[age <= years * YEAR], minlength=seen.size)[seen]
        return float((orders >= least).mean())

    assert abs(share(2, 1) - 0.32) < 0.05
    assert abs(share(3, 3) / share(2, 3) - 0.53) < 0.05
    assert abs(share(4, 3) / share(3, 3) - 0.64) < 0.05
