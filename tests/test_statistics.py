"""A history is folded into whole numbers that do not depend on how it was cut."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_logs import part, random_log, scenario, whole_families

from sim.log import GROUPS, BulkCost, Costs, EventLog, no_payments
from sim.metrics.bulk import _Counter
from sim.metrics.statistics import Reading, Statistics, concatenate, fold
from sim.metrics.tallies import ARM_COLUMNS, COLUMNS

STORE = scenario()
READING = Reading.of_scenario(STORE)


def same(one: Statistics, other: Statistics) -> bool:
    """Whether two statistics have the same bits."""
    pairs = zip(one.tallies.arrays(), other.tallies.arrays(), strict=True)
    return all(a.dtype == b.dtype == np.int64 and np.array_equal(a, b) for a, b in pairs)


def without_counts(log: EventLog) -> EventLog:
    """A log without what is counted by cell from the start."""
    return dataclasses.replace(log, messages=None, invites=np.zeros_like(log.invites), counts={})


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), parts=st.integers(1, 5), whole_days=st.booleans())
def test_any_partition_and_order_gives_the_same_bits(seed: int, parts: int, whole_days: bool) -> None:
    """However the customers are dealt to blocks, and whatever order customers and orders stand in, the sum of the
    blocks' statistics is bit for bit that of the whole."""
    log = random_log(seed, 120, STORE, whole_days=whole_days)
    families = whole_families(log, seed, parts)
    whole = fold(without_counts(log), READING)
    added = None
    for number, rows in enumerate(families):
        block = part(log, rows)
        shuffled = dataclasses.replace(block, orders=_shuffled(block, seed + number))
        folded = fold(shuffled, READING)
        added = folded if added is None else folded + added
    assert added is not None
    assert same(whole, added)


def _shuffled(log: EventLog, seed: int):  # type: ignore[no-untyped-def]
    """Orders of different customers mixed; each customer's own stay in the order of time."""
    order = np.argsort(np.random.default_rng(seed).random(log.customers.key.size)[log.orders.customer], kind="stable")
    by_number = np.argsort(log.orders.number[order], kind="stable")
    columns = dataclasses.fields(log.orders)
    return type(log.orders)(**{f.name: getattr(log.orders, f.name)[order][by_number] for f in columns})


def test_replications_stand_behind_one_another() -> None:
    """Two replications in one log are the same as each folded alone and put together in their order."""
    log = without_counts(random_log(5, 200, STORE, replications=2))
    both = fold(log, READING)
    alone = []
    for replication in range(2):
        mine = part(log, np.flatnonzero(log.customers.cell // GROUPS == replication))
        cell = mine.customers.cell - replication * GROUPS
        customers = dataclasses.replace(mine.customers, cell=cell.astype(np.int32))
        alone.append(
            fold(dataclasses.replace(mine, customers=customers, replications=1, invites=np.zeros(GROUPS, int)), READING)
        )
    together = concatenate(alone)
    assert together.replications == both.replications == 2
    assert same(both, together)


def test_sums_are_exact_beyond_the_floating_point_integers() -> None:
    """Money whose sum passes 2**53 micros is still exact to the micro."""
    log = without_counts(random_log(6, 60, STORE))
    log = dataclasses.replace(log, fees=no_payments())
    odd = np.full(log.orders.margin.size, 10**10 + 1)
    log = dataclasses.replace(log, orders=dataclasses.replace(log.orders, margin=odd, refund_margin=0 * odd))
    log = dataclasses.replace(log, costs=dataclasses.replace(log.costs, amount=log.costs.amount * 0), bulk_costs=())
    tallies = fold(log, READING).tallies
    observed = int((log.orders.time >= 0).sum())
    assert int(tallies.monthly[:, :, 3].sum()) == observed * (10**10 + 1) * 10_000
    assert observed * (10**10 + 1) * 10_000 > 2**53


def test_pooling_adds_the_groups_of_a_replication() -> None:
    """Pooled statistics have one cell a replication, with the sums of its groups."""
    statistics = fold(random_log(7, 100, STORE, replications=3), READING)
    pooled = statistics.pooled()
    assert pooled.cells == pooled.replications == 3
    assert pooled.cells_per_store == 1
    for cells, replications in zip(statistics.tallies.arrays(), pooled.tallies.arrays(), strict=True):
        assert np.array_equal(cells.reshape(3, GROUPS, *cells.shape[1:]).sum(axis=1), replications)


def test_a_block_without_customers_adds_nothing() -> None:
    """A log in which nobody came folds to zeros, and adding it changes nothing."""
    log = without_counts(random_log(8, 50, STORE))
    nobody = fold(part(log, np.zeros(0, dtype=int)), READING)
    assert not any(array.any() for array in nobody.tallies.arrays())
    assert same(fold(log, READING) + nobody, fold(log, READING))


def test_counts_add_and_stand_behind_one_another() -> None:
    """What was counted by name is added over blocks, kept apart by replication, and known by name afterwards."""
    log = random_log(13, 60, STORE)
    blocks = [part(log, rows) for rows in whole_families(log, 1, 2)]
    counted = [
        {name: np.full_like(counts, 7 + i) for name, counts in log.counts.items()} for i in range(len(blocks))
    ]
    one, two = (fold(dataclasses.replace(block, counts=c), READING) for block, c in zip(blocks, counted, strict=True))
    assert set((one + two).tallies.counts) == set(log.counts)
    for name in log.counts:
        assert ((one + two).tallies.counts[name] == 15).all(), name
        behind = concatenate([one, two]).tallies.counts[name]
        assert (behind[:GROUPS] == 7).all(), name
        assert (behind[GROUPS:] == 8).all(), name
        assert (one.pooled().tallies.counts[name] == 7 * GROUPS).all(), name


def test_counts_of_one_store_have_the_same_names() -> None:
    """Blocks that counted different things, or as many places more, are not put together."""
    log = random_log(14, 40, STORE)
    counts = dict(log.counts)
    whole, wider = fold(log, READING), counts | {"rival.met": np.zeros((GROUPS, 2), dtype=np.int64)}
    del counts["rival.met"]
    for other in (counts, wider):
        with pytest.raises(ValueError, match="different stores"):
            whole + fold(dataclasses.replace(log, counts=other), READING)


def test_the_arms_of_a_strategy_are_all_its_customers() -> None:
    """Whoever was held out, is outside or enrolled: the three together are all customers, of each strategy and of any."""
    log = random_log(15, 300, STORE)
    tallies = fold(log, READING).tallies
    total = tallies.columns.sum(axis=(1, 2, 3))
    for place, name in enumerate(ARM_COLUMNS):
        for kind in range(len(log.cost_kinds) + 1):
            assert (tallies.arms[:, kind, :, place].sum(axis=1) == total[:, COLUMNS.index(name)]).all(), name
    assert tallies.arms[:, 0].any(axis=(0, 2)).all()


def test_a_store_without_strategies_has_no_arms() -> None:
    """Nothing is kept, and nothing summed, for strategies that are not there."""
    log = random_log(16, 40, STORE)
    nobody = np.zeros_like(log.customers.held)
    customers = dataclasses.replace(log.customers, held=nobody, enrolled=nobody)
    bare = dataclasses.replace(
        log, cost_kinds=(), customers=customers, costs=no_payments(), fees=no_payments(), bulk_costs=(), messages=None,
        overheads=np.zeros((0, 0), dtype=np.int64), causes=("",),
        orders=dataclasses.replace(log.orders, cause=0 * log.orders.cause),
    )  # fmt: skip
    tallies = fold(bare, READING).tallies
    assert tallies.arms.size == tallies.credit.size == tallies.kind_fees.size == 0


def test_different_stores_are_not_put_together() -> None:
    """Statistics of another reading, or of other replications, are refused."""
    statistics = fold(random_log(9, 40, STORE), READING)
    other = dataclasses.replace(statistics, reading=dataclasses.replace(READING, discount_rate=0.2))
    with pytest.raises(ValueError, match="different stores"):
        statistics + other
    with pytest.raises(ValueError, match="different stores"):
        concatenate([statistics, other])
    with pytest.raises(ValueError, match="same replications"):
        statistics + concatenate([statistics, statistics])
    with pytest.raises(ValueError, match="pooled"):
        concatenate([statistics, statistics.pooled()])


def test_a_log_must_fit_its_reading() -> None:
    """A log that ends elsewhere, an order after the end, and a customer without an order are refused."""
    log = random_log(10, 40, STORE)
    with pytest.raises(ValueError, match="the log ends at day"):
        fold(log, Reading.of_scenario(scenario(months=13)))
    late = dataclasses.replace(log, orders=dataclasses.replace(log.orders, time=log.orders.time + 365))
    with pytest.raises(ValueError, match="the log ends at day"):
        fold(late, READING)
    nobody = np.zeros_like(log.orders.customer)
    with pytest.raises(ValueError, match="has an order"):
        fold(dataclasses.replace(log, orders=dataclasses.replace(log.orders, customer=nobody)), READING)


def test_reading_of_a_scenario() -> None:
    """Months, horizon, the period of churn and the cohort's share of the months follow from the scenario."""
    reading = Reading.of_scenario(scenario(months=24, pre_history=2, clv_horizon=12))
    assert reading.start == datetime.date(2025, 1, 1)
    assert reading.months[:3] == (0, 31, 59)
    assert (reading.end, reading.pre_history, reading.clv_horizon) == (730, 61, 365)
    assert reading.churn_start == 365
    # Acquired in the first 365 days: the first twelve months and nothing of the thirteenth.
    assert reading.cohort_share.tolist() == [1.0] * 12 + [0.0] * 12
    assert reading.month_name(13) == "2026-02"


def test_period_of_churn_needs_somebody_to_lose() -> None:
    """With a pre-history it is at most 12 months; without, at most the later half of the observed time."""
    assert Reading.of_scenario(scenario(months=9, pre_history=3)).churn_start == 0
    assert Reading.of_scenario(scenario(months=12, pre_history=0)).churn_start == 181
    assert Reading.of_scenario(scenario(months=36, pre_history=0)).churn_start == 730
    assert Reading.of_scenario(scenario(months=1, pre_history=0, clv_horizon=1)).churn_start == 0


def test_a_reading_that_makes_no_sense_is_refused() -> None:
    """Months that do not begin at day 0 or stand still, and a discount rate of -100 %, are programmer's mistakes."""
    for wrong in ({"months": (1, 31)}, {"months": (0, 31, 31)}, {"months": (0,)}, {"discount_rate": -1.0}):
        with pytest.raises(ValueError, match=r"month|discount"):
            dataclasses.replace(READING, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("pre_history", [0, 4])
def test_bulk_costs_are_the_same_as_single_ones(pre_history: int, held: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many recipients are counted instead of posted one by one; a cost of each of them comes to the same bits, with
    customers held out or enrolled, and without."""
    store = scenario(months=6, pre_history=pre_history)
    reading = Reading.of_scenario(store)
    log = without_counts(random_log(12, 9000, store, mean_repeats=0.5))
    if not held:
        nobody = np.zeros_like(log.customers.held)
        log = dataclasses.replace(log, customers=dataclasses.replace(log.customers, held=nobody, enrolled=nobody))
    draw = np.random.default_rng(3)
    bulk = tuple(
        BulkCost(float(time), int(amount), int(time) % 2, np.flatnonzero(log.customers.acquired < time).astype(np.int32))
        for time, amount in zip(draw.uniform(-20, reading.end, 150), draw.choice([4_000, 7_777], 150), strict=True)
    )
    counted: list[int] = []
    count = _Counter.post
    monkeypatch.setattr(_Counter, "post", lambda self, costs, *more: (counted.append(len(costs)), count(self, costs, *more)))
    in_bulk = fold(dataclasses.replace(log, bulk_costs=bulk), reading)
    assert counted
    assert counted[0] > 20
    single = [log.costs, *(_one_by_one(each) for each in bulk)]
    columns = {f.name: np.concatenate([getattr(each, f.name) for each in single]) for f in dataclasses.fields(Costs)}
    assert same(in_bulk, fold(dataclasses.replace(log, costs=Costs(**columns), bulk_costs=()), reading))


def _one_by_one(bulk: BulkCost) -> Costs:
    size = bulk.customer.size
    return Costs(bulk.customer, np.full(size, bulk.time), np.full(size, bulk.amount), np.full(size, bulk.kind, dtype=np.int8))
