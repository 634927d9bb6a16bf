"""The retention budget: it is filled, drawn from, runs dry, and decides who is served."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_strategies import SHOP, costs

from sim.log import EventLog
from sim.metrics.catalogue import METRICS
from sim.metrics.reading import Reading
from sim.metrics.statistics import fold
from sim.metrics.sums import Sums
from sim.population import NEVER, places
from sim.randomness import purpose, uniform
from sim.scenario import Budget, Channel, Scenario
from sim.store import Store
from sim.strategies import Strategy
from sim.strategies.birthday import Birthday
from sim.strategies.delight import Delight
from sim.strategies.product_improvement import ProductImprovement
from sim.strategies.retargeting import Advertisements, Retargeting
from sim.strategies.win_back import WinBack

CHANNELS = {"ads": Channel(response="saturating", monthly_spend=1000.0, ceiling=120.0, half_spend=1500.0)}


def store(strategies: dict[str, Strategy], monthly: float | None, **budget: Any) -> Scenario:
    return Scenario(
        strategies=strategies, months=12, store=SHOP, channels=CHANNELS, budget=Budget(monthly=monthly, **budget), clv_horizon=6
    )


def run(*args: Any, **budget: Any) -> EventLog:
    return Store(store(*args, **budget), 1).run()


def spent(log: EventLog) -> float:
    return sum(amount for _, amount in costs(log)) / 1e6


def test_the_split_decides_how_many_are_won() -> None:
    """The channels get what is not for keeping, in proportion to their own spend, and win accordingly."""
    for keeping, spend in ((0.2, 1600.0), (0.8, 400.0)):
        scenario = store({}, 2000.0, keeping=keeping)
        assert scenario.ways()["ads"].monthly_spend == pytest.approx(spend)
        assert scenario.expected_customers() == pytest.approx(12 * 120.0 / (1.0 + 1500.0 / spend))
        log = Store(scenario, 1).run()
        assert log.spend[0, 0] == round(spend * 1e6)
    assert store({}, None).ways() == CHANNELS


def test_a_full_purse_changes_nothing() -> None:
    """With more than enough for keeping, every strategy does what it does without a budget: the same orders and costs."""
    gifts: dict[str, Strategy] = {"delight": Delight(cost=2.0), "birthday": Birthday()}
    rich = store(gifts, 1e6, keeping=0.999)
    ways = rich.ways()
    log = Store(rich, 1).run()
    free = Store(Scenario(strategies=gifts, months=12, store=SHOP, channels=ways, clv_horizon=6), 1).run()
    assert costs(log) == costs(free)
    assert log.orders.time.tolist() == free.orders.time.tolist()
    assert not log.counts["budget.dry"].any()
    assert log.counts["budget.spent"].sum() > 0


def test_an_empty_purse_ends_the_giving() -> None:
    """With little money the gifts stop for some weeks; what is spent stays near what there was to spend."""
    gifts: dict[str, Strategy] = {"delight": Delight(cost=20.0)}
    log, rich = run(gifts, 1500.0, keeping=0.2), run(gifts, 1500.0 * 0.8 / 0.01, keeping=0.99)
    given = 12 * 1500.0 * 0.2
    assert log.counts["budget.dry"].sum() > 10
    assert 0.6 * given < spent(log) < 1.3 * given
    assert spent(rich) > 2.0 * spent(log)


@pytest.mark.parametrize("monthly", [100.0, 500.0, 3000.0])
def test_the_books_of_the_purse_balance(monthly: float) -> None:
    """To the micro: what the purse was given is what strategies have spent, fixed costs included, less what they still owe, and
    what is left; what they spent is what the log says that they cost; and they owe only where nothing is left."""
    gifts: dict[str, Strategy] = {
        "delight": Delight(cost=4.0), "birthday": Birthday(cost=1.0),
        "product_improvement": ProductImprovement(monthly_cost=50.0),
    }  # fmt: skip
    made = Store(store(gifts, monthly, keeping=0.5), 1)
    log = made.run()
    assert made._purse is not None
    given, used, owed = (int(log.counts[f"budget.{what}"].sum()) for what in ("given", "spent", "owed"))
    left = int(made._purse.purses[0].level)
    assert given == 12 * round(monthly * 0.5 * 1e6)
    assert given == used - owed + left
    assert used == sum(amount for _, amount in costs(log)) + log.overheads[log.first_month :].sum()
    assert (owed == 0) == (monthly == 3000.0)
    assert owed == 0 or left == 0


def test_what_is_owed_at_the_end_is_told() -> None:
    """A store that has spent beyond its budget says so: the share spent is above 100 % by just what it owes."""
    of = store({"delight": Delight(cost=20.0)}, 600.0, keeping=0.5)
    sums = Sums(fold(Store(of, 1).run(), Reading.of_scenario(of)))
    share, owed = (float(METRICS[id].compute(sums)[0, 0]) for id in ("budget_spent", "budget_owed"))
    assert owed > 0.0
    assert share == pytest.approx(1.0 + owed / (12 * 300.0))
    assert share < 1.1


def test_what_is_not_carried_over_is_gone() -> None:
    """Money that is left at the end of a month is lost where it is not carried over, and then less can be spent."""
    gifts: dict[str, Strategy] = {"delight": Delight(cost=4.0)}
    # A new store grows: its first months do not need what its last ones lack.
    kept, gone = (run(gifts, 1500.0, keeping=0.4, carried_over=over) for over in (True, False))
    assert spent(gone) + 300.0 < spent(kept)
    assert gone.counts["budget.dry"].sum() > kept.counts["budget.dry"].sum() > 0


def test_priority_is_served_first() -> None:
    """Where the money does for one of two, the one with the higher priority has fewer dry weeks."""
    for first in ("delight", "birthday"):
        both: dict[str, Strategy] = {
            "birthday": Birthday(cost=20.0, priority=1 if first == "birthday" else 9),
            "delight": Delight(cost=20.0, priority=1 if first == "delight" else 9),
        }
        log = run(both, 2000.0, keeping=0.15)
        dry = dict(zip(log.cost_kinds, log.counts["budget.dry"].sum(axis=0).tolist(), strict=True))
        other = ({"delight", "birthday"} - {first}).pop()
        assert dry[first] < dry[other]


def test_who_comes_in_a_dry_week_is_met_after_it() -> None:
    """Visits go on while there is no money for advertisements, and who came meanwhile is looked for afterwards: of all
    living customers whom advertisements can find, but those of the last dry weeks, the next visit is expected; of nobody
    else."""
    strategies: dict[str, Strategy] = {"retargeting": Retargeting(cost=50.0)}
    made = Store(store(strategies, 1500.0, keeping=0.05), 1)
    log = made.run(ranked=False)
    code = made.codes["retargeting"]
    assert log.counts["budget.dry"][:, code].sum() > 5
    ads, purse = made.behaviours[code], made._purse
    assert isinstance(ads, Advertisements)
    assert purse is not None
    assert ads.dry is not None
    met = purse.since[0, code] if ads.dry[0] else (made.edges[-1] - 1e-9) // 7.0 * 7.0
    rows = places(made.people.alive[:])
    rows = rows[made.ledger.people["acquired"][made.people.person[rows]] < met]
    found = uniform(made.people.key[rows], purpose("retargeting.found")) < ads.knobs.found
    assert found.sum() > 60
    np.testing.assert_array_equal(ads.visits.due[rows] < NEVER, found)


def test_an_order_in_a_dry_week_counts_as_one() -> None:
    """Nobody is won back who ordered while there was no money to take notice of it."""
    log = run({"win_back": WinBack(after=40.0, lift=0.0, cost=5.0)}, 1500.0, keeping=0.05)
    assert log.counts["budget.dry"].sum() > 5
    assert log.costs.time.size > 100
    for who, time in zip(log.costs.customer.tolist(), log.costs.time.tolist(), strict=True):
        before = (log.orders.customer == who) & (log.orders.time <= time)
        assert time - log.orders.time[before].max() >= 40.0 - 1e-9


def test_fixed_costs_are_paid_for_the_days_a_strategy_acts() -> None:
    """What the purse has paid by the end, for work that begins and ends within months, is what the books say of it."""
    work = ProductImprovement(from_=45.0, until=200.0, monthly_cost=100.0)
    made = Store(store({"product_improvement": work}, 1000.0, keeping=0.5), 1)
    log = made.run()
    purse = made._purse
    assert purse is not None
    assert not purse.owed.any()
    assert 12 * 500_000_000 - purse.purses[0].level == log.overheads.sum() > 0
