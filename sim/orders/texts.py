"""A whole column of texts in the parts that it was read in, so that it need not be copied into one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np

from sim.orders.cells import Cells, Mask


@dataclass(frozen=True)
class Texts:
    """The cells of one column."""

    parts: tuple[Cells, ...]
    """One after the other; none is empty."""

    def __len__(self) -> int:
        return self._begins[-1]

    def chunks(self, size: int) -> Iterator[tuple[int, list[Cells]]]:
        """The cells some at a time, in pieces, and the row of their first: at most `size`, and at least a quarter of it if
        there are more, for a piece that is large enough by itself need not be joined to others."""
        chunk: list[Cells] = []
        begin = held = 0
        for part in self.parts:
            for start in range(0, len(part), size):
                piece = part.between(start, start + size)
                if held + len(piece) > size:
                    yield begin, chunk
                    begin, held, chunk = begin + held, 0, []
                chunk.append(piece)
                held += len(piece)
                if held >= size / 4:
                    yield begin, chunk
                    begin, held, chunk = begin + held, 0, []
        if chunk:
            yield begin, chunk

    @cached_property
    def _begins(self) -> list[int]:
        """The row with which each part begins, and how many rows there are."""
        return [0, *accumulate(map(len, self.parts))]

    def where(self, kept: Mask) -> Texts:
        """Some of the cells."""
        some = (part.where(kept[start:stop]) for part, (start, stop) in zip(self.parts, pairwise(self._begins), strict=True))
        return Texts(tuple(part for part in some if len(part)))

    @property
    def empty(self) -> Mask:
        """Which cells hold nothing."""
        return np.concatenate([part.empty for part in self.parts]) if self.parts else np.zeros(0, dtype=np.bool_)

    @property
    def alike(self) -> bool:
        """Whether all have the same text."""
        return len({part.text(0) for part in self.parts}) < 2 and all(part.alike for part in self.parts)

    def text(self, i: int) -> bytes:
        """One cell."""
        part = bisect_right(self._begins, i) - 1
        return self.parts[part].text(i - self._begins[part])

    def joined(self) -> Cells:
        """The cells in one part."""
        return Cells.joined(self.parts)

    def strings(self) -> list[bytes]:
        """The cells as byte strings."""
        return [text for part in self.parts for text in part.strings().tolist()]
