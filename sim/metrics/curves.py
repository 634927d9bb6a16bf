"""Curves: what is read by age of the customers or by calendar month, each with its one exact definition."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.log import MICROS
from sim.metrics.membership import SBG, survival
from sim.metrics.points import liability_by_month
from sim.metrics.reading import BRACKETS, WEEK
from sim.metrics.recurring import mrr_by_month
from sim.metrics.satisfaction import mood_by_month
from sim.metrics.sums import Floats, Sums, ratio, versions
from sim.metrics.tallies import MONTHLY

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class CurveValues:
    """A curve of every version of the sums."""

    x: Ints
    """points."""
    values: Floats
    """versions x points; nan where undefined."""
    n: Ints
    """points: customers behind each, over all replications; for a month, how many stores' months."""


@dataclass(frozen=True)
class CurveMetric:
    """One curve: what it is called, what exactly it is, and how it is computed."""

    id: str
    label: str
    x_unit: str
    """`days` of age, `month` from day 0, `orders` or `renewals`."""
    unit: str
    definition: str
    formula: str
    source: str
    compute: Callable[[Sums], CurveValues]


CURVES: dict[str, CurveMetric] = {}
"""Every curve by its id, in the order in which they are shown."""

DAYS, MONTH, ORDERS, RENEWALS = "days", "month", "orders", "renewals"
SEEN = "Customers acquired in the observed time, at each age all that were seen so long."


def curve(
    id: str, label: str, x_unit: str, unit: str, formula: str, *, source: str = ""
) -> Callable[[Callable[[Sums], CurveValues]], Callable[[Sums], CurveValues]]:
    """Declare the decorated function as a curve; its docstring is the definition."""

    def declare(compute: Callable[[Sums], CurveValues]) -> Callable[[Sums], CurveValues]:
        definition = " ".join((compute.__doc__ or "").split())
        if x_unit == DAYS:
            definition = f"{definition} {SEEN}"
        CURVES[id] = CurveMetric(id, label, x_unit, unit, definition, formula, source, compute)
        return compute

    return declare


RETENTION = "rolling 24-hour days, as in Amplitude's n-day, bracket and unbounded retention"


@curve(
    "retention_bracket_30", "Retention, brackets of 30 days", DAYS, "share",
    "customers with an order in [x, x + 30) / customers seen for x + 30",
    source=RETENTION,
)  # fmt: skip
def retention_bracket_30(s: Sums) -> CurveValues:
    """Share of customers with at least one order at an age from x to before x + 30 days; at 0 it is the first order
    itself."""
    return _bracket(s, 0)


@curve(
    "retention_bracket_91", "Retention, brackets of 91 days", DAYS, "share",
    "customers with an order in [x, x + 91) / customers seen for x + 91",
    source=RETENTION,
)  # fmt: skip
def retention_bracket_91(s: Sums) -> CurveValues:
    """Share of customers with at least one order at an age from x to before x + 91 days; at 0 it is the first order
    itself."""
    return _bracket(s, 1)


@curve(
    "retention_n_day", "Retention, n-day", DAYS, "share",
    "customers with an order in [n, n + 1) / customers seen for n + 1",
    source=RETENTION,
)  # fmt: skip
def retention_n_day(s: Sums) -> CurveValues:
    """Share of customers with an order on exactly day n after the first order, in rolling days of 24 hours, n from 1
    to 90. In a history that knows dates only, day n is the n-th calendar day, and orders of the first day count as
    day 0."""
    hits, seen = versions(s.tallies.day_hits)[:, 1:], _still(versions(s.tallies.day_seen))[:, 2:]
    return CurveValues(np.arange(1, hits.shape[1] + 1), ratio(hits, seen), _counts(seen))


@curve(
    "retention_unbounded", "Retention, unbounded", DAYS, "share",
    "customers with an order at age x or later / customers seen for x",
    source=RETENTION,
)  # fmt: skip
def retention_unbounded(s: Sums) -> CurveValues:
    """Share of customers with at least one order at age x or later. Later orders are cut off by the end of the data,
    so it always falls towards the right: it is no estimate of who is still a customer."""
    return _weekly(s, _still(versions(s.tallies.week_last)))


@curve(
    "alive", "Alive, true", DAYS, "share", "customers not lost by age x / customers seen for x",
    source="Schmittlein, Morrison & Colombo 1987, Management Science 33:1",
)  # fmt: skip
def alive(s: Sums) -> CurveValues:
    """Share of customers who are truly not lost at age x (one who was lost and won back counts as never lost). Only
    a simulation knows it."""
    return _weekly(s, _still(versions(s.tallies.week_alive)) * s.truth)


@curve(
    "clv_cumulative", "CLV by age", DAYS, "money", "discounted margin to age x / customers seen for x",
    source="Gupta & Lehmann 2003, Journal of Interactive Marketing 17:9",
)  # fmt: skip
def clv_cumulative(s: Sums) -> CurveValues:
    """Discounted contribution margin a customer to age x, first order included, CAC not, as in clv. Each point has
    its own customers, so it can fall where older cohorts were worth less."""
    return _weekly(s, versions(s.tallies.clv_steps)[:, :-1].cumsum(axis=1) / MICROS)


@curve("customers_by_orders", "Customers by number of orders", ORDERS, "share", "customers with x orders / customers")
def customers_by_orders(s: Sums) -> CurveValues:
    """Share of all customers, pre-history included, who have placed x orders, ever; the last point stands for that
    many or more."""
    counts = versions(s.tallies.order_counts)
    everybody = counts.sum(axis=1, keepdims=True)
    return CurveValues(np.arange(1, counts.shape[1] + 1), ratio(counts, everybody), _counts(everybody + 0 * counts))


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


@curve(
    "membership_survival", "Memberships by renewal", RENEWALS, "share", "product of renewed / due up to renewal x",
    source=f"Kaplan & Meier 1958; as in {SBG}",
)  # fmt: skip
def membership_survival(s: Sums) -> CurveValues:
    """Share of the paid memberships that outlive their x-th renewal, from those that came up for it in the observed time:
    one that has not yet is in neither count."""
    due = s.count("paid_membership.due")[0]
    behind = np.nan_to_num(np.concatenate((due[:1], due))).astype(np.int64)
    return CurveValues(np.arange(behind.size), survival(s), behind)


def _month_ends(s: Sums, name: str) -> CurveValues:
    """A count at the end of each month, of one store."""
    return _counted(s, name, s.by_month(name)[:, :, 0] / s.stores)


def _counted(s: Sums, name: str, values: Floats) -> CurveValues:
    """A curve by month of something that was counted; without any point where it was not."""
    found = _by_month(s, values)
    return found if s.counted(name) else dataclasses.replace(found, n=0 * found.n)


def _still(counts: Floats) -> Floats:
    """Customers by how long, to customers for at least so long."""
    reached: Floats = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    return reached


def _counts(seen: Floats) -> Ints:
    everybody: Ints = seen[0].astype(np.int64)
    return everybody


def _bracket(s: Sums, which: int) -> CurveValues:
    hits = versions(s.tallies.bracket_hits[which])
    seen = _still(versions(s.tallies.bracket_seen[which]))[:, 1:]
    return CurveValues(np.arange(hits.shape[1]) * BRACKETS[which], ratio(hits, seen), _counts(seen))


def _weekly(s: Sums, totals: Floats) -> CurveValues:
    seen = _still(versions(s.tallies.week_seen))
    return CurveValues(np.arange(seen.shape[1]) * WEEK, ratio(totals, seen), _counts(seen))


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
