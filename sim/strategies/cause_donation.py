"""A donation to a cause."""

from __future__ import annotations

from dataclasses import dataclass

from sim.ideas import Idea
from sim.knobs import knob


@dataclass(frozen=True, kw_only=True)
class CauseDonation(Idea):
    """A sum a month for a good cause, told to customers."""

    title = "Donation to a cause"

    monthly_cost: float = knob(
        250.0, "money", "Cost a month", "What it costs the whole store a month.", unit="a month", high=1e8, neutral=0.0,
        scales=True,
    )  # fmt: skip
