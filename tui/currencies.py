"""The currencies of the scenarios: each has its own, and money of two of them is never set against each other."""

from __future__ import annotations

from collections.abc import Iterable

from sim.one_currency import apart, mixed, note
from sim.report.amounts import Amounts
from sim.terminal import Terminal
from tui.workspace import Workspace


class Currencies:
    """How the amounts of each scenario of a workspace are written on a terminal."""

    def __init__(self, workspace: Workspace, terminal: Terminal) -> None:
        self.workspace, self.terminal = workspace, terminal
        self._of = {slot.letter: slot.scenario.currency for slot in workspace.slots}

    def amounts(self, letter: str) -> Amounts:
        """How a scenario's amounts are written."""
        return Amounts(self._of[letter], self.terminal)

    def apart(self, letter: str, unit: str) -> str:
        """Why a figure in this unit is not set against the baseline's, in a word or two; empty where it can be."""
        return apart(self._of[letter], self._of[self.workspace.baseline], unit)

    def mixed(self, letters: Iterable[str]) -> str:
        """Which scenario is in which currency, where these are not all in one; else empty."""
        return mixed({letter: self._of[letter] for letter in letters})

    def note(self) -> str:
        """What the reader should know where not all are in one currency; else empty."""
        return note(self._of)
