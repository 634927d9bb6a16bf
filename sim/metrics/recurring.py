"""Metrics of recurring revenue: what the same customers pay from one period to the next, and what a month is worth."""

from __future__ import annotations

import math

from sim.log import MICROS
from sim.metrics.metric import CHANNEL, Reason, metric, not_counted
from sim.metrics.sums import Floats, Sums, ratio

STARTED, LOST, EXPANDED, CONTRACTED = range(4)
CHANGES = 4
"""What is counted of recurring revenue each month."""
USUAL = "the usual definitions for contracts, read from orders"

NOT_RECURRING = not_counted("recurring.mrr", "the store has no recurring revenue")
NOTHING_BEFORE = Reason("nobody ordered in the earlier period", lambda s: s["sales_before"] == 0)
NOTHING_TO_LOSE = Reason("no month began with recurring revenue", lambda s: _at_starts(s) == 0)


def mrr_by_month(s: Sums) -> Floats:
    """Monthly recurring revenue at the end of each observed month; versions x months, over all stores."""
    changes = s.by_month("recurring.mrr", CHANGES) / MICROS
    gained = changes[:, :, STARTED] + changes[:, :, EXPANDED]
    mrr: Floats = _opening(s, 1) / MICROS + (gained - changes[:, :, LOST] - changes[:, :, CONTRACTED]).cumsum(axis=1)
    return mrr


def _opening(s: Sums, place: int) -> Floats:
    """Relations (0) and micros of MRR (1) at day 0; versions x 1, 0 where there was nothing before it."""
    return s.count("recurring.opening", 2)[:, place : place + 1] if s.counted("recurring.opening") else 0.0 * s.stores


@metric(
    "revenue_churn_gross", "Revenue churn, gross", "share", "lower",
    "sum of max(paid before - paid now, 0) / paid before",
    source=USUAL, undefined=(NOTHING_BEFORE,), by=(CHANNEL,),
)  # fmt: skip
def revenue_churn_gross(s: Sums) -> Floats:
    """Of what customers paid for orders in one period, the part that the same customers no longer paid in the next: lost
    and shrunken ones, growth of others not set against it. The later period is the last 12 months of the observed
    time, the earlier as long and just before it (each half of what is known, pre-history included, where that is
    shorter). Customers of the earlier period are those who ordered in it, new ones too, so that a first order without
    a second is lost revenue. Discounts are taken off; refunds and fees are not counted."""
    return ratio(s["sales_lost"], s["sales_before"])


@metric(
    "revenue_churn_net", "Revenue churn, net", "share", "lower", "1 - nrr",
    source=USUAL, undefined=(NOTHING_BEFORE,), by=(CHANNEL,), smallest=-math.inf,
)  # fmt: skip
def revenue_churn_net(s: Sums) -> Floats:
    """As gross revenue churn, with what the other customers of the earlier period paid more in the later one set against
    it; below 0 where they grow by more than is lost."""
    return ratio(s["sales_lost"] - s["sales_gained"], s["sales_before"])


@metric(
    "nrr", "Net revenue retention", "share", "higher", "paid now / paid before, by the customers of before",
    source=USUAL, undefined=(NOTHING_BEFORE,), by=(CHANNEL,), largest=math.inf,
)  # fmt: skip
def nrr(s: Sums) -> Floats:
    """What the customers of one period paid for orders in the next, over what they paid in it: 1 - net revenue churn,
    of the same periods. Customers who came in the later period are not in it."""
    return 1.0 - revenue_churn_net(s)


@metric(
    "grr", "Gross revenue retention", "share", "higher", "1 - revenue_churn_gross",
    source=USUAL, undefined=(NOTHING_BEFORE,), by=(CHANNEL,),
)  # fmt: skip
def grr(s: Sums) -> Floats:
    """1 - gross revenue churn, of the same periods: what is kept of each customer's payments, no customer counting for
    more than before."""
    return 1.0 - revenue_churn_gross(s)


@metric(
    "mrr", "Recurring revenue a month", "money", "higher",
    "MRR at day 0 + started + expanded - lost - contracted / stores",
    undefined=(NOT_RECURRING,),
)  # fmt: skip
def mrr(s: Sums) -> Floats:
    """Monthly recurring revenue of one store at the end of the observed time: what the relations that then run, paid
    memberships and subscriptions, pay by the month of 365.25 / 12 days."""
    return mrr_by_month(s)[:, -1:] / s.stores


@metric(
    "recurring_customers", "Recurring relations", "customers", "higher", "relations at day 0 + started - lost / stores",
    undefined=(NOT_RECURRING,),
)  # fmt: skip
def recurring_customers(s: Sums) -> Floats:
    """Paid relations of one store, memberships and subscriptions, that run at the end of the observed time."""
    changes: Floats = s.by_month("recurring.people", CHANGES).sum(axis=1)
    return (_opening(s, 0) + changes[:, STARTED : STARTED + 1] - changes[:, LOST : LOST + 1]) / s.stores


@metric(
    "mrr_churn_gross", "MRR churn a month, gross", "share", "lower", "MRR lost and contracted / MRR at the month's start",
    undefined=(NOT_RECURRING, NOTHING_TO_LOSE), largest=math.inf,
)  # fmt: skip
def mrr_churn_gross(s: Sums) -> Floats:
    """Monthly recurring revenue lost or contracted in a month over that at its start, a mean over the observed months,
    weighted by the latter. A relation that starts and ends within one month is lost in it too."""
    return ratio(_total(s, LOST) + _total(s, CONTRACTED), _at_starts(s))


@metric(
    "mrr_churn_net", "MRR churn a month, net", "share", "lower",
    "(MRR lost and contracted - expanded) / MRR at the month's start",
    undefined=(NOT_RECURRING, NOTHING_TO_LOSE), smallest=-math.inf, largest=math.inf,
)  # fmt: skip
def mrr_churn_net(s: Sums) -> Floats:
    """As gross MRR churn, with what running relations pay more set against it; new relations are not."""
    return ratio(_total(s, LOST) + _total(s, CONTRACTED) - _total(s, EXPANDED), _at_starts(s))


def _total(s: Sums, what: int) -> Floats:
    """A change of MRR over all observed months; versions x 1."""
    changes: Floats = s.by_month("recurring.mrr", CHANGES)[:, :, what].sum(axis=1, keepdims=True) / MICROS
    return changes


def _at_starts(s: Sums) -> Floats:
    """MRR at the starts of all observed months, added up; versions x 1."""
    starts: Floats = mrr_by_month(s)[:, :-1].sum(axis=1, keepdims=True) + _opening(s, 1) / MICROS
    return starts
