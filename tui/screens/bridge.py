"""The profit bridge: from the store without strategies to the store with all, strategy by strategy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import events
from textual.app import ComposeResult

from sim.metrics.catalogue import METRICS as DECLARED
from sim.report.amounts import Amounts
from sim.report.bridge import EXPLAINED, EXPLAINED_ITSELF
from sim.results import Bridge, Figure
from sim.strategies import catalogue
from sim.terminal import wrapped
from sim.text import sentence, width
from tui.board import Board
from tui.bridges import METRICS, Span
from tui.keys import BRIDGE, PLANKS, SCENARIOS, bindings
from tui.screens.frame import Frame
from tui.widgets.listing import Line, Listing
from tui.widgets.painted import Part
from tui.workspace import Workspace

LABEL = (12, 26)
"""Cells of a strategy's name, at least and at most."""
LEAST_BAR = 9
"""A bar of fewer cells is left out."""
WAYS = ("in turn", "alone", "last")
BARE, WHOLE = "without strategies", "with all of them"
BARE_OF, WHOLE_OF = "without it", "with it"
"""The same where the steps are the mechanisms of one strategy."""


class Planks(Listing):
    """One line for each strategy: what it adds in turn as a bar, and the three figures."""

    BINDINGS = bindings(PLANKS)
    HELP = (
        f"What each strategy adds. {sentence(EXPLAINED)} Inside one strategy, mechanism by mechanism. "
        f"{sentence(EXPLAINED_ITSELF)}"
    )

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; on the line of the cursor it goes to the strategy."""
        at = event.y - self.heads + self.scroll_offset.y
        if 0 <= at < len(self.texts) - self.heads - self.below:
            if at == self.cursor:
                self.screen.run_action_soon("strategy")  # type: ignore[attr-defined]
            self.cursor = at
            self.refresh()


class BridgeScreen(Frame):
    """The bridge of the focused scenario."""

    BINDINGS = bindings((*BRIDGE, *SCENARIOS))
    COMMANDS_HERE = (*BRIDGE, *SCENARIOS)
    HELP = "The bridge: what each strategy of the focused scenario adds, with the same customers and the same luck."

    def __init__(self) -> None:
        super().__init__()
        self.metric = METRICS[0]
        self.inside = ""
        """The strategy whose mechanisms are the steps; empty where the steps are strategies."""
        self.span: Span | None = None

    def framed(self) -> ComposeResult:
        """The planks."""
        planks = Planks(id="planks")
        planks.cursor = 1
        yield planks

    def opened(self) -> None:
        """Arrows move the cursor."""
        self.query_one(Planks).focus()

    def on_unmount(self) -> None:
        """Begin nothing further."""
        if self.lab.bridges is not None:
            self.lab.bridges.rest()

    def show(self, workspace: Workspace, board: Board) -> None:
        """Show what has changed."""
        problem = board.problems.get(workspace.focus, "")
        if problem:
            self.span = Span(self.metric, 0, 0, problem=problem)
        elif self.lab.bridges is not None and board.target:
            scenario = workspace.focused.scenario
            if self.inside not in scenario.strategies:
                self.inside = ""
            self.span = self.lab.bridges.look(scenario, workspace.seed, self.metric, board.target, self.inside)
        planks = self.query_one(Planks)
        lines, notes = list(self._lines(planks.size.width)), list(self._notes(planks.size.width))
        widest = max((width("".join(text for text, _ in line)) for line in lines), default=0)
        planks.put([*lines, *notes], widest, heads=2, below=len(notes))

    def _lines(self, cells: int) -> Iterable[Line]:
        span, workspace = self.span, self.lab.workspace
        steps = f"{_titled(self.inside)} by its mechanisms" if self.inside else "strategy by strategy"
        title = f"{DECLARED[self.metric].label} of {workspace.focus}, {steps}"
        if span is None or span.bridge is None:
            yield [(f" {title}", "head")]
            if span is not None and span.problem:
                yield [(f" {span.problem}", "warn")]
            else:
                yield [(f" {span.done} of {span.total} stores" if span else " first the scenario itself ...", "faint")]
            return
        amounts = Amounts(span.bridge.currency, self.lab.terminal)
        for intervals in (True, False):  # where there is no room for them the bar comes first
            rows = list(_rows(span.bridge, amounts, intervals))
            texts = [max([width(head), *(width(row[i]) for row in rows)]) for i, head in enumerate(WAYS, 1)]
            label = min(max(max(width(row[0]) for row in rows), LABEL[0]), LABEL[1])
            bar = cells - label - sum(texts) - 9
            if bar >= LEAST_BAR:
                break
        planks = self.query_one(Planks)
        yield [(f" {title}", "head")]
        gap = " " * (bar + 1) if bar >= LEAST_BAR else ""
        heads = "".join(f"  {head:>{size}}" for head, size in zip(WAYS, texts, strict=True))
        yield [(" " + " " * label + " " + gap + heads, "faint")]
        for place, row in enumerate(rows):
            parts: list[Part] = [(" " + planks.fitted(row[0], label) + " ", "")]
            if bar >= LEAST_BAR:
                parts += [*self._bar(span.bridge, place, bar), (" ", "")]
            parts += [("  " + planks.fitted(text, size, ">"), "") for text, size in zip(row[1:], texts, strict=True)]
            yield parts

    def _notes(self, cells: int) -> Iterable[Line]:
        """How to read it."""
        if self.span is None or self.span.bridge is None:
            return
        bridge = self.span.bridge
        told = EXPLAINED_ITSELF if bridge.strategy else EXPLAINED
        count = "1 store" if bridge.replications == 1 else f"{bridge.replications} stores"
        texts = [sentence(told), sentence(f"{count} of each, with the same customers and the same luck")]
        yield []
        for line in wrapped(texts, replace(self.lab.terminal, columns=cells - 2)):
            yield [(f" {line}", "faint")]

    def _bar(self, bridge: Bridge, place: int, cells: int) -> Iterable[Part]:
        """From where those above end to where this one ends; the first and the last from zero."""
        glyphs = self.lab.glyphs
        steps = _steps(bridge)
        least, most = min(0.0, *(min(step) for step in steps)), max(0.0, *(max(step) for step in steps))
        span = most - least or 1.0

        def column(value: float) -> int:
            return round((value - least) / span * (cells - 1))

        begin, end = steps[place]
        first, last = sorted((column(begin), column(end)))
        level = place in (0, len(steps) - 1)
        better = (end >= begin) == (DECLARED[self.metric].better != "lower")
        style = "" if level else "good" if better else "bad"
        glyph = glyphs.shades[2] if level else glyphs.full
        zero = column(0.0)
        for i in range(cells):
            if first <= i <= last and begin != end:
                yield glyph, style
            else:
                yield (glyphs.wall, "faint") if i == zero else (" ", "")

    def run_action_soon(self, action: str) -> None:
        """Do something once what is going on is done."""
        self.call_later(self.run_action, action)

    def action_metric(self) -> None:
        """Bridge another metric."""
        self.metric = METRICS[(METRICS.index(self.metric) + 1) % len(METRICS)]
        self.show_again()

    @property
    def strategy(self) -> str:
        """The strategy that is looked into, or that of the cursor; empty where there is none."""
        bridge, cursor = self.span.bridge if self.span else None, self.query_one(Planks).cursor
        if self.inside or bridge is None or cursor is None or not 0 < cursor <= len(bridge.planks):
            return self.inside
        return bridge.planks[cursor - 1].strategy

    def action_inside(self) -> None:
        """Take the strategy of the cursor apart, or put it together again."""
        if not self.inside and not self.strategy:
            built = self.span is not None and self.span.bridge is not None
            self.say("the cursor is on no strategy" if built else "the bridge is not built yet")
            return
        self.inside = "" if self.inside else self.strategy
        self.show_again()

    def action_strategy(self) -> None:
        """Go to the knobs of the strategy of the cursor."""
        if not self.strategy:
            return
        path = f"strategies.{self.strategy}"
        self.dismiss()
        find = getattr(self.lab.screen_stack[1], "find", None)
        if find is not None:
            find(path)

    def action_back(self) -> None:
        """Out of the strategy, or back to the lab."""
        if self.inside:
            self.action_inside()
        else:
            self.dismiss()


def _rows(bridge: Bridge, amounts: Amounts, intervals: bool) -> Iterable[list[str]]:
    def text(figure: Figure, signed: bool = True, whole: bool = True) -> str:
        ends = (figure.low, figure.high) if whole else (None, None)
        return amounts.interval(figure.value, *ends, figure.unit, signed=signed)

    yield [BARE_OF if bridge.strategy else BARE, text(bridge.bare, False), "", ""]
    for plank in bridge.planks:
        others = (text(each, whole=intervals) for each in (plank.alone, plank.last))
        name = _headed(plank.strategy) if bridge.strategy else _titled(plank.strategy)
        yield [name, text(plank.in_turn), *others]
    yield [WHOLE_OF if bridge.strategy else WHOLE, text(bridge.whole, False), "", ""]


def _titled(strategy: str) -> str:
    return catalogue()[strategy].title


def _headed(mechanism: str) -> str:
    return mechanism[:1].upper() + mechanism[1:]


def _steps(bridge: Bridge) -> list[tuple[float, float]]:
    """Where each bar begins and ends."""
    at = bridge.bare.value or 0.0
    steps = [(0.0, at)]
    for plank in bridge.planks:
        after = at + (plank.in_turn.value or 0.0)
        steps.append((at, after))
        at = after
    return [*steps, (0.0, bridge.whole.value or 0.0)]
