"""Files of orders for the tests: texts written to a folder and read back."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path
from typing import Any

from sim.errors import BadInput
from sim.orders.account import Account
from sim.orders.options import OrderOptions
from sim.orders.read import read_orders
from sim.orders.table import OrderTable

HEADER = "customer,date,amount\n"
SHOPIFY_HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,"
    "Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Notes,"
    "Cancelled at,Payment Method,Refunded Amount,Phone,Tags\n"
)


def cdnow_file() -> Path:
    """The CDNOW sample, as it lies in the `lifetimes` distribution."""
    files = importlib.metadata.files("lifetimes") or []
    (found,) = (file for file in files if file.name == "CDNOW_sample.txt")
    return Path(str(found.locate()))


def written(folder: Path, text: str | bytes, name: str = "orders.csv") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def taken(folder: Path, text: str | bytes, **options: Any) -> tuple[OrderTable, Account]:
    """What is read from a file with this text."""
    return read_orders(written(folder, text), OrderOptions(**options))


def refusal(folder: Path, text: str | bytes, **options: Any) -> str:
    """The mistakes told of a file with this text; it fails where there are none."""
    try:
        _, account = taken(folder, text, **options)
    except BadInput as mistake:
        return str(mistake)
    raise AssertionError(f"taken: {account}")


def told(account: Account) -> str:
    """The whole account as one text."""
    return "\n".join(account.lines())


def shopify(*orders: str) -> str:
    """A Shopify export of these rows."""
    return SHOPIFY_HEADER + "".join(row + "\n" for row in orders)


def shopify_row(
    name: str, email: str, created: str, total: str, *, status: str = "paid", refunded: str = "0.00", cancelled: str = "",
    method: str = "Shopify Payments", phone: str = "", currency: str = "EUR", item: str = "Mug", tags: str = "",
) -> str:  # fmt: skip
    """The first row of an order in a Shopify export."""
    return (
        f"{name},{email},{status},{created},fulfilled,,yes,{currency},{total},0.00,0.00,{total},,0.00,DHL,{created},1,{item},"
        f"{total},,{cancelled},{method},{refunded},{phone},{tags}"
    )
