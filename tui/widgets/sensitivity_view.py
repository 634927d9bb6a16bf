"""Sensitivity: what the focused scenario's CLV hangs on, knob by knob."""

from __future__ import annotations

from collections.abc import Iterable

from tui.widgets.painted import Painted, Part
from tui.workspace import Workspace


class SensitivityView(Painted, can_focus=True):
    """A tornado."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.workspace: Workspace | None = None

    def show(self, workspace: Workspace) -> None:
        """Show the focused scenario's."""
        self.workspace = workspace
        self.refresh()

    def parts(self, row: int, width: int) -> Iterable[Part]:
        """A line."""
        return []
