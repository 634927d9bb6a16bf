"""Fewer failures: people who know their work, and a look into the parcel before it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.population import Floats
from sim.shop import Shop
from sim.strategy import Strategy


@dataclass(frozen=True, kw_only=True)
class ServiceTraining(Strategy):
    """Training makes failures rarer as it goes on; checks before dispatch find some of the others."""

    title = "Service training and checks"

    training: float = knob(
        0.8, "factor", "Failures after training", "Chance that an order fails, once training has taken hold.", high=5.0,
        neutral=1.0, evidence=(0.6, 1.0), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    takes: float = knob(
        90.0, "duration", "Takes hold in", "How long it takes until training has its full effect; it grows evenly.",
        low=1.0, high=3650.0, grade="E", source="our estimate",
    )  # fmt: skip
    training_cost: float = knob(
        150.0, "money", "Training a month", "What training costs the whole store a month.", unit="a month", high=1e8,
        neutral=0.0, scales=True,
    )  # fmt: skip
    checks: float = knob(
        0.8, "factor", "Failures after checks", "Chance that an order fails which is checked before it goes.", high=5.0,
        neutral=1.0, evidence=(0.5, 1.0), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    check_cost: float = knob(
        0.25, "money", "Cost of a check", "What it costs to check an order.", high=1000.0, neutral=0.0
    )

    def advice(self, scenario: Any, factor: float) -> list[str]:
        """Without failures there is nothing to lessen."""
        service = scenario.store.service
        if service.failures == 0.0:
            return ["no order fails in this store for want of training or checks; set store.service.failures"]
        return []

    def enact(self, shop: Shop) -> Care:
        """Begin."""
        return Care(self, shop)


class Care(Behaviour[ServiceTraining]):
    """Lessens the chance that an order fails."""

    def lessen(self, basket: Basket, who: Positions, chance: Floats) -> None:
        """Trained people, checked parcels."""
        knobs = self.knobs
        learnt = np.minimum(basket.time[who] - knobs.from_, knobs.takes) / knobs.takes
        chance[who] *= (1.0 - (1.0 - knobs.training) * learnt) * knobs.checks

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Every order is checked."""
        self.shop.charge(self.code, basket.rows[who], basket.time[who], self.knobs.check_cost)

    def monthly_cost(self) -> float:
        """The training."""
        return self.knobs.training_cost
