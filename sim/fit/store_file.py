"""The fitted store as a scenario file: parameters with their uncertainty and the backtest's figures beside them."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
from collections.abc import Iterator
from typing import Any

from sim.base import Base, base_text
from sim.files import units
from sim.files.source import printable
from sim.files.starter import comment_lines, commented_out, help_of, knob_lines
from sim.fit.backtest import store_knobs
from sim.fit.history import History
from sim.fit.maximum import Estimate
from sim.fit.results import StoreFit
from sim.knobs import knobs_of
from sim.law import DAYS_A_WEEK
from sim.law_knobs import Basket
from sim.scenario import Channel, Scenario
from sim.store_knobs import ExistingCustomers, StoreKnobs
from sim.strategies import catalogue

CHANNEL = "all"
"""The one channel of a fitted store: an order history does not tell how its customers were won."""
MONTHS = 24
HORIZON = 12
UNKNOWN = {"costs": ("goods", "shipping", "payment_share"), "contact": ("consent",)}
"""What an order history does not tell, with the knobs a user should set first."""
_EXAMPLES = 2


def fitted_scenario(fitted: StoreFit, name: str, base: str | None = None) -> Scenario:
    """The store of a fit: it starts on the day after the history, with the base file of that name if there is one."""
    start = fitted.last + datetime.timedelta(days=1)
    store = store_knobs(fitted.chosen, fitted.season)
    rounded: dict[str, Any] = {part: _rounded(getattr(store, part)) for part in ("orders", "lifetime", "after_order")}
    if fitted.spending is not None:
        spent = fitted.spending.estimate.parameters
        rounded["basket"] = _rounded(Basket(spent["p"], spent["q"], spent["gamma"]))
    elif fitted.mean_order:
        rounded["basket"] = _rounded(dataclasses.replace(store.basket, gamma=_scale(store.basket, fitted.mean_order)))
    if store.season is not None:
        rounded["season"] = tuple(round(factor, 3) for factor in store.season)
    if fitted.returned is not None:
        rounded["returns"] = dataclasses.replace(store.returns, share=round(fitted.returned.share, 4))
    if base is not None:
        rounded["base"] = ExistingCustomers(base)
    scenario = Scenario(
        name=printable(name), start=start, months=MONTHS, clv_horizon=HORIZON, currency=fitted.currency,
        activity_window=float(min(max(7 * math.ceil(fitted.gap_days / 7), 14), 365)),
        store=dataclasses.replace(store, **rounded),
        channels={CHANNEL: Channel(paid=False, customers=_digits(max(fitted.newcomers.a_month, 0.01)))},
    )  # fmt: skip
    days = (start - fitted.first).days
    months = next(m for m in range(1, 601) if (start - scenario.month_start(-m)).days >= days or m == 600)
    return dataclasses.replace(scenario, pre_history=months)


def _scale(basket: Basket, mean: float) -> float:
    """The gamma with which a mean order is worth that much."""
    return min(max(mean * (basket.q - 1.0) / basket.p, 0.01), 1e9)


def scenario_text(fitted: StoreFit, scenario: Scenario) -> str:
    """The scenario as a commented file; it loads to an equal scenario."""
    lines = [*_head(fitted), "", f"name: {json.dumps(scenario.name, ensure_ascii=False)}"]
    lines += knob_lines(scenario, ("start", "months"), "")
    pre = "Months that the history takes: the base's own past." if scenario.store.base.file else (
        "Months in which customers come before day 0, as many as the history takes."
    )
    lines += [f"pre_history: {units.text(knobs_of(scenario)['pre_history'], scenario.pre_history)}  # {pre}"]
    lines += knob_lines(scenario, ("currency", "activity_window", "clv_horizon"), "")
    lines += comment_lines("The activity window: nine in ten repeat orders follow the one before within it.", "")
    lines += ["", "store:", *_store(fitted, scenario.store)]
    lines += ["", *comment_lines(help_of(Scenario, "channels"), ""), *_channel(fitted, scenario)]
    names = list(catalogue())
    lines += ["", *comment_lines(help_of(Scenario, "strategies"), "")]
    lines += comment_lines(f"There are: {', '.join(names)}. Take the '# ' away to switch these on.", "")
    return "\n".join([*lines, *commented_out(names[:_EXAMPLES])]) + "\n"


def base_of_history(history: History) -> Base:
    """Every customer of a history as they stand at the start of the day after it, numbered anew."""
    known = history.known()
    day = history.days
    return Base(
        known.customer.copy(), known.x, known.t_x, (day - known.first) / DAYS_A_WEEK, known.mean.round(2)
    )


def base_lines(fitted: StoreFit, base: Base) -> list[str]:
    """The chunks of the base's file."""
    return base_text(
        base,
        f"The customers of {printable(fitted.source)} on {fitted.last}, for a scenario's store.base.file.\n"
        "frequency: repeat orders; recency, T: weeks from the first order to the last and to the end of that day;\n"
        "monetary_value: the mean repeat order. Numbers stand for customers; nothing else is known of them.",
    )


def _head(fitted: StoreFit) -> Iterator[str]:
    yield "# What would keep the customers of this store?"
    yield "#"
    yield from comment_lines(
        f"Fitted to {printable(fitted.source)}: {fitted.orders:,} orders of {fitted.customers:,} customers, "
        f"{fitted.first} to {fitted.last}.", "",
    )  # fmt: skip
    if fitted.look_back:
        yield from comment_lines(
            f"Look-back: customers first seen in the first {fitted.look_back} months were left out of the fit; "
            f"{fitted.fitted:,} remain.", "",
        )  # fmt: skip
    yield f"# {fitted.repeaters:,} customers ordered again, {fitted.repeats:,} repeat orders."
    yield "#"
    for estimate in sorted(fitted.estimates.values(), key=lambda each: each.aic):
        mark = "  <- this store" if estimate is fitted.estimate else ""
        yield f"# {estimate.title:<10} log-likelihood {estimate.log_likelihood:12,.2f}, AIC {estimate.aic:12,.1f}{mark}"
    yield "#"
    yield from _tested(fitted)
    for warning in fitted.warnings:
        yield "#"
        yield from comment_lines(f"NOTE: {warning.found}. So {warning.means}.", "")


def _tested(fitted: StoreFit) -> Iterator[str]:
    test = fitted.backtest
    if test is None:
        yield from comment_lines(f"No backtest: {fitted.backtest_reason}.", "")
        return
    yield f"# Backtest: fitted until {test.cut}, simulated until {test.end}, {test.replications} replications, 95 % intervals."
    for title, line in (("repeat orders", test.repeats), ("of customers known", test.known), ("of newcomers", test.newcomers)):
        if line.customers:
            made = f"simulated {line.mean:,.0f} [{line.low:,.0f}, {line.high:,.0f}]"
            yield f"#   {title:<19} actual {line.actual:,.0f}, {made}"


def _store(fitted: StoreFit, store: StoreKnobs) -> Iterator[str]:
    if store.dropout == "after_order":
        yield f"  dropout: {store.dropout}  # BG/NBD: a coin after each repeat order"
    if store.season is not None:
        yield from comment_lines(f"{knobs_of(store)['season'].help} Standard errors: " + ", ".join(
            f"{error:.2f}" for error in fitted.season.errors) + "." if fitted.season else "", "  ")  # fmt: skip
        yield f"  season: {units.text(knobs_of(store)['season'], store.season)}"
    else:
        yield from comment_lines(f"No season: {fitted.season_reason}.", "  ")
    yield from _estimated(store, "orders", ("r", "alpha"), fitted.estimate)
    if store.dropout == "after_order":
        yield from _estimated(store, "after_order", ("a", "b"), fitted.estimate)
    else:
        yield from _estimated(store, "lifetime", ("s", "beta"), fitted.estimate)
    if fitted.spending is None:
        spread = f"spread as by default around the file's mean order of {fitted.mean_order:,.2f}"
        told = spread if fitted.mean_order else "the defaults, for the file has no amounts"
        yield from comment_lines(f"Baskets could not be fitted: {fitted.spending_reason}. These are {told}.", "  ")
        yield "  basket:"
        yield from knob_lines(store.basket, ("p", "q", "gamma"), "    ")
    else:
        yield from _estimated(store, "basket", ("p", "q", "gamma"), fitted.spending.estimate)
    if store.base.file is not None:
        yield from comment_lines(help_of(StoreKnobs, "base"), "  ")
        yield "  base:"
        yield f"    file: {json.dumps(store.base.file, ensure_ascii=False)}"
    yield from _returns(fitted, store)
    yield from comment_lines("An order history does not tell what follows; set your own.", "  ")
    for section, names in UNKNOWN.items():
        yield f"  {section}:"
        yield from knob_lines(getattr(store, section), names, "    ")


def _returns(fitted: StoreFit, store: StoreKnobs) -> Iterator[str]:
    yield from comment_lines(
        "No refund is in the file: there were none, or it does not tell. Set your own." if fitted.returned is None else
        f"Paid back, by value: standard error {fitted.returned.error * 100:.2f} %, from {fitted.returned.orders:,} orders. "
        "When it went back, the file does not tell.", "  ",
    )  # fmt: skip
    yield "  returns:"
    yield from knob_lines(store.returns, ("share", "after"), "    ")


def _estimated(store: StoreKnobs, section: str, names: tuple[str, ...], estimate: Estimate) -> Iterator[str]:
    """A section whose values were fitted, each with its standard error and interval."""
    made = getattr(store, section)
    yield from comment_lines(help_of(StoreKnobs, section), "  ")
    yield f"  {section}:"
    for name in names:
        value = units.text(knobs_of(made)[name], getattr(made, name))
        yield f"    {f'{name}: {value}':<18}# {_doubt(estimate, name)}"


def _doubt(estimate: Estimate, name: str) -> str:
    if name in estimate.on_bound:
        return "on the bound of what is allowed: not determined by these orders"
    low, high = estimate.interval(name)
    if not math.isfinite(low):
        return "standard error unknown: the likelihood is flat"
    open_ = "; hardly determined" if name in estimate.undetermined else ""
    return f"standard error {estimate.errors[name]:.4g}, 95 % interval {low:.4g} to {high:.4g}{open_}"


def _channel(fitted: StoreFit, scenario: Scenario) -> Iterator[str]:
    came = fitted.newcomers
    when = "while they came" if came.ended else "lately"
    yield from comment_lines(
        f"How customers were won and what that cost, an order history does not tell: one channel with as many customers a "
        f"month as came {when} (mean of {came.months:.1f} months). Put your own channels and spend in its place for a CAC.", "",
    )  # fmt: skip
    yield "channels:"
    yield f"  {CHANNEL}:"
    yield from knob_lines(scenario.channels[CHANNEL], ("paid", "customers"), "    ")


def _rounded(made: Any) -> Any:
    """A section with its numbers to six digits: more would be false precision, fewer would move the likelihood."""
    changes = {
        knob.attribute: _digits(getattr(made, knob.attribute))
        for knob in knobs_of(made).values()
        if isinstance(getattr(made, knob.attribute), float)
    }
    return dataclasses.replace(made, **changes)


def _digits(value: float) -> float:
    return float(f"{value:.6g}")
