"""Complaints: answered in time, with or without a compensation, and forgiven more or less often.

Recovery restores, it does not bind: a customer whose failure was put right is where one was who never had any (de Matos
et al. 2007: the paradox holds for satisfaction, not for repurchase).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions, positions
from sim.knobs import knob
from sim.log import MICROS_PER_CENT
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import at, purpose, uniform
from sim.shop import Shop
from sim.strategy import Strategy

_COMPLAINS = purpose("complaint_handling.complains")
_FORGIVES = purpose("complaint_handling.forgives")


@dataclass(frozen=True, kw_only=True)
class ComplaintHandling(Strategy):
    """Those who complain of a failed order get an answer, and something for their trouble."""

    title = "Complaint handling"
    mechanisms: ClassVar = {"forgiveness": ("apology", "generosity")}

    complains: float = knob(
        0.4, "share", "Complain", "Share of customers with a failed order who complain.", unit="of failed orders", neutral=0.0,
        evidence=(0.1, 0.7), grade="E", source="our estimate: replace by your own",
    )  # fmt: skip
    answered_within: float = knob(2.0, "duration", "Answered within", "Time from the failed order to the answer.", high=90.0)
    compensation: float = knob(
        0.2, "share", "Compensation", "What a complainer gets back of what was paid.", unit="of what was paid", neutral=0.0
    )
    apology: float = knob(
        0.4, "share", "Forgives a good answer", "Chance that a prompt answer alone restores a customer.", unit="of complainers",
        neutral=0.0, evidence=(0.1, 0.7), grade="E",
        source="sign: de Matos et al. 2007, Morgeson et al. 2020 (35,597 complainers, strongly moderated); size: our estimate",
    )  # fmt: skip
    generosity: float = knob(
        0.4, "share", "Forgives money", "How much more likely full compensation makes it; the first tenth does most.",
        unit="of complainers", neutral=0.0, evidence=(0.0, 0.5), grade="E",
        source="sign: Gelbrich & Roschk 2011, Journal of Service Research 14:24; size and shape: our estimate",
    )  # fmt: skip
    forgives_half: float = knob(
        7.0, "duration", "Forgiveness halves in", "Time to the answer by which the chance is halved.", low=0.01, high=365.0,
        evidence=(0.5, 14.0), grade="E",
        source="sign: Twitter's airline study (stated, not behaviour); size: our estimate",
    )  # fmt: skip
    cost: float = knob(
        4.0, "money", "Cost of an answer", "The work of answering a complaint.", high=10_000.0, neutral=0.0,
        evidence=(1.0, 15.0),
    )  # fmt: skip
    monthly_cost: float = knob(
        50.0, "money", "Cost a month", "A mailbox that is read and a form that is found.", unit="a month", high=1e8,
        neutral=0.0, scales=True,
    )  # fmt: skip

    def chance(self) -> float:
        """Chance that a complainer is restored."""
        money = self.generosity * self.compensation * (2.0 - self.compensation)
        speed: float = 2.0 ** (-self.answered_within / self.forgives_half)
        return min(self.apology + money, 1.0) * speed

    def advice(self, scenario: Any, factor: float) -> list[str]:
        """Without failures there is nothing to complain of."""
        if not scenario.store.service.can_fail:
            return ["no order fails in this store, so nobody complains; set store.service.failures"]
        return []

    def enact(self, shop: Shop) -> Complaints:
        """Answer complaints."""
        return Complaints(self, shop)


class Complaints(Behaviour[ComplaintHandling]):
    """A personal clock from the complaint to its answer; what goes wrong meanwhile is answered along with it.

    Counts `complaint_handling.complaints` and, where they restored the customer, `.forgiven`.
    """

    def __init__(self, knobs: ComplaintHandling, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.mood = shop.mood
        self.chance = knobs.chance()
        self.waiting = self.people.column(np.int16, 0)
        """Failures complained of and not answered yet."""
        self.owed = self.people.column(np.int64, 0)
        """Cents of compensation that they will bring."""
        self.answers = self.people.timer(self._answer)
        self.complaints, self.forgiven = (
            shop.counter(f"complaint_handling.{what}") for what in ("complaints", "forgiven")
        )

    def monthly_cost(self) -> float:
        """What it costs even if all goes well."""
        return self.knobs.monthly_cost

    def failed(self, basket: Basket, who: Positions) -> Rows:
        """Some complain; the others are left to a support desk."""
        rows, time = basket.rows[who], basket.time[who]
        says = places(uniform(basket.place[who], _COMPLAINS) < self.knobs.complains)
        rows, time = rows[says], time[says]
        self.owed[rows] = self.owed[rows] + np.rint(basket.net(who)[says] * self.knobs.compensation).astype(np.int64)
        self.answers[rows] = np.where(self.waiting[rows] > 0, self.answers[rows], time + self.knobs.answered_within)
        self.waiting[rows] = self.waiting[rows] + 1
        self.complaints.add(rows)
        return positions(who, says)

    def _answer(self, rows: Rows, time: Floats) -> None:
        """All of a customer's open complaints are answered at once."""
        people, shop = self.people, self.shop
        count = self.waiting[rows].astype(np.int64)
        work = round(self.knobs.cost * 100)
        micros = (self.owed[rows] + count * work) * MICROS_PER_CENT
        shop.charge_people(self.code, people.person[rows], time, micros)
        self.waiting[rows] = 0
        self.owed[rows] = 0
        restored = places(people.alive[rows] & (uniform(at(people.key[rows], people.number[rows]), _FORGIVES) < self.chance))
        self.mood.soothe(rows[restored], time[restored], count[restored].astype(np.float64))
        self.forgiven.add(rows[restored], count[restored])

    def end(self, now: float) -> None:
        """Nobody answers any more."""
        self.answers[:] = NEVER
        self.waiting[:] = 0
        self.owed[:] = 0
