"""The log: what happened in a store, in columns. The only thing that the two wings share.

The engine writes one for each block of customers; a real order history is read into the same columns. Everything that
is measured is measured from here. Times are days since the scenario's `start` (fractional; the pre-history is
negative), order money is in integer cents, other costs in integer micros (a millionth of the currency, the unit of
the advertising interfaces), because a message costs a fraction of a cent.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MICROS_PER_CENT = 10_000
MICROS = 1_000_000
"""Micros in one unit of the currency."""
GROUPS = 20
"""How many groups the customers of a replication fall into, for the jackknife."""
NO_PARENT = -1


@dataclass(frozen=True)
class Customers:
    """Who came: one row a customer who placed at least one order, all columns of the same length."""

    key: NDArray[np.uint64]
    """What the customer's luck is keyed by; the same customer has the same key in every scenario."""
    cell: NDArray[np.int32]
    """replication * GROUPS + group; the group is that of the first ancestor, so referral trees stay together.
    Replications are counted from the log's `first_replication`."""
    channel: NDArray[np.int16]
    """Index into the log's `channels`."""
    acquired: NDArray[np.float64]
    """Time of the first order, in days."""
    died: NDArray[np.float64]
    """Time at which the customer was truly lost; inf if still alive at the end; nan where nobody can know."""
    parent: NDArray[np.int32]
    """Row of the customer who referred this one, or NO_PARENT."""
    held: NDArray[np.uint64]
    """One bit for each of the log's `cost_kinds`: set where the strategy was told to leave this customer out, by chance,
    so that its effect can be measured."""
    enrolled: NDArray[np.uint64]
    """One bit for each of the log's `cost_kinds`: set where the customer has ever joined that programme."""


@dataclass(frozen=True)
class Orders:
    """What was bought: one row an order. A customer's own orders stand in the order of time; no order between
    customers is promised."""

    customer: NDArray[np.int32]
    """Row in `Customers`."""
    number: NDArray[np.int32]
    """1 for the first order of the customer, ever."""
    time: NDArray[np.float64]
    list_price: NDArray[np.int64]
    """Cents before any discount."""
    discount: NDArray[np.int64]
    """Cents taken off; revenue is list_price - discount."""
    refund: NDArray[np.int64]
    """Cents of revenue paid back, at `time + refund_after`; 0 for most."""
    margin: NDArray[np.int64]
    """Cents of contribution margin as of the sale: revenue less goods, shipping, payment fees."""
    refund_margin: NDArray[np.int64]
    """Cents of that margin lost again with the refund, at `time + refund_after`."""
    cause: NDArray[np.int8]
    """Index into the log's `causes`: what a last-click attribution would credit; 0 is nothing."""


@dataclass(frozen=True)
class Costs:
    """Money spent on customers outside their orders: one row a payment."""

    customer: NDArray[np.int32]
    time: NDArray[np.float64]
    amount: NDArray[np.int64]
    """Micros."""
    kind: NDArray[np.int8]
    """Index into the log's `cost_kinds`."""


def no_payments() -> Costs:
    """An empty table of payments."""
    return Costs(np.zeros(0, np.int32), np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int8))


@dataclass(frozen=True)
class BulkCost:
    """The same small amount spent on many customers at one instant, as a newsletter is; kept whole because a row
    for every recipient would outgrow all else."""

    time: float
    amount: int
    """Micros for each customer."""
    kind: int
    customer: NDArray[np.int32]


@dataclass(frozen=True)
class Messages:
    """What was sent, counted by strategy and cell: columns of one row a (strategy, cell)."""

    kind: NDArray[np.int8]
    """Index into the log's `cost_kinds`."""
    cell: NDArray[np.int32]
    sent: NDArray[np.int64]
    opened: NDArray[np.int64]
    clicked: NDArray[np.int64]
    unsubscribed: NDArray[np.int64]


@dataclass(frozen=True)
class EventLog:
    """The history of a store, or of a block of its customers."""

    start: datetime.date
    """The calendar date of day 0."""
    month_edges: NDArray[np.float64]
    """Days at which the months begin, pre-history included, and the end of the last one: months + 1 values."""
    first_month: int
    """How many months of pre-history stand before day 0 (0 where there is none)."""
    currency: str
    channels: tuple[str, ...]
    paid: tuple[bool, ...]
    """Whether a channel counts as paid; as long as `channels`."""
    causes: tuple[str, ...]
    """Names of the causes; the first is the empty text."""
    cost_kinds: tuple[str, ...]
    """Names of the strategies that the other costs were spent on."""
    replications: int
    """How many replications the cells count; a real history has one."""
    refund_after: float
    """Days from an order to its refund."""
    customers: Customers
    orders: Orders
    costs: Costs
    bulk_costs: tuple[BulkCost, ...] = ()
    messages: Messages | None = None
    spend: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    """Micros of acquisition spend, months x channels, of one replication of the whole store (not of this block:
    the blocks of a store carry the same table and it is counted once)."""
    overheads: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    """Micros of what the strategies cost a month whatever the customers do, months x cost kinds, of one replication of
    the whole store; empty where nothing is known of it."""
    knows_truth: bool = True
    """Whether `died` means anything."""
    fees: Costs = field(default_factory=no_payments)
    """Payments by customers outside their orders, a membership's fee above all: revenue under the strategy `kind`."""
    counts: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """What strategies and the store count in the observed time, by name (`loyalty_points.earned`): each an array cells x
    places; what the places are is part of the name's meaning. Empty where nobody counts."""
    invites: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Referral invitations sent by the customers of each cell acquired in the observed time; empty where there is no
    referral programme."""

    @property
    def end(self) -> float:
        """The end of the observed time, in days."""
        return float(self.month_edges[-1])
