"""A customer advisory board: a few customers who are asked before the store decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.ideas import Idea, Steady
from sim.knobs import knob
from sim.shop import Shop


@dataclass(frozen=True, kw_only=True)
class AdvisoryBoard(Idea):
    """Customers who meet a few times a year and say what they would change; by itself it does nothing."""

    title = "Advisory board"

    insight: float = knob(
        0.5, "number", "Insight", "What it teaches product_improvement, against a well-answered survey.",
        low=0.0, high=5.0, neutral=0.0, evidence=(0.0, 1.0), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    monthly_cost: float = knob(
        150.0, "money", "Cost a month", "Meetings, and what the members get.", unit="a month", high=1e8, neutral=0.0,
        scales=True,
    )  # fmt: skip

    def advice(self, scenario: Any, factor: float) -> list[str]:
        """Insight is for whoever listens."""
        if self.insight and "product_improvement" not in scenario.strategies:
            return ["nobody makes use of what the board finds out; add product_improvement"]
        return []

    def enact(self, shop: Shop) -> Board:
        """Call it together."""
        return Board(self, shop)


class Board(Steady):
    """An idea like others, but somebody listens."""

    def insight(self) -> float:
        """What it teaches."""
        knobs = self.knobs
        assert isinstance(knobs, AdvisoryBoard)
        return knobs.insight
