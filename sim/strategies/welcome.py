"""A welcome message soon after the first order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.behaviour import Basket, Positions
from sim.campaigns import Flow, Mailing
from sim.knobs import knob
from sim.offers import Attention
from sim.population import NEVER, Floats, Rows
from sim.shop import Shop


@dataclass(frozen=True, kw_only=True)
class Welcome(Flow):
    """One message to each new customer, some days after the first order."""

    title = "Welcome flow"
    begins_at_first_order = True
    mechanisms: ClassVar = {"lift of a click": ("lift",), "unsubscribes": ("unsubscribe_rate",)}

    after: float = knob(
        3.0, "duration", "Sent after", "Time from the first order to the message.", high=365.0, evidence=(0.0, 14.0),
    )  # fmt: skip
    lift: float = knob(
        3.0, "number", "Lift of a click", "A click raises the order rate by this share while it lasts.",
        unit="of the order rate", low=0.0, high=50.0, neutral=0.0, evidence=(0.0, 4.0), grade="E",
        source="half of the 2.3 % who order after a welcome mail (Klaviyo 2024), because they were about to anyway",
    )  # fmt: skip
    lasts: float = knob(
        14.0, "duration", "A click lasts", "How long a click raises the order rate.", low=0.04, high=365.0, grade="E",
        source="our estimate",
    )  # fmt: skip

    def enact(self, shop: Shop) -> WelcomeFlow:
        """Start the flow."""
        return WelcomeFlow(self, shop)


class WelcomeFlow(Mailing[Welcome]):
    """A personal clock from the first order to the message."""

    def __init__(self, knobs: Welcome, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.attention = Attention(self, knobs.lift, knobs.lasts)
        self.due = self.people.timer(self._send)

    def joined(self, basket: Basket, who: Positions) -> None:
        """A first order starts the clock."""
        self.due[basket.rows[who]] = self.contacts.awake(basket.time[who] + self.knobs.after)

    def _send(self, rows: Rows, time: Floats) -> None:
        rows, time = self.reachable(rows, time)
        clicked = self.contacts.send(self.code, "welcome.message", self.terms, rows, time, 1).clicked
        if clicked.size:
            self.attention.wake(rows[clicked], time[clicked])

    def end(self, now: float) -> None:
        """No more messages, no more lift."""
        self.due[:] = NEVER
        self.attention.stop()
