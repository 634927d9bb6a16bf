"""A tornado: how far each of several things moves a figure, as bars to both sides of where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.chart.chart import NEED_COLUMNS, PALETTE, Look
from sim.chart.frame import too_small
from sim.chart.raster import FAINT, PLAIN, Raster
from sim.text import cut, width

LOW, HIGH = PALETTE[0], PALETTE[1]
NEED_ROWS = 4
"""The title, a bar, the axis and its numbers."""
UNICODE, ASCII = ("░", "█", "│", "─"), ("-", "#", "|", "-")
"""The low end's bar, the high end's, the line where the figure stands, the axis."""


@dataclass(frozen=True)
class Bar:
    """One thing and how far it moves the figure at either end of its range."""

    label: str
    low: float | None
    """The change at its low end; None where there is no figure."""
    high: float | None
    low_text: str
    """What stands at the tip of the low end's bar."""
    high_text: str

    @property
    def reach(self) -> tuple[float, float]:
        """From the most negative change to the most positive, 0 among them."""
        values = [0.0, *(value for value in (self.low, self.high) if value is not None)]
        return min(values), max(values)


def tornado(
    title: str, bars: Sequence[Bar], columns: int, rows: int, look: Look | None = None,
    *, value_text: Callable[[float], str] = lambda value: f"{value:+g}", chosen: int = -1,
) -> Raster:  # fmt: skip
    """The bars in their order, as many as there is room for; one `chosen` is marked. A picture too small for a bar
    says what it needs."""
    if columns < NEED_COLUMNS or rows < NEED_ROWS:
        return too_small(max(columns, 0), max(rows, 0))
    look = look or Look()
    shown = bars[: rows - NEED_ROWS + 1]
    picture = Raster.blank(len(shown) + NEED_ROWS - 1, columns)
    more = f" ({len(shown)} of {len(bars)})" if len(shown) < len(bars) else ""
    low_glyph, high_glyph, line, axis = UNICODE if look.unicode else ASCII
    key = f"{low_glyph} low end  {high_glyph} high end"
    ellipsis = "…" if look.unicode else "..."
    after = picture.write(0, 0, cut(title + more, columns, ellipsis))
    if after + width(key) + 3 <= columns:
        picture.write(0, columns - width(key), key, FAINT)
    scale = _Scale.of(shown, columns)
    for row, bar in enumerate(shown, 1):
        label = cut(bar.label, scale.labels - 2, ellipsis)
        picture.write(row, 0, (">" if row - 1 == chosen else " ") + label, PLAIN)
        _draw(picture, row, bar, scale, (low_glyph, high_glyph), line)
    foot = len(shown) + 1
    picture.write(foot, scale.first, axis * (scale.last - scale.first + 1), FAINT)
    _numbers(picture, foot + 1, scale, value_text)
    return picture


@dataclass(frozen=True)
class _Scale:
    """Where the bars stand."""

    labels: int
    """Cells for the labels at the left."""
    first: int
    last: int
    least: float
    most: float

    @classmethod
    def of(cls, bars: Sequence[Bar], columns: int) -> _Scale:
        """As wide as the columns allow, with room for the texts at the tips."""
        labels = min(max((width(bar.label) for bar in bars), default=0) + 2, columns * 2 // 5)
        reaches = [bar.reach for bar in bars]
        least = min((low for low, _ in reaches), default=0.0)
        most = max((high for _, high in reaches), default=0.0)
        texts = max((max(width(bar.low_text), width(bar.high_text)) for bar in bars), default=0) + 1
        texts = min(texts, (columns - labels) // 4)
        return cls(labels, labels + texts, columns - 1 - texts, least, most)

    def column(self, value: float) -> int:
        """The cell of a change."""
        span = self.most - self.least
        share = (value - self.least) / span if span else 0.5
        return self.first + round(share * (self.last - self.first))


def _draw(picture: Raster, row: int, bar: Bar, scale: _Scale, glyphs: tuple[str, str], line: str) -> None:
    """One bar; where both ends lie on the same side the shorter one stands before the longer one, which has the text."""
    middle = scale.column(0.0)
    ends = [(bar.low, glyphs[0], LOW, bar.low_text), (bar.high, glyphs[1], HIGH, bar.high_text)]
    there = [(value, glyph, colour, text) for value, glyph, colour, text in ends if value]
    told: set[bool] = set()
    for value, glyph, colour, text in sorted(there, key=lambda end: -abs(end[0])):
        right = value > 0
        tip = max(scale.column(value), middle + 1) if right else min(scale.column(value), middle - 1)
        begin, end = (middle + 1, tip) if right else (tip, middle - 1)
        picture.write(row, begin, glyph * (end - begin + 1), colour)
        if right not in told:
            told.add(right)
            at = tip + 2 if right else max(tip - 1 - width(text), scale.labels)
            picture.write(row, at, text, FAINT, None if right else max(tip - 1 - at, 0))
    picture.write(row, middle, line, FAINT)


def _numbers(picture: Raster, row: int, scale: _Scale, value_text: Callable[[float], str]) -> None:
    """The least, the middle and the most below the axis, those that have room."""
    taken: list[tuple[int, int]] = []
    for value in dict.fromkeys((0.0, scale.most, scale.least)):
        text = value_text(value) if value else "0"
        begin = min(max(scale.column(value) - width(text) // 2, 0), picture.columns - width(text))
        end = begin + width(text)
        if begin >= 0 and all(end < other or begin > stop for other, stop in taken):
            picture.write(row, begin, text, FAINT)
            taken.append((begin, end))
