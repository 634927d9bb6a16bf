"""How a comparison is told: JSON of one shape, tidy CSV, Markdown and a table that no name can break."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_comparison import NAMES, made

from sim.metrics.catalogue import SUBJECTS
from sim.report.amounts import Amounts, probability
from sim.report.as_csv import COHORTS_HEADER, CURVES_HEADER, METRICS_HEADER
from sim.report.cohorts import render_cohorts
from sim.report.parts import Report, ordered, reasons
from sim.report.report import FORMATS, files, render
from sim.report.table import table
from sim.results import Difference, Figure
from sim.terminal import Terminal
from sim.text import cut, pad, printable, tag, width

DIFFERS = {"Tea shop, points instead of sales": [("strategies.email.every", "7 d", "14 d")]}


def rows_of(text: str) -> list[dict[str, str]]:
    """CSV text as rows by name."""
    return list(csv.DictReader(io.StringIO(text)))


def test_json_has_the_published_shape() -> None:
    """One object with the keys of the schema, every metric with value, low, high and unit, every point with x and n."""
    found = json.loads(render(Report(made(), DIFFERS), "json"))
    assert found["schema"] == "regulars.comparison/1"
    assert (found["version"], found["seed"], found["replications"], found["customers"]) == ("0.1.0", 1, 20, 2400)
    assert found["baseline"] == "Tea shop"
    first, second = found["scenarios"]
    assert (first["name"], first["file"]) == ("Tea shop", "0.yaml")
    assert first["metrics"]["clv"] == {"value": 31.2, "low": 30.8, "high": 31.599999999999998, "unit": "money"}
    assert second["curves"]["clv_cumulative"]["x_unit"] == "days"
    assert first["curves"]["alive"]["points"][1] == pytest.approx(
        {"x": 7, "value": 0.9878566, "low": 0.9680994, "high": 1.0076137, "n": 993}, abs=1e-6
    )
    [clv] = [each for each in found["differences"] if each["metric"] == "clv"]
    assert clv["scenario"] == second["name"]
    assert (clv["p_adjusted"], clv["verdict"], clv["unit"]) == (0.0004, "better", "money")
    assert found["differs"][second["name"]] == [
        {"path": "strategies.email.every", "baseline": "7 d", "value": "14 d"},
    ]


def test_strategies_are_told_in_every_form() -> None:
    """Each strategy's figures stand in JSON and CSV, and in Markdown and the table of one scenario without the columns
    that say nothing."""
    comparison = made("Tea shop")
    first = json.loads(render(Report(comparison), "json"))["scenarios"][0]
    assert first["by_strategy"]["points"]["enrolment_rate"]["value"] == 0.25
    rows = [row for row in rows_of(render(Report(comparison), "csv")) if row["group"] == "strategy: email"]
    assert [(row["metric"], row["value"]) for row in rows] == [("messages_sent", "900"), ("fees", "0")]
    assert "## A by strategy" in render(Report(comparison), "markdown")
    assert "| points | n/a | 25.0 % |" in render(Report(comparison), "markdown")
    lines = render(Report(comparison), "table", Terminal(columns=80)).splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("by strategy"))
    assert lines[head].split() == ["by", "strategy", "sent", "of", "eligible"]
    assert lines[head + 2].split() == ["email", "900", "n/a"]
    assert not any(line.startswith("by strategy") for line in render(Report(made()), "table").splitlines())


def test_other_metrics_stand_under_their_subjects() -> None:
    """With every metric asked for, a line names the subject in front of its metrics; without, none does."""
    comparison = made("Tea shop")
    more = {"mrr": Figure(5.0, 4.0, 6.0, "money"), "nps": Figure(12.0, 10.0, 14.0, "points"), "own": Figure(1.0, 1.0, 1.0, "")}
    scenario = dataclasses.replace(comparison.scenarios[0], metrics=comparison.scenarios[0].metrics | more)
    comparison = dataclasses.replace(comparison, scenarios=(scenario,))
    lines = [line.split("  ")[0] for line in render(Report(comparison), "table", Terminal(columns=80)).splitlines()]
    told = [line for line in lines if line in ("Recurring revenue:", "Loyalty and satisfaction:", "Others:")]
    assert told == ["Recurring revenue:", "Loyalty and satisfaction:", "Others:"]
    place = lines.index("Recurring revenue:")
    assert lines[place + 1 : place + 4 : 2] == ["Recurring revenue a month", "Net promoter score"]
    few = render(Report(comparison, every=False), "table", Terminal(columns=80))
    assert "Recurring revenue" not in few
    assert "3 more metrics: --all" in few


def test_many_missing_metrics_are_told_in_one_word() -> None:
    """Where all metrics of a subject are missing for one reason its name stands for them; of many of them, their number."""
    absent = Figure(None, None, None, "share", "the store has no points programme")
    unheard = Figure(None, None, None, "share", "nobody is surveyed")
    more = dict.fromkeys(SUBJECTS["Points"], absent) | dict.fromkeys(("nps", "csat", "ces", "answer_rate"), unheard)
    comparison = made("Tea shop", "Other")
    first, second = comparison.scenarios
    comparison = dataclasses.replace(comparison, scenarios=(dataclasses.replace(first, metrics=first.metrics | more), second))
    found = reasons(comparison)
    assert "Points (A): the store has no points programme" in found
    assert "Loyalty and satisfaction, 4 metrics (A): nobody is surveyed" in found
    assert "Payback (A): not reached" in found


def test_a_missing_figure_is_null_with_its_reason() -> None:
    """No NaN and no Infinity reach the JSON: null, and a reason beside it."""
    comparison = made()
    odd = {"a": Figure(None, None, None, "days", "not reached"), "b": Figure(math.nan, -math.inf, math.inf, "money")}
    scenario = dataclasses.replace(comparison.scenarios[0], metrics=odd)
    difference = Difference(scenario.name, "a", math.nan, None, math.inf, math.nan, "not reached")
    text = render(Report(dataclasses.replace(comparison, scenarios=(scenario,), differences=(difference,))), "json")

    def refuse(word: str) -> None:
        raise AssertionError(word)

    found = json.loads(text, parse_constant=refuse)
    assert found["scenarios"][0]["metrics"]["a"] == {
        "value": None, "low": None, "high": None, "unit": "days", "reason": "not reached",
    }  # fmt: skip
    assert found["scenarios"][0]["metrics"]["b"]["value"] is None
    assert found["scenarios"][0]["metrics"]["b"]["reason"]
    assert found["differences"][0]["p_adjusted"] is None


def test_csv_is_tidy() -> None:
    """One row a figure and a difference, one a point of a curve, one a cohort's month, numbers with all digits."""
    made_files = files(Report(made()))
    metrics = rows_of(made_files["metrics.csv"])
    assert tuple(metrics[0]) == METRICS_HEADER
    assert sum(row["kind"] == "figure" and row["group"] == "all" for row in metrics) == 10
    assert sum(row["group"].startswith("channel: ") for row in metrics) == 4
    assert sum(row["kind"] == "difference" for row in metrics) == 4
    [payback] = [row for row in metrics if row["metric"] == "payback_days" and row["reason"]]
    assert (payback["value"], payback["reason"]) == ("", "not reached")
    curves = rows_of(made_files["curves.csv"])
    assert tuple(curves[0]) == CURVES_HEADER
    assert len(curves) == 2 * 3 * 105
    assert float(curves[0]["value"]) == made().scenarios[0].curves["retention_bracket_30"].points[0].value
    cohorts = rows_of(made_files["cohorts.csv"])
    assert tuple(cohorts[0]) == COHORTS_HEADER
    assert len(cohorts) == 2 * (24 + 23 + 22)


def test_the_table_reads_like_a_founder_speaks() -> None:
    """Money with its sign, shares in per cent, intervals beside them, the verdict in words, the differing knobs."""
    text = render(Report(made(), DIFFERS), "table", Terminal(columns=120))
    line = next(line for line in text.splitlines() if line.startswith("CLV"))
    assert "€31.20 ±0.40" in line
    assert "+€1.00 ±0.30" in line
    assert "better" in line
    assert line.endswith("<0.001")
    assert "32.4 % ±0.4" in text
    assert "+2.0 pp" in text
    assert "no clear difference" in text
    assert "strategies.email.every  7 d  14 d" in text
    assert "n/a: Payback (A): not reached" in text
    assert "scaled from 100 to 2,400" in text
    assert "seed 1" in text


def test_what_matters_comes_first() -> None:
    """CLV and CAC stand above the other metrics, whatever their order in the result; none is lost."""
    order = ordered(made().scenarios)
    assert order[:3] == ["clv", "cac", "payback_days"]
    assert sorted(order) == sorted(made().scenarios[0].metrics)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("columns", [1, 20, 80, 160])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_no_name_breaks_the_table(name: str, columns: int, count: int) -> None:
    """With any name no control character is printed, and no line is wider than the terminal (from 60 columns on)."""
    comparison = made(*(name + str(i) for i in range(count)))
    text = render(Report(comparison, {each.name: [(name, name, name)] for each in comparison.scenarios[1:]}), "table",
                  Terminal(columns=columns))  # fmt: skip
    for line in text.splitlines():
        assert line == "".join(c for c in line if c.isprintable() or c == "\u200e")
        assert columns < 60 or width(line) <= columns


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("form", FORMATS)
def test_no_name_breaks_a_form(name: str, form: str) -> None:
    """With any name every form is text without control characters."""
    told = render(Report(made(f"{name}0", f"{name}1")), form)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", told)
    told.encode("utf-8")


def test_columns_stay_in_line_beside_wide_and_rtl_names() -> None:
    """The figures end in the same cell in every row, whatever the letters of the names at the head."""
    text = render(Report(made("客户" * 9, "חנות", "e\u0301te")), "table", Terminal(columns=160))
    lines = text.splitlines()
    head = next(i for i, line in enumerate(lines) if "A 客户" in line and "C e" in line)
    assert "…" in lines[head]
    ends = {width(line) for line in lines[head + 2 : head + 6]}
    assert ends == {width(lines[head])}


def test_ascii_terminals_get_ascii() -> None:
    """Where the encoding is ASCII nothing else is printed and the currency falls back to its code."""
    text = render(Report(made(), DIFFERS), "table", Terminal(columns=80, encoding="ascii", unicode=False))
    assert text.isascii()
    assert "EUR 31.20 +/-0.40" in text
    assert render_cohorts(made(), "table", Terminal(encoding="ascii", unicode=False)).isascii()


def test_markdown_escapes_names() -> None:
    """A name with pipes and tags stays one cell and no markup."""
    text = render(Report(made("plain", NAMES["markdown"])), "markdown")
    assert r"a\|b \`c\` \<script\>" in text
    assert "<script>" not in text.replace(r"\<script\>", "")
    table_rows = [line for line in text.splitlines() if line.startswith("| CLV")]
    assert table_rows


def test_cohort_table_has_number_and_shade() -> None:
    """Each cell has its per cent and a shade; a younger cohort has a shorter row; all columns are shown in blocks."""
    text = render_cohorts(made(), "table", Terminal(columns=80))
    rows = [line for line in text.splitlines() if line.startswith("2025-01")]
    assert len(rows) == 2
    assert "100█  40█  20▒  13░" in rows[0]
    youngest = [line for line in text.splitlines() if line.startswith("2025-03")]
    assert width(youngest[1]) < width(rows[1])
    assert all(width(line) <= 80 for line in text.splitlines())


def test_cohorts_in_every_format() -> None:
    """JSON has the cells with intervals, CSV one row a cell, Markdown a table."""
    found = json.loads(render_cohorts(made(), "json"))
    assert found["schema"] == "regulars.cohorts/1"
    assert found["cohorts"][2]["cohort"] == "2025-03"
    assert len(found["cohorts"][2]["retention"]) == 22
    assert len(rows_of(render_cohorts(made(), "csv"))) == 24 + 23 + 22
    assert "| 2025-02 | 102 | 100 | 40 |" in render_cohorts(made(), "markdown")


def test_a_comparison_without_cohorts_is_told() -> None:
    """No cohort table, no failure."""
    comparison = made("x")
    bare = dataclasses.replace(comparison, scenarios=(dataclasses.replace(comparison.scenarios[0], cohorts=None),))
    assert "no cohort" in render_cohorts(bare, "table")
    assert json.loads(render_cohorts(bare, "json"))["cohorts"] == []


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "text"),
    [
        (31.2, 30.8, 31.6, "money", "$31.20 ±0.40"),
        (1234567.0, 1230567.0, 1238567.0, "money", "$1,234,567 ±4,000"),
        (-5.0, -6.0, -4.0, "money", "-$5.00 ±1.00"),
        (0.324, 0.320, 0.328, "share", "32.4 % ±0.4"),
        (0.324, 0.3238, 0.3242, "share", "32.40 % ±0.02"),
        (0.01, 0.0, 0.05, "share", "1.0 % [0.0, 5.0]"),
        (200.0, 190.0, 210.0, "days", "200 d ±10"),
        (2.5, 2.5, 2.5, "ratio", "2.50"),
        (-2685.422, -2685.422 - 1e-12, -2685.422 + 1e-12, "money", "-$2,685"),
        (None, None, None, "money", "n/a"),
        (math.nan, math.nan, math.nan, "money", "n/a"),
        (-0.0001, -0.1, 0.0998, "money", "$0.00 ±0.10"),
    ],
)
def test_intervals_in_words(
    value: float | None, low: float | None, high: float | None, unit: str, text: str
) -> None:  # fmt: skip
    """Decimals follow the size and the interval; a lopsided interval is given by its ends; zero has no sign."""
    assert Amounts("USD").interval(value, low, high, unit) == text


def test_an_odd_currency_is_cut_and_cleaned() -> None:
    """Any text may stand as a currency."""
    assert Amounts("\x1bgold coins").value(2.0, "money") == "\\x1bgol… 2.00"


def test_probabilities() -> None:
    """Small ones are bounded, others have two or three digits."""
    assert [probability(p) for p in (None, 0.0, 0.0123, 0.5)] == ["", "<0.001", "0.012", "0.50"]


def test_letters_of_scenarios() -> None:
    """A to Z, then numbered."""
    assert [tag(0), tag(25), tag(26)] == ["A", "Z", "A2"]


@given(st.text(max_size=40), st.integers(0, 30))
def test_cut_and_pad_keep_to_the_cells(text: str, cells: int) -> None:
    """A printable text that is cut takes at most its cells; padded it takes exactly them."""
    safe = printable(text)
    assert safe.isprintable() or any(c in "\u200c\u200d" for c in safe)
    short = cut(safe, cells)
    assert width(short) <= cells
    assert width(pad(short, cells)) == cells


@given(
    st.lists(st.lists(st.text("ab客é ", max_size=30), min_size=3, max_size=3), min_size=1, max_size=4),
    st.integers(16, 90),
)
def test_tables_never_exceed_their_width(rows: list[list[str]], columns: int) -> None:
    """Whatever the cells, a table of at least 16 columns keeps to its width and shows every row in every block."""
    text = table(rows[0], rows[1:], columns)
    assert all(width(line) <= columns for line in text.splitlines())
