"""Tables of text: rows laid out in columns of cells, broken into blocks where they are too wide."""

from __future__ import annotations

from collections.abc import Sequence

from sim.text import cut, pad, width

GAP = 2
NARROWEST = 10
"""The first column is cut down to this before a table is broken into blocks."""


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], columns: int, *, align: str = "<", ellipsis: str = "…",
    rule: str = "─",
) -> str:  # fmt: skip
    """The rows under their header, at most `columns` cells wide, each line ended.

    `align` has `<` or `>` for each column, `>` for those beyond its end. A table that is too wide is continued
    below in blocks that repeat the first column; a single cell that is too wide is cut.
    """
    if not header:
        return ""
    columns = max(columns, NARROWEST + GAP + 4)
    sizes = [max(width(row[i]) for row in (header, *rows)) for i in range(len(header))]
    first = _first_width(sizes, columns)
    room = columns - first - GAP
    sizes = [first, *(min(size, room) for size in sizes[1:])]
    blocks = [_block(header, rows, [0, *picked], sizes, align, ellipsis, rule) for picked in _blocks(sizes, columns)]
    return "\n".join(blocks)


def natural_width(rows: Sequence[Sequence[str]]) -> int:
    """The cells that a table of these rows takes if nothing is cut."""
    sizes = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return sum(sizes) + GAP * (len(sizes) - 1)


def _first_width(sizes: Sequence[int], columns: int) -> int:
    """The first column as it is if all fits, else cut so that the others fit, but never below what can be read."""
    if len(sizes) == 1:
        return min(sizes[0], columns)
    rest = sum(sizes[1:]) + GAP * (len(sizes) - 1)
    widest = max(sizes[1:]) + GAP
    for others in (rest, widest):
        if columns - others >= min(sizes[0], max(NARROWEST, sizes[0] * 2 // 3)):
            return min(sizes[0], columns - others)
    return min(sizes[0], max(NARROWEST, columns - widest))


def _blocks(sizes: Sequence[int], columns: int) -> list[list[int]]:
    blocks: list[list[int]] = [[]]
    used = sizes[0]
    for i, size in enumerate(sizes[1:], 1):
        if blocks[-1] and used + GAP + size > columns:
            blocks.append([])
            used = sizes[0]
        blocks[-1].append(i)
        used += GAP + size
    return blocks


def _block(
    header: Sequence[str], rows: Sequence[Sequence[str]], picked: Sequence[int], sizes: Sequence[int],
    align: str, ellipsis: str, rule: str,
) -> str:  # fmt: skip
    lines = []
    for row in (header, *rows):
        cells = (pad(cut(row[i], sizes[i], ellipsis), sizes[i], align[i] if i < len(align) else ">") for i in picked)
        lines.append((" " * GAP).join(cells).rstrip())
    lines.insert(1, rule * (sum(sizes[i] for i in picked) + GAP * (len(picked) - 1)))
    return "\n".join(lines) + "\n"
