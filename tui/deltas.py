"""The whole delta table: every metric, the baseline's figure, and what each other scenario makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.files.scenario_text import differences
from sim.report.parts import label, shown
from sim.results import Difference, Figure
from sim.text import width
from tui.board import COMPLETE, PREVIEW, Board, Shown
from tui.currencies import Currencies
from tui.glyphs import Glyphs
from tui.table import BEYOND
from tui.table import difference as paired
from tui.workspace import Workspace

GAP = 2
NAME, METRIC = 20, 16
"""Cells that a scenario's name takes at the most, and a metric's has at the least."""


@dataclass(frozen=True)
class Cell:
    """A text and what it says of the scenario: `good`, `bad` or nothing."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Deltas:
    """A header and a row for each metric."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sizes: tuple[int, ...]
    """Cells of each column, without the gap before it."""
    metrics: tuple[str, ...]
    """What each row tells."""

    @property
    def width(self) -> int:
        """Cells of the whole table."""
        return sum(self.sizes) + GAP * len(self.sizes)


def deltas(
    workspace: Workspace, board: Board, money: Currencies, glyphs: Glyphs, *, signed: bool, columns: int = 100
) -> Deltas:
    """The table of what is known; `signed` tells differences to the baseline, else each scenario's own figures.

    It may be wider than the `columns` there are; only names are cut.
    """
    slots = [slot for slot in workspace.ordered if slot.letter in board.shown]
    results = [board.shown[slot.letter].result for slot in slots]
    header, rows = [Cell("")], []
    for slot in slots:
        pin = glyphs.pin if slot.letter == workspace.baseline else " "
        header.append(Cell(f"{slot.letter}{pin}{slot.scenario.name}"))
        if slot.letter != workspace.baseline:
            header.append(Cell("verdict"))
    metrics = tuple(shown(results)) if results else ()
    for metric in metrics:
        row = [Cell(label(metric))]
        for slot in slots:
            row += _cells(workspace, board, slot.letter, metric, money, glyphs, signed)
        rows.append(tuple(row))
    cells = list(zip(*([header, *rows]), strict=True))
    sizes = [max(width(cell.text) for cell in column) for column in cells]
    # A long name must not widen the column of its figures.
    sizes = [
        min(size, max([NAME, *(width(cell.text) for cell in column[1:])])) if i else min(size, max(METRIC, columns // 4))
        for i, (size, column) in enumerate(zip(sizes, cells, strict=True))
    ]
    return Deltas(tuple(header), tuple(rows), tuple(sizes), metrics)


def _cells(
    workspace: Workspace, board: Board, letter: str, metric: str, money: Currencies, glyphs: Glyphs, signed: bool
) -> Sequence[Cell]:
    known, amounts = board.shown[letter], money.amounts(letter)
    rough = "~" if known.stage == PREVIEW or not known.current else ""
    figure = known.result.metrics.get(metric, Figure(None, None, None, ""))
    own = amounts.interval(figure.value, figure.low, figure.high, figure.unit)
    own = f"{rough}{own}" if figure.value is not None else own
    if letter == workspace.baseline:
        return [Cell(own)]
    if apart := money.apart(letter, figure.unit):
        return [Cell(apart if signed else own), Cell(glyphs.same)]
    found = paired(workspace, board, letter, metric)
    if found is None:
        return [Cell("" if signed else own), Cell("")]
    change = amounts.interval(found.value, found.low, found.high, found.unit, signed=True)
    text = f"{rough}{change}" if found.value is not None else change
    return [Cell(text if signed else own), _verdict(known, found, glyphs)]


def _verdict(known: Shown, found: Difference, glyphs: Glyphs) -> Cell:
    """The marks and the word; nothing certain before the scenario is refined."""
    if known.stage != COMPLETE or not known.current:
        return Cell(glyphs.more)
    if found.p_adjusted is None or found.value is None:
        return Cell(glyphs.same)
    if found.p_adjusted >= BEYOND[-1]:
        return Cell(f"{glyphs.same} not clear")
    times = sum(found.p_adjusted < bound for bound in BEYOND)
    sign = glyphs.up if found.value > 0 else glyphs.down
    return Cell(f"{sign * times} {found.verdict}", {"better": "good", "worse": "bad"}.get(found.verdict, ""))


def differing(workspace: Workspace) -> list[str]:
    """A line for each scenario with what differs from the baseline."""
    base = workspace.pinned.scenario
    lines = []
    for slot in workspace.ordered[1:]:
        rows = differences(base, slot.scenario)
        told = "; ".join(f"{path} {before} > {after}" for path, before, after in rows)
        lines.append(f"{slot.letter}: {told or 'nothing'}")
    return lines
