"""Questions: a value to type, a yes or no, or one of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from sim.errors import BadInput
from sim.nearest import nearest
from sim.text import cut, printable

Check = Callable[[str], object]
"""Takes what was typed; raises BadInput where it cannot be."""
LONGEST = 300
"""Characters of a name that a list shows."""


class Ask(ModalScreen[str]):
    """A line to type; what is wrong with it is said below, and nothing is lost."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "back", id="ask.back")]

    def __init__(self, title: str, note: str = "", value: str = "", check: Check | None = None) -> None:
        super().__init__()
        self.question, self.note, self.value, self.check = title, note, value, check

    def compose(self) -> ComposeResult:
        """Title, note, the line and what is wrong with it."""
        with Vertical(classes="card"):
            yield Static(Text(printable(self.question)), classes="title")
            yield Static(Text(self.note), classes="note")
            yield Input(self.value, id="line", select_on_focus=True)
            yield Static("", classes="mistake", markup=False)

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Hand the text back, or say what is wrong."""
        event.stop()
        try:
            if self.check is not None:
                self.check(event.value)
        except BadInput as mistake:
            said = "; ".join(str(problem) for problem in mistake.problems)
            self.query_one(".mistake", Static).update(Text(said))
        else:
            self.dismiss(event.value)


class Confirm(ModalScreen[bool]):
    """A question with two answers; escape is the harmless one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "yes", id="confirm.yes"),
        Binding("n,escape", "answer(False)", "no", id="confirm.no"),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self.question, self.yes, self.no = question, yes, no

    def compose(self) -> ComposeResult:
        """The question and the keys."""
        with Vertical(classes="card"):
            yield Static(Text(printable(self.question)), classes="title")
            yield Static(Text(f"y {self.yes}    n {self.no}"), classes="note")

    def action_answer(self, yes: bool) -> None:
        """Hand the answer back."""
        self.dismiss(yes)


class Choose(ModalScreen[str]):
    """One of many, found by typing a part of its name."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "back", id="choose.back"),
        Binding("down", "cursor(1)", "down", show=False, priority=True, id="choose.down"),
        Binding("up", "cursor(-1)", "up", show=False, priority=True, id="choose.up"),
    ]

    def __init__(self, title: str, choices: Sequence[tuple[str, str, str]], *, free: bool = False) -> None:
        """`choices`: what is handed back, its name, and a sentence on it. `free`: what is typed may be another."""
        super().__init__()
        self.question, self.choices, self.free = title, choices, free

    def compose(self) -> ComposeResult:
        """Title, a line to type into, and the choices that fit."""
        with Vertical(classes="card"):
            yield Static(Text(printable(self.question)), classes="title")
            yield Input(placeholder="type to find", id="line")
            yield OptionList(id="list")

    def on_mount(self) -> None:
        """Show them all."""
        self._list("")

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Show those that fit."""
        self._list(event.value)

    def _list(self, wanted: str) -> None:
        words = wanted.lower().split()
        found = [each for each in self.choices if all(word in f"{each[0]} {each[1]} {each[2]}".lower() for word in words)]
        if words:
            found.sort(key=lambda each: _far(" ".join(words), each[1]))
        if not found and not self.free and (near := nearest(wanted, [name for _, name, _ in self.choices])):
            found = [each for each in self.choices if each[1] == near]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(_told(*each[1:]), id=str(self.choices.index(each))) for each in found])
        if found:
            options.highlighted = 0

    def action_cursor(self, by: int) -> None:
        """Move through the list while the line keeps the focus."""
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Enter in the line takes what the list's cursor is on; where nothing fits, what was typed if that may be."""
        event.stop()
        if self.free and not self.query_one(OptionList).option_count:
            self.dismiss(event.value.strip())
            return
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Hand the choice back."""
        self.dismiss(self.choices[int(event.option.id or 0)][0])


def _far(wanted: str, name: str) -> int:
    """How far from a name it is what was typed: its beginning, the beginning of a word, a part, or only what is said of it."""
    name = name.lower()
    starts, word = name.startswith(wanted), f" {wanted}" in name
    return 0 if starts else 1 if word else 2 if wanted in name else 3


def _told(name: str, about: str) -> Text:
    text = Text(cut(printable(name), LONGEST), style="bold")
    if about:
        text.append(f"  {printable(about)}", style="not bold dim")
    return text
