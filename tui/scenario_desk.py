"""What can be done with the open scenarios from whatever screen is open: choose, pin, duplicate, rename, undo."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from sim.errors import BadInput, Problem
from sim.files import units
from sim.knobs import Knob, knobs_of
from sim.scenario import Scenario
from tui.file_desk import FileDesk
from tui.widgets.chosen import NEW
from tui.workspace import Workspace

MOST_STORES = 10_000
NUMBERED = re.compile(r"(?<=\S) \([0-9]{1,3}\)$")
"""What a copy's name ends in."""


class ScenarioDesk(FileDesk):
    """The app's scenarios."""

    def edit(self, path: str, value: Any) -> None:
        """Give a knob of the focused scenario a value."""
        raise NotImplementedError

    def now(self) -> float:
        """What the time is, in seconds of some clock: edits soon after each other are one."""
        raise NotImplementedError

    def simulate_more(self, replications: int) -> None:
        """Simulate so many stores of each scenario."""
        raise NotImplementedError

    def choose(self, letter: str) -> None:
        """Do what a click on a letter means."""
        if letter == NEW:
            self.action_duplicate()
        else:
            self.action_letter(letter)

    def action_letter(self, letter: str) -> None:
        """Give a scenario the focus."""
        if all(slot.letter != letter for slot in self.workspace.slots):
            self.say(f"there is no scenario {letter}; n makes a new one")
        self.change(self.workspace.focusing(letter))

    def action_pin(self) -> None:
        """Make the focused scenario the baseline."""
        self.change(self.workspace.pinning(self.workspace.focus))

    def action_duplicate(self) -> None:
        """A copy of the focused scenario."""
        slot = self.workspace.focused
        taken = {each.scenario.name for each in self.workspace.slots}
        name = next(name for i in range(2, 100) if (name := f"{_unnumbered(slot.scenario.name)} ({i})") not in taken)
        try:
            copy = dataclasses.replace(slot.scenario, name=name, file="")
            self.change(self.workspace.with_slot(copy, origin=slot.origin, at=self.now()))
        except ValueError as full:
            self.say(str(full))

    def action_close(self) -> None:
        """Take the focused scenario off the table; undo brings it back."""
        try:
            self.change(self.workspace.without(self.workspace.focus, self.now()))
        except ValueError as last:
            self.say(str(last))

    def action_rename(self) -> None:
        """Ask for another name."""
        from tui.screens.ask import Ask

        knob = knobs_of(Scenario)["name"]

        def take(text: str | None) -> None:
            if text is not None:
                self.edit("name", units.read(knob, text))

        name = self.workspace.focused.scenario.name
        self.push_screen(Ask("Rename the scenario", "", name, lambda text: _named(knob, text)), take)

    def action_undo(self) -> None:
        """Take the last change back."""
        self._step(self.workspace.undone(), "nothing to undo")

    def action_redo(self) -> None:
        """Make it again."""
        self._step(self.workspace.redone(), "nothing to redo")

    def _step(self, workspace: Workspace, else_say: str) -> None:
        if workspace is self.workspace:
            self.say(else_say)
        self.change(workspace)

    def action_more(self) -> None:
        """Simulate twice as many stores."""
        if self.board.target and self.board.target * 2 <= MOST_STORES:
            self.simulate_more(self.board.target * 2)

    def action_seed(self) -> None:
        """Ask for another seed."""
        from tui.screens.ask import Ask

        def take(text: str | None) -> None:
            if text is not None:
                self.change(self.workspace.seeded(_seed(text)))

        note = "The same seed gives the same customers and the same figures. Takes a whole number from 0."
        self.push_screen(Ask("Seed", note, str(self.workspace.seed), _seed), take)


def _unnumbered(name: str) -> str:
    """The name of what a copy is a copy of: a copy of `Shop (2)` is another `Shop`."""
    return NUMBERED.sub("", name)[:190]


def _named(knob: Knob, text: str) -> str:
    if not text.strip():
        raise BadInput(Problem("the name is empty"))
    return str(units.read(knob, text))


def _seed(text: str) -> int:
    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if not 0 <= seed < 2**63:
        raise BadInput(Problem(f"'{text[:40]}' is no seed", allowed="a whole number from 0"))
    return seed
