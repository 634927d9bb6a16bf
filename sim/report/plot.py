"""A comparison as charts: retention, and cumulative customer lifetime value, with their intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.chart.chart import Chart, Look, Series
from sim.chart.draw import draw
from sim.chart.raster import beside, paint
from sim.chart.scale import DAY_STEPS, MONTH_STEPS, Floats
from sim.one_currency import MONEY, mixed
from sim.report.amounts import Amounts
from sim.report.parts import curve_label
from sim.results import Comparison, Curve, Point
from sim.terminal import Terminal
from sim.text import printable, tag

RETENTION, TRUTH, VALUE = "retention_bracket_30", "alive", "clv_cumulative"
NARROWEST_PAIR = 130
"""From so many columns on the two charts stand side by side."""
WIDEST = 100
FEW = 0.05
"""Ages that fewer than this share of the customers were seen for are left out of a chart, not of the figures."""
HEIGHTS = (10, 22)
"""A chart's least and greatest height in rows."""


def charts(comparison: Comparison, terminal: Terminal, *, truth: bool = False) -> str:
    """Retention (with the truth beside it if asked) and cumulative CLV, painted for the terminal."""
    amounts = Amounts(comparison.currency, terminal)
    both = [
        chart(comparison, [RETENTION, TRUTH] if truth else [RETENTION], amounts),
        chart(comparison, [VALUE], amounts),
    ]
    look = Look(terminal.unicode, terminal.colour, terminal.light)
    pair = terminal.columns >= NARROWEST_PAIR
    columns = (terminal.columns - 2) // 2 if pair else min(terminal.columns, WIDEST)
    rows = min(max(terminal.rows - 6 if pair else terminal.rows * 2 // 3, HEIGHTS[0]), HEIGHTS[1])
    drawn = [draw(each, min(columns, WIDEST), rows, look) for each in both]
    pictures = [beside(drawn[0], drawn[1])] if pair else drawn
    return "\n".join(paint(each, terminal.colour) for each in pictures)


def chart(comparison: Comparison, curves: Sequence[str], amounts: Amounts, *, log: bool = False) -> Chart:
    """The named curves of all scenarios in one chart; the first has bands, the others are dotted beside it."""
    drawn = []
    for k, curve in enumerate(curves):
        for i, scenario in enumerate(comparison.scenarios):
            if curve in scenario.curves:
                drawn.append(series(scenario.name, i, curve, scenario.curves[curve], amounts.terminal, k))
    first = next((each.curves[curves[0]] for each in comparison.scenarios if curves[0] in each.curves), None)
    unit, x_unit = (first.unit, first.x_unit) if first else ("", "")
    several = mixed(comparison.currencies) if unit == MONEY else ""
    return Chart(
        title="  ".join(part for part in (curve_label(curves[0]), several) if part),
        series=drawn,
        y_text=tick_text("" if several else unit, amounts),
        x_text=lambda x: f"{x:g}",
        x_steps={"days": DAY_STEPS, "month": MONTH_STEPS}.get(x_unit, ()),
        x_label=x_unit,
        log=log,
    )


def tick_text(unit: str, amounts: Amounts) -> Callable[[float], str]:
    """How the ticks of an axis of this unit are written."""
    if unit == "share":
        return lambda value: f"{value * 100:.6g} %"
    symbol = amounts.symbol if unit == "money" else ""
    return lambda value: ("-" if value < 0 else "") + symbol + f"{abs(value):,.10g}"


def difference_text(unit: str, amounts: Amounts) -> Callable[[float], str]:
    """How the ticks of an axis of differences are written: those of shares in percentage points."""
    plain = tick_text(unit, amounts)
    return lambda value: plain(value).replace(" %", " pp")


def _seen_by_many(curve: Curve) -> Sequence[Point]:
    """The curve without its end where few customers were seen that long: luck alone would stretch the axis."""
    most = max((point.n for point in curve.points), default=0)
    kept = [i for i, point in enumerate(curve.points) if point.n >= FEW * most]
    return curve.points[: kept[-1] + 1] if kept else curve.points


def series(name: str, i: int, id: str, curve: Curve, terminal: Terminal, k: int = 0) -> Series:
    """The curve `id` of the i-th scenario, as far as enough customers stand behind it; with `k` beside another one."""

    def column(values: list[float | None]) -> Floats:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    points = _seen_by_many(curve)
    if id == RETENTION and points and points[0].x == 0:
        points = points[1:]  # everybody ordered at age 0: it says nothing and would flatten the rest
    letter = tag(i)[:1]
    shown = printable(name, terminal.encoding)
    return Series(
        name=f"{shown}: {curve_label(id)}" if k else shown,
        tag=letter.lower() if k else letter,
        x=column([point.x for point in points]),
        y=column([point.value for point in points]),
        low=column([point.low for point in points]),
        high=column([point.high for point in points]),
        band=k == 0,
        style=i,
        dotted=k > 0,
    )
