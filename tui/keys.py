"""Every key of the lab, once: from this table follow the bindings, the footer, the help and the command palette."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True)
class Command:
    """Something that can be done: by a key that the settings can change, and by name in the palette."""

    id: str
    """What the settings' keymap calls it."""
    keys: str
    """Textual's names of the keys, with commas between."""
    action: str
    label: str
    """One or two words for the footer."""
    help: str
    """A sentence without its full stop."""
    footer: bool = False
    shown: str = ""
    """How the keys are written where Textual's names would puzzle."""
    palette: bool = True
    """Whether the palette has it; what only makes sense as a key is left out."""
    room: int = 0
    """For one that the footer has only where there is room: the lower the earlier it gets some."""
    first: bool = False
    """Whether it goes before what has the focus, even a question."""


KNOBS = (
    Command("knob.less", "left", "nudge(-1)", "nudge", "turn the knob down a little, or fold a group", True, "←→", False),
    Command("knob.more", "right", "nudge(1)", "more", "turn the knob up a little, or unfold a group", palette=False),
    Command("knob.far_less", "shift+left", "nudge(-10)", "far down", "turn the knob down ten times as far", palette=False),
    Command("knob.far_more", "shift+right", "nudge(10)", "far up", "turn the knob up ten times as far", palette=False),
    Command("knob.up", "up,k", "move(-1)", "up", "to the knob above", palette=False),
    Command("knob.down", "down,j", "move(1)", "down", "to the knob below", palette=False),
    Command("knob.page_up", "pageup", "page(-1)", "page up", "a page up", palette=False),
    Command("knob.page_down", "pagedown", "page(1)", "page down", "a page down", palette=False),
    Command("knob.first", "home,g", "ends(-1)", "first", "to the first knob", palette=False),
    Command("knob.last", "end,G", "ends(1)", "last", "to the last knob", palette=False),
    Command("knob.type", "enter", "act", "type", "type the knob's exact value, or switch a strategy", True, "⏎"),
    Command("knob.reset", "backspace", "reset", "reset", "give the knob the baseline's value, or that of its file"),
    Command("knob.unset", "delete", "unset", "unset", "take the value of a knob that may be not set"),
    Command("knob.fold_all", "z", "fold_all", "fold all", "fold all groups, or unfold them"),
)
"""What the pane of knobs understands while it has the focus."""

TORNADO = (
    Command("tornado.up", "up,k", "move(-1)", "up", "to the knob above", palette=False),
    Command("tornado.down", "down,j", "move(1)", "down", "to the knob below", palette=False),
    Command("tornado.knob", "enter", "knob", "knob", "go to this knob", True, "⏎"),
    Command("tornado.metric", "m", "metric", "metric", "show what another metric hangs on", True),
)
"""What the tornado understands while it has the focus."""

COHORTS = (
    Command("cohorts.up", "up,k", "move(-1, 0)", "up", "to the cohort above", palette=False),
    Command("cohorts.down", "down,j", "move(1, 0)", "down", "to the cohort below", palette=False),
    Command("cohorts.left", "left", "move(0, -1)", "younger", "to the month before", palette=False),
    Command("cohorts.right", "right", "move(0, 1)", "older", "to the month after", palette=False),
)
"""What the cohort table understands while it has the focus."""

LAB = (
    *(
        Command(f"view.tab_{i}", str(i), f"tab({i})", title, f"show {what}", palette=True)
        for i, (title, what) in enumerate((
            ("retention", "the retention curves"), ("CLV", "customer lifetime value by age"),
            ("CAC", "what customers cost to win, by month"), ("money", "revenue and profit by month"),
            ("cohorts", "the cohort table"), ("sensitivity", "what the focused scenario hangs on"),
        ), 1)
    ),
    Command("view.next_curve", "v", "curve", "curve", "show the next curve of this tab", room=5),
    Command("view.bands", "b", "bands", "bands", "draw the intervals of two scenarios, of the focused one, or of none"),
    Command("view.log", "L", "log", "log", "switch between a linear and a logarithmic axis"),
    Command("view.difference", "d", "difference", "difference", "switch between levels and differences", room=8),
    Command("view.earlier", "left_square_bracket", "cross(-1)", "earlier", "move the crosshair left", shown="[", palette=False),
    Command("view.later", "right_square_bracket", "cross(1)", "later", "move the crosshair right", shown="]", palette=False),
    Command("scenario.pin", "space", "app.pin", "pin", "make the focused scenario the baseline", True),
    Command("scenario.new", "n", "app.duplicate", "new", "duplicate the focused scenario", True),
    Command("scenario.rename", "r", "app.rename", "rename", "rename the focused scenario"),
    Command("scenario.close", "w", "app.close", "close", "take the focused scenario off the table"),
    Command("strategy.add", "a", "add", "add", "add a strategy from the catalogue", room=4),
    Command("strategy.toggle", "t", "strategy", "on/off", "switch the strategy of the cursor on or off"),
    Command("knob.find", "slash", "find", "find", "find a knob by name", shown="/", room=12),
    Command("edit.undo", "u,ctrl+z", "app.undo", "undo", "take the last change back", True),
    Command("edit.redo", "ctrl+r,ctrl+y", "app.redo", "redo", "make it again", room=14),
    Command("run.more", "x", "app.more", "more", "simulate twice as many stores, for narrower intervals", room=11),
    Command("run.seed", "s", "app.seed", "seed", "draw other luck: give another seed"),
    Command("pane.next", "tab", "pane", "pane", "between the knobs and the results", palette=False),
)
"""What the lab's screen understands."""

FIGURES = (
    Command("compare.up", "up,k", "move(-1)", "up", "to the metric above", palette=False),
    Command("compare.down", "down,j", "move(1)", "down", "to the metric below", palette=False),
    Command("compare.page_up", "pageup", "page(-1)", "page up", "a page up", palette=False),
    Command("compare.page_down", "pagedown", "page(1)", "page down", "a page down", palette=False),
    Command("compare.first", "home,g", "ends(-1)", "first", "to the first metric", palette=False),
    Command("compare.last", "end,G", "ends(1)", "last", "to the last metric", palette=False),
)
"""What the delta table understands while it has the focus."""

COMPARE = (
    Command("compare.difference", "d", "signed", "levels", "switch between differences and the scenarios' own figures", True),
    Command("compare.stores", "enter", "stores", "histogram", "the metric of the cursor store by store", True, "⏎"),
    Command("compare.pin", "space", "app.pin", "pin", "make the focused scenario the baseline", True),
    Command("compare.back", "escape", "back", "back", "back to the lab", True, "esc"),
)
"""What the comparison understands."""

STORES = (
    Command("stores.up", "up,k", "following(-1)", "metric", "the metric above", True, "↑↓", False),
    Command("stores.down", "down,j", "following(1)", "down", "the metric below", palette=False),
    Command("stores.page_up", "pageup", "scroll(-1)", "page up", "scroll the words up", palette=False),
    Command("stores.page_down", "pagedown", "scroll(1)", "page down", "scroll the words down", palette=False),
    Command("stores.difference", "d", "signed", "levels", "switch between the difference and the scenario's own figure", True),
    Command("stores.more", "x", "app.more", "more stores", "simulate twice as many stores", True),
    Command("stores.back", "escape,enter", "back", "back", "back to the comparison", True, "esc"),
)
"""What the histogram of one metric understands."""

PLANKS = (
    Command("bridge.up", "up,k", "move(-1)", "up", "to the strategy above", palette=False),
    Command("bridge.down", "down,j", "move(1)", "down", "to the strategy below", palette=False),
)
"""What the lines of the bridge understand while they have the focus."""

BRIDGE = (
    Command("bridge.strategy", "enter", "strategy", "knobs", "go to the strategy's knobs", True, "⏎"),
    Command("bridge.inside", "i", "inside", "inside", "the mechanisms of the strategy of the cursor, or all strategies", True),
    Command("bridge.metric", "m", "metric", "metric", "bridge another metric", True),
    Command("bridge.back", "escape", "back", "back", "back to the lab", True, "esc"),
)
"""What the bridge understands."""

LIFT = (
    Command("lift.strategy", "m", "following", "strategy", "the next strategy of the focused scenario", True),
    Command("lift.knobs", "enter", "strategy", "knobs", "go to the strategy's knobs", True, "⏎"),
    Command("lift.back", "escape", "back", "back", "back to the lab", True, "esc"),
)
"""What the three views of a lift understand."""

YAML = (
    Command("yaml.edit", "e", "edit", "edit", "open the file in your editor", True),
    Command("yaml.reload", "r", "reload", "reload", "take the file as it is now, and give edits up", True),
    Command("yaml.pending", "d", "pending", "changes", "switch between the file as it is and as saving would write it", True),
    Command("yaml.problem", "n", "problem", "problem", "to the next mistake or change"),
    Command("yaml.back", "escape", "back", "back", "back to the lab", True, "esc"),
)
"""What the view of the file understands."""

DESK = (
    Command("file.open", "o", "open", "open", "open a scenario of this folder or of the library", room=6),
    Command("file.save", "ctrl+s", "save", "save", "save the focused scenario in its file", room=2),
    Command("file.save_as", "S", "save_as", "save as", "save the focused scenario in a new file"),
    Command("file.export", "X", "export", "export", "write results or a picture, or copy the command", room=13),
    Command("file.copy_command", "ctrl+e", "copy_command", "command", "copy the command that prints this comparison"),
    Command("app.settings", "f2", "settings", "settings", "open the settings in your editor"),
    Command("screen.compare", "c", "compare", "compare", "all figures of all scenarios side by side", room=1),
    Command("screen.bridge", "p", "bridge", "bridge", "what each strategy of the focused scenario adds", room=7),
    Command("screen.lift", "l", "lift", "lift", "a strategy's effect as a dashboard, a test and the truth tell it", room=9),
    Command("screen.yaml", "y", "yaml", "file", "the focused scenario's file as it is", room=10),
)
"""Files and further screens, from wherever one is."""

SCENARIOS = tuple(
    Command(f"scenario.{letter.lower()}", letter, f"app.letter('{letter}')", letter, f"give {letter} the focus", palette=False)
    for letter in "ABCDEF"
)

APP = (
    Command("app.help", "question_mark,f1", "help", "help", "explain what has the focus and its keys", True, "?"),
    Command(
        "app.palette", "ctrl+p", "command_palette", "commands", "every command and every knob by name", palette=False, room=3
    ),
    Command("app.quit", "ctrl+q", "leave", "quit", "leave the lab", first=True),
)
"""What is understood everywhere."""


def bindings(commands: Iterable[Command]) -> list[Binding | tuple[str, str] | tuple[str, str, str]]:
    """The bindings of commands."""
    return [
        Binding(
            each.keys, each.action, each.label, show=each.footer, key_display=each.shown or None, id=each.id,
            tooltip=each.help, priority=each.first,
        )
        for each in commands
    ]


def ids() -> dict[str, Command]:
    """Everything that the settings can give other keys, by its name."""
    screens = (*KNOBS, *TORNADO, *COHORTS, *LAB, *FIGURES, *COMPARE, *STORES, *PLANKS, *BRIDGE, *LIFT, *YAML)
    return {each.id: each for each in (*screens, *DESK, *SCENARIOS, *APP)}
