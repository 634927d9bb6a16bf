"""Acquisition: who is won, and what it takes to win more."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.acquisition import Acquisition, Arrivals
from sim.experiment import event_log, run
from sim.paths import contradictions
from sim.results import Comparison
from sim.scenario import FEWEST, NEEDS, Budget, Channel, Scenario
from sim.strategies import catalogue

CHANNELS = {"search": Channel(customers=4_000.0), "organic": Channel(customers=1_000.0, paid=False)}
STORE = Scenario(months=13, channels=CHANNELS)


def month(pull: float, block: int = 0, blocks: int = 1) -> Arrivals:
    """The first month, in which search pulls so strongly from day 10 to day 20."""
    return Acquisition(STORE, 1, range(1), block, blocks).month(0, {"search": [(10.0, 20.0, pull)]})


def test_a_pull_brings_the_same_people_and_others_in_its_time() -> None:
    """Whoever comes anyway comes at the same moment; those besides come through the channel while it pulls, and are as
    many as expected."""
    anyway, more = Acquisition(STORE, 1, range(1)).month(0), month(1.5)
    same = np.isin(more.key, anyway.key)
    np.testing.assert_array_equal(more.key[same], anyway.key)
    np.testing.assert_array_equal(more.time[same], anyway.time)
    extra = ~same
    assert (more.channel[extra] == 0).all()
    assert ((more.time[extra] >= 10.0) & (more.time[extra] < 20.0)).all()
    expected = 4_000.0 * 0.5 * 10.0 / 31.0
    assert abs(extra.sum() - expected) < 4.0 * expected**0.5


def test_a_weak_pull_keeps_some_of_the_same_people() -> None:
    """Below one, a share of those who would come in the time stays away, and nobody else."""
    anyway, fewer = Acquisition(STORE, 1, range(1)).month(0), month(0.7)
    assert np.isin(fewer.key, anyway.key).all()
    lost = ~np.isin(anyway.key, fewer.key)
    inside = (anyway.channel == 0) & (anyway.time >= 10.0) & (anyway.time < 20.0)
    assert not lost[~inside].any()
    assert abs(lost[inside].mean() - 0.3) < 4.0 * (0.21 / inside.sum()) ** 0.5


@pytest.mark.parametrize("pull", [0.7, 1.5])
def test_blocks_share_the_people_out(pull: float) -> None:
    """Blocks are disjoint and together everybody."""
    whole = month(pull)
    parts = np.concatenate([month(pull, block, 3).key for block in range(3)])
    assert parts.size == whole.key.size
    np.testing.assert_array_equal(np.sort(parts), np.sort(whole.key))


def compared(name: str, **knobs: object) -> Comparison:
    """A store with a strategy against the store without."""
    kind = catalogue()[name]
    base = Scenario(name="base", months=18, clv_horizon=6)
    variant = Scenario(name=name, months=18, clv_horizon=6, strategies={name: kind(**knobs)})  # type: ignore[arg-type]
    *_, last = run([base.scaled(1_500), variant.scaled(1_500)], replications=3, workers=1)
    assert last.comparison is not None
    return last.comparison


def difference(found: Comparison, metric: str) -> tuple[float, float]:
    """The interval of a difference."""
    (one,) = [each for each in found.differences if each.metric == metric]
    assert one.low is not None
    assert one.high is not None
    return one.low, one.high


def test_a_first_order_discount_brings_more_customers_who_are_worth_less() -> None:
    """More customers come, and they are worth less; without `worth_less` they only pay less for the first order."""
    found = compared("first_order_discount", depth=0.2)
    low, high = difference(found, "customers")
    expected = 1_500 * (0.8**-1.5 - 1.0)
    assert low > 0
    assert abs((low + high) / 2 - expected) < 0.15 * expected
    assert difference(found, "clv")[1] < 0
    assert difference(found, "repeat_customer_rate")[1] < 0
    kind = compared("first_order_discount", depth=0.2, worth_less=0.0)
    low, high = difference(kind, "repeat_customer_rate")
    assert low < 0 < high


def test_a_sale_draws_new_customers_in_while_it_lasts() -> None:
    """In the days of a sale so many more come as depth and elasticity say, at its price, and on no other day; by default
    nobody does."""
    cycle = catalogue()["discount_cycle"]
    logs = []
    for more in (0.0, 2.0):
        sale = cycle(depth=0.3, every=40.0, length=10.0, first_after=15.0, until=300.0, new_elasticity=more)  # type: ignore[call-arg]
        logs.append(event_log(Scenario(name="sale", months=12, strategies={"discount_cycle": sale}).scaled(20_000), 1))
    assert cycle().new_elasticity == 0.0  # type: ignore[attr-defined]
    counts = []
    for log in logs:
        came = log.customers.acquired[log.customers.acquired >= 0.0]
        on = (came < 300.0) & (came >= 15.0) & ((came - 15.0) % 40.0 < 10.0)
        counts.append((on.sum(), (~on).sum()))
        first = log.orders.time[(log.orders.number == 1) & (log.orders.discount > 0)]
        assert first.size == on.sum()
    assert counts[0][1] == counts[1][1]
    expected = 0.7**-2.0
    assert abs(counts[1][0] / counts[0][0] - expected) < 4.0 * (expected / counts[0][0]) ** 0.5


def test_a_sale_that_draws_nobody_in_moves_nobody() -> None:
    """Beside what does draw people in, a sale of which new customers take no notice leaves every arrival as it was."""
    look = catalogue()["brand_look"](attracts=1.5)  # type: ignore[call-arg]
    sales = [{}, {"discount_cycle": catalogue()["discount_cycle"]()}]
    alone, beside = (event_log(Scenario(name="sale", strategies={"brand_look": look, **each}), 1).customers for each in sales)
    np.testing.assert_array_equal(alone.key, beside.key)
    np.testing.assert_array_equal(alone.acquired, beside.acquired)


@pytest.mark.parametrize("segment", ["existing", "repeat", "vip"])
def test_a_strategy_for_customers_of_some_standing_draws_in_nobody(segment: str) -> None:
    """As many come as without it, at whatever it is set to attract or to put off."""
    for name, knobs in (("brand_look", {"attracts": 1.5}), ("personalisation", {"puts_off": 0.5})):
        assert difference(compared(name, segment=segment, **knobs), "customers") == (0.0, 0.0)


def test_fixed_costs_lower_profit_and_nothing_else() -> None:
    """An idea without effect costs what it says each month, scaled with the store, and leaves every customer alone."""
    found = compared("content", monthly_cost=100.0)
    scale = 1_500 / (18 * 100.0)
    costs = found.scenarios[1].metrics["fixed_costs"].value
    assert costs == pytest.approx(18 * 100.0 * scale)
    assert difference(found, "profit") == pytest.approx((-costs, -costs))
    for metric in ("customers", "orders", "contribution_margin", "clv"):
        assert difference(found, metric) == (0.0, 0.0)


HOSTILE = {
    "monthly_spend": (0.0, 1e-310, 1e-30, 1.0, 1e9), "customers": (0.0, 1e-320, 1e-9, 5.0, 1e7),
    "cost_per_visit": (None, 0.0001, 1e6), "conversion": (None, 0.0, 1e-320, 0.03, 1.0),
    "ceiling": (None, 0.0, 1e-320, 100.0, 1e7), "half_spend": (None, 0.01, 1e9), "steepness": (0.1, 1.0, 10.0),
}  # fmt: skip
HOSTILE_CHANNELS = st.builds(
    Channel, response=st.sampled_from(sorted(NEEDS)), **{name: st.sampled_from(values) for name, values in HOSTILE.items()}
)
BUDGETS = st.builds(Budget, monthly=st.sampled_from([None, 0.0, 1e-300, 1e9]), keeping=st.sampled_from([0.0, 0.5, 1.0]))


@given(channels=st.lists(HOSTILE_CHANNELS, max_size=3), budget=BUDGETS)
def test_whatever_a_channel_says_is_told_or_brings_customers(channels: list[Channel], budget: Budget) -> None:
    """Of whatever a file may set, a channel that lacks what its response needs is told as a contradiction, not met as an
    accident; and where nothing contradicts itself, so many customers are expected that the store can be scaled to any size."""
    scenario = Scenario(channels={str(i): channel for i, channel in enumerate(channels)}, budget=budget)
    found = [*contradictions(scenario), *scenario.contradictions()]
    if any(getattr(channel, name) is None for channel in channels for name in NEEDS[channel.response]):
        assert found
        with pytest.raises(ValueError, match="a channel of response"):
            scenario.expected_customers()
    if not found:
        assert FEWEST <= scenario.expected_customers() < math.inf
        assert scenario.scaled(400.0).expected_customers() == pytest.approx(400.0)


def test_an_effect_of_ones_own_can_be_entered() -> None:
    """The null ideas do what the user enters."""
    found = compared("brand_look", attracts=1.2, order_rate=1.1)
    assert difference(found, "customers")[0] > 0
    assert difference(found, "purchase_frequency")[0] > 0
    assert difference(compared("brand_look", dropout=0.8), "clv")[0] > 0
