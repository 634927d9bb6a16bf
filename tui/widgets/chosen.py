"""The message that a scenario was chosen with the mouse, wherever scenarios are listed."""

from __future__ import annotations

from textual.message import Message

NEW = "+"
"""What is chosen for a scenario that is not there yet."""


class ScenarioChosen(Message):
    """The letter of a scenario was clicked, or `NEW`."""

    def __init__(self, letter: str) -> None:
        super().__init__()
        self.letter = letter
