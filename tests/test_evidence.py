"""What nobody knows for sure has a grade and is drawn; what the store decides has none and stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest

from sim.knobs import Knob, knobs_of
from sim.paths import leaves
from sim.ranges import Range, ranges
from sim.scenario import Scenario
from sim.sensitivity import _unknown
from sim.store_knobs import Service, StoreKnobs
from sim.strategies import Strategy, catalogue
from sim.uncertain import draws

NAMES = sorted(catalogue())
THE_STORES_OWN = {
    # when
    "from", "until", "every", "length", "first_after", "starts_at", "ahead", "nth", "then_every", "closes",
    "days", "silent", "review_after", "cross_sell_after", "answered_within", "kept_for", "period", "trial", "bonus_within",
    "expires_after", "expiry", "valid", "shown_for",
    # how much
    "depth", "discount", "reward", "friend_reward", "review_reward", "fee", "bonus", "endowed", "earn", "reward_at", "account",
    "premium_at", "gold_at", "premium_perk", "gold_perk", "compensation", "impressions", "least", "most", "monthly_cost",
    "training_cost", "check_cost", "event_cost", "wage", "agents", "share",
    # to whom, and what
    "segment", "holdout", "priority", "vip_orders", "vip_first", "policy", "when", "counts", "announced", "coupon", "backlog",
    "thanks", "review", "cross_sell",
}  # fmt: skip
"""Names of knobs by which a store says what it does."""
OF_BOTH_SORTS = {
    "after": {"support_desk"}, "delay": {"referral"}, "opens": {"personalisation"},
    "cost": set(NAMES) - {"complaint_handling", "delight", "feedback_surveys", "prize_wheel", "push"},
    "lift": set(NAMES) - {"paid_membership"},
}  # fmt: skip
"""Names that are a choice in some strategies, and an unknown in these: when customers get in touch, what others charge."""


def unknown(scenario: Scenario) -> dict[str, Range]:
    """What is drawn of a scenario, by its path."""
    return {each.path: each for each in ranges(scenario) if each.uncertain}


def with_all(strategies: Mapping[str, Strategy]) -> Scenario:
    return Scenario(name="shop", months=8, clv_horizon=4, strategies=strategies)


def graded(knob: Knob) -> bool:
    return bool(knob.grade)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_store_decides_is_not_drawn(name: str) -> None:
    """When, how much and to whom is the store's choice: such a knob has no grade, and no draw of what is unknown turns it."""
    for each in knobs_of(catalogue()[name]).values():
        if each.name in THE_STORES_OWN or each.kind in ("flag", "clock", "date"):
            assert not each.grade, f"{name}.{each.name}: the store knows what it does"
    drawn = {path.rpartition(".")[2] for path in unknown(with_all({name: catalogue()[name]()})) if name in path}
    assert drawn.isdisjoint(THE_STORES_OWN)


def test_knobs_of_one_name_are_of_one_sort() -> None:
    """What is a choice of the store in one strategy is no unknown in another: of the knobs of one name all have a grade or none
    has, but for those that are listed."""
    strategies: dict[str, dict[bool, set[str]]] = {}
    for name in NAMES:
        for each in knobs_of(catalogue()[name]).values():
            strategies.setdefault(each.name, {False: set(), True: set()})[graded(each)].add(name)
    mixed = {knob: sorts[True] for knob, sorts in strategies.items() if sorts[True] and sorts[False]}
    assert all(names <= OF_BOTH_SORTS.get(knob, set()) for knob, names in mixed.items()), mixed


def test_nothing_is_drawn_that_the_store_has_decided_against() -> None:
    """No event, no failures told apart, everybody enrolled: a knob that stands there is no unknown, and is one elsewhere."""
    decided = {
        (name, each.name): each for name in NAMES for each in knobs_of(catalogue()[name]).values() if each.decided is not None
    }
    assert {name for name, _ in decided} >= {"loyalty_tiers", "personalisation", "post", "win_back"}
    for (name, knob_name), each in decided.items():
        path, inside = f"strategies.{name}.{knob_name}", sum(each.evidence or (0.0, 1.0)) / 2.0
        kind = catalogue()[name]
        assert path not in unknown(with_all({name: kind(**{each.attribute: each.decided})}))
        assert path in unknown(with_all({name: kind(**{each.attribute: inside})}))
    assert "store.service.failures" not in unknown(with_all({}))
    failing = dataclasses.replace(with_all({}), store=StoreKnobs(service=Service(failures=0.02)))
    assert "store.service.failures" in unknown(failing)


def test_each_of_a_pair_keeps_its_own_decisions() -> None:
    """Where one of two scenarios has decided and the other has not, only the other's knob is drawn, whichever comes first."""
    tiers = catalogue()["loyalty_tiers"]
    decided, open_ = (with_all({"loyalty_tiers": tiers(joins=joins)}) for joins in (1.0, 0.5))  # type: ignore[call-arg]
    path = "strategies.loyalty_tiers.joins"

    def joins(of: Scenario | None) -> float:
        assert of is not None
        return float(next(leaf.value for leaf in leaves(of) if leaf.path == path))

    for pair in ((decided, open_), (open_, decided)):
        drawn = list(draws(pair, _unknown(pair, ranges(pair[0])), 1, 3))
        for made in drawn:
            for before, after in zip(pair, made, strict=True):
                assert (joins(after) == joins(before)) == (before is decided)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_unknown_says_so(name: str) -> None:
    """A knob without a grade claims no estimate of ours, and its help never speaks of a share of customers who do something:
    that is not for the store to decide."""
    for each in knobs_of(catalogue()[name]).values():
        if not each.grade and each.name not in ("holdout", "share"):
            assert not each.source.startswith("our estimate"), f"{name}.{each.name}"
            assert not each.help.startswith("Share of"), f"{name}.{each.name}"
