"""A paid membership: a fee by the month or year for free shipping or a standing discount, after a trial.

Members renew after the shifted beta-geometric law: each has a chance of their own, beta-distributed, to cancel at a renewal.
That law is about living customers. Who is lost to the store does not renew either, so the share that renews is that of the
law times the share of members who are still alive: survival is the law's closed form exactly where nobody is lost. Whatever
bends a customer's dropout (a failure, another programme) bends that chance alike. A membership paid for runs to its end,
nothing is refunded, and who has cancelled does not join again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.enrolment import Enrolment, selection_knob
from sim.knobs import knob
from sim.law import SLOWEST, coin_hazards
from sim.law_knobs import SBG
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import at, exponential, gammas, purpose, uniform
from sim.recurring import Recurring
from sim.shop import Shop
from sim.strategy import Strategy
from sim.targeting import SEGMENTS

IYENGAR = "Iyengar, Park & Yu 2022, Journal of Marketing Research 59:1101"
CIRP = "CIRP, Amazon Prime in the USA"
RENEWALS = 13
"""How many renewals are counted one by one."""
_COINS = (purpose("paid_membership.coin.a"), purpose("paid_membership.coin.b"))
_CONVERTS = purpose("paid_membership.converts")
_CANCELS = purpose("paid_membership.cancels")


@dataclass(frozen=True, kw_only=True)
class PaidMembership(Strategy):
    """A club with a fee: perks on every order, and customers who want to get their money's worth."""

    title = "Paid membership"
    mechanisms: ClassVar = {"members' order rate": ("member_order_rate",), "members' dropout": ("member_dropout",)}

    fee: float = knob(39.0, "money", "Fee", "What a period of membership costs.", high=1e5, neutral=0.0)
    period: float = knob(
        365.0, "duration", "Period", "Time from one fee to the next: a year, a month.", low=1.0, high=3650.0
    )
    trial: float = knob(
        30.0, "duration", "Trial", "Time of membership before the first fee; 0 d: none.", high=365.0, neutral=0.0
    )
    conversion: float = knob(
        0.65, "share", "Conversion", "Share of trials of living customers that become paid memberships.", unit="of trials",
        neutral=0.0, evidence=(0.62, 0.73), grade="V", source=CIRP,
    )  # fmt: skip
    shipping: float = knob(
        4.0, "money", "Free shipping", "What free shipping costs on each order of a member, and saves the customer.", high=1e4,
        neutral=0.0,
    )  # fmt: skip
    discount: float = knob(
        0.0, "share", "Standing discount", "What members pay less on every order.", unit="of the price", high=0.9, neutral=0.0
    )
    joins: float = knob(
        0.10, "share", "Joins", "Chance to join at an order, of a customer for whom membership is worth just its fee.",
        unit="of orders", neutral=0.0, evidence=(0.02, 0.3), grade="E", source="our estimate: replace by your own",
    )  # fmt: skip
    selection: float = selection_knob(
        1.0, "The chance to join rises with worth / fee to this power, and worth with the customer's own order rate; 0: the "
        "same for all, whatever the fee.",
    )  # fmt: skip
    belonging: float = knob(
        10.0, "money", "Belonging", "What a period is worth to a customer beside shipping and discount: early access, status.",
        high=1e5, evidence=(0.0, 30.0), grade="E", source="our estimate: replace by your own",
    )  # fmt: skip
    member_order_rate: float = knob(
        1.4, "factor", "Members' order rate", "Order rate of a paying member.", low=0.1, high=10.0, neutral=1.0,
        evidence=(1.1, 2.0), grade="E",
        source=f"large and lasting, self-selection taken out: {IYENGAR}; size: our estimate. Members' spend of twice that of "
        "others (CIRP) is selection, not effect",
    )  # fmt: skip
    economic: float = knob(
        0.333, "share", "Economic part", "Part of that lift that comes from shipping or discount; a trial has it alone.",
        unit="of the lift", evidence=(0.2, 0.5), grade="S", source=f"{IYENGAR}: a third; the rest above all sunk cost",
    )  # fmt: skip
    lift: str = knob(
        "both", "choice", "Lift", "Which parts of the lift act: both; economic, without sunk cost; other, without the savings.",
        choices=("both", "economic", "other"),
    )  # fmt: skip
    member_dropout: float = knob(
        1.0, "factor", "Members' dropout", "Dropout of a member; it binds at renewals, too.", low=0.05, high=20.0, neutral=1.0,
        evidence=(0.7, 1.0), grade="E", source="no study tells binding from selection: none by default",
    )  # fmt: skip
    alpha: float = knob(
        0.668, "number", "alpha", "Beta parameter of the chance to cancel at a renewal; low: members differ much.", low=0.01,
        high=1000.0, evidence=(0.3, 2.0), grade="O", source=f"{SBG}, High End, yearly renewals; Regular has 0.704",
    )  # fmt: skip
    beta: float = knob(
        3.806, "number", "beta", "The mean member who still is a customer cancels at the first renewal with probability "
        "alpha / (alpha + beta); who is lost to the store does not renew either, so fewer renew than the law says.",
        low=0.01, high=1000.0, evidence=(1.0, 20.0), grade="O",
        source=f"{SBG}, High End, yearly renewals; Regular has 1.182. First renewals of Prime: 84 to 93 % ({CIRP})",
    )  # fmt: skip

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        found = super().contradictions()
        if self.joins and self.selection and not (self.shipping or self.discount or self.belonging):
            found.append(("selection", "nothing about this membership is worth a fee: nobody joins"))
        return found

    def enact(self, shop: Shop) -> Membership:
        """Open the club."""
        return Membership(self, shop)


class Membership(Behaviour[PaidMembership]):
    """Joins at the checkout, trials, fees and renewals. Counts `paid_membership.trials` and `.converted`; `.due` and
    `.renewed` by the number of the renewal, from the first; `.members` by month, those on trial among them."""

    def __init__(self, knobs: PaidMembership, shop: Shop) -> None:
        super().__init__(knobs, shop)
        people = self.people
        self.order_rate, self.dropout = self.order_factor(), self.dropout_factor()
        self.enrolment = Enrolment(self, knobs.joins, knobs.selection)
        self.recurring = Recurring(shop)
        self.cents = round(knobs.fee * 100)
        costs = shop.scenario.store.costs
        self.payment = knobs.fee * costs.payment_share + costs.payment_fixed if self.cents else 0.0
        self.trials, self.converted = shop.counter(f"{knobs.name}.trials"), shop.counter(f"{knobs.name}.converted")
        self.due, self.renewed = (shop.counter(f"{knobs.name}.{what}", RENEWALS) for what in ("due", "renewed"))
        self.paying = people.column(np.bool_, False)
        self.cancelled = people.column(np.bool_, False)
        self.renewals = people.column(np.int32, 0)
        self.hazard = people.column(np.float64, 0.0)
        self.paid_until = people.column(np.float64, NEVER)
        self.clock = people.timer(self._strike)
        # A clock beyond the end would let the dead be forgotten, whose membership may yet be ended by the store.
        ends = knobs.until is not None or knobs.segment in SEGMENTS
        self.last_moment = np.nextafter(shop.edges[-1], 0.0) if ends else NEVER
        self.trial_rate, self.member_rate = _rates(knobs)

    # At the checkout ----------------------------------------------------------------------------------------------

    def price(self, basket: Basket, who: Positions) -> None:
        """Some join, and members have their discount, on this order already."""
        rows = basket.rows[who]
        self._ask(rows, basket, who)
        if self.knobs.discount:
            basket.take_off(np.arange(basket.rows.size)[who][self.enrolment.member[rows]], self.knobs.discount)

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Members' parcels are sent for nothing."""
        rows = basket.rows[who]
        members = places(self.enrolment.member[rows])
        self.shop.charge(self.code, rows[members], basket.time[who][members], self.knobs.shipping)

    def _ask(self, rows: Rows, basket: Basket, who: Positions) -> None:
        outside = places(~(self.enrolment.member[rows] | self.cancelled[rows]))
        if not outside.size:
            return
        asked, time = rows[outside], basket.time[who][outside]
        joining = self.enrolment.ask(asked, basket.place[who][outside], time, self._appeal(asked))
        if not joining.size:
            return
        joined, time = asked[joining], time[joining]
        self.dropout[joined] = self.knobs.member_dropout
        if self.knobs.trial:
            self.trials.add(joined)
            self.order_rate[joined] = self.trial_rate
            self._run(joined, time + self.knobs.trial)
        else:
            self._start(joined, time)

    def _appeal(self, rows: Rows) -> Floats:
        """What a period of membership is worth to customers, against its fee."""
        knobs = self.knobs
        if knobs.fee == 0.0:
            return np.full(rows.size, np.inf)
        order = self.shop.scenario.store.basket.p * self.people.basket[rows] / 100.0
        worth = self._expected(rows) * (knobs.shipping + knobs.discount * order) + knobs.belonging
        appeal: Floats = worth / knobs.fee
        return appeal

    def _expected(self, rows: Rows) -> Floats:
        """Orders that customers expect to place in a period: they know how often they order, and that some stores are not
        for them for long."""
        people, period = self.people, self.knobs.period
        rate, hazard = people.orders.base[rows], people.dropout.base[rows]
        if self.shop.law.by_coin:
            hazard = hazard * rate
        hazard = np.maximum(hazard, SLOWEST)
        orders: Floats = rate * -np.expm1(-hazard * period) / hazard
        return orders

    # Trials and renewals ------------------------------------------------------------------------------------------

    def _run(self, rows: Rows, until: Floats) -> None:
        self.paid_until[rows] = until
        self.clock[rows] = np.minimum(until, self.last_moment)

    def _strike(self, rows: Rows, time: Floats) -> None:
        over = places(self.paid_until[rows] <= time)
        rows, time = rows[over], time[over]
        paying = self.paying[rows]
        self._try(rows[~paying], time[~paying])
        self._renew(rows[paying], time[paying])

    def _try(self, rows: Rows, time: Floats) -> None:
        """Trials end: some stay."""
        stays = uniform(self.people.key[rows], _CONVERTS) < self.knobs.conversion
        stays &= self.people.alive[rows]
        self.converted.add(rows[stays])
        self._start(rows[stays], time[stays])
        self._cancel(rows[~stays], time[~stays])

    def _start(self, rows: Rows, time: Floats) -> None:
        """The first fee."""
        self.paying[rows] = True
        self.order_rate[rows] = self.member_rate
        self.hazard[rows] = coin_hazards(*gammas(self.people.key[rows], _COINS, (self.knobs.alpha, self.knobs.beta)))
        self.recurring.started(rows, time, self.cents, self.knobs.period)
        self._pay(rows, time)

    def _renew(self, rows: Rows, time: Floats) -> None:
        people = self.people
        number = self.renewals[rows] + np.int32(1)
        self.renewals[rows] = number
        stays = exponential(at(people.key[rows], number), _CANCELS) >= self.hazard[rows] * people.dropout.bend(rows)
        stays &= people.alive[rows]
        counted = number <= RENEWALS
        self.due.add(rows[counted], 1, number[counted] - 1)
        self.renewed.add(rows[counted & stays], 1, number[counted & stays] - 1)
        self._pay(rows[stays], time[stays])
        self._cancel(rows[~stays], time[~stays])

    def _pay(self, rows: Rows, time: Floats) -> None:
        self.shop.collect(self.code, rows, time, self.cents)
        self.shop.charge(self.code, rows, time, self.payment)
        self._run(rows, time + self.knobs.period)

    def _cancel(self, rows: Rows, time: Floats) -> None:
        self.cancelled[rows] = True
        self._stop(rows, time)

    def _stop(self, rows: Rows, time: Floats) -> None:
        """Memberships end, and what they do."""
        paid = self.paying[rows]
        self.recurring.lost(rows[paid], time[paid], self.cents, self.knobs.period)
        self.enrolment.leave(rows, time)
        self.paying[rows] = False
        self.clock[rows] = NEVER
        self.order_rate[rows] = 1.0
        self.dropout[rows] = 1.0

    def left(self, rows: Rows) -> None:
        """Membership is for the segment: who leaves it is no member any more, but may be again."""
        self._stop_at(rows[self.enrolment.member[rows]], float(self.shop.env.now))

    def end(self, now: float) -> None:
        """The club closes."""
        self._stop_at(places(self.enrolment.member[:]), now)
        self.order_rate[:] = 1.0
        self.dropout[:] = 1.0

    def _stop_at(self, rows: Rows, now: float) -> None:
        self._stop(rows, np.full(rows.size, now))


def _rates(knobs: PaidMembership) -> tuple[float, float]:
    """The order rates of those on trial and of paying members."""
    lift = knobs.member_order_rate - 1.0
    perks = bool(knobs.shipping or knobs.discount)
    economic = lift * knobs.economic if perks and knobs.lift != "other" else 0.0
    other = lift * (1.0 - knobs.economic) if knobs.lift != "economic" else 0.0
    return 1.0 + economic, 1.0 + economic + other
