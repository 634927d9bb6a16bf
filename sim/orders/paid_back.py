"""What went back of each order: amounts of a column, a yes or no, or the order's state."""

from __future__ import annotations

import numpy as np

from sim.orders.account import Telling
from sim.orders.amount_headings import cents_of_one
from sim.orders.amounts import NO_AMOUNT, amounts
from sim.orders.faults import Faults
from sim.orders.headings import SHOPIFY
from sim.orders.raw import Raw, add_faults, which, words
from sim.orders.rows import Ints, Mask, everywhere
from sim.orders.words import FALSE, KINDS, YES, plain

LOOKED_AT = 1_000
"""Rows that are looked at before a whole column is taken for one of yes and no."""


def paid_back_cents(raw: Raw, cents: Ints, decimal: str, telling: Telling, faults: Faults) -> Ints:
    """Cents paid back by order, 0 where the cell is empty; all of `cents` where a column of yes and no says yes."""
    if "refunded" not in raw.layout.roles:
        return everywhere(0, raw.rows)
    column, cells = raw.layout.roles["refunded"], raw.cells["refunded"]
    yes = _yes(raw)
    if yes is not None:
        telling.remarks.append(f"{column} says yes or no: where yes, the whole order counts as paid back")
        return np.where(yes, np.maximum(cents, 0), 0)
    found = amounts(cells, column, raw.lines, decimal, telling, scale=cents_of_one(column.name), said=False).cents
    wrong = (found == NO_AMOUNT) & ~cells.empty
    add_faults(faults, raw, column, wrong, "refunded", "is no amount", "an amount, or --refunded none")
    return np.where(found == NO_AMOUNT, 0, np.abs(found))


def _yes(raw: Raw) -> Mask | None:
    """Where the column of refunds says yes; None where it holds amounts."""
    cells = raw.cells["refunded"]
    first = {plain(cells.text(i).decode("utf-8", "replace")) for i in range(min(len(cells), LOOKED_AT))}
    if first - YES - FALSE:
        return None
    texts, codes = words(cells)
    yes = [text in YES for text in texts]
    return which(yes, codes) if any(yes) and not set(texts) - YES - FALSE else None


def by_state(raw: Raw, paid_back: Mask, cents: Ints, refund: Ints, telling: Telling) -> tuple[Ints, Ints]:
    """The amounts and refunds of rows of which some were paid back by their state.

    Where the column tells kinds of transactions, sales beside refunds, a refund is a row of its own and no order: below 0.
    """
    kinds = words(raw.cells["status"].where(~paid_back))[0] if raw.layout.form != SHOPIFY else []
    if KINDS & set(kinds):
        telling.remarks.append(f"{raw.layout.roles['status']} tells kinds of transactions: refunds are rows of their own")
        return np.where(paid_back & (cents > 0), -cents, cents), refund
    return cents, np.where(paid_back & (refund == 0), np.maximum(cents, 0), refund)
