"""Columns that were not read and yet speak of orders that never were or were paid back: said, so that nobody counts those."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim.orders.account import Telling
from sim.orders.faults import Column
from sim.orders.headings import PLAIN, Layout
from sim.orders.words import CANCELLED, FALSE, GOOD, KINDS, PARTLY_REFUNDED, REFUNDED, UNPAID, plain

LOOKED_AT = 2_000
"""Rows from the beginning of a file that are looked at."""
MOST_STATES = 30
"""A column with more different texts holds no states."""
SPEAKS = ("cancel", "storn", "annul", "refund", "erstatt", "rembours", "reembols", "rimbors", "zwrot", "chargeback", "returned")
"""Parts of headings, as `plain` writes them, that speak of what was taken back."""
_GONE = CANCELLED | REFUNDED | PARTLY_REFUNDED
_STATES = (_GONE | UNPAID | GOOD | KINDS) - {""}


def overlooked(layout: Layout, texts: Callable[[Column], Iterable[bytes]], telling: Telling) -> None:
    """Say which columns of a plain table that are not read have states in them; `texts` gives the first cells of one."""
    if layout.form != PLAIN:
        return
    read = set(layout.roles.values())
    named: list[str] = []
    for column in layout.columns:
        if column in read or not column.name:
            continue
        found = {plain(text.decode("utf-8", "replace")) for text in set(texts(column))} - FALSE
        gone = sorted(found & _GONE)
        if gone and len(found) <= MOST_STATES and len(found & _STATES) * 2 >= len(found):
            telling.remarks.append(
                f"{column} has states such as '{gone[0]}' and was not read: such rows count like the others (to read it: "
                f"--status {column.number})"
            )
        elif found and any(part in plain(column.name) for part in SPEAKS):
            named.append(str(column))
    if named:
        telling.remarks.append(f"columns that speak of what was taken back, and were not read: {', '.join(named)}")
