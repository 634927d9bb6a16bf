"""The line of keys at the bottom: what works here, and as much more as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from sim.text import width
from tui.keys import Command, ids


class KeyLine(Footer):
    """Textual's footer, without what has no room."""

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)
        self._shown: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        """A key and a word each, in the order of the bindings."""
        if not self._bindings_ready:
            return
        chosen = self.chosen()
        self._shown = [binding.action for binding, _, _ in chosen]
        self.styles.grid_size_columns = max(len(chosen), 1)
        for binding, enabled, tooltip in chosen:
            written = self.app.get_key_display(binding)
            key = FooterKey(binding.key, written, binding.description, binding.action, disabled=not enabled, tooltip=tooltip)
            yield key.data_bind(compact=Footer.compact)

    def chosen(self) -> list[tuple[Binding, bool, str]]:
        """The bindings that are shown: those of the footer, then those that find room, each action once."""
        known = ids()
        found: dict[str, tuple[Binding, bool, str]] = {}
        for _, binding, enabled, tooltip in self.screen.active_bindings.values():
            if binding.show or _rank(known, binding):
                found.setdefault(binding.action, (binding, enabled, tooltip))
        always = [each[0] for each in found.values() if each[0].show]
        while len(always) > 1 and sum(map(self._cells, always)) > self.app.size.width:
            del always[max(len(always) - 3, 0)]  # the way back and the help stay
        room = self.app.size.width - sum(map(self._cells, always))
        wanted = {binding.action for binding in always}
        for binding, _, _ in sorted(found.values(), key=lambda each: _rank(known, each[0])):
            if not binding.show and self._cells(binding) <= room:
                wanted.add(binding.action)
                room -= self._cells(binding)
        return [each for action, each in found.items() if action in wanted]

    def _cells(self, binding: Binding) -> int:
        return width(self.app.get_key_display(binding)) + width(binding.description) + 2

    def on_resize(self, event: events.Resize) -> None:
        """More room, more keys."""
        if self._bindings_ready and self._shown != [binding.action for binding, _, _ in self.chosen()]:
            self.call_after_refresh(self.recompose)


def _rank(known: dict[str, Command], binding: Binding) -> int:
    command = known.get(binding.id or "")
    return command.room if command is not None else 0
