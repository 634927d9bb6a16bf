"""Which column is which: by the user's word, by the names that a known export has, or by the usual names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sim.errors import BadInput, Problem
from sim.nearest import nearest
from sim.orders.amount_headings import bare
from sim.orders.column_names import ADDRESSES, COLUMNS, LINE_ITEM, LINE_PRICE, PIECE_PRICE, QUANTITY
from sim.orders.faults import Column, listed, safe_name
from sim.orders.words import plain

SHOPIFY, SIMULATED, PLAIN = "Shopify orders export", "log of a simulation", "plain table"
SHOPIFY_HAS = ("Name", "Email", "Financial Status", "Total", "Created at", "Lineitem quantity")
SHOPIFY_COLUMNS = {
    "customer": "Email", "customer_too": "Phone", "date": "Created at", "amount": "Total", "order": "Name",
    "currency": "Currency", "status": "Financial Status", "refunded": "Refunded Amount", "cancelled": "Cancelled at",
    "test": "Payment Method", "tags": "Tags",
}  # fmt: skip
"""Of Shopify's eighty columns, those that are read."""
SIMULATED_HAS = ("customer", "order", "time", "date", "revenue", "discount", "refund", "margin", "cause", "parent")
SIMULATED_COLUMNS = {
    "customer": "customer", "date": "date", "amount": "revenue", "refunded": "refund", "margin": "margin", "time": "time",
}  # fmt: skip
NEEDED = ("customer", "date", "amount")
NO_COLUMN = "none"
"""What the user says for a column that is not to be read, though its name looks like it."""
OPTION = {"currency_column": "currency"}
"""Options that are not called like the role of their column."""


@dataclass(frozen=True)
class Layout:
    """What kind of table it is, and where the columns stand that are read."""

    form: str
    roles: Mapping[str, Column]
    columns: tuple[Column, ...]
    """All columns of the file."""
    line_items: bool = False
    """Whether the table has columns that only lines of an order have."""
    line_amounts: bool = False
    """Whether the amounts are those of lines."""
    unread: tuple[Column, ...] = ()
    """Columns that might have been meant as well as the ones that were chosen."""


def named(names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a row of headings."""
    return tuple(Column(name.strip(), number) for number, name in enumerate(names, 1))


def known_names(names: Sequence[str]) -> int:
    """How many of the needed columns have a usual name among these."""
    there = {plain(name) for name in names}
    return sum(bool(there & set(_candidates(role))) for role in NEEDED)


def layout(columns: tuple[Column, ...], chosen: Mapping[str, str], file: str, form: str | None = None) -> Layout:
    """Which columns hold what. `chosen` has the user's columns by role. Raises BadInput where one is missing."""
    names = {column.name.lower(): column for column in reversed(columns) if column.name}
    unwanted = {OPTION.get(role, role) for role, text in chosen.items() if text == NO_COLUMN and NO_COLUMN not in names}
    wanted = {
        role: _column(text, columns, option, file)
        for option, text in chosen.items()
        if (role := OPTION.get(option, option)) not in unwanted
    }
    if form is None:
        form = _form(columns, names)
    if form == SIMULATED and not set(chosen) & {"customer", "date", "amount"}:
        return Layout(form, {role: names[name] for role, name in SIMULATED_COLUMNS.items()}, columns)
    if form == SHOPIFY:
        roles = {role: names[name.lower()] for role, name in SHOPIFY_COLUMNS.items() if name.lower() in names} | wanted
        if "customer" in wanted:
            roles.pop("customer_too", None)
        return Layout(form, {role: column for role, column in roles.items() if role not in unwanted}, columns)
    return _plain(columns, wanted, unwanted, file)


def _form(columns: Sequence[Column], names: Mapping[str, Column]) -> str:
    if tuple(column.name for column in columns) == SIMULATED_HAS:
        return SIMULATED
    return SHOPIFY if all(name.lower() in names for name in SHOPIFY_HAS) else PLAIN


def _plain(columns: tuple[Column, ...], wanted: Mapping[str, Column], unwanted: Set[str], file: str) -> Layout:
    by_name: dict[str, Column] = {}
    for column in columns:
        by_name.setdefault(plain(column.name), column)
        # `Total (EUR)`, `total_cents` and `Created (UTC)` are told by what stands before.
        by_name.setdefault(plain(bare(column.name)), column)
    roles = dict(wanted)
    unread: list[Column] = []
    taken = set(wanted.values())
    for role in COLUMNS:
        found = [by_name[name] for name in _candidates(role) if name in by_name and by_name[name] not in taken]
        if role in roles or role in unwanted or not found:
            continue
        roles[role] = found[0]
        taken.add(found[0])
        if role in NEEDED:
            unread += [each for each in dict.fromkeys(found[1:]) if each not in unread]
    address = next((column for column in unread if plain(column.name) in ADDRESSES), None)
    if address is not None and "customer" not in wanted and plain(roles["customer"].name) not in ADDRESSES:
        roles["customer_too"] = address
    if "quantity" not in unwanted:
        _price_of_a_piece(roles, by_name, wanted)
    missing = [role for role in NEEDED if role not in roles]
    if missing:
        raise BadInput([_missing(role, columns, file) for role in missing])
    unread += [each for each in columns if each not in unread and _namesake(each, roles, wanted)]
    items = any(plain(column.name) in LINE_ITEM for column in columns)
    by_line = "quantity" in roles or plain(roles["amount"].name) in LINE_ITEM
    return Layout(PLAIN, roles, columns, items, by_line, tuple(each for each in unread if each not in roles.values()))


def _namesake(column: Column, roles: Mapping[str, Column], wanted: Mapping[str, Column]) -> bool:
    """Whether a column is called like one that was taken for its name."""
    return any(column != roles[role] and plain(column.name) == plain(roles[role].name) for role in NEEDED if role not in wanted)


def _candidates(role: str) -> list[str]:
    return COLUMNS[role].split()


def _price_of_a_piece(roles: dict[str, Column], by_name: Mapping[str, Column], wanted: Mapping[str, Column]) -> None:
    """Where the table has no amount but the price of a piece, the amount is that times the quantity."""
    price = next((by_name[name] for name in (*PIECE_PRICE, "price") if name in by_name), None)
    count = next((by_name[name] for name in QUANTITY if name in by_name), None)
    if "amount" in wanted or price is None or count is None or LINE_PRICE in by_name:
        return
    if "amount" not in roles or roles["amount"] == price:
        roles["amount"], roles["quantity"] = price, wanted.get("quantity", count)


def _column(text: str, columns: Sequence[Column], role: str, file: str) -> Column:
    """The column that the user means, by its name or its number."""
    option = "--" + role.replace("_", "-")
    same = [column for column in columns if column.name == text.strip()] or [
        column for column in columns if column.name.lower() == text.strip().lower()
    ]
    if len(same) == 1:
        return same[0]
    if same:
        numbers = " or ".join(str(each.number) for each in same)
        message = f"{file} has {len(same)} columns called {safe_name(text)}"
        raise BadInput(Problem(message, file=option, allowed=f"{numbers}, by number"))
    if text.strip().isdecimal():
        if 1 <= int(text) <= len(columns):
            return columns[int(text) - 1]
        raise BadInput(Problem(f"{file} has no column {int(text)}", file=option, allowed=f"1 to {len(columns)}"))
    near = nearest(text, [column.name for column in columns if "'" in safe_name(column.name)])
    there = "" if near else listed(columns)
    raise BadInput(Problem(f"{file} has no column {safe_name(text)}", file=option, allowed=there, suggestion=near))


def _missing(role: str, columns: Sequence[Column], file: str) -> Problem:
    what = {"customer": "who ordered", "date": "when", "amount": "for how much"}[role]
    return Problem(
        f"none of the columns is known to say {what}: {listed(columns)}", file, 1,
        allowed=f"--{role} NAME or --{role} NUMBER; for a file without headings --no-header",
    )  # fmt: skip
