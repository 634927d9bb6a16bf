"""What the lab can show on its terminal: letters, colours, and the styles that parts of lines have."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.style import Style
from textual.app import App
from textual.binding import Binding

from sim.terminal import Terminal, look
from tui.glyphs import ASCII, PLAIN_KEYS, UNICODE, Glyphs

if TYPE_CHECKING:
    from sim.chart.chart import Look

STYLES = {"faint", "strong", "here", "there", "warn", "good", "bad", "change", "head", *(f"place-{i}" for i in range(6))}
"""What parts of lines may look like; the places are those of the scenarios. One set for all widgets: each that had its own
would be styled anew with every change of size."""

class Canvas(App[str]):
    """An app that knows its terminal."""

    COMPONENT_CLASSES = STYLES

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self.terminal = terminal
        self.glyphs: Glyphs = UNICODE if terminal.unicode else ASCII
        self._styles_found: dict[str, Style] = {}

    def style_of(self, name: str) -> Style:
        """One of the styles of parts."""
        if name not in self._styles_found:
            self._styles_found[name] = self.get_component_styles(name).partial_rich_style
        return self._styles_found[name]

    def notify_style_update(self) -> None:
        """Forget the styles of another theme."""
        super().notify_style_update()
        self._styles_found = {}

    @property
    def paints_rgb(self) -> bool:
        """Whether colours are given as red, green and blue; else from the 256 of the palette."""
        return self.console.color_system == "truecolor"

    @property
    def look(self) -> Look:
        """How charts are drawn here: a terminal of few colours, or an ANSI theme of unknown ones, has no shading."""
        from sim.chart.chart import Look  # here, because the first frame has no chart yet

        system = self.console.color_system
        depth = {"truecolor": "truecolor", "256": "256"}.get(system or "", "none")
        if self.no_color or self.native_ansi_color:
            depth = "none"
        return Look(self.terminal.unicode, depth, light=not self.current_theme.dark)

    def get_key_display(self, binding: Binding) -> str:
        """A key as the footer writes it."""
        shown = super().get_key_display(binding)
        return shown if self.terminal.unicode else "".join(PLAIN_KEYS.get(letter, letter) for letter in shown)


def seen(ascii_only: bool, environ: Mapping[str, str] | None) -> Terminal:
    """What can be shown, from standard error, on which the screen is painted."""
    found = look(sys.__stderr__) if environ is None else look(None, environ)
    return dataclasses.replace(found, unicode=False) if ascii_only else found
