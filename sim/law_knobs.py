"""The law of a store's customers, before anything else is told of it: how they order, leave and spend.

The default parameters are those of a music store: the Pareto/NBD parameters of the CDNOW sample over 78 weeks (BTYD
package documentation) and the Gamma-Gamma parameters of Fader & Hardie (note 025).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.knobs import knob

DEAREST = 1_000_000.0
"""The largest mean order, so that the money of a large store stays within whole micros."""
FHL = "Fader, Hardie & Lee 2005, Marketing Science 24:275"
BTYD = "CDNOW sample, 78 weeks; BTYD package documentation"
SBG = "Fader & Hardie 2007, Journal of Interactive Marketing 21:76"
GAMMA_GAMMA = "CDNOW sample; Fader & Hardie, note 025"


@dataclass(frozen=True)
class Orders:
    """How often living customers order: rates differ between customers as a gamma distribution (NBD)."""

    r: float = knob(
        0.5630, "number", "Shape r", "Low: a few heavy buyers among many light ones; high: all alike.",
        low=0.01, high=100.0, source=BTYD,
    )  # fmt: skip
    alpha: float = knob(
        12.5590, "number", "Scale alpha", "The mean customer orders r / alpha times a week.",
        unit="weeks", low=0.01, high=10_000.0, source=BTYD,
    )  # fmt: skip


@dataclass(frozen=True)
class Lifetime:
    """How soon customers are lost for good: dropout rates differ as a gamma distribution (Pareto)."""

    s: float = knob(
        0.4081, "number", "Shape s", "Low: some leave at once and others stay for years; high: all alike.",
        low=0.01, high=100.0, source=BTYD,
    )  # fmt: skip
    beta: float = knob(
        10.5148, "number", "Scale beta", "The mean customer is lost at a rate of s / beta a week.",
        unit="weeks", low=0.01, high=10_000.0, source=BTYD,
    )  # fmt: skip


@dataclass(frozen=True)
class AfterOrder:
    """The other dropout law (BG/NBD): after each repeat order a coin, beta-distributed, decides who leaves."""

    a: float | None = knob(
        None, "number", "a", "Beta parameter; not set: matched to the lifetime law's repeats at 52 and 104 weeks.",
        low=0.01, high=100.0, source=FHL,
    )  # fmt: skip
    b: float | None = knob(
        None, "number", "b", "Beta parameter; not set: matched to the lifetime law's repeats at 52 and 104 weeks.",
        low=0.01, high=1000.0, source=FHL,
    )  # fmt: skip


@dataclass(frozen=True)
class Basket:
    """What an order is worth: gamma baskets around a mean that differs between customers (Gamma-Gamma)."""

    p: float = knob(
        6.25, "number", "Shape p", "High: a customer's orders are alike in value.",
        low=0.1, high=1000.0, source=GAMMA_GAMMA,
    )  # fmt: skip
    q: float = knob(
        3.74, "number", "Shape q", "High: customers are alike; it must exceed 1 for a mean to exist.",
        low=1.01, high=1000.0, source=GAMMA_GAMMA,
    )  # fmt: skip
    gamma: float = knob(
        15.44, "money", "Scale gamma", "The mean order is worth p x gamma / (q - 1).",
        low=0.01, high=1e9, source=GAMMA_GAMMA,
    )  # fmt: skip

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        mean = self.p * self.gamma / (self.q - 1.0)
        if mean > DEAREST:
            yield "gamma", f"the mean order would be worth {mean:,.0f}, more than {DEAREST:,.0f}"


@dataclass(frozen=True)
class Contract:
    """A subscription (dropout: contract): an order at each due date, until the customer does not renew (shifted
    beta-geometric)."""

    every: float = knob(30.0, "duration", "Period", "Time from one renewal to the next.", low=1.0, high=3650.0)
    alpha: float = knob(
        0.668, "number", "alpha", "Beta parameter of the chance that a customer does not renew.", low=0.01, high=1000.0,
        source=f"{SBG}, High End: renewals once a year",
    )  # fmt: skip
    beta: float = knob(
        3.806, "number", "beta", "The mean customer does not renew with probability alpha / (alpha + beta).",
        low=0.01, high=1000.0, source=f"{SBG}, High End: renewals once a year",
    )  # fmt: skip
