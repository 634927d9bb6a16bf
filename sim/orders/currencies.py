"""One currency in a history: nothing is converted, and nothing is added up that is not alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.orders.account import Telling, many
from sim.orders.amount_headings import currency_of
from sim.orders.amounts import SYMBOLS
from sim.orders.faults import Column, refused, safe
from sim.orders.options import OrderOptions
from sim.orders.raw import Raw, which, words

Mask = NDArray[np.bool_]


def headed_currency(column: Column, options: OrderOptions, telling: Telling) -> str:
    """The currency that the heading of the amounts names, which goes before what a column says of the order; empty where
    it names none. Raises BadInput where the user has said another."""
    found = currency_of(column.name)
    if found and options.currency is not None and options.currency.upper() != found:
        raise refused(telling.file, f"the amounts are in {found}, as {column} says", column=column, line=1, allowed=found)
    if found:
        telling.recognised.append(f"currency: {found}, as {column} says")
    return found


def one_currency(
    raw: Raw, paid_back: Mask | None, options: OrderOptions, telling: Telling
) -> tuple[Raw, str, Mask | None]:
    """The rows of one currency, and which it is; empty where no column tells.

    Raises BadInput where there are several and none is chosen, or none of the chosen one.
    """
    if options.currency is not None and not (len(options.currency) == 3 and options.currency.isalpha()):
        raise refused("--currency", f"'{options.currency[:20]}' is no currency", allowed="a code such as EUR")
    if "currency" not in raw.layout.roles:
        return raw, "", paid_back
    column = raw.layout.roles["currency"]
    found, codes = words(raw.cells["currency"])
    names = [name.upper() for name in found]
    for code, name in enumerate(names):
        if len(name) != 3:  # a sign, of which `plain` leaves nothing or a part
            text = raw.cells["currency"].text(int((codes == code).argmax())).decode("utf-8", "replace").strip()
            names[code] = SYMBOLS.get(text) or name
    for code, name in enumerate(names):
        if name and not (len(name) == 3 and name.isalpha()):
            row = int((codes == code).argmax())
            raise refused(
                telling.file, f"{safe(raw.cells['currency'].text(row))} is no currency",
                line=int(raw.lines[row]), column=column,
                allowed="a code such as EUR; or, with another column, --currency-column",
            )  # fmt: skip
    counts = np.bincount(codes, minlength=len(names)) if len(names) > 1 else np.full(len(names), codes.size)
    by_name = {name: int(counts[[other == name for other in names]].sum()) for name in dict.fromkeys(names)}
    told = [name for name in by_name if name]
    if not told:
        return raw, "", paid_back
    wanted = (options.currency or "").upper()
    if not wanted and (len(told) > 1 or "" in by_name):
        counted = ", ".join(f"{many(count, 'row')} in {name or 'none'}" for name, count in sorted(by_name.items()))
        other = next(i for i, code in enumerate(codes.tolist()) if names[code] != names[codes[0]])
        raise refused(
            telling.file, f"several currencies: {counted}", line=int(raw.lines[other]), column=column,
            allowed=f"--currency {max(told, key=by_name.__getitem__)}, to take the orders in it alone; nothing is converted",
        )  # fmt: skip
    wanted = wanted or told[0]
    if wanted not in told:
        raise refused(telling.file, f"no order is in {wanted}", column=column, line=1, allowed=", ".join(sorted(told)))
    mine = which([name == wanted for name in names], codes)
    for name, count in by_name.items():
        if name != wanted:
            telling.drop(count, "rows", f"in {name}, not in {wanted}" if name else "without a currency")
    telling.recognised.append(f"currency: {wanted}, as the file says")
    return raw.where(mine), wanted, None if paid_back is None else paid_back[mine]
