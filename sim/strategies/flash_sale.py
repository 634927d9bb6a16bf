"""Flash sales: everything is cheaper for some hours, for whoever hears of it in time.

Nobody can wait for one, because nobody knows when it comes; but who buys early buys less afterwards, as in any
promotion. Whoever orders anyway in these hours pays less, too.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim.behaviour import Basket, Positions
from sim.campaigns import BENCHMARKS, at_moment, beyond_opens, terms, turn
from sim.knobs import knob
from sim.population import Floats, places
from sim.promotions import Promotion, Sale
from sim.randomness import at, purpose, uniform
from sim.shop import Shop

_NOTICES = purpose("flash_sale.notices")


@dataclass(frozen=True, kw_only=True)
class FlashSale(Promotion):
    """A lower price on everything for some hours, announced to the mailing list or not."""

    title = "Flash sale"
    mechanisms: ClassVar = {
        "response to the price": ("elasticity",),
        "pulled forward": ("pull_forward",),
        "training": ("training", "deal_response"),
        "unsubscribes": ("unsubscribe_rate",),
    }

    depth: float = knob(
        0.25, "share", "Depth", "What a sale takes off every price.", unit="of the price", high=0.9, neutral=0.0,
        evidence=(0.1, 0.5),
    )  # fmt: skip
    every: float = knob(
        28.0, "duration", "Interval", "Time from the start of one sale to the start of the next.", low=1.0, high=3650.0,
        evidence=(7.0, 91.0),
    )  # fmt: skip
    length: float = knob(6 / 24, "duration", "Length", "How long a sale lasts.", low=0.04, high=7.0, evidence=(2 / 24, 2.0))
    first_after: float = knob(14.0, "duration", "First after", "Time from the start to the day of the first sale.", high=3650.0)
    starts_at: float = knob(12 / 24, "clock", "Starts at", "The time of day at which a sale starts.")
    urgency: float = knob(
        2.0, "factor", "Urgency", "How much more the order rate of those who know rises than in a long promotion.",
        low=1.0, high=20.0, evidence=(1.0, 5.0), grade="E",
        source="sign: Aggarwal & Vaidyanathan 2003, time limits speed purchases up; size: our estimate",
    )  # fmt: skip
    payback: float = knob(
        14.0, "duration", "Missing for", "How long after a sale the pulled-forward orders are missing.",
        low=1.0, high=365.0, evidence=(7.0, 56.0), grade="E", source="our estimate: a hurry leaves little to buy in advance",
    )  # fmt: skip
    training: float = knob(
        1.0, "factor", "Training", "Full-price order rate after one sale; below 1, customers come to expect the next one.",
        low=0.5, high=1.0, neutral=1.0, evidence=(0.9, 1.0), grade="E",
        source="our estimate: a sale that cannot be foreseen is not waited for; for regular ones set it as in discount_cycle",
    )  # fmt: skip
    deal_response: float = knob(
        0.0, "share", "Deal response", "How much stronger customers who have seen many sales respond to one.",
        unit="of the response", neutral=0.0, evidence=(0.0, 0.30), grade="S",
        source="Elberg, Gardete, Macera & Noton 2019, 10 supermarkets: 22 %, of deep promotions against shallow ones",
    )  # fmt: skip
    notices: float = knob(
        0.05, "share", "Notice it anyway", "Share of customers who hear of a sale without being told.", unit="of customers",
        neutral=0.0, evidence=(0.0, 0.2), grade="E", source="our estimate: enter your own",
    )  # fmt: skip
    announced: bool = knob(True, "flag", "Announced", "Whether a mail tells everybody on the list.", neutral=False)
    ahead: float = knob(
        0.0, "duration", "Announced before", "How long before the start the mail goes out; in quiet hours it waits for their "
        "end, and a mail that would come after the sale is not sent.", high=30.0,
    )  # fmt: skip
    open_rate: float = knob(
        0.40, "share", "Opened in time", "Share of rested living recipients who open the mail before the sale is over.",
        unit="of recipients", evidence=(0.15, 0.6), grade="E", source="our estimate: somewhat more than half of a newsletter's",
    )  # fmt: skip
    click_rate: float = knob(
        0.025, "share", "Click rate", "Share of rested living recipients who click; it decides whom last-click attribution "
        "credits.", unit="of recipients", neutral=0.0, evidence=(0.01, 0.06), grade="V", source=BENCHMARKS,
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.0018, "share", "Unsubscribes", "Share of rested recipients who unsubscribe at each mail.", unit="of recipients",
        neutral=0.0, evidence=(0.0005, 0.005), grade="V", source=BENCHMARKS,
    )  # fmt: skip
    cost: float = knob(
        0.002, "money", "Cost of a mail", "What one sent mail costs.", high=100.0, neutral=0.0, grade="V",
        source="list prices of common mail services",
    )  # fmt: skip

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        early = self.ahead + self.length > self.every
        own = [("ahead", "a sale is announced before the last one is over")] if early else []
        return super().contradictions() + beyond_opens(self) + own

    def enact(self, shop: Shop) -> FlashSales:
        """Begin."""
        return FlashSales(self, shop)


class FlashSales(Sale[FlashSale]):
    """The calendar of sales, and who knows of each."""

    def __init__(self, knobs: FlashSale, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.aware = self.people.column(np.bool_, False)
        """Who knows of the sale that is on, or of the next one."""
        self.teaches = knobs.training != 1.0 or knobs.deal_response != 0.0
        self.met = self.people.column(np.bool_, False)
        """Who came upon the sale that is on, by an order in its hours."""
        self.remembered = self.people.column(np.float64, 0.0)
        """The sales that customers knew of and remember, as of the end of the last one."""
        self.contacts = shop.contacts if knobs.announced else None
        self.terms = terms(knobs)
        self.sale = 0

    def bump(self) -> float:
        """The order rate of whoever knows of a sale."""
        return min(1.0 + (super().bump() - 1.0) * self.knobs.urgency, self.knobs.cap)

    def calendar(self) -> Generator[Any, Any, None]:
        """For each sale its mail, its start, its end, and the end of the orders missing after it."""
        knobs, env = self.knobs, self.shop.env
        deeds = (self.announce, self.start, self.stop, self.pay_back)
        day = float(env.now) + knobs.first_after
        todo: list[tuple[float, int]] = []
        self._plan(todo, day)
        while True:
            time, deed = heapq.heappop(todo)
            yield at_moment(env, max(time, float(env.now)))
            if deed == 0:
                yield from turn(self)
            if deed == 1:
                day += knobs.every
                self._plan(todo, day)
            deeds[deed]()

    def _plan(self, todo: list[tuple[float, int]], day: float) -> None:
        """Put the moments of the sale of that day, or of the first start after it, among what is to do."""
        knobs = self.knobs
        start = np.floor(day) + knobs.starts_at
        start = float(start if start >= day else start + 1.0)
        stop = start + knobs.length
        heapq.heappush(todo, (start, 1))
        heapq.heappush(todo, (stop, 2))
        if stop + knobs.payback < start + knobs.every:
            heapq.heappush(todo, (stop + knobs.payback, 3))
        if self.contacts is not None:
            told = self.contacts.awake(max(start - knobs.ahead, float(self.shop.env.now)))
            if told < stop:
                heapq.heappush(todo, (told, 0))

    def announce(self) -> None:
        """A mail to everybody on the list; who opens it knows."""
        assert self.contacts is not None
        now = float(self.shop.env.now)
        rows = places(self.contacts.listed(slice(None), now))
        rows = rows[self.among(rows)]
        name = "flash_sale.announcement"
        opened = self.contacts.send(self.code, name, self.terms, rows, now, self.sale).opened
        self.aware[rows[opened]] = True
        if self.running:
            self._bend(self.respond())

    def start(self) -> None:
        """Prices fall; some notice by themselves."""
        notices = uniform(at(self.people.key[:], self.sale), _NOTICES) < self.knobs.notices
        self.aware[:] = self.aware[:] | notices
        super().start()

    def joined(self, basket: Basket, who: Positions) -> None:
        """New customers have just ordered: a sale that they walked into does not bring them back within its hours."""
        rows = basket.rows[who]
        super().joined(basket, who)
        self.response[rows] = 1.0
        self.factor[rows] = 1.0
        self.remembered[rows] = 0.0

    def respond(self) -> Floats:
        """Only those respond who know."""
        aware = self.aware[:]
        self.response[:] = np.where(aware, self.responses(), 1.0)
        factor: Floats = np.where(aware, self.response[:], self.full_price())
        return factor

    def full_price(self) -> Floats:
        """Only those come to expect the next sale who knew of the last ones."""
        return self._full_prices(self._fading()) if self.knobs.training != 1.0 else super().full_price()

    def responses(self) -> Floats:
        """And only those respond the more."""
        return self._stronger(self._fading()) if self.knobs.deal_response else super().responses()

    def _fading(self) -> Floats:
        if not self.ends:
            return self.remembered[:]
        half_lives = (float(self.shop.env.now) - self.ends[-1]) / self.knobs.training_half_life
        fading: Floats = self.remembered[:] * 2.0**-half_lives
        return fading

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Whoever orders in these hours sees what it costs."""
        super().ordered(basket, who)
        if self.running and self.teaches:
            self.met[basket.rows[who]] = True

    def stop(self) -> None:
        """Prices are back, and the next sale is not known yet; who knew of this one remembers it."""
        if self.teaches:
            knew = self.aware[:] | self.met[:]
            if self.eligible is not None:
                knew &= self.eligible[:]
            self.remembered[:] = self._fading() + self.lesson * knew
            self.met[:] = False
        super().stop()
        self.aware[:] = False
        self.sale += 1

    def end(self, now: float) -> None:
        """No more sales."""
        super().end(now)
        self.aware[:] = False
