"""Metrics of value: what a customer costs and what a customer brings."""

from __future__ import annotations

import numpy as np

from sim.metrics.customers import aov, churn_rate, purchase_frequency
from sim.metrics.metric import (
    BOTH,
    CHANNEL,
    FADER_HARDIE,
    FARRIS,
    GUPTA,
    NO_BUYERS,
    NO_COHORT,
    NO_NEWCOMERS,
    NO_SPEND,
    NO_START,
    Reason,
    metric,
)
from sim.metrics.reading import WEEK
from sim.metrics.sums import Floats, Sums, ratio

NOBODY_PAID_FOR = Reason("no customer of the cohort came through a paid channel", lambda s: np.isnan(s.paid_cac))
NOBODY_LOST = Reason("nobody was lost in the period of churn", lambda s: s["active_start"] == s["active_both"])
FREE = Reason("there was no acquisition spend", lambda s: s.cac == 0)
NOT_EARNED_BACK = Reason("CAC is not earned back within the CLV horizon", lambda s: np.isnan(payback_days(s)))


@metric(
    "cac", "CAC", "money", "lower", "acquisition spend / customers of the cohort",
    source=FARRIS, undefined=(NO_SPEND, NO_COHORT), by=(CHANNEL,),
)  # fmt: skip
def cac(s: Sums) -> Floats:
    """Blended cost of winning a customer: the acquisition spend of all channels over all customers won, referred and
    unpaid ones included, in that part of the observed time whose customers were seen for the CLV horizon (a month of
    which only a part counts gives that part of its spend). Salaries, first-order discounts and referral rewards are
    not in it: the last two lower the margin. A channel's CAC is its own spend over its own customers."""
    return s.cac


@metric(
    "cac_paid", "CAC, paid channels", "money", "lower", "spend of paid channels / customers from paid channels",
    source=FARRIS, undefined=(NO_SPEND, NO_COHORT, NOBODY_PAID_FOR),
)  # fmt: skip
def cac_paid(s: Sums) -> Floats:
    """As CAC, but the spend of the paid channels alone over the customers attributed to them."""
    return s.paid_cac


@metric(
    "clv", "CLV", "money", "higher", "sum of margin x (1 + rate)^(-age / 365.25) to the horizon / customers",
    source=GUPTA, undefined=(NO_COHORT,), by=BOTH,
)  # fmt: skip
def clv(s: Sums) -> Floats:
    """Customer lifetime value to the scenario's CLV horizon: discounted contribution margin (of orders and fees, less
    that of refunds at their own date, less the costs spent on the customer) to that age, a mean over the customers acquired
    in the observed time and seen for the horizon. The first order is included, CAC is not. Ages are discounted by
    whole days, rounded up; what falls due with the end of the horizon pays for the time after it and is left out. By
    number of orders it is a description, not a forecast: who orders often is known only afterwards."""
    return ratio(s["cohort_clv"], s["cohort"])


@metric(
    "clv_after_cac", "CLV after CAC", "money", "higher", "clv - cac",
    source=GUPTA, undefined=(NO_SPEND, NO_COHORT), by=(CHANNEL,),
)  # fmt: skip
def clv_after_cac(s: Sums) -> Floats:
    """CLV to the horizon less blended CAC, both of the same cohort."""
    return clv(s) - s.cac


@metric(
    "clv_historic", "CLV, historic", "money", "higher", "margin to date / new customers",
    source=GUPTA, undefined=(NO_NEWCOMERS,), by=(CHANNEL,),
)  # fmt: skip
def clv_historic(s: Sums) -> Floats:
    """Undiscounted contribution margin to the end of the observed time of all customers acquired in it, however
    short they were seen, per customer. It grows with the time that is observed: it compares nothing but itself."""
    return ratio(s["new_margin"], s["new"])


@metric(
    "ltv_simple", "LTV, textbook", "money", "higher", "AOV x purchase frequency a period / churn a period",
    source=f"shop textbooks; its bias: {FADER_HARDIE}", undefined=(NO_BUYERS, NO_START, NOBODY_LOST),
)  # fmt: skip
def ltv_simple(s: Sums) -> Floats:
    """The textbook figure: average order value x orders a customer x mean lifespan. Orders a customer is purchase
    frequency scaled to the length of the period of churn; the mean lifespan is 1 / churn rate, in those periods. It
    is revenue, not margin, undiscounted, and assumes one constant churn for all, which no store has: it stands here
    to be compared with CLV."""
    periods = s.reading.end / (s.reading.end - s.reading.churn_start)
    return ratio(aov(s) * purchase_frequency(s) / periods, churn_rate(s))


@metric(
    "ltv_cac", "LTV : CAC", "ratio", "higher", "clv / cac",
    source=FARRIS, undefined=(NO_SPEND, NO_COHORT, FREE), by=(CHANNEL,),
)  # fmt: skip
def ltv_cac(s: Sums) -> Floats:
    """CLV to the horizon over CAC, of the same cohort; discounted contribution margin, before CAC."""
    return ratio(clv(s), s.cac)


@metric(
    "payback_days", "Payback", "days", "lower", "min{age: margin of the cohort to that age / customers >= cac}",
    source=FARRIS, undefined=(NO_SPEND, NO_COHORT, NOT_EARNED_BACK), by=(CHANNEL,),
)  # fmt: skip
def payback_days(s: Sums) -> Floats:
    """The smallest age at which the cohort's undiscounted contribution margin a customer reaches CAC: read from
    weekly points of age, linear between them; 0 where the first order pays it. It exists only within the CLV
    horizon."""
    earned = ratio(s.cohort_margin, s["cohort"][:, :, None])
    ages = np.minimum(np.arange(earned.shape[2]) * WEEK, s.reading.clv_horizon).astype(float)
    paid = earned >= s.cac[:, :, None]
    point = paid.argmax(axis=2)
    before = np.maximum(point - 1, 0)
    reached = np.take_along_axis(earned, point[:, :, None], 2)[:, :, 0]
    short = np.take_along_axis(earned, before[:, :, None], 2)[:, :, 0]
    part = np.where(point > 0, ratio(s.cac - short, reached - short), 0.0)
    days = ages[before] + part * (ages[point] - ages[before])
    return np.where(paid.any(axis=2), days, np.nan)
