"""The orders of a shop as the log that every metric, curve and cohort is read from."""

from __future__ import annotations

import datetime

import numpy as np

from sim.errors import BadInput, Problem
from sim.log import EventLog
from sim.metrics.history import log_of_orders
from sim.orders.table import OrderTable


def to_log(
    table: OrderTable,
    *,
    margin_rate: float | None = None,
    start: datetime.date | None = None,
    until: datetime.date | None = None,
) -> EventLog:
    """The log of the orders; day 0 is `start`, by default the first of the month of the first order.

    Customers whose first order is before `start` are pre-history. The history ends with the day `until`, by default
    the last one with an order. Margin is `margin_rate` times what was paid; where that is None it is the margin that
    the file tells, else what was paid. Raises BadInput where start and end leave nothing between them.
    """
    zero = start or table.first.replace(day=1)
    last = max(until or table.last, table.last)
    if last < zero:
        raise BadInput(Problem(f"the history ends on {last}", file="--start", allowed=f"a day until {last}"))
    refund = np.zeros(table.cents.size, dtype=np.int64) if table.refund is None else table.refund
    paid = table.cents + refund
    if margin_rate is None and table.margin is not None:
        margin, refund_margin = table.margin, np.zeros(paid.size, dtype=np.int64)
    else:
        rate = 1.0 if margin_rate is None else margin_rate
        refund_margin = np.rint(refund * rate).astype(np.int64)
        margin = np.rint(paid * rate).astype(np.int64)
    return log_of_orders(
        table.customer, table.time + (table.start - zero).days, paid, margin=margin, start=zero,
        end=(last - zero).days + 1, currency=table.currency, refund=refund, refund_margin=refund_margin,
    )  # fmt: skip
