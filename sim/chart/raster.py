"""Cells of a terminal picture: a glyph with its foreground and background, painted to text apart from the drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.text import clusters, cut, printable

PLAIN = -1
"""The terminal's own foreground or background."""
PAGE = -2
"""As a foreground: the colour of the page itself, for a glyph that shows the page through a band."""
FAINT = -3
"""As a foreground: quieter than the text, for axes and grid lines."""

Colours = NDArray[np.int64]


@dataclass(frozen=True)
class Run:
    """Neighbouring cells of the same colours."""

    text: str
    foreground: int
    """0xRRGGBB, or PLAIN, PAGE, FAINT."""
    background: int
    """0xRRGGBB, or PLAIN."""


@dataclass(frozen=True)
class Raster:
    """A picture of rows x columns cells; the second cell of a wide glyph holds an empty text."""

    glyphs: NDArray[np.object_]
    foreground: Colours
    background: Colours

    @classmethod
    def blank(cls, rows: int, columns: int) -> Raster:
        """An empty picture."""
        glyphs = np.full((rows, columns), " ", dtype=object)
        plain = np.full((rows, columns), PLAIN, dtype=np.int64)
        return cls(glyphs, plain, plain.copy())

    @property
    def rows(self) -> int:
        """Height in cells."""
        return int(self.glyphs.shape[0])

    @property
    def columns(self) -> int:
        """Width in cells."""
        return int(self.glyphs.shape[1])

    def write(self, row: int, column: int, text: str, colour: int = PLAIN, room: int | None = None) -> int:
        """Put a text into the picture, cut to the room there is; returns the column after it."""
        if not 0 <= row < self.rows or column >= self.columns:
            return column
        room = self.columns - column if room is None else min(room, self.columns - column)
        for cluster, cells in clusters(cut(printable(text), room)):
            if not cells:
                continue
            self.glyphs[row, column] = cluster
            self.glyphs[row, column + 1 : column + cells] = ""
            self.foreground[row, column : column + cells] = colour
            column += cells
        return column

    def runs(self, row: int) -> Iterator[Run]:
        """The row as runs of equal colours, from left to right."""
        fore, back = self.foreground[row], self.background[row]
        edges = np.flatnonzero((np.diff(fore) != 0) | (np.diff(back) != 0)) + 1
        for start, end in zip([0, *edges], [*edges, self.columns], strict=True):
            yield Run("".join(self.glyphs[row, start:end]), int(fore[start]), int(back[start]))


def beside(left: Raster, right: Raster, gap: int = 2) -> Raster:
    """Two pictures side by side; the lower one is filled up below."""
    rows = max(left.rows, right.rows)
    whole = Raster.blank(rows, left.columns + gap + right.columns)
    for part, column in ((left, 0), (right, left.columns + gap)):
        window = (slice(0, part.rows), slice(column, column + part.columns))
        whole.glyphs[window], whole.foreground[window] = part.glyphs, part.foreground
        whole.background[window] = part.background
    return whole


def paint(raster: Raster, depth: str = "none") -> str:
    """The picture as text with ANSI colours of the given depth (`truecolor`, `256`, `none`), each line ended."""
    if depth == "none":
        return "".join("".join(raster.glyphs[row]).rstrip() + "\n" for row in range(raster.rows))
    lines = []
    for row in range(raster.rows):
        parts = []
        for run in raster.runs(row):
            codes = _codes(run, depth)
            parts.append(f"\x1b[{codes}m{run.text}\x1b[0m" if codes else run.text)
        lines.append("".join(parts).rstrip() + "\n")
    return "".join(lines)


def _codes(run: Run, depth: str) -> str:
    codes = []
    foreground, background = run.foreground, run.background
    if foreground == PAGE:  # reversed: the glyph takes the page's background, the rest of the cell the band's colour
        foreground, background = background, PLAIN
        codes.append("7")
    if foreground == FAINT:
        codes.append("90" if background == PLAIN else "37")
    elif foreground >= 0:
        codes.append("38;" + _colour(foreground, depth))
    if background >= 0:
        codes.append("48;" + _colour(background, depth))
    return ";".join(codes)


def _colour(colour: int, depth: str) -> str:
    red, green, blue = colour >> 16, colour >> 8 & 255, colour & 255
    return f"2;{red};{green};{blue}" if depth == "truecolor" else f"5;{nearest_256(red, green, blue)}"


def nearest_256(red: int, green: int, blue: int) -> int:
    """The nearest colour of the 6 x 6 x 6 cube or the grey ramp of a 256-colour terminal."""
    levels = (0, 95, 135, 175, 215, 255)
    cube = [min(range(6), key=lambda i, part=part: abs(levels[i] - part)) for part in (red, green, blue)]  # type: ignore[misc]
    grey = min(max(round((red + green + blue) / 3 - 8) // 10, 0), 23)
    coloured = (16 + 36 * cube[0] + 6 * cube[1] + cube[2], [levels[i] for i in cube])
    choices = [coloured, (232 + grey, [8 + 10 * grey] * 3)]
    return min(choices, key=lambda c: sum((a - b) ** 2 for a, b in zip(c[1], (red, green, blue), strict=True)))[0]
