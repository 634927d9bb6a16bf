"""Seven customers of a small store, few enough to work out every metric by hand.

     days  -200   -50  -40 | 0     10  20    50  100    182  190 200 210  300  330  340 350 360 | 365
    Ann (organic)      30  |       40*                                                          |  died 100
    Bea (search)           | 100       100R  n                                                  |
    Cyd (of Bea)           |                     20                                             |  died 150
    Dan (of Cyd)           |                                              60   60c              |
    Eve (search)           |                            10   10  10  10                      10 |
    Fay (organic)     25   |                 n                                           10     |
    Gus (organic)  10      |                 n                                     10           |  died 345

40*: 50 less a discount of 10. 100R: refunded in full 14 days later. 60c: a code would claim it. n: a newsletter at
day 50 goes to Ann, Bea, Fay and Gus for 0.50 each. Bea got a gift of 2 on day 5, and 4 on day 100 for bringing Cyd. The margin
is 40 % of the list price less the discount; the refund takes 45 of margin back. Gus is a paying member: 99 on day -10, 20
on day 60; so is Eve: 6 on day 212. Bea and Eve collect points. Cyd is held out of the e-mails, Dan of the points.
"""

from __future__ import annotations

import datetime

import numpy as np
from small_counts import small_counts

from sim.log import GROUPS, BulkCost, Costs, Customers, EventLog, Messages, Orders
from sim.metrics.reading import Reading

INF = float("inf")
MONTHS = [-365, -334, -306, -275, -245, -214, -184, -153, -122, -92, -61, -31]
OBSERVED = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]
SEARCH, ORGANIC = 0, 1
KINDS = ("email", "gift", "loyalty_points", "paid_membership", "referral")
EMAIL, POINTS, MEMBERS = 1, 4, 8
"""Bits of the kinds."""
PEOPLE = [
    # channel, first order, died, parent
    (ORGANIC, -40, 100, -1),
    (SEARCH, 0, INF, -1),
    (ORGANIC, 100, 150, 1),
    (SEARCH, 300, INF, 2),
    (SEARCH, 182, INF, -1),
    (ORGANIC, -50, INF, -1),
    (ORGANIC, -200, 345, -1),
]
ORDERS = [
    # customer, number, day, list price, discount, refund, margin, margin lost with it, cause
    (0, 1, -40, 30, 0, 0, 12, 0, 0),
    (0, 2, 10, 50, 10, 0, 10, 0, 0),
    (1, 1, 0, 100, 0, 0, 40, 0, 0),
    (1, 2, 20, 100, 0, 100, 40, 45, 0),
    (2, 1, 100, 20, 0, 0, 8, 0, 0),
    (3, 1, 300, 60, 0, 0, 24, 0, 0),
    (3, 2, 330, 60, 0, 0, 24, 0, 1),
    (4, 1, 182, 10, 0, 0, 4, 0, 0),
    (4, 2, 190, 10, 0, 0, 4, 0, 0),
    (4, 3, 200, 10, 0, 0, 4, 0, 0),
    (4, 4, 210, 10, 0, 0, 4, 0, 0),
    (4, 5, 360, 10, 0, 0, 4, 0, 0),
    (5, 1, -50, 25, 0, 0, 10, 0, 0),
    (5, 2, 350, 10, 0, 0, 4, 0, 0),
    (6, 1, -200, 10, 0, 0, 4, 0, 0),
    (6, 2, 340, 10, 0, 0, 4, 0, 0),
]


def small_store() -> EventLog:
    """The log: one replication, everybody in a cell of their own; search costs 10 a month, organic 2, e-mail 1, gifts 3
    and the referral programme 1 whatever is sent."""
    cents = [np.array(column) * 100 for column in list(zip(*ORDERS, strict=True))[3:8]]
    channel, acquired, died, parent = (np.array(column) for column in zip(*PEOPLE, strict=True))
    return EventLog(
        start=datetime.date(2025, 1, 1),
        month_edges=np.array([*MONTHS, *OBSERVED], dtype=float),
        first_month=12,
        currency="EUR",
        channels=("search", "organic"),
        paid=(True, False),
        causes=("", "code"),
        cost_kinds=KINDS,
        replications=1,
        refund_after=14.0,
        customers=Customers(
            key=np.arange(1, 8, dtype=np.uint64),
            cell=np.arange(7, dtype=np.int32),
            channel=channel.astype(np.int16),
            acquired=acquired.astype(float),
            died=died.astype(float),
            parent=parent.astype(np.int32),
            held=np.array([0, 0, EMAIL, POINTS, 0, 0, 0], dtype=np.uint64),
            enrolled=np.array([0, POINTS, 0, 0, POINTS | MEMBERS, 0, MEMBERS], dtype=np.uint64),
        ),
        orders=Orders(
            customer=np.array([order[0] for order in ORDERS], dtype=np.int32),
            number=np.array([order[1] for order in ORDERS], dtype=np.int32),
            time=np.array([order[2] for order in ORDERS], dtype=float),
            list_price=cents[0],
            discount=cents[1],
            refund=cents[2],
            margin=cents[3],
            refund_margin=cents[4],
            cause=np.array([order[8] for order in ORDERS], dtype=np.int8),
        ),
        costs=Costs(
            customer=np.array([1, 1], dtype=np.int32),
            time=np.array([5.0, 100.0]),
            amount=np.array([2_000_000, 4_000_000]),
            kind=np.array([1, 4], dtype=np.int8),
        ),
        fees=Costs(
            customer=np.array([6, 6, 4], dtype=np.int32),
            time=np.array([-10.0, 60.0, 212.0]),
            amount=np.array([99_000_000, 20_000_000, 6_000_000]),
            kind=np.array([3, 3, 3], dtype=np.int8),
        ),
        bulk_costs=(BulkCost(50.0, 500_000, 0, np.array([0, 1, 5, 6], dtype=np.int32)),),
        messages=Messages(
            kind=np.zeros(2, dtype=np.int8),
            cell=np.array([0, 1], dtype=np.int32),
            sent=np.array([3, 1]),
            opened=np.array([1, 1]),
            clicked=np.array([1, 0]),
            unsubscribed=np.array([0, 1]),
        ),
        spend=np.tile(np.array([10_000_000, 2_000_000]), (24, 1)),
        overheads=np.tile(np.array([1_000_000, 3_000_000, 0, 0, 1_000_000]), (24, 1)),
        counts=small_counts(),
        invites=np.concatenate(([0, 5], np.zeros(GROUPS - 2, dtype=np.int64))),
    )


def small_reading(discount_rate: float = 0.10) -> Reading:
    """Read with a CLV horizon of 182 days and an activity window of 90: the cohort is Bea, Cyd and Eve."""
    return Reading.of_log(small_store(), clv_horizon=6, discount_rate=discount_rate, activity_window=90.0)
