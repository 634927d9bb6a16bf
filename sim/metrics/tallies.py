"""Tallies: the whole numbers that a history is folded into, one row a cell (a group of customers of a replication).

Only integers are kept, money in micros, so that a sum is the same whatever the blocks, the workers or the order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.metrics.reading import BRACKETS, N_DAYS, Reading

Ints = NDArray[np.int64]

FREQUENCIES = 5
"""Customers are told apart by 1, 2, 3, 4, and 5 or more orders."""
ORIGINS = 2
"""Customers are told apart by whether they were acquired in the observed time (0) or before it (1)."""
ORDER_COUNTS = 11
"""Customers by their number of orders: 1 to 10, and 11 or more."""
BINS_AN_OCTAVE = 4
REVENUE_BINS = 1 + 32 * BINS_AN_OCTAVE
"""Bins of a customer's revenue: 0 for nothing or less, then four to each doubling from one cent."""

COLUMNS = (
    "customers",  # all customers, pre-history included
    "new",  # acquired in the observed time
    "buyers",  # with an order in the observed time
    "orders",  # in the observed time, as all that follows unless it says otherwise
    "repeat_orders",
    "list_price",
    "discount",
    "refunds",
    "first_revenue",  # of the customers' first orders, less their refunds
    "fees",  # paid outside the orders
    "margin",  # of orders, less that of refunds, less costs, and the fees
    "new_margin",  # the same of new customers
    "costs",
    "attributed",  # revenue of orders with a cause
    "deal_orders",  # orders with a discount
    "deal_sales",  # what was paid for them
    "sales_before",  # paid for orders in the earlier of the two periods of revenue churn
    "sales_lost",  # what customers of that period paid less in the later one
    "sales_gained",  # what customers of that period paid more in the later one
    "year_seen",  # new and seen to the end of day 366 of age
    "year_repeat",  # of these, with a second order by that day
    "cohort",  # new and seen for the CLV horizon
    "cohort_clv",  # their discounted margin to that age
    "referred",  # customers referred by the cohort, each within the horizon of the referrer's first order
    "referred_seconds",  # from the referrer's first order to theirs, over the same customers
    "referred_new",  # customers referred by new customers, to the end
    "brought",  # new customers whom others referred
    "active_start",  # ordered within the activity window before the period of churn
    "active_end",  # ordered within the activity window before the end
    "active_both",
    "active_end_new",  # active at the end and acquired in the period
    "alive_start",  # truly
    "alive_start_lost",  # alive at the start of the period and lost by its end
    "alive_end",
    "alive_active_end",
)
"""What is summed over the customers of each channel, origin and frequency."""
MONTHLY = ("new", "orders", "revenue", "margin")
"""What is summed by observed month, over all customers."""
MESSAGES = ("sent", "opened", "clicked", "unsubscribed")
ARMS = ("held", "outside", "enrolled")
"""A strategy's customers: held out by chance; reached, but never enrolled; ever enrolled in it."""
ARM_COLUMNS = (
    "customers",
    "buyers",
    "orders",
    "list_price",
    "discount",
    "refunds",
    "fees",
    "margin",
    "cohort",
    "cohort_clv",
)
"""What is summed over the customers of each arm of each strategy; the same sums as in `COLUMNS`."""
CREDIT = ("orders", "sales", "discount", "margin")
"""What is summed over the observed orders that a last click would credit to each cause; the margin as of the sale."""


MONEY = frozenset({
    "list_price", "discount", "refunds", "first_revenue", "fees", "margin", "new_margin", "costs", "attributed", "deal_sales",
    "sales", "sales_before", "sales_lost", "sales_gained", "cohort_clv",
})  # fmt: skip
"""Those of all these names that are in micros."""


@dataclass(frozen=True)
class Tallies:
    """Sums over the customers of each cell: the first axis of every array is the cell, money is in micros."""

    columns: Ints
    """cells x channels x ORIGINS x FREQUENCIES x COLUMNS."""
    cohort_margin: Ints
    """cells x channels x points: undiscounted margin of the cohort by the first weekly point at or after its age."""
    order_counts: Ints
    """cells x ORDER_COUNTS: customers by their number of orders, ever."""
    revenue_customers: Ints
    """cells x REVENUE_BINS: buyers by their revenue in the observed time."""
    revenue_sums: Ints
    """cells x REVENUE_BINS: that revenue."""
    bracket_seen: tuple[Ints, ...]
    """For each bracket length, cells x (brackets + 1): new customers by the whole brackets they were seen for."""
    bracket_hits: tuple[Ints, ...]
    """For each bracket length, cells x brackets: new customers who ordered in the bracket and were seen to its
    end."""
    day_seen: Ints
    """cells x (N_DAYS + 2): new customers by the whole days they were seen for, the last standing for all above."""
    day_hits: Ints
    """cells x (N_DAYS + 1): new customers who ordered on that day of age and were seen to its end."""
    week_seen: Ints
    """cells x (weeks + 1): new customers by the whole weeks they were seen for."""
    week_last: Ints
    """cells x (weeks + 1): new customers by the whole weeks from their first order to their last."""
    week_alive: Ints
    """cells x (weeks + 1): new customers by the last weekly point at which they were seen and truly alive."""
    clv_steps: Ints
    """cells x (weeks + 2): what each weekly point of age adds to the discounted margin of the new customers seen so
    long; customers seen no longer take theirs out again."""
    monthly: Ints
    """cells x months x MONTHLY."""
    monthly_active: Ints
    """cells x (months + 1): changes in the number of customers active at the end of each month."""
    cohort_customers: Ints
    """cells x months: new customers by the month of their first order."""
    cohort_hits: Ints
    """cells x months x age-months: of these, who ordered in the age-month."""
    kind_costs: Ints
    """cells x cost kinds: costs beside the orders."""
    kind_fees: Ints
    """cells x cost kinds: what customers paid outside their orders."""
    arms: Ints
    """cells x (cost kinds + 1) x ARMS x ARM_COLUMNS; the last kind is any of them: enrolled in at least one, or not.
    Without strategies there is none."""
    credit: Ints
    """cells x causes (without that of nobody) x CREDIT."""
    messages: Ints
    """cells x cost kinds x MESSAGES."""
    invites: Ints
    """cells: referral invitations sent by new customers."""
    counts: Mapping[str, Ints]
    """What strategies and the store counted, by name: each cells x places."""

    @classmethod
    def empty(
        cls, cells: int, channels: int, kinds: int, causes: int, counts: Mapping[str, Ints], reading: Reading
    ) -> Tallies:
        """Zeros of the right shapes, but for what was counted while history was made."""
        months, weeks = reading.month_count, reading.weeks
        brackets = [reading.brackets(length) for length in BRACKETS]

        def zeros(*shape: int) -> Ints:
            return np.zeros((cells, *shape), dtype=np.int64)

        return cls(
            columns=zeros(channels, ORIGINS, FREQUENCIES, len(COLUMNS)),
            cohort_margin=zeros(channels, reading.horizon_weeks + 1),
            order_counts=zeros(ORDER_COUNTS),
            revenue_customers=zeros(REVENUE_BINS),
            revenue_sums=zeros(REVENUE_BINS),
            bracket_seen=tuple(zeros(count + 1) for count in brackets),
            bracket_hits=tuple(zeros(count) for count in brackets),
            day_seen=zeros(N_DAYS + 2),
            day_hits=zeros(N_DAYS + 1),
            week_seen=zeros(weeks + 1),
            week_last=zeros(weeks + 1),
            week_alive=zeros(weeks + 1),
            clv_steps=zeros(weeks + 2),
            monthly=zeros(months, len(MONTHLY)),
            monthly_active=zeros(months + 1),
            cohort_customers=zeros(months),
            cohort_hits=zeros(months, brackets[0]),
            kind_costs=zeros(kinds),
            kind_fees=zeros(kinds),
            arms=zeros(kinds + 1 if kinds else 0, len(ARMS), len(ARM_COLUMNS)),
            credit=zeros(causes, len(CREDIT)),
            messages=zeros(kinds, len(MESSAGES)),
            invites=zeros(),
            counts=dict(sorted(counts.items())),
        )

    def arrays(self) -> list[Ints]:
        """All arrays in a fixed order."""
        found: list[Ints] = []
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Mapping):
                found.extend(value.values())
            else:
                found.extend(value if isinstance(value, tuple) else (value,))
        return found

    def with_arrays(self, arrays: list[Ints]) -> Tallies:
        """Tallies of the same counts whose `arrays` these are."""
        rest = iter(arrays)
        values = {
            item.name: tuple(next(rest) for _ in BRACKETS) if item.name.startswith("bracket_") else next(rest)
            for item in dataclasses.fields(self)
            if item.name != "counts"
        }
        return Tallies(**values, counts={name: next(rest) for name in self.counts})  # type: ignore[arg-type]
