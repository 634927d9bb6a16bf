"""Orders that never were: cancelled, failed, tests; and those that were paid back."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.orders.account import Telling, many
from sim.orders.headings import SHOPIFY
from sim.orders.raw import Raw, which, words
from sim.orders.words import CANCELLED, FALSE, GOOD, PARTLY_REFUNDED, REFUNDED, UNPAID

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
ALL_KNOWN = CANCELLED | REFUNDED | PARTLY_REFUNDED | UNPAID | GOOD


def without_cancelled(raw: Raw, telling: Telling) -> tuple[Raw, Mask | None]:
    """The rows that were orders, and which of them were paid back whole by their state; None where none tells it."""
    out = np.zeros(raw.rows, dtype=np.bool_)
    out = _left_out(raw, _flagged(raw, "cancelled"), out, "the orders were cancelled", telling)
    out = _left_out(raw, _tests(raw), out, "they are test orders", telling)
    if "status" not in raw.layout.roles:
        return raw.where(~out), None
    states, codes = words(raw.cells["status"])
    states = [state[2:] if state[:2] == "wc" and state[2:] in ALL_KNOWN else state for state in states]

    def rows_of(known: Iterable[str]) -> Mask:
        there = frozenset(known)
        return which([state in there for state in states], codes)

    out = _left_out(raw, rows_of(CANCELLED), out, "the orders were cancelled, void or failed by their state", telling)
    refunded = rows_of(REFUNDED) & ~out
    partly = _untold(raw, rows_of(PARTLY_REFUNDED) & ~out)
    if partly:
        telling.remarks.append(f"{many(partly, 'order')} paid back in part, the file does not say how much: counted whole")
    unpaid = int(np.count_nonzero(rows_of(UNPAID) & ~out))
    if unpaid:
        telling.remarks.append(f"{many(unpaid, 'row')} not paid yet by their state: counted")
    _say_unknown(raw, states, codes, out, telling)
    return raw.where(~out), refunded[~out]


def _untold(raw: Raw, partly: Mask) -> int:
    """How many of the orders that were paid back in part have no amount of it."""
    if "refunded" not in raw.layout.roles or not partly.any():
        return int(np.count_nonzero(partly))
    texts, codes = words(raw.cells["refunded"].where(partly))
    return int(np.count_nonzero(which([not text.strip("0") for text in texts], codes)))


def _left_out(raw: Raw, found: Mask | None, out: Mask, reason: str, telling: Telling) -> Mask:
    if found is None:
        return out
    fresh = found & ~out
    telling.drop(int(np.count_nonzero(fresh)), "rows", reason, int(raw.lines[fresh.argmax()]) if fresh.any() else 0)
    return out | found


def _flagged(raw: Raw, role: str) -> Mask | None:
    """Where a column of yes and no, or of dates, says yes."""
    if role not in raw.layout.roles:
        return None
    texts = raw.cells[role]
    if texts.empty.all():
        return None
    known, codes = words(texts)
    return which([text not in FALSE for text in known], codes)


def _tests(raw: Raw) -> Mask | None:
    """Test orders: flagged, or of Shopify paid at its gateway for tests or tagged so."""
    if raw.layout.form != SHOPIFY:
        return _flagged(raw, "test")
    found = np.zeros(raw.rows, dtype=np.bool_)
    if "test" in raw.layout.roles:
        methods, codes = words(raw.cells["test"])
        found |= which(["bogus" in method or "fortesting" in method for method in methods], codes)
    if "tags" in raw.layout.roles:
        tags = raw.cells["tags"].strings()
        known = {cell for cell in set(tags) if b"test" in [tag.strip().lower() for tag in cell.split(b",")]}
        if known:
            found |= np.fromiter((tag in known for tag in tags), np.bool_, len(tags))
    return found


def _say_unknown(raw: Raw, states: list[str], codes: Ints, out: Mask, telling: Telling) -> None:
    counts = np.bincount(codes[~out], minlength=len(states)) if codes.size else np.zeros(len(states), dtype=np.int64)
    unknown = [code for code, state in enumerate(states) if counts[code] and state not in ALL_KNOWN]
    if len(unknown) > 12:
        telling.remarks.append(f"{len(unknown):,} different states of orders that are not known: all counted as orders")
        return
    for code in unknown:
        text = raw.cells["status"].text(int((codes == code).argmax())).decode("utf-8", "replace")
        # States are words; what is not may have come from another column.
        shown = f"'{text}'" if len(text) < 25 and all(letter.isalpha() or letter in " _-" for letter in text) else "(not shown)"
        telling.remarks.append(f"the state {shown} is not known: counted as orders, {many(int(counts[code]), 'row')}")
