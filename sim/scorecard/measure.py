"""The whole scorecard, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from sim._version import __version__
from sim.scorecard.closed_forms import closed_form_rows
from sim.scorecard.row import Row, Scorecard
from sim.scorecard.tables import table_rows

CUSTOMERS = 100_000
"""Simulated for each line unless said otherwise."""
LINES = 120
"""How many there are."""


def rows(customers: int = CUSTOMERS, seed: int = 1) -> Iterator[Row]:
    """Every line as it is finished, `LINES` of them."""
    yield from closed_form_rows(customers, seed)
    yield from table_rows(customers, seed)


def scorecard(customers: int = CUSTOMERS, seed: int = 1) -> Scorecard:
    """All lines."""
    return Scorecard(tuple(rows(customers, seed)), customers, seed, __version__)
