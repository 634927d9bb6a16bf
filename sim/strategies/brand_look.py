"""The look of the brand."""

from __future__ import annotations

from dataclasses import dataclass

from sim.ideas import Idea
from sim.knobs import knob


@dataclass(frozen=True, kw_only=True)
class BrandLook(Idea):
    """A look of its own, from the website to the parcel."""

    title = "Brand look"

    monthly_cost: float = knob(
        300.0, "money", "Cost a month", "What it costs the whole store a month.", unit="a month", high=1e8, neutral=0.0,
        scales=True,
    )  # fmt: skip
