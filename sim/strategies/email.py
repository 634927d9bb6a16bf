"""A newsletter on a calendar: most ignore it, a few click and order more for a while, some leave the list."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from sim.behaviour import Behaviour
from sim.contacts import Terms
from sim.knobs import knob
from sim.population import NEVER, Floats, Rows, places
from sim.shop import Shop
from sim.strategy import Strategy

BENCHMARKS = "Klaviyo, Omnisend, BS&Co 2026: 38 % opened, 1.3 % clicked, .2 % left, of all sent; opens inflated by prefetch"
LOWER = "over all that is sent it comes out lower, because the list tires and holds the lost"


@dataclass(frozen=True, kw_only=True)
class Email(Strategy):
    """A newsletter to everyone who agreed to it, at a fixed interval."""

    title = "Newsletter"

    every: float = knob(
        7.0, "duration", "Interval", "Time between two newsletters.", low=1.0, high=365.0, evidence=(3.0, 30.0), grade="S",
        source="Zhang, Kumar & Cosguner 2017: optimum about 7 a month at one retailer",
    )  # fmt: skip
    open_rate: float = knob(
        0.70, "share", "Open rate", "Share of rested living recipients who open.", unit="of recipients",
        evidence=(0.30, 0.80), grade="V", source=f"{LOWER}. {BENCHMARKS}",
    )  # fmt: skip
    click_rate: float = knob(
        0.025, "share", "Click rate", "Share of rested living recipients who click.", unit="of recipients", neutral=0.0,
        evidence=(0.01, 0.06), grade="V", source=f"{LOWER}. {BENCHMARKS}",
    )  # fmt: skip
    lift: float = knob(
        0.5, "number", "Lift of a click", "A click raises the order rate by this share while it lasts.",
        unit="of the order rate", low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 2.0), grade="E",
        source="near the .08 % of mails sent that are followed by an order: Klaviyo, Omnisend, BS&Co 2026",
    )  # fmt: skip
    lasts: float = knob(
        14.0, "duration", "A click lasts", "How long a click raises the order rate.", low=0.04, high=365.0, grade="E",
        source="our estimate",
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.0018, "share", "Unsubscribes", "Share of rested recipients who unsubscribe at each newsletter.",
        unit="of recipients", neutral=0.0, evidence=(0.0005, 0.005), grade="V",
        source=f"{LOWER}. {BENCHMARKS}",
    )  # fmt: skip
    cost: float = knob(
        0.002, "money", "Cost of a mail", "What one sent mail costs.", high=100.0, neutral=0.0, grade="V",
        source="list prices of common mail services",
    )  # fmt: skip

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        return super().contradictions() + beyond_opens(self)

    def enact(self, shop: Shop) -> Newsletter:
        """Start the newsletter."""
        return Newsletter(self, shop)


def beyond_opens(knobs: Any) -> list[tuple[str, str]]:
    """The contradictions of more clicks or more unsubscribes than opens, where they are there."""
    found = [("click_rate", "more recipients click than open")] if knobs.click_rate > knobs.open_rate else []
    if knobs.unsubscribe_rate > knobs.open_rate:
        found.append(("unsubscribe_rate", "more recipients unsubscribe than open"))
    return found


class Attention:
    """A passing lift of the order rate; a new one renews the time."""

    def __init__(self, behaviour: Behaviour[Any], lift: float, lasts: float) -> None:
        self.lift, self.lasts = lift, lasts
        self.factor = behaviour.order_factor()
        self.fades = behaviour.people.timer(self._fade)

    def wake(self, rows: Rows, now: Floats | float) -> None:
        """Lift these rows' order rates from now on."""
        self.factor[rows] = 1.0 + self.lift
        self.fades[rows] = now + self.lasts

    def _fade(self, rows: Rows, time: Floats) -> None:
        self.factor[rows] = 1.0

    def stop(self) -> None:
        """End every lift at once."""
        self.factor[:] = 1.0
        self.fades[:] = NEVER


class Newsletter(Behaviour[Email]):
    """Sends, and lifts those who click."""

    def __init__(self, knobs: Email, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.contacts = shop.contacts
        self.attention = Attention(self, knobs.lift, knobs.lasts)
        self.terms = Terms(knobs.open_rate, knobs.click_rate, knobs.unsubscribe_rate, knobs.cost)

    def calendar(self) -> Generator[Any, Any, None]:
        """One newsletter after the other; the first goes out with the start."""
        issue = 0
        while True:
            self.send(issue)
            issue += 1
            yield self.shop.env.timeout(self.knobs.every)

    def send(self, issue: int) -> None:
        """Write to everyone on the list, the dead among them."""
        now = float(self.shop.env.now)
        rows = self.recipients()
        _, clicked = self.contacts.send(self.code, "email.newsletter", self.terms, rows, now, issue)
        if clicked.size:
            self.attention.wake(rows[clicked], now)

    def recipients(self) -> Rows:
        """Everybody on the list, whether still alive or not."""
        listed = self.contacts.listed(slice(None), float(self.shop.env.now))
        return places(listed if self.eligible is None else listed & self.eligible[:])

    def end(self, now: float) -> None:
        """No more newsletters, no more lift."""
        self.attention.stop()
