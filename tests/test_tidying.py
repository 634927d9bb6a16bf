"""Rows of the dead are dropped once they are many; nobody may notice when that was."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from histories import history, same
from made_shop import scenario, shop

import sim.store
from sim.log import EventLog
from sim.scenario import Scenario
from sim.store import Store
from sim.strategies import Strategy, catalogue
from sim.strategies.win_back import WinBack

NAMES = sorted(catalogue())
SHORT = {"drop_after": 60.0, "consent": 1.0}
"""Customers are soon off the list, and their rows without a future."""


def late(name: str, **values: Any) -> Strategy:
    """A strategy that begins long after customers have died, and ends before the end."""
    return catalogue()[name](from_=250.0, until=330.0, **values)


def run(of: Scenario, tidied_from: int, patch: pytest.MonkeyPatch, **block: int) -> EventLog:
    """The store's history where rows are dropped as soon as one in so many has no future; 0: never."""
    patch.setattr(sim.store, "TIDIED_FROM", tidied_from)
    return Store(of, 1, **block).run()


ALWAYS, NEVER = 10**9, 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("segment", ["all", "lapsed"])
def test_who_is_dropped_is_missed_by_nobody(name: str, segment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether rows of the dead are dropped at each occasion or never, every strategy makes the same history, whenever it begins
    and whomever it acts on."""
    strategy = late(name)
    if segment == "all" or not strategy.begins_at_first_order:
        strategy = dataclasses.replace(strategy, segment=segment)
    # A newsletter for some weeks keeps a list, so that being on it matters.
    of = scenario({"email": catalogue()["email"](until=100.0), name: strategy}, customers=300.0, store=shop(**SHORT))
    assert same(*(history(run(of, tidied_from, monkeypatch)) for tidied_from in (ALWAYS, NEVER)))


@pytest.mark.parametrize("after", [45.0, 150.0, 400.0])
@pytest.mark.parametrize("backlog", [False, True])
def test_a_win_back_begins_alike_in_any_number_of_blocks(after: float, backlog: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow that looks further back than the list goes meets the same customers at its start, the lost among them, however
    the store is cut into blocks and whenever their rows would be dropped."""
    flow = WinBack(from_=200.0, after=after, backlog=backlog, reactivates=0.5, cost=0.01)
    of = scenario({"win_back": flow}, customers=600.0, pre_history=12, store=shop(**SHORT))
    whole = history(run(of, 4, monkeypatch))
    assert whole["messages"]["counts"].sum() > (0 if after > 200.0 else 50)
    for blocks in (2, 5):
        assert same(history([run(of, 4, monkeypatch, block=block, blocks=blocks) for block in range(blocks)]), whole)
    for tidied_from in (ALWAYS, NEVER):
        assert same(history(run(of, tidied_from, monkeypatch)), whole)
