"""The workspace: up to six scenarios, which of them is the baseline and which has the focus, and what was edited.

All of it is immutable: an edit gives another workspace, and undoing gives the one before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.scenario import Scenario
from tui.paths import replaced, value_at

LETTERS = "ABCDEF"
MERGED = 1.0
"""Seconds within which nudges of one knob are one step to undo."""
WHOLE = ""
"""The path of an edit that adds or takes away a whole scenario."""


@dataclass(frozen=True)
class Slot:
    """One scenario of the lab."""

    letter: str
    scenario: Scenario
    origin: Scenario
    """As it was loaded or last saved."""
    file: str = ""
    """The file it was read from and would be saved to; empty for one that has none yet."""
    shelf: tuple[tuple[str, Any], ...] = ()
    """Strategies that were switched off here, by name, with their knobs as they were."""

    @property
    def dirty(self) -> bool:
        """Whether it differs from its file."""
        return not self.file or self.scenario != self.origin

    @property
    def shelved(self) -> dict[str, Any]:
        """What was switched off and is still off."""
        return {name: made for name, made in self.shelf if name not in self.scenario.strategies}


@dataclass(frozen=True)
class Edit:
    """One change of one scenario."""

    letter: str
    path: str
    old: Any
    new: Any
    at: float = 0.0
    """When it was made, in seconds of some clock."""

    def merged(self, later: Edit) -> Edit | None:
        """This and a later edit as one, where the later one goes on soon with the same knob."""
        same = (self.letter, self.path) == (later.letter, later.path) and self.path != WHOLE
        if not same or later.at - self.at > MERGED or isinstance(later.new, bool | str):
            return None
        return dataclasses.replace(later, old=self.old)


@dataclass(frozen=True)
class Workspace:
    """What the lab works on."""

    slots: tuple[Slot, ...]
    baseline: str = "A"
    focus: str = "A"
    seed: int = 1
    past: tuple[Edit, ...] = field(default=(), repr=False)
    future: tuple[Edit, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, scenarios: Sequence[Scenario], seed: int = 1) -> Workspace:
        """The workspace of one to six scenarios; the first is the baseline, the last has the focus.

        Raises ValueError for fewer or more.
        """
        if not 1 <= len(scenarios) <= len(LETTERS):
            raise ValueError(f"the lab takes one to {len(LETTERS)} scenarios, not {len(scenarios)}")
        slots = [Slot(letter, each, each, each.file) for letter, each in zip(LETTERS, scenarios, strict=False)]
        return cls(tuple(slots), focus=slots[-1].letter, seed=seed)

    def slot(self, letter: str) -> Slot:
        """The scenario of a letter. Raises KeyError where it is free."""
        for slot in self.slots:
            if slot.letter == letter:
                return slot
        raise KeyError(letter)

    @property
    def focused(self) -> Slot:
        """The scenario that is edited."""
        return self.slot(self.focus)

    @property
    def pinned(self) -> Slot:
        """The baseline."""
        return self.slot(self.baseline)

    @property
    def ordered(self) -> tuple[Slot, ...]:
        """The scenarios as they are compared: the baseline first, the others by letter."""
        return (self.pinned, *(slot for slot in self.slots if slot.letter != self.baseline))

    @property
    def free(self) -> str:
        """The next letter that is free; empty where none is."""
        return next((letter for letter in LETTERS if all(slot.letter != letter for slot in self.slots)), "")

    @property
    def dirty(self) -> bool:
        """Whether anything differs from its file."""
        return any(slot.dirty for slot in self.slots)

    def focusing(self, letter: str) -> Workspace:
        """With the focus on another scenario, if there is one of that letter."""
        return dataclasses.replace(self, focus=letter) if any(slot.letter == letter for slot in self.slots) else self

    def pinning(self, letter: str) -> Workspace:
        """With another scenario for the baseline."""
        self.slot(letter)
        return dataclasses.replace(self, baseline=letter)

    def seeded(self, seed: int) -> Workspace:
        """With other luck."""
        return dataclasses.replace(self, seed=seed)

    def edited(self, path: str, new: Any, at: float = 0.0) -> Workspace:
        """With another value in the focused scenario; None takes a strategy or a channel away.

        An edit that changes nothing gives the same workspace. Raises KeyError for a path that no scenario has.
        """
        old = value_at(self.focused.scenario, path)
        return self if old == new and type(old) is type(new) else self._done(Edit(self.focus, path, old, new, at))

    def with_slot(self, scenario: Scenario, *, file: str = "", origin: Scenario | None = None, at: float = 0.0) -> Workspace:
        """With a further scenario, which gets the focus. Raises ValueError where no letter is free."""
        if not self.free:
            raise ValueError("all six places are taken: close one first")
        slot = Slot(self.free, scenario, origin or scenario, file)
        return self._done(Edit(slot.letter, WHOLE, None, slot, at))

    def without(self, letter: str, at: float = 0.0) -> Workspace:
        """Without a scenario. Raises ValueError for the last one and for the baseline."""
        if len(self.slots) == 1:
            raise ValueError("the last scenario stays")
        if letter == self.baseline:
            raise ValueError("the baseline stays: pin another one first")
        return self._done(Edit(letter, WHOLE, self.slot(letter), None, at))

    def saved(self, letter: str, file: str) -> Workspace:
        """With a scenario as its file has it now."""
        slot = self.slot(letter)
        named = dataclasses.replace(slot.scenario, file=file)
        return self._with(dataclasses.replace(slot, scenario=named, origin=named, file=file))

    def reloaded(self, letter: str, scenario: Scenario) -> Workspace:
        """With a scenario as its file has changed; edits of it are forgotten."""
        slot = dataclasses.replace(self.slot(letter), scenario=scenario, origin=scenario, file=scenario.file, shelf=())
        kept = [tuple(edit for edit in edits if edit.letter != letter) for edits in (self.past, self.future)]
        return dataclasses.replace(self._with(slot), past=kept[0], future=kept[1])

    def undone(self) -> Workspace:
        """Without the last edit; the focus goes to where it was made."""
        if not self.past:
            return self
        *past, edit = self.past
        back = Edit(edit.letter, edit.path, edit.new, edit.old)
        return dataclasses.replace(self._applied(back), past=tuple(past), future=(*self.future, edit))

    def redone(self) -> Workspace:
        """With the edit that was undone last."""
        if not self.future:
            return self
        *future, edit = self.future
        return dataclasses.replace(self._applied(edit), past=(*self.past, edit), future=tuple(future))

    def _done(self, edit: Edit) -> Workspace:
        last = self.past[-1].merged(edit) if self.past and not self.future else None
        past = (*self.past[:-1], last) if last else (*self.past, edit)
        return dataclasses.replace(self._applied(edit)._shelving(edit), past=past, future=())

    def _shelving(self, edit: Edit) -> Workspace:
        """With a strategy that was switched off on the shelf."""
        group, _, name = edit.path.partition(".")
        if group != "strategies" or "." in name or edit.new is not None:
            return self
        slot = self.slot(edit.letter)
        others = (pair for pair in slot.shelf if pair[0] != name)
        return self._with(dataclasses.replace(slot, shelf=(*others, (name, edit.old))))

    def _applied(self, edit: Edit) -> Workspace:
        if edit.path == WHOLE:
            return self._with_or_without(edit)
        slot = self.slot(edit.letter)
        scenario = replaced(slot.scenario, edit.path, edit.new)
        return dataclasses.replace(self._with(dataclasses.replace(slot, scenario=scenario)), focus=edit.letter)

    def _with(self, slot: Slot) -> Workspace:
        slots = tuple(slot if each.letter == slot.letter else each for each in self.slots)
        return dataclasses.replace(self, slots=slots)

    def _with_or_without(self, edit: Edit) -> Workspace:
        if edit.new is None:
            slots = tuple(each for each in self.slots if each.letter != edit.letter)
            focus = self.focus if self.focus != edit.letter else slots[-1].letter
            # Undoing an addition may take the baseline away.
            baseline = self.baseline if self.baseline != edit.letter else slots[0].letter
            return dataclasses.replace(self, slots=slots, focus=focus, baseline=baseline)
        slots = tuple(sorted((*self.slots, edit.new), key=lambda each: each.letter))
        return dataclasses.replace(self, slots=slots, focus=edit.letter)
