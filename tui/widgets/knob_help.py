"""What is said of the row of the cursor: what the knob does, its unit and range, and how far to trust its default."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from sim.files import units
from sim.knobs import GRADES, Knob
from sim.terminal import fitting
from tui.outline import Group
from tui.widgets.knob_pane import Row
from tui.widgets.painted import Painted, Part


class KnobHelp(Painted):
    """Some lines below the knobs."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.row: Row | None = None

    def show(self, row: Row) -> None:
        """Show the help of a row."""
        self.row = row
        self.refresh()

    def parts(self, row: int, cells: int) -> Iterable[Part]:
        """A line of the help, the title first."""
        if self.row is None or cells < 4:
            return []
        lines = list(self._lines(self.row, cells - 2))
        return [(" " + lines[row][0], lines[row][1])] if row < len(lines) else []

    def _lines(self, row: Row, cells: int) -> Iterator[tuple[str, str]]:
        page = dataclasses.replace(self.lab.terminal, columns=max(cells, 20))
        if row.leaf is not None:
            title, texts = f"{row.leaf.knob.label}: {row.leaf.path}", knob_texts(row.leaf.knob)
        elif row.group is not None:
            title, texts = row.group.title, group_texts(row.group)
        else:
            title, texts = "Add a strategy", ["Enter opens the catalogue."]
        yield self.fitted(title, cells).rstrip(), "head"
        lines = fitting(texts, page, self.size.height - 1)
        yield from ((self.fitted(line, cells).rstrip(), "") for line in lines)


def knob_texts(knob: Knob) -> list[str]:
    """What a knob does, what it may be, what is plausible and who says so."""
    texts = [f"{knob.help.removesuffix('.')} ({knob.unit})." if knob.unit else knob.help]
    texts.append(f"Takes {units.allowed(knob)}.")
    if knob.evidence is not None:
        low, high = (units.text(knob, end) for end in knob.evidence)
        texts.append(f"Plausible: {low} to {high}.")
    if knob.grade:
        texts.append(f"Evidence {knob.grade}, {GRADES[knob.grade].partition(':')[0]}.")
    if knob.source:
        texts.append(f"Source: {knob.source}.")
    return texts


def group_texts(group: Group) -> list[str]:
    """What a group is, and what its keys do."""
    if group.on is None:
        return [group.help, "Enter folds and unfolds."]
    return [group.help, "Enter switches it off; left and right fold." if group.on else "Enter switches it on."]
