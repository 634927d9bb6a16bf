"""What shop systems really write into their exports, each read as it was meant, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from order_files import HEADER, shopify, shopify_row, taken, told

GUESTS = """Order ID,Customer ID,Customer Name,Customer Email,Order Date,Order Total
100,7,Ann,ann@example.com,2024-01-03,25
101,{0},Bob,bob@example.com,2024-01-23,26
102,{0},Cy,cy@example.com,2024-01-24,27
103,{0},Cy,Cy@example.com,2024-01-25,28
104,{0},Ann,ann@example.com,2024-01-26,29
105,{0},,,2024-01-27,30
"""


@pytest.mark.parametrize("stranger", ["0", "", "Guest", "NULL"])
def test_guests_with_an_account_number_of_nobody(tmp_path: Path, stranger: str) -> None:
    """Guests share a number of nobody in many exports: their addresses tell them apart, an account's owner included."""
    table, account = taken(tmp_path, GUESTS.format(stranger))
    assert list(zip(table.customer.tolist(), table.cents.tolist(), strict=True)) == [
        (0, 2500), (0, 2900), (1, 2600), (2, 2700), (2, 2800),
    ]  # fmt: skip
    assert "4 rows without a number of a customer (guests): told apart by 'Customer Email', 1 of them" in told(account)
    assert "left out 1 row: they do not say who ordered, first in line 7" in told(account)
    assert "@" not in told(account)


def test_customers_numbered_from_zero_stay_customers(tmp_path: Path) -> None:
    """A number 0 is a customer where nothing else says who ordered, and the same customers where an address does."""
    text = "customer_id,email,date,amount\n0,a@x.de,2024-01-03,1\n1,b@x.de,2024-01-03,2\n0,a@x.de,2024-02-03,3\n"
    table, _ = taken(tmp_path, text)
    assert sorted(zip(table.customer.tolist(), table.cents.tolist(), strict=True)) == [(0, 200), (1, 100), (1, 300)]
    alone, _ = taken(tmp_path, text.replace(",email", ",x").replace("@", ""))
    assert sorted(zip(alone.customer.tolist(), alone.cents.tolist(), strict=True)) == [(0, 100), (0, 300), (1, 200)]


def test_addresses_before_names(tmp_path: Path) -> None:
    """Where a table has an address and a column called customer, which may hold names, two namesakes are two customers."""
    text = "customer,email,date,amount\nJohn Smith,a@x.de,2024-01-03,1\nJohn Smith,b@x.de,2024-01-03,2\n"
    table, account = taken(tmp_path, text)
    assert table.customers == 2
    assert "not read: 'customer'" in told(account)
    assert taken(tmp_path, text, customer="customer")[0].customers == 1


def test_a_telephone_number_beside_an_address(tmp_path: Path) -> None:
    """An order of Shopify's without an address belongs to the customer whose telephone number it has, where one is known."""
    text = shopify(
        shopify_row("#3", "", "2025-03-02 10:00:00 +0100", "14.00", phone="+49 170 2"),
        shopify_row("#2", "", "2025-02-02 10:00:00 +0100", "13.00", phone="+49 170 1"),
        shopify_row("#1", "ann@example.com", "2025-01-02 10:00:00 +0100", "12.00", phone="+49 170 1"),
    )
    table, account = taken(tmp_path, text)
    assert sorted(table.cents[table.customer == table.customer[table.cents == 1200]].tolist()) == [1200, 1300]
    assert "told apart by telephone number, 1 of them those of customers known by both" in told(account)


def test_one_customer_who_is_many_is_asked_about(tmp_path: Path) -> None:
    """A number under which a till or all guests stand is said, without it; a good customer is not suspected."""
    others = "".join(f"c{i},2024-01-{1 + i % 28:02},10\n" for i in range(60))
    till = "".join(f"guest account,2024-02-{1 + i:02},10\n" for i in range(28))
    _, account = taken(tmp_path, HEADER + others + till)
    assert "one customer has 28 of the 88 orders: if that is a till" in told(account)
    assert "guest account" not in told(account)
    assert "one customer has" not in told(taken(tmp_path, HEADER + others + till[: len(till) // 2])[1])
