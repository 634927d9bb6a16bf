"""Three views of one lift: what a dashboard would say of a strategy, what a holdout test measures, and the truth.

The dashboard credits orders by last click, or sets members against others. The test sets those who were reached against
those who were held out by chance. The truth, which only a simulator knows, is the same customers with the same luck in
the same store without the strategy.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator

import numpy as np

from sim._version import __version__
from sim.errors import BadInput, Problem
from sim.experiment import Snapshot, collect, coupled
from sim.figures import figure
from sim.metrics.arms import ENROLLED, HELD, OUTSIDE
from sim.metrics.sums import Floats, Sums, ratio
from sim.nearest import nearest
from sim.results import Figure, Lift, LiftRow
from sim.scenario import Scenario

HOLDOUT = 0.10
"""The share that is held out where the scenario holds out nobody: what is usual."""
OUTCOMES = {"orders": "orders", "revenue": "money", "margin": "money"}


def lift(
    scenario: Scenario, strategy: str, *, seed: int = 1, replications: int | None = None, workers: int | None = None
) -> Generator[Snapshot, None, Lift]:
    """Run the store with the strategy, some customers held out, and without it, yielding a snapshot after each piece of
    work; returns the strategy's lift in three views.

    Raises BadInput where the scenario has no such strategy, or nobody can be held out of it.
    """
    if strategy not in scenario.strategies:
        raise BadInput(
            Problem(
                f"the scenario has no strategy '{strategy}'", file=scenario.file, path="strategies",
                suggestion=nearest(strategy, scenario.strategies),
            )
        )
    tested = scenario.strategies[strategy]
    if not tested.holdout:
        tested = dataclasses.replace(tested, holdout=HOLDOUT)
        for knob, why in tested.contradictions():
            path = f"strategies.{strategy}.{knob}"
            raise BadInput(Problem(f"nobody can be held out of '{strategy}': {why}", file=scenario.file, path=path))
    others = {name: found for name, found in scenario.strategies.items() if name != strategy}
    stores = [
        dataclasses.replace(scenario, strategies=others | {strategy: tested}),
        dataclasses.replace(scenario, strategies=others),
    ]
    statistics, _ = yield from collect(stores, seed=seed, replications=replications, workers=workers)
    whole = coupled(stores)
    sums = [Sums(found.pooled() if whole else found) for found in statistics]
    views = _Views(strategy, *sums)
    return Lift(
        __version__, scenario.name, seed, statistics[0].replications, scenario.expected_customers(), scenario.currency,
        strategy, tested.holdout, not scenario.strategies[strategy].holdout, views.brings(), tuple(views.rows()),
    )  # fmt: skip


class _Views:
    """The figures of one strategy, of one store each, in all versions of the sums."""

    def __init__(self, strategy: str, store: Sums, without: Sums) -> None:
        self.strategy, self.store, self.without = strategy, store, without
        self.stores = store.stores[:, 0]
        kind = store.statistics.kinds.index(strategy)
        self.cost = (store.kind_costs[:, kind] + store.kind_overheads[:, kind]) / self.stores

    def brings(self) -> bool:
        """Whether more customers come with the strategy, or fewer."""
        return bool(self.store["new"][0, 0] != self.without["new"][0, 0])

    def rows(self) -> list[LiftRow]:
        """Each outcome in each view, then what one incremental order cost."""
        found = {outcome: self._outcome(outcome) for outcome in OUTCOMES}
        rows = [LiftRow(outcome, *(_figure(view, OUTCOMES[outcome]) for view in views)) for outcome, views in found.items()]
        costs = [None if orders is None else ratio(self.cost, np.where(orders > 0, orders, 0.0)) for orders in found["orders"]]
        return [*rows, LiftRow("cost of an order", *(_figure(cost, "money") for cost in costs))]

    def _outcome(self, outcome: str) -> tuple[Floats | None, Floats | None, Floats, Floats]:
        return self._clicks(outcome), self._members(outcome), self._test(outcome), self._truth(outcome)

    def _clicks(self, outcome: str) -> Floats | None:
        """What a last click credits, less the strategy's cost where it is about margin."""
        causes = self.store.statistics.causes
        if self.strategy not in causes:
            return None
        column = self.store.credit["sales" if outcome == "revenue" else outcome][:, causes.index(self.strategy)] / self.stores
        if not column[0]:
            return None
        return column - self.cost if outcome == "margin" else column

    def _members(self, outcome: str) -> Floats | None:
        """What members have more than others, times the members."""
        if not self._arm("customers", ENROLLED)[0]:
            return None
        return self._gap(outcome, (ENROLLED,), (OUTSIDE,))

    def _test(self, outcome: str) -> Floats:
        """What those reached have more than those held out, times those reached."""
        return self._gap(outcome, (OUTSIDE, ENROLLED), (HELD,))

    def _truth(self, outcome: str) -> Floats:
        """What the store has more than without the strategy."""
        with_, without = (self._total(outcome, sums) for sums in (self.store, self.without))
        return with_ - without

    def _total(self, outcome: str, sums: Sums) -> Floats:
        if outcome == "margin":
            return (sums["margin"][:, 0] - sums.fixed_costs[:, 0]) / self.stores
        values = sums["orders"] if outcome == "orders" else sums.revenue
        return values[:, 0] / self.stores

    def _gap(self, outcome: str, reached: tuple[int, ...], others: tuple[int, ...]) -> Floats:
        mine, theirs = self._sum("customers", reached), self._sum("customers", others)
        gap = (self._sum(outcome, reached) / mine - ratio(self._sum(outcome, others), theirs)) * mine / self.stores
        kind = self.store.statistics.kinds.index(self.strategy)
        return gap - self.store.kind_overheads[:, kind] / self.stores if outcome == "margin" else gap

    def _sum(self, outcome: str, arms: tuple[int, ...]) -> Floats:
        total: Floats = np.sum([self._arm(outcome, arm) for arm in arms], axis=0)
        return total

    def _arm(self, outcome: str, arm: int) -> Floats:
        if outcome == "revenue":
            signs = {"list_price": 1, "discount": -1, "refunds": -1, "fees": 1}
            revenue: Floats = np.sum([sign * self._arm(column, arm) for column, sign in signs.items()], axis=0)
            return revenue
        return self.store.arms[self.strategy, arm, outcome]


def _figure(versions: Floats | None, unit: str) -> Figure:
    return Figure(None, None, None, unit) if versions is None else figure(versions, unit, "no order is incremental")
