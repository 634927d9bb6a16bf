"""One line of the scorecard: a figure that is known, the engine's, and how far apart they may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A comparison of the engine with a reference."""

    section: str
    what: str
    reference: float
    """The published figure, or that of the closed form."""
    made: float
    """The engine's."""
    tolerance: float
    """How far apart they may be: Monte Carlo error and the reference's own rounding. For real customers, from where on it is
    called a misfit: what a store of that size varies by from one run to the next, or half a per cent of subscribers."""
    source: str
    unit: str = "number"
    """`number`, `share` or `count`."""
    judged: bool = True
    """Whether the engine must agree. A misfit is of the law to the world, not of the engine to the law: it is shown, with
    what is missing, and cannot be mended here."""

    @property
    def agrees(self) -> bool:
        """Whether the two lie within the tolerance."""
        return bool(abs(self.made - self.reference) <= self.tolerance)

    @property
    def failed(self) -> bool:
        """Whether the engine is wrong."""
        return self.judged and not self.agrees


@dataclass(frozen=True)
class Scorecard:
    """All lines, and how they were made."""

    rows: tuple[Row, ...]
    customers: int
    seed: int
    version: str

    @property
    def failures(self) -> int:
        """Lines on which the engine is wrong."""
        return sum(row.failed for row in self.rows)
