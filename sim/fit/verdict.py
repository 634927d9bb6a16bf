"""Where the law does not fit the history, in words, and what that means for the what-ifs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.fit.history import History, Known
from sim.fit.results import StoreFit, Warned
from sim.scenario import DAYS_A_MONTH

LITTLE = 200
"""Repeat orders below which intervals are wide."""
SHORT = 13.0
"""Mean weeks seen below which little is known of dropout."""
DROPOUT = 5.99
"""Twice the gain in log-likelihood below which a law without dropout does as well (chi-squared, two parameters, 5 %)."""
OFF = 0.10
"""A backtest so far off is told even where so few orders would allow it."""
DRIFT = 0.15
MISSED = 0.25
"""By how much a law's mean basket may be off the orders' before it is said."""
WHOLESALE_BASKET, WHOLESALE_SHARE = 10.0, 0.10
"""A mean basket so many times the median one is a wholesale buyer's; warned of from this share of the revenue on."""
RUSH = 1.5
"""More newcomers in the first month than this many times the usual are old customers seen for the first time."""


def warnings_of(fitted: StoreFit, history: History, known: Known) -> tuple[Warned, ...]:
    """All that does not fit."""
    checks = (
        _little(fitted, known), _no_dropout(fitted), _backtest(fitted), _truncated(fitted, history, known), _drift(fitted),
        _wholesale(known), _baskets(fitted), _season(fitted), _better(fitted), _cohort(fitted),
    )  # fmt: skip
    return tuple(warning for check in checks for warning in check)


def _little(fitted: StoreFit, known: Known) -> Iterator[Warned]:
    if fitted.repeats < LITTLE or known.T.mean() < SHORT:
        yield Warned(
            "little_data",
            f"there is little to fit: {fitted.repeats:,} repeat orders of customers seen for {known.T.mean():.0f} weeks in the "
            "mean",
            "the parameters are rough; run what-ifs at both ends of their intervals before you believe a ranking",
        )  # fmt: skip


def _no_dropout(fitted: StoreFit) -> Iterator[Warned]:
    estimate = fitted.estimate
    gain = 2.0 * (estimate.log_likelihood - fitted.estimates["nbd"].log_likelihood)
    dropout = ("s", "beta") if fitted.law == "lifetime" else ("a", "b")
    if gain < DROPOUT:
        yield Warned(
            "no_dropout",
            f"no dropout found: a law in which nobody is ever lost does as well (twice the log-likelihood: {gain:+.1f})",
            "lifetimes in the written store are a guess, and strategies that act on dropout have nothing to act on: "
            "read no figure beyond the time that the history spans",
        )  # fmt: skip
    elif set(dropout) & set(estimate.undetermined):
        names = " and ".join(name for name in dropout if name in estimate.undetermined)
        yield Warned(
            "open_dropout",
            f"{names} {'is' if ' and ' not in names else 'are'} not determined by these orders: the likelihood is nearly flat",
            "how dropout differs between customers is open; figures beyond the time that the history spans may be far off",
        )  # fmt: skip


def _backtest(fitted: StoreFit) -> Iterator[Warned]:
    test = fitted.backtest
    if test is None or not test.repeats.actual or (test.repeats.inside and abs(test.off) < OFF):
        return
    within = "within" if test.repeats.inside else "beyond"
    happened = f"{test.repeats.actual:,.0f} ({test.off * 100:+.0f} %)"
    side = "fewer" if test.off < 0 else "more"
    yield Warned(
        "backtest",
        f"the backtest is off: the law fitted until {test.cut} makes {test.repeats.mean:,.0f} repeat orders of the rest "
        f"[{test.repeats.low:,.0f}, {test.repeats.high:,.0f}], and there were {happened}: {within} what "
        "luck and the estimate's own error allow",
        f"expect the store to make {side} repeat orders than the real one by about as much; differences between strategies "
        "suffer less than levels do, for all scenarios share the error",
    )


def _truncated(fitted: StoreFit, history: History, known: Known) -> Iterator[Warned]:
    months = int(history.days / DAYS_A_MONTH)
    if fitted.look_back or fitted.newcomers.ended or months < 6:
        return
    counts = np.bincount((known.first / DAYS_A_MONTH).astype(np.int64), minlength=months)[:months]
    usual = float(np.median(counts[3:]))
    if counts[0] > RUSH * max(usual, 1.0):
        yield Warned(
            "left_truncated",
            f"{counts[0]:,} customers are seen first in the first month, {usual:,.0f} in a usual one: many are old customers "
            "whose earlier orders the history does not have",
            "the law takes old customers for new ones, which makes lives look longer; fit with --look-back 6 or more, so "
            "that those seen in the first months are left out",
        )  # fmt: skip


def _drift(fitted: StoreFit) -> Iterator[Warned]:
    drift = fitted.drift
    if drift.p_value < 0.001 and abs(drift.trend) > DRIFT:
        # A line through cohorts of which the last hardly repeat falls below nothing.
        off, kind = (min(-drift.trend, 1.0), "less") if drift.trend < 0 else (drift.trend, "more")
        yield Warned(
            "drift",
            f"cohorts differ: against the one law, the latest repeat {off * 100:.0f} % {kind} than the first",
            "the written store is a mixture of old and new kinds of customers; fit again with only the recent past (cut the "
            "file, or --look-back) if the what-if is about customers to come",
        )  # fmt: skip


def _wholesale(known: Known) -> Iterator[Warned]:
    paying = known.mean > 0
    if not paying.any():
        return
    spent = known.x * known.mean + known.first_amount
    large = paying & (known.mean > WHOLESALE_BASKET * np.median(known.mean[paying]))
    share = float(spent[large].sum() / max(spent.sum(), 1e-9))
    if share > WHOLESALE_SHARE:
        yield Warned(
            "wholesale",
            f"{int(large.sum()):,} customers with baskets over {WHOLESALE_BASKET:g} times the median make {share * 100:.0f} % "
            "of the revenue: wholesale buyers",
            "they stretch the law of baskets until it fits nobody; take them out of the file and look at them by hand",
        )  # fmt: skip


def _baskets(fitted: StoreFit) -> Iterator[Warned]:
    spending = fitted.spending
    if spending is None:
        yield _unfitted(fitted)
        return
    if abs(spending.model_mean / spending.repeat_mean - 1.0) > MISSED:
        yield Warned(
            "basket_mean",
            f"the law of baskets has a mean of {spending.model_mean:,.2f}, repeat orders one of {spending.repeat_mean:,.2f}",
            "every sum of money is off by about as much",
        )
    if not spending.independent:
        kind = "more" if spending.correlation > 0 else "less"
        yield Warned(
            "baskets_depend",
            f"those who order more often spend {kind} an order (correlation {spending.correlation:.2f} "
            f"[{spending.low:.2f}, {spending.high:.2f}]); the law takes the two for unrelated",
            f"the revenue of heavy buyers is {'under' if spending.correlation > 0 else 'over'}stated",
        )
    if abs(spending.first_mean / spending.repeat_mean - 1.0) > 0.1:
        yield Warned(
            "first_orders",
            f"first orders are worth {spending.first_mean:,.2f} in the mean, repeat orders {spending.repeat_mean:,.2f}; the "
            f"store draws both from one law with a mean of {spending.model_mean:,.2f}",
            "the margin of a first order, and with it payback, is off by about that difference",
        )
    if spending.estimate.parameters["q"] < 2.0:
        yield Warned(
            "heavy_tail",
            "what customers spend varies without bound (q below 2)",
            "a few customers decide every sum of money: simulate more replications than usual and look at the medians",
        )


def _unfitted(fitted: StoreFit) -> Warned:
    if not fitted.mean_order:
        return Warned(
            "no_amounts", "the file has no amounts", "the written store's orders are worth what the defaults say: read no money"
        )
    return Warned(
        "baskets_unfitted",
        f"baskets could not be fitted: {fitted.spending_reason}",
        f"the written store's orders are worth {fitted.mean_order:,.2f} in the mean, as the file's are, and differ as in "
        "another store",
    )


def _season(fitted: StoreFit) -> Iterator[Warned]:
    if fitted.season is not None and fitted.season.span > 2.0:
        yield Warned(
            "season",
            f"a strong season: the best month has {fitted.season.span:.1f} times the orders of the weakest",
            "it is in the written store; compare strategies over whole years only",
        )


def _better(fitted: StoreFit) -> Iterator[Warned]:
    rival = fitted.estimates["bg_nbd" if fitted.law == "lifetime" else "pareto_nbd"]
    other = "after_order" if fitted.law == "lifetime" else "lifetime"
    if fitted.estimate.aic - rival.aic > 10.0:
        yield Warned(
            "other_law",
            f"the {rival.title} fits these orders better (AIC lower by {fitted.estimate.aic - rival.aic:,.0f})",
            f"fit with --law {other} too, and trust a ranking of strategies only where both laws give it",
        )


def _cohort(fitted: StoreFit) -> Iterator[Warned]:
    if fitted.newcomers.ended:
        yield Warned(
            "one_cohort",
            "nobody has come lately: the history is that of customers won in one stretch of time",
            f"the written store wins {fitted.newcomers.a_month:,.0f} customers a month for ever, as many as in that stretch; "
            "set channels.all.customers to what you expect",
        )
