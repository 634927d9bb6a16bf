"""The focused scenario's file: as it is with its mistakes where they stand, or as saving would write it."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from textual.app import ComposeResult

from sim.errors import BadInput, Problem, RegularsError
from sim.files.library import find_scenario
from sim.files.saving import edited, original_text
from sim.files.scenario_text import to_yaml
from sim.files.yaml_edit import BOM
from sim.text import printable, width
from tui.board import Board
from tui.keys import SCENARIOS, YAML, bindings
from tui.screens.frame import Frame
from tui.widgets.listing import Line, Listing
from tui.workspace import Slot, Workspace

GUTTER = 6
"""Cells of the mark and the line number."""


class Text(Listing):
    """The lines of a file."""

    HELP = "The file as it is. Mistakes stand below their line; the last good scenario stays loaded until they are mended."


class YamlScreen(Frame):
    """The file of the focused scenario."""

    BINDINGS = bindings((*YAML, *SCENARIOS))
    COMMANDS_HERE = (*YAML, *SCENARIOS)
    HELP = "The focused scenario's file."

    def __init__(self) -> None:
        super().__init__()
        self.pending = False
        self.marks: list[int] = []
        """Lines of the listing with a mistake or a change."""

    def framed(self) -> ComposeResult:
        """The text."""
        yield Text(id="text")

    def opened(self) -> None:
        """Arrows scroll the text; it begins at the first mistake."""
        self.query_one(Text).focus()
        self.action_problem()

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed."""
        lines = list(self._lines(workspace.focused))
        widest = max((width("".join(text for text, _ in line)) for line in lines), default=0)
        self.query_one(Text).put(lines, widest + 1, heads=1)

    def _lines(self, slot: Slot) -> Iterable[Line]:
        self.marks = []
        title, body, told = self._shown(slot)
        yield [(f" {title}", "head")]
        below: dict[int, list[Problem]] = {}
        for problem in told:
            below.setdefault(problem.line, []).append(problem)
        count = 1
        for number, (line, changed) in enumerate(body, 1):
            wrong = number in below
            if wrong or changed:
                self.marks.append(count)
            sign = self.lab.glyphs.here if wrong else "*" if changed else " "
            style = "bad" if wrong else "change" if changed else "faint" if line.lstrip().startswith("#") else ""
            gutter = f"{sign}{number:>{GUTTER - 2}} "
            yield [(gutter, "bad" if wrong else "faint"), (printable(line.replace("\t", "    ")), style)]
            count += 1
            for problem in below.get(number, ()):
                for said in self._below(problem):
                    yield [(said, "bad")]
                    count += 1
        for problem in below.get(0, ()):
            yield [(f" {_said(problem)}", "bad")]

    def _below(self, problem: Problem) -> Iterable[str]:
        """A problem below its line, in as many lines as it takes here."""
        room = max(self.size.width - 3, 20)
        indent = " " * min(GUTTER + max(problem.column - 1, 0), room // 2)
        return textwrap.wrap(printable(_said(problem)), room, initial_indent=f"{indent}^ ", subsequent_indent=f"{indent}  ")

    def _shown(self, slot: Slot) -> tuple[str, Sequence[tuple[str, bool]], Sequence[Problem]]:
        """Title, lines each with whether it is changed, and what is wrong."""
        if not slot.file:
            return f"{slot.letter} has no file yet: saving would write it", _unchanged(to_yaml(slot.scenario)), ()
        try:
            path = find_scenario(slot.file)
            text = original_text(path, slot.file)
        except BadInput as mistake:
            return f"{slot.file}: not there; {slot.letter} stays loaded", _unchanged(to_yaml(slot.scenario)), mistake.problems
        read = self.lab.filing.of(slot)
        problems = read.problems if read else ()
        here = [problem for problem in problems if problem.file == slot.file or not problem.file]
        elsewhere = [Problem(str(problem)) for problem in problems if problem not in here]
        if problems or not self.pending:
            more = "" if not problems else f": {len(problems)} to mend; {slot.letter} stays as it was"
            unsaved = f"; {slot.letter} has edits that are not saved, d shows them" if slot.dirty and not problems else ""
            return f"{slot.file}{more}{unsaved}", _unchanged(text), [*here, *elsewhere]
        try:
            before = read.scenario if read else slot.origin
            wanted = slot.scenario if slot.scenario.name != slot.origin.name else _named(slot.scenario, before.name)
            new = edited(text, path, before, wanted)
        except RegularsError as error:
            return f"{slot.file}: {error}", _unchanged(text), ()
        return f"{slot.file} as saving {slot.letter} would write it", _compared(text, new), ()

    def action_edit(self) -> None:
        """Open the file in the user's editor, and take what it holds afterwards."""
        slot = self.lab.workspace.focused
        if self.lab.filing.shipped(slot):
            self.say("a shipped scenario is not edited in place: save it under a name of its own first (S)", bad=True)
            return
        if self.lab.edited(slot.file) and self.lab.filing.changed(slot):
            self.lab.take_file(slot)

    def action_reload(self) -> None:
        """Take the file as it is now."""
        slot = self.lab.workspace.focused
        if not slot.file:
            self.say(f"{slot.letter} has no file yet")
        elif slot.scenario == slot.origin:
            self.lab.take_file(slot, force=True)
        else:
            from tui.screens.ask import Confirm

            question = Confirm(f"Read {slot.file} again? The edits of {slot.letter} are lost.", "read it", "keep the edits")
            self.app.push_screen(question, lambda yes: self.lab.take_file(slot, force=True) if yes else None)

    def action_pending(self) -> None:
        """The file as it is, or as saving would write it."""
        self.pending = not self.pending
        self.show_again()
        self.action_problem()

    def action_problem(self) -> None:
        """To the next mistake or change."""
        text = self.query_one(Text)
        at = text.scroll_offset.y + text.size.height // 2
        after = [mark for mark in self.marks if mark > at] or self.marks
        if after:
            text.reveal(after[0])



def _named(scenario: Any, name: str) -> Any:
    return dataclasses.replace(scenario, name=name)


def _said(problem: Problem) -> str:
    """A problem without its place, which is where it stands."""
    return str(dataclasses.replace(problem, file="", line=0, column=0))


def _unchanged(text: str) -> list[tuple[str, bool]]:
    return [(line, False) for line in text.removeprefix(BOM).splitlines()]


def _compared(old: str, new: str) -> list[tuple[str, bool]]:
    """The lines of the new text, each with whether the old one has it not."""
    from difflib import SequenceMatcher

    before, after = old.removeprefix(BOM).splitlines(), new.removeprefix(BOM).splitlines()
    same = {
        place
        for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        for place in range(block.b, block.b + block.size)
    }
    return [(line, place not in same) for place, line in enumerate(after)]
