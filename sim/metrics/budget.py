"""Metrics of the retention budget."""

from __future__ import annotations

from sim.metrics.metric import Reason, metric, not_counted
from sim.metrics.sums import Floats, Sums, ratio

NO_BUDGET = not_counted("budget.weeks", "the store has no budget")
NO_STRATEGY = Reason("no strategy drew from the budget", lambda s: True)


@metric(
    "budget_dry_rate", "Without money", "share", "lower", "reviews after which a strategy rests / reviews of strategies",
    undefined=(NO_BUDGET, NO_STRATEGY),
)  # fmt: skip
def budget_dry_rate(s: Sums) -> Floats:
    """How often the retention budget has nothing left: of all reviews of all strategies, the share after which the strategy
    had to rest because nothing was left for it, or because it still owed for having spent more than was there."""
    return ratio(s.whole_count("budget.dry"), s.whole_count("budget.weeks"))
