"""From an order history to a store: what is found, what is warned of, what the backtest says, and what is written."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from test_history import rows as cdnow_rows

from sim.cli import main
from sim.errors import BadInput
from sim.experiment import event_log
from sim.files.scenario_file import load_scenario
from sim.fit.backtest import backtest
from sim.fit.drift import find_drift
from sim.fit.fitting import Wishes, fit_store
from sim.fit.history import History, history
from sim.fit.laws import BG_NBD, PARETO_NBD
from sim.fit.maximum import fit
from sim.fit.results import StoreFit
from sim.fit.season import find_season
from sim.fit.store_file import base_lines, base_of_history, fitted_scenario, scenario_text
from sim.law_knobs import Lifetime as LifetimeKnobs
from sim.law_knobs import Orders
from sim.log import EventLog
from sim.orders.table import OrderTable
from sim.posterior import AfterOrder, Lifetime
from sim.report.fit import render_fit
from sim.scenario import Channel, Scenario
from sim.store_knobs import Returns, StoreKnobs
from sim.terminal import Terminal

CUT = datetime.date(1997, 9, 30)
AUTUMN = (0.90, 0.88, 0.94, 0.95, 0.98, 0.95, 0.92, 0.93, 0.96, 1.02, 1.28, 1.29)
WISHES = Wishes(replications=10)


@cache
def cdnow() -> OrderTable:
    """The CDNOW sample, one order a customer and day."""
    who, day, dollars = cdnow_rows()
    _, number = np.unique(who, return_inverse=True)
    return merged(number, (day - day.min()).astype(np.float64), np.rint(dollars * 100), day.min().astype(datetime.date))


def merged(who: np.ndarray, day: np.ndarray, cents: np.ndarray, start: datetime.date) -> OrderTable:
    """Orders as the reader makes them of dates: sorted, one a customer and day."""
    pairs, place = np.unique(np.array([who, np.floor(day)]), axis=1, return_inverse=True)
    amounts = np.rint(np.bincount(place.ravel(), cents)).astype(np.int64)
    _, number = np.unique(pairs[0], return_inverse=True)
    first = int(pairs[1].min())
    return OrderTable(number, pairs[1] - first, amounts, start + datetime.timedelta(days=first), "USD")


def table_of(log: EventLog) -> OrderTable:
    """What the shop of a simulated log would export: dates and amounts."""
    orders = log.orders
    return merged(orders.customer, orders.time, (orders.list_price - orders.discount).astype(np.float64), log.start)


def store(
    orders: tuple[float, float] = (0.95, 20.4), lifetime: tuple[float, float] = (1.2, 10.5), months: int = 36,
    a_month: float = 160, season: tuple[float, ...] | None = None,
) -> Scenario:  # fmt: skip
    """A known store."""
    knobs = StoreKnobs(orders=Orders(*orders), lifetime=LifetimeKnobs(*lifetime), season=season)
    channels = {"all": Channel(customers=a_month)}
    return Scenario(start=datetime.date(2022, 1, 1), months=months, clv_horizon=1, store=knobs, channels=channels)


@cache
def made(season: bool = False, seed: int = 1) -> History:
    """The history of a simulated store, with or without an autumn season."""
    return history(table_of(event_log(store(season=AUTUMN if season else None), seed)))


@cache
def made_fit(season: bool, law: str) -> StoreFit:
    """The fit of that history."""
    return fit_store(made(season), "shop orders.csv", dataclasses.replace(WISHES, law=law))


@cache
def cdnow_fit() -> StoreFit:
    """The sample's fit with the literature's cut."""
    return fit_store(history(cdnow()), "CDNOW_sample.txt", dataclasses.replace(WISHES, cut=CUT, replications=30))


def words(fitted: StoreFit) -> set[str]:
    """What is warned of."""
    return {each.what for each in fitted.warnings}


def test_a_history_counts_weeks_as_the_literature_does() -> None:
    """T of CDNOW runs from 27.00 to 38.86 weeks to 1997-09-30, with 2,457 repeats of 946 customers."""
    whole = history(cdnow())
    known = whole.until(whole.day(CUT)).known()
    assert (known.T.min(), known.T.max()) == pytest.approx((27.0, 38.857), abs=1e-3)
    assert (known.x.sum(), (known.x > 0).sum(), known.x.size) == (2457, 946, 2357)
    assert whole.last == datetime.date(1998, 6, 30)


def test_a_history_with_times_ends_with_its_last_day() -> None:
    """Where hours are known the history is complete to the end of its last day, and a cut ends with a day too."""
    times = np.array([0.25, 9.5, 3.75])
    found = history(OrderTable(np.array([0, 0, 1]), times, np.array([100, 200, 300]), datetime.date(2025, 1, 1), "USD"))
    assert (found.end, found.days, found.last) == (10.0, 10, datetime.date(2025, 1, 10))
    assert found.day(datetime.date(2025, 1, 4)) == 4.0
    assert found.until(4.0).known().T.tolist() == pytest.approx([3.75 / 7, 0.25 / 7])


@pytest.mark.parametrize("law", [PARETO_NBD, BG_NBD], ids=lambda law: law.name)
def test_the_backtest_agrees_with_the_closed_form_and_shows_the_shortfall(law: object) -> None:
    """CDNOW: simulated orders of known customers within three standard errors of the conditional expectation, 1,666 and
    1,654 against the 1,882 that there were."""
    whole = history(cdnow())
    cut = whole.day(CUT)
    known = whole.until(cut).known()
    found = backtest(whole, cut, known, fit(law, known.counts()), replications=30)  # type: ignore[arg-type]
    assert found.closed_form == pytest.approx(1666 if law is PARETO_NBD else 1654, abs=1.0)
    assert abs(found.known.mean - found.closed_form) < 3 * 75 / math.sqrt(30)
    assert found.known.actual == 1882
    assert found.off == pytest.approx(-0.12, abs=0.015)
    assert found.newcomers.actual == found.newcomers.mean == 0


def test_the_backtest_shows_the_published_classes() -> None:
    """Orders a head in the holdout by repeats before it, as they were and as the Pareto/NBD has them."""
    test = cdnow_fit().backtest
    assert test is not None
    assert [line.customers for line in test.classes] == [1411, 439, 214, 100, 62, 38, 29, 64]
    actual = [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]
    assert [line.actual for line in test.classes] == pytest.approx(actual, abs=5e-4)
    expected = [0.138, 0.600, 1.196, 1.714, 2.399, 2.908, 3.819, 6.404]
    assert [line.mean for line in test.classes] == pytest.approx(expected, rel=0.06)
    assert test.weekly[-1].actual == 4339
    weeks = dict(test.before) | {line.x: line.actual for line in test.weekly}
    assert [weeks[week] for week in (13, 26, 39, 52, 65, 78)] == [828, 1746, 2457, 3183, 3844, 4339]
    assert [line.actual for line in test.brackets][:2] == pytest.approx([172 / 2357, 201 / 2357], abs=1e-3)


def test_cdnow_is_told_as_it_is() -> None:
    """The shortfall, the single cohort and the cheaper first orders are said; a season is not claimed of 18 months."""
    found = cdnow_fit()
    assert {"backtest", "one_cohort", "first_orders"} <= words(found)
    assert "no_dropout" not in words(found)
    assert found.season is None
    assert "2 years" in found.season_reason
    assert list(found.estimate.parameters.values()) == pytest.approx([0.5630, 12.5590, 0.4081, 10.5148], rel=1e-3)
    assert [cohort.customers for cohort in found.drift.cohorts] == [781, 857, 719]


def test_a_known_store_is_found_again() -> None:
    """Law, newcomers, returns and the absence of a season of a simulated store; the backtest holds; nothing drifts."""
    scenario = store()
    knobs = dataclasses.replace(scenario.store, returns=Returns(share=0.1))
    log = event_log(dataclasses.replace(scenario, store=knobs), 5)
    orders = log.orders
    order = np.lexsort((orders.time, orders.customer))
    start = math.floor(orders.time.min())
    table = OrderTable(
        orders.customer[order].astype(np.int64), orders.time[order] - start,
        (orders.list_price - orders.discount - orders.refund)[order], log.start, "USD", orders.refund[order],
    )  # fmt: skip
    found = fit_store(history(table), "shop.csv", WISHES)
    truth = {"r": 0.95, "alpha": 20.4, "s": 1.2, "beta": 10.5}
    for name, value in truth.items():
        assert abs(math.log(found.estimate.parameters[name] / value)) < 3.5 * found.estimate.errors[name] / value
    assert found.newcomers.a_month == pytest.approx(160, rel=0.06)
    assert found.returned is not None
    assert found.returned.share == pytest.approx(0.1, abs=4 * found.returned.error)
    assert found.spending is not None
    assert found.spending.model_mean == pytest.approx(6.25 * 15.44 / 2.74, rel=0.1)
    assert found.season is None
    assert not {"drift", "no_dropout", "backtest", "wholesale", "left_truncated"} & words(found)
    assert found.backtest is not None
    assert found.backtest.known.inside


def test_a_season_is_found_where_there_is_one() -> None:
    """Month factors within four standard errors, and the law beside them as without a season."""
    found = made_fit(True, "lifetime")
    assert found.season is not None
    for factor, error, truth in zip(found.season.factors, found.season.errors, AUTUMN, strict=True):
        assert abs(factor - truth) < 4 * error
    assert found.estimate.parameters["s"] == pytest.approx(1.2, rel=0.2)
    assert found.backtest is not None
    assert found.backtest.season_of_all
    assert found.backtest.repeats.inside


def test_one_strong_month_in_one_year_is_no_season() -> None:
    """A sale that happened once does not recur, and is not written as a season."""
    whole = made()
    day = np.arange(whole.time.size) % 4 == 0
    repeat = np.diff(whole.customer, prepend=-1) == 0
    moved = day & repeat & (whole.time > 730)
    time = np.where(moved, 760.0 + np.arange(whole.time.size) % 20, whole.time)
    order = np.lexsort((time, whole.customer))
    late = whole.time[np.flatnonzero(~repeat)][whole.customer] < 730
    kept = order[late[order]]
    shaken = dataclasses.replace(
        whole, customer=whole.customer[kept], time=time[kept], cents=whole.cents[kept], refund=whole.refund[kept]
    )
    known = shaken.known()
    found = find_season(shaken, known, fit(PARETO_NBD, known.counts()))
    assert found.season is None
    assert "not in the same way" in found.reason


def test_a_store_that_nobody_leaves_is_said_to_be_one() -> None:
    """Customers who are never lost: no dropout found, in words, with what it means."""
    eternal = event_log(store(orders=(1.5, 8.0), lifetime=(1.0, 9000.0), months=18, a_month=60), 2)
    found = fit_store(history(table_of(eternal)), "shop.csv", WISHES)
    assert "no_dropout" in words(found)
    (warning,) = (each for each in found.warnings if each.what == "no_dropout")
    assert "nobody is ever lost" in warning.found
    assert "dropout" in warning.means


def test_old_customers_seen_for_the_first_time_are_warned_of() -> None:
    """A history cut out of an older one begins with a rush; with a look-back the rush is left out of the fit."""
    whole = event_log(dataclasses.replace(store(a_month=400), pre_history=24), 3)
    table = table_of(whole)
    kept = table.time >= 730
    late = merged(table.customer[kept], table.time[kept] - 730, table.cents[kept].astype(float), datetime.date(2022, 1, 1))
    quick = dataclasses.replace(WISHES, backtest=False)
    rush = fit_store(history(late), "shop.csv", quick)
    assert "left_truncated" in words(rush)
    calm = fit_store(history(late), "shop.csv", dataclasses.replace(quick, look_back=9))
    assert "left_truncated" not in words(calm)
    assert calm.fitted < rush.fitted
    assert calm.estimate.parameters["s"] == pytest.approx(1.2, rel=0.35)


def test_cohorts_that_differ_are_shown_and_warned_of() -> None:
    """Half of the customers of a later year repeat half as often: the drift has a sign, and is not chance."""
    early, late = event_log(store(months=12, a_month=500), 1), event_log(store(orders=(0.95, 60.0), months=12, a_month=500), 2)
    one, other = table_of(early), table_of(late)
    whole = OrderTable(
        np.concatenate([one.customer, other.customer + one.customers]), np.concatenate([one.time, other.time + 365]),
        np.concatenate([one.cents, other.cents]), one.start, "USD",
    )  # fmt: skip
    found = fit_store(history(whole), "shop.csv", dataclasses.replace(WISHES, backtest=False))
    assert "drift" in words(found)
    assert found.drift.trend < -0.15
    known = history(whole).known()
    assert find_drift(history(whole), known, found.chosen).p_value < 1e-6  # type: ignore[arg-type]


def test_wholesale_buyers_are_warned_of() -> None:
    """Ten customers with a hundred times the usual basket make a large part of the revenue."""
    whole = made()
    large = np.isin(whole.customer, np.flatnonzero(np.bincount(whole.customer) > 3)[:10])
    dear = dataclasses.replace(whole, cents=np.where(large, whole.cents * 100, whole.cents))
    found = fit_store(dear, "shop.csv", dataclasses.replace(WISHES, backtest=False))
    assert "wholesale" in words(found)


def test_little_data_is_warned_of_and_less_is_refused() -> None:
    """Few repeat orders are fitted with a warning, fewer than ten repeaters not at all, and no backtest is forced."""
    log = event_log(store(months=6, a_month=20), 1)
    found = fit_store(history(table_of(log)), "shop.csv", WISHES)
    assert "little_data" in words(found)
    alone = OrderTable(np.arange(50), np.arange(50.0), np.full(50, 1000), datetime.date(2025, 1, 1), "USD")
    with pytest.raises(BadInput, match=r"only 0 of 50 customers have ordered a second time"):
        fit_store(history(alone), "shop.csv")
    early = fit_store(history(table_of(log)), "shop.csv", dataclasses.replace(WISHES, cut=datetime.date(2022, 1, 15)))
    assert early.backtest is None
    assert "it takes 10" in early.backtest_reason


def test_a_cut_outside_the_history_is_refused() -> None:
    """The cut must leave something on both sides."""
    with pytest.raises(BadInput, match="--calibration-end"):
        fit_store(history(cdnow()), "x", dataclasses.replace(WISHES, cut=datetime.date(1999, 1, 1)))


@pytest.mark.parametrize(("law", "season"), [("lifetime", True), ("after_order", False)])
def test_the_written_store_loads_to_the_fitted_one(tmp_path: Path, law: str, season: bool) -> None:
    """The file is valid, equal to the scenario it tells, and its comments carry source, doubt and backtest."""
    fitted = made_fit(season, law)
    scenario = fitted_scenario(fitted, "My shop", "my_base.csv")
    (tmp_path / "my_base.csv").write_text("".join(base_lines(fitted, base_of_history(made(season)))))
    text = scenario_text(fitted, scenario)
    (tmp_path / "my.yaml").write_text(text)
    found = load_scenario(tmp_path / "my.yaml")
    assert dataclasses.replace(found, file="") == scenario
    assert found.start == fitted.last + datetime.timedelta(days=1)
    law_found = Lifetime if law == "lifetime" else AfterOrder
    assert isinstance(fitted.chosen, law_found)
    for part in ("shop orders.csv", str(fitted.first), "standard error", "95 % interval", "Backtest: fitted until", "actual"):
        assert part in text
    assert (found.store.season is None) != season


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_fit_is_told_in_both_forms(form: str) -> None:
    """Parameters, laws, cohorts, backtest and warnings; within the terminal's width, and as JSON without nan."""
    text = render_fit(cdnow_fit(), form, Terminal(columns=80))
    for part in ("Gamma-Gamma", "1997-09-30", "1882" if form == "json" else "1,882", "0.563"):
        assert part in text
    if form == "json":
        told = json.loads(text)
        assert told["schema"] == "regulars.fit/1"
        assert told["backtest"]["known"]["actual"] == 1882
        assert {each["law"] for each in told["laws"]} == {"pareto_nbd", "bg_nbd", "mbg_nbd", "nbd"}
    else:
        assert max(map(len, text.splitlines())) <= 80
        assert "Cumulative repeat orders" in text


def shop_file(folder: Path) -> Path:
    """A shop's export with e-mail addresses for customers."""
    table = table_of(event_log(store(months=10, a_month=60), 1))
    dates = [table.start + datetime.timedelta(days=int(day)) for day in table.time]
    columns = zip(table.customer, dates, table.cents, strict=True)
    rows = [f"person{who}@example.org,{date},{cents / 100:.2f}" for who, date, cents in columns]
    path = folder / "orders.csv"
    path.write_text("\n".join(["customer,date,amount", *rows]) + "\n")
    return path


def test_the_command_writes_a_store_and_its_customers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both files, valid together and runnable, without any trace of who the customers are; never over what is there."""
    orders, out = shop_file(tmp_path), tmp_path / "my_store.yaml"
    words = ["fit", str(orders), "-o", str(out), "--base", "--replications", "20", "--currency", "EUR"]
    assert main(words) == 0
    printed = capsys.readouterr()
    assert "Pareto/NBD" in printed.out
    assert "wrote" in printed.err
    assert main(["validate", str(out)]) == 0
    assert main(["run", str(out), "--replications", "1", "-q", "--months", "13"]) == 0
    written = [out, tmp_path / "my_store_base.csv"]
    for text in (*(path.read_text() for path in written), printed.out, printed.err):
        assert "example.org" not in text
        assert "person" not in text.replace("personal", "")
    before = [path.read_bytes() for path in written]
    assert main(words) == 2
    assert [path.read_bytes() for path in written] == before
    assert main([*words, "--force", "-q"]) == 0
    assert sorted(os.listdir(tmp_path)) == ["my_store.yaml", "my_store_base.csv", "orders.csv"]


def test_the_command_writes_nothing_when_it_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Too few repeats, a bad date, a base without a scenario, no folder: exit code 2 and no file."""
    orders = tmp_path / "few.csv"
    orders.write_text("customer,date,amount\n" + "".join(f"c{i},2025-01-{i + 1:02d},10.00\n" for i in range(20)))
    out = tmp_path / "store.yaml"
    for words in (
        ["-o", str(out)], ["-o", str(out), "--calibration-end", "2025-31-01"], ["--base"],
        ["-o", str(tmp_path / "nowhere" / "x.yaml")], ["--law", "bg"], ["-o", str(orders), "--force"],
        ["-o", "-"], ["--no-backtest", "--replications", "9"], ["--no-backtest", "--calibration-end", "2025-01-10"],
    ):  # fmt: skip
        assert main(["fit", str(orders), *words, "-q"]) == 2
    assert os.listdir(tmp_path) == ["few.csv"]
    said = capsys.readouterr().err
    assert "c3" not in said
    assert "-o: standard output is taken by the figures" in said
    assert "--replications: there is no backtest that it could be of; allowed: --replications or --no-backtest" in said


def test_same_orders_same_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report of the same file and seed is the same to the last letter, and another seed changes only the backtest."""
    orders = shop_file(tmp_path)
    told = []
    for seed in ("1", "1", "2"):
        words = ["--format", "json", "--replications", "5", "-q", "--seed", seed, "--currency", "EUR"]
        assert main(["fit", str(orders), *words]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    assert told[0]["laws"] == told[2]["laws"]
    assert told[0]["backtest"]["known"]["mean"] != told[2]["backtest"]["known"]["mean"]


def test_without_scipy_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fitting without SciPy ends with exit code 1, a sentence that names the extra, and no file; the scorecard needs none."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "scipy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    orders, out = shop_file(tmp_path), tmp_path / "store.yaml"
    assert main(["fit", str(orders), "-o", str(out), "--currency", "EUR"]) == 1
    assert "pip install 'regulars[fit]'" in capsys.readouterr().err
    assert not out.exists()
    assert main(["scorecard", "--customers", "2000", "--format", "json", "-q"]) in (0, 1)
    assert json.loads(capsys.readouterr().out)["rows"]


def shop_of(baskets: Callable[[np.random.Generator, int], np.ndarray], customers: int = 300) -> History:
    """The history of customers who order every seven weeks or so, with these baskets in cents."""
    draw = np.random.default_rng(5)
    who = np.repeat(np.arange(customers), 4)
    begun, gaps = np.sort(draw.integers(0, 300, customers)), draw.integers(20, 90, (customers, 4))
    day = (begun[:, None] + np.cumsum(gaps, axis=1)).ravel()
    return history(merged(who, day, baskets(draw, who.size), datetime.date(2024, 1, 1)))


def test_alike_baskets_depend_on_nothing() -> None:
    """Where every order is worth the same, nothing is said of those who order more often."""
    fitted = fit_store(shop_of(lambda draw, size: np.full(size, 2000)), "x", Wishes(backtest=False))
    assert "baskets_depend" not in words(fitted)
    assert "nan" not in " ".join(each.found for each in fitted.warnings)


def test_baskets_that_cannot_be_fitted_have_the_mean_of_the_file(tmp_path: Path) -> None:
    """With few repeat orders the written store's mean order is the file's, not the defaults', and that is said."""
    few = shop_of(lambda draw, size: draw.integers(900, 1100, size), customers=15)
    fitted = fit_store(few, "x", Wishes(backtest=False))
    assert fitted.spending is None
    assert "baskets_unfitted" in words(fitted)
    path = tmp_path / "shop.yaml"
    path.write_text(scenario_text(fitted, fitted_scenario(fitted, "x")))
    basket = load_scenario(path).store.basket
    assert basket.p * basket.gamma / (basket.q - 1) == pytest.approx(few.cents.mean() / 100, rel=1e-4)
    free = fit_store(dataclasses.replace(few, cents=few.cents * 0), "x", Wishes(backtest=False))
    assert "no_amounts" in words(free)


def test_currencies_of_large_numbers(tmp_path: Path) -> None:
    """Baskets in dong or rupiah are fitted as they are in euros, or refused where a scenario could not hold them: no
    written store is invalid."""

    def worth(unit: int) -> Callable[[np.random.Generator, int], np.ndarray]:
        return lambda draw, size: np.rint(draw.gamma(3.0, 700.0, size)).astype(np.int64) * unit

    small, large = (fit_store(shop_of(worth(unit)), "x", Wishes(backtest=False)) for unit in (1, 25_000))
    assert small.spending is not None
    assert large.spending is not None
    assert large.spending.model_mean == pytest.approx(25_000 * small.spending.model_mean, rel=1e-4)
    path = tmp_path / "shop.yaml"
    path.write_text(scenario_text(large, fitted_scenario(large, "x")))
    load_scenario(path)
    with pytest.raises(BadInput, match="too few to fit a law; without those of the first 20 months"):
        fit_store(shop_of(worth(1)), "x", Wishes(backtest=False, look_back=20))
    with pytest.raises(BadInput, match=r"an order is worth .* in the mean, and a scenario's at most 1,000,000"):
        fit_store(shop_of(worth(250_000)), "x", Wishes(backtest=False))
