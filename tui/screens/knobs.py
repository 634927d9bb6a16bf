"""The pane of knobs at work: what its keys do to the focused scenario."""

from __future__ import annotations

from textual import on

from sim.files import units
from sim.knobs import Knob
from sim.strategies import catalogue
from tui.keys import KNOBS, bindings
from tui.nudge import LINEAR, nudged
from tui.outline import about, addable, outline
from tui.paths import value_at
from tui.widgets.knob_help import knob_texts
from tui.widgets.knob_pane import ADD, KnobPane
from tui.workspace import Slot


class Knobs(KnobPane):
    """The pane of knobs with its keys."""

    BINDINGS = bindings(KNOBS)
    HELP = "The knobs of the focused scenario. An asterisk marks what differs from the file, a bar where the baseline stands."

    def told(self) -> list[str]:
        """All there is to say of the row of the cursor."""
        leaf = self.row.leaf
        return ["", f"{leaf.knob.label}: {leaf.path}", *knob_texts(leaf.knob)] if leaf is not None else []

    @property
    def slot(self) -> Slot:
        """The focused scenario."""
        return self.lab.workspace.focused

    @property
    def strategy(self) -> str:
        """The name of the strategy of the cursor; empty where it is on none."""
        group = self.row.group
        return "" if group is None or group.on is None else group.path.partition(".")[2]

    # The cursor

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.move(by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.move(by * max(self.size.height - 1, 1))

    def action_ends(self, by: int) -> None:
        """Move the cursor to an end."""
        self.go(len(self.rows) if by > 0 else 0)

    def action_fold_all(self) -> None:
        """Fold all groups."""
        self.fold_all()

    # Values

    def action_nudge(self, steps: int) -> None:
        """Turn the knob of the cursor, or fold its group."""
        leaf = self.row.leaf
        if leaf is None:
            self.fold(shut=steps < 0)
            return
        knob, value = leaf.knob, value_at(self.slot.scenario, leaf.path)
        if value is None:
            self.lab.say(f"{knob.label} is not set: enter types a value")
        elif knob.kind not in (*LINEAR, "choice", "flag", "date"):
            self.lab.say(f"{knob.label} is typed: enter")
        else:
            turned = nudged(knob, value, steps)
            if turned == value:
                self.lab.say(f"{knob.label} is at its end: {units.allowed(knob)}")
            else:
                self.lab.edit(leaf.path, turned)

    def action_act(self) -> None:
        """Type the knob's value, switch a strategy, fold a group, or add a strategy."""
        row = self.row
        if row.leaf is not None:
            self.type_value(row.leaf.path, row.leaf.knob)
        elif row.path == ADD:
            self.add()
        elif row.group is not None and row.group.on is not None:
            self.switch()
        else:
            self.fold()

    @on(KnobPane.Chosen)
    def chosen(self, event: KnobPane.Chosen) -> None:
        """A click on the row of the cursor."""
        if event.nudge:
            self.action_nudge(event.nudge)
        else:
            self.action_act()

    def type_value(self, path: str, knob: Knob) -> None:
        """Ask for the knob's exact value."""
        from tui.screens.ask import Ask

        value = value_at(self.slot.scenario, path)

        def take(text: str | None) -> None:
            if text is not None:
                self.lab.edit(path, units.read(knob, text))

        note = f"{knob.help} Takes {units.allowed(knob)}."
        written = units.text(knob, value)
        self.lab.push_screen(Ask(f"{knob.label}  {path}", note, written, lambda text: units.read(knob, text)), take)

    def action_reset(self) -> None:
        """Give the knob the baseline's value; on the baseline itself, or where it has none, that of the file."""
        leaf, workspace = self.row.leaf, self.lab.workspace
        if leaf is None:
            return
        sources = [workspace.focused.origin]
        if workspace.focus != workspace.baseline:
            sources.insert(0, workspace.pinned.scenario)
        for source in sources:
            section = leaf.path.rpartition(".")[0]
            if not section or value_at(source, section) is not None:
                self.lab.edit(leaf.path, value_at(source, leaf.path))
                return
        self.lab.edit(leaf.path, leaf.knob.default)

    def action_unset(self) -> None:
        """Take the value of a knob that may be not set."""
        leaf = self.row.leaf
        if leaf is None:
            return
        if leaf.knob.default is None:
            self.lab.edit(leaf.path, None)
        else:
            self.lab.say(f"{leaf.knob.label} always has a value")

    # Strategies

    def switch(self) -> None:
        """Switch the strategy of the cursor off or on again, as it was."""
        group = self.row.group
        if group is None or group.on is None:
            self.lab.say("the cursor is on no strategy")
            return
        self.lab.edit(group.path, None if group.on else self.slot.shelved[self.strategy])
        self.go_to(group.path)

    def add(self) -> None:
        """Choose a strategy from the catalogue."""
        from tui.screens.ask import Choose

        def take(name: str | None) -> None:
            if name:
                self.lab.edit(f"strategies.{name}", catalogue()[name]())
                self.go_to(f"strategies.{name}")

        choices = [(kind.name, kind.title, about(kind)) for kind in addable(self.slot.scenario)]
        self.lab.push_screen(Choose("Add a strategy", choices), take)

    def find(self) -> None:
        """Choose a knob by its name."""
        from tui.screens.ask import Choose

        groups = outline(self.slot.scenario)
        choices = [(leaf.path, f"{group.title}: {leaf.knob.label}", leaf.path) for group in groups for leaf in group.leaves]
        self.lab.push_screen(Choose("Find a knob", choices), lambda path: self.visit(path) if path else None)

    def visit(self, path: str) -> None:
        """Put the cursor on a knob, and the focus on the knobs."""
        self.screen.remove_class("-results")
        self.focus()
        self.go_to(path)
