"""Metrics of discounts: how much is bought on deal, and what that takes off the margin."""

from __future__ import annotations

from sim.metrics.metric import BOTH, NO_BUYERS, NO_CUSTOMERS, NO_REVENUE, metric
from sim.metrics.sums import Floats, Sums, ratio


@metric("discount_share", "Discounts", "share", "lower", "discounts / list price", undefined=(NO_REVENUE,), by=BOTH)
def discount_share(s: Sums) -> Floats:
    """Share of the list price of all orders in the observed time that was given away as discounts."""
    return ratio(s["discount"], s["list_price"])


@metric(
    "deal_order_share", "Orders on deal", "share", "", "orders with a discount / orders", undefined=(NO_BUYERS,), by=BOTH
)
def deal_order_share(s: Sums) -> Floats:
    """Share of the orders in the observed time with any discount at all, a redeemed reward included."""
    return ratio(s["deal_orders"], s["orders"])


@metric(
    "deal_revenue_share", "Revenue on deal", "share", "", "revenue of orders with a discount / revenue of orders",
    undefined=(NO_REVENUE,), by=BOTH,
)  # fmt: skip
def deal_revenue_share(s: Sums) -> Floats:
    """Share of the revenue of orders before refunds, in the observed time, that was paid for orders with a discount."""
    return ratio(s["deal_sales"], s.sales)


@metric(
    "margin_given_away", "Margin given away", "money", "lower", "discounts / stores", undefined=(NO_CUSTOMERS,), by=BOTH
)
def margin_given_away(s: Sums) -> Floats:
    """What discounts took off the margin of the orders of one store in the observed time: what the same orders would
    have brought at list price (payment fees apart). Which of them would not have been placed then, it does not ask."""
    return s["discount"] / s.stores
