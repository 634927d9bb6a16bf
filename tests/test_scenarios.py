"""The scenarios that come with the program."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from sim.experiment import event_log, run
from sim.files.library import Shipped, find_scenario, shipped
from sim.files.scenario_file import load_scenario
from sim.strategies import catalogue

ALL = shipped()
SCENARIOS = {found.name: load_scenario(found.path) for found in ALL}
YEAR = 365.25


@pytest.mark.parametrize("found", ALL, ids=[found.name for found in ALL])
def test_every_shipped_scenario_answers(found: Shipped) -> None:
    """A small store of each shipped scenario gives figures with intervals."""
    scenario = SCENARIOS[found.name]
    # Where customers are coupled, an interval takes ten replications.
    size, replications = (60, 10) if scenario.coupled else (200, 2)
    *_, last = run([scenario.scaled(size)], replications=replications, workers=1)
    assert last.comparison is not None
    figures = last.comparison.scenarios[0].metrics
    for metric in ("clv", "revenue", "repeat_customer_rate", "orders"):
        assert figures[metric].value is not None
        assert figures[metric].low is not None


def test_each_strategy_has_a_folder_with_a_scenario_that_has_it_alone() -> None:
    """For each strategy there is a folder of its name, and in it a scenario with that strategy and no other."""
    alone = {name for found in ALL for name in catalogue() if [name] == list(SCENARIOS[found.name].strategies)
             and found.name.startswith(f"{name}/")}  # fmt: skip
    assert alone == set(catalogue())


def test_a_folder_of_a_strategy_holds_scenarios_with_it() -> None:
    """What stands in a strategy's folder has that strategy."""
    for found in ALL:
        folder = found.name.rpartition("/")[0]
        assert folder not in catalogue() or folder in SCENARIOS[found.name].strategies, found.name


def test_the_folders_are_those_that_a_reader_is_told_of() -> None:
    """Beside the strategies' folders there are the classics, the claims, the stages and the subscription store's variants."""
    folders = {found.name.rpartition("/")[0] for found in ALL} - {""}
    assert folders - set(catalogue()) == {"classics", "claims", "coffee_subscription", "stages"}


@pytest.mark.parametrize("what", ["bare name", "title", "question"])
def test_no_two_shipped_scenarios_are_called_alike(what: str) -> None:
    """Every shipped scenario can be asked for without its folder, and none has another's title or question."""
    names = [
        {"bare name": found.name.rpartition("/")[2], "title": SCENARIOS[found.name].name, "question": found.question}[what]
        for found in ALL
    ]
    assert len(set(names)) == len(names)
    assert all(names)


def test_a_bare_name_finds_its_scenario() -> None:
    """What `regulars scenarios` lists is found without its folder."""
    for found in ALL:
        assert find_scenario(found.name.rpartition("/")[2]) == found.path


def test_the_first_line_of_a_file_is_its_question() -> None:
    """The question stands in the first line of the file, above everything else, and is one."""
    for found in ALL:
        first = found.path.read_text(encoding="utf-8").splitlines()[0]
        assert first == f"# {found.question}"
        assert first.endswith("?")


# The coffee bars, who have ten times as many orders, would take longer than all the others together.
@pytest.mark.parametrize(
    "name", ["free_shipping_club", "recommender", "stamps_and_friends", "welcome_thanks_win_back", "wheel_at_checkout"]
)
def test_what_came_out_of_a_classic_comes_out(name: str) -> None:
    """The difference in profit that a classic's comment tells is what its command gives, to the whole unit."""
    text = find_scenario(name).read_text(encoding="utf-8").replace("\n# ", " ")
    told = re.findall(r"regulars compare ([\w ]+)\)?:[^+±]*?([+-])[$€]([\d,]+) ±([\d,]+)", text)
    assert told
    for command, sign, amount, width in told:
        first, second = (SCENARIOS[find(each)] for each in command.split()[:2])
        *_, last = run([first, second], replications=12, workers=1)
        assert last.comparison is not None
        (found,) = [each for each in last.comparison.differences if each.metric == "profit"]
        assert found.value is not None
        assert found.high is not None
        assert round(found.value) == int(f"{sign}{amount.replace(',', '')}")
        assert round(found.high - found.value) == int(width.replace(",", ""))


def find(bare: str) -> str:
    """The full name of a shipped scenario."""
    (name,) = [found.name for found in ALL if found.name.rpartition("/")[2] == bare]
    return name


@pytest.mark.parametrize("stage", ["launch", "traction", "consistency", "established", "well_established"])
def test_the_splits_of_a_stage_differ_by_nothing_else(stage: str) -> None:
    """A stage's 80/20 and 20/80 are its 50/50 with another share for keeping, and what its channels spent before day 0 is
    half of the budget, so that nothing jumps on that day but the split."""
    even = SCENARIOS[f"stages/{stage}"]
    assert sum(channel.monthly_spend for channel in even.channels.values()) == 0.5 * (even.budget.monthly or 0.0)
    for split, keeping in (("80_20", 0.2), ("20_80", 0.8)):
        other = SCENARIOS[f"stages/{stage}_{split}"]
        same = dataclasses.replace(other, name=even.name, file=even.file, budget=even.budget)
        assert same == even
        assert other.budget == dataclasses.replace(even.budget, keeping=keeping)


def test_the_typical_store_repeats_as_published() -> None:
    """In the typical store 32 % order again within a year; over three years 53 % of those order a third time and 64 % of
    those a fourth, within five points (RJMetrics, 18 million customers)."""
    store = SCENARIOS["typical_online_store"]
    log = event_log(dataclasses.replace(store, months=60, pre_history=0).scaled(30_000), 1)
    age = log.orders.time - log.customers.acquired[log.orders.customer]
    seen = log.customers.acquired < log.end - 3 * YEAR
    assert seen.sum() > 10_000

    def share(least: int, years: float) -> float:
        orders = np.bincount(log.orders.customer[age <= years * YEAR], minlength=seen.size)[seen]
        return float((orders >= least).mean())

    assert abs(share(2, 1) - 0.32) < 0.05
    assert abs(share(3, 3) / share(2, 3) - 0.53) < 0.05
    assert abs(share(4, 3) / share(3, 3) - 0.64) < 0.05
