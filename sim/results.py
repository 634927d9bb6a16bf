"""What a comparison comes to: frozen figures, curves and differences, ready to be shown.

These are the snapshots that travel from the experiment to whoever shows them; nothing here computes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.text import tag


@dataclass(frozen=True)
class Figure:
    """One number with its 95 % interval."""

    value: float | None
    """None where the figure does not exist; then `reason` says why."""
    low: float | None
    high: float | None
    unit: str
    """`money`, `share`, `days`, `minutes`, `orders`, `customers`, `points`, `ratio`, ..."""
    reason: str = ""


@dataclass(frozen=True)
class Point:
    """One point of a curve with its 95 % interval and the number of customers (or months) behind it."""

    x: float
    value: float | None
    low: float | None
    high: float | None
    n: int
    """Customers counted, over all replications."""


@dataclass(frozen=True)
class Curve:
    """A curve by age (days since the first order) or by calendar month."""

    x_unit: str
    """`days`, `month`, `orders` or `renewals`."""
    unit: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class CohortTable:
    """Customers by the month of their first order (rows) and their age in months (columns)."""

    cohorts: tuple[str, ...]
    """The calendar month of each row, `2025-01`."""
    customers: tuple[float, ...]
    """Customers acquired in it, per replication."""
    retention: tuple[tuple[Figure, ...], ...]
    """Share of the cohort that ordered in the age-month; a row is as long as the cohort was fully observed."""


@dataclass(frozen=True)
class ScenarioResult:
    """All that is known of one scenario."""

    name: str
    file: str
    metrics: dict[str, Figure]
    curves: dict[str, Curve]
    currency: str = "USD"
    """Of all its money, as an ISO 4217 code."""
    by_channel: dict[str, dict[str, Figure]] = field(default_factory=dict)
    """Metrics of the customers of each channel."""
    by_segment: dict[str, dict[str, Figure]] = field(default_factory=dict)
    """Metrics of each segment of customers."""
    by_strategy: dict[str, dict[str, Figure]] = field(default_factory=dict)
    """Metrics of each strategy, and of whatever else a last click would credit."""
    cohorts: CohortTable | None = None


@dataclass(frozen=True)
class Difference:
    """A scenario's metric less the baseline's, paired customer by customer's luck."""

    scenario: str
    metric: str
    value: float | None
    low: float | None
    high: float | None
    p_adjusted: float | None
    """Holm over all metrics and scenarios of the comparison."""
    verdict: str
    """`better`, `worse`, `higher`, `lower` (where neither is good in itself) or `no clear difference`; with the
    reason where there is no figure."""
    unit: str = ""


@dataclass(frozen=True)
class Comparison:
    """One or more scenarios, the first being the baseline."""

    version: str
    seed: int
    replications: int
    customers: float
    """Expected acquisitions through the channels in the observed time, of one replication of the baseline."""
    baseline: str
    scenarios: tuple[ScenarioResult, ...]
    differences: tuple[Difference, ...]
    curve_differences: dict[str, dict[str, Curve]] = field(default_factory=dict)
    """Paired differences of the curves to the baseline, by scenario name and curve id."""
    notes: tuple[str, ...] = ()
    """What the reader should know, e.g. how far a store was scaled."""
    history: str = ""
    """Where the only scenario is a real history: its size and its dates, in words; then seed and replications mean
    nothing."""

    @property
    def currency(self) -> str:
        """That of the baseline, in which differences of money are."""
        return self.scenarios[0].currency

    @property
    def currencies(self) -> dict[str, str]:
        """Of each scenario, by its letter."""
        return {tag(i): each.currency for i, each in enumerate(self.scenarios)}


ITSELF = "given away"
"""The first step of a bridge over one strategy: what it does and gives while customers do not respond."""


@dataclass(frozen=True)
class Plank:
    """What one step, a strategy or a mechanism of one, adds to the metric."""

    strategy: str
    in_turn: Figure
    alone: Figure
    last: Figure


@dataclass(frozen=True)
class Bridge:
    """A metric from the bare store to the whole one."""

    version: str
    name: str
    seed: int
    replications: int
    customers: float
    currency: str
    metric: str
    bare: Figure
    planks: tuple[Plank, ...]
    whole: Figure
    strategy: str = ""
    """The strategy whose mechanisms the steps are; empty where they are strategies."""


LIFT_VIEWS = ("clicks", "members", "test", "truth")


@dataclass(frozen=True)
class LiftRow:
    """One outcome of a strategy, of one store over the observed time, as each view tells it; no figure where a view does
    not apply."""

    outcome: str
    clicks: Figure
    members: Figure
    test: Figure
    truth: Figure


@dataclass(frozen=True)
class Lift:
    """Three views of what a strategy does; the dashboard's has two ways, clicks and members."""

    version: str
    name: str
    seed: int
    replications: int
    customers: float
    currency: str
    strategy: str
    holdout: float
    assumed: bool
    """Whether the share held out is the program's choice, because the scenario holds out nobody."""
    brings: bool
    """Whether it changes how many customers come, which a test among customers cannot see."""
    rows: tuple[LiftRow, ...]
