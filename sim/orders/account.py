"""The account of a reading: what a file was taken for, what was dropped and why, with counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dropped:
    """Rows or orders that were left out."""

    count: int
    what: str
    """`rows` or `orders`."""
    reason: str
    line: int = 0
    """The line of the first of them; 0 where there is none."""

    def __str__(self) -> str:
        noun = self.what[:-1] if self.count == 1 else self.what
        place = f", first in line {self.line}" if self.line else ""
        return f"left out {self.count:,} {noun}: {self.reason}{place}"


@dataclass(frozen=True)
class Account:
    """What a file was taken for and what became of its rows; nothing in it tells who a customer was."""

    file: str
    """The file as the user named it."""
    form: str
    """What kind of file it is, e.g. `Shopify orders export`."""
    rows: int
    """Rows of data in the file."""
    orders: int
    """Orders that were taken."""
    customers: int
    recognised: tuple[str, ...]
    """How the file was understood: encoding, columns, dates, amounts, currency."""
    dropped: tuple[Dropped, ...]
    remarks: tuple[str, ...]
    """What else was done or should be known."""

    def lines(self) -> list[str]:
        """The account in sentences, for people."""
        head = f"{self.file}: {self.form}, {many(self.rows, 'row')}"
        tail = f"taken: {many(self.orders, 'order')} of {many(self.customers, 'customer')}"
        return [head, *self.recognised, *map(str, self.dropped), *self.remarks, tail]


class Telling:
    """An account while it is being made."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.form = ""
        self.rows = 0
        self.recognised: list[str] = []
        self.dropped: list[Dropped] = []
        self.remarks: list[str] = []

    def drop(self, count: int, what: str, reason: str, line: int = 0) -> None:
        """Note what is left out, if anything is."""
        if count:
            self.dropped.append(Dropped(int(count), what, reason, int(line)))

    def account(self, orders: int, customers: int) -> Account:
        """The finished account."""
        return Account(
            self.file, self.form, self.rows, orders, customers,
            tuple(self.recognised), tuple(self.dropped), tuple(self.remarks),
        )  # fmt: skip


def many(count: int, noun: str) -> str:
    """A count with its noun: `1 row`, `2,000 rows`."""
    return f"{count:,} {noun}{'s' * (count != 1)}"
