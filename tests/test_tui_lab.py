"""The lab's screen, played with keys and the mouse: what each does, and what is seen."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
from lab_at_hand import finished, lab, lines, pair, played, small, text, until
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from sim.cli import main
from sim.experiment import FEWEST_COUPLED
from sim.files.scenario_file import load_scenario
from sim.ranges import ranges
from sim.report.amounts import Amounts
from sim.scenario import Scenario
from sim.sensitivity import sensitivity
from sim.strategies import catalogue
from sim.text import printable, width
from tui.app import Lab
from tui.board import COMPLETE
from tui.keys import APP, DESK, KNOBS, LAB, TORNADO, ids
from tui.outline import outline
from tui.paths import replaced, value_at
from tui.screens.ask import Ask, Choose, Confirm
from tui.screens.help import HelpScreen
from tui.screens.knobs import Knobs
from tui.screens.lab import LabScreen
from tui.widgets.band_chart import BandChart
from tui.widgets.cohort_view import CohortView
from tui.widgets.knob_help import knob_texts
from tui.widgets.sensitivity_view import SensitivityView
from tui.workspace import Workspace

GOLDENS = Path(__file__).parent / "goldens"
DEPTH = "strategies.discount_cycle.depth"
SIZES = [(80, 24), (100, 30), (160, 50)]


def screen_of(pilot: Pilot[str]) -> LabScreen:
    """The lab's screen."""
    assert isinstance(pilot.app, Lab)
    return next(each for each in pilot.app.screen_stack if isinstance(each, LabScreen))


def app_of(pilot: Pilot[str]) -> Lab:
    """The app."""
    assert isinstance(pilot.app, Lab)
    return pilot.app


def space(pilot: Pilot[str]) -> Workspace:
    """The workspace."""
    assert isinstance(pilot.app, Lab)
    return pilot.app.workspace


def focused(pilot: Pilot[str], path: str) -> Any:
    """A value of the focused scenario."""
    return value_at(space(pilot).focused.scenario, path)


def status(pilot: Pilot[str]) -> str:
    """The status line."""
    assert isinstance(pilot.app, Lab)
    return lines(pilot.app)[-2]


# What is seen


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_screen_is_laid_out_as_it_was_drawn(size: tuple[int, int]) -> None:
    """The text of the whole screen, once all is simulated, at three sizes; REGULARS_GOLDENS=1 draws them anew."""
    import os

    async def play(pilot: Pilot[str]) -> str:
        assert isinstance(pilot.app, Lab)
        return text(pilot.app)

    seen = played(lab(), play, size)
    golden = GOLDENS / f"lab_{size[0]}x{size[1]}.txt"
    if os.environ.get("REGULARS_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(seen, encoding="utf-8")
    assert seen == golden.read_text(encoding="utf-8")


def test_every_size_shows_the_lab_or_says_what_it_needs() -> None:
    """No line is longer than the screen, nothing failed to be drawn, one pane where two have no room; whether the lab is
    opened in a size or comes to it."""
    sizes = [(1, 1), (60, 16), *SIZES, (59, 15), (40, 10), (39, 9), (200, 60), (1, 1)]

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        for size in sizes:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            first = lines(pilot.app)
            await pilot.press("tab")
            await pilot.pause()
            second = lines(pilot.app)
            await pilot.press("shift+tab" if size[0] >= 60 and size[1] >= 16 else "tab")
            fits(size, first, second)

    played(lab(), play, sizes[0])


@pytest.mark.parametrize("size", [(39, 9), (59, 15), (160, 50)])
def test_the_lab_opens_in_any_size(size: tuple[int, int]) -> None:
    """In a size that is too small, in one with room for a pane, and in a large one."""

    async def play(pilot: Pilot[str]) -> tuple[list[str], list[str]]:
        assert isinstance(pilot.app, Lab)
        first = lines(pilot.app)
        await pilot.press("tab")
        await pilot.pause()
        return first, lines(pilot.app)

    fits(size, *played(lab(), play, size))


def fits(size: tuple[int, int], first: list[str], second: list[str]) -> None:
    """The screen, and what it is after a tab, are as they should be in that size."""
    shown = "\n".join(first)
    assert len(first) == size[1]
    assert all(width(line) == size[0] for line in first)
    assert "Error" not in shown
    assert "cannot draw" not in shown
    if size[0] < 40 or size[1] < 10:
        assert "The lab needs"[: size[0]] in shown or size == (1, 1)
    elif size[0] < 60 or size[1] < 16:
        assert "Depth" in shown
        assert "Retention" not in shown
        assert "Retention" in "\n".join(second)
    else:
        assert "Depth" in shown
        assert "Retention" in shown


def test_the_footer_fits_and_has_more_where_there_is_room() -> None:
    """Every label is whole at any width: the way to compare, to save and to all commands at 80 columns, more at 160, and what
    the tornado understands while it has the focus."""

    async def play(pilot: Pilot[str]) -> dict[int, str]:
        found = {}
        for columns in (80, 160, 100, 60, 40):
            await pilot.resize_terminal(columns, 30)
            await pilot.pause()
            found[columns] = lines(app_of(pilot))[-1]
        await pilot.resize_terminal(100, 30)
        await pilot.press("6", "tab")
        await pilot.pause()
        found[0] = lines(app_of(pilot))[-1]
        return found

    footers = played(lab(), play)
    always = [each.label for each in (*KNOBS, *LAB, *APP) if each.footer]
    assert len(always) <= 6
    more = [each.label for each in sorted((*LAB, *DESK, *APP), key=lambda each: each.room) if each.room]
    for columns, count in ((60, 1), (80, 3), (100, 5), (160, 12)):
        words = footers[columns].split()
        assert all(label in footers[columns] for label in (*always, *more[:count])), footers[columns]
        assert width(footers[columns].rstrip()) <= columns
        assert set(" ".join((*always, *more)).split()) >= {word for word in words if len(word) > 5}, footers[columns]
    assert "⏎ knob m metric" in footers[0]
    assert footers[40].split()[-2:] == ["?", "help"]


COMPARED = {
    "independent": (["typical_online_store", "typical_quarterly_sale"], "2500"),
    "coupled": (["launch", "launch_20_80"], "60"),
}


@pytest.mark.parametrize("kind", COMPARED)
def test_numbers_on_the_screen_are_those_of_the_command_line(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CLV, its difference and the other figures, as the screen prints them, from the JSON of the same comparison; where a
    store's customers depend on each other too, with as many stores as intervals over whole stores need."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    names, customers = COMPARED[kind]
    options = ["--customers", customers, "--months", "14", "--seed", "5", "--workers", "1", "-q", "--format", "json"]
    assert main(["compare", *names, *options]) == 0
    told = json.loads(capsys.readouterr().out)
    assert kind == "independent" or told["replications"] >= FEWEST_COUPLED

    async def play(pilot: Pilot[str]) -> list[str]:
        assert isinstance(pilot.app, Lab)
        return lines(pilot.app)

    from tui.launch import loaded, parsed

    scenarios, _ = loaded(parsed([*names, *options[:4]]))
    assert all(scenario.coupled == (kind == "coupled") for scenario in scenarios)
    shown = played(lab(scenarios, seed=5, replications=None), play, (200, 50))
    amounts = Amounts(scenarios[0].currency)
    for row, scenario in zip(shown[-4:-2], told["scenarios"], strict=True):
        for metric in ("clv", "cac", "ltv_cac", "repeat_customer_rate", "contribution_margin", "profit"):
            found = scenario["metrics"][metric]
            assert amounts.interval(found["value"], found["low"], found["high"], found["unit"]) in row, metric
    difference = next(each for each in told["differences"] if each["metric"] == "clv")
    written = amounts.interval(difference["value"], difference["low"], difference["high"], "money", signed=True)
    assert written in shown[-3]
    verdict = difference["verdict"]
    assert ("not clear" if verdict == "no clear difference" else verdict) in shown[-3]
    assert f"{told['replications']} of {told['replications']} stores" in shown[-2]


def abroad() -> list[Scenario]:
    """The baseline in dollars, another in pounds, a third in dollars again."""
    base, sale = small(), small("typical_quarterly_sale")
    return [base, dataclasses.replace(sale, name="Abroad", currency="GBP"), dataclasses.replace(sale, name="Home")]


def test_each_scenario_has_its_own_currency() -> None:
    """Amounts stand in their scenario's own currency, and none is taken from one in another: the table, the crosshair, the
    chart and the comparison say so instead; what is no money is compared as ever."""

    async def play(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        assert "different currencies: A in USD, B in GBP, C in USD" in status(pilot)
        baseline, pounds, dollars = lines(app)[-5:-2]
        assert "$" in baseline
        assert "£" in pounds
        assert "$" not in pounds
        assert "GBP, not USD" in pounds
        assert not re.search("better|worse|clear", pounds)
        assert re.search(r"-\$\d", dollars)
        assert re.search("better|worse|clear", dollars)
        await pilot.press("2", "right_square_bracket")
        await pilot.pause()
        assert "A in USD, B in GBP, C in USD" in text(app)
        assert re.search(r"day \d+: A \$\d.* B £\d.* C \$\d", text(app))
        assert not re.search(r"\$\d+ ┤", text(app))
        await pilot.press("d")
        await pilot.pause()
        chart = screen_of(pilot).query_one(BandChart).chart
        assert chart is not None
        assert [each.tag for each in chart.series] == ["C"]
        assert re.search(r"B GBP, not USD  C -\$\d", text(app))
        await pilot.press("c")
        await pilot.pause()
        rows = {line.split("  ")[0].strip(): line for line in lines(app)}
        assert re.search(r"\$\d.*GBP, not USD +· +-\$\d", rows["CLV"])
        assert "GBP" not in rows["Repeat customer rate"]
        assert rows["Repeat customer rate"].count("pp") == 2
        await pilot.press("d")
        await pilot.pause()
        assert re.search(r"CLV +\$\d.*£\d.*\$\d", text(app))
        await pilot.press("end")
        await pilot.pause()
        assert "amounts of two are not compared" in text(app)

    played(lab(abroad()), play, (160, 50))


def test_a_difference_that_cannot_be_drawn_is_not_waited_for() -> None:
    """Where no other scenario is in the baseline's currency the chart of differences of money has nothing to draw."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        await pilot.press("2", "d")
        await pilot.pause()
        assert "simulating" not in text(pilot.app)
        assert "nothing to draw" in text(pilot.app)
        await pilot.press("1")
        await pilot.pause()
        assert "nothing to draw" not in text(pilot.app)

    played(lab(abroad()[:2]), play, (100, 30))


def test_a_currency_without_a_sign_keeps_its_amount_where_cells_are_few() -> None:
    """Its code stands before the amount; leaving the interval out leaves both."""

    async def play(pilot: Pilot[str]) -> list[str]:
        assert isinstance(pilot.app, Lab)
        return lines(pilot.app)[-4:-2]

    scenarios = [dataclasses.replace(each, currency="CHF") for each in pair()]
    assert all(re.search(r"CHF \d", line) for line in played(lab(scenarios), play))


NAMES = (
    "متجر الشاي الصغير", "日本茶の小さな店", "café 🫖🧑‍🍳 shop", "[b]bold[/b] [red]not red[/red]", "x" * 190, "नमस्ते दुकान",
    "\u202eright to left", "a\tb", "[/", "$name @click=app.quit",
)  # fmt: skip


def test_any_name_is_shown_as_it_is() -> None:
    """A name in any script, of any length or full of markup neither breaks a line nor is read as markup, and is what the
    question for another one begins with."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        for names in zip(NAMES[::2], NAMES[1::2], strict=True):
            for letter, name in zip("AB", names, strict=True):
                pilot.app.change(space(pilot).focusing(letter).edited("name", name))
            await finished(pilot)
            for letter, name in zip("AB", names, strict=True):
                await pilot.press(letter)
                await pilot.pause()
                shown = lines(pilot.app)
                assert all("Error" not in line and "cannot draw" not in line for line in shown), name
                assert printable(name)[:60] in shown[0], name
                assert shown[0].rstrip().endswith("+"), name
                assert "less A" in "\n".join(shown)
                await pilot.press("r")
                await pilot.pause()
                assert isinstance(pilot.app.screen, Ask)
                assert pilot.app.screen.query_one(Input).value == name
                await pilot.press("escape")

    played(lab(), play, (110, 24))


# Knobs


def test_arrows_turn_the_knob_and_the_curve_follows() -> None:
    """Right and left, ten times as far with shift; the value, the change mark and the figures follow."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        before = pilot.app.board.shown["B"].result.metrics["clv"].value
        await pilot.press("right")
        assert focused(pilot, DEPTH) == 0.21
        await pilot.press("shift+right")
        assert focused(pilot, DEPTH) == 0.31
        await pilot.press("left")
        assert focused(pilot, DEPTH) == 0.30
        await finished(pilot)
        assert pilot.app.board.shown["B"].stage == COMPLETE
        assert pilot.app.board.shown["B"].result.metrics["clv"].value != before
        line = next(line for line in lines(pilot.app) if "Depth" in line)
        assert line.startswith("*Depth")
        assert "30 %" in line
        await pilot.press("backspace")
        assert focused(pilot, DEPTH) == 0.20

    played(lab(), play)


def test_a_knob_at_its_end_or_without_a_value_says_so() -> None:
    """Instead of doing nothing."""

    async def play(pilot: Pilot[str]) -> None:
        screen = screen_of(pilot)
        screen.find("strategies.discount_cycle.until")
        await pilot.press("right")
        await pilot.pause()
        assert "not set" in status(pilot)
        screen.find("strategies.discount_cycle.from")
        await pilot.press("left")
        await pilot.pause()
        assert "at its end" in status(pilot)
        screen.find("currency")
        await pilot.press("right")
        await pilot.pause()
        assert "typed" in status(pilot)
        await pilot.press("delete")
        await pilot.pause()
        assert "always has a value" in status(pilot)

    played(lab(), play)


def test_an_exact_value_is_typed_as_in_a_file() -> None:
    """Enter opens the value; what cannot be is explained and stays to be mended; escape changes nothing."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Ask)
        await pilot.press(*"250 %", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Ask)
        assert "too large" in text(pilot.app)
        await pilot.press("escape")
        assert focused(pilot, DEPTH) == 0.20
        await pilot.press("enter", *"12.5 %", "enter")
        await pilot.pause()
        assert focused(pilot, DEPTH) == 0.125
        screen_of(pilot).find("strategies.discount_cycle.until")
        await pilot.press("enter", *"1 year", "enter")
        await pilot.pause()
        assert focused(pilot, "strategies.discount_cycle.until") == 365.25
        await pilot.press("delete")
        await pilot.pause()
        assert focused(pilot, "strategies.discount_cycle.until") is None

    played(lab(), play)


def test_undo_and_redo_take_back_what_was_held() -> None:
    """Nudges of one knob are one step; both keys, and a word where there is nothing."""

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("right", "right", "right")
        assert focused(pilot, DEPTH) == 0.23
        await pilot.press("u")
        assert focused(pilot, DEPTH) == 0.20
        await pilot.press("u")
        await pilot.pause()
        assert "nothing to undo" in status(pilot)
        await pilot.press("ctrl+r")
        assert focused(pilot, DEPTH) == 0.23
        await pilot.press("ctrl+z")
        await pilot.press("ctrl+y")
        assert focused(pilot, DEPTH) == 0.23
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert "nothing to redo" in status(pilot)

    played(lab(), play)


def test_the_cursor_moves_folds_and_finds() -> None:
    """Up and down, ends, pages, folding one group and all, and a knob by a part of its name."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        knobs = screen_of(pilot).query_one(Knobs)
        await pilot.press("j")
        assert knobs.row.path == "strategies.discount_cycle.every"
        await pilot.press("up")
        assert knobs.row.path == DEPTH
        await pilot.press("up", "left")
        assert "strategies.discount_cycle" in knobs.folded
        await pilot.press("right")
        assert "strategies.discount_cycle" not in knobs.folded
        assert {row.group.path for row in knobs.rows if row.group and row.group.on is None} <= knobs.folded
        await pilot.press("z", "z")
        assert knobs.folded == set()
        await pilot.press("end")
        assert knobs.cursor == len(knobs.rows) - 1
        await pilot.press("pageup", "pagedown", "home")
        assert knobs.cursor == 0
        count = len(knobs.rows)
        await pilot.press("z")
        assert len(knobs.rows) < count / 3
        await pilot.press("slash", *"fatigue mess")
        assert isinstance(pilot.app.screen, Choose)
        await pilot.press("enter")
        await pilot.pause()
        assert knobs.row.path == "store.contact.fatigue"
        assert "Fatigue a message" in text(pilot.app)

    played(lab(), play, (100, 30))


def test_the_cursor_begins_where_the_scenarios_differ() -> None:
    """On the first knob that is not as in the baseline, in sight though far below, its group open and the store's folded."""
    store = small("typical_all_together", customers=60.0)
    other = dataclasses.replace(replaced(store, "store.contact.fatigue", 0.2), name="Tired")

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        knobs = screen_of(pilot).query_one(Knobs)
        assert knobs.row.path == "store.contact.fatigue"
        assert "Fatigue a message" in text(pilot.app)
        assert "store.contact" not in knobs.folded
        assert {"store.orders", "store.costs"} <= knobs.folded

    played(lab([store, other]), play, ready=False)


def test_help_of_the_knob_has_its_unit_range_and_evidence() -> None:
    """What it does, what it takes, what is plausible, and who says so."""

    async def play(pilot: Pilot[str]) -> str:
        assert isinstance(pilot.app, Lab)
        screen_of(pilot).find("strategies.discount_cycle.pull_forward")
        await pilot.pause()
        return text(pilot.app)

    seen = " ".join(" ".join(line[:45] for line in played(lab(), play, (160, 50)).splitlines()).split())
    told = ("Share of the extra orders", "of extra orders", "from 0 %", "Plausible: 5 % to 40 %", "Evidence S", "van Heerde")
    for words in told:
        assert words in seen


# Strategies and scenarios


def test_strategies_are_switched_off_and_on_and_added() -> None:
    """Off with enter and on again as they were; any strategy of the catalogue by a part of its name."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        await pilot.press("right", "up", "enter")
        assert focused(pilot, "strategies.discount_cycle") is None
        await pilot.press("enter")
        assert focused(pilot, DEPTH) == 0.21
        await pilot.press("t")
        assert focused(pilot, "strategies.discount_cycle") is None
        await pilot.press("a", *"win-back", "enter")
        await pilot.pause()
        assert focused(pilot, "strategies.win_back") == catalogue()["win_back"]()
        await finished(pilot)
        assert "Win-back" in text(pilot.app)
        screen_of(pilot).find("store.orders.r")
        await pilot.press("t")
        await pilot.pause()
        assert "no strategy" in status(pilot)

    played(lab(), play)


def test_copies_of_copies_are_counted() -> None:
    """A copy of a copy is called after the first, not after all before it."""

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("n", "n", "n")
        names = [slot.scenario.name for slot in space(pilot).slots]
        assert names[1:] == ["Quarterly sale (2)", "Quarterly sale (3)", "Quarterly sale (4)"]

    played(lab([small("typical_quarterly_sale")]), play, ready=False)


@pytest.mark.parametrize(("currency", "shown"), [("USD", "$60"), ("EUR", "€60"), ("SEK", "SEK 60")])
def test_a_knob_of_money_is_shown_in_the_currency_of_its_store(currency: str, shown: str) -> None:
    """The pane says what a cost is in; what is typed is the bare number."""
    store = small("typical_online_store", "strategies.account_policy=on")
    scenario = replaced(store, "strategies.account_policy.monthly_cost", 60.0)
    scenario = dataclasses.replace(scenario, currency=currency)

    async def play(pilot: Pilot[str]) -> None:
        screen_of(pilot).find("strategies.account_policy.monthly_cost")
        await pilot.pause()
        row = next(line for line in lines(app_of(pilot)) if "Cost a month" in line)
        assert shown in row
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).value == "60"

    played(lab([scenario]), play, ready=False)


def test_a_name_that_begins_as_was_typed_stands_before_one_that_is_only_told_of() -> None:
    """Adding a strategy: `tier` finds the tiers first, not whatever speaks of them."""

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("a", *"disc")
        await pilot.pause()
        options = pilot.app.screen.query_one(OptionList)
        titles = [str(options.get_option_at_index(i).prompt).lower() for i in range(options.option_count)]
        near = [0 if title.startswith("disc") else 1 if " disc" in title.partition("  ")[0] else 3 for title in titles]
        assert near == sorted(near)
        assert set(near) == {0, 1, 3}

    played(lab([small()]), play, ready=False)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_lines_of_the_tornado_share_their_middle_and_are_whole(size: tuple[int, int]) -> None:
    """However long the words at a bar are, all bars stand on one middle; nothing is cut, and the cursor's line is told with its
    intervals."""

    async def play(pilot: Pilot[str]) -> tuple[list[str], Any]:
        await pilot.press("6", "tab")
        view = screen_of(pilot).query_one(SensitivityView)
        await until(pilot, lambda: view.tornado is not None and view.tornado.done, "done")
        await pilot.press("down")
        await pilot.pause()
        shown = [line.partition("▕")[2] for line in lines(app_of(pilot))]
        return shown, view.tornado

    shown, tornado = played(lab([small("typical_quarterly_sale")], replications=1), play, size)
    rows = [line for line in shown if any(line.startswith(each.label[:8]) for each in tornado.swings[:8]) and "│" in line]
    assert len(rows) >= 6
    assert len({line.index("│") for line in rows}) == 1
    assert not any("…" in line[line.index("│") :] for line in rows)
    second, amounts = tornado.swings[1], Amounts("USD")
    change = second.low.change
    told = amounts.interval(change.value, change.low, change.high, change.unit, signed=True)
    assert any(line.startswith(f"{second.label} {second.text}: {second.low.text} {told}") for line in shown)


def test_a_cell_of_the_cohorts_is_told_with_its_interval() -> None:
    """Arrows go from cell to cell, a click too; the title has the figure with its interval, for a difference both figures; the
    size of a cohort has a head."""

    async def play(pilot: Pilot[str]) -> None:
        app, amounts = app_of(pilot), Amounts()

        def told(letter: str, row: int, age: int) -> str:
            table = app.board.shown[letter].result.cohorts
            assert table is not None
            cell = table.retention[row][age]
            return amounts.interval(cell.value, cell.low, cell.high, cell.unit)

        await pilot.press("5", "tab", "down", "down", "right")
        await pilot.pause()
        title, head = (line.partition("▕")[2] for line in lines(app)[2:4])
        assert head.startswith("month   new")
        assert title.rstrip().endswith(f"2025-03 at 2: {told('B', 2, 2)}")
        assert "±" in title or "[" in title
        await pilot.press("d")
        await pilot.pause()
        assert f"2025-03 at 2: B {told('B', 2, 2)}, A {told('A', 2, 2)}" in text(app)
        await pilot.press("d", *["right"] * 30)
        await pilot.pause()
        assert screen_of(pilot).query_one(CohortView).cursor == (2, len(app.board.shown["B"].result.cohorts.retention[2]) - 1)
        await pilot.press(*["left"] * 30)
        await pilot.click(CohortView, offset=(13 + 5 * 3 + 2, 2 + 4))
        await pilot.pause()
        assert f"2025-05 at 3: {told('B', 4, 3)}" in text(app)

    played(lab(), play, (100, 30))


def test_a_scenario_that_cannot_run_is_nowhere_said_to_be_simulated() -> None:
    """Where a chart, a cohort table or a comparison would stand, its problem stands."""

    async def play(pilot: Pilot[str]) -> None:
        for keys in (["1"], ["5"], ["6"], ["c"]):
            await pilot.press(*keys)
            await pilot.pause()
            seen = text(app_of(pilot))
            assert "simulating" not in seen, keys
            assert "first the scenario" not in seen, keys
            assert seen.count("clv_horizon:") >= 2, keys

    horizon = replaced(small(), "clv_horizon", 36)

    async def whole(pilot: Pilot[str]) -> None:
        await until(pilot, lambda: app_of(pilot).board.problems, "told")
        await play(pilot)

    played(lab([horizon]), whole, (100, 30), ready=False)


def test_help_that_has_no_room_says_that_there_is_more() -> None:
    """Below the knobs a long help ends in an ellipsis, and no number stands apart from its per cent sign."""
    scenario = small("typical_quarterly_sale")
    longest = max(
        (leaf for group in outline(scenario) for leaf in group.leaves), key=lambda leaf: len(" ".join(knob_texts(leaf.knob)))
    )

    async def play(pilot: Pilot[str]) -> tuple[str, str]:
        screen_of(pilot).find(longest.path)
        await pilot.pause()
        first = text(app_of(pilot))
        screen_of(pilot).find(DEPTH)
        await pilot.pause()
        return first, text(app_of(pilot))

    seen, depth = played(lab([scenario]), play, (100, 30), ready=False)
    pane = [line.partition("▕")[0].rstrip() for line in seen.splitlines()[:-2]]
    assert pane[-1].endswith("…")
    assert "What a promotion takes off every price (of" in depth
    assert not re.search(r"^\s*%", depth, re.MULTILINE)


def test_scenarios_are_duplicated_pinned_renamed_and_closed() -> None:
    """Up to six; the baseline stays; undo brings one back."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        await pilot.press("n")
        assert (space(pilot).focus, space(pilot).focused.scenario.name) == ("C", "Quarterly sale (2)")
        await pilot.press("r", *"Deep", "enter")
        await pilot.pause()
        assert space(pilot).focused.scenario.name == "Deep"
        await pilot.press("space")
        assert space(pilot).baseline == "C"
        await pilot.press("w")
        await pilot.pause()
        assert "baseline stays" in status(pilot)
        await pilot.press("A", "space", "C", "w")
        assert [slot.letter for slot in space(pilot).slots] == ["A", "B"]
        await pilot.press("u")
        assert [slot.letter for slot in space(pilot).slots] == ["A", "B", "C"]
        await pilot.press("n", "n", "n", "n")
        await pilot.pause()
        assert len(space(pilot).slots) == 6
        assert "all six places" in status(pilot)
        await pilot.press("A")
        assert space(pilot).focus == "A"
        await finished(pilot)
        rows = [line for line in lines(pilot.app) if re.search(r"[▕│][A-F][◆ ]", line)]
        assert len(rows) == 6

    played(lab(), play, (100, 30))


def test_a_letter_without_a_scenario_says_so() -> None:
    """Nothing changes."""

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("F")
        await pilot.pause()
        assert "there is no scenario F" in status(pilot)
        assert space(pilot).focus == "B"

    played(lab(), play)


def test_a_store_that_cannot_be_is_explained_and_keeps_its_curves() -> None:
    """The contradiction stands in the status line, and undoing takes it away."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        screen_of(pilot).find("strategies.discount_cycle.length")
        await pilot.press("enter", *"100 d", "enter")
        await finished(pilot)
        assert "lasts longer than the interval" in status(pilot)
        assert "cannot run" in text(pilot.app)
        assert "B!" in lines(pilot.app)[0]
        await pilot.press("u")
        await finished(pilot)
        assert "stores" in status(pilot)

    played(lab(), play)


# Views


def test_every_tab_and_every_curve_is_drawn() -> None:
    """By number and by v; with and without bands, on a log axis, as differences; titles say which."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        chart = screen_of(pilot).query_one(BandChart)
        seen = set()
        for key, count in (("1", 5), ("2", 2), ("3", 2), ("4", 5)):
            await pilot.press(key)
            for _ in range(count):
                await pilot.pause()
                assert chart.chart is not None
                seen.add(chart.chart.title.split("  ")[0])
                assert "Error" not in text(pilot.app)
                await pilot.press("v")
        assert len(seen) == 14
        await pilot.press("1")
        for count in (0, 1, 2):
            await pilot.press("b")
            assert sum(each.band for each in chart.chart.series) == count
        before = chart.chart
        await pilot.press("L")
        assert chart.chart.log
        await pilot.press("L", "d")
        assert "less A" in chart.chart.title
        assert len(chart.chart.series) == 1
        await pilot.press("d")
        assert chart.chart.title == before.title

    played(lab(), play)


def test_the_crosshair_reads_the_curves() -> None:
    """Brackets move it, the mouse does too, and the line below has the figures with their intervals."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        await pilot.press("right_square_bracket")
        await pilot.press("right_square_bracket")
        at = screen_of(pilot).view.month
        await pilot.press("left_square_bracket")
        before = screen_of(pilot).view.month
        assert before is not None
        assert at is not None
        assert before < at
        await pilot.pause()
        result = pilot.app.board.shown["B"].result
        point = next(each for each in result.curves["retention_bracket_30"].points if each.x == before)
        told = Amounts().interval(point.value, point.low, point.high, "share")
        readout = next(line for line in lines(pilot.app) if f"day {before:g}: " in line)
        assert f"B {told}" in readout
        chart = screen_of(pilot).query_one(BandChart)
        await pilot.hover(BandChart, offset=(chart.size.width - 4, 5))
        await pilot.pause()
        assert (screen_of(pilot).view.month or 0.0) > before

    played(lab(), play, (100, 30))


def test_cohorts_have_their_number_and_their_shade() -> None:
    """The focused scenario's table, and its difference to the baseline's; it scrolls."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        await pilot.press("5")
        await pilot.pause()
        seen = text(pilot.app)
        table = pilot.app.board.shown["B"].result.cohorts
        assert table is not None
        assert "Cohorts of B, per cent" in seen
        assert f"{table.cohorts[0]} {table.customers[0]:,.0f}" in seen
        assert f"{table.retention[0][1].value * 100:.1f}" in seen
        assert " 100█" in seen
        await pilot.press("d")
        await pilot.pause()
        assert "Cohorts of B less A" in text(pilot.app)
        view = screen_of(pilot).query_one(CohortView)
        view.focus()
        await pilot.press(*["down"] * 20)
        await pilot.pause()
        assert view.scroll_offset.y == view.max_scroll_y > 0

    played(lab(), play)


def test_the_tornado_grows_and_leads_to_its_knobs() -> None:
    """Each knob's swing as the command line has it, widest first; enter goes to the knob, m shows another metric."""
    scenarios = [small("cdnow_music_store", "strategies.welcome=on", customers=60)]

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        await pilot.press("6")
        view = screen_of(pilot).query_one(SensitivityView)
        await until(pilot, lambda: view.tornado is not None and view.tornado.done, "done")
        assert view.tornado is not None
        swings = view.tornado.swings
        assert sorted(each.path for each in swings) == sorted(each.path for each in ranges(scenarios[0]))
        assert [each.reach for each in swings] == sorted((each.reach for each in swings), reverse=True)
        widest = [each.path for each in swings[:3]]
        steps = sensitivity(scenarios[0], "clv", only=widest, seed=1, replications=1, workers=1)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                whole = end.value
                break
        assert swings[:3] == whole.swings
        assert view.tornado.base == whole.base
        view.focus()
        await pilot.press("down")
        await pilot.pause()
        assert swings[1].label[:10] in text(pilot.app)
        await pilot.press("m")
        await pilot.pause()
        assert "CLV after CAC" in text(pilot.app)
        screen = screen_of(pilot)
        screen.results.look(dataclasses.replace(screen.view, metric=0))
        await pilot.press("enter")
        await pilot.pause()
        assert screen_of(pilot).query_one(Knobs).row.path == swings[1].path

    played(lab(scenarios, replications=1), play)


def test_another_seed_and_more_stores() -> None:
    """Other luck gives other figures; twice as many stores narrow the intervals."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        first = pilot.app.board.shown["B"].result.metrics["clv"]
        await pilot.press("x")
        await finished(pilot)
        more = pilot.app.board.shown["B"].result.metrics["clv"]
        assert pilot.app.board.target == 4
        assert more.value != first.value
        await pilot.press("s", *"x", "enter")
        await pilot.pause()
        assert "is no seed" in text(pilot.app)
        await pilot.press("backspace", *"7", "enter")
        await pilot.pause()
        await finished(pilot)
        assert space(pilot).seed == 7
        assert pilot.app.board.target == 4
        assert pilot.app.board.shown["B"].result.metrics["clv"].value != more.value
        assert "seed 7" in text(pilot.app)

    played(lab(), play, (100, 30))


# The mouse, the palette, help and leaving


def test_the_mouse_does_what_keys_do() -> None:
    """Letters, tabs, rows of the table and knobs can be clicked."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        head = lines(pilot.app)[0]
        await pilot.click("#scenarios", offset=(head.index("A◆"), 0))
        assert space(pilot).focus == "A"
        await pilot.click("#table", offset=(5, 2))
        assert space(pilot).focus == "B"
        await pilot.click("#tabs", offset=(9, 0))
        assert screen_of(pilot).view.tab == "clv"
        knobs = screen_of(pilot).query_one(Knobs)
        await pilot.click("#knobs", offset=(3, 3))
        assert knobs.cursor == 3
        await pilot.click("#knobs", offset=(3, 3))
        await pilot.pause()
        assert isinstance(pilot.app.screen, Ask)
        await pilot.press("escape")
        await pilot.click("#scenarios", offset=(head.index("+"), 0))
        assert space(pilot).focus == "C"

    played(lab(), play)


def test_a_slider_is_nudged_by_a_click_beside_its_thumb() -> None:
    """To the right of it up, to the left of it down."""

    async def play(pilot: Pilot[str]) -> None:
        line = next(line for line in lines(pilot.app) if "Depth" in line)  # type: ignore[arg-type]
        thumb = line.index("●")
        await pilot.click("#knobs", offset=(thumb + 2, 1))
        assert focused(pilot, DEPTH) == 0.21
        await pilot.click("#knobs", offset=(thumb - 2, 1))
        assert focused(pilot, DEPTH) == 0.20

    played(lab(), play, (160, 50))


def test_the_palette_has_every_command_and_every_knob() -> None:
    """By name; choosing one does it."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        commands = {each.title: each for each in pilot.app.get_system_commands(pilot.app.screen)}
        assert "knob: Discount cycle: Depth" in commands
        assert sum(title.startswith("knob: ") for title in commands) > 60
        for command in (*KNOBS, *LAB, *DESK, *APP):
            if command.palette:
                assert any(each.help == command.help for each in commands.values()), command.id
        await pilot.press("ctrl+p")
        await pilot.press(*"knob: basket: scale", "enter")
        await pilot.pause()
        if not isinstance(pilot.app.screen, LabScreen):
            await pilot.press("enter")
            await pilot.pause()
        assert screen_of(pilot).query_one(Knobs).row.path == "store.basket.gamma"
        await pilot.pause()
        commands["scenario: new"].callback()
        await pilot.pause()
        assert space(pilot).focus == "C"
        screen_of(pilot).find(DEPTH)
        app_of(pilot).edit(DEPTH, 0.5)
        commands["knob: reset"].callback()
        await pilot.pause()
        assert focused(pilot, DEPTH) == 0.2

    played(lab(), play, (100, 30))


def test_every_theme_draws_the_lab() -> None:
    """Dark, light, of few colours, and the terminal's own."""

    async def play(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, Lab)
        for theme in ("textual-light", "nord", "ansi-dark", "ansi-light", "textual-dark"):
            pilot.app.theme = theme
            await pilot.pause()
            seen = text(pilot.app)
            assert "Error" not in seen, theme
            assert "Depth" in seen
            assert pilot.app.look.light == (theme.endswith("light"))
            assert pilot.app.look.shade == ("none" if theme.startswith("ansi") else "truecolor")

    played(lab(), play, (100, 30))


def test_help_tells_the_keys_as_they_are_bound() -> None:
    """Every key of the knobs, of the screen and of everywhere, and what there is to know of the scenarios; a remapped key as
    it is now."""

    async def play(pilot: Pilot[str]) -> list[str]:
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "Takes a share such as" in text(pilot.app)  # type: ignore[arg-type]
        told = [f"{keys}  {what}" for keys, what in pilot.app.screen.rows()]
        assert all(line.startswith(" " * 24) for line in lines(app_of(pilot)) if "focused one, or of none" in line)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, LabScreen)
        return told

    told = "\n".join(played(lab(notes=["the store was scaled"]), play))
    assert told.endswith("the store was scaled")
    for command in (*KNOBS, *LAB, *APP):
        assert command.help in told, command.id
    remapped = "\n".join(played(lab(keymap={"scenario.pin": "ctrl+b", "knob.more": "plus"}), play))
    assert re.search(r"ctrl\+b +make the focused scenario the baseline", remapped)


def test_keys_can_be_remapped() -> None:
    """The new key does it, the old one no longer."""

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("m")
        assert space(pilot).baseline == "B"
        await pilot.press("A", "space")
        assert space(pilot).baseline == "B"

    played(lab(keymap={"scenario.pin": "m"}), play)


def test_every_key_has_a_name_of_its_own() -> None:
    """So that the settings can change each; and no two of one place have the same keys."""
    commands = [*KNOBS, *TORNADO, *LAB, *APP]
    assert len({each.id for each in commands}) == len(commands)
    assert {each.id for each in commands} <= set(ids())
    for place in ((*KNOBS, *LAB, *APP), (*TORNADO, *LAB, *APP)):
        keys = [key for each in place for key in each.keys.split(",")]
        assert len(set(keys)) == len(keys)


def test_leaving_asks_where_something_would_be_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where all is as in its files; n stays, y leaves with 0."""
    monkeypatch.chdir(tmp_path)
    clean = [load_scenario("typical_quarterly_sale")]

    async def play(pilot: Pilot[str]) -> None:
        await pilot.press("right", "ctrl+q")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Confirm)
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LabScreen)
        await pilot.press("u", "ctrl+q")
        await pilot.pause()

    app = lab(clean, replications=1)
    played(app, play)
    assert app.return_code == 0

    async def anyway(pilot: Pilot[str]) -> None:
        await pilot.press("right", "question_mark", "ctrl+q")
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()

    app = lab(clean, replications=1)
    played(app, anyway)
    assert app.return_code == 0
