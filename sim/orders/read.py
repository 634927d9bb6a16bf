"""An order history from a file: opened, understood, cleaned, and accounted for."""

from __future__ import annotations

from pathlib import Path

from sim.orders.account import Account
from sim.orders.options import OrderOptions
from sim.orders.table import OrderTable


def read_orders(path: str | Path, options: OrderOptions | None = None) -> tuple[OrderTable, Account]:
    """The orders of a file and the account of how it was read.

    The file is a plain table, an orders export of Shopify or the log that `regulars run --events` writes, as CSV or
    Parquet, compressed or not; `-` is standard input. Raises BadInput for what cannot be read, with the row and the
    column, and RegularsError where the machine fails. Identifiers of customers are in neither.
    """
    raise NotImplementedError
