"""What shop systems really write into their exports, each read as it was meant, or refused."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path
from typing import Any

import pytest
from order_files import HEADER, refusal, shopify, shopify_row, taken, told

from sim.orders.describing import Conventions, describe
from sim.orders.faults import safe

PLAIN = "customer,date,amount,note\na,2024-01-03,12.5,x\nb,2024-01-04,9,y\n"
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


STATES = [
    ("cliente;data;valor;situação", "Cancelado", "Pago"),
    ("Client;Date;Total;État", "Annulé", "Paiement accepté"),
    ("Klient;Data zamówienia;Kwota;Status zamówienia", "Anulowane", "Nowe"),
    ("Kunde;Datum;Betrag;Auftragsstatus", "Storno", "In Bearbeitung"),
]


@pytest.mark.parametrize(("headings", "gone", "good"), STATES)
def test_states_in_other_languages(tmp_path: Path, headings: str, gone: str, good: str) -> None:
    """Orders that were cancelled are left out, and those that stand are no surprise, in the languages that shops write."""
    table, account = taken(tmp_path, f"{headings}\na;2024-01-03;12,5;{gone}\nb;2024-01-04;13,0;{good}\n")
    assert table.cents.tolist() == [1300]
    assert "is not known" not in told(account)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_states_that_were_not_read_are_said(tmp_path: Path, form: str) -> None:
    """A column of states or refunds under a heading that nobody knows is named, with the way to read it; goods are not."""
    text = (
        "customer,date,amount,kind,refund date,good\na,2024-01-03,12.5,Sale,,Test\na,2024-01-04,7.5,Refund,2024-01-05,Tea\n"
        "b,2024-01-04,7.5,Sale,,Mug\n"
    )
    data: str | bytes = text
    if form == "parquet":
        import io

        import pyarrow.csv
        import pyarrow.parquet

        packed = io.BytesIO()
        pyarrow.parquet.write_table(pyarrow.csv.read_csv(io.BytesIO(text.encode())), packed)
        data = packed.getvalue()
    _, account = taken(tmp_path, data)
    assert "'kind' has states such as 'refund' and was not read" in told(account)
    assert "(to read it: --status 4)" in told(account)
    assert "what was taken back, and were not read: 'refund date'" in told(account)
    assert "'good'" not in told(account)
    assert "'kind' has states" not in told(taken(tmp_path, data, status="kind")[1])


def test_two_columns_of_one_name_are_said(tmp_path: Path) -> None:
    """Where two columns are called amount the first is read, and the other is said."""
    table, account = taken(tmp_path, "customer,date,amount,Amount\na,2024-01-03,12.5,13\n")
    assert table.cents.tolist() == [1250]
    assert "not read: 'Amount'" in told(account)


def parquet(columns: dict[str, Any]) -> bytes:
    """A Parquet file of these columns."""
    import io

    import pyarrow
    import pyarrow.parquet

    packed = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), packed)
    return packed.getvalue()


DAYS = [datetime.date(2024, 1, 3), datetime.date(2024, 1, 4)]


def test_parquet_of_odd_kinds(tmp_path: Path) -> None:
    """Lists are refused with their column, no rows are no orders, decimals and whole floats are what they are."""
    import pyarrow as pa

    said = refusal(tmp_path, parquet({"customer": [["a"], ["b"]], "date": DAYS, "amount": [1.0, 2.0]}))
    assert ":1: 'customer' holds a list in each row, not one value" in said
    none = pa.table({"customer": ["a"], "date": DAYS[:1], "amount": [1.0]}).slice(0, 0)
    assert "holds no order that counts (0 rows)" in refusal(tmp_path, parquet({name: none[name] for name in none.column_names}))
    thousandths = pa.array([decimal.Decimal("1.005"), decimal.Decimal("2.500")], pa.decimal128(10, 3))
    found, _ = taken(tmp_path, parquet({"customer": ["a", "b"], "date": DAYS, "amount": thousandths}))
    assert found.cents.tolist() == [101, 250]
    for day in (1704275472000.0, 20240103.0):
        counted = parquet({"customer": ["a"], "date": [day], "amount": [1.0]})
        assert str(taken(tmp_path, counted)[0].start) == "2024-01-03"


def test_parquet_times_of_a_named_zone(tmp_path: Path) -> None:
    """A column of moments that names its zone is read by that zone's clock: a late order counts on its own day."""
    import pyarrow as pa

    late = datetime.datetime(2024, 1, 4, 3, 30, tzinfo=datetime.UTC)
    when = pa.array([late, late + datetime.timedelta(days=170)], pa.timestamp("us", "America/New_York"))
    table, account = taken(tmp_path, parquet({"customer": ["a", "b"], "date": when, "amount": [1.0, 2.0]}))
    assert str(table.start) == "2024-01-03"
    assert table.time.tolist() == pytest.approx([22.5 / 24, 170 + 23.5 / 24])
    assert "offsets -05:00, -04:00" in told(account)


def test_parquet_with_two_columns_of_one_name(tmp_path: Path) -> None:
    """Two columns of one name are told apart by their place."""
    import io

    import pyarrow as pa
    import pyarrow.parquet

    columns = [pa.array(["a", "b"]), pa.array(DAYS), pa.array([1.0, 2.0]), pa.array([3.0, 4.0])]
    packed = io.BytesIO()
    pyarrow.parquet.write_table(pa.table(columns, names=["customer", "date", "amount", "amount"]), packed)
    assert taken(tmp_path, packed.getvalue())[0].cents.tolist() == [100, 200]
    assert taken(tmp_path, packed.getvalue(), amount="4")[0].cents.tolist() == [300, 400]


@pytest.mark.parametrize("no_yes", ["0 1", "no yes", "False True", "nein ja"])
def test_refunds_that_are_a_yes_or_no(tmp_path: Path, no_yes: str) -> None:
    """A column called refunded that says yes or no means the whole order; 0 and 1 are no amounts there."""
    no, yes = no_yes.split()
    text = f"customer,date,amount,refunded\na,2024-01-03,12.5,{no}\na,2024-01-09,12.5,{yes}\nb,2024-01-09,3,\n"
    table, account = taken(tmp_path, text)
    assert table.cents.tolist() == [1250, 0, 300]
    assert "'refunded' says yes or no" in told(account)
    amounts, account = taken(tmp_path, text.replace(f"12.5,{yes}", "12.5,2.5").replace(f",{no}\n", ",0\n"))
    assert amounts.cents.tolist() == [1250, 1000, 300]
    assert "says yes or no" not in told(account)


@pytest.mark.parametrize("sign", ["", "-"])
def test_refunds_that_are_rows_of_their_own(tmp_path: Path, sign: str) -> None:
    """Where a column tells sales from refunds, a refund of either sign is no order and goes off the order it belongs to."""
    text = f"customer,date,amount,kind\na,2024-01-03,12.5,sale\na,2024-02-03,9,Sale\na,2024-02-09,{sign}12.5,Refund\n"
    table, account = taken(tmp_path, text, status="kind")
    assert table.refund is not None
    assert (table.cents.tolist(), table.refund.tolist()) == ([0, 900], [1250, 0])
    assert sign or "'kind' tells kinds of transactions" in told(account)
    order = "customer,date,amount,status\na,2024-01-03,12.5,paid\na,2024-02-09,12.5,refunded\n"
    assert taken(tmp_path, order)[0].cents.tolist() == [1250, 0]


@pytest.mark.parametrize(
    ("heading", "cents", "currency"),
    [
        ("amount", [125000, 300], "USD"), ("amount (EUR)", [125000, 300], "EUR"), ("Total_GBP", [125000, 300], "GBP"),
        ("Umsatz in €", [125000, 300], "EUR"), ("amount_cents", [1250, 3], "USD"), ("amount (in cents)", [1250, 3], "USD"),
        ("total_price_eur_cents", [1250, 3], "EUR"), ("Total $", [125000, 300], "USD"),
        ("Order Total (inc tax)", [125000, 300], "USD"),
    ],
)  # fmt: skip
def test_headings_that_name_a_unit(tmp_path: Path, heading: str, cents: list[int], currency: str) -> None:
    """A heading's currency and cents are read, never taken for another currency or a hundred times as much."""
    table, account = taken(tmp_path, f"customer,date,{heading}\na,2024-01-03,1250\nb,2024-01-03,3\n")
    assert (table.cents.tolist(), table.currency) == (cents, currency)
    assert ("amounts are cents, as" in told(account)) == (cents[1] == 3)


@pytest.mark.parametrize("heading", ["amount (k)", "Umsatz in T€", "total in thousands"])
def test_headings_of_thousands_are_not_guessed(tmp_path: Path, heading: str) -> None:
    """Amounts in thousands are not taken for single units."""
    assert "none of the columns is known to say for how much" in refusal(tmp_path, f"customer,date,{heading}\na,2024-01-03,1\n")


def test_currencies_in_headings_and_signs_in_cells(tmp_path: Path) -> None:
    """A heading's currency goes before that of the order beside it; another one wished for is refused; signs are codes."""
    mixed = "customer,date,Total_EUR,Currency\na,2024-01-03,12.5,USD\nb,2024-01-03,13.5,GBP\n"
    table, _ = taken(tmp_path, mixed)
    assert (table.currency, table.cents.tolist()) == ("EUR", [1250, 1350])
    assert "the amounts are in EUR, as 'Total_EUR' says" in refusal(tmp_path, mixed, currency="USD")
    cells = "customer,date,amount,currency\na,2024-01-03,12.5,{}\nb,2024-01-04,13,{}\n"
    for sign, code in (("€", "EUR"), ("zł", "PLN"), ("£", "GBP"), ("US$", "USD")):
        assert taken(tmp_path, cells.format(sign, sign))[0].currency == code
    assert "several currencies: 1 row in EUR, 1 row in GBP" in refusal(tmp_path, cells.format("€", "£"))
    assert "is no currency" in refusal(tmp_path, cells.format("kr", "kr"))
    refunds = "customer,date,amount_cents,refund_amount\na,2024-01-03,1250,2.50\n"
    assert taken(tmp_path, refunds)[0].cents.tolist() == [1000]


def test_a_damaged_bz2_is_refused_wherever_it_breaks(tmp_path: Path) -> None:
    """A bz2 file with a wrong byte at any place is refused as damaged, also where the damage shows at the first look."""
    import bz2

    whole = bz2.compress((HEADER + "a,2024-01-03,12.5\n").encode())
    for place in range(4, len(whole)):
        data = bytearray(whole)
        data[place] ^= 0xFF
        assert "is cut short or damaged" in refusal(tmp_path, bytes(data))


WOOCOMMERCE = """Order Number,Order Status,Order Date,Email (Billing),Order Refund Amount,Order Total Amount
1001,Completed,2024-01-03 10:11,ann@example.com,0.00,25.00
1002,wc-processing,2024-02-03 10:11,bob@example.com,10.00,35.00
1003,Checkout draft,2024-02-03 10:11,bob@example.com,0.00,35.00
"""
STRIPE = """id,Created date (UTC),Amount,Amount Refunded,Currency,Status,Customer ID,Customer Email
ch_1,2024-01-03 10:11:12,20.00,0.00,eur,Paid,cus_1,ann@example.com
ch_2,2024-02-03 10:11:12,30.00,10.00,eur,Partially refunded,cus_1,ann@example.com
ch_3,2024-02-13 10:11:12,30.00,0.00,eur,Failed,cus_2,bob@example.com
ch_4,2024-02-14 10:11:12,30.00,0.00,eur,requires_payment_method,cus_2,bob@example.com
"""
AMAZON = """amazon-order-id\tpurchase-date\torder-status\tsku\tquantity\tcurrency\titem-price\tbuyer-email
1\t2024-01-03T10:11:12+00:00\tShipped\tA\t2\tEUR\t20.00\tann@example.com
1\t2024-01-03T10:11:12+00:00\tShipped\tB\t1\tEUR\t10.00\tann@example.com
2\t2024-02-03T10:11:12+00:00\tCancelled\tB\t0\tEUR\t\tbob@example.com
3\t2024-02-03T10:11:12+00:00\tShipped - Delivered to Buyer\tB\t1\tEUR\t11.00\tbob@example.com
"""


@pytest.mark.parametrize(
    ("text", "cents"),
    [(WOOCOMMERCE, [2500, 2500]), (STRIPE, [2000, 2000]), (AMAZON, [3000, 1100])],
    ids=["woo", "stripe", "amazon"],
)
def test_exports_of_other_systems(tmp_path: Path, text: str, cents: list[int]) -> None:
    """WooCommerce's, Stripe's and Amazon's exports need no option; Amazon's prices are those of lines, not of pieces."""
    table, account = taken(tmp_path, text)
    assert table.cents.tolist() == cents
    assert "is not known" not in told(account)
    assert "that may be meant as well" not in told(account)


PERSONAL = [
    "14 Rue de Rivoli", "12345 Berlin", "Ann 5", "+49 170 1234567", "0170/1234567", "01701234567", "555-123-4567",
    "(0170) 1234567", "4111 1111 1111 1111", "ann5@example.com",
]  # fmt: skip
HARMLESS = [
    "99999999999999", "1,234,567.8.9", "2024-31-12 10:00:00", "32 Januar 2025", "2024-31-12", "20251345", "12/31/2025 25:00",
    "1.2E+03", "12..5", "12 EUR 5", "3 févr. 2025 99:00",
]  # fmt: skip


def test_addresses_and_numbers_of_people_are_not_shown(tmp_path: Path) -> None:
    """Whatever column is taken for dates or amounts by mistake, no message shows a street, a telephone or a card number;
    what a mistyped date or amount looks like is shown."""
    assert [safe(value) for value in HARMLESS] == [f"'{value}'" for value in HARMLESS]
    for value in PERSONAL:
        assert safe(value) == f"a text of {len(value)} characters (not shown: it may be personal)"
        said = refusal(tmp_path, HEADER + f'c1,"{value}",1.00\n')
        assert value not in said
        assert ":2:2: date: a text of" in said


def test_only_currencies_stand_beside_amounts(tmp_path: Path) -> None:
    """A name of three letters beside a number is no currency, and reaches no account."""
    said = refusal(tmp_path, HEADER + "c1,2024-01-03,Ann 5\n")
    assert "Ann" not in said.replace("'customer'", "")
    assert taken(tmp_path, HEADER + "c1,2024-01-03,KWD 5\n")[0].currency == "KWD"


def test_a_hole_in_an_export_is_asked_about(tmp_path: Path) -> None:
    """Months without any order amid daily ones are named; a shop with few orders, or with closed weeks, is not suspected."""
    day = datetime.date(2024, 1, 1)

    def orders(days: list[int]) -> str:
        return HEADER + "".join(f"c{i % 50},{day + datetime.timedelta(days=each)},10\n" for i, each in enumerate(days))

    daily = [i // 3 for i in range(900)]
    _, account = taken(tmp_path, orders([each for each in daily if not 100 <= each < 130]))
    assert "no order from 2024-04-10 to 2024-05-09, 30 days: is a part of the export missing?" in told(account)
    for usual in (daily, [each for each in daily if not 100 <= each < 107], list(range(0, 600, 20)), [0], [0, 400]):
        assert "missing?" not in told(taken(tmp_path, orders(usual))[1])


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Orders of 2024\n\n", 2), ("# exported\n# by the shop\n", 2), ('"Orders, all channels"\n', 1),
        ("Report:,Orders\nFrom:,2024\n\n", 3), ("Orders of 2024,,,\n,,,\n", 2), ("\n\n", 0), ("", 0),
    ],
)  # fmt: skip
def test_titles_before_the_headings(tmp_path: Path, title: str, lines: int) -> None:
    """Lines of a title before the headings are left out and said, and mistakes still have their place in the file."""
    table, account = taken(tmp_path, title + PLAIN)
    assert table.cents.tolist() == [1250, 900]
    assert ("left out before the headings" in told(account)) == (lines > 0)
    assert lines == 0 or f"left out before the headings: {lines} line" in told(account)
    said = refusal(tmp_path, title + PLAIN + "c,2024-01-99,3,x\n")
    assert f":{title.count(chr(10)) + 4}:2: date: '2024-01-99' is no date" in said


def test_rows_before_unknown_headings_are_no_title(tmp_path: Path) -> None:
    """Data is never taken for a title: neither without headings nor where only one column has a name that is known."""
    rows = "a,2024-01-03,12.5\nb,2024-01-04,9\n"
    assert taken(tmp_path, rows, customer="1", date="2", amount="3")[0].cents.tolist() == [1250, 900]
    assert taken(tmp_path, "x,date,y\n" + rows, customer="1", amount="3")[0].cents.tolist() == [1250, 900]
    table, account = taken(tmp_path, rows + HEADER, header=False, customer="1", date="2", amount="3", skip_bad_rows=True)
    assert (table.cents.tolist(), account.rows) == ([1250, 900], 3)


def test_numbers_that_a_spreadsheet_shortened_are_refused(tmp_path: Path) -> None:
    """4.91702E+11 stands for many customers or orders: it is refused with its place; an address with a plus is not."""
    text = "order,customer,date,amount\n1,a+E1@example.com,2024-01-03,1\n{},{},2024-01-04,2\n"
    assert ":3:2: a spreadsheet has shortened this number" in refusal(tmp_path, text.format("2", "4.91702E+11"))
    assert ":3:1: a spreadsheet has shortened this number" in refusal(tmp_path, text.format("1,2e+9".replace(",", "."), "b"))
    assert taken(tmp_path, text.format("2", "b+E2@example.com"))[0].customers == 2


def test_quantities_that_leave_something_open(tmp_path: Path) -> None:
    """A quantity of 1,000 is refused with its file, and --decimal decides it; pieces and a price below 0 are not bought."""
    text = "order;customer;date;sku;menge;einzelpreis\n1;a;03.01.2024;x;1,000;5,00\n"
    said = refusal(tmp_path, text)
    assert "orders.csv:2:5: '1,000' may be a thousand or a part of one" in said
    assert taken(tmp_path, text, decimal=",")[0].cents.tolist() == [500]
    other = "order;customer;date;sku;menge;einzelpreis\n1;a;03.01.2024;x;1.5;5,00\n"
    assert taken(tmp_path, other, decimal=",")[0].cents.tolist() == [750]
    back = "order,customer,date,sku,quantity,unit price\n1,a,2024-01-03,x,2,5\n1,a,2024-01-03,y,-1,-5\n"
    assert ":3:5: quantity: '-1' pieces below 0 at a price below 0" in refusal(tmp_path, back)
    assert taken(tmp_path, back.replace("-5", "5"))[0].cents.tolist() == [500]


def test_amounts_before_and_after_what_is_taken_off(tmp_path: Path) -> None:
    """Where a table has gross and net amounts, the one that was not read is named."""
    table, account = taken(tmp_path, "customer,date,gross,net,tax\na,2024-01-03,12,10,2\n")
    assert table.cents.tolist() == [1200]
    assert "not read: 'net'" in told(account)


def test_orders_paid_back_in_part_without_an_amount_are_said(tmp_path: Path) -> None:
    """A state of a part refund beside no refunded amount is said and counted whole; with an amount it is not."""
    when = "2025-01-02 10:00:00 +0100"
    rows = [
        shopify_row(f"#{i}", f"c{i}@example.com", when, "12.00", status="partially_refunded", refunded=refunded)
        for i, refunded in enumerate(("0.00", "", "2.00"))
    ]
    table, account = taken(tmp_path, shopify(*rows))
    assert table.cents.tolist() == [1200, 1200, 1000]
    assert "2 orders paid back in part, the file does not say how much: counted whole" in told(account)


@pytest.mark.parametrize("row", ["Total,2024-01-31,21.5", "Grand total,,21.5", "Summe:,,21.5", "TOTAL,2024-01-31,21.5\n,,"])
def test_sums_at_the_end_are_no_orders(tmp_path: Path, row: str) -> None:
    """A row of sums at the end of a table is left out and said, with a date beside it or none."""
    table, account = taken(tmp_path, HEADER + f"a,2024-01-03,12.5\nb,2024-01-04,9\n{row}\n")
    assert table.cents.tolist() == [1250, 900]
    assert "1 row at the end called a total: taken for no order" in told(account)
    assert "left out" in told(account)


def test_money_beyond_what_can_be_counted_is_refused(tmp_path: Path) -> None:
    """Sums that would overflow are refused, not told as smaller ones; just below, the revenue is exact."""
    one = 10**12
    rows = "".join(f"c{i},2024-01-{i + 1:02},{one}\n" for i in range(9))
    table, _ = taken(tmp_path, HEADER + rows)
    told_revenue = describe(table, "x", "x", Conventions()).scenarios[0].metrics["revenue"].value
    assert told_revenue == pytest.approx(9 * one, rel=1e-12)
    assert "the orders come to 10,000,000,000,000 in all" in refusal(tmp_path, HEADER + rows + f"d,2024-02-01,{one}\n")
