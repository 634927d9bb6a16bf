"""The tornado: what the focused scenario hangs on, knob by knob, the widest swing first; enter goes to the knob."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sim.report.amounts import Amounts
from sim.text import width
from tui.keys import TORNADO, bindings
from tui.widgets.painted import Painted, Part
from tui.workspace import Workspace

if TYPE_CHECKING:
    from sim.tornado import Swing
    from tui.tornadoes import Tornado

HEAD = 2
"""Lines above the knobs."""
LABEL = (14, 26)
"""Cells of a knob's name, at least and at most."""
LEAST_BAR, WISHED_BAR = 9, 19
"""Cells of the bar, at least and so that the words beside it are shortened first."""
FULL, PLAIN, BARE = "full", "plain", "bare"
EXPLAINED = "each knob at both ends of its evidence"


class SensitivityView(ScrollView, Painted, can_focus=True):
    """One line a knob: its name, the bar from its low to its high end, and what the ends do."""

    BINDINGS = bindings(TORNADO)
    HELP = "Each knob at the low and the high end of what is plausible, all else as it is: what becomes of the metric."

    class Chosen(Message):
        """A knob was chosen."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    class Turned(Message):
        """Another metric is asked for."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.workspace: Workspace | None = None
        self.tornado: Tornado | None = None
        self.problem = ""
        self.cursor = 0
        self._fit: tuple[Tornado, int, tuple[str, int]] | None = None
        """For which tornado in how many cells it was worked out how its ends are told."""

    def show(self, workspace: Workspace, tornado: Tornado | None, problem: str = "") -> None:
        """Show what is known; None where the scenario has yet to be refined, or never will because of a `problem`."""
        self.workspace, self.tornado, self.problem = workspace, tornado, problem
        self.virtual_size = Size(self.size.width, HEAD + (len(tornado.swings) if tornado else 0))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the window onto the knobs; the head stays at the top."""
        cells = self.scrollable_content_region.width
        try:
            at = y - HEAD + self.scroll_offset.y if y >= HEAD else y - HEAD
            style = "here" if at == self.cursor and self.has_focus else "there" if at == self.cursor else ""
            return self.strip(self.row(at, cells), cells, style)
        except Exception as error:
            return self.strip([(f"sensitivity: {type(error).__name__}: {error}", "bad")], cells)

    def row(self, at: int, cells: int) -> Iterable[Part]:
        """The parts of a line; those of the head have negative numbers."""
        if self.tornado is None or self.workspace is None:
            if self.problem:
                return [(self.fitted(self.problem if at == -HEAD else "", cells), "warn")]
            return [("first the scenario itself ..." if at == -HEAD else "", "faint")]
        if at == -HEAD:
            return [(self.fitted(self._title(cells), cells), "head")]
        if at == -1:
            return [(self.fitted(self._progress(), cells), "faint")]
        return self._swing(self.tornado.swings[at], cells) if at < len(self.tornado.swings) else []

    def _amounts(self) -> Amounts:
        assert self.workspace is not None
        return Amounts(self.workspace.focused.scenario.currency, self.lab.terminal)

    def _title(self, cells: int) -> str:
        assert self.tornado is not None
        assert self.workspace is not None
        base, amounts = self.tornado.base, self._amounts()
        now = amounts.interval(base.value, base.low, base.high, base.unit) if base else ""
        title = f"{self.tornado.declared.label} of {self.workspace.focus} {now}".rstrip()
        more = f"{title}   {EXPLAINED}"
        return more if width(more) <= cells else title

    def _progress(self) -> str:
        """How far it is; in the end what the ends of the knob of the cursor do."""
        assert self.tornado is not None
        if self.tornado.notes:
            return self.tornado.notes[-1]
        if not self.tornado.done:
            return f"{len(self.tornado.swings)} of {self.tornado.total} knobs"
        if not self.tornado.swings:
            return EXPLAINED
        swing = self.tornado.swings[min(self.cursor, len(self.tornado.swings) - 1)]
        return f"{swing.label} {swing.text}: {', '.join(self._ends(swing, FULL))}"

    def _ends(self, swing: Swing, how: str) -> list[str]:
        """What the low and the high end do: with intervals, without, or the bare changes."""
        assert self.tornado is not None
        amounts, unit, found = self._amounts(), self.tornado.declared.unit, []
        for end in (swing.low, swing.high):
            ends = (end.change.low, end.change.high) if how == FULL else (None, None)
            change = amounts.interval(end.change.value, *ends, unit, signed=True)
            found.append(change if how == BARE else f"{end.text} {change}")
        return found

    def _told(self, cells: int) -> tuple[str, int]:
        """How the ends are told so that a bar finds room beside them, and the cells that takes in the widest line."""
        assert self.tornado is not None
        if self._fit is not None and self._fit[0] is self.tornado and self._fit[1] == cells:
            return self._fit[2]
        for how in (FULL, PLAIN, BARE):
            most = max((width(", ".join(self._ends(each, how))) for each in self.tornado.swings), default=0)
            if cells - most >= (LEAST_BAR if how == BARE else WISHED_BAR):
                break
        self._fit = self.tornado, cells, (how, most)
        return how, most

    def _swing(self, swing: Swing, cells: int) -> Iterable[Part]:
        label = min(max(cells // 4, LABEL[0]), LABEL[1])
        room = cells - label - 2
        how, most = self._told(room)
        bar = room - most if room - most >= LEAST_BAR else 0
        yield self.fitted(swing.label, label) + " ", ""
        if bar:
            yield from self._bar(swing.low.change.value or 0.0, swing.high.change.value or 0.0, bar)
        yield " " + self.fitted(", ".join(self._ends(swing, how)), room - bar), "faint"

    def _bar(self, low: float, high: float, cells: int) -> Iterable[Part]:
        """From the smaller change to the larger around the middle, on the scale of the widest swing."""
        assert self.tornado is not None
        ends = [end.change.value or 0.0 for each in self.tornado.swings for end in (each.low, each.high)]
        most = max(map(abs, ends), default=0.0) or 1.0
        middle, half = cells // 2, (cells - 1) // 2
        glyphs = self.lab.glyphs
        first, last = (middle + round(value / most * half) for value in sorted((low, high)))
        higher = self.tornado.declared.better != "lower"
        for i in range(cells):
            inside = min(first, middle) <= i <= max(last, middle) and i != middle
            if i == middle:
                yield glyphs.wall, "faint"
            elif inside:
                # The low end of the knob is drawn lighter than its high end.
                side = low if (i < middle) == (low < 0) and low != 0.0 else high
                yield glyphs.full if side == high else glyphs.shades[2], "good" if (i > middle) == higher else "bad"
            else:
                yield " ", ""

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if self.tornado is not None:
            last = max(len(self.tornado.swings) - 1, 0)
            self.cursor = min(max(min(self.cursor, last) + by, 0), last)
            self.scroll_to_region(Region(0, self.cursor, 1, HEAD + 1), animate=False, force=True)
            self.refresh()

    def action_knob(self) -> None:
        """Go to the knob of the cursor."""
        if self.tornado is not None and self.tornado.swings:
            place = min(self.cursor, len(self.tornado.swings) - 1)
            self.post_message(self.Chosen(self.tornado.swings[place].path))

    def action_metric(self) -> None:
        """Ask for the next metric."""
        self.post_message(self.Turned())

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; on the row of the cursor it goes to the knob."""
        self.focus()
        at = event.y - HEAD + self.scroll_offset.y
        if self.tornado is None or not 0 <= at < len(self.tornado.swings):
            return
        if at == self.cursor:
            self.action_knob()
        self.cursor = at
        self.refresh()
