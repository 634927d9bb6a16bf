"""Metrics of the retention budget."""

from __future__ import annotations

import numpy as np

from sim.log import MICROS
from sim.metrics.metric import Reason, metric, not_counted
from sim.metrics.sums import Floats, Sums, ratio

NO_BUDGET = not_counted("budget.weeks", "the store has no budget")
NO_MONEY = Reason("there was no money for keeping in the budget", lambda s: s.whole_count("budget.given") == 0)
NO_STRATEGY = Reason("no strategy drew from the budget", lambda s: True)


@metric(
    "budget_dry_rate", "Without money", "share", "lower", "reviews after which a strategy rests / reviews of strategies",
    undefined=(NO_BUDGET, NO_STRATEGY),
)  # fmt: skip
def budget_dry_rate(s: Sums) -> Floats:
    """How often the retention budget has nothing left: of all reviews of all strategies, the share after which the strategy
    had to rest because nothing was left for it, or because it still owed for having spent more than was there."""
    return ratio(s.whole_count("budget.dry"), s.whole_count("budget.weeks"))


@metric(
    "budget_spent", "Spent of the budget", "share", "", "spent by strategies, fixed costs included / money for keeping",
    undefined=(NO_BUDGET, NO_MONEY), largest=np.inf,
)  # fmt: skip
def budget_spent(s: Sums) -> Floats:
    """What the strategies spent in the observed time, over what the budget gave for keeping in it. The rest stayed in the till,
    or was lost where nothing is carried over. Above 100 % more was spent than there was: a strategy knows only afterwards
    what a week has cost, and then rests until it is paid for."""
    return ratio(s.whole_count("budget.spent"), s.whole_count("budget.given"))


@metric(
    "budget_owed", "Owed beyond the budget", "money", "lower", "spent beyond the budget and not paid back by the end / stores",
    undefined=(NO_BUDGET,),
)  # fmt: skip
def budget_owed(s: Sums) -> Floats:
    """What the strategies had spent at the end beyond all that the budget had given: money that the store needs besides,
    though its strategies rest. It is in their costs, and so in the profit."""
    return s.whole_count("budget.owed") / MICROS / s.stores
