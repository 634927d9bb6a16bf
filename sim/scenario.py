"""A scenario: one store, the way it wins customers, and the strategies it keeps them with.

Everything here is frozen data made of knobs. How a file becomes a `Scenario` is in `scenario_file.py`; what the store
then does is in `store.py`.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sim.knobs import knob, scaled, section
from sim.store_knobs import StoreKnobs
from sim.strategy import Strategy

DAYS_A_MONTH = 365.25 / 12
DAYS_A_YEAR = 365.25
FEWEST = 1e-6
"""Expected customers in the observed time below which a store has none."""

NEEDS = {"fixed": (), "visits": ("cost_per_visit", "conversion"), "saturating": ("ceiling", "half_spend")}
"""What each response of a channel cannot do without."""


@dataclass(frozen=True)
class Channel:
    """A way of winning customers: what it costs a month, how customers respond, and how good they are."""

    response: str = knob(
        "fixed", "choice", "Response",
        "fixed: so many customers a month; visits: spend buys visits that convert; saturating: diminishing returns.",
        choices=("fixed", "visits", "saturating"),
    )  # fmt: skip
    monthly_spend: float = knob(0.0, "money", "Spend a month", "What the channel costs a month.", high=1e9)
    paid: bool = knob(True, "flag", "Paid", "Whether its customers count in paid CAC.")
    customers: float = knob(
        0.0, "number", "Customers a month", "New customers a month whatever is spent (response: fixed).",
        unit="customers a month", low=0.0, high=1e7,
    )  # fmt: skip
    cost_per_visit: float | None = knob(
        None, "money", "Cost a visit", "What one visit costs (response: visits).", low=0.0001, high=1e6
    )
    conversion: float | None = knob(
        None, "share", "Conversion", "Share of visits that become a first order (response: visits).", unit="of visits"
    )
    ceiling: float | None = knob(
        None, "number", "Ceiling", "New customers a month that no spend can exceed (response: saturating).",
        unit="customers a month", low=0.0, high=1e7, source="Little 1970, Management Science 16:B466 (ADBUDG)",
    )  # fmt: skip
    half_spend: float | None = knob(
        None, "money", "Half-way spend", "Monthly spend that brings half of the ceiling (response: saturating).",
        low=0.01, high=1e9, source="Little 1970 (ADBUDG)",
    )  # fmt: skip
    steepness: float = knob(
        1.0, "number", "Steepness", "1: returns diminish from the first coin; above 1: S-shaped (response: saturating).",
        low=0.1, high=10.0, source="Little 1970 (ADBUDG)",
    )  # fmt: skip
    order_rate: float = knob(
        1.0, "factor", "Order rate", "How often its customers order, against the store's.",
        low=0.01, high=100.0, neutral=1.0, evidence=(0.7, 1.5), grade="O", source="Villanueva et al. 2008: up to x 2",
    )  # fmt: skip
    dropout: float = knob(
        1.0, "factor", "Dropout", "How fast its customers are lost, against the store's.",
        low=0.01, high=100.0, neutral=1.0, evidence=(0.7, 1.5), grade="O", source="Villanueva et al. 2008",
    )  # fmt: skip
    basket: float = knob(
        1.0, "factor", "Basket", "What its customers spend on an order, against the store's.",
        low=0.01, high=100.0, neutral=1.0, evidence=(0.7, 1.5), grade="O", source="Villanueva et al. 2008",
    )  # fmt: skip

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        for response, names in NEEDS.items():
            for name in names:
                if response == self.response and getattr(self, name) is None:
                    yield name, f"response '{self.response}' needs it"
                elif response != self.response and getattr(self, name) is not None:
                    yield name, f"it has no effect with response '{self.response}'; set response: {response}"
        if self.response != "saturating" and self.steepness != 1.0:
            yield "steepness", f"it has no effect with response '{self.response}'; set response: saturating"
        if self.response != "fixed" and self.customers:
            yield "customers", f"response '{self.response}' derives the customers from the spend"

    def customers_a_month(self) -> float:
        """Expected new customers a month at this spend. Raises ValueError where the response lacks what it needs."""
        if self.response == "fixed":
            return self.customers
        if self.response == "visits" and self.cost_per_visit is not None and self.conversion is not None:
            return self.monthly_spend / self.cost_per_visit * self.conversion
        if self.response != "saturating" or self.ceiling is None or self.half_spend is None:
            raise ValueError(f"a channel of response '{self.response}' needs {' and '.join(NEEDS[self.response])}")
        if self.monthly_spend == 0:
            return 0.0
        try:
            customers: float = self.ceiling / (1.0 + (self.half_spend / self.monthly_spend) ** self.steepness)
        except OverflowError:  # so little is spent that nobody comes
            return 0.0
        return customers

    def scaled(self, factor: float) -> Channel:
        """The same channel of a store `factor` times as large: same CAC, same shape of response."""
        return dataclasses.replace(
            self,
            monthly_spend=self.monthly_spend * factor,
            customers=self.customers * factor,
            ceiling=None if self.ceiling is None else self.ceiling * factor,
            half_spend=None if self.half_spend is None else self.half_spend * factor,
        )


@dataclass(frozen=True)
class Budget:
    """One monthly budget for winning customers and for keeping them."""

    monthly: float | None = knob(
        None, "money", "Budget a month", "For winning and keeping together; not set: all cost what they cost.",
        unit="a month", high=1e9, scales=True,
    )  # fmt: skip
    keeping: float = knob(
        0.5, "share", "For keeping",
        "Share that strategies may spend, by priority; the rest goes to the paid channels in proportion to their own spend.",
        unit="of the budget",
    )  # fmt: skip
    carried_over: bool = knob(True, "flag", "Carried over", "Whether what is left of the keeping share stays for later months.")


def default_channels() -> dict[str, Channel]:
    """What a scenario that names no channel gets."""
    return {"organic": Channel(paid=False, customers=100.0)}


@dataclass(frozen=True)
class Scenario:
    """A store, its channels and its strategies over an observed time."""

    name: str = knob("", "text", "Name", "What to call the scenario in tables; not set: the file's name.")
    start: datetime.date = knob(
        datetime.date(2025, 1, 1), "date", "Start", "The calendar date of day 0, from which strategies act."
    )
    months: int = knob(24, "months", "Observed time", "How long the store is watched from day 0.", low=1, high=600)
    pre_history: int = knob(
        0, "months", "Pre-history", "Months before day 0 in which customers are won and no strategy acts.", low=0, high=600
    )
    currency: str = knob("USD", "text", "Currency", "The currency of every amount.")
    activity_window: float = knob(
        90.0, "duration", "Activity window", "A customer counts as active who ordered within it.", low=1.0, high=3650.0
    )
    clv_horizon: int = knob(
        12, "months", "CLV horizon", "Customer lifetime value is counted to this age.", low=1, high=600
    )
    discount_rate: float = knob(
        0.10, "share", "Discount rate", "What a later margin is worth less, a year.", unit="a year"
    )
    review_every: float = knob(
        7.0, "duration", "Reviews", "How often strategies look at their customers.", low=1.0, high=365.0
    )
    customer_cap: int = knob(
        20, "integer", "Cap on referred customers",
        "More referred customers than this many times the store's own are an error: the referral programme explodes.",
        low=1, high=1000,
    )  # fmt: skip
    store: StoreKnobs = section(StoreKnobs, "The store before any strategy.")
    budget: Budget = section(Budget, "One monthly budget for winning customers and for keeping them.")
    channels: Mapping[str, Channel] = field(
        default_factory=default_channels,
        metadata={"named": Channel, "help": "Ways of winning customers, by name."},
    )
    strategies: Mapping[str, Strategy] = field(
        default_factory=dict,
        metadata={"strategies": True, "help": "What is done to keep customers, by the strategy's name; off: not done."},
    )
    file: str = ""
    """The file it was read from, as the user named it."""

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        if self.clv_horizon >= self.months:
            yield "clv_horizon", f"nobody can be won in the observed {self.months} months and seen for {self.clv_horizon}"
        if self.budget.monthly is not None:
            fixed = [name for name, channel in self.channels.items() if channel.monthly_spend and channel.response == "fixed"]
            if not any(channel.monthly_spend for channel in self.channels.values()):
                yield "budget", "no channel spends anything, so there is nothing to split it by"
            elif fixed:
                yield "budget", f"'{fixed[0]}' brings the same customers whatever is spent; set its response"
        # What is wrong within a channel is told there, and nobody knows what such a channel brings.
        sound = not any(list(channel.contradictions()) for channel in self.channels.values())
        if sound and self.expected_customers() < FEWEST:
            yield "channels", "no channel brings a customer"

    def month_edges(self) -> list[float]:
        """Days at which the months begin, pre-history included, and the end: months + 1 values, day 0 among them."""
        return [float((self.month_start(i) - self.start).days) for i in range(-self.pre_history, self.months + 1)]

    def month_start(self, i: int) -> datetime.date:
        """The date on which month i begins; month 0 begins at `start`."""
        years, month = divmod(self.start.month - 1 + i, 12)
        year = self.start.year + years
        return datetime.date(year, month + 1, min(self.start.day, calendar.monthrange(year, month + 1)[1]))

    @property
    def coupled(self) -> bool:
        """Whether what happens to one customer depends on the others, so that only whole replications can be simulated."""
        queues = any(strategy.couples for strategy in self.strategies.values())
        return queues or self.store.service.capacity is not None or self.budget.monthly is not None

    def ways(self) -> dict[str, Channel]:
        """The channels with what they spend: their own spend, or their part of the budget."""
        total = sum(channel.monthly_spend for channel in self.channels.values())
        if self.budget.monthly is None or not total:
            return dict(self.channels)
        factor = self.budget.monthly * (1.0 - self.budget.keeping) / total
        return {
            name: dataclasses.replace(channel, monthly_spend=channel.monthly_spend * factor)
            for name, channel in self.channels.items()
        }

    def expected_customers(self) -> float:
        """Expected acquisitions through the channels in the observed time."""
        return self.months * sum(channel.customers_a_month() for channel in self.ways().values())

    def scaled(self, customers: float) -> Scenario:
        """The same store scaled to so many expected acquisitions in the observed time."""
        factor = customers / self.expected_customers()
        channels = {name: channel.scaled(factor) for name, channel in self.channels.items()}
        strategies = {name: strategy.scaled(factor) for name, strategy in self.strategies.items()}
        store = scaled(self.store, factor)
        if store.base.file is None:
            store = dataclasses.replace(store, base=self.store.base)
        return dataclasses.replace(
            self, channels=channels, strategies=strategies, store=store, budget=scaled(self.budget, factor)
        )
