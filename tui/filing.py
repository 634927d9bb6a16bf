"""The files behind the scenarios: what they held when they were read, whether they have changed, and saving into them."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path

from sim.errors import BadInput, Problem
from sim.files.edits import edits
from sim.files.library import SUFFIXES, find_scenario
from sim.files.saving import original_text, save, save_as, writable
from sim.files.scenario_file import load_scenario, load_text, shipped
from sim.files.scenario_text import differences
from sim.files.yaml_edit import BOM
from sim.scenario import Scenario
from tui.paths import replaced, value_at
from tui.workspace import Slot

Stamp = tuple[int, int] | None
"""When a file was written last and how long it is; None where there is none."""


@dataclass(frozen=True)
class Read:
    """What a file held when it was read."""

    text: str
    scenario: Scenario
    stamp: Stamp
    problems: tuple[Problem, ...] = ()
    """What is wrong with the file as it is by now; text and scenario are then the last good ones."""


class Filing:
    """Remembers of every scenario what its file held."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], Read] = {}

    def of(self, slot: Slot) -> Read | None:
        """What the slot's file held; it is read now if it was not before. None without a file or where it is broken."""
        key = (slot.letter, slot.file)
        if slot.file and key not in self._read:
            try:
                path = find_scenario(slot.file)
                text = original_text(path, slot.file)
                self._read[key] = Read(text, load_text(text.removeprefix(BOM), path), _stamp(path))
            except (BadInput, OSError):
                return None
        return self._read.get(key)

    def changed(self, slot: Slot) -> bool:
        """Whether the slot's file is another than when it was last looked at."""
        found = self.of(slot)
        return found is not None and _stamp(_path(slot.file)) != found.stamp

    def reread(self, slot: Slot, *, take: bool = True) -> Scenario:
        """The scenario that the file holds by now, under the slot's own name if that was only numbered.

        Without `take` what the file held before stays what saving is measured by: the change is only noticed. Raises
        BadInput with what is wrong with it; that is remembered, and so is the last good text.
        """
        before, key, stamp = self.of(slot), (slot.letter, slot.file), _stamp(_path(slot.file))
        try:
            path = find_scenario(slot.file)
            found = load_scenario(slot.file)
            text = original_text(path, slot.file)
        except BadInput as mistake:
            if before is not None:
                self._read[key] = dataclasses.replace(before, stamp=stamp, problems=mistake.problems)
            raise
        self._read[key] = Read(text, found, stamp) if take or before is None else dataclasses.replace(before, stamp=stamp)
        named = before is not None and found.name == before.scenario.name
        return dataclasses.replace(found, name=slot.origin.name) if named else found

    def notice(self, slot: Slot) -> None:
        """Remember that the file has changed, and nothing else of it."""
        if (found := self.of(slot)) is not None:
            self._read[slot.letter, slot.file] = dataclasses.replace(found, stamp=_stamp(_path(slot.file)))

    def save(self, slot: Slot) -> None:
        """Write the slot's scenario into its file. Raises BadInput and RegularsError as `sim.files.saving.save` does."""
        found = self.of(slot)
        if found is None:
            raise BadInput(Problem("cannot be read any more: save under another name", file=slot.file))
        self._unless_gone(slot)
        before = dataclasses.replace(found.scenario, name=slot.origin.name)
        save(slot.file, before, _with_edits(before, slot))
        self._note(slot.letter, slot.file)

    def save_as(self, slot: Slot, target: str, *, replace: bool = False) -> None:
        """Write the slot's scenario into a new file. Raises as `sim.files.saving.save_as` does."""
        original = slot.file or slot.origin.file
        there = bool(original) and (os.path.exists(original) or not _is_own(original))
        save_as(target, slot.scenario, original=original if there else "", replace=replace)
        self._note(slot.letter, target)

    def optioned(self, slot: Slot) -> bool:
        """Whether the slot was opened with options of the command line, so that it never was what its file holds."""
        found = self.of(slot)
        return found is not None and bool(differences(found.scenario, slot.origin))

    def shipped(self, slot: Slot) -> bool:
        """Whether the slot's file comes with the program and stays as it is, or the slot has none."""
        try:
            writable(slot.file)
        except BadInput:
            return not slot.file or not _is_own(slot.file)
        return False

    def _note(self, letter: str, file: str) -> None:
        path = find_scenario(file)
        text = original_text(path, file)
        self._read[letter, file] = Read(text, load_scenario(file), _stamp(path))

    @staticmethod
    def _unless_gone(slot: Slot) -> None:
        if _is_own(slot.file) and not os.path.exists(slot.file):
            raise BadInput(Problem("is not there any more: save under another name, or under this one anew", file=slot.file))


def _with_edits(before: Scenario, slot: Slot) -> Scenario:
    """What the file shall hold: the scenario as edited, or where options of the command line stand between the two, what
    the file holds with the edits made on it.

    Raises BadInput for an edited amount of a store that the options have scaled: the file's store is of another size.
    """
    if not differences(before, slot.origin):
        return slot.scenario
    wanted = before
    for each in edits(slot.origin, slot.scenario):
        path = ".".join(each.path)
        if each.knob is not None and value_at(before, path) != value_at(slot.origin, path):
            said = f"{path} differs from the file by an option of the command line: save under another name"
            raise BadInput(Problem(said, file=slot.file))
        wanted = replaced(wanted, path, each.value)
    return wanted


def openable(folder: Path) -> list[tuple[str, str, str]]:
    """What can be opened: the scenarios of a folder, then the shipped ones; each with a name and its first comment."""
    try:
        there = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    except OSError:
        there = []
    own = [(path.name, path.name, f"here: {_question(path)}".rstrip(": ")) for path in there]
    return own + [(each.name, each.name, each.question) for each in shipped()]


def _question(path: Path) -> str:
    """The first comment of a file, as far as it can be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            first = stream.readline(300)
    except OSError:
        return ""
    return first.lstrip("#\ufeff ").strip() if first.lstrip("\ufeff").startswith("#") else ""


def _is_own(file: str) -> bool:
    """Whether a name is that of a file of the user's rather than of a shipped scenario."""
    try:
        return os.path.exists(file) or Path(find_scenario(file)) == Path(file)
    except BadInput:
        return True


def _path(file: str) -> Path:
    try:
        return find_scenario(file)
    except BadInput:
        return Path(file)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
