"""A text to read, and to copy with the mouse where the terminal does not take it itself."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from sim.text import printable


class Tell(ModalScreen[None]):
    """A title, a note and a text."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "dismiss", "back", id="tell.back", show=False)]

    def __init__(self, title: str, note: str, text: str) -> None:
        super().__init__()
        self.heading, self.note, self.text = title, note, text

    def compose(self) -> ComposeResult:
        """The parts below one another."""
        with Vertical(classes="card"):
            yield Static(Text(printable(self.heading)), classes="title")
            yield Static(Text(self.note), classes="note")
            with VerticalScroll():
                yield Static(Text("\n".join(printable(line) for line in self.text.splitlines())), classes="told")
            yield Static(Text("escape closes"), classes="note")
