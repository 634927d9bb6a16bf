"""What a chart shows: curves with their intervals, and how they are told apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.chart.scale import Floats

PALETTE = (0xE69F00, 0x56B4E9, 0x009E73, 0xCC79A7, 0x0072B2, 0xD55E00)
"""Okabe & Ito 2008, distinguishable with every common colour blindness."""
DASHES = ("#", "####..", "#..", "######..#..", "##..", "##########....")
"""Dots drawn and left out along a curve, over and over, by series."""
MARKS = "*+xo#@"
"""What stands for the curves where there is no braille."""
MOST_BANDS = 2
"""More than two bands blend into grey."""
NEED_COLUMNS, NEED_ROWS = 24, 6
"""A chart in fewer cells says that it needs these."""


@dataclass(frozen=True)
class Series:
    """A curve with its interval, in order of x; nan where there is no value."""

    name: str
    tag: str
    """The letter at its right end."""
    x: Floats
    y: Floats
    low: Floats = field(default_factory=lambda: np.zeros(0))
    high: Floats = field(default_factory=lambda: np.zeros(0))
    band: bool = True
    """Whether its interval may be drawn; only the first two that may are."""
    style: int = 0
    """Which colour, dashes and mark it has."""
    dotted: bool = False
    """Sparse dots whatever the style: for a truth drawn beside its proxy in the same colour."""

    @property
    def colour(self) -> int:
        """0xRRGGBB."""
        return PALETTE[self.style % len(PALETTE)]

    @property
    def dashes(self) -> str:
        """Dots drawn (#) and left out, over and over."""
        return "#..." if self.dotted else DASHES[self.style % len(DASHES)]

    @property
    def mark(self) -> str:
        """The letter it is drawn with where there is no braille."""
        return "." if self.dotted else MARKS[self.style % len(MARKS)]


@dataclass(frozen=True)
class Look:
    """How a chart is drawn, whatever is on it."""

    unicode: bool = True
    """Braille, blocks and lines; else ASCII."""
    shade: str = "truecolor"
    """How bands are shaded: `truecolor` (blended), `256` (from a short list), `none` (bounds as dotted lines)."""
    light: bool = False
    """Whether the page is light."""


@dataclass(frozen=True)
class Chart:
    """What is to be drawn."""

    title: str
    series: Sequence[Series]
    y_text: Callable[[float], str] = lambda value: f"{value:g}"
    x_text: Callable[[float], str] = lambda value: f"{value:g}"
    x_steps: Sequence[int] = ()
    """Steps that the x axis may have; any round one where empty."""
    x_label: str = ""
    log: bool = False
    """A log y axis; what is not positive is left out. Where nothing is positive the axis is linear, and says so."""
    from_zero: bool = True
    """Whether the y axis includes 0 (never on a log axis)."""
    legend: bool = True
    y_range: tuple[float, float] | None = None
    """What the y axis covers at least, so that it stands still while the curves move."""


def banded(series: Sequence[Series]) -> list[Series]:
    """The series whose interval is drawn: the first two that have one."""
    return [each for each in series if each.band and each.low.size and np.isfinite(each.low).any()][:MOST_BANDS]
