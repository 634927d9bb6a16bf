"""One metric store by store: the figures of single replications, their histogram, and the words beside it."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lab_at_hand import small
from shop_file import SMALL, shop_in

from sim.chart.chart import NEED_COLUMNS, Look
from sim.chart.histogram import NEED_ROWS, binned, histogram
from sim.chart.raster import paint
from sim.cli import main
from sim.experiment import simulate
from sim.figures import store_by_store
from sim.report.amounts import Amounts
from sim.report.stores import sides, told
from sim.results import Difference

FIGURES = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 3))
ASCII = Look(unicode=False, shade="none")


@pytest.mark.parametrize("metric", ["clv", "churn_rate", "revenue", "cac"])
def test_a_store_by_itself_is_the_store_simulated_by_itself(metric: str) -> None:
    """Each replication's figure, in their order, whether the others were simulated with it or not."""
    scenario = small(customers=80)
    alone = [float(store_by_store(simulate(scenario, 1, range(at, at + 1)), metric)[0]) for at in range(3)]
    together = simulate(scenario, 1, range(3))
    assert store_by_store(together, metric).tolist() == alone
    assert store_by_store(together.pooled(), metric).tolist() == alone


def test_a_store_without_the_figure_has_none() -> None:
    """Nobody pays for customers: there is no paid CAC in any store."""
    free = small("typical_online_store", *(f"channels.{name}=off" for name in ("paid_search", "paid_social", "affiliate")))
    assert np.isnan(store_by_store(simulate(free, 1, range(2)), "cac_paid")).all()


@given(values=st.lists(FIGURES, min_size=1, max_size=60), most=st.integers(1, 60))
@example(values=[0.0] * 8, most=10)
@example(values=[-3.0, 5.0], most=1)
def test_every_value_is_in_one_bin_and_zero_divides_them(values: list[float], most: int) -> None:
    """The counts sum to the values; each lies within the edges; zero is an edge where bins lie on both its sides."""
    bins = binned(np.array(values), min(values), max(values), most)
    assert sum(bins.counts) == len(values)
    assert len(bins.edges) == len(bins.counts) + 1
    size = bins.edges[-1] - bins.edges[0]
    assert bins.edges[0] - 1e-6 * size <= min(values) <= max(values) <= bins.edges[-1] + 1e-6 * size
    if min(values) < 0 < max(values):
        assert np.abs(bins.edges).min() <= 1e-9 * size


@given(
    values=st.lists(FIGURES, max_size=30), columns=st.integers(0, 90), rows=st.integers(0, 20),
    form=st.sampled_from([None, ASCII]),
)  # fmt: skip
def test_any_values_are_drawn_in_any_size(values: list[float], columns: int, rows: int, form: Look | None) -> None:
    """The picture has exactly the cells there are, and says what it needs where they are too few."""
    mark = (np.mean(values).item(), min(values), max(values)) if values else None
    picture = histogram(values, columns, rows, form, mark=mark, zero=True)
    assert (picture.columns, picture.rows) == (columns, rows)
    drawn = paint(picture)
    assert form is None or drawn.isascii()
    if values and columns >= NEED_COLUMNS and rows >= NEED_ROWS:
        assert ("#" if form else "█") in drawn


def test_the_tallest_bar_is_where_most_values_are() -> None:
    """Three of four lie above one: the bar there reaches the top, the estimate stands over it between its ends."""
    lines = paint(histogram([-1.5, 1.5, 1.6, 1.7], 60, 8, ASCII, mark=(0.8, 0.5, 1.1), zero=True)).splitlines()
    top, bottom = lines[1], lines[5]
    assert top.startswith("3")
    assert "#" in top
    left = bottom.index("#")
    assert left < top.index("#")
    assert lines[0].index("o") > left
    assert [lines[0].count(sign) for sign in "|o"] == [2, 1]


@given(st.lists(st.one_of(FIGURES, st.just(math.nan)), max_size=40))
def test_sides_count_every_figure_there_is(values: list[float]) -> None:
    """Below, at and above zero are all; what is no figure is on no side."""
    assert sum(sides(values)) == sum(not math.isnan(value) for value in values)


def test_the_words_tell_what_one_store_would_see() -> None:
    """The estimate with its verdict, the sides, the ends, and stores without a figure."""
    found = Difference("B", "clv", -2.0, -2.5, -1.5, 0.0004, "worse", "money")
    words = " ".join(told([-3.0, -2.0, 1.0, math.nan], found, Amounts("USD"), signed=True))
    assert "-$2.00 ±0.50, worse (adjusted p below 0.001)" in words
    assert "Of 3 stores it is below zero in 2, above zero in 1." in words
    assert "from -$3.00 to +$1.00, the middle one -$2.00" in words
    assert "1 of 4 stores have no such figure" in words
    nothing = Difference("B", "cac", 0.0, 0.0, 0.0, 1.0, "no clear difference", "money")
    assert "In all 2 stores it is exactly zero." in " ".join(told([0.0, 0.0], nothing, Amounts(), signed=True))
    assert told([math.nan], found, Amounts(), signed=True) == ["No store has this figure."]


def test_the_command_tells_the_stores_in_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON and CSV have the same figures, the difference is that of compare, and people get bars and words."""
    shop = shop_in(tmp_path)
    words = ["compare", shop, shop, *SMALL, "--set", "B:store.costs.goods=60%"]

    def told_by(*more: str) -> str:
        assert main([*words, *more]) == 0
        return capsys.readouterr().out

    found = json.loads(told_by("--stores", "clv", "--format", "json"))
    base, mine = (each["stores"] for each in found["scenarios"])
    [less] = found["differences"]
    assert less["stores"] == [b - a for a, b in zip(base, mine, strict=True)]
    assert less["below"] + less["zero"] + less["above"] == found["replications"] == len(base) > 1
    whole = json.loads(told_by("--format", "json"))
    same = next(each for each in whole["differences"] if each["metric"] == "clv")
    assert less["difference"] == {key: same[key] for key in less["difference"]}
    rows = list(csv.reader(io.StringIO(told_by("--stores", "clv", "--format", "csv"))))
    assert rows[0] == ["metric", "store", "A", "B", "B less A"]
    assert [float(row[4]) for row in rows[1:]] == less["stores"]
    for form in ("table", "markdown"):
        text = told_by("--stores", "clv", "--format", form)
        assert "CLV, store by store" in text
        assert f"In all {len(base)} stores it is below zero." in text
        assert ("█" in text) == (form == "table")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--stores", "clvv"], "did you mean 'clv'"),
        (["--stores", "clv", "--plot"], "without --plot"),
        (["--stores", "clv", "--set", "B:currency=EUR"], "different currencies"),
    ],
)
def test_what_cannot_be_told_store_by_store_is_refused(
    more: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and a reason."""
    shop = shop_in(tmp_path)
    assert main(["compare", shop, shop, *SMALL, *more]) == 2
    assert said in capsys.readouterr().err
