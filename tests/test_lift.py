"""Three views of one lift: the dashboard's, the holdout test's, and the truth."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from sim.cli import main
from sim.errors import BadInput
from sim.experiment import run
from sim.lift import lift
from sim.report.lift import render_lift
from sim.results import Figure, Lift, LiftRow
from sim.scenario import Scenario
from sim.strategies import Strategy, catalogue
from sim.terminal import Terminal


def scenario(customers: int = 1000, **strategies: Strategy) -> Scenario:
    return Scenario(name="club", months=12, clv_horizon=6, strategies=strategies).scaled(customers)


def views(of: Scenario, strategy: str, **options: Any) -> Lift:
    steps = lift(of, strategy, workers=1, **({"replications": 4} | options))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Lift = end.value
            return found


def row(of: Lift, outcome: str) -> LiftRow:
    (found,) = [row for row in of.rows if row.outcome == outcome]
    return found


def value(figure: Figure) -> float:
    assert figure.value is not None
    return figure.value


def make(name: str, **knobs: Any) -> Strategy:
    return catalogue()[name](**knobs)


def test_the_truth_is_the_difference_of_two_stores() -> None:
    """What is called the truth is the store with the strategy, held out as said, less the store without it."""
    of = scenario(delight=make("delight", lift=0.5, holdout=0.2), email=make("email"))
    found = views(of, "delight")
    without = Scenario(**{**of.__dict__, "strategies": {"email": make("email")}, "name": "without"})
    *_, last = run([without, of], replications=4, workers=1)
    assert last.comparison is not None
    differences = {each.metric: each.value for each in last.comparison.differences}
    assert value(row(found, "orders").truth) == pytest.approx(differences["orders"], rel=1e-12)
    assert value(row(found, "revenue").truth) == pytest.approx(differences["revenue"], rel=1e-12)
    assert value(row(found, "margin").truth) == pytest.approx(
        (differences["contribution_margin"] or 0.0) - (differences["fixed_costs"] or 0.0), rel=1e-9
    )
    assert not found.assumed
    assert found.holdout == 0.2


def test_a_holdout_test_covers_the_truth() -> None:
    """Over 60 small stores the 95 % interval of a test with half the customers held out holds the truth at the rate it
    promises, give or take chance (at least 52 of 60: less has a probability of .006 at 95 %)."""
    covered = 0
    for seed in range(60):
        gifts = make("delight", lift=1.0, lasts=180.0, holdout=0.5)
        orders = row(views(scenario(300, delight=gifts), "delight", seed=seed), "orders")
        assert orders.test.low is not None
        assert orders.test.high is not None
        covered += orders.test.low <= value(orders.truth) <= orders.test.high
    assert covered >= 52


def test_the_truth_is_sharper_than_the_test() -> None:
    """The same customers with the same luck tell an effect many times as sharply as a test between different ones."""
    orders = row(views(scenario(delight=make("delight", lift=0.3)), "delight"), "orders")

    def width(figure: Figure) -> float:
        assert figure.low is not None
        assert figure.high is not None
        return figure.high - figure.low

    assert width(orders.test) > 4.0 * width(orders.truth)
    assert value(orders.truth) > 0.0


def test_clicks_that_move_nobody_are_credited_all_the_same() -> None:
    """A newsletter without any effect has orders credited by last click; in truth there are none, and each costs what
    cannot be said."""
    found = views(scenario(email=make("email", lift=0.0, click_rate=0.2)), "email")
    orders = row(found, "orders")
    assert value(orders.clicks) > 10.0
    assert value(orders.truth) == 0.0
    assert row(found, "cost of an order").truth.value is None
    assert row(found, "cost of an order").clicks.value is not None


def test_nobody_held_out_means_a_tenth() -> None:
    """Where the scenario holds out nobody, the test takes a tenth, and says so; a view that does not apply is left out."""
    found = views(scenario(delight=make("delight")), "delight")
    assert found.holdout == 0.1
    assert found.assumed
    text = render_lift(found, "table", Terminal())
    assert "10 % were held out" in text
    assert "last click" not in text.splitlines()[3]


def test_a_test_among_customers_does_not_see_who_comes() -> None:
    """Where a strategy changes how many come, the report says that the test cannot tell; where it does not, it is silent."""
    brings = views(scenario(referral=make("referral", converts=0.5)), "referral")
    stays = views(scenario(delight=make("delight")), "delight")
    assert brings.brings
    assert not stays.brings
    for form in ("table", "markdown"):
        assert "how many customers come" in render_lift(brings, form, Terminal())
        assert "how many customers come" not in render_lift(stays, form, Terminal())
    assert json.loads(render_lift(brings, "json", Terminal()))["changes_who_comes"] is True


def test_a_strategy_of_which_nobody_can_be_held_out_has_no_lift() -> None:
    """The reason is told, and nothing is run."""
    with pytest.raises(BadInput, match=r"nobody can be held out of 'account_policy': whom a forced account drives away"):
        next(lift(scenario(account_policy=make("account_policy", policy="forced")), "account_policy"))


def test_every_form_has_the_same_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON, CSV and Markdown say what the table says; a strategy that is not there is told with the nearest name."""
    words = ["lift", "typical_welcome", "welcome", "--customers", "400", "--replications", "3", "--workers", "1", "--quiet"]
    assert main([*words, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "regulars.lift/1"
    assert main([*words, "--format", "csv"]) == 0
    for line in csv.DictReader(io.StringIO(capsys.readouterr().out)):
        figure = told["outcomes"][line["outcome"]][line["view"]]
        assert line["value"] == ("" if figure["value"] is None else str(figure["value"]))
    assert main([*words, "--format", "markdown"]) == 0
    assert "| Orders" in capsys.readouterr().out
    with pytest.raises(BadInput, match="welcom") as problem:
        next(lift(scenario(welcome=make("welcome")), "welcom"))
    assert "welcome" in str(problem.value)
