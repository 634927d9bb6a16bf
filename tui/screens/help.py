"""Help: what has the focus, and every key that works here, as it is bound now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

from sim.text import pad

WRITTEN = {
    "left_square_bracket": "[", "right_square_bracket": "]", "question_mark": "?", "slash": "/", "left": "←", "right": "→",
    "up": "↑", "down": "↓", "enter": "enter", "space": "space",
}  # fmt: skip
KEYS = 18
"""Cells of the keys."""


class HelpScreen(ModalScreen[None]):
    """The keys of a screen and of the widget that has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "back", id="help.back", show=False),
    ]

    def __init__(self, about: Screen[object], focused: Widget | None) -> None:
        super().__init__()
        self.about, self.widget = about, focused
        self.active = dict(about.active_bindings)

    def compose(self) -> ComposeResult:
        """What it is, then its keys."""
        with Vertical(classes="card"):
            yield Static(Text(self._title()), classes="title")
            with VerticalScroll():
                yield Static(Text("\n".join(self.lines())))
            yield Static(Text("escape closes; up and down scroll"), classes="note")

    def on_mount(self) -> None:
        """The keys scroll."""
        self.query_one(VerticalScroll).focus()

    def _title(self) -> str:
        told = [text for each in (self.about, self.widget) if each is not None and (text := getattr(each, "HELP", ""))]
        more = getattr(self.widget, "told", None)
        return "\n".join([*told, *(more() if more is not None else ())]) or "Keys"

    def lines(self) -> Iterator[str]:
        """A line for each thing that a key does, those of the widget first; then what the reader should know."""
        for heading, node in (("Here", self.widget), ("On this screen", self.about), ("Everywhere", self.app)):
            found: dict[str, list[str]] = {}
            for key, active in self.active.items():
                if active.node is node and active.tooltip:
                    found.setdefault(active.tooltip, []).append(written(key))
            if found:
                yield heading
                for told, keys in found.items():
                    yield f"  {pad(' '.join(keys), KEYS)} {told}"
        if notes := getattr(self.app, "notes", ()):
            yield "About these scenarios, as they were opened"
            yield from (f"  {note}" for note in notes)


def written(key: str) -> str:
    """A key as it stands on the keyboard."""
    *before, last = key.split("+")
    return "+".join([*before, WRITTEN.get(last, last)])
