"""Help: what has the focus, and every key that works here, as it is bound now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.table import Column, Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

from tui.glyphs import PLAIN_KEYS

WRITTEN = {
    "left_square_bracket": "[", "right_square_bracket": "]", "question_mark": "?", "slash": "/", "left": "←", "right": "→",
    "up": "↑", "down": "↓", "enter": "enter", "space": "space",
}  # fmt: skip
KEYS = 18
"""Cells of the keys, before their gap."""


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
                yield Static(self._table())
            yield Static(Text("escape closes; up and down scroll"), classes="note")

    def on_mount(self) -> None:
        """The keys scroll."""
        self.query_one(VerticalScroll).focus()

    def _title(self) -> str:
        told = [text for each in (self.about, self.widget) if each is not None and (text := getattr(each, "HELP", ""))]
        more = getattr(self.widget, "told", None)
        return "\n".join([*told, *(more() if more is not None else ())]) or "Keys"

    def _table(self) -> Table:
        """The keys beside what they do, which is as wide as there is room."""
        table = Table.grid(Column(width=KEYS + 3), Column(ratio=1), expand=True)
        for keys, told in self.rows():
            table.add_row(Text(f"  {keys}" if told else keys, style="" if told else "bold", no_wrap=not told), Text(told))
        return table

    def rows(self) -> Iterator[tuple[str, str]]:
        """What each key does, those of the widget first; then what the reader should know. A heading stands alone."""
        for heading, node in (("Here", self.widget), ("On this screen", self.about), ("Everywhere", self.app)):
            found: dict[str, list[str]] = {}
            for key, active in self.active.items():
                if active.node is node and active.tooltip:
                    found.setdefault(active.tooltip, []).append(self._written(key))
            if found:
                yield heading, ""
                yield from ((" ".join(keys), told) for told, keys in found.items())
        if notes := getattr(self.app, "notes", ()):
            yield "Scenarios", ""
            yield from (("", note) for note in notes)

    def _written(self, key: str) -> str:
        text, terminal = written(key), getattr(self.app, "terminal", None)
        return text if terminal is None or terminal.unicode else "".join(PLAIN_KEYS.get(letter, letter) for letter in text)


def written(key: str) -> str:
    """A key as it stands on the keyboard."""
    *before, last = key.split("+")
    return "+".join([*before, WRITTEN.get(last, last)])
