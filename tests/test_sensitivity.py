"""Sensitivity: knobs at the ends of their ranges, draws of all effects, and the other dropout law."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chart.chart import Look
from sim.chart.raster import paint
from sim.chart.tornado import Bar, tornado
from sim.cli import main
from sim.errors import BadInput
from sim.experiment import run
from sim.files.scenario_file import load_scenario
from sim.paths import contradictions, leaves, turned
from sim.ranges import ranges, triangular
from sim.report.sensitivity import chart, render_sensitivity
from sim.results import Comparison
from sim.scenario import Scenario
from sim.sensitivity import sensitivity
from sim.strategies import catalogue
from sim.terminal import Terminal
from sim.text import width
from sim.tornado import Sensitivity, Swing
from sim.uncertain import draws, mistakes


def shop(*names: str, **knobs: float) -> Scenario:
    """A small store with the named strategies; knobs are those of the first."""
    strategies = {name: catalogue()[name](**(knobs if name == names[0] else {})) for name in names}
    return Scenario(name="shop", months=8, clv_horizon=4, strategies=strategies).scaled(300)


def analysed(scenario: Scenario, metric: str = "clv", **wishes: Any) -> Sensitivity:
    """The analysis, run to its end in this process."""
    steps = sensitivity(scenario, metric, replications=2, **{"workers": 1, **wishes})
    while True:
        try:
            snapshot = next(steps)
        except StopIteration as end:
            found: Sensitivity = end.value
            return found
        assert snapshot.done <= snapshot.total


def compared(*scenarios: Scenario) -> Comparison:
    """The same scenarios side by side, as `regulars compare` has them."""
    last = [*run(scenarios, replications=2, workers=1)][-1].comparison
    assert last is not None
    return last


def test_any_number_of_workers_gives_the_same_bits() -> None:
    """The whole analysis, draws included, does not depend on who did the work, nor on how many stores run at once."""
    scenario, wishes = shop("discount_cycle"), {"sample": 3, "only": ["strategies.discount_cycle.training"]}
    alone = analysed(scenario, **wishes)
    assert analysed(scenario, workers=2, **wishes) == alone
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.sensitivity.AT_ONCE", 1)
        assert analysed(scenario, **wishes) == alone


def by_path(found: Sensitivity) -> dict[str, Swing]:
    """The swings by their path."""
    return {swing.path: swing for swing in found.swings}


def test_an_end_is_the_difference_that_compare_tells() -> None:
    """Every change is, to the last bit, what a comparison of the scenario with the turned one gives."""
    scenario = shop("discount_cycle")
    found = analysed(scenario, only=["strategies.discount_cycle.elasticity"])
    [swing] = found.swings
    comparison = compared(scenario, turned(scenario, swing.path, 0.8), turned(scenario, swing.path, 2.6))
    for end, name in ((swing.low, "shop (2)"), (swing.high, "shop (3)")):
        [told] = [each for each in comparison.differences if (each.scenario, each.metric) == (name, "clv")]
        assert (end.change.value, end.change.low, end.change.high) == (told.value, told.low, told.high)
    figure = comparison.scenarios[0].metrics["clv"]
    assert found.base == figure
    assert (swing.low.text, swing.high.text, swing.text) == ("0.8", "2.6", "1.5")


def test_the_widest_swing_is_on_top_and_nothing_moves_by_itself() -> None:
    """Swings fall; a knob of what nobody does (consent without messages) changes exactly nothing."""
    found = analysed(shop("discount_cycle"))
    reaches = [swing.reach for swing in found.swings]
    assert reaches == sorted(reaches, reverse=True)
    assert reaches[0] > 0
    assert by_path(found)["store.contact.consent"].reach == 0.0
    assert {swing.basis for swing in found.swings} == {"evidence"}


def test_a_baseline_has_a_shared_knob_turned_with_it() -> None:
    """The base is the difference to the baseline; against itself nothing can move it; a knob of one alone can."""
    scenario = shop("discount_cycle", "referral")
    bare = shop("discount_cycle")
    same = analysed(scenario, baseline=scenario, only=["strategies.discount_cycle.elasticity"])
    assert same.base.value == 0.0
    assert {swing.reach for swing in same.swings} == {0.0}
    found = analysed(scenario, "revenue", baseline=bare, only=["strategies.referral.converts"])
    comparison = compared(bare, scenario)
    [told] = [each for each in comparison.differences if each.metric == "revenue"]
    assert (found.base.value, found.base.low, found.base.high) == (told.value, told.low, told.high)
    assert by_path(found)["strategies.referral.converts"].reach > 0
    apart = turned(bare, "strategies.discount_cycle.depth", 0.4)
    assert by_path(analysed(bare, baseline=apart, only=["strategies.discount_cycle.depth"])).popitem()[1].reach > 0


def test_what_cannot_be_is_told_not_bent() -> None:
    """An end that contradicts another knob has no figure but a reason that names the knob."""
    found = by_path(analysed(shop("loyalty_tiers"), only=["strategies.loyalty_tiers.gold_at"]))
    tight = by_path(
        analysed(shop("loyalty_tiers", premium_at=180.0), only=["strategies.loyalty_tiers.gold_at"])
    )["strategies.loyalty_tiers.gold_at"]
    assert tight.low.change.value is None
    assert "gold is not above premium" in tight.low.change.reason
    assert tight.high.change.value is not None
    assert found["strategies.loyalty_tiers.gold_at"].low.change.value is not None


def test_a_value_outside_its_evidence_is_noted() -> None:
    """The reader hears that the store claims more than the evidence has."""
    [note] = analysed(shop("discount_cycle", elasticity=5.0), only=["strategies.discount_cycle.elasticity"]).notes
    assert note == "strategies.discount_cycle.elasticity is 5, outside the range of its evidence, 0.8 to 2.6"


def test_around_varies_what_has_no_evidence_within_what_is_allowed() -> None:
    """Numbers go up and down by the share, whole ones by one at the least, none beyond its bounds; 0 stays 0."""
    scenario = load_scenario("tea_shop_tiers")
    found = {each.path: each for each in ranges(scenario, around=0.1, only=["store", "channels", "strategies"])}
    goods = found["store.costs.goods"]
    assert (goods.low, goods.high) == pytest.approx((0.342, 0.418))
    assert goods.basis == "10 %"
    assert found["channels.paid_search.order_rate"].basis == "evidence"
    assert "store.returns.handling" not in found
    assert "strategies.loyalty_tiers.segment" not in found
    assert not [path for path in found if "." not in path]
    standing = {leaf.path: leaf for leaf in leaves(scenario)}
    assert all(each.low <= standing[path].value <= each.high for path, each in found.items() if each.basis == "10 %")
    nearly_all = turned(scenario, "store.returns.share", 0.99)
    assert {each.path: each.high for each in ranges(nearly_all, around=0.1)}["store.returns.share"] == 1.0


@given(st.floats(0, 1, exclude_min=True, exclude_max=True), st.floats(-5, 5), st.floats(0, 3), st.floats(0, 3))
def test_triangular_draws_are_the_quantiles_of_the_law(u: float, low: float, left: float, right: float) -> None:
    """The share of the triangle's area below the draw is the uniform it was drawn from."""
    likeliest, high = low + left, low + left + right
    x = triangular(u, low, likeliest, high)
    assert low - 1e-9 <= x <= high + 1e-9
    span = high - low
    if span > 1e-3 and min(left, right) > 1e-3:
        below = (x - low) ** 2 / (span * (likeliest - low)) if x <= likeliest else 1 - (high - x) ** 2 / (span * right)
        assert below == pytest.approx(u, abs=1e-6)


def test_draws_are_keyed_graded_and_sound() -> None:
    """The n-th draw is the same however many there are and differs by seed; choices stay; what contradicts itself is
    drawn again; both scenarios of a pair have the same luck."""
    scenario = shop("loyalty_tiers", "email")
    graded = [each for each in ranges(scenario) if each.uncertain]
    assert "strategies.loyalty_tiers.premium_at" not in {each.path for each in graded}
    few, many = list(draws((scenario, scenario), graded, 1, 2)), list(draws((scenario, scenario), graded, 1, 5))
    assert few == many[:2]
    assert next(draws((scenario, None), graded, 2, 1))[0] != few[0][0]
    assert all(one == other for one, other in many)
    assert not any(mistakes(pair) for pair in many)
    for drawn, _ in many:
        standing = {leaf.path: leaf.value for leaf in leaves(drawn)}
        assert all(each.low <= standing[each.path] <= each.high for each in graded)
        changed = {leaf.path for leaf in leaves(scenario) if standing[leaf.path] != leaf.value}
        assert changed <= {each.path for each in graded}
        assert len(changed) > len(graded) / 2


def test_three_uncertainties_are_kept_apart() -> None:
    """Chance is the figure's own interval, effects the quantiles of the draws, structure the other law's figure."""
    scenario = shop("discount_cycle", "email")
    bare = dataclasses.replace(scenario, name="bare", strategies={})
    only = ["strategies.discount_cycle"]
    found = analysed(scenario, baseline=bare, sample=5, only=only)
    assert found.sampling is not None
    assert found.sampling.difference is not None
    assert found.sampling.difference.chance == found.base
    graded = [each for each in ranges(scenario, only=only) if each.uncertain]
    drawn = [pair[0] for pair in draws((scenario, bare), graded, 1, 5)]
    values = [each.metrics["clv"].value for each in compared(scenario, *drawn).scenarios[1:]]
    spread = found.sampling.level.effects
    assert spread is not None
    numbers = np.array(values, dtype=float)
    assert [spread.low, spread.median, spread.high] == pytest.approx(np.quantile(numbers, [0.025, 0.5, 0.975]).tolist())
    other = dataclasses.replace(scenario, store=dataclasses.replace(scenario.store, dropout="after_order"))
    assert found.sampling.law == "after_order"
    assert found.sampling.level.structure == compared(other).scenarios[0].metrics["clv"]
    assert found.sampling.level.chance == compared(scenario).scenarios[0].metrics["clv"]


def test_the_other_law_has_the_parameters_of_the_file() -> None:
    """Where nothing matches, the reader is told and can give a and b; those are then taken."""
    scenario = load_scenario("typical_online_store").scaled(60)
    only = {"only": ["store.contact.consent"], "sample": 2}
    found = analysed(scenario, **only)
    assert found.sampling is not None
    assert found.sampling.level.structure.value is None
    assert "n/a: structure: store.after_order: no a and b give" in render_sensitivity(found, "table", Terminal(columns=300))
    given = turned(turned(scenario, "store.after_order.a", 0.8), "store.after_order.b", 2.5)
    found = analysed(given, **only)
    assert found.sampling is not None
    assert found.sampling.level.structure == compared(turned(given, "store.dropout", "after_order")).scenarios[0].metrics["clv"]


def test_nothing_to_vary_is_bad_input() -> None:
    """Nothing to vary, nothing to draw and a path that leads nowhere are told, the last with the nearest."""
    with pytest.raises(BadInput, match=r"did you mean 'strategies\.email'"):
        analysed(shop("email"), only=["strategies.emial"])
    with pytest.raises(BadInput, match="no graded effect"):
        analysed(shop("discount_cycle"), only=["strategies.discount_cycle.depth"], sample=3)
    with pytest.raises(BadInput, match="no knob to vary"):
        analysed(shop("discount_cycle"), only=["strategies.discount_cycle.holdout"])


def test_the_forms_tell_the_same() -> None:
    """JSON and CSV hold the same changes; table and Markdown name every knob that moves something."""
    only = ["strategies", "store.contact"]
    found = analysed(shop("email", "sms"), sample=2, baseline=shop(), only=only)
    told = json.loads(render_sensitivity(found, "json", Terminal()))
    rows = list(csv.DictReader(io.StringIO(render_sensitivity(found, "csv", Terminal()))))
    changes = {(row["subject"], row["at"]): float(row["value"]) for row in rows if row["kind"] == "change" and row["value"]}
    ends = [(knob["path"], knob[end]) for knob in told["knobs"] for end in ("low", "high")]
    assert changes == {(path, end["at"]): end["change"]["value"] for path, end in ends if end["change"]["value"] is not None}
    kinds = [row["kind"] for row in rows if row["kind"] not in ("base", "change")]
    assert kinds == ["chance", "effects", "effects above 0", "structure"] * 2
    assert told["sampling"]["draws"] == 2
    moving = [swing.path.removeprefix("strategies.") for swing in found.swings if swing.reach > 0]
    assert len(moving) > 5
    for form in ("table", "markdown"):
        text = render_sensitivity(found, form, Terminal(columns=200)).replace("\\", "")
        assert all(path in text for path in moving)
        assert "chance" in text
        assert "above 0 in" in text
        assert "not to be added up" in text


def test_the_command_prints_json_alone_and_draws_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    """`--plot` goes to standard error beside JSON and into the page otherwise; an unknown metric is exit code 2."""
    words = ["sensitivity", "typical_welcome", "--customers", "200", "--replications", "2", "--workers", "1", "-q",
             "--only", "strategies.welcome.lift", "--bare", "--plot"]  # fmt: skip
    assert main([*words, "--format", "json"]) == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert (told["schema"], told["baseline"]) == ("regulars.sensitivity/1", "Welcome message without strategies")
    assert "welcome.lift" in captured.err
    assert main(words) == 0
    assert "░ low end" in capsys.readouterr().out
    assert main([*words, "--metric", "cvl"]) == 2
    assert "did you mean 'clv'?" in capsys.readouterr().err


@pytest.mark.parametrize("unicode", [True, False])
def test_a_tornado_fits_any_space(unicode: bool) -> None:
    """From 1x1 up the picture is no wider than it may be; bars stand on their side, longer for more."""
    bars = [
        Bar("loyalty 店", -2.0, 5.0, "1 %", "50 %"),
        Bar("same side", 1.0, 3.0, "a", "b"),
        Bar("half", None, -1.0, "", "x" * 40),
    ]
    look = Look(unicode, "none")
    for columns in (1, 5, 23, 24, 40, 79, 200):
        for rows in (1, 3, 4, 5, 30):
            lines = paint(tornado("CLV", bars, columns, rows, look)).splitlines()
            assert all(width(line) <= columns for line in lines)
            assert len(lines) <= max(rows, 1)
    low, high = ("░", "█") if unicode else ("-", "#")
    first, second, third = paint(tornado("CLV", bars, 80, 9, look, chosen=1)).splitlines()[1:4]
    assert first.index(low) < first.index(high)
    assert first.count(high) > first.count(low) > 0
    assert second.startswith(">same side")
    assert second.count(low) > 0
    assert second.count(high) > second.count(low)
    assert low not in third.split("half")[1]
    assert paint(tornado("nothing", [], 60, 9, look))


def test_a_whole_store_can_be_analysed() -> None:
    """With every strategy there is, each knob with evidence has its swing, and the chart names the widest."""
    strategies = {name: each() for name, each in catalogue().items()}
    scenario = Scenario(name="all", months=4, clv_horizon=3, strategies=strategies).scaled(40)
    assert not list(contradictions(scenario))
    assert {each.path for each in ranges(scenario)} == {
        leaf.path for leaf in leaves(scenario) if leaf.knob.evidence and not leaf.path.startswith("channels.")
    }
    found = analysed(scenario, "contribution_margin", only=["strategies.sms"])
    text = paint(chart(found, 100, 40, Terminal()))
    assert len(found.swings) > 3
    top = found.swings[0]
    assert top.path.removeprefix("strategies.") in text
    assert all(math.isfinite(swing.reach) for swing in found.swings)
