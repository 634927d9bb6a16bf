"""A fitted store told to its reader: as a table with a chart of the backtest, and as JSON."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim._version import __version__
from sim.chart.chart import Chart, Look, Series
from sim.chart.draw import draw
from sim.chart.raster import paint
from sim.fit.maximum import Estimate
from sim.fit.results import Backtest, Line, StoreFit
from sim.report.amounts import Amounts
from sim.report.table import table
from sim.terminal import Terminal, wrapped
from sim.text import printable

FORMATS = ("table", "json")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WIDEST, HEIGHT = 100, 18
MOST_BRACKETS = 12


def render_fit(fitted: StoreFit, form: str, terminal: Terminal | None = None) -> str:
    """The fit in one of `FORMATS`, each line ended."""
    return _json(fitted) if form == "json" else _table(fitted, terminal or Terminal())


def _table(fitted: StoreFit, terminal: Terminal) -> str:
    def laid(header: Sequence[str], rows: Sequence[Sequence[str]], align: str) -> str:
        rule = "─" if terminal.unicode else "-"
        return table(header, rows, terminal.columns, align=align, ellipsis=terminal.ellipsis, rule=rule)

    amounts = Amounts(fitted.currency, terminal)
    source = printable(fitted.source, terminal.encoding)
    parts = [
        "\n".join(wrapped([
            f"{source}: {fitted.orders:,} orders of {fitted.customers:,} customers, {fitted.first} to {fitted.last}; fitted: "
            f"{fitted.fitted:,} customers, {fitted.repeaters:,} of whom ordered again, {fitted.repeats:,} repeat orders"
        ], terminal)) + "\n",
        laid(*_parameters(fitted)),
        laid(*_laws(fitted)),
    ]  # fmt: skip
    if fitted.spending is None:
        parts.append("\n".join(wrapped([f"baskets: {fitted.spending_reason}"], terminal)) + "\n")
    parts.append(_season(fitted, terminal))
    parts.append("\n".join(wrapped([_others(fitted)], terminal)) + "\n")
    if fitted.drift.cohorts:
        parts.append(laid(*_cohorts(fitted, amounts)))
    if fitted.backtest is None:
        parts.append("\n".join(wrapped([f"no backtest: {fitted.backtest_reason}"], terminal)) + "\n")
    else:
        test = fitted.backtest
        head = (
            f"backtest: fitted until {test.cut}, then {test.days:,} days of {test.replications} replications "
            f"(seed {test.seed}) against what happened; the intervals hold 95 % of what the luck of customers and of the "
            "estimate would make of it if the law were right"
        )
        if test.season_of_all:
            head += "; the season is that of the whole history, the earlier part being too short to show it"
        parts.append("\n".join(wrapped([head], terminal)) + "\n\n" + laid(*_backtest(test)))
        parts.append(_chart(test, terminal))
    parts.append(_warnings(fitted, terminal))
    return "\n".join(part for part in parts if part)


def _parameters(fitted: StoreFit) -> tuple[list[str], list[list[str]], str]:
    """The parameters of the written store with their uncertainty."""
    estimates = [fitted.estimate] + ([fitted.spending.estimate] if fitted.spending else [])
    rows = [_parameter(estimate, name) for estimate in estimates for name in estimate.parameters]
    return ["law", "parameter", "estimate", "std. error", "95 % interval"], rows, "<<>>>"


def _parameter(estimate: Estimate, name: str) -> list[str]:
    low, high = estimate.interval(name)
    if name in estimate.on_bound:
        doubt = ["-", "on its bound: not determined"]
    elif not math.isfinite(low):
        doubt = ["-", "flat: not determined"]
    else:
        doubt = [f"{estimate.errors[name]:.4g}", f"{low:.4g} to {high:.4g}"]
    return [estimate.title, name, f"{estimate.parameters[name]:.5g}", *doubt]


def _laws(fitted: StoreFit) -> tuple[list[str], list[list[str]], str]:
    """All laws that were fitted, the likeliest by AIC first."""
    rows = [
        [
            each.title + " *" * (each is fitted.estimate), f"{each.log_likelihood:,.2f}",
            f"{each.aic:,.1f}", f"{each.bic:,.1f}", ", ".join(f"{name} {value:.4g}" for name, value in each.parameters.items()),
        ]
        for each in sorted(fitted.estimates.values(), key=lambda each: each.aic)
    ]  # fmt: skip
    return ["law (*: this store)", "log-likelihood", "AIC", "BIC", "parameters (weeks)"], rows, "<>>><"


def _season(fitted: StoreFit, terminal: Terminal) -> str:
    if fitted.season is None:
        return "\n".join(wrapped([f"season: none ({fitted.season_reason})"], terminal)) + "\n"
    cells = [f"{month} {factor:.2f}" for month, factor in zip(MONTHS, fitted.season.factors, strict=True)]
    errors = f"standard errors {min(fitted.season.errors):.2f} to {max(fitted.season.errors):.2f}"
    return "\n".join(wrapped([f"season: {', '.join(cells)} ({errors})"], terminal)) + "\n"


def _others(fitted: StoreFit) -> str:
    came, back = fitted.newcomers, fitted.returned
    when = "while they came" if came.ended else "lately"
    text = f"newcomers: {came.a_month:,.1f} a month {when} (mean of {came.months:.1f} months); returns: "
    if back is None:
        return text + "no refund in the file"
    return text + f"{_percent(back.share)} of the value (standard error {_percent(back.error)}), {back.orders:,} orders"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _cohorts(fitted: StoreFit, amounts: Amounts) -> tuple[list[str], list[list[str]], str]:
    rows = [
        [
            each.name, f"{each.customers:,}", amounts.value(each.first_amount, "money"),
            f"{each.repeats:.3f} {amounts.plus_minus}{1.96 * each.error:.3f}", f"{each.expected:.3f}",
            f"{(each.repeats / each.expected - 1.0) * 100:+.0f} %" if each.expected > 0 else "-",
        ]
        for each in fitted.drift.cohorts
    ]  # fmt: skip
    return ["first order in", "customers", "first order", "repeats a customer", "by the law", "against it"], rows, "<>>>>>"


def _backtest(test: Backtest) -> tuple[list[str], list[list[str]], str]:
    rows = [
        _line("repeat orders, all", test.repeats, 0),
        _line("of customers known at the cut", test.known, 0),
        *([_line("of newcomers", test.newcomers, 0)] if test.newcomers.customers else []),
        *(_line(f"repeat orders so far, week {line.x:.0f}", line, 0) for line in _some(test.weekly)),
        *(_line(_class(line.x), line, 3) for line in test.classes),
        *(_line(f"ordered in days {line.x:.0f} to {line.x + 30:.0f}", line, -1) for line in test.brackets[:MOST_BRACKETS]),
    ]
    return ["", "customers", "actual", "simulated", "95 % interval", "inside"], rows, "<>>>><"


def _some(weekly: Sequence[Line]) -> list[Line]:
    """A few of the weeks, the last one included; the chart has all."""
    step = max(len(weekly) // 4, 1)
    return [*weekly[step - 1 : -1 : step][:3], weekly[-1]]


def _class(x: float) -> str:
    repeats = "7 or more repeats" if x == 7 else f"{x:.0f} repeat{'s' * (x != 1)}"
    return f"orders a head, {repeats} before"


def _line(title: str, line: Line, decimals: int) -> list[str]:
    def shown(value: float) -> str:
        return _percent(value) if decimals < 0 else f"{value:,.{decimals}f}"

    interval = f"{shown(line.low)} to {shown(line.high)}"
    return [title, f"{line.customers:,}", shown(line.actual), shown(line.mean), interval, "yes" if line.inside else "NO"]


def _chart(test: Backtest, terminal: Terminal) -> str:
    """Cumulative repeats by week: what happened, and from the cut on what the law makes of it."""
    before, after = np.array(test.before, dtype=np.float64).reshape(-1, 2), test.weekly
    weeks = np.array([line.x for line in after])
    happened = np.array([line.actual for line in after])
    series = [
        Series("actual", "A", np.concatenate([before[:, 0], weeks]), np.concatenate([before[:, 1], happened]), style=0),
        Series(
            f"simulated from {test.cut}", "S", weeks, np.array([line.mean for line in after]),
            np.array([line.low for line in after]), np.array([line.high for line in after]), style=1,
        ),
    ]  # fmt: skip
    chart = Chart(
        title="Cumulative repeat orders by week", series=series, y_text=lambda value: f"{value:,.10g}",
        x_text=lambda x: f"{x:g}", x_label="week",
    )  # fmt: skip
    look = Look(terminal.unicode, terminal.colour, terminal.light)
    return paint(draw(chart, min(terminal.columns, WIDEST), HEIGHT, look), terminal.colour)


def _warnings(fitted: StoreFit, terminal: Terminal) -> str:
    if not fitted.warnings:
        return "nothing speaks against the law\n"
    notes = [line for warning in fitted.warnings for line in wrapped([f"- {warning.found}; so {warning.means}"], terminal)]
    return "\n".join(["what does not fit, and what it means for what-ifs:", *notes]) + "\n"


def _json(fitted: StoreFit) -> str:
    told = {
        "schema": "regulars.fit/1",
        "version": __version__,
        "source": fitted.source,
        "first": str(fitted.first),
        "last": str(fitted.last),
        "look_back_months": fitted.look_back,
        "currency": fitted.currency,
        "orders": fitted.orders,
        "customers": fitted.customers,
        "fitted_customers": fitted.fitted,
        "repeat_customers": fitted.repeaters,
        "repeats": fitted.repeats,
        "law": fitted.law,
        "laws": [_estimate(each) for each in fitted.estimates.values()],
        "baskets": None if fitted.spending is None else _spending(fitted),
        "baskets_reason": fitted.spending_reason,
        "mean_order": fitted.mean_order,
        "season": None if fitted.season is None else _plain(fitted.season),
        "season_reason": fitted.season_reason,
        "drift": _plain(fitted.drift),
        "newcomers": _plain(fitted.newcomers),
        "returned": None if fitted.returned is None else _plain(fitted.returned),
        "backtest": None if fitted.backtest is None else _plain(fitted.backtest),
        "backtest_reason": fitted.backtest_reason,
        "warnings": [_plain(each) for each in fitted.warnings],
    }
    return json.dumps(_finite(told), allow_nan=False, default=str) + "\n"


def _estimate(each: Estimate) -> dict[str, Any]:
    return {
        "law": each.law,
        "title": each.title,
        "parameters": dict(each.parameters),
        "standard_errors": dict(each.errors),
        "intervals": {name: list(each.interval(name)) for name in each.parameters},
        "log_likelihood": each.log_likelihood,
        "aic": each.aic,
        "bic": each.bic,
        "on_bound": list(each.on_bound),
        "undetermined": list(each.undetermined),
    }


def _spending(fitted: StoreFit) -> dict[str, Any]:
    assert fitted.spending is not None
    rest = _plain(fitted.spending)
    del rest["estimate"]
    return _estimate(fitted.spending.estimate) | rest


def _plain(made: Any) -> dict[str, Any]:
    return dataclasses.asdict(made)


def _finite(value: Any) -> Any:
    """The same without nan and infinity, which JSON does not have."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value

