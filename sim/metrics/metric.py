"""How a metric is declared: once, with its definition, and kept in the register of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.metrics.sums import Floats, Sums

CHANNEL, SEGMENT, STRATEGY = "channel", "segment", "strategy"


@dataclass(frozen=True)
class Reason:
    """Why a figure may be missing."""

    text: str
    holds: Callable[[Sums], bool | Floats | NDArray[np.bool_]]
    """Where it is so: one truth value, or versions x slices (versions x 1) of them."""


@dataclass(frozen=True)
class Metric:
    """One figure: what it is called, what exactly it is, and how it is computed."""

    id: str
    label: str
    unit: str
    """`money`, `share`, `days`, `minutes`, `orders`, `customers`, `messages`, `points` or `ratio`."""
    better: str
    """`higher`, `lower`, or empty where neither is good in itself."""
    definition: str
    """What is counted, over which customers and which time."""
    formula: str
    """One line."""
    source: str
    undefined: tuple[Reason, ...]
    """Why there may be no figure; the first that holds is told, the last where none does."""
    compute: Callable[[Sums], Floats]
    """versions x slices, as far as it is told (versions x 1 where it has no slices); nan where undefined."""
    by: tuple[str, ...] = ()
    """`channel`, `segment` and `strategy`, where the figure is also told for each of them."""
    smallest: float = -np.inf
    largest: float = np.inf
    """What the figure cannot fall below and cannot exceed; intervals are cut there."""

    @property
    def total(self) -> bool:
        """Whether it grows with the store: it is a sum over one store, not a figure a head."""
        return self.formula.endswith("/ stores")

    def reason(self, sums: Sums, place: int = 0) -> str:
        """Why a slice has no figure."""
        for reason in self.undefined[:-1]:
            holds = np.atleast_2d(reason.holds(sums))
            if holds[0, place if place < holds.shape[1] else 0]:
                return reason.text
        return self.undefined[-1].text


REGISTER: dict[str, Metric] = {}
"""Every metric by its id, as declared."""

BOTH = (CHANNEL, SEGMENT)
FARRIS = "Farris et al., Marketing Metrics"
GUPTA = "Gupta & Lehmann 2003, Journal of Interactive Marketing 17:9"
FADER_HARDIE = "Fader & Hardie 2010, Marketing Science 29:85"


def metric(
    id: str, label: str, unit: str, better: str, formula: str, *, undefined: tuple[Reason, ...], source: str = "",
    by: tuple[str, ...] = (), smallest: float | None = None, largest: float | None = None,
) -> Callable[[Callable[[Sums], Floats]], Callable[[Sums], Floats]]:  # fmt: skip
    """Declare the decorated function as a metric; its docstring is the definition. Shares end at 0 and 1 unless it says
    otherwise."""

    def declare(compute: Callable[[Sums], Floats]) -> Callable[[Sums], Floats]:
        definition = " ".join((compute.__doc__ or "").split())
        least = (0.0 if unit == "share" else -np.inf) if smallest is None else smallest
        most = (1.0 if unit == "share" else np.inf) if largest is None else largest
        REGISTER[id] = Metric(id, label, unit, better, definition, formula, source, undefined, compute, by, least, most)
        return compute

    return declare


NO_SPEND = Reason("no acquisition spend is known", lambda s: s.statistics.spend is None)
NO_COHORT = Reason("nobody was acquired in the observed time and seen for the CLV horizon", lambda s: s["cohort"] == 0)
NO_NEWCOMERS = Reason("nobody was acquired in the observed time", lambda s: s["new"] == 0)
NO_CUSTOMERS = Reason("there are no customers", lambda s: s["customers"] == 0)
NO_BUYERS = Reason("nobody ordered in the observed time", lambda s: s["buyers"] == 0)
NO_REVENUE = Reason("there was no revenue in the observed time", lambda s: s.sales == 0)
NO_START = Reason("nobody was active at the start of the period of churn", lambda s: s["active_start"] == 0)
NO_TRUTH = Reason("a real history does not tell who is lost", lambda s: not s.statistics.knows_truth)
NO_INVITES = Reason("no invitations were sent", lambda s: s.invites == 0)


def not_counted(name: str, text: str) -> Reason:
    """The reason for figures of something that the store does not have, and so did not count."""
    return Reason(text, lambda s: not s.counted(name))
