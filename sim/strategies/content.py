"""Content: a blog, guides, recipes."""

from __future__ import annotations

from dataclasses import dataclass

from sim.ideas import Idea
from sim.knobs import knob


@dataclass(frozen=True, kw_only=True)
class Content(Idea):
    """A blog, guides and recipes: something to read between orders."""

    title = "Content"

    monthly_cost: float = knob(
        400.0, "money", "Cost a month", "What it costs the whole store a month.", unit="a month", high=1e8, neutral=0.0,
        scales=True,
    )  # fmt: skip
