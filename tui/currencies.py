"""The currencies of the scenarios: each has its own, and money of two of them is never set against each other."""

from __future__ import annotations

from collections.abc import Iterable

from sim.report.amounts import Amounts
from sim.terminal import Terminal
from tui.workspace import Workspace

MONEY = "money"
"""The unit of amounts."""


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
        mine, base = self._of[letter], self._of[self.workspace.baseline]
        return f"{mine}, not {base}" if unit == MONEY and mine != base else ""

    def mixed(self, letters: Iterable[str]) -> str:
        """Which scenario is in which currency, where these are not all in one; else empty."""
        found = {letter: self._of[letter] for letter in sorted(letters)}
        return ", ".join(f"{letter} in {code}" for letter, code in found.items()) if len(set(found.values())) > 1 else ""

    def note(self) -> str:
        """What the reader should know where not all are in one currency; else empty."""
        mixed = self.mixed(self._of)
        return f"different currencies: {mixed}; nothing is converted, and amounts of two are not compared" if mixed else ""
