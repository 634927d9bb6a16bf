"""Campaigns and flows: the same message to everyone on a list, on a calendar, by mail, text, push, letter or phone; and
messages to single customers, each at a time of their own."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from sim.behaviour import Behaviour
from sim.contacts import Delivery, Terms
from sim.ideas import NO_EVIDENCE
from sim.knobs import knob
from sim.offers import Attention
from sim.population import Floats, Rows, places
from sim.shop import Shop
from sim.strategy import Strategy

if TYPE_CHECKING:
    import simpy

BENCHMARKS = "Klaviyo, Omnisend, BS&Co 2026: 38 % opened, 1.3 % clicked, .2 % left, of all sent; opens inflated by prefetch"
FLOWS = "Klaviyo 2024: triggered flows"


@dataclass(frozen=True, kw_only=True)
class Flow(Strategy):
    """What every timed mail to a single customer has; a strategy may declare its own defaults and evidence."""

    open_rate: float = knob(
        0.50, "share", "Open rate", "Share of rested recipients who open.", unit="of recipients",
        evidence=(0.3, 0.6), grade="V", source=FLOWS,
    )  # fmt: skip
    click_rate: float = knob(
        0.05, "share", "Click rate", "Share of rested recipients who click; it decides whom last-click attribution credits.",
        unit="of recipients", neutral=0.0, evidence=(0.02, 0.08), grade="V", source=f"{FLOWS}: 4.7 to 5.3 %",
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.0065, "share", "Unsubscribes", "Share of rested recipients who unsubscribe.", unit="of recipients",
        neutral=0.0, evidence=(0.002, 0.01), grade="V", source=f"{FLOWS}: .6 to .7 %",
    )  # fmt: skip
    cost: float = knob(
        0.002, "money", "Cost of a mail", "What one sent mail costs.", high=100.0, neutral=0.0, grade="V",
        source="list prices of common mail services",
    )  # fmt: skip

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        return super().contradictions() + beyond_opens(self)


@dataclass(frozen=True, kw_only=True)
class Campaign(Strategy):
    """What every campaign has; a strategy declares its own defaults, ranges and evidence."""

    medium = "email"
    mechanisms: ClassVar = {"lift of an answer": ("lift",), "opt-outs": ("unsubscribe_rate",)}

    every: float = knob(30.0, "duration", "Interval", "Time between two messages.", low=1.0, high=3650.0)
    open_rate: float = knob(0.5, "share", "Noticed", "Share of rested living recipients who take notice.", unit="of recipients")
    click_rate: float = knob(0.02, "share", "Answered", "Share of rested living recipients who answer.", unit="of recipients")
    unsubscribe_rate: float = knob(0.002, "share", "Opt-outs", "Share of rested recipients who opt out.", unit="of recipients")
    lift: float = knob(0.5, "number", "Lift", "Who answers orders more often by this share while it lasts.", low=0.0, high=50.0)
    lasts: float = knob(14.0, "duration", "Lasts", "How long it lasts.", low=0.04, high=365.0)
    cost: float = knob(0.002, "money", "Cost", "What one message costs.", high=1000.0)

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        return super().contradictions() + beyond_opens(self)

    def enact(self, shop: Shop) -> Sendings[Any]:
        """Start the campaign."""
        return Sendings(self, shop)


@dataclass(frozen=True, kw_only=True)
class Personal(Campaign):
    """What dear messages to one customer at a time have: few a year, and an answer that lasts."""

    every: float = knob(
        182.0, "duration", "Interval", "Time between two messages to a customer.", low=7.0, high=3650.0,
        evidence=(60.0, 365.0),
    )  # fmt: skip
    lift: float = knob(
        1.0, "number", "Lift of an answer", "Whoever answers orders more often by this share while it lasts.",
        unit="of the order rate", low=0.0, high=20.0, neutral=0.0, evidence=(0.0, 3.0), grade="E", source=NO_EVIDENCE,
    )  # fmt: skip
    lasts: float = knob(
        30.0, "duration", "Lasts", "How long it raises the order rate.", low=0.04, high=365.0, grade="E", source="our estimate"
    )


def terms(knobs: Any) -> Terms:
    """What the messages of a flow or a campaign are like."""
    return Terms(knobs.open_rate, knobs.click_rate, knobs.unsubscribe_rate, knobs.cost)


def beyond_opens(knobs: Any) -> list[tuple[str, str]]:
    """The contradictions of more clicks or more unsubscribes than opens, where they are there."""
    found = [("click_rate", "more recipients click than open")] if knobs.click_rate > knobs.open_rate else []
    if knobs.unsubscribe_rate > knobs.open_rate:
        found.append(("unsubscribe_rate", "more recipients unsubscribe than open"))
    return found


FlowKnobs = TypeVar("FlowKnobs", bound=Strategy)


class Mailing(Behaviour[FlowKnobs]):
    """What flows share: whom a message that is due reaches, and when it goes out."""

    def __init__(self, knobs: FlowKnobs, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.contacts = shop.contacts
        self.terms = terms(knobs)

    def reachable(self, rows: Rows, time: Floats) -> tuple[Rows, Floats]:
        """Those of the rows who consent and whom the strategy may act on by now, with their times."""
        mine = self.among(rows)
        rows, time = rows[mine], time[mine]
        consents = places(self.contacts.consent[rows])
        return rows[consents], time[consents]


CampaignKnobs = TypeVar("CampaignKnobs", bound=Campaign)


class Sendings(Behaviour[CampaignKnobs]):
    """Sends, and lifts those who answer."""

    def __init__(self, knobs: CampaignKnobs, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.contacts = shop.contacts
        self.contacts.open(knobs.medium)
        self.attention = Attention(self, knobs.lift, knobs.lasts)
        self.terms = terms(knobs)

    def calendar(self) -> Generator[Any, Any, None]:
        """One message after the other; the first goes out with the start. What falls into the quiet hours waits for
        their end, and the next ones are not the later for it."""
        timeout = self.shop.env.timeout
        issue, late = 0, 0.0
        while True:
            now = float(self.shop.env.now)
            out = self.contacts.awake(now)
            if wait := out - now:
                yield at_moment(self.shop.env, out)
            yield from turn(self)
            self.send(issue)
            issue += 1
            late += wait
            yield timeout(max(self.knobs.every - late, 0.0))
            late = max(late - self.knobs.every, 0.0)

    def send(self, issue: int) -> None:
        """Write to everyone on the list, the dead among them."""
        now = float(self.shop.env.now)
        rows = self.recipients(now)
        name, medium = f"{self.knobs.name}.newsletter", self.knobs.medium
        delivery = self.contacts.send(self.code, name, self.terms, rows, now, issue, medium)
        if delivery.clicked.size:
            self.attention.wake(rows[delivery.clicked], now)
        self.delivered(rows, delivery, now)

    def delivered(self, rows: Rows, delivery: Delivery, now: float) -> None:
        """What else comes of the message."""

    def recipients(self, now: float) -> Rows:
        """Everybody on the list, whether still alive or not."""
        rows = places(self.contacts.listed(slice(None), now, self.knobs.medium))
        return rows[self.among(rows)]

    def end(self, now: float) -> None:
        """No more messages, no more lift."""
        self.attention.stop()


def turn(behaviour: Behaviour[Any]) -> Generator[Any, Any, None]:
    """Wait until all others have written who go before this strategy where a frequency cap makes them rivals at the same
    instant: by priority, then by name. At once where there is no cap."""
    shop, rank = behaviour.shop, behaviour.knobs.rank
    if shop.scenario.store.contact.frequency_cap is None:
        return
    for _ in range(sum(each.rank < rank for each in shop.scenario.strategies.values())):
        yield shop.env.timeout(0.0)
    shop.let_before(rank)


def at_moment(env: simpy.Environment, moment: float) -> simpy.Event:
    """A timeout to a moment ahead, to the last bit: so that what others have due then is due at the same instant."""
    delay = moment - env.now
    while env.now + delay < moment:
        delay = math.nextafter(delay, math.inf)
    while env.now + delay > moment:
        delay = math.nextafter(delay, 0.0)
    return env.timeout(delay)
