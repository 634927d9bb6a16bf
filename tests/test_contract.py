"""A subscription store renews as the shifted beta-geometric law says, and its recurring revenue adds up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cohorts import CUSTOMERS, OneCohort
from histories import same
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from shop_file import SMALL

from sim.cli import main
from sim.commands.validate import execute
from sim.files.scenario_file import load_scenario
from sim.idle import idle
from sim.law import contract_survival
from sim.law_knobs import Contract
from sim.log import MICROS_PER_CENT, EventLog
from sim.recurring import DAYS_A_MONTH
from sim.renewals import FITTED_TO, PUBLISHED, Cohort, beside
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import Competition, Service, StoreKnobs
from sim.strategies import Strategy, catalogue

catalogue()
BOX = StoreKnobs(dropout="contract", contract=Contract(every=30.0, alpha=0.9, beta=6.0))
ROUNDING = 5e-4
"""The published tables have percentages with one digit."""


def run(strategies: Mapping[str, Strategy], store: StoreKnobs = BOX, **values: Any) -> EventLog:
    settings: dict[str, Any] = {"months": 14, "pre_history": 5, "channels": {"organic": Channel(customers=150.0)}}
    return Store(Scenario(store=store, strategies=strategies, **(settings | values)), 1).run()


def make(name: str, **values: Any) -> dict[str, Strategy]:
    return {name: catalogue()[name](**values)}


# The law --------------------------------------------------------------------------------------------------------------

PROJECTED = {
    "Regular": (62.7, 47.4, 38.8, 33.2, 29.2, 26.2, 23.9, 22.0, 20.4, 19.1, 18.0, 17.0),
    "High End": (85.1, 74.7, 67.0, 61.0, 56.2, 52.2, 48.9, 46.0, 43.6, 41.4, 39.5, 37.8),
}


@pytest.mark.parametrize("cohort", PUBLISHED, ids=[cohort.name for cohort in PUBLISHED])
def test_the_closed_form_is_the_published_projection(cohort: Cohort) -> None:
    """The closed form gives the projections of Fader & Hardie 2007, and lies within two points of what the cohorts did."""
    for renewals, percent in enumerate(PROJECTED[cohort.name], start=1):
        survival = contract_survival(cohort.alpha, cohort.beta, renewals)
        assert abs(survival - percent / 100) < ROUNDING + 1e-9, renewals
        assert abs(survival - cohort.survival[renewals]) < 0.02, renewals
    assert len(cohort.survival) == 13
    assert FITTED_TO < 12


@given(st.floats(0.02, 500.0), st.floats(0.02, 500.0), st.integers(0, 500))
def test_the_closed_form_is_a_ratio_of_beta_functions(alpha: float, beta: float, renewals: int) -> None:
    """B(alpha, beta + t) / B(alpha, beta), by another library; the renewal rate is (beta + t) / (alpha + beta + t)."""
    survival = contract_survival(alpha, beta, renewals)
    expected = math.exp(special.betaln(alpha, beta + renewals) - special.betaln(alpha, beta))
    assert survival == pytest.approx(expected, rel=1e-9)
    rate = contract_survival(alpha, beta, renewals + 1) / survival
    assert rate == pytest.approx((beta + renewals) / (alpha + beta + renewals), rel=1e-9)


@pytest.mark.parametrize("cohort", PUBLISHED, ids=[cohort.name for cohort in PUBLISHED])
def test_survival_of_subscribers_is_the_closed_form(cohort: Cohort, one_cohort: OneCohort) -> None:
    """After each of twelve renewals the share of 50,000 subscribers who are left is within 3 standard errors of it."""
    store = StoreKnobs(dropout="contract", contract=Contract(every=60.0, alpha=cohort.alpha, beta=cohort.beta))
    log = one_cohort(store, 4)
    n = log.customers.key.size
    assert abs(n - CUSTOMERS) < 4.0 * math.sqrt(CUSTOMERS)
    assert log.customers.acquired.max() + 12 * 60.0 < log.end
    orders = np.bincount(log.orders.customer, minlength=n)
    for renewals in range(1, 13):
        share = contract_survival(cohort.alpha, cohort.beta, renewals)
        assert abs((orders > renewals).mean() - share) < 3.0 * math.sqrt(share * (1.0 - share) / n), renewals


def test_renewals_fall_due_at_the_period() -> None:
    """A subscriber's orders lie a period apart; the loss is at a due date."""
    log = run({})
    again = log.orders.number[1:] > 1
    np.testing.assert_allclose(np.diff(log.orders.time)[again], 30.0, atol=1e-9)
    last = np.full(log.customers.key.size, -np.inf)
    np.maximum.at(last, log.orders.customer, log.orders.time)
    lost = np.isfinite(log.customers.died)
    assert lost.sum() > 500
    np.testing.assert_allclose(log.customers.died[lost], last[lost] + 30.0, atol=1e-9)


def test_the_table_of_renewals_is_kaplan_meier() -> None:
    """Survival is the product of the renewal rates, with Greenwood's error, beside the law and the published cohort."""
    table = beside([100, 80, 0], [90, 60, 0], 0.668, 3.806, PUBLISHED[1])
    assert [row.number for row in table] == [1, 2, 3]
    assert table[0].survival == 0.9
    assert table[0].error == pytest.approx(math.sqrt(0.9 * 0.1 / 100))
    assert table[1].survival == pytest.approx(0.9 * 0.75)
    assert table[1].error == pytest.approx(0.675 * math.sqrt(10 / 9000 + 20 / 4800))
    assert math.isnan(table[2].survival)
    assert [row.published for row in table] == pytest.approx([0.869, 0.743, 0.653])
    assert [row.law for row in table] == [contract_survival(0.668, 3.806, each) for each in (1, 2, 3)]
    assert [row.published for row in beside([5], [4], 1.0, 1.0)] == [None]


# What acts under a contract -------------------------------------------------------------------------------------------


def orders(log: EventLog) -> dict[str, dict[str, Any]]:
    return {"orders": {name: getattr(log.orders, name) for name in ("customer", "number", "time", "list_price")}}


@pytest.mark.parametrize(
    "strategies",
    [
        make("loyalty_points", reward=0.0, member_order_rate=1.5, pull=1.0),
        make("delight", lift=2.0),
        make("discount_cycle", waiters=1.0, elasticity=2.5),
        make("loyalty_tiers", up_dropout=1.0, down_dropout=1.0, up_order_rate=1.5, pull=1.0),
    ],
    ids=["points", "delight", "cycle", "tiers"],
)
def test_order_rates_cannot_be_bent(strategies: Mapping[str, Strategy]) -> None:
    """What only bends order rates, or would put orders off, moves none of a subscriber's orders, not by a bit."""
    assert same(orders(run(strategies)), orders(run({})))


def test_dropout_can() -> None:
    """What halves the dropout keeps subscribers, and the other way round: p becomes 1 - (1 - p)**m at each renewal."""
    idle: dict[str, Any] = {"premium_at": 0.01, "gold_at": 1e6, "pull": 0.0, "up_order_rate": 1.0}
    counts = [
        run(make("loyalty_tiers", up_dropout=m, **idle), pre_history=0).orders.time.size for m in (0.5, 1.0, 2.0)
    ]
    assert counts[0] > 1.1 * counts[1] > 1.1 * 1.1 * counts[2]
    assert counts[1] == run({}, pre_history=0).orders.time.size


def test_customers_won_by_a_discount_leave_as_much_sooner_as_is_asked() -> None:
    """Where order rates cannot be bent, all of what makes them worth less is dropout: so large a share of the later boxes
    never comes, whoever they are."""
    channels = {"organic": Channel(customers=400.0), "fair": Channel(customers=400.0, dropout=0.7)}
    store = StoreKnobs(dropout="contract", contract=Contract(every=10.0, alpha=20.0, beta=60.0))
    later = []
    for finding in ("neither", "lewis"):
        discount = make("first_order_discount", depth=0.3, elasticity=0.0, worth_less=1.5, finding=finding)
        log = run(discount, store, pre_history=0, channels=channels)
        early = log.customers.acquired < 300.0
        later.append((early[log.orders.customer] & (log.orders.number > 1)).sum())
    assert later[1] / later[0] == pytest.approx(1.0 - 0.3 * 1.5, abs=0.02)


def test_a_season_does_nothing() -> None:
    """Dates of renewal stand in every season."""
    season = (0.5, 0.5, 0.5, 0.5, 2.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0)
    seasonal = StoreKnobs(dropout="contract", contract=BOX.contract, season=season)
    assert same(orders(run({}, seasonal)), orders(run({})))


# Recurring revenue ----------------------------------------------------------------------------------------------------

DRIVEN = StoreKnobs(
    dropout="contract", contract=BOX.contract, competition=Competition(offers=3.0, switching=0.1),
    service=Service(failures=0.1, failure_dropout=2.0),
)  # fmt: skip


@pytest.mark.parametrize(
    ("store", "strategies"),
    [
        (BOX, {}),
        (DRIVEN, {}),
        (DRIVEN, make("win_back", reactivates=0.5, reminds=0.1, after=20.0)),
        (BOX, make("first_order_discount", depth=0.5)),
    ],
    ids=["plain", "rivals and failures", "won back", "half price"],
)
def test_mrr_adds_up_to_the_revenue(store: StoreKnobs, strategies: Mapping[str, Strategy]) -> None:
    """Opening, started and grown less lost and shrunk is what subscribers pay a month, to the micro: the revenue of the
    last period, in which each who is left has paid once."""
    log = run(strategies, store)
    opening, flows = log.counts["recurring.opening"].sum(axis=0), log.counts["recurring.mrr"]
    months = flows.sum(axis=0).reshape(-1, 4).sum(axis=0)
    people = log.counts["recurring.people"].sum(axis=0).reshape(-1, 4).sum(axis=0)
    assert opening[0] > 100
    assert (months > 0).all()
    there = np.isinf(log.customers.died)
    last = (log.orders.time > log.end - 30.0) & there[log.orders.customer]
    paid = (log.orders.list_price - log.orders.discount)[last]
    exact = np.rint(paid * (MICROS_PER_CENT * DAYS_A_MONTH / 30.0)).astype(np.int64)
    alive = np.unique(log.orders.customer[last]).size
    assert paid.size == alive
    assert opening[0] + people[0] - people[1] == alive
    assert opening[1] + months[0] - months[1] + months[2] - months[3] == exact.sum()
    if not {"win_back"} & strategies.keys():
        assert alive == there.sum()
        revenue = (log.orders.list_price - log.orders.discount)[log.orders.time > log.end - 30.0].sum()
        if store is BOX:
            assert revenue == paid.sum()


def test_who_is_won_back_starts_anew() -> None:
    """A subscriber who comes back orders at once without a coin, and counts as started, not as grown."""
    store = StoreKnobs(dropout="contract", contract=Contract(every=30.0, alpha=50.0, beta=0.05))
    log = run(make("win_back", reactivates=1.0, reminds=0.0, lift=0.0, depth=0.0, after=40.0), store, pre_history=0)
    started = log.counts["recurring.people"].sum(axis=0).reshape(-1, 4)[:, 0].sum()
    assert (log.orders.number > 1).sum() > 1000
    assert started > 0.99 * log.orders.time.size


# What is idle ---------------------------------------------------------------------------------------------------------


def test_a_run_says_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    """The notes below the figures name what cannot act, with the scenarios' letters where there are several."""
    assert main(["compare", "coffee_subscription", "coffee_subscription/subscriber_tiers", *SMALL]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "B: under a contract orders fall due on fixed dates, so what loyalty_tiers would do to order rates" in text


def test_who_would_bend_order_rates_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Validation names the strategies whose order-rate effects do nothing under a contract, and a season; others not."""
    text = "store: {dropout: contract, season: [1,1,1,1,1,1,1,1,1,1,1,2]}\nstrategies: {delight: {}, cause_donation: {}}\n"
    path = tmp_path / "box.yaml"
    path.write_text(text)
    season, rates = idle(load_scenario(path))
    assert "store.season has no effect" in season
    assert "delight" in rates
    assert execute([str(path)]) == 0
    told = capsys.readouterr()
    assert told.out.endswith("box.yaml: valid\n")
    assert season in told.err
    path.write_text(text.replace("contract", "lifetime"))
    assert idle(load_scenario(path)) == []
    path.write_text("store: {dropout: contract}\nstrategies: {first_order_discount: {}}\n")
    assert not any("season" in each or "rates" in each for each in idle(load_scenario(path)))
    discount = "strategies: {first_order_discount: {finding: anderson_simester}}\n"
    path.write_text("store: {dropout: contract}\nchannels: {fair: {customers: 9, order_rate: 2}}\n" + discount)
    (rates,) = [each for each in idle(load_scenario(path)) if "order rates" in each]
    assert "channels.fair, first_order_discount" in rates
