"""The store before any strategy: the law of its customers, what its orders cost, whom it may write to, what goes wrong, and
its rivals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.knobs import knob, section
from sim.law_knobs import FHL, AfterOrder, Basket, Contract, Lifetime, Orders


@dataclass(frozen=True)
class Returns:
    """Orders that come back and are refunded in full."""

    share: float = knob(0.0, "share", "Returned", "Share of orders that are refunded.", unit="of orders", neutral=0.0)
    after: float = knob(14.0, "duration", "Returned after", "Days from the order to the refund.", high=365.0)
    resold: float = knob(
        1.0, "share", "Resold", "Share of the goods' cost that is recovered from a return.", unit="of the goods' cost"
    )
    handling: float = knob(0.0, "money", "Handling", "Cost of taking one return back.", neutral=0.0)


@dataclass(frozen=True)
class OrderCosts:
    """What an order costs, so that its contribution margin is real."""

    goods: float = knob(0.50, "share", "Cost of goods", "Cost of goods as a share of the list price.", unit="of list price")
    shipping: float = knob(0.0, "money", "Shipping", "What the store pays to pack and ship one order.")
    payment_share: float = knob(0.0, "share", "Payment fee", "Payment fee as a share of what is paid.", unit="of revenue")
    payment_fixed: float = knob(0.0, "money", "Payment fee, fixed", "Payment fee on each order.")


@dataclass(frozen=True)
class Contact:
    """Who may be written to, and how writing wears off; shared by every strategy that sends messages."""

    consent: float = knob(
        0.6, "share", "Consent", "Share of customers who agree to e-mail at their first order.",
        unit="of customers", evidence=(0.3, 0.8), grade="E", source="ordinary stores; replace by your own",
    )  # fmt: skip
    sms_consent: float = knob(
        0.25, "share", "Consent to texts", "Share of customers who agree to text messages.", unit="of customers",
        evidence=(0.1, 0.5), grade="E", source="our estimate; replace by your own",
    )  # fmt: skip
    push_consent: float = knob(
        0.20, "share", "Consent to push", "Share of customers who have an app or browser that may notify them.",
        unit="of customers", evidence=(0.05, 0.5), grade="E", source="our estimate; replace by your own",
    )  # fmt: skip
    post_consent: float = knob(
        0.95, "share", "Consent to letters", "Share of customers who do not object to letters.", unit="of customers",
        evidence=(0.7, 1.0), grade="E", source="our estimate; replace by your own",
    )  # fmt: skip
    phone_consent: float = knob(
        0.15, "share", "Consent to calls", "Share of customers who agree to be called.", unit="of customers",
        evidence=(0.05, 0.4), grade="E", source="our estimate; replace by your own",
    )  # fmt: skip
    fatigue: float = knob(
        0.05, "number", "Fatigue a message", "Added to a customer's fatigue with each message; opens fall by 1 + fatigue.",
        low=0.0, high=10.0, neutral=0.0, evidence=(0.0, 0.3), grade="E",
        source="sign: Zhang, Kumar & Cosguner 2017, one retailer; size: our estimate",
    )  # fmt: skip
    recovery: float = knob(
        28.0, "duration", "Fatigue half-life", "How long it takes until half of the fatigue is gone.",
        low=1.0, high=3650.0, grade="E", source="our estimate",
    )  # fmt: skip
    drop_after: float = knob(
        365.0, "duration", "Dropped from the list", "Customers without an order for so long get no newsletters any more.",
        low=1.0, high=36_500.0,
    )  # fmt: skip
    quiet_from: float | None = knob(
        None, "clock", "Quiet from", "Nobody is written to or called from this time of day; not set: at no time. "
        "Advertisements and posts on networks are shown at any time.",
    )  # fmt: skip
    quiet_until: float = knob(8 / 24, "clock", "Quiet until", "What falls into the quiet hours goes out when they end.")
    frequency_cap: int | None = knob(
        None, "integer", "Frequency cap",
        "Messages that a customer gets at most in 30 days, counted from the first of them, in all media; not set: any number. "
        "Advertisements, posts on networks and surveys are not counted.",
        unit="messages in 30 d", low=1, high=1000,
    )  # fmt: skip
    attribution: float = knob(
        5.0, "duration", "Attribution window", "An order so long after a click is credited to it (last click).",
        high=365.0, source="the five days that mail services commonly use",
    )  # fmt: skip


@dataclass(frozen=True)
class Service:
    """What goes wrong with orders, and what that does to customers until it is put right or forgotten."""

    failures: float = knob(
        0.0, "share", "Failures", "Share of orders that fail: late, damaged, wrong. 0: the law has them in it, unseen.",
        unit="of orders", neutral=0.0, decided=0.0, evidence=(0.0, 0.10), grade="E",
        source="ordinary stores; replace by your own",
    )  # fmt: skip
    failure_dropout: float = knob(
        1.5, "factor", "Dropout after a failure", "Dropout of a customer who has been failed once.", low=1.0, high=20.0,
        neutral=1.0, evidence=(1.0, 2.0), grade="E",
        source="sign: de Matos et al. 2007, Morgeson et al. 2020; size: our estimate",
    )  # fmt: skip
    resented_for: float = knob(
        180.0, "duration", "Resented for", "How long a failure, or a pleasure, is remembered.", low=1.0, high=3650.0,
        evidence=(60.0, 365.0), grade="E", source="our estimate",
    )  # fmt: skip
    capacity: float | None = knob(
        None, "number", "Capacity", "Orders a week that the store can serve; what is beyond it fails. Not set: any number.",
        unit="orders a week", low=1.0, high=1e9, scales=True,
    )  # fmt: skip

    @property
    def can_fail(self) -> bool:
        """Whether any order may fail."""
        return self.failures > 0.0 or self.capacity is not None


@dataclass(frozen=True)
class Competition:
    """A rival's offers: how easily customers switch, and so how loyal they are."""

    offers: float = knob(
        0.0, "number", "Offers a year", "How often a rival makes every customer an offer. 0: never.", unit="a year",
        low=0.0, high=52.0, neutral=0.0,
    )  # fmt: skip
    switching: float = knob(
        0.05, "share", "Switching", "Share of customers who take such an offer and are lost, if nothing binds or repels them.",
        unit="of living customers", neutral=0.0, evidence=(0.01, 0.15), grade="E", source="our estimate: replace by your own",
    )  # fmt: skip


@dataclass(frozen=True)
class Segments:
    """What the words for segments mean (recency, frequency, monetary value), read at each review."""

    at_risk_after: float | None = knob(
        None, "duration", "At risk after", "Without an order for so long; not set: the activity window.", low=1.0, high=3650.0
    )
    lapsed_after: float | None = knob(
        None, "duration", "Lapsed after", "Without an order for so long; not set: twice the time of at_risk_after.",
        low=1.0, high=3650.0,
    )  # fmt: skip
    vip_orders: int = knob(5, "integer", "VIP from orders", "Active customers with so many orders are VIPs.", low=1, high=1000)
    vip_spend: float = knob(0.0, "money", "VIP from spend", "And who have spent so much, ever.", high=1e6)

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        if self.at_risk_after is not None and self.lapsed_after is not None and self.lapsed_after <= self.at_risk_after:
            yield "lapsed_after", "customers would lapse before they are at risk"


@dataclass(frozen=True)
class Stacking:
    """How far any number of strategies together can move one customer."""

    order_rate: float = knob(
        5.0, "factor", "Highest order rate", "Order rate of a customer at the most, however many lifts meet.",
        low=1.0, high=1000.0, grade="E", source="our estimate: more than any published lift of a single offer",
    )  # fmt: skip
    dropout: float = knob(
        0.25, "factor", "Lowest dropout", "Dropout of a customer at the least, however many bonds meet.",
        low=0.0, high=1.0, grade="E", source="our estimate: less than any published bond of a single programme",
    )  # fmt: skip


@dataclass(frozen=True)
class ExistingCustomers:
    """The customers the store already has on day 0, each drawn from what their own history tells."""

    file: str | None = knob(
        None, "text", "File", "A base file that `regulars fit --base` wrote, beside this file or below it; not set: the "
        "pre-history's own customers.",
    )  # fmt: skip
    times: float = knob(
        1.0, "number", "Times", "How many customers of the store each row stands for; it grows with --customers.",
        low=0.0, high=1e6, scales=True,
    )  # fmt: skip


@dataclass(frozen=True)
class StoreKnobs:
    """The store before any strategy: how its customers order, leave and spend, and what that costs."""

    dropout: str = knob(
        "lifetime", "choice", "Dropout law",
        "lifetime: Pareto/NBD, customers leave at a rate of their own; after_order: BG/NBD, a coin after each repeat order; "
        "contract: a subscription, a coin at each renewal.",
        choices=("lifetime", "after_order", "contract"), source=FHL,
    )  # fmt: skip
    season: tuple[float, ...] | None = knob(
        None, "numbers", "Season", "Multiplier on the order rate from January to December; not set: no season.",
        low=0.05, high=20.0, length=12,
    )  # fmt: skip
    orders: Orders = section(Orders, "How often living customers order.")
    lifetime: Lifetime = section(Lifetime, "How soon customers are lost (dropout: lifetime).")
    after_order: AfterOrder = section(AfterOrder, "How customers are lost (dropout: after_order).")
    contract: Contract = section(Contract, "How customers order and are lost in a subscription (dropout: contract).")
    basket: Basket = section(Basket, "What an order is worth.")
    base: ExistingCustomers = section(ExistingCustomers, "The customers the store already has on day 0.")
    returns: Returns = section(Returns, "Orders that are refunded.")
    costs: OrderCosts = section(OrderCosts, "What an order costs.")
    contact: Contact = section(Contact, "Who may be written to, and how writing wears off.")
    service: Service = section(Service, "What goes wrong with orders, and what that does to customers.")
    competition: Competition = section(Competition, "A rival's offers, and how easily customers switch.")
    segments: Segments = section(Segments, "What the words for segments mean.")
    stacking: Stacking = section(Stacking, "How far strategies together can move one customer.")

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        if (self.after_order.a is None) != (self.after_order.b is None):
            yield "after_order", "a and b are set together or not at all"
