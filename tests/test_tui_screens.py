"""The further screens of the lab: compare, the bridge and the file, their keys, and the same figures as the commands."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lab_at_hand import Direct, lab, lines, pair, played, small, text, until
from textual.pilot import Pilot

from sim.bridge import bridge
from sim.errors import BadInput
from sim.experiment import simulate
from sim.figures import store_by_store
from sim.lift import lift
from sim.metrics.catalogue import METRICS
from sim.report.amounts import Amounts
from sim.report.lift import rows as views
from sim.report.parts import label
from sim.results import Bridge, Figure, Lift, Plank
from sim.scenario import Scenario
from sim.settings import Settings
from sim.strategies import catalogue
from sim.terminal import Terminal
from sim.text import width
from tui.app import Lab
from tui.bridges import Span
from tui.keys import ids
from tui.launch import check_names, settled
from tui.screens.bridge import BridgeScreen, Planks
from tui.screens.compare import CompareScreen
from tui.screens.knobs import Knobs
from tui.screens.lab import LabScreen
from tui.screens.lift import LiftScreen
from tui.screens.stores import StoresScreen
from tui.screens.yaml import YamlScreen
from tui.widgets.figures import Figures
from tui.widgets.sensitivity_view import SensitivityView

SIZES = [(100, 30), (160, 50), (60, 16), (20, 5)]
SCREENS = {"c": CompareScreen, "p": BridgeScreen, "l": LiftScreen, "y": YamlScreen}


def clubs() -> Scenario:
    """A store with three strategies."""
    strategies = {name: catalogue()[name]() for name in ("discount_cycle", "loyalty_tiers", "referral")}
    return dataclasses.replace(small(), name="Clubs", strategies=strategies)


def headless(metric: str, strategy: str = "") -> Bridge:
    """The bridge as the command builds it."""
    steps = bridge(clubs(), metric, strategy=strategy, replications=2, workers=1)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Bridge = end.value
            return found


async def built(pilot: Pilot[str]) -> Bridge:
    """The bridge of the screen, once it is built."""
    screen = pilot.app.screen
    assert isinstance(screen, BridgeScreen)

    def found() -> Bridge | None:
        bridge = screen.span.bridge if screen.span is not None else None
        return bridge if bridge and (bridge.metric, bridge.strategy) == (screen.metric, screen.inside) else None

    await until(pilot, found, "built")
    bridge = found()
    assert bridge is not None
    return bridge


def app_of(pilot: Pilot[str]) -> Lab:
    """The app."""
    assert isinstance(pilot.app, Lab)
    return pilot.app


class Holding(Direct):
    """Hands that do one kind of work only when they are let."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.held: list[asyncio.Event] = []

    async def urgent(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Wait to be let."""
        if call.__name__ == self.name:
            self.held.append(asyncio.Event())
            await self.held[-1].wait()
        return await super().urgent(call, *arguments)


def test_a_tornado_that_is_covered_leaves_the_hands_to_the_screen_in_front() -> None:
    """While the bridge covers it the tornado turns no further knob; it goes on where it was once it is seen again."""
    hands = Holding("swing")

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("6")
        await until(pilot, lambda: len(hands.held) == 2, "turning")
        await pilot.press("p")
        await built(pilot)
        for held in hands.held:
            held.set()
        await until(pilot, lambda: hands.calls.count("swing") == 2, "turned")
        assert len(hands.held) == 2
        await pilot.press("escape")
        await until(pilot, lambda: len(hands.held) == 4, "turning again")

    played(lab([small("typical_quarterly_sale")], hands=lambda size: hands), play, size=(100, 30))


def test_who_looks_away_from_a_tornado_and_back_sees_each_knob_once() -> None:
    """Knobs that are being turned meanwhile are not turned again, and no line stands there twice."""
    hands = Holding("swing")

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("6")
        await until(pilot, lambda: len(hands.held) == 2, "turning")
        await pilot.press("1", "6")
        await pilot.pause()
        view = pilot.app.screen.query_one(SensitivityView)
        while view.tornado is None or not view.tornado.done:
            for held in hands.held:
                held.set()
            await pilot.pause()
        paths = [each.path for each in view.tornado.swings]
        assert len(paths) == view.tornado.total == len(set(paths)) == len(hands.held)

    played(lab([small("typical_quarterly_sale")], hands=lambda size: hands), play, size=(100, 30))


def test_who_leaves_a_bridge_and_comes_back_finds_the_stores_that_were_run() -> None:
    """What was run before is not run again: as many stores are run as the bridge takes, and those under way once more."""
    hands = Holding("measured")

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("p")
        await until(pilot, lambda: len(hands.held) == 2, "begun")
        hands.held[0].set()
        await until(pilot, lambda: len(hands.held) == 3, "one is run")
        await pilot.press("escape")
        await pilot.press("p")
        await until(pilot, lambda: len(hands.held) == 5, "begun again")
        assert "1 of 8 stores" in text(app_of(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, BridgeScreen)
        while screen.span is None or screen.span.bridge is None:
            for held in hands.held:
                held.set()
            await pilot.pause()
        assert len(hands.held) <= screen.span.total + 2

    played(lab([clubs()], hands=lambda size: hands), play, size=(100, 30))


def test_every_screen_fits_every_size() -> None:
    """Compare, bridge and file open and draw in any size, and when it changes: nothing is wider, nothing fails to draw."""

    async def play(pilot: Pilot[str]) -> None:
        for key, kind in SCREENS.items():
            await pilot.press(key)
            for columns, rows in SIZES:
                await pilot.resize_terminal(columns, rows)
                await pilot.pause()
                assert isinstance(pilot.app.screen, kind)
                shown = lines(app_of(pilot))
                assert len(shown) == rows
                assert all(width(line) == columns for line in shown)
                assert "cannot draw" not in "".join(shown)
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, LabScreen)

    played(lab(), play)


def test_the_keys_of_the_screens_go_from_one_to_the_other() -> None:
    """A screen's key opens it, closes it, and from another screen takes that one's place."""

    async def play(pilot: Pilot[str]) -> None:
        last = (("y", YamlScreen), ("y", LabScreen), ("c", CompareScreen))
        for key, kind in (("c", CompareScreen), ("p", BridgeScreen), ("l", LiftScreen), *last):
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(pilot.app.screen, kind)
            assert len(pilot.app.screen_stack) <= 3

    played(lab(), play)


def test_the_bar_is_clicked_on_every_screen() -> None:
    """A letter gives its scenario the focus, and + makes another one, wherever one is."""

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        for key, letter in zip(SCREENS, "CDEF", strict=True):
            await pilot.press(key)
            await pilot.pause()
            await pilot.click("#scenarios", offset=(lines(app)[0].index("A◆"), 0))
            assert app.workspace.focus == "A"
            await pilot.click("#scenarios", offset=(lines(app)[0].rindex("+"), 0))
            await pilot.pause()
            assert app.workspace.focus == letter
            assert isinstance(app.screen, SCREENS[key])

    played(lab(), play, (100, 30))


def test_compare_has_the_comparison_to_the_last_digit() -> None:
    """Every figure, every difference with its verdict and what differs, as in the headless comparison."""

    async def play(pilot: Pilot[str]) -> tuple[str, str, Any, Scenario]:
        app = app_of(pilot)
        await pilot.press("c")
        await pilot.pause()
        table = app.screen.query_one(Figures)
        differences = "\n".join("".join(part for part, _ in line) for line in table.texts)
        await pilot.press("d")
        await pilot.pause()
        levels = "\n".join("".join(part for part, _ in line) for line in table.texts)
        return differences, levels, app.board.comparison, app.workspace.pinned.scenario

    differences, levels, comparison, scenario = played(lab(), play, (160, 50))
    amounts = Amounts(scenario.currency, Terminal())
    told = 0
    for each in comparison.differences:
        row = next((line for line in differences.splitlines() if line.strip().startswith(f"{label(each.metric)}  ")), None)
        if row is None or each.value is None:
            continue
        assert amounts.interval(each.value, each.low, each.high, each.unit, signed=True) in row
        assert ("not clear" if each.verdict == "no clear difference" else each.verdict) in row
        told += 1
    assert told > 20
    for metric, figure in comparison.scenarios[1].metrics.items():
        row = next((line for line in levels.splitlines() if line.strip().startswith(f"{label(metric)}  ")), None)
        if row is not None and figure.value is not None:
            assert amounts.interval(figure.value, figure.low, figure.high, figure.unit) in row
    assert " B: strategies.discount_cycle off > on" in differences


def test_compare_follows_the_focus_and_the_baseline() -> None:
    """Letters move the focus, space pins another baseline, and the table turns around."""

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        await pilot.press("c", "B", "space")
        await pilot.pause()
        assert app.workspace.baseline == "B"
        head = "".join(part for part, _ in app.screen.query_one(Figures).texts[0])
        assert head.index("B◆") < head.index("A ")

    played(lab(), play)


def test_compare_says_what_the_metric_of_its_cursor_means() -> None:
    """The formula stands below the table, what is counted follows, and why there is no figure where there is none."""
    paid = [f"channels.{name}=off" for name in ("paid_search", "paid_social", "affiliate")]
    free = small("typical_online_store", *paid)

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        await pilot.press("c")
        await pilot.pause()
        assert "CLV = sum of margin" in text(app)
        assert "Customer lifetime value to the" in text(app)
        table = app.screen.query_one(Figures)
        await pilot.press(*["down"] * table.metrics.index("cac_paid"))
        await pilot.pause()
        shown = text(app)
        assert f"= {METRICS['cac_paid'].formula}" in shown
        reason = app.board.shown["B"].result.metrics["cac_paid"].reason
        assert reason
        assert f"B: {reason}" in shown
        await pilot.press("home")
        await pilot.click("#figures", offset=(4, 3))
        await pilot.pause()
        assert table.metric == table.metrics[2]
        assert f"= {METRICS[table.metric].formula}" in text(app)

    played(lab([small(), free]), play, (100, 30))


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (100, 30), (160, 50)], ids=str)
def test_compare_has_room_for_its_figures(size: tuple[int, int]) -> None:
    """A third of the lines at least are figures, whatever else stands there."""

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("c")
        await pilot.pause()
        assert app_of(pilot).screen.query_one(Figures).size.height >= size[1] // 3 + 1

    played(lab(), play, size)


def test_what_the_figures_of_compare_are_called_does_not_scroll_away() -> None:
    """To the right there are further scenarios; the names of the metrics stay, and notes are never wider than the screen."""

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        await pilot.press("c")
        await pilot.pause()
        table = app.screen.query_one(Figures)
        assert table.virtual_size.width > table.size.width
        await pilot.press(*["right"] * 30)
        await pilot.pause()
        assert table.scroll_offset.x > 20
        assert any(line.startswith(" CLV after CAC ") for line in lines(app))
        await pilot.press("end")
        await pilot.pause()
        assert any(line.startswith(" what differs") for line in lines(app))
        notes = table.texts[table.heads + len(table.metrics) :]
        assert max(width("".join(part for part, _ in line)) for line in notes) <= table.size.width

    played(lab([*pair(), small("typical_deep_sale")]), play)


async def spread_out(pilot: Pilot[str]) -> StoresScreen:
    """The histogram's screen, once it has its figures."""
    screen = pilot.app.screen
    assert isinstance(screen, StoresScreen)
    await until(pilot, lambda: screen.spread is not None, "spread out")
    return screen


def test_a_metric_opens_store_by_store() -> None:
    """Enter on a metric shows its paired difference in each store: as many as there are, those of the stores by themselves."""
    scenarios = pair()

    async def play(pilot: Pilot[str]) -> tuple[Any, ...]:
        app = app_of(pilot)
        await pilot.press("c", "enter")
        screen = await spread_out(pilot)
        first, seen = screen.spread, text(app)
        await pilot.press("d")
        levels = (await spread_out(pilot)).spread
        await pilot.press("d", "down")
        second = await spread_out(pilot)
        assert second.metric == "clv_after_cac"
        assert "CLV after CAC of B less A" in text(app)
        await pilot.press("A")
        await spread_out(pilot)
        assert "CLV after CAC of A, store by store" in text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, CompareScreen)
        return first, levels, seen, app.board.comparison

    first, levels, seen, comparison = played(lab(scenarios, replications=3), play, (100, 30))
    alone = [[store_by_store(simulate(each, 1, range(i, i + 1)), "clv")[0] for i in range(3)] for each in scenarios]
    assert list(levels.values) == alone[1]
    assert list(first.values) == [mine - base for base, mine in zip(*alone, strict=True)]
    found = next(each for each in comparison.differences if each.metric == "clv")
    assert Amounts("USD", Terminal()).interval(found.value, found.low, found.high, found.unit, signed=True) in seen
    assert found.verdict in seen
    assert f"= {METRICS['clv'].formula}" in seen
    assert "█" in seen


def test_the_histogram_stays_until_that_of_more_stores_is_there() -> None:
    """While further stores arrive the bars of those that were there stand, and only one piece of work is under way."""
    hands = Holding("spread")

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("c", "enter")
        await until(pilot, lambda: len(hands.held) == 1, "begun")
        hands.held[0].set()
        screen = await spread_out(pilot)
        await pilot.press("x")
        await until(pilot, lambda: len(hands.held) == 2 and not app_of(pilot).board.busy, "more")
        assert screen.spread is not None
        assert len(screen.spread.values) == 2
        while len(screen.spread.values) < 4:
            hands.held[-1].set()
            await pilot.pause()
        assert len(hands.held) <= 3

    played(lab(hands=lambda size: hands), play, (100, 30))


def test_the_histogram_says_why_there_is_none() -> None:
    """Money of two currencies is not set against each other, and a scenario that cannot run has no stores."""

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        await pilot.press("c", "enter")
        await spread_out(pilot)
        assert "EUR, not USD" in text(app)
        await pilot.press("d")
        await until(pilot, lambda: "CLV of B, store by store" in text(app) and "█" in text(app), "levels")
        app.edit("clv_horizon", 36)
        await until(pilot, lambda: "clv_horizon" in text(app), "told")
        assert "█" not in text(app)

    euros = dataclasses.replace(small("typical_quarterly_sale"), currency="EUR")
    played(lab([small(), euros]), play, (100, 30))


def test_the_histogram_follows_more_stores_and_every_size() -> None:
    """x simulates twice as many and they are shown; no size is too small to be drawn, and other screens take its place."""

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        await pilot.press("c", "enter")
        screen = await spread_out(pilot)
        await pilot.press("x")
        await until(pilot, lambda: screen.spread is not None and len(screen.spread.values) == 4, "twice as many")
        for columns, rows in SIZES:
            await pilot.resize_terminal(columns, rows)
            await pilot.pause()
            assert max(map(width, lines(app))) <= columns
            assert "Error" not in text(app)
        await pilot.resize_terminal(100, 30)
        await pilot.press("p")
        await pilot.pause()
        assert [type(each) for each in app.screen_stack[1:]] == [LabScreen, BridgeScreen]

    played(lab(), play, (100, 30))


def test_the_table_of_compare_scrolls_both_ways() -> None:
    """Down to what differs, and to the right where it is wider than the screen; the head stays."""

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        await pilot.press("c")
        await pilot.pause()
        assert "what differs" not in text(app)
        head = next(line for line in lines(app) if "A◆" in line and "B" in line and "regulars" not in line)
        await pilot.press("end")
        await pilot.pause()
        assert "what differs" in text(app)
        assert head[:40] in text(app)
        await pilot.press("right", "right", "right", "right")
        await pilot.pause()

    played(lab(), play)


def test_the_bridge_is_that_of_the_command() -> None:
    """The same stores, the same figures; m builds another metric; enter goes to the strategy's knobs."""

    async def play(pilot: Pilot[str]) -> tuple[Bridge, Bridge]:
        app = app_of(pilot)
        await pilot.press("p")
        first = await built(pilot)
        shown = text(app)
        assert all(title in shown for title in ("Discount cycle", "Loyalty tiers", "Referral programme"))
        await pilot.press("m")
        second = await built(pilot)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, LabScreen)
        row = app.screen.query_one(Knobs).row
        assert row.group is not None
        assert row.group.path == "strategies.loyalty_tiers"
        return first, second

    first, second = played(lab([clubs()]), play, (100, 30))
    assert (first.metric, second.metric) == ("profit", "contribution_margin")
    assert first == headless("profit")
    assert second == headless("contribution_margin")


def test_a_strategy_is_taken_apart_into_its_mechanisms() -> None:
    """`i` builds the command's bridge over the mechanisms of the strategy of the cursor, and escape is back at all."""

    async def play(pilot: Pilot[str]) -> Bridge:
        app = app_of(pilot)
        await pilot.press("p")
        await built(pilot)
        await pilot.press("up", "i")
        await pilot.pause()
        assert "the cursor is on no strategy" in text(app)
        await pilot.press("down", "i")
        found = await built(pilot)
        assert all(words in text(app) for words in ("Discount cycle by its mechanisms", "Waiting for it", "without it"))
        await pilot.press("escape")
        assert (await built(pilot)).strategy == ""
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, LabScreen)
        return found

    assert played(lab([clubs()]), play, (100, 30)) == headless("profit", "discount_cycle")


def test_the_bridge_says_how_it_is_read_and_begins_at_a_strategy() -> None:
    """What in turn, alone and last mean stands below; i takes the first strategy apart without a move; another metric keeps
    the cursor."""

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        await pilot.press("p")
        await built(pilot)
        shown = " ".join(text(app).split())
        assert "In turn: added to those above it, which sums to the whole; alone: against doing nothing; last: what" in shown
        assert "2 stores of each, with the same customers and the same luck" in shown
        screen = app.screen
        assert isinstance(screen, BridgeScreen)
        await pilot.press("down", "m")
        await built(pilot)
        assert screen.strategy == "loyalty_tiers"
        await pilot.press("up", *["down"] * 9)
        assert screen.query_one(Planks).cursor == 4
        await pilot.press(*["up"] * 3, "i")
        await built(pilot)
        assert screen.inside == "discount_cycle"
        assert "Given away: what it costs" in " ".join(text(app).split())

    played(lab([clubs()]), play, (100, 30))


def test_a_bridge_that_is_not_built_yet_says_so() -> None:
    """What is asked of it meanwhile is not blamed on the cursor."""
    hands = Holding("measured")

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("p", "i")
        await pilot.pause()
        assert "the bridge is not built yet" in text(app_of(pilot))

    played(lab([clubs()], hands=lambda size: hands), play, (100, 30))


def test_the_lift_has_the_figures_of_the_command() -> None:
    """Three views of the strategy of the cursor, every figure as the command prints it; m shows the next strategy, enter
    goes to its knobs, and a store without strategies says so."""

    async def shown(pilot: Pilot[str], strategy: str) -> Lift:
        screen = pilot.app.screen
        assert isinstance(screen, LiftScreen)
        await until(pilot, lambda: screen.strategy == strategy and screen.views and screen.views.lift, "shown")
        assert screen.views is not None
        assert screen.views.lift is not None
        return screen.views.lift

    async def play(pilot: Pilot[str]) -> Lift:
        app = app_of(pilot)
        lab_screen = app.screen
        assert isinstance(lab_screen, LabScreen)
        lab_screen.find("strategies.loyalty_tiers.gold_at")
        await pilot.press("l")
        found = await shown(pilot, "loyalty_tiers")
        seen = text(app)
        for row in views(found, Amounts(found.currency)):
            assert all(cell in seen for cell in row), row
        assert "The scenario holds out nobody; 10 % were held out for the test. " in " ".join(seen.split())
        await pilot.press("m")
        await shown(pilot, "referral")
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is lab_screen
        assert lab_screen.strategy == "referral"
        return found

    steps = lift(clubs(), "loyalty_tiers", replications=2, workers=1)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            told = end.value
            break
    assert played(lab([clubs()]), play, (120, 30)) == told


def test_a_store_without_strategies_has_no_lift() -> None:
    """A sentence, and no failure."""

    async def play(pilot: Pilot[str]) -> str:
        await pilot.press("l", "m", "up")
        await pilot.pause()
        return text(app_of(pilot))

    assert "there is no strategy to look at" in played(lab([small(customers=60.0)]), play)


def test_the_cursor_of_a_long_bridge_stays_in_sight() -> None:
    """With more strategies than lines the cursor scrolls along; a click puts it there, a second one goes to the knobs."""
    made, names = Figure(1.0, 0.5, 1.5, "money"), sorted(catalogue())
    planks = tuple(Plank(name, made, made, made) for name in names)
    scenario = dataclasses.replace(small(customers=40.0), strategies={names[13]: catalogue()[names[13]]()})
    whole = Bridge("0", "all", 1, 2, 40.0, "USD", "profit", made, planks, made)

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        await pilot.press("p")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, BridgeScreen)
        assert app.bridges is not None
        app.bridges.look = lambda *wish: Span("profit", 1, 1, whole)  # type: ignore[method-assign]
        screen.follow(app.workspace, app.board)
        await pilot.press(*["down"] * 14)
        await pilot.pause()
        title = catalogue()[names[14]].title
        shown = screen.query_one(Planks)
        assert shown.cursor == 15
        assert title in text(app)
        at = next(i for i, line in enumerate(lines(app)) if catalogue()[names[13]].title in line)
        await pilot.click(Planks, offset=(3, at - 1))
        await pilot.pause()
        assert shown.cursor == 14
        await pilot.click(Planks, offset=(3, at - 1))
        await pilot.pause()
        assert isinstance(app.screen, LabScreen)
        row = app.screen.query_one(Knobs).row
        assert row.group is not None
        assert row.group.path == f"strategies.{names[13]}"

    played(lab([scenario]), play, (80, 14))


def test_a_bridge_without_strategies_says_so() -> None:
    """Nothing to build: a sentence, and no failure."""

    async def play(pilot: Pilot[str]) -> str:
        await pilot.press("A", "p", "m", "enter")
        await pilot.pause()
        return text(app_of(pilot))

    assert "no strategy to build a bridge of" in played(lab(), play)


def test_the_bridge_follows_edits() -> None:
    """Undoing or switching the scenario builds another bridge; what was built is kept."""

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        await pilot.press("p")
        first = await built(pilot)
        app.edit("strategies.referral", None)

        def follows() -> bool:
            bridge = app.screen.span.bridge if isinstance(app.screen, BridgeScreen) and app.screen.span else None
            return bridge is not None and len(bridge.planks) == 2

        await until(pilot, follows, "built without the referral")
        app.change(app.workspace.undone())
        assert (await built(pilot)) == first

    played(lab([clubs()]), play)


def test_settings_change_keys_theme_and_help() -> None:
    """A key from the settings works, the old one does not; help shows the new one; the theme is the wished one."""
    settings = Settings(theme="nord", keymap={"screen.compare": "f6", "knob.more": "l"})

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        assert app.theme == "nord"
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(app.screen, LabScreen)
        await pilot.press("question_mark")
        await pilot.pause()
        assert "f6" in "\n".join(keys for keys, _ in app.screen.rows())  # type: ignore[attr-defined]
        await pilot.press("escape", "f6")
        await pilot.pause()
        assert isinstance(app.screen, CompareScreen)

    played(lab(settings=settings), play)


def test_every_command_has_a_name_of_its_own() -> None:
    """The settings' names are unique, and everything that the palette offers can be run."""
    known = ids()
    assert len(known) > 60
    assert len({each.help for each in known.values() if each.palette}) > 30

    async def play(pilot: Pilot[str]) -> list[str]:
        app = app_of(pilot)
        return [command.title for command in app.get_system_commands(app.screen)]

    titles = played(lab(pair()), play, ready=False)
    assert {"file: save", "screen: compare", "file: copy command"} <= set(titles)
    assert json.dumps(titles)


def test_the_palette_offers_what_can_be_done_on_the_open_screen() -> None:
    """Compare's own commands on Compare, and none that only the lab's screen understands; choosing one does it."""

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        for key, own, other in (("c", "compare: stores", "bridge: inside"), ("p", "bridge: inside", "view: tab 1")):
            await pilot.press(key)
            await pilot.pause()
            titles = {each.title: each for each in app.get_system_commands(app.screen)}
            assert {own, "file: save"} <= set(titles)
            assert other not in titles
            assert "view: bands" not in titles
        await pilot.press("c")
        await pilot.pause()
        found = {each.title: each for each in app.get_system_commands(app.screen)}
        found["compare: stores"].callback()
        await until(pilot, lambda: isinstance(app.screen, StoresScreen), "opened")

    played(lab(), play, (100, 30))


def test_every_screen_and_dialog_is_ascii_where_only_ascii_arrives() -> None:
    """Compare, the histogram, the bridge, the lift, the file, help, questions, lists, the palette, and their scroll bars."""

    async def play(pilot: Pilot[str]) -> None:
        app = app_of(pilot)
        for keys in (["c"], ["enter"], ["p"], ["l"], ["y"], ["escape", "question_mark"], ["escape", "enter"], ["escape", "a"],
                     ["escape", "o"], ["escape", "X"], ["escape", "ctrl+p"]):  # fmt: skip
            await pilot.press(*keys)
            await pilot.pause()
            await until(pilot, lambda: "simulating" not in text(app) and " of 2 stores\n" not in text(app), "there")
            shown = text(app)
            assert shown.isascii(), (keys, [letter for letter in shown if not letter.isascii()])

    played(lab(environ={"COLORTERM": "truecolor"}, ascii_only=True), play)


def test_the_front_door_reads_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours are handed on before Textual is imported; names are checked against the themes and keys there are."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("NO_COLOR", "TEXTUAL_COLOR_SYSTEM"):  # set first, so that what the front door sets ends with this test
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    path = tmp_path / "regulars" / "settings.yaml"
    path.parent.mkdir()
    assert settled() == Settings()
    check_names(Settings())
    path.write_text("colours: 256\ntheme: nord\nworkers: 2\nkeymap: {app.quit: f10}\n")
    found = settled()
    assert (found.workers, os.environ["TEXTUAL_COLOR_SYSTEM"]) == (2, "256")
    check_names(found)
    path.write_text("colours: none\ntheme: nrod\nkeymap: {app.qit: f10}\n")
    found = settled()
    assert os.environ["NO_COLOR"] == "1"
    with pytest.raises(BadInput) as caught:
        check_names(found)
    told = str(caught.value)
    assert "did you mean 'nord'" in told
    assert "did you mean 'app.quit'" in told
