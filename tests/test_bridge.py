"""The bridge from a store without strategies to the store with all."""

from __future__ import annotations

import csv
import io
import json

import pytest

from sim.bridge import bridge
from sim.cli import main
from sim.errors import BadInput
from sim.report.bridge import render_bridge
from sim.results import Bridge, Figure
from sim.scenario import Scenario
from sim.strategies import catalogue
from sim.terminal import Terminal


def built(*names: str, metric: str = "contribution_margin") -> Bridge:
    """The bridge of a small store with the named strategies at their defaults."""
    strategies = {name: catalogue()[name]() for name in names}
    scenario = Scenario(name="club & sale", months=12, clv_horizon=6, strategies=strategies).scaled(400)
    steps = bridge(scenario, metric, replications=3, workers=1)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Bridge = end.value
            return found


def value(figure: Figure) -> float:
    """The figure, which must be there with its interval around it."""
    assert figure.value is not None
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low <= figure.value <= figure.high
    return figure.value


def test_the_steps_in_turn_sum_to_the_whole() -> None:
    """What the strategies add in turn is exactly what lies between the bare store and the whole one."""
    found = built("discount_cycle", "loyalty_tiers", "win_back")
    steps = sum(value(plank.in_turn) for plank in found.planks)
    assert value(found.bare) + steps == pytest.approx(value(found.whole), rel=1e-12)
    assert [plank.strategy for plank in found.planks] == ["discount_cycle", "loyalty_tiers", "win_back"]
    assert found.planks[0].in_turn == found.planks[0].alone
    assert found.planks[-1].in_turn == found.planks[-1].last


def test_one_strategy_is_the_same_three_ways() -> None:
    """With one strategy, in turn, alone and last are the same."""
    (plank,) = built("loyalty_tiers").planks
    assert plank.in_turn == plank.alone == plank.last
    assert value(plank.alone) != 0.0


def test_a_store_without_strategies_has_no_bridge() -> None:
    """Without strategies there is nothing to build a bridge of, and that is said."""
    with pytest.raises(BadInput, match="no strategy"):
        built()


def test_the_forms_tell_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON and CSV hold the same figures; table and Markdown name every strategy; the command prints JSON alone."""
    found = built("discount_cycle", "referral")
    told = json.loads(render_bridge(found, "json", Terminal()))
    rows = list(csv.DictReader(io.StringIO(render_bridge(found, "csv", Terminal()))))
    alone = {row["step"]: float(row["value"]) for row in rows if row["way"] == "alone"}
    assert alone == {each["strategy"]: each["alone"]["value"] for each in told["strategies"]}
    for form in ("table", "markdown"):
        text = render_bridge(found, form, Terminal()).replace("\\", "")
        assert all(name in text for name in ("discount_cycle", "referral", "club", "in turn"))
    command = "bridge typical_welcome --customers 200 --replications 2 --workers 1 --format json --quiet"
    assert main(command.split()) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "regulars.bridge/1"


def test_an_unknown_metric_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A metric that does not exist ends with exit code 2 and the nearest name."""
    assert main(["bridge", "typical_welcome", "--metric", "contribution_margn"]) == 2
    assert "did you mean 'contribution_margin'?" in capsys.readouterr().err


def taken_apart(strategy: str, *, metric: str = "orders") -> Bridge:
    """The bridge over one strategy of a store that has another besides."""
    strategies = {name: catalogue()[name]() for name in {strategy, "email"}}
    scenario = Scenario(name="sale", months=12, clv_horizon=6, strategies=strategies).scaled(600)
    steps = bridge(scenario, metric, strategy=strategy, replications=2, workers=1)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Bridge = end.value
            return found


def test_a_promotion_is_told_apart_by_what_it_does() -> None:
    """Of a sale's orders nothing comes from the price cut alone; the response brings some, which pull-forward and training
    take away again; the steps sum to the whole."""
    found = taken_apart("discount_cycle")
    steps = {plank.strategy: plank for plank in found.planks}
    assert list(steps) == ["given away", "response to the price", "waiting for it", "pulled forward", "training"]
    assert value(steps["given away"].in_turn) == 0.0
    assert value(steps["response to the price"].in_turn) > 0.0
    assert value(steps["pulled forward"].last) < 0.0
    assert value(steps["training"].in_turn) < 0.0
    whole = value(found.bare) + sum(value(plank.in_turn) for plank in found.planks)
    assert whole == pytest.approx(value(found.whole), rel=1e-12)


def test_what_is_given_away_costs_profit() -> None:
    """The price cut on orders that would have come anyway costs profit before any response brings some back."""
    steps = {plank.strategy: plank for plank in taken_apart("discount_cycle", metric="profit").planks}
    assert value(steps["given away"].in_turn) < 0.0 < value(steps["response to the price"].in_turn)


def test_any_strategy_can_be_taken_apart() -> None:
    """Where a strategy declares no mechanisms, each knob with evidence and a neutral value is one."""
    steps = [plank.strategy for plank in taken_apart("delight").planks]
    assert steps == ["given away", "lift", "pleases"]


@pytest.mark.parametrize("name", ["loyalty_points", "loyalty_tiers", "win_back", "delight", "email"])
def test_what_nobody_responds_to_is_a_cost(name: str) -> None:
    """Rewards, perks, coupons, gifts and mails cost before anybody moves for them; who joins or is written to is no
    mechanism that could be switched off."""
    steps = {plank.strategy: plank for plank in taken_apart(name, metric="profit").planks}
    assert value(steps["given away"].in_turn) < 0.0


def test_a_strategy_that_is_not_there_is_told() -> None:
    """The nearest name is suggested."""
    with pytest.raises(BadInput, match="emial") as told:
        taken_apart_missing()
    assert "email" in str(told.value)


def taken_apart_missing() -> None:
    strategies = {"email": catalogue()["email"]()}
    next(bridge(Scenario(strategies=strategies, months=12, clv_horizon=6), strategy="emial"))
