"""From cells to rows: what never was an order is left out, the rest is read or refused with its place."""

from __future__ import annotations

import datetime
from functools import partial

import numpy as np

from sim.errors import BadInput
from sim.orders.account import Telling, many
from sim.orders.amount_headings import cents_of_one
from sim.orders.amounts import NO_AMOUNT, SYMBOLS, amounts
from sim.orders.currencies import headed_currency, one_currency
from sim.orders.dates import BAD, DAY, moments
from sim.orders.faults import Column, Faults, Faulty, refused
from sim.orders.headings import SHOPIFY, SIMULATED
from sim.orders.identity import identified
from sim.orders.options import OrderOptions
from sim.orders.paid_back import by_state, paid_back_cents
from sim.orders.raw import NOBODY, Raw, add_faults
from sim.orders.rows import Ints, Mask, Rows, everywhere
from sim.orders.states import without_cancelled

EARLIEST = datetime.date(1980, 1, 1)
"""No shop's export is older; such dates stand for missing ones."""
MOST_CENTS = 10**15
EPOCH = datetime.date(1970, 1, 1)
MILLI = 1000


def understand(raw: Raw, options: OrderOptions, telling: Telling, faults: Faults) -> tuple[Rows, bool, str]:
    """The rows of a file, whether they tell the time of day, and their currency.

    Rows that cannot be read go to `faults`. Raises BadInput where the whole column is not to be understood.
    """
    _say_columns(raw, telling)
    if raw.layout.form == SHOPIFY:
        raw = _first_lines(raw, telling, faults)
    raw = identified(raw, telling)
    raw, paid_back = without_cancelled(raw, telling)
    roles = raw.layout.roles
    currency = headed_currency(roles["amount"], options, telling)
    if not currency:
        raw, currency, paid_back = one_currency(raw, paid_back, options, telling)
    when = moments(raw.cells["date"], roles["date"], raw.lines, options, telling)
    money = amounts(raw.cells["amount"], roles["amount"], raw.lines, options.decimal, telling, scale=_scale(raw, telling))
    wall, timed = _clocked(raw, when.wall, when.timed, telling)
    currency = _agreed(money.currencies, currency, raw, options, telling)
    cents = _multiplied(raw, money.cents, options, telling, faults)
    refund = paid_back_cents(raw, cents, money.decimal, telling, faults)
    margin = _margin(raw, telling)
    good = _checked(raw, wall, cents, options, faults)
    if paid_back is not None and paid_back.any():
        cents, refund = by_state(raw, paid_back, cents, refund, telling)
    rows = Rows(
        customer=raw.codes["customer"], wall=wall, cents=cents, refund=refund,
        order=raw.codes.get("order", everywhere(NOBODY, raw.rows)), lines=raw.lines, margin=margin,
        fingerprint=raw.fingerprints,
    )  # fmt: skip
    return rows.where(good), timed, currency


def _say_columns(raw: Raw, telling: Telling) -> None:
    names = {"customer_too": "customer where that names nobody", "fingerprint": "", "test": "test orders", "time": "time"}
    told = [f"{names.get(role, role)} from {column}" for role, column in raw.layout.roles.items()]
    telling.recognised.append("columns: " + ", ".join(told))
    if raw.layout.unread:
        unread = ", ".join(map(str, raw.layout.unread))
        telling.recognised.append(f"columns that may be meant as well, and were not read: {unread}")
    if raw.layout.form == SHOPIFY and raw.layout.roles["amount"].name == "Total":
        telling.remarks.append("amounts are totals: shipping and taxes are in them (goods alone: --amount Subtotal)")
    if "quantity" in raw.layout.roles:
        telling.remarks.append(f"amounts are {raw.layout.roles['amount']} times {raw.layout.roles['quantity']}")


def _first_lines(raw: Raw, telling: Telling, faults: Faults) -> Raw:
    """Shopify tells an order on the row of its first item; the rows of the others have no total."""
    first = ~raw.cells["amount"].empty
    order = raw.codes["order"]
    orphan = ~first & (order != NOBODY) & ~np.isin(order, order[first])
    column = raw.layout.roles["amount"]
    for i in np.flatnonzero(orphan).tolist():
        faults.add(
            Faulty(
                int(raw.lines[i]), column, "the row has no total, and its order has no row with one",
                "an order without a total", "an export that was not cut",
            )
        )  # fmt: skip
    others = int((~first & ~orphan).sum())
    if others:
        telling.remarks.append(f"{many(others, 'row')} of further items: the first row of their order has its total")
    return raw.where(first)


def _scale(raw: Raw, telling: Telling) -> int:
    """Cents in what an amount is written in; prices of a piece may have parts of a cent that matter for many pieces."""
    column = raw.layout.roles["amount"]
    cents = cents_of_one(column.name)
    if cents == 1:
        telling.recognised.append(f"amounts are cents, as {column} says")
    return cents * MILLI if "quantity" in raw.layout.roles else cents


def _multiplied(raw: Raw, parts: Ints, options: OrderOptions, telling: Telling, faults: Faults) -> Ints:
    """Amounts, by the quantity where there is one."""
    if "quantity" not in raw.layout.roles:
        return parts
    column = raw.layout.roles["quantity"]
    pieces = _pieces(raw, column, options, telling)
    add_faults(faults, raw, column, pieces == NO_AMOUNT, "quantity", "is no quantity")
    good = (pieces != NO_AMOUNT) & (parts != NO_AMOUNT)
    twice = good & (pieces < 0) & (parts < 0)
    add_faults(faults, raw, column, twice, "quantity", "pieces below 0 at a price below 0: is that bought, or given back?")
    total = np.where(good, parts, 0).astype(np.float64) * np.where(good, pieces, 0) / (MILLI * MILLI)
    cents = np.where(good, np.rint(total), NO_AMOUNT).astype(np.int64)
    # A row whose quantity was told as wrong is not told again for its amount.
    return np.where((pieces == NO_AMOUNT) & (parts != NO_AMOUNT), 0, cents)


def _pieces(raw: Raw, column: Column, options: OrderOptions, telling: Telling) -> Ints:
    """Thousandths of pieces. Quantities may have another decimal sign than prices; the user's word decides where they leave
    it open."""
    own = partial(amounts, raw.cells["quantity"], column, raw.lines, telling=Telling(telling.file), scale=MILLI, said=False)
    try:
        return own(decimal=None).cents
    except BadInput:
        if options.decimal is None:
            raise
        return own(decimal=options.decimal).cents


def _margin(raw: Raw, telling: Telling) -> Ints | None:
    if "margin" not in raw.layout.roles:
        return None
    return amounts(raw.cells["margin"], raw.layout.roles["margin"], raw.lines, ".", telling, said=False).cents


def _clocked(raw: Raw, wall: Ints, timed: bool, telling: Telling) -> tuple[Ints, bool]:
    """A simulation's log has the time in days beside the date: the date gives the day, the time the moment in it."""
    if raw.layout.form != SIMULATED:
        return wall, timed
    days = amounts(raw.cells["time"], raw.layout.roles["time"], raw.lines, ".", telling, scale=10**6, said=False).cents
    inside = np.where(days == NO_AMOUNT, 0, days) % 10**6
    return np.where(wall == BAD, BAD, wall + inside * (DAY // 10**6)), True


def _agreed(
    written: dict[str, Ints], currency: str, raw: Raw, options: OrderOptions, telling: Telling
) -> str:
    """The currency, where it is written beside the amounts too."""
    said = (options.currency or "").upper()
    told = {SYMBOLS.get(sign, sign.upper()): rows for sign, rows in written.items() if sign and SYMBOLS.get(sign, sign)}
    if not told:
        if currency:
            return currency
        silent = "the file does not say; shown as USD (else: --currency)"
        telling.remarks.append(f"currency: {f'{said}, as said' if said else silent}")
        return said or "USD"
    if len(told) > 1:
        counts = ", ".join(f"{rows.size:,} in {name}" for name, rows in sorted(told.items()))
        rows = min(told.values(), key=len)
        raise refused(
            telling.file, f"amounts in several currencies: {counts}", line=int(raw.lines[rows.min()]),
            column=raw.layout.roles["amount"], allowed="one currency in a file; nothing is converted",
        )  # fmt: skip
    found = next(iter(told))
    wanted = currency or said or found
    if wanted != found and not (written.get("$") is not None and wanted.endswith("D")):
        raise refused(telling.file, f"the amounts are in {found}, not in {wanted}", column=raw.layout.roles["amount"], line=1)
    if not currency:
        telling.recognised.append(f"currency: {wanted}, as written beside the amounts")
    return wanted


def _checked(raw: Raw, wall: Ints, cents: Ints, options: OrderOptions, faults: Faults) -> Mask:
    """The rows that can be read; the others are told."""
    today = options.today or datetime.date.today()
    latest = (today - EPOCH).days + 1
    if wall.size and (EARLIEST - EPOCH).days * DAY <= wall.min() and wall.max() < (latest + 1) * DAY and (
        cents.min() >= -MOST_CENTS and cents.max() <= MOST_CENTS
    ):
        return np.ones(wall.size, dtype=np.bool_)
    date, amount = raw.layout.roles["date"], raw.layout.roles["amount"]
    no_date, no_amount = wall == BAD, cents == NO_AMOUNT
    forms = "2025-01-31, 31.01.2025, 01/31/2025 and the like, or with a time"
    add_faults(faults, raw, date, no_date, "date", "is no date", forms)
    add_faults(faults, raw, amount, no_amount, "amount", "is no amount", "12.50, 1,234.50, 12,50 € and the like")
    large = ~no_amount & (np.abs(cents) > MOST_CENTS)
    add_faults(faults, raw, amount, large, "amount", "is more than any order")
    day = wall // DAY
    early = ~no_date & (day < (EARLIEST - EPOCH).days)
    add_faults(faults, raw, date, early, "date", f"is before {EARLIEST}: dates that are missing often look like this")
    late = ~no_date & (day > latest) & (raw.layout.form != SIMULATED)
    if options.until is not None:
        late &= day <= (options.until - EPOCH).days
    add_faults(faults, raw, date, late, "date", f"is in the future: today is {today}", "a day before today, or --until a day")
    wrong: Mask = no_date | no_amount | large | early | late
    return ~wrong
