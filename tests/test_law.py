"""Without strategies the engine's customers order, leave and spend as the closed forms of the literature say."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable

import numpy as np
import pytest
from cohorts import CUSTOMERS
from scipy import integrate, special, stats

from sim.errors import BadInput
from sim.law import MATCHED_AT, Law, after_order_means, after_order_parameters, lifetime_repeats
from sim.law_knobs import AfterOrder, Basket, Lifetime, Orders
from sim.log import EventLog
from sim.randomness import at, mix
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import StoreKnobs

WEEKS = (13, 26, 39, 52, 78, 104)
PN_39 = StoreKnobs(orders=Orders(r=0.553, alpha=10.578), lifetime=Lifetime(s=0.606, beta=11.669))
PN_78 = StoreKnobs()
BG = StoreKnobs(dropout="after_order", orders=Orders(r=0.243, alpha=4.414), after_order=AfterOrder(a=0.793, b=2.426))


def pareto_repeats(store: StoreKnobs, t: float) -> float:
    """Mean repeat orders by week t (Fader & Hardie, note 009)."""
    r, alpha, s, beta = store.orders.r, store.orders.alpha, store.lifetime.s, store.lifetime.beta
    return r * beta / (alpha * (s - 1.0)) * (1.0 - math.pow(beta / (beta + t), s - 1.0))


def pareto_alive(store: StoreKnobs, t: float) -> float:
    """Share alive at week t."""
    return float((store.lifetime.beta / (store.lifetime.beta + t)) ** store.lifetime.s)


def beta_geometric_repeats(store: StoreKnobs, t: float) -> float:
    """Mean repeat orders by week t (Fader, Hardie & Lee 2005, equation 9)."""
    r, alpha = store.orders.r, store.orders.alpha
    a, b = after_order_parameters(store)
    hyp = special.hyp2f1(r, b, a + b - 1.0, t / (alpha + t))
    return float((a + b - 1.0) / (a - 1.0) * (1.0 - (alpha / (alpha + t)) ** r * hyp))


def beta_geometric_alive(store: StoreKnobs, t: float) -> float:
    """Share alive at week t: E[(alpha / (alpha + p t)) ** r] over p ~ beta(a, b), by plain quadrature."""
    r, alpha = store.orders.r, store.orders.alpha
    p = stats.beta(*after_order_parameters(store))
    return float(integrate.quad(lambda u: (alpha / (alpha + p.ppf(u) * t)) ** r, 0.0, 1.0)[0])


# The seeds are fixed beforehand, one for each law.
LAWS = {"Pareto/NBD, 78 weeks": (PN_78, 1), "Pareto/NBD, 39 weeks": (PN_39, 2), "BG/NBD": (BG, 3)}


@pytest.mark.parametrize("name", LAWS)
def test_repeats_and_survival_are_those_of_the_closed_forms(name: str, one_cohort: Callable[..., EventLog]) -> None:
    """Mean repeats and the alive share of 50,000 customers lie within 3 Monte Carlo standard errors at every age."""
    store, seed = LAWS[name]
    log = one_cohort(store, seed)
    repeats = pareto_repeats if store.dropout == "lifetime" else beta_geometric_repeats
    alive = pareto_alive if store.dropout == "lifetime" else beta_geometric_alive
    people, orders = log.customers, log.orders
    n = people.key.size
    assert abs(n - CUSTOMERS) < 4.0 * math.sqrt(CUSTOMERS)
    age = orders.time - people.acquired[orders.customer]
    lived = people.died - people.acquired
    for weeks in WEEKS:
        assert people.acquired.max() + 7 * weeks < log.end
        counts = np.bincount(orders.customer[age <= 7 * weeks], minlength=n) - 1
        assert abs(counts.mean() - repeats(store, weeks)) < 3.0 * counts.std() / math.sqrt(n), weeks
        share = alive(store, weeks)
        assert abs((lived > 7 * weeks).mean() - share) < 3.0 * math.sqrt(share * (1.0 - share) / n), weeks


def test_baskets_are_gamma_gamma(one_cohort: Callable[..., EventLog]) -> None:
    """One order of each customer passes a Kolmogorov-Smirnov test against the Gamma-Gamma mixture (note 025)."""
    store = dataclasses.replace(PN_78, orders=Orders(r=0.563, alpha=500.0))
    log = one_cohort(store, 1)
    basket = store.basket
    first = log.orders.list_price[log.orders.number == 1] / 100.0
    # z = gamma(p) x gamma / gamma(q), so z / (z + gamma) is beta(p, q). Cents are spread over their width.
    spread = first + np.random.default_rng(1).uniform(-0.005, 0.005, first.size)
    assert stats.kstest(spread / (spread + basket.gamma), stats.beta(basket.p, basket.q).cdf).pvalue > 0.001
    assert first.mean() == pytest.approx(basket.p * basket.gamma / (basket.q - 1.0), abs=3.0 * first.std() / first.size**0.5)


def test_a_customers_baskets_share_their_mean() -> None:
    """Within a customer baskets are gamma(p) around a mean of their own; that mean has the model's spread."""
    law = Law(StoreKnobs(basket=Basket(p=6.25, q=6.0, gamma=30.0)))
    keys = mix(np.arange(100_000, dtype=np.uint64))
    scales = law.traits(keys)[2] / 100.0
    assert stats.kstest(30.0 / scales, stats.gamma(6.0).cdf).pvalue > 0.001
    first, second = (law.order(at(keys, number))[2] for number in (1, 2))
    assert stats.kstest(first, stats.gamma(6.25).cdf).pvalue > 0.001
    assert abs(np.corrcoef(first, second)[0, 1]) < 4.0 / math.sqrt(keys.size)


REFERENCE = {
    "Pareto/NBD, 39 weeks": (0.5312, 0.9086, 1.2130, 1.4730, 1.9094, 2.2743),
    "Pareto/NBD, 78 weeks": (0.4860, 0.8675, 1.1962, 1.4910, 2.0138, 2.4766),
    "BG/NBD": (0.5344, 0.9026, 1.1967, 1.4461, 1.8605, 2.2028),
}
"""Mean repeats at `WEEKS` from the published parameters."""


@pytest.mark.parametrize("name", REFERENCE)
def test_closed_forms_give_the_reference_values(name: str) -> None:
    """The closed forms, those of the tests and those in the program, give the published figures to four decimals."""
    store = LAWS[name][0]
    for weeks, figure in zip(WEEKS, REFERENCE[name], strict=True):
        if store.dropout == "lifetime":
            assert pareto_repeats(store, weeks) == pytest.approx(figure, abs=1e-4)
            mine = lifetime_repeats(
                store.orders.r, store.orders.alpha, store.lifetime.s, store.lifetime.beta, weeks
            )  # fmt: skip
            assert mine == pytest.approx(pareto_repeats(store, weeks), rel=1e-12)
        else:
            assert beta_geometric_repeats(store, weeks) == pytest.approx(figure, abs=1e-4)
            repeats, alive = after_order_means(store.orders.r, store.orders.alpha, 0.793, 2.426, weeks)
            assert repeats == pytest.approx(beta_geometric_repeats(store, weeks), rel=1e-8)
            assert alive == pytest.approx(beta_geometric_alive(store, weeks), rel=1e-6)


@pytest.mark.parametrize("s", [1.0, 1.0 + 1e-7, 0.4081, 3.0])
def test_lifetime_repeats_are_smooth_where_s_is_one(s: float) -> None:
    """Mean repeats are the integral of the order rate times the alive share, for s = 1 as well."""
    share = integrate.quad(lambda t: (10.0 / (10.0 + t)) ** s, 0.0, 52.0)[0]
    assert lifetime_repeats(0.5, 12.0, s, 10.0, 52.0) == pytest.approx(0.5 / 12.0 * share, rel=1e-6)


@pytest.mark.parametrize(
    ("orders", "lifetime"),
    [
        (Orders(), Lifetime()),
        (Orders(r=0.553, alpha=10.578), Lifetime(s=0.606, beta=11.669)),
        (Orders(r=2.0, alpha=20.0), Lifetime(s=1.0, beta=50.0)),
        (Orders(r=0.8, alpha=6.0), Lifetime(s=0.3, beta=40.0)),
    ],
)
def test_matching_meets_its_targets(orders: Orders, lifetime: Lifetime) -> None:
    """A matched after-order law has the lifetime law's mean repeats at 52 and 104 weeks."""
    store = StoreKnobs(dropout="after_order", orders=orders, lifetime=lifetime)
    for weeks in MATCHED_AT:
        target = lifetime_repeats(orders.r, orders.alpha, lifetime.s, lifetime.beta, weeks)
        assert beta_geometric_repeats(store, weeks) == pytest.approx(target, rel=1e-6)


def test_matching_that_cannot_be_is_told() -> None:
    """Where customers are lost before a first repeat, no after-order law fits, and the message says what to do: the a and b it
    names may be set, have the repeats it says, and no others within reach come nearer."""
    store = StoreKnobs(dropout="after_order", orders=Orders(r=0.95, alpha=20.4), lifetime=Lifetime(s=1.2, beta=10.5))
    with pytest.raises(BadInput, match="nobody is lost before a first repeat here; set both") as refused:
        after_order_parameters(store)
    numbers = [float(each) for each in re.findall(r"[0-9.]+", str(refused.value).replace("52 and 104 weeks", ""))]
    *wanted, a, b, early, later = numbers

    def repeats(a: float, b: float) -> list[float]:
        named = dataclasses.replace(store, after_order=AfterOrder(a=a, b=b))
        return [beta_geometric_repeats(named, weeks) for weeks in MATCHED_AT]

    def miss(a: float, b: float) -> float:
        return sum(math.log(given / asked) ** 2 for given, asked in zip(repeats(a, b), wanted, strict=True))

    assert repeats(a, b) == pytest.approx([early, later], rel=3e-3)
    assert wanted == pytest.approx([lifetime_repeats(0.95, 20.4, 1.2, 10.5, weeks) for weeks in MATCHED_AT], rel=3e-3)
    others = [(x, y) for x in np.geomspace(0.02, 90.0, 12) for y in np.geomspace(0.01, 900.0, 12)]
    assert miss(a, b) < min(miss(x, y) for x, y in others) + 1e-4
    hopeless = StoreKnobs(dropout="after_order", orders=Orders(r=5.0, alpha=0.5), lifetime=Lifetime(s=5.0, beta=0.2))
    with pytest.raises(BadInput, match=r"set both: the nearest are \{a: 100, b: 0.01\}"):
        after_order_parameters(hopeless)


@pytest.mark.parametrize("m", [0.5, 1.0, 1.3, 3.0])
def test_a_dropout_multiplier_bends_the_coin(m: float) -> None:
    """Under the after-order law a multiplier m turns the coin's p into 1 - (1 - p)**m, for each customer."""
    law = Law(BG)
    keys = mix(np.arange(200_000, dtype=np.uint64))
    hazards = law.traits(keys)[1]
    p = -np.expm1(-hazards)
    assert stats.kstest(p, stats.beta(0.793, 2.426).cdf).pvalue > 0.001
    bent = 1.0 - (1.0 - p) ** m
    lost = law.lost_after(at(keys, 2), hazards * m)
    for low in np.arange(0.0, 1.0, 0.1):
        some = (p >= low) & (p < low + 0.1)
        spread = math.sqrt((bent[some] * (1.0 - bent[some])).sum())
        assert abs(lost[some].sum() - bent[some].sum()) < 4.0 * spread


@pytest.mark.parametrize("dropout", ["lifetime", "after_order"])
def test_channel_quality_multiplies_what_it_says(dropout: str) -> None:
    """A channel's multipliers change its customers' rate, dropout and baskets, and leave their luck as it is."""
    store = dataclasses.replace(BG if dropout == "after_order" else PN_78, dropout=dropout)
    plain, better = Channel(customers=500.0), Channel(customers=500.0, order_rate=2.0, dropout=0.5, basket=3.0)
    mine, theirs = (Store(Scenario(months=6, store=store, channels={"c": each}), 1).run() for each in (plain, better))
    np.testing.assert_array_equal(mine.customers.key, theirs.customers.key)
    first = [log.orders.list_price[log.orders.number == 1] for log in (mine, theirs)]
    np.testing.assert_allclose(first[1], 3 * first[0], atol=2)
    if dropout == "lifetime":
        both = np.isfinite(mine.customers.died) & np.isfinite(theirs.customers.died)
        assert both.sum() > 20
        lived = [(log.customers.died - log.customers.acquired)[both] for log in (mine, theirs)]
        np.testing.assert_allclose(lived[1], 2.0 * lived[0], rtol=1e-9)
    second = second_orders(mine, theirs)
    np.testing.assert_allclose(second[0], 2.0 * second[1], rtol=1e-9)


def second_orders(mine: EventLog, theirs: EventLog) -> tuple[np.ndarray, np.ndarray]:
    """Days from the first to the second order of those who have one in both."""
    gaps = []
    for log in (mine, theirs):
        gap = np.full(log.customers.key.size, np.nan)
        second = log.orders.number == 2
        who = log.orders.customer[second]
        gap[who] = log.orders.time[second] - log.customers.acquired[who]
        gaps.append(gap)
    both = ~np.isnan(gaps[0]) & ~np.isnan(gaps[1])
    assert both.sum() > 20
    return gaps[0][both], gaps[1][both]
