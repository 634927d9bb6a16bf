"""The order log of one replication as CSV: the history a real shop would export, with what it cannot know."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.log import NO_PARENT, EventLog
from sim.report.as_csv import csv_text
from sim.scenario import Scenario

HEADER = ("customer", "order", "time", "date", "revenue", "discount", "refund", "margin", "cause", "parent")
CHUNK = 20_000


def order_csv(scenario: Scenario, seed: int, replication: int = 0) -> Iterator[str]:
    """The orders of one replication of a scenario as chunks of CSV text, in the order of time; see `rows_csv`."""
    from sim.experiment import event_log

    return rows_csv(event_log(scenario, seed, replication))


def rows_csv(log: EventLog) -> Iterator[str]:
    """One row an order: customer (numbered from 1 by their first order), order number, days since `start`, calendar
    date, amounts in the currency (margin after a refund), the strategy that a last click would credit, and the
    customer who referred this one; the last two empty where there is none."""
    orders, customers = log.orders, log.customers
    number = _numbers(log)
    referred = np.where(customers.parent == NO_PARENT, 0, number[customers.parent] if customers.parent.size else 0)
    start = np.datetime64(log.start, "D")
    sequence = np.lexsort((orders.number, number[orders.customer], orders.time))
    yield csv_text(HEADER, [])
    for first in range(0, sequence.size, CHUNK):
        at = sequence[first : first + CHUNK]
        rows = zip(
            number[orders.customer[at]].tolist(),
            orders.number[at].tolist(),
            orders.time[at].tolist(),
            (start + np.floor(orders.time[at]).astype("timedelta64[D]")).astype(str).tolist(),
            (orders.list_price[at] - orders.discount[at]).tolist(),
            orders.discount[at].tolist(),
            orders.refund[at].tolist(),
            (orders.margin[at] - orders.refund_margin[at]).tolist(),
            orders.cause[at].tolist(),
            referred[orders.customer[at]].tolist(),
            strict=True,
        )
        yield "".join(
            f"{customer},{order},{time:.6f},{date},{revenue / 100:.2f},{discount / 100:.2f},{refund / 100:.2f},"
            f"{margin / 100:.2f},{log.causes[cause]},{parent or ''}\n"
            for customer, order, time, date, revenue, discount, refund, margin, cause, parent in rows
        )


def _numbers(log: EventLog) -> NDArray[np.int64]:
    """A running number from 1 for each customer's row, by the time of the first order, then the key."""
    number = np.empty(log.customers.key.size, dtype=np.int64)
    number[np.lexsort((log.customers.key, log.customers.acquired))] = np.arange(1, number.size + 1)
    return number
