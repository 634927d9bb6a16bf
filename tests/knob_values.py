"""Every knob there is, and hypothesis strategies for its allowed values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

import sim.strategies
from sim.files.units import FIRST_DATE, LAST_DATE, bounds
from sim.knobs import Knob, knobs_of, sections_of
from sim.scenario import Channel, Scenario


def declared() -> Iterator[Knob]:
    """Every knob there is, of scenarios, channels and strategies."""
    todo = [Scenario, Channel, *sim.strategies.catalogue().values()]
    while todo:
        section = todo.pop()
        yield from knobs_of(section).values()
        todo += sections_of(section).values()


def values(each: Knob) -> st.SearchStrategy[Any]:
    """Allowed values of a knob."""
    low, high = bounds(each)
    if each.kind == "choice":
        return st.sampled_from(each.choices)
    if each.kind == "flag":
        return st.booleans()
    if each.kind == "date":
        return st.dates(FIRST_DATE, LAST_DATE)
    if each.kind == "text":
        letters = st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=["C", "Z"])
        return st.text(letters, min_size=1, max_size=40)
    if each.kind == "clock":
        return st.integers(0, 1439).map(lambda minutes: minutes / 1440)
    assert low is not None
    assert high is not None
    if each.kind in ("integer", "months"):
        return st.integers(int(low), int(high))
    numbers = st.floats(low, high) | st.integers(math.ceil(low), math.floor(high)).map(float)
    if each.kind == "share":
        numbers |= st.integers(math.ceil(low * 1000), math.floor(high * 1000)).map(lambda n: n / 1000)
    if each.kind == "numbers":
        return st.lists(numbers, min_size=each.length or 0, max_size=each.length or 5).map(tuple)
    return numbers
