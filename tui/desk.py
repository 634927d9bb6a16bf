"""What else can be done whatever screen is open: export, change the settings, and go to the other screens."""

from __future__ import annotations

import dataclasses
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from sim.errors import BadInput, Problem, RegularsError
from sim.files.scenario_text import differences
from sim.files.writing import check_file, check_folder, write_file, write_folder
from sim.scenario import Scenario
from sim.settings import Settings, load_settings, settings_file, starter
from tui.keys import ids
from tui.scenario_desk import ScenarioDesk
from tui.workspace import Slot

if TYPE_CHECKING:
    from sim.report.parts import Differs

RESULTS, PICTURE, COMMAND = "results", "picture", "command"


class Desk(ScenarioDesk):
    """The app's exports, settings and further screens."""

    settings: Settings = Settings()

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
            from sim.commands.simulation import currencies
            from sim.report.parts import Report
            from sim.report.report import files

            scenarios = [slot.scenario for slot in self.workspace.ordered]
            told = (*currencies(scenarios), *self.board.comparison.notes)
            report = Report(dataclasses.replace(self.board.comparison, notes=told), self._differs())
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
        from sim.command_line import command_line

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

    def action_lift(self) -> None:
        """The effect of the strategy of the cursor in three views."""
        from tui.screens.lift import LiftScreen

        self._go(LiftScreen, getattr(self.screen, "strategy", ""))

    def action_yaml(self) -> None:
        """The file as it is."""
        from tui.screens.yaml import YamlScreen

        self._go(YamlScreen)

    def _go(self, screen: type, *arguments: str) -> None:
        """Open a screen, or close it where it is the open one; another one gives way to it."""
        here = isinstance(self.screen, screen)
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if not here:
            self.push_screen(screen(*arguments))


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
