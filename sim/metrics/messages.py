"""Metrics of messages, and of what a last-click attribution would credit to whoever spoke to the customer last."""

from __future__ import annotations

from sim.metrics.metric import CHANNEL, NO_CUSTOMERS, NO_REVENUE, STRATEGY, Reason, metric
from sim.metrics.sums import Floats, Sums, ratio


def _sent(s: Sums) -> Floats:
    return _told(s, "sent")


def _told(s: Sums, what: str) -> Floats:
    """Messages of all strategies together, and of each."""
    each = s.messages[what]
    return s.by_strategy(each.sum(axis=1, keepdims=True), each)


NO_MESSAGES = Reason("no messages were sent", lambda s: _sent(s) == 0)
NOTHING_CREDITED = Reason("a last click never credits it", lambda s: False)


@metric(
    "messages_sent", "Messages sent", "messages", "", "messages / stores", undefined=(NO_CUSTOMERS,), by=(STRATEGY,)
)
def messages_sent(s: Sums) -> Floats:
    """Messages sent to customers by one store in its observed time, those that remained unread included."""
    return _sent(s) / s.stores


@metric(
    "message_open_rate", "Messages opened", "share", "higher", "opened / sent", undefined=(NO_MESSAGES,), by=(STRATEGY,)
)
def message_open_rate(s: Sums) -> Floats:
    """Share of the messages sent that were opened."""
    return ratio(_told(s, "opened"), _sent(s))


@metric(
    "message_click_rate", "Messages clicked", "share", "higher", "clicked / sent", undefined=(NO_MESSAGES,), by=(STRATEGY,)
)
def message_click_rate(s: Sums) -> Floats:
    """Share of the messages sent that were clicked."""
    return ratio(_told(s, "clicked"), _sent(s))


@metric(
    "unsubscribe_rate", "Unsubscribed", "share", "lower", "unsubscribed / sent", undefined=(NO_MESSAGES,), by=(STRATEGY,)
)
def unsubscribe_rate(s: Sums) -> Floats:
    """Share of the messages sent after which the customer asked for no more."""
    return ratio(_told(s, "unsubscribed"), _sent(s))


@metric(
    "messaging_cost", "Costs of messaging", "money", "lower",
    "costs of the strategies that send messages / stores",
    undefined=(NO_CUSTOMERS,), by=(STRATEGY,),
)  # fmt: skip
def messaging_cost(s: Sums) -> Floats:
    """The part of the costs of strategies, beside the orders, that belongs to strategies which sent at least one
    message."""
    each = s.kind_costs * (s.messages["sent"] > 0)
    return s.by_strategy(each.sum(axis=1, keepdims=True), each) / s.stores


@metric(
    "attributed_orders", "Orders by last click", "orders", "", "orders with a cause / stores",
    undefined=(NO_CUSTOMERS, NOTHING_CREDITED), by=(STRATEGY,),
)  # fmt: skip
def attributed_orders(s: Sums) -> Floats:
    """Orders of one store in the observed time that a last-click attribution would credit to a strategy; whether they
    would have been placed without it, it does not ask."""
    return _credited(s, "orders")


@metric(
    "attributed_revenue", "Revenue by last click", "money", "", "revenue of orders with a cause / stores",
    undefined=(NO_CUSTOMERS, NOTHING_CREDITED), by=(STRATEGY,),
)  # fmt: skip
def attributed_revenue(s: Sums) -> Floats:
    """Revenue before refunds, of one store in the observed time, of the orders that a last-click attribution would
    credit to a strategy."""
    return _credited(s, "sales")


@metric(
    "attributed_margin", "Margin by last click", "money", "", "margin of orders with a cause / stores",
    undefined=(NO_CUSTOMERS, NOTHING_CREDITED), by=(STRATEGY,),
)  # fmt: skip
def attributed_margin(s: Sums) -> Floats:
    """Contribution margin as of the sale, refunds and costs of strategies not taken off, of the orders of one store in
    the observed time that a last-click attribution would credit to a strategy."""
    return _credited(s, "margin")


def _credited(s: Sums, what: str) -> Floats:
    each = s.credit[what]
    return s.by_strategy(each.sum(axis=1, keepdims=True), each, s.statistics.causes) / s.stores


@metric(
    "attributed_share", "Share by last click", "share", "",
    "revenue of orders with a cause / revenue of orders",
    undefined=(NO_REVENUE, NOTHING_CREDITED), by=(CHANNEL, STRATEGY),
)  # fmt: skip
def attributed_share(s: Sums) -> Floats:
    """Share of the revenue of orders before refunds, in the observed time, of orders that a last-click attribution
    would credit to a strategy. What the strategy really added is the difference to a scenario without it."""
    each = ratio(s.credit["sales"], s.sales[:, :1])
    return s.by_strategy(ratio(s["attributed"], s.sales), each, s.statistics.causes)
