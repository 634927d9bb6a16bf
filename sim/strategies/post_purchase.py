"""Messages after an order: thanks, a request for a review, something that goes with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.campaigns import Flow, terms
from sim.knobs import knob
from sim.offers import Attention
from sim.population import NEVER, Floats, Rows, places
from sim.shop import Shop


@dataclass(frozen=True, kw_only=True)
class PostPurchase(Flow):
    """One message some days after an order; while one is pending, a further order brings no second."""

    title = "Post-purchase flow"

    after: float = knob(3.0, "duration", "Sent after", "Time from the order to the message.", high=365.0, evidence=(0.0, 30.0))
    thanks: float = knob(
        0.0, "number", "Lift of the thanks", "The order rate of whoever gets the message rises by this share while it lasts.",
        unit="of the order rate", low=-0.5, high=5.0, neutral=0.0, evidence=(-0.02, 0.03), grade="S",
        source="Longfield & Samek: 500,000 donors, no effect; professionals had predicted + 80 %",
    )  # fmt: skip
    lasts: float = knob(28.0, "duration", "Lasts", "How long it lasts.", low=0.04, high=365.0, grade="E", source="our estimate")

    def enact(self, shop: Shop) -> ThankYou:
        """Start the flow."""
        return ThankYou(self, shop)


class ThankYou(Behaviour[PostPurchase]):
    """A personal clock from an order to the message."""

    def __init__(self, knobs: PostPurchase, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.contacts = shop.contacts
        self.attention = Attention(self, knobs.thanks, knobs.lasts)
        self.terms = terms(knobs)
        self.due = self.people.timer(self._send)
        self.sent = self.people.column(np.int32, 0)

    def ordered(self, basket: Basket, who: Positions) -> None:
        """An order starts the clock where it does not run already."""
        rows, time = basket.rows[who], basket.time[who]
        free = places(self.due[rows] == NEVER)
        self.due[rows[free]] = time[free] + self.knobs.after

    def _send(self, rows: Rows, time: Floats) -> None:
        reached = places(self.contacts.consent[rows])
        rows, time = rows[reached], time[reached]
        self.sent[rows] = self.sent[rows] + np.int32(1)
        living, _ = self.contacts.send(self.code, "post_purchase.message", self.terms, rows, time, self.sent[rows])
        if self.knobs.thanks:
            self.attention.wake(rows[living], time[living])

    def end(self, now: float) -> None:
        """No more messages, no more lift."""
        self.due[:] = NEVER
        self.attention.stop()
