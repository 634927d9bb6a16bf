"""The delta table: each scenario's figures, what differs from the baseline, and whether that is real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.one_currency import MONEY
from sim.text import width
from tui.board import COMPLETE, PREVIEW, Board, Shown
from tui.currencies import Currencies
from tui.glyphs import Glyphs
from tui.workspace import Workspace

if TYPE_CHECKING:
    from sim.report.amounts import Amounts
    from sim.results import Difference

GAP = 2
NAME = (10, 24)
"""Cells of a scenario's name, at least and at most."""
HEADLINE = "clv"
FIGURES = ("cac", "ltv_cac", "repeat_customer_rate", "contribution_margin", "profit")
"""Further metrics, in the order in which they find room."""
SHORT = {
    "clv": "CLV", "cac": "CAC", "ltv_cac": "LTV:CAC", "repeat_customer_rate": "repeat", "contribution_margin": "margin",
    "profit": "profit",
}  # fmt: skip
CANNOT = "cannot run"
BEYOND = 0.001, 0.01, 0.05
"""Adjusted p below these has three marks, two, one."""


@dataclass(frozen=True)
class Table:
    """A header and a row for each scenario, columns wide enough for both."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    letters: tuple[str, ...]
    verdicts: tuple[str, ...]
    """`better`, `worse` or another word, by row; empty where there is none to tell."""
    sizes: tuple[int, ...]
    words: int
    """Which column has the verdict; it is written from the left."""


def delta_table(workspace: Workspace, board: Board, money: Currencies, glyphs: Glyphs, columns: int) -> Table:
    """The table for so many cells: what has no room is left out, the difference in CLV last of all."""
    letters = [slot.letter for slot in workspace.slots]
    verdicts = [_marks(workspace, board, letter, money, glyphs) for letter in letters]
    full = [_figure(board.shown.get(letter), HEADLINE, money.amounts(letter)) for letter in letters]
    plain = [_figure(board.shown.get(letter), HEADLINE, money.amounts(letter), interval=False) for letter in letters]
    less = (f"less {workspace.baseline}", [_delta(workspace, board, letter, money) for letter in letters])
    signs = [text.partition(" ")[0] if text != CANNOT else "!" for text in verdicts]
    # From the whole to what is left where intervals are long and cells few.
    for figures, marks in ((full, ("verdict", verdicts)), (plain, ("verdict", verdicts)), (plain, ("", signs))):
        headline = [("CLV", figures), less, marks]
        used = NAME[0] + sum(map(_size, headline))
        if used <= columns:
            break
    else:
        headline = [less, ("", signs)]
        used = NAME[0] + sum(map(_size, headline))
    chosen = list(headline)
    for id in FIGURES:
        column = (SHORT[id], [_figure(board.shown.get(each), id, money.amounts(each)) for each in letters])
        if used + _size(column) <= columns:
            chosen.append(column)
            used += _size(column)
    name = min(NAME[0] + max(columns - used, 0), NAME[1])
    names = [_name(workspace, slot.letter, slot.scenario.name, glyphs) for slot in workspace.slots]
    return Table(
        header=("scenario", *(head for head, _ in chosen)),
        rows=tuple(zip(names, *(cells for _, cells in chosen), strict=True)),
        letters=tuple(letters),
        verdicts=tuple("" if money.apart(letter, MONEY) else _verdict(board, letter) for letter in letters),
        sizes=(name, *(_size(column) for column in chosen)),
        words=len(headline),
    )


def _size(column: tuple[str, Sequence[str]]) -> int:
    return max(map(width, (column[0], *column[1]))) + GAP


def _name(workspace: Workspace, letter: str, name: str, glyphs: Glyphs) -> str:
    pin = glyphs.pin if letter == workspace.baseline else " "
    return f"{letter}{pin}{name}"


def _figure(shown: Shown | None, metric: str, amounts: Amounts, *, interval: bool = True) -> str:
    if shown is None:
        return ""
    found = shown.result.metrics.get(metric)
    if found is None:
        return amounts.interval(None, None, None, "")
    ends = (found.low, found.high) if interval else (None, None)
    text = amounts.interval(found.value, *ends, found.unit)
    return f"~{text}" if _rough(shown) and found.value is not None else text


def _rough(shown: Shown) -> bool:
    return shown.stage == PREVIEW or not shown.current


def _delta(workspace: Workspace, board: Board, letter: str, money: Currencies) -> str:
    if letter == workspace.baseline:
        return "baseline"
    if apart := money.apart(letter, MONEY):
        return apart
    found = difference(workspace, board, letter, HEADLINE)
    if found is None:
        return ""
    text = money.amounts(letter).interval(found.value, found.low, found.high, found.unit, signed=True)
    return f"~{text}" if _rough(board.shown[letter]) and found.value is not None else text


def difference(workspace: Workspace, board: Board, letter: str, metric: str) -> Difference | None:
    """The difference to the baseline: paired and with its interval, or for a preview that of the figures shown."""
    if letter == workspace.baseline or letter not in board.shown or workspace.baseline not in board.shown:
        return None
    shown = board.shown[letter]
    if metric in shown.differences:
        return shown.differences[metric]
    mine, base = shown.result.metrics.get(metric), board.shown[workspace.baseline].result.metrics.get(metric)
    if mine is None or base is None or mine.value is None or base.value is None:
        return None
    from sim.results import Difference  # here, because the first frame has none yet

    return Difference(letter, metric, mine.value - base.value, None, None, None, "", mine.unit)


def _verdict(board: Board, letter: str) -> str:
    shown = board.shown.get(letter)
    if shown is None or shown.stage != COMPLETE or not shown.current or HEADLINE not in shown.differences:
        return ""
    return shown.differences[HEADLINE].verdict


def _marks(workspace: Workspace, board: Board, letter: str, money: Currencies, glyphs: Glyphs) -> str:
    """Up or down, once to three times by how sure it is, and the word; nothing certain before all is refined."""
    if letter == workspace.baseline:
        return ""
    if letter in board.problems:
        return CANNOT
    if money.apart(letter, MONEY):
        return glyphs.same
    verdict = _verdict(board, letter)
    if not verdict:
        return glyphs.more
    found = board.shown[letter].differences[HEADLINE]
    if found.p_adjusted is None or found.value is None or found.p_adjusted >= BEYOND[-1]:
        return f"{glyphs.same} not clear" if found.p_adjusted is not None else glyphs.same
    sign = glyphs.up if verdict in ("better", "higher") else glyphs.down
    return f"{sign * sum(found.p_adjusted < bound for bound in BEYOND)} {verdict}"
