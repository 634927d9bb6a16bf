"""What can be done whatever screen is open: open, save and export, and go to the other screens."""

from __future__ import annotations

import dataclasses
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from textual.app import App, SuspendNotSupported

from sim.command_line import command_line
from sim.errors import BadInput, Problem, RegularsError
from sim.files.scenario_file import load_scenario
from sim.files.scenario_text import differences
from sim.files.writing import check_file, check_folder, write_file, write_folder
from sim.report.parts import Differs, Report
from sim.report.report import files
from sim.scenario import Scenario
from sim.settings import Settings, load_settings, settings_file, starter
from tui.board import EMPTY, Board
from tui.filing import Filing, openable
from tui.keys import ids
from tui.workspace import Slot, Workspace

WATCHED = 1.0
"""Seconds between two looks at whether a file has changed outside."""
RESULTS, PICTURE, COMMAND = "results", "picture", "command"


class Desk(App[str]):
    """The app's files and screens."""

    workspace: Workspace
    board: Board = EMPTY
    settings: Settings = Settings()

    def __init__(self) -> None:
        super().__init__()
        self.filing = Filing()

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
            self.tell(f"{slot.letter} is not saved", error)
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
            self.tell(f"{slot.letter} is not saved", error)
        else:
            self.change(self.workspace.saved(slot.letter, name))
            self.say(f"saved {slot.letter} in {name}")

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

    # Settings

    def action_settings(self) -> None:
        """Open the settings in the editor, made with every key in them where there are none yet; they hold at once."""
        path = settings_file()
        known = ids()
        try:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_file(path, [starter({name: (each.keys, each.help) for name, each in known.items()})])
        except (OSError, RegularsError) as error:
            self.say(f"{path} cannot be written: {error}", bad=True)
            return
        if not self.edited(str(path)):
            return
        try:
            self.settings = load_settings(path, actions=known, themes=self.available_themes)
        except BadInput as mistake:
            self.tell("The settings stay as they were", mistake)
            return
        self.set_keymap(self.settings.keymap)
        if self.settings.theme:
            self.theme = self.settings.theme
        self.say("the settings hold; colours, ASCII and workers from the next start")

    def edited(self, file: str) -> bool:
        """Whether the user's editor was run on the file; why not is said."""
        command = [*shlex.split(editor(self.settings.editor)), file]
        try:
            with self.suspend():
                done = subprocess.run(command, check=False).returncode
        except SuspendNotSupported:
            self.say(f"this terminal cannot be lent to an editor; the file is {file}", bad=True)
            return False
        except (OSError, ValueError) as error:
            self.say(f"{command[0]} cannot be started: {error}", bad=True)
            return False
        if done:
            self.say(f"{command[0]} ended with {done}", bad=True)
        return True

    # Exporting

    def action_export(self) -> None:
        """Choose what to take away."""
        from tui.screens.ask import Choose

        choices = [
            (RESULTS, "results", "a folder with CSV tables, JSON and a Markdown report of the whole comparison"),
            (PICTURE, "picture", "this screen as SVG"),
            (COMMAND, "command line", "the exact command that prints this comparison"),
        ]
        ways = {RESULTS: self._export_results, PICTURE: self._export_picture, COMMAND: self.action_copy_command}
        self.push_screen(Choose("Export", choices), lambda chosen: ways[chosen]() if chosen else None)

    def _export_results(self) -> None:
        from tui.screens.ask import Ask

        if self.board.comparison is None:
            self.say("not all scenarios are simulated to the end yet")
            return
        note = "All files are written, or none; those of the same name are overwritten."
        self.push_screen(Ask("Write the results into the folder", note, "results", _checked(check_folder)), self._write_results)

    def _write_results(self, folder: str | None) -> None:
        if folder and self.board.comparison is not None:
            report = Report(self.board.comparison, self._differs())
            self._written(lambda: ", ".join(str(path) for path in write_folder(folder, files(report))))

    def _differs(self) -> Differs:
        base, *others = (slot.scenario for slot in self.workspace.ordered)
        return {each.name: differences(base, each) for each in others}

    def _export_picture(self) -> None:
        from tui.screens.ask import Ask

        svg = self.export_screenshot(title=f"regulars: {self.workspace.focused.scenario.name}")

        def write(name: str | None) -> None:
            if name:
                self._written(lambda: _write(name, svg))

        self.push_screen(Ask("Write this screen into the file", "An SVG picture.", "regulars.svg", _checked(check_file)), write)

    def _written(self, write: Callable[[], str]) -> None:
        try:
            self.say(f"wrote {write()}")
        except RegularsError as error:
            self.say(str(error), bad=True)

    def action_copy_command(self) -> None:
        """Copy the command that prints this comparison, and show it."""
        from tui.screens.tell import Tell

        try:
            line = self.command()
        except BadInput as mistake:
            self.tell("There is no command for this", mistake)
            return
        self.copy_to_clipboard(line)
        self.push_screen(Tell("The command that prints this comparison", "Copied, if this terminal lets programs copy.", line))

    def command(self) -> str:
        """The exact headless command of the comparison. Raises BadInput where a scenario never had a file."""
        scenarios = [_based(slot) for slot in self.workspace.ordered]
        return command_line(scenarios, self.workspace.seed, replications=self.board.target or None)

    # Screens

    def action_compare(self) -> None:
        """All figures of all scenarios side by side."""
        from tui.screens.compare import CompareScreen

        self._go(CompareScreen)

    def action_bridge(self) -> None:
        """What each strategy adds."""
        from tui.screens.bridge import BridgeScreen

        self._go(BridgeScreen)

    def action_yaml(self) -> None:
        """The file as it is."""
        from tui.screens.yaml import YamlScreen

        self._go(YamlScreen)

    def _go(self, screen: type) -> None:
        """Open a screen, or close it where it is the open one; another one gives way to it."""
        here = isinstance(self.screen, screen)
        if len(self.screen_stack) > 2:
            self.pop_screen()
        if not here:
            self.push_screen(screen())


def editor(wished: str = "") -> str:
    """The command of the user's editor."""
    usual = "notepad" if sys.platform == "win32" else "vi"
    return wished or os.environ.get("VISUAL") or os.environ.get("EDITOR") or usual


def _write(name: str, text: str) -> str:
    write_file(name, [text])
    return name


def _based(slot: Slot) -> Scenario:
    """The slot's scenario on the file it came from, which a duplicate has none of itself."""
    return dataclasses.replace(slot.scenario, file=slot.file or slot.origin.file)


def _suggested(slot: Slot) -> str:
    """A name for a new file: the file's own if it is the user's, else one made of the scenario's."""
    name = "".join(letter if letter.isalnum() else "_" for letter in slot.scenario.name.lower())[:60].strip("_")
    return slot.file if slot.file and not os.path.exists(slot.file) and "." in slot.file else f"{name or 'scenario'}.yaml"


def _new_file(name: str) -> str:
    if not name.strip().endswith((".yaml", ".yml")):
        raise BadInput(Problem(f"'{name[:60]}' does not end in .yaml"))
    check_file(name)
    return name


def _checked(check: Callable[[str], None]) -> Callable[[str], str]:
    def checked(name: str) -> str:
        if not name.strip():
            raise BadInput(Problem("the name is empty"))
        try:
            check(name)
        except BadInput:
            raise
        except RegularsError as error:
            raise BadInput(Problem(str(error))) from error
        return name

    return checked
