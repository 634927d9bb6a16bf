"""How an order history is to be read, where the file itself does not say it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields

DATE_ORDERS = ("dmy", "mdy", "ymd")
DECIMALS = (".", ",")
REPEATED = ("auto", "first", "last", "sum")
"""What rows of the same order number are: copies of which one counts, or lines that add up."""
ROLES = ("customer", "date", "amount", "order", "currency_column", "status", "refunded", "quantity")
"""The options that name a column."""


@dataclass(frozen=True)
class OrderOptions:
    """What the user says of a file; what is left at its default is recognised, and said, or refused with advice.

    Columns are given by their name or by their number from 1; `none` for one that is not to be read.
    """

    customer: str | None = None
    date: str | None = None
    amount: str | None = None
    order: str | None = None
    """Column of the order's number."""
    currency_column: str | None = None
    status: str | None = None
    """Column that says whether an order was cancelled or paid back."""
    refunded: str | None = None
    """Column of what was paid back."""
    quantity: str | None = None
    """Column that the amounts, then prices of a piece, are multiplied by."""
    header: bool | None = None
    """Whether the first row names the columns; None: looked at."""
    delimiter: str | None = None
    """One character, `tab`, or `space` for any white space; None: looked at."""
    encoding: str | None = None
    """A name that Python knows; None: looked at."""
    currency: str | None = None
    """The currency to take where there are several, or that of the amounts where the file does not say it."""
    date_order: str | None = None
    """One of `DATE_ORDERS`, for dates such as 03/04/2025."""
    decimal: str | None = None
    """One of `DECIMALS`, for amounts such as 1.234."""
    time_zone: str | None = None
    """A name such as Europe/Berlin: times with an offset are told by its clock; None: as they are written."""
    merge_days: bool = True
    """Whether a customer's orders of one day are one order, as in the literature."""
    repeated: str = "auto"
    """One of `REPEATED`."""
    drop_identical: bool | None = None
    """Whether rows that are the same as an earlier one are left out; None: where they cannot be orders of their own."""
    skip_bad_rows: bool = False
    """Whether rows that cannot be read are left out and counted instead of refused."""
    until: datetime.date | None = None
    """The last day that counts; later orders are left out."""
    today: datetime.date | None = None
    """Later dates are refused; None: the computer's date."""

    def __post_init__(self) -> None:
        for name, allowed in (("date_order", DATE_ORDERS), ("decimal", DECIMALS), ("repeated", REPEATED)):
            if getattr(self, name) is not None and getattr(self, name) not in allowed:
                raise ValueError(f"{name} is one of {', '.join(allowed)}: {getattr(self, name)!r}")

    def columns(self) -> dict[str, str]:
        """The columns that the user has named, by their role."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name in ROLES and getattr(self, each.name)}
