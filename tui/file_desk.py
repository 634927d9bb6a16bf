"""Opening and saving from whatever screen is open, and files that change outside."""

from __future__ import annotations

import dataclasses
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import BadInput, Problem, RegularsError
from sim.files.scenario_file import load_scenario
from sim.files.writing import check_file
from tui.board import EMPTY, Board
from tui.canvas import Canvas
from tui.paths import problems
from tui.workspace import Slot, Workspace

if TYPE_CHECKING:
    from tui.filing import Filing

WATCHED = 1.0
"""Seconds between two looks at whether a file has changed outside."""


class FileDesk(Canvas):
    """The app's files."""

    workspace: Workspace
    board: Board = EMPTY

    @cached_property
    def filing(self) -> Filing:
        """What the files behind the scenarios hold."""
        from tui.filing import Filing  # here, because the first frame needs no file

        return Filing()

    def change(self, workspace: Workspace) -> None:
        """Work on another workspace."""
        raise NotImplementedError

    def say(self, message: str, bad: bool = False) -> None:
        """Show a message in the status line."""
        raise NotImplementedError

    def tell_screens(self) -> None:
        """Let every open screen show how things stand."""
        raise NotImplementedError

    def begin_watching(self) -> None:
        """Remember what the files hold, and look at them now and then."""
        for slot in self.workspace.slots:
            self.filing.of(slot)
        self.set_interval(WATCHED, self.watch_files)

    # Opening

    def action_open(self) -> None:
        """Choose a scenario of the current folder or of the library."""
        from tui.filing import openable
        from tui.screens.ask import Choose

        if not self.workspace.free:
            self.say("all six places are taken: close one first")
            return
        self.push_screen(Choose("Open a scenario, or type the path of one", openable(Path()), free=True), self._opened)

    def _opened(self, file: str | None) -> None:
        if not file:
            return
        try:
            scenario = load_scenario(file)
            taken = {slot.scenario.name for slot in self.workspace.slots}
            names = (scenario.name, *(f"{scenario.name[:190]} ({i})" for i in range(2, 99)))
            scenario = dataclasses.replace(scenario, name=next(name for name in names if name not in taken))
            self.change(self.workspace.with_slot(scenario, file=file))
        except BadInput as mistake:
            self.tell(f"{file} cannot be opened", mistake)
        except ValueError as full:
            self.say(str(full))
        else:
            self.filing.of(self.workspace.focused)

    def tell(self, title: str, error: RegularsError) -> None:
        """Show all that is wrong."""
        from tui.screens.tell import Tell

        problems = error.problems if isinstance(error, BadInput) else (Problem(str(error)),)
        self.push_screen(Tell(title, "", "\n".join(str(problem) for problem in problems)))

    # Saving

    def action_save(self) -> None:
        """Write the focused scenario into its file, or ask for one."""
        slot = self.workspace.focused
        if self.filing.shipped(slot):
            self.action_save_as()
            return
        if not slot.dirty and not self.filing.changed(slot):
            self.say(f"{slot.letter} is saved already")
            return
        try:
            self.filing.save(slot)
        except RegularsError as error:
            self._unsaved(slot, error)
        else:
            self.change(self.workspace.saved(slot.letter, slot.file))
            self.say(f"saved {slot.letter} in {slot.file}")

    def action_save_as(self) -> None:
        """Ask for the name of a new file, and write the focused scenario into it."""
        from tui.screens.ask import Ask

        slot = self.workspace.focused
        note = "A new file that extends the one it came from, with only what differs. A name ending in .yaml."
        question = Ask(f"Save {slot.letter} as", note, _suggested(slot), _new_file)
        self.push_screen(question, lambda name: self._save_as(slot, name))

    def _save_as(self, slot: Slot, name: str | None, replace: bool = False) -> None:
        if not name:
            return
        if not replace and os.path.exists(name):
            from tui.screens.ask import Confirm

            question = Confirm(f"{name} is there already. Overwrite it?", "overwrite", "keep it")
            self.push_screen(question, lambda yes: self._save_as(slot, name, True) if yes else None)
            return
        try:
            self.filing.save_as(slot, name, replace=replace)
        except RegularsError as error:
            self._unsaved(slot, error)
        else:
            self.change(self.workspace.saved(slot.letter, name))
            self.say(f"saved {slot.letter} in {name}")

    def _unsaved(self, slot: Slot, error: RegularsError) -> None:
        """Show why a scenario could not be written: what is wrong with it itself, where that is why."""
        wrong = problems(slot.scenario)
        self.tell(f"{slot.letter} is not saved", BadInput(wrong) if wrong else error)

    # Files that change outside

    def watch_files(self) -> None:
        """Take what has changed outside, unless that would lose an edit."""
        for slot in self.workspace.slots:
            if slot.file and self.filing.changed(slot):
                self.take_file(slot)

    def take_file(self, slot: Slot, force: bool = False) -> None:
        """Take the scenario that the slot's file holds by now; `force` gives edits up for it."""
        if self.filing.optioned(slot):
            self.filing.notice(slot)
            self.say(f"{slot.file} has changed outside; {slot.letter} was opened with options: o opens it anew", bad=True)
            return
        edits = slot.scenario != slot.origin and not force
        try:
            found = self.filing.reread(slot, take=not edits)
        except BadInput as mistake:
            more = f" (and {len(mistake.problems) - 1} more)" if len(mistake.problems) > 1 else ""
            self.say(f"{slot.letter} stays as it was: {mistake.problems[0]}{more}", bad=True)
        else:
            if edits:
                self.say(f"{slot.file} has changed outside; {slot.letter} has edits: y, then r takes the file", bad=True)
                return
            self.change(self.workspace.reloaded(slot.letter, dataclasses.replace(found, file=slot.file)))
            self.say(f"{slot.letter}: read {slot.file} again")
        self.tell_screens()


def _suggested(slot: Slot) -> str:
    """A name for a new file: the file's own if it is the user's, else one made of the scenario's."""
    name = "".join(letter if letter.isalnum() else "_" for letter in slot.scenario.name.lower())[:60].strip("_")
    return slot.file if slot.file and not os.path.exists(slot.file) and "." in slot.file else f"{name or 'scenario'}.yaml"


def _new_file(name: str) -> str:
    if not name.strip().endswith((".yaml", ".yml")):
        raise BadInput(Problem(f"'{name[:60]}' does not end in .yaml"))
    check_file(name)
    return name
