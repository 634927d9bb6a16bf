"""Existing customers: what is known of each, drawn exactly, and their place in a store that starts with them."""

from __future__ import annotations

import dataclasses
import datetime
import math
from pathlib import Path

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.base import Base, base_text, read_base
from sim.errors import BadInput
from sim.experiment import run
from sim.files.scenario_file import load_scenario
from sim.fit.expectations import further_repeats
from sim.law_knobs import AfterOrder as AfterOrderKnobs
from sim.law_knobs import Lifetime as LifetimeKnobs
from sim.law_knobs import Orders
from sim.log import EventLog
from sim.posterior import AfterOrder, Lifetime, chance_alive, draw
from sim.randomness import at, gamma_each, mix, purpose
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import StoreKnobs

LAW = Lifetime(0.5533, 10.5776, 0.6062, 11.668)
COIN = AfterOrder(0.2426, 4.4135, 0.7929, 2.4258)
FEW = Base(
    np.array([1, 2, 7, 9]), np.array([0.0, 1.0, 6.0, 2.0]), np.array([0.0, 4.0, 30.0, 20.0]),
    np.array([39.0, 30.0, 31.0, 20.0]), np.array([0.0, 20.0, 35.5, 90.0]),
)  # fmt: skip
ROWS = "customer,frequency,recency,T,monetary_value\n"
SCENARIO = """store:
  base: {file: base.csv}
pre_history: 12 months
months: 6
clv_horizon: 3
channels: {all: {customers: 1, paid: false}}
"""


def keys_of(count: int) -> np.ndarray:
    """So many keys."""
    return mix(at(np.zeros(count, np.uint64), np.arange(count)))


def scenario(law: Lifetime | AfterOrder, months: int = 9) -> Scenario:
    """A store that hardly wins anybody."""
    store = StoreKnobs(orders=Orders(law.r, law.alpha))
    if isinstance(law, Lifetime):
        store = dataclasses.replace(store, lifetime=LifetimeKnobs(law.s, law.beta))
    else:
        store = dataclasses.replace(store, dropout="after_order", after_order=AfterOrderKnobs(law.a, law.b))
    return Scenario(
        start=datetime.date(2025, 1, 1), months=months, clv_horizon=3, pre_history=12, store=store,
        channels={"all": Channel(customers=1e-6)},
    )  # fmt: skip


def history_of(
    base: Base, law: Lifetime | AfterOrder = LAW, replications: int = 1, blocks: tuple[int, int] = (0, 1)
) -> EventLog:
    """The log of a store that starts with this base."""
    store = Store(scenario(law), 1, range(replications), *blocks)
    store.base = base
    return store.run()


def folder(tmp_path: Path, rows: str, text: str = SCENARIO) -> Path:
    """A scenario and its base file."""
    (tmp_path / "base.csv").write_text(rows)
    (tmp_path / "store.yaml").write_text(text)
    return tmp_path / "store.yaml"


@settings(max_examples=30, deadline=None)
@given(st.floats(0.05, 400.0), st.integers(0, 1000))
def test_gamma_draws_of_any_shape_have_their_mean(shape: float, seed: int) -> None:
    """Each place may have a shape of its own; the mean of many draws is the shape within five standard errors."""
    drawn = gamma_each(keys_of(4000) + np.uint64(seed), purpose("test.gamma"), np.full(4000, shape))
    assert abs(drawn.mean() - shape) < 5 * math.sqrt(shape / 4000)
    assert (drawn >= 0).all()


@pytest.mark.parametrize(
    ("law", "x", "t_x", "T"),
    [
        (LAW, 0, 0.0, 39.0),
        (LAW, 3, 10.0, 39.0),
        (Lifetime(1.5, 40.0, 1.2, 2.0), 40, 5.0, 80.0),
        (Lifetime(0.5, 1.0, 3.0, 60.0), 2, 1.0, 9.0),
    ],
)
def test_moments_of_dropout_follow_their_density(law: Lifetime, x: int, t_x: float, T: float) -> None:
    """Given that a customer was lost, when: the draws against the integrated density (Kolmogorov & Smirnov)."""
    count = 4000
    columns = [np.full(count, float(value)) for value in (x, t_x, T)]
    lost = draw(law, np.zeros(count), keys_of(count), *columns).lost

    def density(t: float) -> float:
        orders, lifetime = (law.alpha + t_x) / (law.alpha + t), (law.beta + t_x) / (law.beta + t)
        return orders ** (law.r + x) * lifetime ** (law.s + 1)

    whole = scipy.integrate.quad(density, t_x, T)[0]
    cdf = np.vectorize(lambda t: scipy.integrate.quad(density, t_x, t)[0] / whole)
    sample = lost[:400]
    assert ((lost > t_x) & (lost <= T)).all()
    assert scipy.stats.kstest(sample, cdf).pvalue > 1e-3


@pytest.mark.parametrize("law", [LAW, COIN])
def test_posterior_draws_have_the_published_moments(law: Lifetime | AfterOrder) -> None:
    """Who is drawn alive, and at which rate: P(alive) and (r + x) / (alpha + T) of the living."""
    count, x, t_x, T = 40_000, np.full(40_000, 2.0), np.full(40_000, 30.43), np.full(40_000, 38.86)
    alive = chance_alive(law, x, t_x, T)
    found = draw(law, alive, keys_of(count), x, t_x, T)
    living = np.isinf(found.lost)
    assert living.mean() == pytest.approx(alive[0], abs=4 * math.sqrt(0.25 / count))
    assert found.rate[living].mean() == pytest.approx((law.r + 2) / (law.alpha + 38.86), rel=0.02)


@pytest.mark.parametrize("law", [LAW, COIN])
def test_the_engine_continues_customers_as_the_closed_form_says(law: Lifetime | AfterOrder) -> None:
    """Orders in the 39 weeks after day 0, by history: within four standard errors of the conditional expectation."""
    x, t_x, T = np.array([0.0, 2.0, 8.0]), np.array([0.0, 30.43, 20.0]), np.array([38.86, 38.86, 30.0])
    each = 4000
    base = Base(np.arange(3 * each), *(np.repeat(column, each) for column in (x, t_x, T)), np.full(3 * each, 30.0))
    log = history_of(base, law)
    later = (log.orders.time > 0) & (log.orders.time <= 39 * 7)
    number = np.bincount(log.orders.customer[log.orders.time < 0], minlength=3 * each)
    orders = np.bincount(log.orders.customer[later], minlength=3 * each)
    for k, expected in enumerate(further_repeats(law, x, t_x, T, 39.0)):
        mine = orders[number == x[k] + 1]
        assert mine.size == each
        assert abs(mine.mean() - expected) < 4 * mine.std() / math.sqrt(each)


def test_the_past_enters_the_log_as_it_is_known() -> None:
    """First and last orders when they were, numbered through, the mean repeat basket as known, nobody new on day 0."""
    log = history_of(FEW)
    order = np.argsort(-FEW.T)
    assert (log.customers.acquired < 0).all()
    assert log.customers.acquired == pytest.approx(-7 * FEW.T[order])
    for row, k in enumerate(order):
        past = (log.orders.customer == row) & (log.orders.time < 0)
        times, cents = log.orders.time[past], log.orders.list_price[past]
        assert log.orders.number[past].tolist() == list(range(1, int(FEW.x[k]) + 2))
        assert times.max() == pytest.approx(7 * (FEW.t_x[k] - FEW.T[k]), abs=1e-3)
        if FEW.x[k]:
            assert cents[1:].mean() == pytest.approx(100 * FEW.mean[k], abs=1)
    assert (np.diff(log.orders.time)[np.diff(log.orders.customer) == 0] >= 0).all()


def test_blocks_hold_the_same_customers_as_the_whole() -> None:
    """However a base is divided into blocks, every customer has the same orders at the same moments, bit for bit."""
    whole = history_of(FEW, replications=3)
    parts = [history_of(FEW, replications=3, blocks=(block, 3)) for block in range(3)]

    def all_of(logs: list[EventLog]) -> list[tuple[int, float, int]]:
        return sorted(
            (int(log.customers.key[who]), float(time), int(cents))
            for log in logs
            for who, time, cents in zip(log.orders.customer, log.orders.time, log.orders.list_price, strict=True)
        )

    assert all_of(parts) == all_of([whole])


def test_replications_draw_their_own_luck() -> None:
    """Each replication draws each customer anew; the known past's times of first and last orders do not differ."""
    log = history_of(FEW, replications=40)
    assert np.unique(log.customers.key).size == 160
    assert np.unique(log.customers.acquired.round(3)).size == 4
    assert 20 < np.isinf(log.customers.died).sum() < 150


def test_scenarios_with_a_base_run_and_compare(tmp_path: Path) -> None:
    """A scenario with a base and one with a strategy besides: both run, whatever the number of blocks, and pair."""
    base = Base(np.arange(200), *(np.tile(column, 50) for column in (FEW.x, FEW.t_x, FEW.T, FEW.mean)))
    path = folder(tmp_path, "".join(base_text(base, "a comment\nin two lines")))
    plain = load_scenario(path)
    mailed = load_scenario(path, ["strategies.email=on", "strategies.loyalty_tiers=on", "strategies.win_back=on"])
    *_, last = run([plain, dataclasses.replace(mailed, name="mailed")], replications=2, workers=1)
    assert last.comparison is not None
    one, other = last.comparison.scenarios
    assert one.metrics["orders"].value is not None
    assert other.metrics["orders"].value > one.metrics["orders"].value > 100  # type: ignore[operator]
    assert one.metrics["customers"].value < 20  # type: ignore[operator]
    assert one.metrics["churn_rate"].value is not None


def test_a_larger_store_has_more_of_the_same_customers(tmp_path: Path) -> None:
    """Scaled by 2.5 a base has its customers twice and half of them a third time, the same ones in every replication."""
    base = Base(np.arange(400), *(np.tile(column, 100) for column in (FEW.x, FEW.t_x, FEW.T, FEW.mean)))
    found = load_scenario(folder(tmp_path, "".join(base_text(base))))
    large = found.scaled(found.expected_customers() * 2.5)
    assert large.store.base.times == pytest.approx(2.5)
    log = Store(large, 1, range(2)).run()
    for cell in (0, 1):
        assert 940 < ((log.customers.acquired < 0) & (log.customers.cell // 20 == cell)).sum() < 1060


def test_a_base_file_reads_back() -> None:
    """What is written is what is read, to a minute and a cent."""
    text = "".join(base_text(FEW, "a comment"))
    assert text.startswith("# a comment\ncustomer,frequency,recency,T,monetary_value\n1,0,0,39,0.00\n")


def test_a_base_file_is_read_again_to_the_minute(tmp_path: Path) -> None:
    """Numbers, weeks and means survive the file."""
    path = tmp_path / "base.csv"
    path.write_text("".join(base_text(FEW)))
    again = read_base(path)
    for field in dataclasses.fields(Base):
        assert getattr(again, field.name) == pytest.approx(getattr(FEW, field.name), abs=1e-5)


def test_a_large_base_file_reads_as_a_small_one(tmp_path: Path) -> None:
    """The quick way through a large file finds what the careful one does, and a mistake in it is told with its line."""
    luck = np.random.default_rng(1)
    x = luck.integers(0, 9, 8000).astype(float)
    T = luck.uniform(1, 90, 8000)
    t_x = np.where(x > 0, T * luck.uniform(0, 1, 8000), 0.0)
    base = Base(np.arange(8000), x, t_x, T, np.where(x > 0, 20.0, 0.0))
    path = tmp_path / "large.csv"
    path.write_text("".join(base_text(base, "two lines\nof comment")))
    found = read_base(path)
    for field in dataclasses.fields(Base):
        assert getattr(found, field.name) == pytest.approx(getattr(base, field.name), abs=1e-5)
    lines = path.read_text().splitlines()
    cases = {"5000,1,2,1,3": ":5004:3: recency", "4999,0,0,1,0": ":5004:1: customer 4999", "x,0,0,1,0": ":5004:1"}
    for bad, told in cases.items():
        path.write_text("\n".join([*lines[:5003], bad, *lines[5004:]]) + "\n")
        with pytest.raises(BadInput, match=told):
            read_base(path)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("customer,x\n1,2\n", ":1:1: the first line does not name the columns"),
        (ROWS, "the base has no customer"),
        (ROWS + "1,2,3\n", ":2:1: the row has 3 fields"),
        ("# why\n" + ROWS + "1,2,3,x,5\n", ":3:4: T: 'x' is not a number of at least 0"),
        (ROWS + "1,2.5,3,4,5\n", ":2:2: frequency: '2.5' is not a whole number"),
        (ROWS + "1,2,5,4,5\n", ":2:3: recency: the last order, at 5 weeks, lies after day 0, at 4"),
        (ROWS + "1,0,1,4,5\n", ":2:3: recency: without a repeat order the recency is 0"),
        (ROWS + "1,0,0,4,0\n2,0,0,4,0\n1,0,0,4,0\n", ":4:1: customer 1 is there a second time"),
        (ROWS + "1,0,0,-4,inf\n", "is not a number of at least 0"),
        (ROWS + "1,0,0,60,0\n", "pre_history: the first customer of the base came 420 days before the start"),
    ],
)
def test_a_bad_base_is_told_with_its_place(tmp_path: Path, rows: str, told: str) -> None:
    """Every mistake of a base file is told with line and column when the scenario is loaded."""
    with pytest.raises(BadInput) as mistake:
        load_scenario(folder(tmp_path, rows))
    assert told in str(mistake.value)


def test_the_months_that_a_base_needs_are_named(tmp_path: Path) -> None:
    """Who came 420 days before the start needs 14 months of pre-history."""
    with pytest.raises(BadInput, match="at least 14 months"):
        load_scenario(folder(tmp_path, ROWS + "1,0,0,60,0\n"))


@pytest.mark.parametrize(
    ("file", "told"), [("nobody.csv", "cannot be read: No such file"), ("../base.csv", "leads out of the scenario's folder")]
)
def test_a_base_lies_within_the_folder_tree(tmp_path: Path, file: str, told: str) -> None:
    """A base that is not there, or lies elsewhere, is told at the line that names it."""
    inner = tmp_path / "inner"
    inner.mkdir()
    folder(tmp_path, ROWS + "1,0,0,4,0\n")
    path = folder(inner, ROWS + "1,0,0,4,0\n", SCENARIO.replace("base.csv", file))
    with pytest.raises(BadInput) as mistake:
        load_scenario(path)
    assert ":2:16: store.base.file" in str(mistake.value)
    assert told in str(mistake.value)


def test_a_base_is_found_from_the_file_that_names_it(tmp_path: Path) -> None:
    """A scenario in a folder below may extend one with a base: the base lies beside the file that names it."""
    folder(tmp_path, "".join(base_text(FEW)))
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "sub").mkdir()
    folder(tmp_path / "scenarios", "".join(base_text(FEW)))
    (tmp_path / "scenarios" / "sub" / "more.yaml").write_text("extends: ../store.yaml\nmonths: 7\n")
    found = load_scenario(tmp_path / "scenarios" / "sub" / "more.yaml")
    assert found.store.base.file == "../base.csv"
    assert Store(found, 1).base is not None
