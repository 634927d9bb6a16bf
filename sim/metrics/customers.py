"""Metrics of behaviour: who comes back, and who leaves."""

from __future__ import annotations

import numpy as np

from sim.metrics.metric import (
    BOTH,
    CHANNEL,
    FARRIS,
    NO_BUYERS,
    NO_CUSTOMERS,
    NO_NEWCOMERS,
    NO_REVENUE,
    NO_START,
    NO_TRUTH,
    Reason,
    metric,
)
from sim.metrics.sums import Floats, Sums, ratio

NO_YEAR = Reason("nobody was acquired in the observed time and seen for a year", lambda s: s["year_seen"] == 0)
NO_ORDER_REVENUE = Reason("orders brought no revenue in the observed time", lambda s: s.order_revenue == 0)
NO_SECOND = Reason("nobody ordered twice", lambda s: s.with_orders("customers", 2) == 0)
NO_THIRD = Reason("nobody ordered three times", lambda s: s.with_orders("customers", 3) == 0)
NOBODY_TO_LOSE = Reason("nobody was alive at the start of the period of churn", lambda s: s["alive_start"] == 0)
NOBODY_ACTIVE = Reason("nobody was active at the end", lambda s: s["active_end"] == 0)
NOBODY_ALIVE = Reason("nobody was alive at the end", lambda s: s["alive_end"] == 0)


@metric(
    "repeat_customer_rate", "Repeat customer rate", "share", "higher", "customers with 2+ orders / customers",
    source=FARRIS, undefined=(NO_CUSTOMERS,), by=(CHANNEL,),
)  # fmt: skip
def repeat_customer_rate(s: Sums) -> Floats:
    """Customers with two orders or more over customers with one or more, ever: all customers and all orders of the
    history, pre-history included, however short they were seen."""
    return ratio(s.with_orders("customers", 2), s["customers"])


@metric(
    "repeat_purchase_rate", "Repeat purchase rate, 12 months", "share", "higher",
    "with a second order within a year / customers seen for a year",
    source=FARRIS, undefined=(NO_NEWCOMERS, NO_YEAR), by=(CHANNEL,),
)  # fmt: skip
def repeat_purchase_rate(s: Sums) -> Floats:
    """Of the customers acquired in the observed time and seen to the end of day 366 after their first order: the share with
    a second order by then. A year takes 366 days at the longest, so who renews once a year has renewed within it."""
    return ratio(s["year_repeat"], s["year_seen"])


@metric(
    "third_order_rate", "Third order after a second", "share", "higher", "customers with 3+ / with 2+ orders",
    undefined=(NO_CUSTOMERS, NO_SECOND), by=(CHANNEL,),
)  # fmt: skip
def third_order_rate(s: Sums) -> Floats:
    """Customers with three orders or more over customers with two or more, ever, pre-history included."""
    return ratio(s.with_orders("customers", 3), s.with_orders("customers", 2))


@metric(
    "fourth_order_rate", "Fourth order after a third", "share", "higher", "customers with 4+ / with 3+ orders",
    undefined=(NO_CUSTOMERS, NO_THIRD), by=(CHANNEL,),
)  # fmt: skip
def fourth_order_rate(s: Sums) -> Floats:
    """Customers with four orders or more over customers with three or more, ever, pre-history included."""
    return ratio(s.with_orders("customers", 4), s.with_orders("customers", 3))


@metric(
    "loyal_customer_rate", "Loyal customer rate", "share", "higher",
    "customers with more than 4 orders / customers",
    undefined=(NO_CUSTOMERS,), by=(CHANNEL,),
)  # fmt: skip
def loyal_customer_rate(s: Sums) -> Floats:
    """Customers with more than four orders over all customers, ever, pre-history included."""
    return ratio(s.with_orders("customers", 5), s["customers"])


@metric(
    "repeat_order_share", "Repeat orders", "share", "higher", "orders after a customer's first / orders",
    undefined=(NO_BUYERS,), by=(CHANNEL,),
)  # fmt: skip
def repeat_order_share(s: Sums) -> Floats:
    """Orders in the observed time that are not the customer's first ever, over all orders in it."""
    return ratio(s["repeat_orders"], s["orders"])


@metric(
    "repeat_order_revenue_share", "Repeat order revenue", "share", "higher",
    "revenue of orders after a customer's first / revenue of orders",
    undefined=(NO_ORDER_REVENUE,), by=(CHANNEL,), smallest=-np.inf, largest=np.inf,
)  # fmt: skip
def repeat_order_revenue_share(s: Sums) -> Floats:
    """Net revenue of the orders in the observed time that are not the customer's first ever, over that of all orders in it:
    what comes from those who had bought before. Refunds count at their date, under the order they were paid for; fees outside
    the orders are not in it."""
    return ratio(s.order_revenue - s["first_revenue"], s.order_revenue)


@metric(
    "repeat_revenue_share", "Revenue from repeat customers", "share", "higher",
    "revenue of customers with 2+ orders / revenue",
    undefined=(NO_REVENUE,), by=(CHANNEL,), largest=np.inf,
)  # fmt: skip
def repeat_revenue_share(s: Sums) -> Floats:
    """Net revenue in the observed time, fees included, of customers who have two orders or more, ever (their first order
    included), over all net revenue in it; above 100 % where the others were paid back more than they spent."""
    return ratio(s.repeat_revenue, s.revenue)


@metric(
    "purchase_frequency", "Purchase frequency", "orders", "higher", "orders / distinct buyers",
    source=FARRIS, undefined=(NO_BUYERS,), by=BOTH,
)  # fmt: skip
def purchase_frequency(s: Sums) -> Floats:
    """Orders over distinct buyers, both in the whole observed time; customers who did not order are not counted."""
    return ratio(s["orders"], s["buyers"])


@metric(
    "aov", "Average order value", "money", "higher", "net revenue of orders / orders",
    source=FARRIS, undefined=(NO_BUYERS,), by=BOTH,
)  # fmt: skip
def aov(s: Sums) -> Floats:
    """Net revenue of orders (less discounts, and refunds at their date) over orders, in the observed time. Fees outside
    the orders are not in it."""
    return ratio(s.order_revenue, s["orders"])


@metric(
    "customer_value", "Customer value", "money", "higher", "aov x purchase_frequency",
    source=FARRIS, undefined=(NO_BUYERS,), by=BOTH,
)  # fmt: skip
def customer_value(s: Sums) -> Floats:
    """Average order value times purchase frequency: net revenue of orders a buyer in the observed time. Revenue, not
    margin; fees outside the orders are not in it."""
    return ratio(s.order_revenue, s["buyers"])


@metric(
    "churn_rate", "Churn", "share", "lower", "active at the start and not at the end / active at the start",
    source=FARRIS, undefined=(NO_START,), by=(CHANNEL,),
)  # fmt: skip
def churn_rate(s: Sums) -> Floats:
    """Share of the customers active at the start of a period who are not active at its end; active means: ordered
    within the activity window before that moment. The period is the last 12 months of the observed time, or all of
    it if shorter; without a pre-history its later half at most, so that there is somebody to lose. A proxy: nobody
    tells a store that they have left; churn_true says how far it is off."""
    return ratio(s["active_start"] - s["active_both"], s["active_start"])


@metric(
    "churn_true", "Churn, true", "share", "lower",
    "alive at the start and lost by the end / alive at the start",
    undefined=(NO_TRUTH, NOBODY_TO_LOSE), by=(CHANNEL,),
)  # fmt: skip
def churn_true(s: Sums) -> Floats:
    """Share of the customers truly alive at the start of the period of churn who are truly lost by its end (one who
    was lost and won back is alive). Only a simulation knows it."""
    return ratio(s["alive_start_lost"], s["alive_start"]) * s.truth


@metric(
    "crr", "Customer retention rate", "share", "higher",
    "(active at the end - new among them) / active at the start",
    source=FARRIS, undefined=(NO_START,), by=(CHANNEL,), largest=np.inf,
)  # fmt: skip
def crr(s: Sums) -> Floats:
    """(E - N) / S over the period of churn: E customers active at its end, N those of them acquired in it, S active
    at its start, active by the activity window. Customers who were inactive at the start and came back are in E, so
    it is 1 - churn + reactivated and can exceed 100 %."""
    return ratio(s["active_end"] - s["active_end_new"], s["active_start"])


@metric(
    "crr_true", "Customer retention rate, true", "share", "higher", "1 - churn_true",
    undefined=(NO_TRUTH, NOBODY_TO_LOSE), by=(CHANNEL,),
)  # fmt: skip
def crr_true(s: Sums) -> Floats:
    """Share of the customers truly alive at the start of the period of churn who are truly alive at its end."""
    return 1.0 - churn_true(s)


@metric(
    "reactivated_rate", "Reactivated", "share", "higher", "back after inactivity / active at the start",
    undefined=(NO_START,), by=(CHANNEL,), largest=np.inf,
)  # fmt: skip
def reactivated_rate(s: Sums) -> Floats:
    """Customers acquired before the period of churn, not active at its start but active at its end, over those
    active at its start: the part of CRR that is not retention."""
    back = s["active_end"] - s["active_end_new"] - s["active_both"]
    return ratio(back, s["active_start"])


@metric(
    "active_but_lost", "Active by proxy, truly lost", "share", "",
    "active at the end and lost / active at the end",
    undefined=(NO_TRUTH, NOBODY_ACTIVE),
)  # fmt: skip
def active_but_lost(s: Sums) -> Floats:
    """Share of the customers who are active by the activity window at the end, and truly lost: one error of the
    proxy."""
    return ratio(s["active_end"] - s["alive_active_end"], s["active_end"]) * s.truth


@metric(
    "alive_but_inactive", "Alive, inactive by proxy", "share", "",
    "alive at the end and not active / alive at the end",
    undefined=(NO_TRUTH, NOBODY_ALIVE),
)  # fmt: skip
def alive_but_inactive(s: Sums) -> Floats:
    """Share of the customers truly alive at the end whom the activity window counts as lost: its other error."""
    return ratio(s["alive_end"] - s["alive_active_end"], s["alive_end"]) * s.truth
