"""The lab's state without a screen: paths, nudges, the workspace with its undo, and what is kept."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab_at_hand import small

from sim.experiment import simulate
from sim.files import units
from sim.knobs import Knob
from sim.paths import Leaf, leaves
from sim.scenario import Scenario
from sim.strategies import catalogue
from tui.cache import Kept, Stretches, key_of, leading
from tui.nudge import LINEAR, nudged, place, step, way
from tui.outline import addable, outline
from tui.paths import problems, replaced, value_at
from tui.workspace import LETTERS, Workspace

SALE = small("typical_quarterly_sale")
EVERYTHING = dataclasses.replace(SALE, strategies={name: kind() for name, kind in catalogue().items()})
LEAVES = list(leaves(EVERYTHING))
NUDGED = [leaf for leaf in LEAVES if leaf.knob.kind in LINEAR and leaf.value is not None]
DISTINCT = list({(leaf.knob.kind, units.bounds(leaf.knob), leaf.knob.unit): leaf for leaf in NUDGED}.values())
"""One knob of every kind, range and unit: what a nudge depends on."""
DEPTH, EVERY = "strategies.discount_cycle.depth", "strategies.discount_cycle.every"


def test_every_knob_is_read_and_written_at_its_path() -> None:
    """What was written at a path is read there."""
    for leaf in LEAVES:
        assert value_at(EVERYTHING, leaf.path) == leaf.value
        assert value_at(replaced(EVERYTHING, leaf.path, "another"), leaf.path) == "another", leaf.path


@pytest.mark.parametrize("section", sorted({leaf.path.rpartition(".")[0] for leaf in LEAVES}))
def test_writing_a_knob_changes_no_other(section: str) -> None:
    """The last knob of every section is the only one that is another once it was written."""
    path = [leaf.path for leaf in LEAVES if leaf.path.rpartition(".")[0] == section][-1]
    changed = {leaf.path: leaf.value for leaf in leaves(replaced(EVERYTHING, path, "another"))}
    assert [leaf.path for leaf in LEAVES if changed[leaf.path] != leaf.value] == [path]


def test_strategies_come_and_go_in_the_order_of_their_names() -> None:
    """None takes a strategy away; one that is put in stands where the alphabet has it."""
    without = replaced(EVERYTHING, "strategies.email", None)
    assert value_at(without, "strategies.email") is None
    assert value_at(without, "strategies.email.every") is None
    assert replaced(without, "strategies.email", catalogue()["email"]()) == EVERYTHING
    assert list(replaced(without, "strategies.email", catalogue()["email"]()).strategies) == list(catalogue())
    with pytest.raises(KeyError):
        value_at(SALE, "store.nonsense")


def test_contradictions_are_told_with_their_path() -> None:
    """A store that contradicts itself is not simulated but explained."""
    assert problems(SALE) == []
    told = problems(replaced(SALE, EVERY, 3.0))
    assert [problem.path for problem in told] == ["strategies.discount_cycle.length"]
    unmatched = replaced(replaced(SALE, "store.dropout", "after_order"), "store.after_order.a", 0.5)
    assert [problem.path for problem in problems(unmatched)] == ["store.after_order"]


@settings(max_examples=600)
@given(leaf=st.sampled_from(DISTINCT), data=st.data())
def test_a_nudge_stays_in_range_and_can_be_written(leaf: Leaf, data: st.DataObject) -> None:
    """From any value, any nudge gives a value that the knob takes and that reads back as itself."""
    knob = leaf.knob
    low, high = units.bounds(knob)
    whole = knob.kind in ("integer", "months")
    value = data.draw(st.integers(int(low), int(high)) if whole else st.floats(low, high))
    steps = data.draw(st.sampled_from([-10, -1, 1, 10]))
    moved = nudged(knob, value, steps)
    assert low <= moved <= high
    assert type(moved) is type(value) or not whole
    assert units.read(knob, units.text(knob, moved)) == moved
    assert (moved - value) * steps >= 0


def test_a_nudge_of_a_default_is_seen_and_undone_by_the_other() -> None:
    """One nudge moves every knob; from where it lands, up and down again is where it was."""
    for leaf in NUDGED:
        low, high = units.bounds(leaf.knob)
        up = nudged(leaf.knob, leaf.value, 1)
        start = up if up != leaf.value else nudged(leaf.knob, leaf.value, -1)
        assert start != leaf.value, leaf.path
        if low < nudged(leaf.knob, start, -1) and nudged(leaf.knob, start, 1) < high:
            assert nudged(leaf.knob, nudged(leaf.knob, start, 1), -1) == pytest.approx(start), leaf.path


def test_nudges_suit_their_units() -> None:
    """A percentage point, a week, a month; numbers land on round ones."""
    knobs = {leaf.path: leaf.knob for leaf in LEAVES}
    assert nudged(knobs[DEPTH], 0.20, 1) == 0.21
    assert nudged(knobs[EVERY], 91.0, 1) == 98.0
    assert nudged(knobs["months"], 24, -1) == 23
    assert nudged(knobs["store.basket.gamma"], 15.44, 1) == 15.5
    assert nudged(knobs["store.dropout"], "lifetime", 1) == "after_order"
    assert nudged(knobs["strategies.email.until"], None, 1) is None
    assert nudged(knobs[DEPTH], 0.90, 10) == 0.90
    assert step(knobs["store.contact.fatigue"], 0.05) > 0


def test_a_slider_holds_what_is_plausible_and_what_is() -> None:
    """The default, the evidence and the value stand on the way, between its ends."""
    for leaf in NUDGED:
        for value in (leaf.value, *(leaf.knob.evidence or ())):
            low, high = way(leaf.knob, leaf.value)
            assert low <= value <= high, leaf.path
            assert 0.0 <= place(value, (low, high)) <= 1.0, leaf.path


def test_the_outline_has_every_knob_but_the_name_once() -> None:
    """All knobs of all strategies, channels and sections, from their declarations alone."""
    groups = outline(EVERYTHING)
    assert sorted(leaf.path for group in groups for leaf in group.leaves) == sorted(
        leaf.path for leaf in LEAVES if leaf.path != "name"
    )
    assert all(group.on for group in groups[: len(catalogue())])
    off = outline(SALE, {"email": catalogue()["email"]()})
    assert [(group.path, group.leaves) for group in off if group.on is False] == [("strategies.email", ())]
    assert {kind.name for kind in addable(SALE)} == set(catalogue()) - {"discount_cycle"}


# The workspace


def test_a_workspace_takes_one_to_six_scenarios() -> None:
    """The first is the baseline, the last has the focus."""
    space = Workspace.of([SALE] * 6)
    assert [slot.letter for slot in space.slots] == list(LETTERS)
    assert (space.baseline, space.focus, space.free) == ("A", "F", "")
    for count in (0, 7):
        with pytest.raises(ValueError, match="one to 6"):
            Workspace.of([SALE] * count)
    with pytest.raises(ValueError, match="six places"):
        space.with_slot(SALE)


def test_nudges_within_a_second_are_one_step_to_undo() -> None:
    """Holding a key is one change; a pause begins another; a choice or another knob never merges."""
    space = Workspace.of([SALE])
    for i in range(5):
        space = space.edited(DEPTH, 0.21 + i / 100, at=i * 0.1)
    assert len(space.past) == 1
    assert value_at(space.undone().focused.scenario, DEPTH) == 0.20
    later = space.edited(DEPTH, 0.5, at=3.0).edited(EVERY, 98.0, at=3.1).edited(EVERY, 105.0, at=3.2)
    assert len(later.past) == 3
    toggled = space.edited("channels.organic.paid", True, at=9.0).edited("channels.organic.paid", False, at=9.1)
    assert len(toggled.past) == 3


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just(DEPTH), st.floats(0.0, 0.9)),
        st.tuples(st.just("months"), st.integers(13, 40)),
        st.tuples(st.just("strategies.discount_cycle"), st.none()),
        st.tuples(st.just("strategies.email"), st.sampled_from([None, catalogue()["email"]()])),
        st.tuples(st.just("new"), st.none()),
        st.tuples(st.just("close"), st.none()),
        st.tuples(st.just("focus"), st.sampled_from(LETTERS)),
    ),
    max_size=12,
)


@given(edits=EDITS)
def test_undoing_everything_gives_the_beginning_and_redoing_the_end(edits: list[tuple[str, Any]]) -> None:
    """Any edits, additions and removals: as many steps back as there are, then as many forward."""
    space = start = Workspace.of([SALE, small()])
    for i, (what, value) in enumerate(edits):
        if what == "focus":
            space = space.focusing(value)
        elif what == "new":
            space = space.with_slot(space.focused.scenario) if space.free else space
        elif what == "close":
            space = space.without(space.focus) if space.focus != space.baseline and len(space.slots) > 1 else space
        elif what == DEPTH and value_at(space.focused.scenario, "strategies.discount_cycle") is None:
            continue
        else:
            space = space.edited(what, value, at=i * 10.0)
    back = space
    while back.past:
        back = back.undone()
    assert [slot.scenario for slot in back.slots] == [slot.scenario for slot in start.slots]
    while back.future:
        back = back.redone()
    assert [slot.scenario for slot in back.slots] == [slot.scenario for slot in space.slots]
    assert back.undone().redone().slots == back.slots


def test_a_strategy_that_was_switched_off_is_remembered() -> None:
    """Switched on again it has the knobs it had."""
    space = Workspace.of([SALE]).edited(DEPTH, 0.33).edited("strategies.discount_cycle", None)
    assert not space.focused.scenario.strategies
    assert space.focused.shelved["discount_cycle"].depth == 0.33
    again = space.edited("strategies.discount_cycle", space.focused.shelved["discount_cycle"])
    assert again.focused.shelved == {}
    assert value_at(again.focused.scenario, DEPTH) == 0.33


def test_what_differs_from_its_file_is_dirty() -> None:
    """Until it is saved or set back; a copy without a file always is."""
    space = Workspace.of([dataclasses.replace(SALE, file="sale.yaml")])
    assert not space.dirty
    edited = space.edited(DEPTH, 0.5)
    assert edited.dirty
    assert not edited.undone().dirty
    assert not edited.saved("A", "other.yaml").dirty
    assert edited.with_slot(SALE).dirty
    other = dataclasses.replace(SALE, file="sale.yaml", months=20)
    reloaded = edited.reloaded("A", other)
    assert not reloaded.dirty
    assert reloaded.past == ()


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    """There is nothing to undo after it."""
    space = Workspace.of([SALE])
    assert space.edited(DEPTH, 0.20) is space
    assert space.undone() is space
    assert space.redone() is space
    with pytest.raises(ValueError, match="last scenario"):
        space.without("A")
    with pytest.raises(ValueError, match="baseline"):
        Workspace.of([SALE, SALE]).without("A")


# What is kept


def test_the_key_is_all_that_figures_depend_on() -> None:
    """Not the name nor the file; but every knob, the seed and the order of channels."""
    assert key_of(SALE, 1) == key_of(dataclasses.replace(SALE, name="x", file="y"), 1)
    keys = {key_of(SALE, 1), key_of(SALE, 2), key_of(replaced(SALE, DEPTH, 0.21), 1)}
    assert len(keys) == 3


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), max_size=30))
def test_what_is_kept_fits_its_room_and_ends_with_the_newest(puts: list[tuple[int, int]]) -> None:
    """The newest is always there; the others only while there is room."""
    kept: Kept[int] = Kept(8, lambda value: value)
    for key, size in puts:
        kept.put(key, size)
        assert kept.get(key) == size
        assert sum(kept._values.values()) <= 8 or len(kept._values) == 1


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_the_first_replications_of_many_are_those_of_few(count: int) -> None:
    """However the work was split, its first replications are what simulating only them gives, bit for bit."""
    scenario: Scenario = small(customers=60)
    stretches = Stretches()
    stretches.reach(scenario, 2, 1)
    stretches.reach(scenario, 5, 3)
    assert stretches.replications == 0
    for task in reversed(stretches.missing(5)):
        stretches.found[task] = simulate(scenario, 1, range(task.first, task.last), task.block, task.blocks)
    assert stretches.replications == 5
    parts = stretches.first(count)
    alone = simulate(scenario, 1, range(count))
    assert sum(part.replications for part in parts) == count
    columns = zip(*(part.tallies.arrays() for part in parts), strict=True)
    for together, array in zip(columns, alone.tallies.arrays(), strict=True):
        assert np.array_equal(np.concatenate(together), array)
    assert leading(alone, 9) is alone
    assert stretches.size > 0


def test_knobs_that_are_not_numbers_turn_too() -> None:
    """A date by days, a flag to its other word; a text stays."""
    knobs: dict[str, Knob] = {leaf.path: leaf.knob for leaf in LEAVES}
    start = value_at(SALE, "start")
    assert (nudged(knobs["start"], start, 10) - start).days == 10
    assert nudged(knobs["channels.organic.paid"], False, 1) is True
    assert nudged(knobs["currency"], "USD", 1) == "USD"
