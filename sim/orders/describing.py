"""A real history read by the same functions as the simulator's log, with what it cannot tell named as unknown."""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass

from sim._version import __version__
from sim.compare import read
from sim.metrics.statistics import Reading, fold
from sim.orders.history import to_log
from sim.orders.table import OrderTable
from sim.results import Comparison, Figure, ScenarioResult

_REFERRED = "an order history does not tell who referred whom"
_SPENT = "an order history does not tell what was spent on customers"
_SENT = "an order history does not tell what was sent"
_TAKEN_OFF = "an order history does not tell what was taken off"
_BROUGHT = "an order history does not tell what brought an order about"
UNTOLD = {
    "fees": "an order history does not tell fees outside its orders",
    "refund_share": "the file does not tell what was paid back",
    **dict.fromkeys(("discount_share", "deal_order_share", "deal_revenue_share", "margin_given_away"), _TAKEN_OFF),
    **dict.fromkeys(("attributed_share", "attributed_orders", "attributed_revenue", "attributed_margin"), _BROUGHT),
    **dict.fromkeys(("referral_share", "referral_k", "referral_invites", "referral_conversion"), _REFERRED),
    **dict.fromkeys(("strategy_costs", "messaging_cost", "fixed_costs", "profit"), _SPENT),
    **dict.fromkeys(("messages_sent", "message_open_rate", "message_click_rate", "unsubscribe_rate"), _SENT),
}
"""Metrics that would be read as nothing from a history that is silent on them, and why they are left open."""


@dataclass(frozen=True)
class Conventions:
    """By which conventions a history is read, as a scenario has them."""

    margin_rate: float | None = None
    """Contribution margin as a share of revenue; None: that of the file, or all of it."""
    start: datetime.date | None = None
    until: datetime.date | None = None
    clv_horizon: int = 12
    """In months."""
    discount_rate: float = 0.10
    activity_window: float = 90.0
    """In days."""


def describe(table: OrderTable, name: str, file: str, conventions: Conventions) -> Comparison:
    """All figures, curves and cohorts of a history, as a comparison of one. Raises BadInput for dates that leave nothing."""
    log = to_log(table, margin_rate=conventions.margin_rate, start=conventions.start, until=conventions.until)
    reading = Reading.of_log(
        log, clv_horizon=conventions.clv_horizon, discount_rate=conventions.discount_rate,
        activity_window=conventions.activity_window,
    )  # fmt: skip
    result = read(fold(log, reading), name, file=file)
    result = _honest(result, table)
    return Comparison(
        version=__version__,
        seed=0,
        replications=1,
        customers=float(table.customers),
        baseline=name,
        scenarios=(result,),
        differences=(),
        notes=tuple(_notes(table, conventions, reading)),
        history=(
            f"{table.customer.size:,} order{'s' * (table.customer.size != 1)} of {table.customers:,} "
            f"customer{'s' * (table.customers != 1)}, {table.first} to {conventions.until or table.last}"
        ),
    )


def _honest(result: ScenarioResult, table: OrderTable) -> ScenarioResult:
    """Without figures for what nobody wrote down, and without the one channel that stands for all."""
    untold = {id: reason for id, reason in UNTOLD.items() if id != "refund_share" or table.refund is None}
    metrics = {
        id: Figure(None, None, None, figure.unit, untold[id]) if id in untold else figure
        for id, figure in result.metrics.items()
    }
    segments = {
        name: {id: figure for id, figure in figures.items() if id not in untold} for name, figures in result.by_segment.items()
    }
    return dataclasses.replace(result, metrics=metrics, by_segment=segments, by_channel={})


def _notes(table: OrderTable, conventions: Conventions, reading: Reading) -> list[str]:
    last = reading.start + datetime.timedelta(days=reading.end - 1)
    notes = [
        f"CLV: discounted contribution margin to {conventions.clv_horizon} months of age at "
        f"{conventions.discount_rate * 100:g} % a year, first order included, acquisition cost not; active: ordered within "
        f"{conventions.activity_window:g} d; observed: {reading.start} to {last}"
    ]
    if conventions.margin_rate is not None:
        notes.append(f"margin: {conventions.margin_rate * 100:g} % of revenue, as said")
    elif table.margin is not None:
        notes.append("margin: as the file tells it")
    else:
        notes.append("margin: the file does not tell it; all revenue is counted as margin (else: --margin 60%)")
    if not reading.pre_history:
        notes.append(
            f"customers from before {table.first} count as new with their first order in the file; to count from a later day "
            "on who is new: --start DATE"
        )
    return notes
