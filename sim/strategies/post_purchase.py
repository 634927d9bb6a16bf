"""Messages after an order: thanks, a request for a review, something that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.behaviour import Basket, Positions
from sim.campaigns import Flow, Mailing
from sim.contacts import Delivery
from sim.ideas import NO_EVIDENCE
from sim.knobs import knob
from sim.offers import Attention
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import at, purpose, uniform
from sim.shop import Shop

_REVIEWS = purpose("post_purchase.reviews")


@dataclass(frozen=True, kw_only=True)
class PostPurchase(Flow):
    """Up to three messages some days after an order, each of its own; while one is pending, a further order brings no
    second of its kind."""

    title = "Post-purchase flow"
    mechanisms: ClassVar = {
        "thanks": ("thanks_lift",),
        "reviews": ("review_lift",),
        "cross-selling": ("cross_sell_lift",),
        "unsubscribes": ("unsubscribe_rate",),
    }

    thanks: bool = knob(True, "flag", "Thanks", "Whether customers are thanked.", neutral=False)
    after: float = knob(
        3.0, "duration", "Thanks after", "Time from the order to the thanks.", high=365.0, evidence=(0.0, 30.0),
    )  # fmt: skip
    thanks_lift: float = knob(
        0.0, "number", "Lift of the thanks", "The order rate of whoever gets the thanks rises by this share while it lasts.",
        unit="of the order rate", low=-0.5, high=5.0, neutral=0.0, evidence=(-0.02, 0.03), grade="S",
        source="Longfield & Samek: 500,000 donors, no effect; professionals had predicted + 80 %",
    )  # fmt: skip
    review: bool = knob(False, "flag", "Review request", "Whether customers are asked for a review.", neutral=False)
    review_after: float = knob(
        14.0, "duration", "Request after", "Time from the order to the request.", high=365.0, evidence=(5.0, 45.0),
        source="the goods should have been used",
    )  # fmt: skip
    writes: float = knob(
        0.10, "share", "Write a review", "Share of those who open the request and write one.", unit="of those who open",
        evidence=(0.02, 0.25), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    review_lift: float = knob(
        0.0, "number", "Lift of a review", "The order rate of whoever writes one rises by this share while it lasts.",
        unit="of the order rate", low=-0.5, high=5.0, neutral=0.0, evidence=(0.0, 0.05), grade="E", source=NO_EVIDENCE,
    )  # fmt: skip
    review_reward: float = knob(
        0.0, "money", "Reward for a review", "What whoever writes one gets for it.", high=10_000.0, neutral=0.0
    )
    cross_sell: bool = knob(
        False, "flag", "Cross-selling", "Whether customers are shown what goes with their order.", neutral=False
    )
    cross_sell_after: float = knob(
        7.0, "duration", "Cross-selling after", "Time from the order to that message.", high=365.0, evidence=(0.0, 45.0),
    )  # fmt: skip
    cross_sell_lift: float = knob(
        0.6, "number", "Lift of a click", "A click on it raises the order rate by this share while it lasts.",
        unit="of the order rate", low=0.0, high=50.0, neutral=0.0, evidence=(0.0, 1.2), grade="E",
        source="half of the 1.4 to 1.7 % who order after a triggered mail (Klaviyo 2024), because they were about to anyway",
    )  # fmt: skip
    lasts: float = knob(
        28.0, "duration", "Lasts", "How long a lift lasts.", low=0.04, high=365.0, grade="E", source="our estimate"
    )

    def enact(self, shop: Shop) -> PostPurchaseFlow:
        """Start the flow."""
        return PostPurchaseFlow(self, shop)


class PostPurchaseFlow(Mailing[PostPurchase]):
    """The messages that are switched on."""

    def __init__(self, knobs: PostPurchase, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.notes: list[Note] = []
        if knobs.thanks:
            self.notes.append(Note(self, "thanks", knobs.after, knobs.thanks_lift))
        if knobs.review:
            self.notes.append(Request(self, "review", knobs.review_after, knobs.review_lift))
        if knobs.cross_sell:
            self.notes.append(Suggestion(self, "cross_sell", knobs.cross_sell_after, knobs.cross_sell_lift))

    def ordered(self, basket: Basket, who: Positions) -> None:
        """An order starts the clocks that do not run already."""
        for note in self.notes:
            note.start(basket.rows[who], basket.time[who])

    def end(self, now: float) -> None:
        """No more messages, no more lift."""
        for note in self.notes:
            note.stop()


class Note:
    """One of the messages: a personal clock from an order to it. The thanks lift whoever gets them."""

    def __init__(self, flow: PostPurchaseFlow, name: str, after: float, lift: float) -> None:
        self.flow = flow
        self.name = f"post_purchase.{name}"
        self.after = after
        self.lift = lift
        self.attention = Attention(flow, lift, flow.knobs.lasts)
        self.due = flow.people.timer(self._send)
        self.sent = flow.people.column(np.int32, 0)

    def start(self, rows: Rows, time: Floats) -> None:
        """Orders start the clock where it does not run already."""
        free = places(self.due[rows] == NEVER)
        self.due[rows[free]] = self.flow.contacts.awake(time[free] + self.after)

    def _send(self, rows: Rows, time: Floats) -> None:
        flow = self.flow
        rows, time = flow.reachable(rows, time)
        self.sent[rows] = self.sent[rows] + np.int32(1)
        delivery = flow.contacts.send(flow.code, self.name, flow.terms, rows, time, self.sent[rows])
        moved = self.moved(rows, time, delivery)
        if self.lift and moved.size:
            self.attention.wake(rows[moved], time[moved])

    def moved(self, rows: Rows, time: Floats, delivery: Delivery) -> Rows:
        """The positions of those whom the message moves."""
        return delivery.living

    def stop(self) -> None:
        """No more of it."""
        self.due[:] = NEVER
        self.attention.stop()


class Request(Note):
    """Asks for a review; it moves whoever writes one, and they are counted."""

    def __init__(self, flow: PostPurchaseFlow, name: str, after: float, lift: float) -> None:
        super().__init__(flow, name, after, lift)
        self.reviews = flow.shop.counter("post_purchase.reviews")

    def moved(self, rows: Rows, time: Floats, delivery: Delivery) -> Rows:
        """Who writes."""
        opened = delivery.opened
        place = at(self.flow.people.key[rows[opened]], self.sent[rows[opened]])
        wrote = opened[uniform(place, _REVIEWS) < self.flow.knobs.writes]
        self.reviews.add(rows[wrote])
        self.flow.shop.charge(self.flow.code, rows[wrote], time[wrote], self.flow.knobs.review_reward)
        return wrote


class Suggestion(Note):
    """Shows what goes with the order; it moves whoever clicks."""

    def moved(self, rows: Rows, time: Floats, delivery: Delivery) -> Rows:
        """Who clicks."""
        return delivery.clicked
