"""How the results are looked at: the tabs, the curves of each, and whose intervals are drawn."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class Tab:
    """One of the lab's views of the results."""

    id: str
    title: str
    short: str
    curves: tuple[str, ...] = ()
    """The curves that it shows, one at a time; none where it is no chart."""


TABS = (
    Tab("retention", "Retention", "Ret", (
        "retention_bracket_30", "retention_bracket_91", "retention_n_day", "retention_unbounded", "alive",
    )),
    Tab("clv", "CLV", "CLV", ("clv_cumulative", "customers_by_orders")),
    Tab("cac", "CAC", "CAC", ("monthly_cac", "monthly_new_customers")),
    Tab("money", "Revenue, profit", "Money", (
        "monthly_revenue", "monthly_contribution_margin", "monthly_cumulative_cash", "monthly_orders",
        "monthly_active_customers",
    )),
    Tab("cohorts", "Cohorts", "Coh"),
    Tab("sensitivity", "Sensitivity", "Sens"),
)  # fmt: skip
FOCUS, ALL, OFF = "focus", "all", "off"
BANDS = (FOCUS, ALL, OFF)
"""Whose intervals are drawn: the focused scenario's; the baseline's too; nobody's."""


@dataclass(frozen=True)
class View:
    """How the results are looked at."""

    tab: str = TABS[0].id
    variant: tuple[tuple[str, int], ...] = ()
    """By tab, which of its curves is shown."""
    bands: str = ALL
    log: bool = False
    difference: bool = False
    """Differences to the baseline instead of levels."""
    month: float | None = None
    """Where the crosshair stands, on the axis of the chart."""
    metric: int = 0
    """Which metric's tornado is shown."""

    @property
    def shown(self) -> Tab:
        """The tab."""
        return next(tab for tab in TABS if tab.id == self.tab)

    @property
    def curve(self) -> str:
        """The curve that is shown; empty where the tab is no chart."""
        curves = self.shown.curves
        return curves[dict(self.variant).get(self.tab, 0) % len(curves)] if curves else ""

    def opened(self, tab: str) -> View:
        """With another tab."""
        return dataclasses.replace(self, tab=tab, month=None)

    def turned(self) -> View:
        """With the tab's next curve."""
        chosen = {**dict(self.variant), self.tab: dict(self.variant).get(self.tab, 0) + 1}
        return dataclasses.replace(self, variant=tuple(chosen.items()), month=None)

    def banded(self) -> View:
        """With the intervals of others."""
        return dataclasses.replace(self, bands=BANDS[(BANDS.index(self.bands) + 1) % len(BANDS)])
