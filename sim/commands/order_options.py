"""How a command that reads an order history is told how to read it, and tells what it read."""

from __future__ import annotations

import argparse
import datetime
from argparse import Namespace
from dataclasses import fields

from sim.orders.account import Account
from sim.orders.options import DATE_ORDERS, DECIMALS, REPEATED, OrderOptions


def day(text: str) -> datetime.date:
    """A reader of calendar dates."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is not a date such as 2025-01-31") from None


def add_orders(parser: argparse.ArgumentParser) -> None:
    """The file and every option of reading it; what is not given is recognised and said."""
    parser.add_argument(
        "file", metavar="FILE",
        help="the orders: a table with customer, date and amount, Shopify's orders export, or what run --events writes; CSV "
        "or Parquet, compressed or not; - for standard input",
    )  # fmt: skip
    reading = parser.add_argument_group("reading the file")
    columns = {
        "customer": "who", "date": "when", "amount": "how much", "order": "the order's number",
        "currency-column": "the currency", "status": "whether it was cancelled or paid back",
        "refunded": "what was paid back", "quantity": "pieces, where amounts are prices of one",
    }  # fmt: skip
    for name, text in columns.items():
        reading.add_argument(f"--{name}", metavar="COLUMN", help=f"column by name or number from 1: {text}")
    reading.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="the first row names the columns; or it holds data"
    )
    reading.add_argument("--delimiter", metavar="SIGN", help="one character, tab, or space for any white space")
    reading.add_argument("--encoding", metavar="NAME", help="such as utf-8 or windows-1252")
    reading.add_argument("--currency", metavar="CODE", help="the currency to take, or that of amounts without one")
    reading.add_argument("--date-order", choices=DATE_ORDERS, metavar="ORDER", help=f"of 03/04/2025: {', '.join(DATE_ORDERS)}")
    reading.add_argument("--decimal", choices=DECIMALS, metavar="SIGN", help="of 1.234: . or ,")
    reading.add_argument("--time-zone", metavar="NAME", help="such as Europe/Berlin, for times with an offset")
    reading.add_argument("--until", type=day, metavar="DATE", help="the last day that counts")
    reading.add_argument("--keep-days", action="store_true", help="keep a customer's orders of one day apart")
    reading.add_argument(
        "--repeated", choices=REPEATED, default="auto", metavar="HOW", help=f"rows of one order number: {', '.join(REPEATED)}"
    )
    reading.add_argument(
        "--drop-identical", action=argparse.BooleanOptionalAction, help="leave copies of a row out; or count them"
    )
    reading.add_argument("--skip-bad-rows", action="store_true", help="leave out, and count, rows that cannot be read")


def order_options(found: Namespace) -> OrderOptions:
    """The options as the reader takes them."""
    given = {each.name: getattr(found, each.name) for each in fields(OrderOptions) if hasattr(found, each.name)}
    return OrderOptions(**given | {"merge_days": not found.keep_days})


def account_lines(account: Account) -> str:
    """What was taken and what was dropped, for standard error."""
    head, *rest = account.lines()
    return "\n".join([head, *(f"  {line}" for line in rest)])
