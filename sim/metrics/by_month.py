"""Curves by calendar month: what a store turns over, and what runs at each month's end."""

from __future__ import annotations

import dataclasses

import numpy as np

from sim.log import MICROS
from sim.metrics.curve import MONTH, CurveValues, curve
from sim.metrics.points import liability_by_month
from sim.metrics.recurring import mrr_by_month
from sim.metrics.satisfaction import mood_by_month
from sim.metrics.sums import Floats, Sums, ratio, versions
from sim.metrics.tallies import MONTHLY


@curve("monthly_revenue", "Revenue by month", MONTH, "money", "list price - discounts - refunds + fees of the month")
def monthly_revenue(s: Sums) -> CurveValues:
    """Net revenue of one store in the month, fees included; refunds count when they are paid back."""
    return _by_month(s, _month_sums(s, "revenue") / MICROS)


@curve("monthly_contribution_margin", "Contribution margin by month", MONTH, "money", "as contribution_margin")
def monthly_contribution_margin(s: Sums) -> CurveValues:
    """Contribution margin of one store in the month, costs of strategies taken off, acquisition spend not."""
    return _by_month(s, _month_sums(s, "margin") / MICROS)


@curve("monthly_orders", "Orders by month", MONTH, "orders", "orders of the month")
def monthly_orders(s: Sums) -> CurveValues:
    """Orders of one store in the month."""
    return _by_month(s, _month_sums(s, "orders"))


@curve(
    "monthly_active_customers", "Active customers by month", MONTH, "customers",
    "customers with an order in the activity window before the end of the month",
)  # fmt: skip
def monthly_active_customers(s: Sums) -> CurveValues:
    """Customers of one store who at the end of the month had ordered within the activity window."""
    return _by_month(s, versions(s.tallies.monthly_active)[:, :-1].cumsum(axis=1) / s.stores)


@curve("monthly_new_customers", "New customers by month", MONTH, "customers", "first orders of the month")
def monthly_new_customers(s: Sums) -> CurveValues:
    """Customers of one store whose first order fell into the month, referred ones included."""
    return _by_month(s, _month_sums(s, "new"))


@curve("monthly_cac", "CAC by month", MONTH, "money", "acquisition spend of the month / new customers of the month")
def monthly_cac(s: Sums) -> CurveValues:
    """Blended acquisition spend of the month over the customers whose first order fell into it."""
    return _by_month(s, ratio(_spend(s), _month_sums(s, "new")))


@curve("monthly_cumulative_cash", "Cumulative cash", MONTH, "money", "sum of margin - acquisition spend - fixed costs")
def monthly_cumulative_cash(s: Sums) -> CurveValues:
    """Contribution margin less acquisition spend and fixed costs of strategies of one store, summed from day 0 to the
    end of the month. The margins of customers won before day 0 are in it, what they cost to win is not."""
    overheads = s.statistics.overheads
    fixed = 0.0 if overheads is None else overheads.sum(axis=1)[None] / MICROS
    cash = (_month_sums(s, "margin") / MICROS - _spend(s) - fixed).cumsum(axis=1)
    return _by_month(s, cash)


@curve("monthly_mrr", "Recurring revenue by month", MONTH, "money", "as mrr, at the end of the month")
def monthly_mrr(s: Sums) -> CurveValues:
    """Monthly recurring revenue of one store at the end of the month."""
    return _counted(s, "recurring.mrr", mrr_by_month(s) / s.stores)


@curve("monthly_members", "Members of the club by month", MONTH, "customers", "members at the end of the month")
def monthly_members(s: Sums) -> CurveValues:
    """Members of one store's paid membership at the end of the month, those on trial included."""
    return _month_ends(s, "paid_membership.members")


@curve("monthly_points_members", "Points members by month", MONTH, "customers", "members at the end of the month")
def monthly_points_members(s: Sums) -> CurveValues:
    """Members of one store's points programme at the end of the month."""
    return _month_ends(s, "loyalty_points.members")


@curve("monthly_tier_members", "Tier members by month", MONTH, "customers", "members at the end of the month")
def monthly_tier_members(s: Sums) -> CurveValues:
    """Members of one store's tiers, whatever their tier, at the end of the month."""
    return _month_ends(s, "loyalty_tiers.members")


@curve("monthly_points_liability", "Points liability by month", MONTH, "money", "as points_liability, at the end of the month")
def monthly_points_liability(s: Sums) -> CurveValues:
    """What the points that are out at the end of the month would take off prices if all were redeemed, of one store."""
    return _counted(s, "loyalty_points.worth", liability_by_month(s) / s.stores)


@curve("monthly_mood", "Mood by month", MONTH, "ratio", "as mood_end, at the end of the month")
def monthly_mood(s: Sums) -> CurveValues:
    """Mean mood of the customers at the end of the month; 0 is neutral. Only a simulation knows it."""
    return _counted(s, "mood.people", mood_by_month(s))


def _month_ends(s: Sums, name: str) -> CurveValues:
    """A count at the end of each month, of one store."""
    return _counted(s, name, s.by_month(name)[:, :, 0] / s.stores)


def _counted(s: Sums, name: str, values: Floats) -> CurveValues:
    """A curve by month of something that was counted; without any point where it was not."""
    found = _by_month(s, values)
    return found if s.counted(name) else dataclasses.replace(found, n=0 * found.n)


def _month_sums(s: Sums, name: str) -> Floats:
    """Of one store."""
    return versions(s.tallies.monthly[:, :, MONTHLY.index(name)]) / s.stores


def _by_month(s: Sums, values: Floats) -> CurveValues:
    months = values.shape[1]
    return CurveValues(np.arange(months), values, np.full(months, s.statistics.replications))


def _spend(s: Sums) -> Floats:
    """Acquisition spend of one store by month, in units of the currency; nan where nobody knows it."""
    spend = s.statistics.spend
    if spend is None:
        return np.full((1, s.reading.month_count), np.nan)
    total: Floats = spend.sum(axis=1)[None] / MICROS
    return total
