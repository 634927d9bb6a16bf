"""How a metric is declared: once, with its definition, and kept in the register of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.sums import Floats, Sums

CHANNEL, SEGMENT = "channel", "segment"


@dataclass(frozen=True)
class Metric:
    """One figure: what it is called, what exactly it is, and how it is computed."""

    id: str
    label: str
    unit: str
    """`money`, `share`, `days`, `orders`, `customers`, `messages` or `ratio`."""
    better: str
    """`higher`, `lower`, or empty where neither is good in itself."""
    definition: str
    """What is counted, over which customers and which time."""
    formula: str
    """One line."""
    source: str
    undefined: str
    """When and why there is no figure."""
    compute: Callable[[Sums], Floats]
    """versions x slices (or versions x 1 where it has no slices); nan where undefined."""
    by: tuple[str, ...] = ()
    """`channel` and `segment`, where the figure is also told for each of them."""
    largest: float = np.inf
    """What the figure cannot exceed; intervals are cut there. Shares also end at 0."""


REGISTER: dict[str, Metric] = {}
"""Every metric by its id, as declared."""

BOTH = (CHANNEL, SEGMENT)
FARRIS = "Farris et al., Marketing Metrics"
GUPTA = "Gupta & Lehmann 2003, Journal of Interactive Marketing 17:9"
FADER_HARDIE = "Fader & Hardie 2010, Marketing Science 29:85"


def metric(
    id: str, label: str, unit: str, better: str, formula: str, *, undefined: str, source: str = "",
    by: tuple[str, ...] = (), largest: float | None = None,
) -> Callable[[Callable[[Sums], Floats]], Callable[[Sums], Floats]]:  # fmt: skip
    """Declare the decorated function as a metric; its docstring is the definition."""

    def declare(compute: Callable[[Sums], Floats]) -> Callable[[Sums], Floats]:
        definition = " ".join((compute.__doc__ or "").split())
        most = (1.0 if unit == "share" else np.inf) if largest is None else largest
        REGISTER[id] = Metric(
            id, label, unit, better, definition, formula, source, undefined, compute, by=by, largest=most
        )
        return compute

    return declare


NO_COHORT = "nobody was acquired in the observed time and seen for the CLV horizon"
NO_SPEND = "no acquisition spend is known, or " + NO_COHORT
NO_BUYERS = "nobody ordered in the observed time"
NO_REVENUE = "there was no revenue in the observed time"
NO_CUSTOMERS = "there are no customers"
NO_START = "nobody was there at the start of the period"
NO_TRUTH = "a real history does not tell who is lost, or nobody was there to be lost"
NO_MESSAGES = "no messages were sent"
