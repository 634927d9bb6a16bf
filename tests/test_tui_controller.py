"""The controller without a screen: what it computes, in which order, what it shows, and what it never shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from lab_at_hand import Direct, pair, small

from sim.compare import compare, read
from sim.errors import RegularsError
from sim.experiment import default_replications, run, simulate
from sim.metrics.catalogue import METRICS
from sim.results import ScenarioResult
from tui import controller as module
from tui.board import COMPLETE, PARTIAL, PREVIEW, Board
from tui.controller import Controller
from tui.moved import moved
from tui.paths import replaced
from tui.previews import factor
from tui.work import TOTAL_CURVES, TOTALS, grown, preview
from tui.workspace import Workspace

DEPTH = "strategies.discount_cycle.depth"
STORE, SALE = pair()


class Held(Direct):
    """Hands that finish a piece only when they are let."""

    def __init__(self, size: int = 2) -> None:
        super().__init__(size)
        self.waiting: list[tuple[str, asyncio.Event]] = []

    async def urgent(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Wait to be let."""
        let = asyncio.Event()
        self.waiting.append((call.__name__, let))
        await let.wait()
        return await super().urgent(call, *arguments)

    async def let_next(self, name: str, first: Callable[[], None] = lambda: None) -> None:
        """Wait for a call of that name, do something first, and let it be finished."""
        while all(entry[0] != name for entry in self.waiting):
            await asyncio.sleep(0.005)
        first()
        self.let(name)

    def let(self, name: str) -> None:
        """Finish the first waiting call of that name."""
        found = next(entry for entry in self.waiting if entry[0] == name)
        self.waiting.remove(found)
        found[1].set()


class Watched:
    """A controller at work, and all it painted and told."""

    def __init__(self, hands: Direct, replications: int | None = 2) -> None:
        self.boards: list[Board] = []
        self.told: list[str] = []
        self.controller = Controller(hands, self.boards.append, self.told.append, replications)
        self.hands = hands

    async def idle(self) -> None:
        """Wait until nothing is left to do."""
        await asyncio.sleep(0.01)
        for _ in range(2000):
            await asyncio.sleep(0.005)
            if not self.controller.board.busy:
                return
        raise AssertionError("the controller does not come to rest")


def watched(play: Callable[[Watched], Awaitable[None]], hands: Direct | None = None, **options: Any) -> Watched:
    """The controller after a play."""

    async def whole() -> Watched:
        found = Watched(hands or Direct(), **options)
        task = asyncio.ensure_future(found.controller.run())
        try:
            await play(found)
        finally:
            task.cancel()
        return found

    return asyncio.run(whole())


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are quiet after a moment."""
    monkeypatch.setattr(module, "QUIET", 0.01)


def test_a_scenario_is_previewed_then_refined_then_compared() -> None:
    """Each stage is painted in turn, and the last one has the whole comparison."""

    async def play(found: Watched) -> None:
        found.controller.follow(Workspace.of([STORE, SALE]))
        await found.idle()

    found = watched(play, replications=3)
    stages = [board.shown["B"].stage for board in found.boards if "B" in board.shown]
    assert list(dict.fromkeys(stages)) == [PREVIEW, PARTIAL, COMPLETE]
    board = found.boards[-1]
    assert board.refined == {"A", "B"}
    assert board.comparison is not None
    assert [shown.replications for shown in board.shown.values()] == [3, 3]
    assert found.hands.calls[0] == "preview"


def test_the_last_figures_are_those_of_the_command_line() -> None:
    """The whole comparison is equal to that of the experiment, to the last bit, whatever was focused and refined first."""

    store, sale = STORE.scaled(4000), SALE.scaled(4000)
    third = replace(sale, name="third", months=19)

    async def play(found: Watched) -> None:
        space = Workspace.of([store, sale, third])
        found.controller.follow(space.focusing("B"))
        await asyncio.sleep(0.05)
        found.controller.follow(space.focusing("C").pinning("B"))
        await found.idle()

    board = watched(play, replications=None).boards[-1]
    scenarios = [sale, store, third]
    *_, last = run(scenarios, seed=1, workers=1)
    assert board.target == default_replications(scenarios)
    assert board.comparison == last.comparison


def test_a_held_key_shows_a_curve_for_every_preview() -> None:
    """While tweaks come faster than previews, two are under way at once, each that is finished is painted, and only the
    newest tweak is asked for next."""
    hands = Held()

    async def play(found: Watched) -> None:
        space = Workspace.of([SALE])
        for i in range(6):
            found.controller.follow(space.edited(DEPTH, 0.21 + i / 100))
            await asyncio.sleep(0.005)
            if i % 2:
                hands.let("preview")
                await asyncio.sleep(0.02)

    found = watched(play, hands)
    seen = {id(board.shown["A"].result) for board in found.boards if "A" in board.shown}
    assert len(seen) == 3
    assert hands.calls.count("preview") == 3
    assert len([name for name, _ in hands.waiting if name == "preview"]) <= 2


def test_an_older_preview_never_follows_a_newer_one() -> None:
    """Where the second of two previews is finished first, the first is kept but not shown."""
    hands = Held()

    async def play(found: Watched) -> None:
        space = Workspace.of([SALE])
        for depth in (0.5, 0.6, 0.7):
            found.controller.follow(space.edited(DEPTH, depth))
            await asyncio.sleep(0.02)
        first, second = [entry for entry in hands.waiting if entry[0] == "preview"]
        second[1].set()
        await asyncio.sleep(0.3)
        shown = found.controller.board.shown["A"].result
        first[1].set()
        await asyncio.sleep(0.3)
        assert found.controller.board.shown["A"].result is shown
        found.controller.follow(space.edited(DEPTH, 0.5))
        await asyncio.sleep(0.005)
        assert found.controller.board.shown["A"].current

    watched(play, hands)


def test_nothing_is_shown_for_a_scenario_that_is_not_its_own() -> None:
    """When a tweak is undone the old figures are back at once; nothing is computed twice, forth or back."""

    async def play(found: Watched) -> None:
        space = Workspace.of([SALE])
        found.controller.follow(space)
        await found.idle()
        before = found.controller.board.shown["A"].result
        edited = space.edited(DEPTH, 0.6)
        found.controller.follow(edited)
        await found.idle()
        assert found.controller.board.shown["A"].result is not before
        found.controller.follow(edited.undone())
        await asyncio.sleep(0.005)
        assert found.controller.board.shown["A"].result is before
        assert found.controller.board.shown["A"].current
        await found.idle()
        count = len(found.hands.calls)
        found.controller.follow(edited)
        await found.idle()
        assert len(found.hands.calls) == count
        count = len(found.hands.calls)
        found.controller.follow(space)
        found.controller.follow(edited)
        await found.idle()
        assert len(found.hands.calls) == count

    watched(play)


def test_a_late_piece_of_refinement_goes_to_its_own_scenario() -> None:
    """A piece that was begun before a tweak ends after it: it is kept for undoing and never shown for the tweaked one."""
    hands = Held()

    async def play(found: Watched) -> None:
        space = Workspace.of([SALE])
        found.controller.follow(space)
        await hands.let_next("preview")
        await hands.let_next("simulate", lambda: found.controller.follow(space.edited(DEPTH, 0.6)))
        await asyncio.sleep(0.05)
        shown = found.controller.board.shown["A"]
        assert shown.stage == PREVIEW
        assert not shown.current

    watched(play, hands)


class Exploding(Direct):
    """Hands that fail for scenarios with a deep sale."""

    async def urgent(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Fail where it is deep."""
        scenario = arguments[0]
        if call.__name__ in ("preview", "simulate") and scenario.strategies["discount_cycle"].depth > 0.5:
            raise RegularsError("the referrals explode: K is 1.2")
        return await super().urgent(call, *arguments)


def test_a_failure_of_the_engine_is_told_and_undone() -> None:
    """The message stands beside the scenario, the last good curves stay, and undoing brings the figures back."""

    async def play(found: Watched) -> None:
        space = Workspace.of([SALE])
        found.controller.follow(space)
        await found.idle()
        found.controller.follow(space.edited(DEPTH, 0.6))
        await found.idle()
        board = found.controller.board
        assert board.problems == {"A": "the referrals explode: K is 1.2"}
        assert not board.shown["A"].current
        found.controller.follow(space)
        await found.idle()
        assert found.controller.board.problems == {}
        assert found.controller.board.shown["A"].stage == COMPLETE

    watched(play, Exploding())


def test_a_contradiction_is_told_and_the_others_go_on() -> None:
    """A scenario that contradicts itself is not simulated; the rest is."""

    async def play(found: Watched) -> None:
        space = Workspace.of([STORE, SALE]).edited("strategies.discount_cycle.every", 3.0)
        found.controller.follow(space)
        await found.idle()
        board = found.controller.board
        assert "lasts longer than the interval" in board.problems["B"]
        assert board.shown["A"].stage == COMPLETE
        assert board.comparison is None

    watched(play)


def test_replaced_processes_are_told() -> None:
    """Once for each time."""

    async def play(found: Watched) -> None:
        found.hands.replaced = 1
        found.controller.follow(Workspace.of([SALE]))
        await found.idle()

    assert watched(play).told == ["a worker process died and was replaced; nothing is lost"]


def test_more_replications_go_on_from_those_there_are() -> None:
    """Nothing is simulated twice."""

    async def play(found: Watched) -> None:
        space = Workspace.of([SALE])
        found.controller.follow(space)
        await found.idle()
        done = found.hands.calls.count("simulate")
        found.controller.follow(space, 4)
        await found.idle()
        assert found.controller.board.shown["A"].replications == 4
        assert found.hands.calls.count("simulate") - done <= done

    watched(play)


# Previews


def test_what_grows_with_the_store_is_what_is_said_to_grow() -> None:
    """A store three times as large has about three times the totals, and about the same of everything else."""
    base = small("typical_all_together", customers=1500)
    one, three = (read(simulate(store, 1, range(4)), "x") for store in (base, base.scaled(4500)))
    for id, figure in one.metrics.items():
        other = three.metrics[id].value
        if figure.value is None or other is None or abs(figure.value) < 0.02:
            continue
        assert other / figure.value == pytest.approx(3.0 if id in TOTALS else 1.0, rel=0.3), id
    for id, curve in one.curves.items():
        mine, theirs = (sum(point.value or 0.0 for point in each.curves[id].points) for each in (one, three))
        if mine == theirs == 0.0:  # what no part of this store makes
            continue
        grows = theirs / mine
        assert grows == pytest.approx(3.0 if id in TOTAL_CURVES else 1.0, rel=0.3), id
        assert curve.points


def test_a_preview_is_brought_back_to_full_size() -> None:
    """Half of the store gives about the totals of the whole; a factor of one gives the store itself."""
    store = small("typical_quarterly_sale", customers=6000)
    whole, half = preview(store, 1, 1.0), preview(store, 1, 0.5)
    for id in ("revenue", "customers", "clv", "cac"):
        assert half.metrics[id].value == pytest.approx(whole.metrics[id].value, rel=0.2), id
    assert whole == read(simulate(store, 1, range(1)), store.name, file=store.file)
    assert grown(whole, 1.0) == whole


def test_a_moved_preview_is_nearer_to_the_truth_than_a_bare_one() -> None:
    """Moving refined figures by the difference of two previews lands nearer to the refined figures of after."""
    before, after = SALE.scaled(3000), replaced(SALE, DEPTH, 0.3).scaled(3000)
    refined, truth = (read(simulate(store, 1, range(4)), "x") for store in (before, after))
    previews = [preview(store, 1, 0.1) for store in (before, after)]
    steady = moved(refined, *previews)
    for id in ("clv", "repeat_customer_rate", "revenue", "contribution_margin"):
        assert abs(_value(steady, id) - _value(truth, id)) < abs(_value(previews[1], id) - _value(truth, id)), id
    curve = [
        np.array([point.value for point in each.curves["clv_cumulative"].points][:40], dtype=float)
        for each in (steady, truth, previews[1])
    ]
    assert np.abs(curve[0] - curve[1]).max() < np.abs(curve[2] - curve[1]).max()
    assert all(figure.low is None for figure in steady.metrics.values())
    assert moved(refined, previews[0], previews[0]).metrics["clv"].value == refined.metrics["clv"].value


def test_shares_stay_shares() -> None:
    """A moved share lies between nothing and all."""
    store = preview(SALE, 1, 1.0)
    low, high = _shifted(store, -0.9), _shifted(store, 0.9)
    for one, other in ((low, high), (high, low)):
        result = moved(store, one, other)
        points = result.curves["retention_bracket_30"].points
        assert all(0.0 <= point.value <= 1.0 for point in points if point.value is not None)
        shares = {id: figure.value for id, figure in result.metrics.items() if figure.unit == "share" and figure.value}
        assert all(0.0 <= value <= METRICS[id].largest for id, value in shares.items())


def test_the_small_store_has_a_size_of_its_own() -> None:
    """The same for a scenario however it is tweaked, unless it would win far more; never more than the store itself."""
    slot = Workspace.of([SALE.scaled(60_000)]).focused
    assert factor(slot) == pytest.approx(0.01)
    assert factor(replace(slot, scenario=SALE.scaled(90_000))) == pytest.approx(0.01)
    assert factor(replace(slot, scenario=SALE.scaled(600_000))) == pytest.approx(0.0025)
    assert factor(Workspace.of([SALE.scaled(100)]).focused) == 1.0


def _value(result: ScenarioResult, id: str) -> float:
    found = result.metrics[id].value
    assert found is not None
    return found


def _shifted(result: ScenarioResult, by: float) -> ScenarioResult:
    curve = result.curves["retention_bracket_30"]
    points = tuple(replace(point, value=None if point.value is None else point.value + by) for point in curve.points)
    metrics = {
        id: replace(figure, value=None if figure.value is None else figure.value + by) for id, figure in result.metrics.items()
    }
    return replace(result, metrics=metrics, curves={**result.curves, "retention_bracket_30": replace(curve, points=points)})


def test_a_comparison_of_first_replications_is_that_of_fewer() -> None:
    """The intervals on the way are those of a run of so many replications."""

    async def play(found: Watched) -> None:
        found.controller.follow(Workspace.of([SALE]))
        await found.idle()

    boards = watched(play, replications=3).boards
    partial = [board.shown["A"] for board in boards if "A" in board.shown and board.shown["A"].stage == PARTIAL]
    assert partial
    for shown in partial:
        alone = compare([simulate(SALE, 1, range(shown.replications))], [SALE], 1).scenarios[0]
        assert shown.result == alone
