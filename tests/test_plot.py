"""The terminal chart: what is drawn where, at every size and colour depth."""

from __future__ import annotations

import re
import sys

import numpy as np
import pyte
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_comparison import NAMES, made

from sim.chart import scale
from sim.chart.chart import DASHES, PALETTE, Chart, Look, Series
from sim.chart.draw import draw, layout
from sim.chart.frame import spread_out
from sim.chart.raster import PAGE, PLAIN, Raster, beside, nearest_256, paint
from sim.report.plot import charts
from sim.terminal import Terminal, look
from sim.text import width

LOOKS = (Look(), Look(shade="256"), Look(shade="none"), Look(unicode=False, shade="none"), Look(light=True))


def series(i: int = 0, level: float = 0.5, half: float = 0.05, name: str = "a curve") -> Series:
    """A flat curve with a band."""
    x = np.arange(0.0, 366.0, 7.0)
    y = np.full(len(x), level)
    return Series(name, chr(ord("A") + i), x, y, y - half, y + half, style=i)


def is_braille(text: str) -> bool:
    """Whether a cell holds dots of a curve."""
    return len(text) == 1 and 0x2800 < ord(text) < 0x2900


@pytest.mark.parametrize("form", LOOKS, ids=["truecolor", "256", "plain", "ascii", "light"])
@pytest.mark.parametrize("log", [False, True])
def test_every_size_is_safe(form: Look, log: bool) -> None:
    """From 0 x 0 up the picture has exactly the size asked for; too small a one says what it needs."""
    chart = Chart("title", [series(0), series(1, 0.2, name="客户" * 9), series(2, -0.1)], log=log)
    for columns in (0, 1, 2, 5, 23, 24, 25, 40, 81, 200):
        for rows in (0, 1, 2, 5, 6, 7, 9, 24, 60):
            picture = draw(chart, columns, rows, form)
            assert (picture.columns, picture.rows) == (columns, rows)
            assert all(width("".join(picture.glyphs[row])) == columns for row in range(rows))
    assert paint(draw(chart, 23, 5, form)) == "\n\nchart: needs 24 x 6\n\n\n"


def test_the_curve_lies_where_its_values_are() -> None:
    """A curve at the middle of the axis is drawn in the middle row, from the left edge to the right."""
    top = series(1, 1.0)
    picture = draw(Chart("", [series(0, 0.5), top], legend=False), 60, 23, Look(shade="none"))
    drawn = [row for row in range(23) if any(map(is_braille, picture.glyphs[row, 8:50]))]
    colours = {int(c) for c in picture.foreground[11, 8:50]}
    assert 11 in drawn
    assert PALETTE[0] in colours


def test_bands_are_in_the_background_and_lines_in_the_foreground() -> None:
    """The cell of the line keeps the band's colour behind it; outside the band the page is bare."""
    picture = draw(Chart("", [series(0, 0.5, 0.2), series(1, 1.0, 0.0)], legend=False), 60, 23)
    middle = [column for column in range(10, 50) if is_braille(picture.glyphs[11, column])]
    assert len(middle) > 30
    assert {int(picture.background[11, column]) for column in middle} == {int(picture.background[12, 20])}
    assert picture.background[12, 20] not in (PLAIN, PAGE)
    assert picture.background[18, 20] == PLAIN


def test_at_most_two_bands() -> None:
    """Four scenarios, four lines, two bands: the first two's."""
    many = [series(i, 0.2 * (i + 1), 0.03) for i in range(4)]
    picture = draw(Chart("", many, legend=False), 80, 40)
    assert len(set(np.unique(picture.background))) - 1 == 2
    assert {each.colour for each in many} <= set(np.unique(picture.foreground))


def test_overlapping_bands_have_a_colour_of_their_own() -> None:
    """Where two bands overlap neither hides the other."""
    picture = draw(Chart("", [series(0, 0.5, 0.2), series(1, 0.6, 0.2)], legend=False), 80, 30)
    assert len(set(np.unique(picture.background))) - 1 == 3


def test_without_shades_the_bounds_are_dotted() -> None:
    """No background at all, dots along both bounds."""
    picture = draw(Chart("", [series(0, 0.5, 0.2)], legend=False), 60, 23, Look(shade="none"))
    assert set(np.unique(picture.background)) == {PLAIN}
    dotted = [row for row in range(23) if "·" in "".join(picture.glyphs[row])]
    assert len(dotted) == 2


def test_dashes_tell_curves_apart_without_colour() -> None:
    """No two of the six styles look alike in the legend."""
    picture = draw(Chart("", [series(i, 0.1 + 0.1 * i) for i in range(6)]), 120, 40, Look(shade="none"))
    text = paint(picture)
    samples = re.findall(r"[A-F] ([\u2800-\u28ff]{6}) a curve", text)
    assert len(samples) == len(set(samples)) == len(DASHES)


def test_ascii_has_marks_of_its_own() -> None:
    """Without braille each curve has its letter, and nothing but ASCII is printed."""
    text = paint(draw(Chart("t", [series(i, 0.1 + 0.1 * i) for i in range(6)]), 100, 40, LOOKS[3]))
    assert text.isascii()
    assert all(text.count(mark * 4) for mark in "*+xo#@")


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6), st.integers(6, 31))
def test_tags_never_collide_and_keep_their_order(wanted: list[int], count: int) -> None:
    """One tag a row, in the order of the curves' ends, inside the chart, and where it wants to be if there is room."""
    wanted = sorted(min(row, count - 1) for row in wanted)
    rows = spread_out(wanted, count)
    assert rows == sorted(set(rows))
    assert len(rows) == len(wanted)
    assert rows[0] >= 0
    assert rows[-1] < count
    if len(set(wanted)) == len(wanted):
        assert rows == wanted


def test_colliding_tags_keep_the_vertical_order() -> None:
    """Curves that end in the same cell have their letters below one another, the higher curve's first."""
    picture = draw(Chart("", [series(0, 0.500), series(1, 0.501), series(2, 0.502), series(3, 1.0)], legend=False), 60, 20)
    edge = "".join(picture.glyphs[:, -1]).split()
    assert "".join(edge) == "DCBA"


@pytest.mark.parametrize("low", [0.0, -3.0, 0.013])
@pytest.mark.parametrize("high", [0.034, 1.0, 7.3, 41.0, 98765.0])
@pytest.mark.parametrize("most", [2, 4, 8])
def test_ticks_are_round_and_inside(low: float, high: float, most: int) -> None:
    """One to `most` ticks, multiples of 1, 2, 2.5 or 5 times a power of ten, inside the scale."""
    found = scale.linear(low, high, most)
    assert 1 <= len(found.ticks) <= most
    assert all(found.low - 1e-9 <= tick <= found.high + 1e-9 for tick in found.ticks)
    if len(found.ticks) > 1:
        step = found.ticks[1] - found.ticks[0]
        leading = step / 10 ** np.floor(np.log10(step) + 1e-9)
        assert min(abs(leading - each) for each in (1, 2, 2.5, 5, 10)) < 1e-6


def test_days_have_steps_of_weeks_months_and_quarters() -> None:
    """Two years of days are ticked by quarters, by half-years where it is narrow."""
    assert scale.stepped(0, 730, scale.DAY_STEPS, 12).ticks == tuple(91.0 * i for i in range(9))
    assert scale.stepped(0, 730, scale.DAY_STEPS, 5).ticks == tuple(182.0 * i for i in range(5))


def test_log_axis_leaves_out_what_has_no_place() -> None:
    """Zero and below are not drawn on a log axis; equal ratios are equal distances."""
    axis = scale.logarithmic(1.0, 100.0, 5)
    places = axis.place(np.array([1.0, 10.0, 100.0, 0.0, -1.0]))
    assert places[:3] == pytest.approx([0.0, 0.5, 1.0])
    assert np.isnan(places[3:]).all()
    assert axis.ticks == (1.0, 10.0, 100.0)
    dead = Series("a", "A", np.arange(5.0), np.zeros(5))
    assert draw(Chart("t", [dead], log=True), 60, 20).rows == 20


@pytest.mark.parametrize(("values", "said"), [([-4.0, -2.0, 0.0], True), ([-4.0, 0.0, 2.0], False)])
def test_a_log_axis_that_cannot_be_is_linear_and_says_so(values: list[float], said: bool) -> None:
    """Where nothing is above 0; the values below are drawn then, each in its place."""
    shown = Chart("Profit", [Series("a", "A", np.arange(3.0), np.array(values))], log=True)
    picture, where = draw(shown, 60, 20), layout(shown, 60, 20)
    assert where is not None
    assert where.y_scale.log != said
    title = "".join(picture.glyphs[0]).rstrip()
    assert title == ("Profit  linear axis: nothing above 0" if said else "Profit")
    if said:
        assert where.y_scale.low <= -4.0 <= 0.0 <= where.y_scale.high


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=12),
    st.integers(1, 90), st.integers(1, 30), st.booleans(),
)  # fmt: skip
@example([sys.float_info.max], 60, 20, False)
@example([-sys.float_info.max], 60, 20, True)
@example([-sys.float_info.max, sys.float_info.max], 60, 20, False)
@example([5e-324, sys.float_info.max], 60, 20, True)
def test_any_numbers_can_be_drawn(values: list[float], columns: int, rows: int, log: bool) -> None:
    """No values, gaps, infinities and huge ranges: a picture of the right size, never an error."""
    y = np.array(values, dtype=np.float64)
    each = Series("a", "A", np.arange(float(len(y))), y, y - 1, y + 1)
    picture = draw(Chart("t", [each], log=log), columns, rows)
    assert (picture.columns, picture.rows) == (columns, rows)


def test_a_gap_is_left_open() -> None:
    """Between two stretches of a curve nothing is drawn."""
    x = np.arange(0.0, 101.0)
    y = np.where((x > 40) & (x < 60), np.nan, 0.5)
    picture = draw(Chart("", [Series("a", "A", x, y, np.zeros(0), np.zeros(0))], legend=False), 110, 21, LOOKS[2])
    columns = [c for c in range(5, 108) if any(is_braille(picture.glyphs[r, c]) for r in range(21))]
    assert max(np.diff(columns)) > 15


def test_painting_to_a_terminal_gives_the_picture_back() -> None:
    """A terminal that reads the painted text shows the same glyphs and colours, cell by cell."""
    picture = draw(Chart("Retention", [series(0, 0.5, 0.2), series(1, 0.6, 0.2, "客户")]), 60, 20)
    screen = pyte.Screen(60, 20)
    pyte.Stream(screen).feed(paint(picture, "truecolor").rstrip("\n").replace("\n", "\r\n"))
    for row in range(20):
        for column in range(60):
            cell = screen.buffer[row][column]
            assert cell.data == picture.glyphs[row, column]
            colour = int(picture.foreground[row, column])
            if colour >= 0 and cell.data.strip():
                assert cell.fg == f"{colour:06x}"
            if picture.background[row, column] >= 0 and colour != PAGE:
                assert cell.bg == f"{int(picture.background[row, column]):06x}"


def test_256_colours_use_their_own_codes() -> None:
    """No 24-bit code in 256 colours, no escape at all without colours."""
    picture = draw(Chart("", [series(0, 0.5, 0.2)]), 60, 20, LOOKS[1])
    assert "48;5;" in paint(picture, "256")
    assert "8;2;" not in paint(picture, "256")
    assert "\x1b" not in paint(picture, "none")
    assert [nearest_256(0, 0, 0), nearest_256(255, 255, 255), nearest_256(95, 95, 0)] == [16, 231, 58]


def test_pictures_stand_side_by_side() -> None:
    """Beside one another nothing is lost and the lower one is filled up."""
    one, other = Raster.blank(2, 3), Raster.blank(3, 4)
    one.write(0, 0, "abc")
    other.write(2, 0, "wxyz")
    assert paint(beside(one, other)) == "abc\n\n     wxyz\n"


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("size", [(80, 24), (160, 50), (30, 5)])
def test_charts_of_a_comparison_fit_the_terminal(name: str, size: tuple[int, int]) -> None:
    """Both charts, any name, never wider than the terminal and free of raw control characters."""
    text = charts(made("plain", name), Terminal(*size), truth=True)
    assert all(width(line) <= size[0] for line in text.splitlines())
    assert not any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 for c in text)


def test_charts_name_what_they_show() -> None:
    """Retention and cumulative CLV with their definitions' names, the truth only if asked."""
    text = charts(made(), Terminal(80, 24))
    from sim.metrics.curves import CURVES

    assert CURVES["retention_bracket_30"].label in text
    assert CURVES["clv_cumulative"].label in text
    assert CURVES["alive"].label not in text
    assert CURVES["alive"].label in charts(made(), Terminal(160, 50), truth=True)


class Stream:
    """A stream of a given kind."""

    def __init__(self, tty: bool, encoding: str = "utf-8") -> None:
        self.tty, self.encoding = tty, encoding

    def isatty(self) -> bool:
        """Whether it claims to be a terminal."""
        return self.tty

    def fileno(self) -> int:
        """No real file."""
        raise OSError


@pytest.mark.parametrize(
    ("environ", "tty", "colour"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, True, "truecolor"),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit"}, True, "truecolor"),
        ({"TERM": "screen-256color"}, True, "256"),
        ({"TERM": "xterm"}, True, "none"),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, True, "none"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, True, "none"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": ""}, True, "truecolor"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, False, "none"),
        ({}, True, "none"),
    ],
)
def test_colour_depth_follows_the_environment(environ: dict[str, str], tty: bool, colour: str) -> None:
    """NO_COLOR, TERM, COLORTERM and whether it is a terminal at all decide."""
    assert look(Stream(tty), environ).colour == colour  # type: ignore[arg-type]


def test_encoding_and_console_decide_the_glyphs() -> None:
    """Latin-1, ASCII and the Linux console, whose font has no braille, get ASCII."""
    assert look(Stream(True), {"TERM": "xterm"}).unicode  # type: ignore[arg-type]
    assert not look(Stream(True, "latin-1"), {"TERM": "xterm"}).unicode  # type: ignore[arg-type]
    assert not look(Stream(False, "ascii"), {}).unicode  # type: ignore[arg-type]
    assert not look(Stream(True), {"TERM": "linux"}).unicode  # type: ignore[arg-type]
    assert look(None, {}).columns == 100
    assert look(Stream(True), {"COLUMNS": "33", "LINES": "7"}).columns == 33  # type: ignore[arg-type]


def test_the_layout_says_where_an_x_stands() -> None:
    """A column gives the x that stands in it; a chart that is too small or empty has no layout."""
    x = np.arange(25.0)
    chart = Chart("c", [Series("one", "A", x, x / 25)])
    where = layout(chart, 80, 20)
    assert where is not None
    for value in (0.0, 7.0, 24.0):
        assert abs(where.x_at(where.column(value)) - value) <= 24 / where.columns
    assert where.x_at(-5) == 0.0
    assert where.x_at(500) == 24.0
    assert layout(chart, 20, 20) is None
    assert layout(Chart("c", []), 80, 20) is None


def test_an_axis_covers_what_it_is_asked_to() -> None:
    """A range that is held stays while the curves move within it, and grows where they leave it."""
    x = np.arange(5.0)
    low, high = (Chart("c", [Series("one", "A", x, x + y)], y_range=(0.0, 50.0)) for y in (1.0, 90.0))
    inside, beyond = layout(low, 80, 20), layout(high, 80, 20)
    assert inside is not None
    assert beyond is not None
    assert (inside.y_scale.low, inside.y_scale.high) == (0.0, 50.0)
    assert beyond.y_scale.high >= 94.0
