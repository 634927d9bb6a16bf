"""The knobs: one row each in groups that fold, with where it stands on its way, its value and how it was changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sim.files import units
from sim.knobs import Knob
from sim.paths import Leaf
from sim.report.amounts import Amounts
from sim.text import width
from tui.nudge import LINEAR, place, way
from tui.outline import Group, outline
from tui.paths import value_at
from tui.widgets.painted import Painted, Part
from tui.workspace import Workspace

SLIDER_FROM = 40
"""Cells from which there is room for sliders."""
VALUE = 10
"""Cells of a value."""
ADD = "+"
"""The path of the row that adds a strategy."""


@dataclass(frozen=True)
class Row:
    """A line of the pane: the head of a group, a knob, or the row that adds a strategy."""

    group: Group | None
    leaf: Leaf | None = None

    @property
    def path(self) -> str:
        """What it stands for."""
        return self.leaf.path if self.leaf else self.group.path if self.group else ADD

    @property
    def state(self) -> Any:
        """What of it can change: a knob's value, or whether a strategy is on."""
        return self.leaf.value if self.leaf else self.group.on if self.group else None


class KnobPane(ScrollView, Painted, can_focus=True):
    """All knobs of the focused scenario, with a cursor."""


    class Moved(Message):
        """The cursor stands on another row."""

    class Chosen(Message):
        """A row was clicked where it acts."""

        def __init__(self, nudge: int = 0) -> None:
            super().__init__()
            self.nudge = nudge

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.workspace: Workspace | None = None
        self.rows: list[Row] = []
        self.cursor = 0
        self.folded: set[str] = set()
        self._shown: tuple[Any, ...] = ()

    def show(self, workspace: Workspace) -> None:
        """Show a workspace's focused scenario; the cursor stays on its knob."""
        slot = workspace.focused
        shown = (slot.scenario, slot.shelf, slot.origin, workspace.pinned.scenario)
        if self.workspace is not None and all(one is other for one, other in zip(shown, self._shown, strict=True)):
            self.workspace = workspace
            return
        at = self.row.path if self.rows else None
        # What the marks and ticks are measured by; the baseline itself may be what is edited.
        measures = shown[1:] if workspace.focus != workspace.baseline else shown[1:3]
        same = bool(self._shown) and all(one is other for one, other in zip(measures, self._shown[1:], strict=False))
        self.workspace, self._shown = workspace, shown
        before = self.rows
        self._rebuild(at, quietly=same)
        if same:
            self._refresh_changed(before)

    def _refresh_changed(self, before: list[Row]) -> None:
        """Draw the rows anew whose knob has another value, or all where there are other rows."""
        if [row.path for row in before] != [row.path for row in self.rows]:
            self.refresh()
            return
        for i, (old, new) in enumerate(zip(before, self.rows, strict=True)):
            if old.state != new.state:
                self.refresh_lines(i)

    def _rebuild(self, at: str | None, quietly: bool = False) -> None:
        assert self.workspace is not None
        slot = self.workspace.focused
        groups = outline(slot.scenario, slot.shelved)
        if at is None:  # at the beginning: what is turned first, strategies and what is not as in the baseline, is open
            same = [all(self.baseline(leaf.path) == leaf.value for leaf in group.leaves) for group in groups]
            self.folded = {group.path for group, folds in zip(groups, same, strict=True) if group.on is None and folds}
        rows: list[Row] = []
        for group in groups:
            if group.on is None and not any(row.group is None for row in rows):
                rows.append(Row(None))
            rows.append(Row(group))
            if group.path not in self.folded:
                rows += [Row(group, leaf) for leaf in group.leaves]
        self.rows = rows
        self.virtual_size = Size(self.size.width, len(rows))
        places = [i for i, row in enumerate(rows) if row.path == at]
        self.cursor = places[-1] if places else min(self.cursor, len(rows) - 1)
        if at is None:
            self.cursor = self._first()
            self.call_after_refresh(self.reveal)
        if not quietly:
            self.refresh()
        if not places:
            self.post_message(self.Moved())

    def _first(self) -> int:
        """Where the cursor begins: on the first knob that is not as in the baseline, or on the first."""
        knobs = [(i, row.leaf) for i, row in enumerate(self.rows) if row.leaf is not None]
        differ = (i for i, leaf in knobs if self.baseline(leaf.path) != leaf.value)
        return next(differ, next((i for i, _ in knobs), 0))

    @property
    def row(self) -> Row:
        """The row of the cursor."""
        return self.rows[self.cursor]

    def move(self, by: int) -> None:
        """Move the cursor up or down."""
        self.go(self.cursor + by)

    def go(self, to: int) -> None:
        """Move the cursor to a row."""
        to = min(max(to, 0), len(self.rows) - 1)
        if to != self.cursor:
            self.cursor = to
            self.refresh()
            self.post_message(self.Moved())
        self.reveal()

    def reveal(self) -> None:
        """Scroll so that the row of the cursor is seen."""
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False)

    def go_to(self, path: str) -> bool:
        """Move the cursor to a knob, unfolding its group; whether there is one."""
        assert self.workspace is not None
        section = path.rpartition(".")[0]
        if section in self.folded or path in self.folded:
            self.folded -= {section, path}
            self._rebuild(self.row.path)
        places = [i for i, row in enumerate(self.rows) if row.path == path]
        if places:
            self.go(places[-1])
        return bool(places)

    def fold(self, shut: bool | None = None) -> None:
        """Fold the group of the cursor, or unfold it; the other way round if not said."""
        group = self.row.group
        if group is not None and (shut is None or shut != (group.path in self.folded)):
            self.folded ^= {group.path}
            self._rebuild(group.path)
            self.go(next(i for i, row in enumerate(self.rows) if row.group and row.group.path == group.path and not row.leaf))

    def fold_all(self) -> None:
        """Fold all groups, or unfold them where all are folded."""
        paths = {row.group.path for row in self.rows if row.group is not None}
        self.folded = set() if paths <= self.folded else paths
        at = self.row.group.path if self.row.group else ADD
        self._rebuild(at)
        self.reveal()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """A line of the window onto the rows."""
        cells = self.scrollable_content_region.width
        at = y + self.scroll_offset.y
        if at >= len(self.rows):
            return Strip.blank(cells, self.own_style)
        style = "here" if at == self.cursor and self.has_focus else "there" if at == self.cursor else ""
        try:
            return self.strip(self._parts(self.rows[at], cells, at == self.cursor), cells, style)
        except Exception as error:
            return Strip([Segment(f"{type(error).__name__}: {error}")]).adjust_cell_length(cells)

    def _parts(self, row: Row, cells: int, here: bool) -> Iterable[Part]:
        glyphs = self.lab.glyphs
        if row.group is None:
            return [(self.fitted(f"  + add a strategy {glyphs.more}", cells), "faint")]
        if row.leaf is None:
            sign = glyphs.shut if row.group.path in self.folded else glyphs.open
            switch = "" if row.group.on is None else f"{glyphs.on if row.group.on else glyphs.off} "
            text = self.fitted(f"{sign} {switch}{row.group.title}", cells)
            return [(text, "faint" if row.group.on is False else "head")]
        return self._knob(row.leaf, cells, here)

    def _knob(self, leaf: Leaf, cells: int, here: bool) -> Iterable[Part]:
        glyphs, mark = self.lab.glyphs, self.changed(leaf.path, leaf.value)
        value = self.text(leaf.knob, leaf.value)
        yield ("*" if mark else " "), "change"
        slider = cells >= SLIDER_FROM
        label = min(22, cells // 2) if slider else max(cells - 3 - max(width(value) + 1, 7), 8)
        yield f"{self.fitted(leaf.knob.label, label)} ", "strong" if here else ""
        room = max(cells - label - 2, 0)
        if slider:
            bar = room - VALUE - 1
            yield from self._slider(leaf, bar)
            yield " " + self.fitted(value, VALUE, ">"), "faint" if leaf.value is None else ""
        else:
            turned = here and leaf.knob.kind in (*LINEAR, "choice", "flag", "date")
            ends = (glyphs.left, glyphs.right) if turned else (" ", " ")
            yield ends[0] + self.fitted(value, room - 2, ">") + ends[1], "faint" if leaf.value is None else ""

    def _slider(self, leaf: Leaf, cells: int) -> Iterable[Part]:
        glyphs = self.lab.glyphs
        base = self.baseline(leaf.path)
        if leaf.knob.kind not in LINEAR or leaf.value is None or cells < 5:
            yield " " * cells, ""
            return
        along = way(leaf.knob, base)
        along = (min(along[0], leaf.value), max(along[1], leaf.value))
        at = round(place(leaf.value, along) * (cells - 1))
        tick = round(place(base, along) * (cells - 1)) if isinstance(base, int | float) else -1
        for i in range(cells):
            if i == at:
                yield glyphs.thumb, "strong"
            elif i == tick:
                yield glyphs.tick, "warn"
            else:
                yield (glyphs.way, "") if i < at else (glyphs.line, "faint")

    def text(self, knob: Knob, value: Any) -> str:
        """A value in few cells."""
        if value is None:
            return "not set"
        if isinstance(value, tuple):
            return f"{len(value)} numbers"
        text = units.text(knob, value)
        short = f"{value:.4g}" if len(text) > VALUE and knob.kind in ("number", "factor", "money") else text
        if knob.kind != "money" or self.workspace is None:
            return short
        amount = Amounts(self.workspace.focused.scenario.currency, self.lab.terminal).symbol + short
        return amount if width(amount) <= VALUE else short

    def changed(self, path: str, value: Any) -> bool:
        """Whether the knob is not as the file has it."""
        assert self.workspace is not None
        return bool(_there(self.workspace.focused.origin, path) != value)

    def baseline(self, path: str) -> Any:
        """The knob's value in the baseline; None where the baseline has no such knob."""
        assert self.workspace is not None
        return _there(self.workspace.pinned.scenario, path)

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; on the row of the cursor it acts."""
        at = event.y + self.scroll_offset.y
        self.focus()
        if at >= len(self.rows):
            return
        again = at == self.cursor
        self.go(at)
        row = self.rows[at]
        if row.leaf is None:
            self.post_message(self.Chosen())
        elif again:
            cells = self.scrollable_content_region.width
            label = min(22, cells // 2)
            bar = cells - label - 2 - VALUE - 1
            if cells >= SLIDER_FROM and row.leaf.knob.kind in LINEAR and label + 2 <= event.x < label + 2 + bar:
                self.post_message(self.Chosen(1 if event.x - label - 2 > self._thumb(row.leaf, bar) else -1))
            else:
                self.post_message(self.Chosen())

    def _thumb(self, leaf: Leaf, cells: int) -> int:
        along = way(leaf.knob, self.baseline(leaf.path), leaf.value)
        return round(place(leaf.value or 0.0, along) * (cells - 1))


def _there(scenario: Any, path: str) -> Any:
    try:
        return value_at(scenario, path)
    except (KeyError, AttributeError):
        return None
