"""The store before any strategy: how its customers order, leave and spend, and what that costs.

The default parameters are those of a music store: the Pareto/NBD parameters of the CDNOW sample over 78 weeks (BTYD
package documentation) and the Gamma-Gamma parameters of Fader & Hardie (note 025).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.knobs import knob, section

DEAREST = 1_000_000.0
"""The largest mean order, so that the money of a large store stays within whole micros."""
FHL = "Fader, Hardie & Lee 2005, Marketing Science 24:275"
BTYD = "CDNOW sample, 78 weeks; BTYD package documentation"
GAMMA_GAMMA = "CDNOW sample; Fader & Hardie, note 025"


@dataclass(frozen=True)
class Orders:
    """How often living customers order: rates differ between customers as a gamma distribution (NBD)."""

    r: float = knob(
        0.5630, "number", "Shape r", "Low: a few heavy buyers among many light ones; high: all alike.",
        low=0.01, high=100.0, source=BTYD,
    )  # fmt: skip
    alpha: float = knob(
        12.5590, "number", "Scale alpha", "The mean customer orders r / alpha times a week.",
        unit="weeks", low=0.01, high=10_000.0, source=BTYD,
    )  # fmt: skip


@dataclass(frozen=True)
class Lifetime:
    """How soon customers are lost for good: dropout rates differ as a gamma distribution (Pareto)."""

    s: float = knob(
        0.4081, "number", "Shape s", "Low: some leave at once and others stay for years; high: all alike.",
        low=0.01, high=100.0, source=BTYD,
    )  # fmt: skip
    beta: float = knob(
        10.5148, "number", "Scale beta", "The mean customer is lost at a rate of s / beta a week.",
        unit="weeks", low=0.01, high=10_000.0, source=BTYD,
    )  # fmt: skip


@dataclass(frozen=True)
class AfterOrder:
    """The other dropout law (BG/NBD): after each repeat order a coin, beta-distributed, decides who leaves."""

    a: float | None = knob(
        None, "number", "a", "Beta parameter; not set: matched to the lifetime law's repeats at 52 and 104 weeks.",
        low=0.01, high=100.0, source=FHL,
    )  # fmt: skip
    b: float | None = knob(
        None, "number", "b", "Beta parameter; not set: matched to the lifetime law's repeats at 52 and 104 weeks.",
        low=0.01, high=1000.0, source=FHL,
    )  # fmt: skip


@dataclass(frozen=True)
class Basket:
    """What an order is worth: gamma baskets around a mean that differs between customers (Gamma-Gamma)."""

    p: float = knob(
        6.25, "number", "Shape p", "High: a customer's orders are alike in value.",
        low=0.1, high=1000.0, source=GAMMA_GAMMA,
    )  # fmt: skip
    q: float = knob(
        3.74, "number", "Shape q", "High: customers are alike; it must exceed 1 for a mean to exist.",
        low=1.01, high=1000.0, source=GAMMA_GAMMA,
    )  # fmt: skip
    gamma: float = knob(
        15.44, "money", "Scale gamma", "The mean order is worth p x gamma / (q - 1).",
        low=0.01, high=1_000_000.0, source=GAMMA_GAMMA,
    )  # fmt: skip


    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        mean = self.p * self.gamma / (self.q - 1.0)
        if mean > DEAREST:
            yield "gamma", f"the mean order would be worth {mean:,.0f}, more than {DEAREST:,.0f}"


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
    attribution: float = knob(
        5.0, "duration", "Attribution window", "An order so long after a click is credited to it (last click).",
        high=365.0, grade="V", source="the five days that mail services commonly use",
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
        "lifetime: Pareto/NBD, customers leave at a rate of their own; after_order: BG/NBD, a coin after each repeat order.",
        choices=("lifetime", "after_order"), source=FHL,
    )  # fmt: skip
    season: tuple[float, ...] | None = knob(
        None, "numbers", "Season", "Multiplier on the order rate from January to December; not set: no season.",
        low=0.05, high=20.0, length=12,
    )  # fmt: skip
    orders: Orders = section(Orders, "How often living customers order.")
    lifetime: Lifetime = section(Lifetime, "How soon customers are lost (dropout: lifetime).")
    after_order: AfterOrder = section(AfterOrder, "How customers are lost (dropout: after_order).")
    basket: Basket = section(Basket, "What an order is worth.")
    base: ExistingCustomers = section(ExistingCustomers, "The customers the store already has on day 0.")
    returns: Returns = section(Returns, "Orders that are refunded.")
    costs: OrderCosts = section(OrderCosts, "What an order costs.")
    contact: Contact = section(Contact, "Who may be written to, and how writing wears off.")

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        if (self.after_order.a is None) != (self.after_order.b is None):
            yield "after_order", "a and b are set together or not at all"
