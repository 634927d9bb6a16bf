"""What the lab draws: the curves of its tabs, each scenario in the colour, dashes and letter of its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sim.chart.chart import Chart, Series
from sim.chart.scale import DAY_STEPS, MONTH_STEPS
from sim.metrics.curves import CURVES
from sim.one_currency import MONEY
from sim.report.parts import curve_label
from sim.report.plot import difference_text, series, tick_text
from sim.results import Curve, Point
from tui.board import PREVIEW, Board, Shown
from tui.currencies import Currencies
from tui.views import ALL, FOCUS, OFF, View
from tui.workspace import LETTERS, Slot, Workspace


def chart_of(
    workspace: Workspace, board: Board, view: View, money: Currencies, y_range: tuple[float, float] | None = None,
    *, counted: bool = True,
) -> Chart | None:  # fmt: skip
    """The chart of the view, which may have nothing to draw; None while nothing is known. `counted` tells which of the
    tab's curves it is."""
    drawn = [
        _series(slot, board.shown[slot.letter], curve, workspace, view, money)
        for slot in _back_to_front(workspace)
        if slot.letter in board.shown
        if (curve := curve_of(board, slot.letter, view, money)) is not None
    ]
    letters = [slot.letter for slot in workspace.slots if slot.letter in board.shown]
    if not drawn and len(letters) < len(workspace.slots):
        return None
    declared = CURVES[view.curve]
    # Amounts of different currencies stand on one axis of bare numbers; the title tells them apart.
    mixed = money.mixed(letters) if declared.unit == MONEY else ""
    unit, written = ("" if mixed and not view.difference else declared.unit), difference_text if view.difference else tick_text
    return Chart(
        title="  ".join(part for part in (_title(workspace, board, view, counted), mixed) if part),
        series=drawn,
        y_text=written(unit, money.amounts(workspace.baseline)),
        x_text=lambda x: f"{x:g}",
        x_steps={"days": DAY_STEPS, "month": MONTH_STEPS}.get(declared.x_unit, ()),
        x_label=declared.x_unit,
        log=view.log and not view.difference,
        legend=False,
        y_range=y_range,
    )


def curve_of(board: Board, letter: str, view: View, money: Currencies) -> Curve | None:
    """The curve of one scenario, level or difference; the difference of a preview is that of the curves shown. None where
    there is none, as for a difference between amounts of two currencies."""
    shown, baseline = board.shown[letter], money.workspace.baseline
    level = shown.result.curves.get(view.curve)
    if not view.difference:
        return level
    if money.apart(letter, CURVES[view.curve].unit):
        return None
    found = shown.curve_differences.get(view.curve)
    base = board.shown[baseline].result.curves.get(view.curve) if baseline in board.shown else None
    if found is not None or letter == baseline or level is None or base is None:
        return found
    there = {point.x: point.value for point in base.points}
    points = tuple(
        Point(point.x, point.value - before, None, None, point.n)
        for point in level.points
        if point.value is not None and (before := there.get(point.x)) is not None
    )
    return Curve(level.x_unit, level.unit, points)


def _back_to_front(workspace: Workspace) -> Sequence[Slot]:
    """The focused scenario is drawn last, over the others, the baseline before it."""
    return sorted(workspace.slots, key=lambda slot: (slot.letter == workspace.focus, slot.letter == workspace.baseline))


def _series(slot: Slot, shown: Shown, curve: Curve, workspace: Workspace, view: View, money: Currencies) -> Series:
    place = LETTERS.index(slot.letter)
    drawn = series(slot.scenario.name, place, view.curve, curve, money.terminal)
    banded = {
        OFF: False,
        FOCUS: slot.letter == workspace.focus,
        ALL: slot.letter in (workspace.focus, workspace.baseline),
    }[view.bands]
    return dataclasses.replace(drawn, band=banded and shown.stage != PREVIEW)


def _title(workspace: Workspace, board: Board, view: View, counted: bool) -> str:
    count = len(view.shown.curves)
    place = view.shown.curves.index(view.curve) + 1
    parts = [curve_label(view.curve)]
    if view.difference:
        parts.append(f"less {workspace.baseline}")
    if counted and count > 1:
        parts.append(f"{place}/{count}")
    focused = board.shown.get(workspace.focus)
    if focused is not None and (focused.stage == PREVIEW or not focused.current):
        parts.append("preview")
    return "  ".join(parts)
