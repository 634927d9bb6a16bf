"""What stands at the crosshair: the value of each curve there with its interval, in a line."""

from __future__ import annotations

from sim.metrics.curves import CURVES
from sim.report.amounts import Amounts
from sim.results import Point
from tui.board import PREVIEW, Board
from tui.charts import curve_of
from tui.currencies import Currencies
from tui.views import View
from tui.workspace import Workspace


def readout(workspace: Workspace, board: Board, view: View, money: Currencies) -> str:
    """The line; empty where there is no crosshair."""
    if view.month is None or not view.curve:
        return ""
    parts = []
    unit = x_unit = ""
    for slot in workspace.slots:
        curve = curve_of(board, slot.letter, view, money) if slot.letter in board.shown else None
        if curve is None:
            if view.difference and (apart := money.apart(slot.letter, CURVES[view.curve].unit)):
                parts.append(f"{slot.letter} {apart}")
            continue
        unit, x_unit = curve.unit, curve.x_unit
        point = next((each for each in curve.points if each.x == view.month), None)
        if point is not None and point.value is not None:
            rough = "~" if board.shown[slot.letter].stage == PREVIEW else ""
            parts.append(f"{slot.letter} {rough}{_told(point, unit, view, money.amounts(slot.letter))}")
    where = f"{x_unit.rstrip('s')} {view.month:g}" if x_unit else f"{view.month:g}"
    return f" {where}: " + ("  ".join(parts) or "nothing seen")


def _told(point: Point, unit: str, view: View, amounts: Amounts) -> str:
    return amounts.interval(point.value, point.low, point.high, unit, signed=view.difference)
