"""Quantities read as they are written and are written so that they read back."""

from __future__ import annotations

import dataclasses
import datetime
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from knob_values import declared, values

from sim.errors import BadInput
from sim.files.units import allowed, parse, read, text
from sim.knobs import Knob, knob, knobs_of
from sim.scenario import DAYS_A_MONTH, DAYS_A_YEAR


def made(kind: str, default: Any = 0, **declared: Any) -> Knob:
    """A knob of a kind."""
    section = dataclasses.make_dataclass("Section", [("value", Any, knob(default, kind, "A", "B.", **declared))])
    return knobs_of(section)["value"]


def refusal(knob: Knob, value: Any) -> str:
    """What is said of a value that is not allowed."""
    with pytest.raises(BadInput) as refused:
        parse(knob, value)
    (problem,) = refused.value.problems
    assert problem.allowed == allowed(knob)
    return str(problem)


@pytest.mark.parametrize(
    ("kind", "value", "inner"),
    [
        ("share", 0.15, 0.15), ("share", "15 %", 0.15), ("share", "15%", 0.15), ("share", " 0.1 % ", 0.001),
        ("share", "1e1 %", 0.1), ("share", "12.5 %", 0.125), ("share", 1, 1.0), ("share", "100 %", 1.0),
        ("duration", "14 d", 14.0), ("duration", "14 days", 14.0), ("duration", "1 day", 1.0),
        ("duration", "2w", 14.0), ("duration", "6 weeks", 42.0), ("duration", "3 months", 3 * DAYS_A_MONTH),
        ("duration", "1 year", DAYS_A_YEAR), ("duration", "24 h", 1.0), ("duration", "36 Hours", 1.5),
        ("duration", "90 min", 0.0625), ("duration", 0, 0.0),
        ("duration", "1.5 d", 1.5), ("duration", "1e1 d", 10.0),
        ("months", 24, 24), ("months", "24 months", 24), ("months", "2 years", 24), ("months", "1.5 years", 18),
        ("months", 24.0, 24), ("integer", 3, 3), ("integer", 1e3, 1000), ("money", 12.5, 12.5), ("money", 5, 5.0),
        ("factor", 1.05, 1.05), ("number", 2, 2.0), ("text", "Tea", "Tea"), ("text", " Té\u00a0", "Té"),
        ("flag", True, True), ("date", "2024-02-29", datetime.date(2024, 2, 29)), ("numbers", [1, 2.5], (1.0, 2.5)),
    ],
)  # fmt: skip
def test_quantities_are_read_in_every_way_they_are_written(kind: str, value: Any, inner: Any) -> None:
    """Each spelling gives the inner value, exactly, in its type."""
    found = parse(made(kind), value)
    assert found == inner
    assert type(found) is type(inner)


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("share", "15", "'15' is not a share; leave out the quotes"),
        ("share", "a lot", "'a lot' is not a share"),
        ("share", 20, "20 is too large: it is 2000 %; 20 % is written '20 %'"),
        ("share", "120 %", "120 % is too large"),
        ("share", "-1 %", "-1 % is too small"),
        ("duration", 14, "14 has no unit: '14 d' for days, '14 weeks' for weeks"),
        ("duration", "14 dyas", "'dyas' is no unit of time"),
        ("duration", "14 wekks", "did you mean 'weeks'?"),
        ("duration", "-3 d", "-3 d is too small"),
        ("duration", "1e999 d", "infinity"),
        ("duration", "soon", "'soon' is not a duration"),
        ("months", 1.5, "1.5 is not a whole number"),
        ("months", "14 d", "'14 d' is not counted in months or years"),
        ("months", "1.3 years", "not a whole number"),
        ("integer", 2.5, "2.5 is not a whole number"),
        ("integer", True, "true is not a whole number"),
        ("money", "5,000", "write it without separators"),
        ("money", -1, "-1 is too small"),
        ("money", math.nan, "not a number (nan) is no value"),
        ("money", math.inf, "infinity is no value"),
        ("money", -math.inf, "infinity is no value"),
        ("money", 1e300, "1e+300 is too large"),
        ("factor", "105 %", "'105 %' is not a multiplier"),
        ("number", [1], "a list is not a number"),
        ("number", {}, "a section is not a number"),
        ("number", None, "has no value"),
        ("text", True, "true is not a text"),
        ("text", "", "the text is empty"),
        ("text", "x" * 201, "the text has 201 characters"),
        ("text", "\x1b[31m", "holds characters that cannot be printed"),
        ("flag", "no", "'no' is neither true nor false; allowed: true or false; did you mean 'false'?"),
        ("flag", 1, "1 is neither true nor false"),
        ("date", "2025-02-30", "'2025-02-30' is not a date"),
        ("date", "20250131", "'20250131' is not a date"),
        ("date", "9999-01-01", "9999-01-01 is too far from today"),
        ("date", 2025, "2025 is not a date"),
        ("numbers", 3, "3 is not a list of numbers"),
        ("numbers", [1, "a"], "'a' is not a list of numbers"),
        ("numbers", [1, math.inf], "infinity is no value"),
    ],
)
def test_what_is_not_allowed_is_told_with_what_is(kind: str, value: Any, says: str) -> None:
    """The message names the value, says what is wrong and carries what is allowed."""
    assert says in refusal(made(kind), value)


def test_ranges_are_told_in_the_knobs_own_unit() -> None:
    """A range of a share is in percent, of a duration in days, of months in months."""
    assert allowed(made("share", 0.1, high=0.9)).endswith("from 0 % to 90 %")
    assert allowed(made("duration", 1.0, low=1.0, high=365.0)).endswith("from 1 d to 365 d")
    assert allowed(made("months", 1, low=1, high=600)).endswith("from 1 month to 600 months")
    assert allowed(made("choice", "a", choices=("a", "b"))) == "a or b"
    assert allowed(made("numbers", (), length=12)).startswith("a list of 12 numbers")


def test_a_choice_is_one_of_its_words() -> None:
    """A near miss is told with the word that was meant."""
    choice = made("choice", "fixed", choices=("fixed", "visits"))
    assert parse(choice, "visits") == "visits"
    assert "did you mean 'visits'?" in refusal(choice, "visit")
    assert "is not one of the choices" in refusal(choice, [1])


def test_a_list_has_the_declared_length() -> None:
    """A season takes twelve numbers, each within the range."""
    season = made("numbers", None, low=0.05, high=20.0, length=3)
    assert parse(season, [1, 1, 1]) == (1.0, 1.0, 1.0)
    assert "the list holds 2 numbers" in refusal(season, [1, 1])
    assert "0 is too small" in refusal(season, [1, 0, 1])
    assert parse(season, None) is None


def test_long_and_foreign_values_are_shown_short_and_clean() -> None:
    """A message holds no control characters and no endless text."""
    said = refusal(made("number"), "\x1b]0;x" + "y" * 100_000)
    assert "\x1b" not in said
    assert len(said) < 250


def test_negative_money_is_refused_unless_the_knob_allows_it() -> None:
    """A declared low end below zero lets it pass."""
    assert parse(made("money", 0.0, low=-5.0), -3) == -3.0


def test_every_declared_default_can_be_written_and_read() -> None:
    """No knob has a default that its own rules refuse."""
    for each in declared():
        assert read(each, text(each, each.default)) == each.default, each.name
        assert allowed(each)


@given(st.data())
def test_what_is_written_is_read_back_exactly(data: st.DataObject) -> None:
    """read(text(value)) is the value, to the last bit, for every knob and every allowed value."""
    each = data.draw(st.sampled_from(list(declared())))
    value = data.draw(values(each))
    assert read(each, text(each, value)) == value


@given(st.floats(0.0, 1e5))
def test_durations_of_any_length_are_written_with_a_unit(days: float) -> None:
    """A duration never comes out as a bare number, and comes back to the same float."""
    duration = made("duration", 0.0, high=1e6)
    assert not text(duration, days)[-1].isdigit()
    assert read(duration, text(duration, days)) == days


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("share", 0.15, "15 %"), ("share", 0.07, "7 %"), ("share", 1 / 3, "0.3333333333333333"),
        ("share", 0.0, "0 %"),
        ("duration", 14.0, "14 d"), ("duration", 365.0, "365 d"), ("duration", 0.0, "0 d"),
        ("duration", DAYS_A_YEAR, "1 year"), ("duration", 3 * DAYS_A_MONTH, "3 months"), ("duration", 0.5, "12 h"),
        ("months", 1, "1 month"), ("months", 24, "24 months"), ("money", 5000.0, "5000"), ("money", 12.5, "12.50"),
        ("money", 0.0015, "0.0015"), ("number", 2.0, "2"), ("number", 1e-7, "1e-07"), ("flag", True, "true"),
        ("date", datetime.date(2025, 1, 31), "2025-01-31"), ("numbers", (1.0, 0.9), "[1, 0.9]"),
        ("text", "Tea", "Tea"),
    ],
)  # fmt: skip
def test_values_are_written_as_a_user_would(kind: str, value: Any, written: str) -> None:
    """Percent, days and whole numbers, without a needless decimal."""
    assert text(made(kind), value) == written
    assert text(made(kind, None), None) == "null"
