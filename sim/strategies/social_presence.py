"""A presence on social networks."""

from __future__ import annotations

from dataclasses import dataclass

from sim.ideas import Idea
from sim.knobs import knob


@dataclass(frozen=True, kw_only=True)
class SocialPresence(Idea):
    """Posts and answers on social networks, unpaid."""

    title = "Social presence"

    monthly_cost: float = knob(
        500.0, "money", "Cost a month", "What it costs the whole store a month.", unit="a month", high=1e8, neutral=0.0,
        scales=True,
    )  # fmt: skip
