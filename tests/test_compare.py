"""Scenarios are compared with intervals that cover, paired differences, and verdicts that follow the adjusted p."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_logs import KINDS, part, random_log, scenario
from scipy import stats
from small_store import small_reading, small_store

from sim.compare import NO_CLEAR_DIFFERENCE, compare, read, verdict
from sim.jackknife import Estimate, holm
from sim.log import EventLog
from sim.metrics.catalogue import CHANNEL, METRICS, SEGMENT, STRATEGY
from sim.metrics.curves import CURVES
from sim.metrics.statistics import Reading, Statistics, fold
from sim.results import Comparison, Figure, ScenarioResult

STORE = scenario()
READING = Reading.of_scenario(STORE)


def statistics(log: EventLog) -> Statistics:
    """The log of `STORE`, folded."""
    return fold(log, READING)


def with_margin(log: EventLog, cents: int) -> EventLog:
    """The same history, every order worth so many cents more."""
    return dataclasses.replace(log, orders=dataclasses.replace(log.orders, margin=log.orders.margin + cents))


def numbers(thing: object) -> Iterator[float]:
    """Every number in a tree of results."""
    if isinstance(thing, float | int):
        yield float(thing)
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from numbers(value)
    elif isinstance(thing, tuple | list):
        for value in thing:
            yield from numbers(value)
    elif dataclasses.is_dataclass(thing):
        for item in dataclasses.fields(thing):
            yield from numbers(getattr(thing, item.name))


def figures(result: ScenarioResult) -> Iterator[Figure]:
    """Every figure of a scenario."""
    yield from result.metrics.values()
    for group in (*result.by_channel.values(), *result.by_segment.values(), *result.by_strategy.values()):
        yield from group.values()
    assert result.cohorts is not None
    for row in result.cohorts.retention:
        yield from row


def pair(seed: int = 1, customers: int = 400, replications: int = 2) -> Comparison:
    """Two scenarios that share nothing but their store."""
    logs = [random_log(seed + i, customers, STORE, replications=replications) for i in range(2)]
    return compare([statistics(log) for log in logs], [STORE, dataclasses.replace(STORE, name="other")], seed)


# The jackknife


def test_jackknife_of_a_mean_is_the_t_interval() -> None:
    """For a mean, the jackknife is the textbook's: mean -+ t s / sqrt(n)."""
    x = np.random.default_rng(1).gamma(2.0, 3.0, 17)
    estimate = Estimate.of(np.concatenate(([x.mean()], (x.sum() - x) / 16))[:, None])
    low, high = estimate.interval()
    expected = stats.t.interval(0.95, 16, x.mean(), stats.sem(x))
    assert (low[0], high[0]) == pytest.approx(expected)
    assert estimate.p_values()[0] == pytest.approx(stats.ttest_1samp(x, 0.0).pvalue, rel=1e-8)


def test_an_interval_does_not_depend_on_what_is_read_beside_it() -> None:
    """A figure alone has the bits that it has among others, in whatever layout."""
    versions = np.random.default_rng(7).normal(1.0, 0.3, (41, 12))
    beside = Estimate.of(versions).error
    np.testing.assert_array_equal(Estimate.of(np.asfortranarray(versions)).error, beside)
    for place in range(12):
        assert Estimate.of(versions[:, place : place + 1].copy()).error[0] == beside[place]
        assert Estimate.of(versions[:, place].copy()).error == beside[place]


def test_intervals_cover() -> None:
    """Over 2,000 experiments of 20 groups, the interval of a ratio of sums, and of a paired difference of ratios,
    covers the truth at the nominal rate."""
    draw = np.random.default_rng(2)
    customers = draw.poisson(40, (20, 2000, 1))
    money = draw.gamma(1.5 * customers, 20.0)
    more = money * draw.uniform(1.0, 1.2, money.shape)

    def versions(cells: np.ndarray) -> np.ndarray:
        return np.concatenate((cells.sum(axis=0)[None], cells.sum(axis=0) - cells))

    ratio = versions(money) / versions(customers)
    difference = versions(more) / versions(customers) - ratio
    for values, truth in ((ratio, 30.0), (difference, 3.0)):
        low, high = Estimate.of(values).interval()
        covered = float(((low <= truth) & (truth <= high)).mean())
        assert 0.93 <= covered <= 0.97, covered


def test_totals_scale_to_whole_stores() -> None:
    """The interval of a total is that of the mean of its cells: cells are alike, and twenty make a store."""
    log = random_log(4, 500, STORE, replications=3)
    result = read(statistics(log), "store")
    cells = statistics(log).tallies.monthly[:, :, 1].sum(axis=1)
    low, high = stats.t.interval(0.95, 59, 20 * cells.mean(), 20 * stats.sem(cells))
    figure = result.metrics["orders"]
    assert (figure.value, figure.low, figure.high) == pytest.approx((cells.sum() / 3, low, high))


def test_all_or_none_has_an_honest_interval() -> None:
    """A share of 0 among n customers reaches up to 1 - 0.025^(1 / n), not to 0; of 1 down to 0.025^(1 / n)."""
    nobody, everybody = (Estimate.of(np.full((21, 1), value)) for value in (0.0, 1.0))
    n = np.array([30.0])
    assert nobody.share_interval(n)[1][0] == pytest.approx(stats.binomtest(0, 30).proportion_ci().high)
    assert everybody.share_interval(n)[0][0] == pytest.approx(stats.binomtest(30, 30).proportion_ci().low)
    assert nobody.share_interval(0 * n)[1][0] == 0.0


# Holm


def test_holm_by_hand() -> None:
    """.005 x 4, .01 x 3, then .03 x 2 and .04, which may not fall below it; what was not tested does not count."""
    assert holm([0.01, 0.04, None, 0.03, 0.005]) == pytest.approx([0.03, 0.06, None, 0.06, 0.02])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_laws(p_values: list[float]) -> None:
    """An adjusted p is never below the raw one nor below Bonferroni's bound allows, and keeps the order."""
    adjusted = holm(p_values)
    for raw, p in zip(p_values, adjusted, strict=True):
        assert p is not None
        assert raw <= p <= min(1.0, len(p_values) * raw) + 1e-12
    order = np.argsort(p_values, kind="stable")
    assert np.all(np.diff(np.array(adjusted, dtype=float)[order]) >= 0)


# Comparing


def test_identical_scenarios_do_not_differ() -> None:
    """The same history twice: every difference with a figure is exactly 0, with p 1 and no clear difference."""
    longer = scenario(months=18)
    once = fold(with_margin(random_log(1, 500, longer), 4000), Reading.of_scenario(longer))
    comparison = compare([once, once], [longer, longer], 1)
    assert len(comparison.differences) == len(METRICS)
    for difference in comparison.differences:
        assert difference.verdict == NO_CLEAR_DIFFERENCE, difference
        assert difference.value == difference.low == difference.high == 0
        assert difference.p_adjusted == 1
    for curve in comparison.curve_differences["store (2)"].values():
        assert all(point.value == 0 for point in curve.points)


def test_a_paired_difference_is_told_and_narrow() -> None:
    """One more euro of margin an order is better in margin and CLV, no different in orders, and its interval is far
    narrower than those of the two figures."""
    log = random_log(1, 400, STORE)
    comparison = compare(
        [statistics(log), statistics(with_margin(log, 100))], [STORE, dataclasses.replace(STORE, name="richer")], 7
    )
    by_metric = {difference.metric: difference for difference in comparison.differences}
    orders = comparison.scenarios[0].metrics["orders"].value
    margin = by_metric["contribution_margin"]
    assert margin.value == pytest.approx(orders)
    assert margin.verdict == by_metric["clv"].verdict == "better"
    assert by_metric["orders"].verdict == NO_CLEAR_DIFFERENCE
    alone = comparison.scenarios[0].metrics["clv"]
    assert alone.high is not None
    assert alone.low is not None
    clv = by_metric["clv"]
    assert clv.low is not None
    assert clv.high is not None
    assert clv.high - clv.low < 0.5 * (alone.high - alone.low)
    assert clv.p_adjusted is not None
    assert clv.p_adjusted < 0.05
    swapped = compare([statistics(with_margin(log, 100)), statistics(log)], [STORE, STORE], 7)
    assert {d.metric: d.verdict for d in swapped.differences}["clv"] == "worse"


def test_verdict_follows_the_adjusted_p_and_what_is_better() -> None:
    """At 5 % and above there is no clear difference; below, the direction that is better decides the word."""
    assert verdict(METRICS["clv"], 1.0, 0.05) == NO_CLEAR_DIFFERENCE
    assert verdict(METRICS["clv"], 1.0, 0.049) == "better"
    assert verdict(METRICS["cac"], 1.0, 0.001) == "worse"
    assert verdict(METRICS["cac"], -1.0, 0.001) == "better"
    assert verdict(METRICS["concentration_top20"], 1.0, 0.001) == "higher"
    assert verdict(METRICS["concentration_top20"], -1.0, 0.001) == "lower"


def test_family_of_holm_is_all_metrics_and_scenarios() -> None:
    """With a third scenario the adjusted p of the second does not fall."""
    log = random_log(1, 400, STORE)
    logs = [log, random_log(2, 400, STORE), with_margin(log, 3)]
    two = compare([statistics(each) for each in logs[:2]], [STORE] * 2, 1)
    three = compare([statistics(each) for each in logs], [STORE] * 3, 1)
    assert len(three.differences) == 2 * len(two.differences)
    for before, after in zip(two.differences, three.differences, strict=False):
        assert before.metric == after.metric
        if before.p_adjusted is not None:
            assert after.p_adjusted is not None
            assert after.p_adjusted >= before.p_adjusted


def test_money_of_two_currencies_is_not_compared() -> None:
    """It has no difference, but its reason, and no part in the family of Holm; everything else differs as it does."""
    log = random_log(1, 400, STORE)
    richer = with_margin(log, 100)
    abroad = dataclasses.replace(STORE, name="abroad", currency="EUR")
    together, apart = (
        compare([statistics(log), fold(richer, Reading.of_scenario(other))], [STORE, other], 7)
        for other in (dataclasses.replace(abroad, currency=STORE.currency), abroad)
    )
    assert [each.currency for each in apart.scenarios] == [STORE.currency, "EUR"]
    for one, two in zip(together.differences, apart.differences, strict=True):
        if one.unit == "money":
            assert two.value is two.low is two.high is two.p_adjusted is None
            assert two.verdict == f"EUR, not {STORE.currency}" or (one.value is None and two.verdict == one.verdict)
        else:
            assert (two.value, two.low, two.high) == (one.value, one.low, one.high)
    tested = [each for each in apart.differences if each.p_adjusted is not None]
    least = min(tested, key=lambda each: each.p_adjusted or 0.0)
    also = next(each for each in together.differences if each.metric == least.metric)
    assert least.p_adjusted is not None
    assert also.p_adjusted is not None
    assert least.p_adjusted < also.p_adjusted < 1.0
    curves = {id for id, curve in apart.scenarios[0].curves.items() if curve.unit != "money"}
    assert set(apart.curve_differences["abroad"]) == curves < set(together.curve_differences["abroad"])


def test_nothing_infinite_reaches_the_results() -> None:
    """Whatever is undefined is None with a reason: for a store of one customer, of none, and of a few."""
    one = random_log(11, 1, STORE)
    none = dataclasses.replace(part(one, np.zeros(0, dtype=int)), messages=None)
    for logs in ((one, none), (none, none), (random_log(12, 5, STORE), one)):
        comparison = compare([statistics(log) for log in logs], [STORE, STORE], 1)
        assert all(math.isfinite(number) for number in numbers(comparison))
        for result in comparison.scenarios:
            for figure in figures(result):
                assert (figure.value is None) <= bool(figure.reason)
                assert (figure.low is None) <= bool(figure.reason)
        for difference in comparison.differences:
            assert difference.verdict
            assert (difference.value is None) <= (difference.verdict not in ("better", "worse", NO_CLEAR_DIFFERENCE))


def test_reasons_are_the_first_that_hold() -> None:
    """The reason for a missing figure is the one that is true of the store, not a list of what might be."""
    log = random_log(3, 200, STORE)
    poor = with_margin(log, -10_000)
    free = dataclasses.replace(log, spend=0 * log.spend)
    unknown = dataclasses.replace(log, spend=np.zeros((0, 0), dtype=np.int64))
    short = scenario(pre_history=0, clv_horizon=12)
    young = read(fold(random_log(3, 200, short), Reading.of_scenario(short)), "young").metrics
    payback = [read(statistics(each), "store").metrics["payback_days"].reason for each in (poor, unknown)]
    assert payback == ["CAC is not earned back within the CLV horizon", "no acquisition spend is known"]
    assert read(statistics(free), "store").metrics["ltv_cac"].reason == "there was no acquisition spend"
    assert young["clv"].reason == "nobody was acquired in the observed time and seen for the CLV horizon"
    differences = compare([statistics(log), statistics(free)], [STORE, STORE], 1).differences
    assert {d.metric: d.verdict for d in differences}["ltv_cac"] == "there was no acquisition spend"


def test_everything_is_told() -> None:
    """A result has every metric and curve, those of each channel and segment, and the cohort table of every month."""
    comparison = pair()
    for result in comparison.scenarios:
        assert set(result.metrics) == set(METRICS)
        assert set(result.curves) == set(CURVES)
        assert set(result.by_channel) == {"search", "organic"}
        assert set(result.by_channel["search"]) == {id for id, m in METRICS.items() if CHANNEL in m.by}
        assert set(result.by_segment["new"]) == {id for id, m in METRICS.items() if SEGMENT in m.by}
        assert set(result.by_strategy) == {*KINDS, "code"}
        assert set(result.by_strategy["email"]) == {id for id, m in METRICS.items() if STRATEGY in m.by}
        assert result.cohorts is not None
        assert len(result.cohorts.cohorts) == len(result.cohorts.retention) == 12
        assert [len(row) for row in result.cohorts.retention] == [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert comparison.baseline == comparison.scenarios[0].name == "store"
    assert set(comparison.curve_differences) == {"other"}
    assert comparison.customers == pytest.approx(1200)


def test_figures_lie_in_their_intervals() -> None:
    """Every value lies in its interval, and shares and their intervals in [0, 1] where they cannot leave it."""
    for result in pair(customers=120).scenarios:
        for figure in figures(result):
            if figure.low is not None:
                assert figure.value is not None
                assert figure.high is not None
                assert figure.low <= figure.value <= figure.high
        for id, figure in result.metrics.items():
            if figure.low is not None and METRICS[id].unit == "share":
                assert figure.low >= METRICS[id].smallest
                assert figure.high is not None
                assert figure.high <= METRICS[id].largest
        for id, curve in result.curves.items():
            for point in curve.points:
                assert point.n > 0
                if point.low is not None and CURVES[id].unit == "share":
                    assert point.value is not None
                    assert point.high is not None
                    assert 0 <= point.low <= point.value <= point.high <= 1


def test_shares_of_net_revenue_may_pass_one() -> None:
    """Where nearly everything is paid back, the best fifth has more than all; every value lies in its interval."""
    log = random_log(5, 400, STORE)
    paid = log.orders.list_price - log.orders.discount
    orders = dataclasses.replace(log.orders, refund=np.where(log.orders.number == 5, 0, paid))
    history = dataclasses.replace(log, orders=orders)
    result = read(statistics(history), "all comes back")
    assert max(found.value or 0 for found in figures(result) if found.unit == "share") > 1
    for figure in figures(result):
        if figure.value is not None and figure.low is not None and figure.high is not None:
            assert figure.low <= figure.value <= figure.high


def test_retention_after_the_first_order_is_not_an_estimate() -> None:
    """At age 0 everybody has ordered, by definition: the interval has no width."""
    point = pair().scenarios[0].curves["retention_bracket_30"].points[0]
    assert (point.x, point.value, point.low, point.high) == (0, 1, 1, 1)


def test_coupled_customers_take_whole_replications() -> None:
    """Where customers are coupled, intervals are over replications, and it takes ten of them."""
    few, many = (random_log(5, 600, STORE, replications=count) for count in (9, 10))
    short = compare([statistics(few)] * 2, [STORE, STORE], 1, coupled=True)
    assert short.scenarios[0].metrics["clv"].low is None
    assert "10 replications" in short.scenarios[0].metrics["clv"].reason
    assert "10 replications" in short.differences[0].verdict
    assert short.differences[0].p_adjusted is None
    figure = compare([statistics(many)], [STORE], 1, coupled=True).scenarios[0].metrics["orders"]
    cells = statistics(many).tallies.monthly[:, :, 1].sum(axis=1).reshape(10, 20).sum(axis=1)
    low, high = stats.t.interval(0.95, 9, cells.mean(), stats.sem(cells))
    assert (figure.value, figure.low, figure.high) == pytest.approx((cells.mean(), low, high))


def test_scenarios_of_the_same_name_are_told_apart() -> None:
    """Names are unique in a comparison, because differences go by name."""
    once = statistics(random_log(1, 50, STORE))
    names = [result.name for result in compare([once] * 3, [STORE] * 3, 1).scenarios]
    assert names == ["store", "store (2)", "store (3)"]


def test_what_does_not_match_is_refused() -> None:
    """Other replications, or another number of scenarios than statistics, cannot be compared."""
    one, two = (statistics(random_log(1, 50, STORE, replications=count)) for count in (1, 2))
    with pytest.raises(ValueError, match="same replications"):
        compare([one, two], [STORE, STORE], 1)
    with pytest.raises(ValueError, match="as many statistics"):
        compare([one], [STORE, STORE], 1)


def test_stores_of_different_length_share_what_both_have() -> None:
    """Curve differences stand where both scenarios have a point."""
    longer = scenario(months=15)
    other = fold(random_log(2, 200, longer), Reading.of_scenario(longer))
    comparison = compare([statistics(random_log(1, 200, STORE)), other], [STORE, longer], 1)
    points = comparison.curve_differences["store (2)"]["monthly_orders"].points
    assert [point.x for point in points] == list(range(12))


def test_a_store_reads_the_same_as_a_history() -> None:
    """`read` tells one history as `compare` tells a scenario."""
    result = read(fold(small_store(), small_reading()), "small")
    assert result.metrics["orders"].value == 13
    assert result.cohorts is not None
    assert result.cohorts.cohorts[6] == "2025-07"
    assert result.cohorts.customers[6] == 1
