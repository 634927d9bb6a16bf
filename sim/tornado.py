"""What a sensitivity analysis comes to: how far a metric moves with each knob, and how far with all of them."""

from __future__ import annotations

from dataclasses import dataclass

from sim.results import Figure

EVIDENCE = "evidence"
"""The basis of a range that the knob's evidence gives."""


@dataclass(frozen=True)
class End:
    """One knob at one end of its range, all else as it is."""

    text: str
    """The value as a user writes it."""
    change: Figure
    """The metric there less the metric of the scenario as it is, paired; its reason where it cannot be so."""


@dataclass(frozen=True)
class Swing:
    """How far one knob moves the metric."""

    path: str
    label: str
    text: str
    """The value as it is."""
    low: End
    high: End
    grade: str
    """The grade of the evidence; empty for what the store chooses."""
    basis: str
    """Where the range comes from: `evidence`, or `10 %` around the value."""

    @property
    def reach(self) -> float:
        """From the lowest to the highest the metric gets, the scenario as it is among the three."""
        values = [0.0, *(end.change.value for end in (self.low, self.high) if end.change.value is not None)]
        return max(values) - min(values)


@dataclass(frozen=True)
class Spread:
    """A figure in draws of all uncertain effects together."""

    median: float
    low: float
    """What 2.5 % of the draws stay below."""
    high: float
    """What 2.5 % of the draws exceed."""
    above: float
    """Share of the draws above zero."""
    unit: str


@dataclass(frozen=True)
class Uncertainty:
    """One figure under three uncertainties that have nothing to do with one another."""

    chance: Figure
    """The figure as it is, with the interval of simulation chance (Monte Carlo)."""
    effects: Spread | None
    """In draws of the effect sizes; None where no draw has a figure."""
    missing: int
    """Draws without a figure."""
    structure: Figure
    """The figure under the other dropout law, with the interval of chance."""


@dataclass(frozen=True)
class Sampling:
    """Draws of all uncertain effects together."""

    draws: int
    knobs: tuple[str, ...]
    """The paths of what was drawn."""
    law: str
    """The other dropout law."""
    level: Uncertainty
    difference: Uncertainty | None
    """To the baseline; None without one."""


@dataclass(frozen=True)
class Sensitivity:
    """A scenario's metric, and how it depends on what is not known for sure."""

    version: str
    name: str
    baseline: str
    """The scenario that differences are to; empty without one."""
    seed: int
    replications: int
    customers: float
    currency: str
    metric: str
    base: Figure
    """The metric as it is; with a baseline its difference to it."""
    swings: tuple[Swing, ...]
    """The widest first."""
    sampling: Sampling | None = None
    notes: tuple[str, ...] = ()
