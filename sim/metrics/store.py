"""Metrics of a store: what it turns over, where its revenue comes from, and what its strategies cost."""

from __future__ import annotations

import math

from sim.metrics.concentration import top_share
from sim.metrics.metric import BOTH, CHANNEL, FARRIS, NO_CUSTOMERS, NO_REVENUE, NO_SPEND, STRATEGY, metric
from sim.metrics.sums import Floats, Sums, ratio


@metric(
    "customers", "New customers", "customers", "higher", "acquired in the observed time / stores",
    undefined=(NO_CUSTOMERS,), by=(CHANNEL,),
)  # fmt: skip
def customers(s: Sums) -> Floats:
    """Customers whose first order fell into the observed time, referred ones included, of one store."""
    return s["new"] / s.stores


@metric(
    "buyers", "Buyers", "customers", "higher", "distinct customers with an order / stores",
    undefined=(NO_CUSTOMERS,), by=BOTH,
)  # fmt: skip
def buyers(s: Sums) -> Floats:
    """Distinct customers, old or new, with at least one order in the observed time, of one store."""
    return s["buyers"] / s.stores


@metric("orders", "Orders", "orders", "higher", "orders / stores", undefined=(NO_CUSTOMERS,), by=BOTH)
def orders(s: Sums) -> Floats:
    """Orders in the observed time of one store, first orders and refunded orders included."""
    return s["orders"] / s.stores


@metric(
    "revenue", "Revenue", "money", "higher", "(list price - discounts - refunds + fees) / stores",
    undefined=(NO_CUSTOMERS,), by=BOTH,
)  # fmt: skip
def revenue(s: Sums) -> Floats:
    """Revenue of one store in the observed time, net of discounts, and of refunds at the date they were paid
    back; what customers paid outside their orders, a membership's fee above all, is in it."""
    return s.revenue / s.stores


@metric(
    "fees", "Fees", "money", "higher", "payments outside the orders / stores",
    undefined=(NO_CUSTOMERS,), by=(*BOTH, STRATEGY),
)  # fmt: skip
def fees(s: Sums) -> Floats:
    """What customers of one store paid in the observed time outside their orders, for memberships above all. It is part
    of the revenue and of the contribution margin; average order value leaves it out."""
    return s.by_strategy(s["fees"] / s.stores, s.kind_fees / s.stores)


@metric(
    "contribution_margin", "Contribution margin", "money", "higher",
    "(revenue - goods - shipping - payment fees - costs of strategies) / stores",
    source=FARRIS, undefined=(NO_CUSTOMERS,), by=BOTH,
)  # fmt: skip
def contribution_margin(s: Sums) -> Floats:
    """Revenue of one store in the observed time, fees included, less the cost of goods, shipping, payment fees and returns, and
    less what strategies cost beside the orders (messages, rewards, perks); acquisition spend is not taken off."""
    return s["margin"] / s.stores


@metric(
    "fixed_costs", "Fixed costs of strategies", "money", "lower", "monthly costs of strategies / stores",
    undefined=(NO_CUSTOMERS,), by=(STRATEGY,),
)  # fmt: skip
def fixed_costs(s: Sums) -> Floats:
    """What one store paid in the observed time for having its strategies at all, whatever its customers did. No
    customer causes it, so it is neither in the contribution margin nor in CLV."""
    return s.by_strategy(s.fixed_costs / s.stores, s.kind_overheads / s.stores)


@metric(
    "profit", "Profit before overheads", "money", "higher",
    "(contribution margin - acquisition spend - fixed costs of strategies) / stores",
    source=FARRIS, undefined=(NO_CUSTOMERS, NO_SPEND),
)  # fmt: skip
def profit(s: Sums) -> Floats:
    """Contribution margin of one store in the observed time less its acquisition spend and the fixed costs of its
    strategies; rent, salaries and taxes are not known."""
    return (s["margin"][:, :1] - s.all_spend - s.fixed_costs) / s.stores


@metric(
    "strategy_costs", "Costs of strategies", "money", "lower", "costs beside the orders / stores",
    undefined=(NO_CUSTOMERS,), by=(*BOTH, STRATEGY),
)  # fmt: skip
def strategy_costs(s: Sums) -> Floats:
    """What one store paid in the observed time for its strategies beside the orders: messages, rewards, perks.
    Discounts are not in it: they are missing from the revenue."""
    return s.by_strategy(s["costs"] / s.stores, s.kind_costs / s.stores)


@metric(
    "concentration_top20", "Revenue of the top 20 %", "share", "",
    "revenue of the best fifth of those who paid / revenue",
    undefined=(NO_REVENUE,), largest=math.inf,
)  # fmt: skip
def concentration_top20(s: Sums) -> Floats:
    """Share of the net revenue in the observed time, fees included, that comes from the fifth of those who ordered or
    paid a fee in it who spent most (above 100 % where others were paid back more than they spent).
    Read from bins of revenue, four to a doubling, the bin at the cut shared evenly: at most 4.4 % of that bin's
    revenue too low, never too high."""
    return top_share(s, 0.2)


@metric(
    "refund_share", "Refunds", "share", "lower", "refunds / revenue before refunds",
    undefined=(NO_REVENUE,), by=BOTH, largest=math.inf,
)  # fmt: skip
def refund_share(s: Sums) -> Floats:
    """Money paid back in the observed time over the revenue of its orders before refunds. Refunds of orders from
    before day 0 are in it."""
    return ratio(s["refunds"], s.sales)
