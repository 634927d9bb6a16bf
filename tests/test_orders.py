"""Order histories are read right, or refused with the row and the column; never a wrong number in silence."""

from __future__ import annotations

import bz2
import datetime
import gzip
import io
import lzma
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from order_files import HEADER, cdnow_file, refusal, shopify, shopify_row, taken, told, written

from sim.errors import BadInput
from sim.orders.options import OrderOptions
from sim.orders.read import read_orders
from sim.report.order_csv import HEADER as SIMULATED_HEADER

PLAIN = HEADER + "a,2025-01-05,10.00\nb,2025-01-06,20.50\na,2025-02-05,5.25\n"


def test_a_plain_table(tmp_path: Path) -> None:
    """Customers become running numbers in the order of first sight, times days from the first order, amounts cents."""
    table, account = taken(tmp_path, PLAIN)
    assert table.customer.tolist() == [0, 0, 1]
    assert table.time.tolist() == [0, 31, 1]
    assert table.cents.tolist() == [1000, 525, 2050]
    assert table.start == table.first == datetime.date(2025, 1, 5)
    assert table.last == datetime.date(2025, 2, 5)
    assert table.refund is None
    assert (account.rows, account.orders, account.customers) == (3, 3, 2)
    assert "customer from 'customer', date from 'date', amount from 'amount'" in told(account)
    assert "shown as USD" in told(account)


def test_cdnow_sample() -> None:
    """The CDNOW sample, separated by white space and without headings: 2,357 customers, 6,919 orders, 6,696 by the day."""
    where = {"customer": "1", "date": "3", "amount": "5"}
    table, account = read_orders(cdnow_file(), OrderOptions(**where))  # type: ignore[arg-type]
    assert (table.customers, table.customer.size, table.currency) == (2357, 6696, "USD")
    assert "223 orders merged" in told(account)
    assert (table.first, table.last) == (datetime.date(1997, 1, 1), datetime.date(1998, 6, 30))
    apart, _ = read_orders(cdnow_file(), OrderOptions(**where, merge_days=False))  # type: ignore[arg-type]
    assert apart.customer.size == 6919
    assert apart.cents.sum() == table.cents.sum()


@pytest.mark.parametrize(
    "heads",
    [
        "Customer ID,Order Date,Total", "customer_id,created_at,order_total", "Kundennummer,Bestelldatum,Gesamtbetrag",
        "E-Mail,Datum,Umsatz", "client_id,date_commande,montant", "id_cliente,fecha,importe", "user_id,timestamp,price",
        "Klantnummer,Besteldatum,Bedrag", "email,Created (UTC),Amount (EUR)",
    ],
)  # fmt: skip
def test_usual_headings(tmp_path: Path, heads: str) -> None:
    """The usual names of the three columns are known, in several languages, and their order does not matter."""
    table, _ = taken(tmp_path, heads + "\na,2025-01-05,10.00\n")
    assert table.cents.tolist() == [1000]
    turned = ",".join(reversed(heads.split(",")))
    assert taken(tmp_path, turned + "\n10.00,2025-01-05,a\n")[0].cents.tolist() == [1000]


def test_unusual_headings_are_asked_for(tmp_path: Path) -> None:
    """Columns that nobody can guess are told with all names, may be given by name or number; a typing mistake is met."""
    text = "wer,wann genau,wieviel\na,2025-01-05,10.00\n"
    assert "none of the columns is known to say who ordered: 'wer', 'wann genau', 'wieviel'" in refusal(tmp_path, text)
    assert taken(tmp_path, text, customer="wer", date="wann genau", amount="3")[0].cents.tolist() == [1000]
    message = refusal(tmp_path, text, customer="wehr", date="2", amount="3")
    assert "--customer: " in message
    assert "did you mean 'wer'?" in message
    assert "has no column 7" in refusal(tmp_path, text, customer="7", date="2", amount="3")
    doubled = "customer,date,amount,amount\na,2025-01-05,10.00,11.00\n"
    assert "2 columns called 'amount'" in refusal(tmp_path, doubled, amount="amount")
    assert taken(tmp_path, doubled, amount="4")[0].cents.tolist() == [1100]


def test_columns_that_may_be_meant_too_are_named(tmp_path: Path) -> None:
    """Where two columns could be the amount, the account says which was read and which was not."""
    _, account = taken(tmp_path, "customer,date,total,price\na,2025-01-05,10.00,9.00\n")
    assert "amount from 'total'" in told(account)
    assert "were not read: 'price'" in told(account)


def test_a_file_without_headings(tmp_path: Path) -> None:
    """A first row that holds data is data; columns are then asked for by number."""
    text = "a,2025-01-05,10.00\nb,2025-01-06,20.00\n"
    assert "--customer NUMBER" in refusal(tmp_path, text)
    table, account = taken(tmp_path, text, customer="1", date="2", amount="3")
    assert (table.customer.size, account.rows) == (2, 2)
    assert taken(tmp_path, "x,y,z\n" + text, customer="1", date="2", amount="3")[1].rows == 2
    assert taken(tmp_path, text, customer="1", date="2", amount="3", header=True)[1].rows == 1


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_separators(tmp_path: Path, sign: str) -> None:
    """The usual separators are recognised, with decimal commas too where the separator is another."""
    text = PLAIN.replace(",", sign)
    if sign != ",":
        text = text.replace(".", ",")
    table, account = taken(tmp_path, text)
    assert table.cents.tolist() == [1000, 525, 2050]
    assert ("decimal comma" in told(account)) == (sign != ",")


def test_separator_said_by_a_spreadsheet(tmp_path: Path) -> None:
    """A first line `sep=;` is obeyed and no row; one column alone is refused with the way out."""
    table, _ = taken(tmp_path, "sep=;\n" + PLAIN.replace(",", ";"))
    assert table.cents.tolist() == [1000, 525, 2050]
    assert ":5:2: date" in refusal(tmp_path, "sep=;\n" + PLAIN.replace(",", ";").replace("2025-02-05", "soon"))
    assert "one column only" in refusal(tmp_path, "customer\na\nb\n")
    assert taken(tmp_path, PLAIN.replace(",", "^"), delimiter="^")[0].cents.size == 3
    assert "--delimiter" in refusal(tmp_path, PLAIN, delimiter="ab")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLAIN.encode(), "ASCII"),
        (PLAIN.replace("a,", "ä,").encode(), "UTF-8"),
        (PLAIN.replace("a,", "ä,").encode("utf-8-sig"), "byte order mark"),
        (PLAIN.replace("a,", "ä,").encode("utf-16"), "UTF-16"),
        (PLAIN.replace("a,", "ä,").encode("utf-16-le"), "UTF-16"),
        (PLAIN.replace("a,", "ä,").encode("utf-16-be"), "UTF-16"),
        (PLAIN.replace("a,", "ä,").encode("utf-32"), "utf-32"),
        (PLAIN.replace("a,", "ä,").encode("cp1252"), "Windows-1252"),
        (PLAIN.replace("\n", "\r\n").encode(), "ASCII"),
        (PLAIN.replace("\n", "\r").encode(), "ASCII"),
    ],
)
def test_encodings_are_recognised_and_said(tmp_path: Path, text: bytes, said: str) -> None:
    """Encodings, byte order marks and ends of lines change nothing but what the account says."""
    table, account = taken(tmp_path, text)
    assert table.customer.tolist() == [0, 0, 1]
    assert table.cents.tolist() == [1000, 525, 2050]
    assert said.lower() in told(account).lower()


def test_wrong_encodings_are_refused_with_their_line(tmp_path: Path) -> None:
    """Bytes of another encoding than the text before them, and zero bytes, are refused with the line, not guessed."""
    mixed = HEADER.encode() + "ä,2025-01-05,1.00\n".encode() + "ö,2025-01-05,1.00\n".encode("latin-1")
    message = refusal(tmp_path, mixed)
    assert ":3: the byte 0xf6 is not UTF-8" in message
    assert taken(tmp_path, mixed, encoding="windows-1252")[0].customers == 2
    assert ":2: is no text" in refusal(tmp_path, HEADER.encode() + b"a\0,2025-01-05,1.00\n")
    assert "no encoding" in refusal(tmp_path, PLAIN, encoding="klingon")
    assert "cannot be read as" in refusal(tmp_path, HEADER.encode() + b"a\x81,2025-01-05,1.00\n")
    assert "cannot be read as UTF-16" in refusal(tmp_path, PLAIN.encode("utf-16")[:-1])


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files(tmp_path: Path, pack: object) -> None:
    """Packed files are read by what they hold, whatever their name; cut ones are refused."""
    rows = PLAIN + "".join(f"c{i},2025-03-01,{i}.00\n" for i in range(1, 2000))
    packed = pack(rows.encode())  # type: ignore[operator]
    assert taken(tmp_path, packed)[0].customer.size == 2002
    assert "cut short or damaged" in refusal(tmp_path, packed[:-20])


def test_zip_archives(tmp_path: Path) -> None:
    """An archive of one table is read; of several, of none, or a spreadsheet's workbook is refused."""

    def archive(*names: str) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as file:
            for name in names:
                file.writestr(name, PLAIN)
        return out.getvalue()

    assert taken(tmp_path, archive("folder/", "folder/orders.csv", "__MACOSX/x"))[0].customer.size == 3
    assert "archive of 2 files" in refusal(tmp_path, archive("a.csv", "b.csv"))
    assert "workbook" in refusal(tmp_path, archive("[Content_Types].xml", "xl/workbook.xml"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "is empty"),
        (HEADER.encode(), "holds no order"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<!DOCTYPE html><html>", "page of the web"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "workbook"),
        (b"PAR1 but no Parquet", "damaged Parquet"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    """Empty files and files of other kinds are told for what they are."""
    assert message in refusal(tmp_path, data)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    """A path that is not there, or a folder, is bad input."""
    with pytest.raises(BadInput, match="No such file"):
        read_orders(tmp_path / "nowhere.csv")
    with pytest.raises(BadInput, match="directory"):
        read_orders(tmp_path)


def test_quotes_and_newlines_in_cells(tmp_path: Path) -> None:
    """Separators, newlines and doubled quotation marks within quotes are text, and lines are counted as an editor does."""
    text = (
        'customer,note,date,amount\n"b ""the"", boss","one,\ntwo\r\n\nthree",2025-01-05,"1,234.50"\n'
        '"c",plain,2025-01-06,7.00\n'
    )
    table, account = taken(tmp_path, text)
    assert table.cents.tolist() == [123450, 700]
    assert account.rows == 2
    assert ":6:3: date" in refusal(tmp_path, text.replace("2025-01-06", "2025-13-06"))


def test_sloppy_quotes(tmp_path: Path) -> None:
    """A quotation mark within a plain cell is a letter; one that is never closed is refused with its line."""
    text = 'customer,item,date,amount\na,5" pipe,2025-01-05,10.00\nb,"x, y",2025-01-06,7.00\n'
    table, _ = taken(tmp_path, text)
    assert table.cents.tolist() == [1000, 700]
    assert taken(tmp_path, text.replace('"x, y"', ' "x, y"'))[0].cents.tolist() == [1000, 700]
    assert ":3:3: date" in refusal(tmp_path, text.replace("2025-01-06", "2025-13-06"))
    open_one = 'customer,item,date,amount\na,pipe,2025-01-05,10.00\nb,"x,2025-01-06,7.00\nc,y,2025-01-06,7.00\n'
    assert ":3: a quotation mark" in refusal(tmp_path, open_one)
    assert "quotation mark" in refusal(tmp_path, open_one + 'd,"z",2025-01-06,7.00\n')


def test_rows_of_other_lengths(tmp_path: Path) -> None:
    """A row with a cell too few or too many is refused with its line; empty cells behind the last column do not matter."""
    message = refusal(tmp_path, PLAIN + "c,2025-02-06\nd,2025-02-06,1,50\n")
    assert ":5: the row has 2 cells, the table has 3 columns" in message
    assert ":6: the row has 4 cells" in message
    assert "--skip-bad-rows" in message
    table, account = taken(tmp_path, PLAIN + "c,2025-02-06\nd,2025-02-06,1,50\n", skip_bad_rows=True)
    assert table.customer.size == 3
    assert "left out 2 rows: the number of cells" in told(account)
    assert taken(tmp_path, PLAIN.replace("\n", ",,\n").replace("amount,,", "amount"))[0].customer.size == 3
    assert taken(tmp_path, PLAIN.replace("\n", "\n\n"))[0].customer.size == 3


def test_a_truncated_file(tmp_path: Path) -> None:
    """A file that stops within a row is refused; one that stops within its last cell is at least said."""
    assert ":4: the row has 2 cells" in refusal(tmp_path, PLAIN[:-6])
    _, account = taken(tmp_path, PLAIN[:-1])
    assert "the last line is not ended" in told(account)


@pytest.mark.parametrize(
    ("text", "day", "part"),
    [
        ("2025-01-05", 5, 0), ("2025/1/5", 5, 0), ("20250105", 5, 0), ("05.01.2025", 5, 0), ("5 Jan 2025", 5, 0),
        ("Jan 5, 2025", 5, 0), ("5. Januar 2025", 5, 0), ("5 de enero de 2025", 5, 0), ("5 févr. 2025", 36, 0),
        ("05-Jan-25", 5, 0),
        ("2025-01-05 12:00", 5, 0.5), ("2025-01-05T18:00:00Z", 5, 0.75), ("2025-01-05 18:00:00 -0500", 5, 0.75),
        ("2025-01-05T06:00:00.123456+01:00", 5, 0.25), ("20250105T120000", 5, 0.5), ("1/25/2025 6:00 PM", 25, 0.75),
        ("1/25/2025 12:00 AM", 25, 0), ("Sun, 05 Jan 2025 06:00:00 +0000", 5, 0.25), ("Sun Jan  5 06:00:00 UTC 2025", 5, 0.25),
        ("1736056800", 5, 0.25), ("1736056800000", 5, 0.25), ("45662.25", 5, 0.25), ("2025-01-04 24:00:00", 5, 0),
        ("2025年1月5日", 5, 0),
    ],
)  # fmt: skip
def test_dates_in_the_usual_forms(tmp_path: Path, text: str, day: int, part: float) -> None:
    """Every usual form is the same moment, told by the clock that it is written by."""
    table, _ = taken(tmp_path, f'customer;date;amount\nfirst;2025-01-01 00:00;1.00\na;"{text}";10.00\n')
    assert table.time[1] == pytest.approx(day - 1 + part, abs=1e-5)


def test_day_and_month_are_decided_by_the_column_or_asked_for(tmp_path: Path) -> None:
    """03/04/2025 is what another row proves, or what the user says; else it is refused with advice, never guessed."""
    text = HEADER + "a,03/04/2025,1.00\nb,05/04/2025,2.00\n"
    message = refusal(tmp_path, text)
    assert ":2:2: '03/04/2025' may be day-month-year or month-day-year" in message
    assert "--date-order dmy or --date-order mdy" in message
    for order, month in (("dmy", 4), ("mdy", 3)):
        assert taken(tmp_path, text, date_order=order)[0].first.month == month
    table, account = taken(tmp_path, text + "c,25/04/2025,2.00\n")
    assert (table.first, "the only order" in told(account)) == (datetime.date(2025, 4, 3), True)
    assert taken(tmp_path, text + "c,04/25/2025,2.00\n")[0].first == datetime.date(2025, 3, 4)
    assert "different orders in different rows" in refusal(tmp_path, text + "c,04/25/2025,2.00\nd,25/04/2025,2.00\n")
    assert "as dates with points are written" in told(taken(tmp_path, text.replace("/", "."))[1])
    assert ":4:2: date" in refusal(tmp_path, text + "c,04/25/2025,2.00\n", date_order="dmy")


def test_years_of_two_digits(tmp_path: Path) -> None:
    """A two-digit year is taken where the column proves its place, and its century is said."""
    table, account = taken(tmp_path, HEADER + "a,31/12/97,1.00\nb,28/02/98,2.00\n")
    assert (table.first, "two digits" in told(account)) == (datetime.date(1997, 12, 31), True)
    assert "--date-order" in refusal(tmp_path, HEADER + "a,01/02/03,1.00\n")


@pytest.mark.parametrize(
    "text", ["2025-02-29", "2025-13-01", "31.04.2025", "yesterday", "", "2025-01-05 25:00", "2025-01-05 10:61"]
)
def test_impossible_dates_are_refused(tmp_path: Path, text: str) -> None:
    """What no calendar or clock has is refused with the line and the column."""
    message = refusal(tmp_path, HEADER + f"a,2025-01-01,1.00\na,{text},1.00\n")
    assert ":3:2: date: " in message
    assert "is no date" in message


def test_dates_in_the_future_and_from_before_the_web(tmp_path: Path) -> None:
    """A date that cannot be is refused; with `until` what is later is left out instead, and counted."""
    text = PLAIN + "c,2199-01-01,1.00\n"
    assert ":5:2: date: '2199-01-01' is in the future" in refusal(tmp_path, text)
    table, account = taken(tmp_path, text, until=datetime.date(2025, 6, 30))
    assert (table.customer.size, "left out 1 row: later than 2025-06-30" in told(account)) == (3, True)
    assert "is in the future: today is 2025-01-31" in refusal(tmp_path, PLAIN, today=datetime.date(2025, 1, 31))
    assert "is before 1980-01-01" in refusal(tmp_path, PLAIN + "c,1970-01-01,1.00\n")


def test_time_zones(tmp_path: Path) -> None:
    """Days are those of the clock that times are written by, or of the zone that is asked for, summer time included."""
    text = HEADER + "a,2025-01-05 23:30:00 -0500,1.00\na,2025-07-06 01:30:00 +0200,1.00\n"
    table, account = taken(tmp_path, text)
    assert (table.first, table.last) == (datetime.date(2025, 1, 5), datetime.date(2025, 7, 6))
    assert "several zones" in told(account)
    table, account = taken(tmp_path, text, time_zone="Europe/Berlin")
    assert table.first == datetime.date(2025, 1, 6)
    assert table.time[0] == pytest.approx(5.5 / 24)
    assert table.last == datetime.date(2025, 7, 6)
    assert taken(tmp_path, text, time_zone="UTC")[0].last == datetime.date(2025, 7, 5)
    assert "no time zone 'Mars/Base'" in refusal(tmp_path, text, time_zone="Mars/Base")
    assert "has no offset" in refusal(tmp_path, PLAIN, time_zone="UTC")


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("12.50", 1250), ("12,50", 1250), ("1.234,50", 123450), ("1,234.50", 123450), ("1 234,50", 123450),
        ("1'234.50", 123450),
        ("1\u00a0234,50", 123450), ("12,34,567.80", 123456780), ("€ 12,50", 1250), ("12.50 EUR", 1250), ("$1,000.00", 100000),
        ("12", 1200),
        ("12.-", 1200), ("0.125", 13), ("+3.10", 310), (".5", 50), ("12.345678901234567", 1235), ("1.234.567", 123456700),
    ],
)  # fmt: skip
def test_amounts_in_the_usual_forms(tmp_path: Path, cell: str, cents: int) -> None:
    """Thousands, decimal signs and currencies are read as they are written."""
    table, _ = taken(tmp_path, f'customer;date;amount\na;2025-01-05;"{cell}"\n')
    assert table.cents.tolist() == [cents]


def test_a_thousand_or_a_part_of_one_is_asked_for(tmp_path: Path) -> None:
    """1.234 is what another row proves, or what the user says; else it is refused; two decimal signs are refused."""
    text = "customer;date;amount\na;2025-01-05;1.234\nb;2025-01-05;15\n"
    message = refusal(tmp_path, text)
    assert ":2:3: '1.234' may be a thousand or a part of one" in message
    assert taken(tmp_path, text, decimal=",")[0].cents.tolist() == [123400, 1500]
    table, account = taken(tmp_path, text, decimal=".")
    assert (table.cents.tolist(), "parts of a cent" in told(account)) == ([123, 1500], True)
    assert taken(tmp_path, text + "c;2025-01-05;3,50\n")[0].cents.tolist() == [123400, 1500, 350]
    assert taken(tmp_path, text + "c;2025-01-05;0.500\n")[0].cents.tolist() == [123, 1500, 50]
    assert "different decimal signs" in refusal(tmp_path, text + "c;2025-01-05;3,50\nd;2025-01-05;3.50\n")


@pytest.mark.parametrize("cell", ["", "free", "12.3.4", "1e3", "12x", "NaN", "inf", "1,2345.6", "--5", "99999999999999.00"])
def test_what_is_no_amount_is_refused(tmp_path: Path, cell: str) -> None:
    """A cell without an amount is refused with its line and column, or left out and counted where asked."""
    text = PLAIN + f'c,2025-02-05,"{cell}"\n'
    assert ":5:3: amount: " in refusal(tmp_path, text)
    table, account = taken(tmp_path, text, skip_bad_rows=True)
    assert (table.customer.size, "left out 1 row: the amount is" in told(account)) == (3, True)


def test_many_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """The first twenty mistakes are told in the order of the file, the others counted."""
    message = refusal(tmp_path, HEADER + "".join(f"c{i},2025-01-05,{i}x\n" for i in range(30)))
    assert message.count("is no amount") == 20
    assert "10 more rows" in message


def test_negative_amounts_are_refunds(tmp_path: Path) -> None:
    """A row below 0 is set against the customer's latest earlier order of that amount, else the latest ones."""
    text = "a,2025-01-05,10.00\na,2025-01-06,20.00\na,2025-01-07,-10.00\na,2025-01-08,-25.00\nb,2025-01-07,-3.00\n"
    table, account = taken(tmp_path, HEADER + text)
    assert table.cents.tolist() == [0, 0]
    assert table.refund is not None
    assert table.refund.tolist() == [1000, 2000]
    assert "refunds with no earlier order" in told(account)
    assert "8.00 USD" in told(account)
    assert table.customers == 1
    partly, _ = taken(tmp_path, HEADER + "a,2025-01-05,10.00\na,2025-01-06,20.00\na,2025-01-07,(4.00)\n")
    assert partly.cents.tolist() == [1000, 1600]
    same_day, _ = taken(tmp_path, HEADER + "a,2025-01-05,-4.00\na,2025-01-05,10.00\n")
    assert same_day.cents.tolist() == [600]


def test_orders_that_cost_nothing_count(tmp_path: Path) -> None:
    """An amount of zero is an order, and said."""
    table, account = taken(tmp_path, PLAIN + "a,2025-03-05,0.00\n")
    assert (table.cents.tolist(), "1 order for nothing" in told(account)) == ([1000, 525, 0, 2050], True)


def test_states(tmp_path: Path) -> None:
    """Cancelled, failed and test orders are left out, paid-back ones count as orders of nothing, others are named."""
    rows = ["completed", "wc-cancelled", "Storniert", "refunded", "failed", "on hold", "moonlit"]
    text = "customer,date,amount,status\n" + "".join(f"c{i},2025-01-05,10.00,{state}\n" for i, state in enumerate(rows))
    table, account = taken(tmp_path, text)
    assert table.cents.tolist() == [1000, 0, 1000, 1000]
    assert "left out 3 rows: the orders were cancelled" in told(account)
    assert "not paid yet" in told(account)
    assert "the state 'moonlit' is not known: counted as orders, 1 row" in told(account)
    flags = "customer,date,amount,cancelled,test\n" + "".join(
        f"{who},2025-01-05,1.00,{flag}\n" for who, flag in (("a", "false,0"), ("b", "true,0"), ("c", "false,1"))
    )
    assert taken(tmp_path, flags)[0].customers == 1
    assert taken(tmp_path, flags.replace("test", "batch"))[0].customers == 2
    yes_or_no = "customer,date,amount,refunded\na,2025-01-05,1.00,no\n"
    assert "--refunded none" in refusal(tmp_path, yes_or_no)
    assert taken(tmp_path, yes_or_no, refunded="none")[0].refund is None


def test_currencies(tmp_path: Path) -> None:
    """Several currencies are refused with advice, or one is chosen; nothing is converted."""
    text = "customer,date,amount,currency\na,2025-01-05,10.00,EUR\nb,2025-01-05,10.00,EUR\nc,2025-01-06,10.00,usd\n"
    message = refusal(tmp_path, text)
    assert ":4:4: several currencies: 2 rows in EUR, 1 row in USD" in message
    assert "--currency EUR" in message
    table, account = taken(tmp_path, text, currency="USD")
    assert (table.currency, table.customers, "left out 2 rows: in EUR, not in USD" in told(account)) == ("USD", 1, True)
    assert "no order is in GBP" in refusal(tmp_path, text, currency="GBP")
    written_in = "customer;date;amount\na;2025-01-05;€ 10,00\nb;2025-01-05;€ 9,00\n"
    assert taken(tmp_path, written_in)[0].currency == "EUR"
    assert "several currencies" in refusal(tmp_path, written_in + "c;2025-01-05;$ 9,00\n")
    assert "in EUR, not in USD" in refusal(tmp_path, written_in, currency="USD")
    assert taken(tmp_path, PLAIN, currency="chf")[0].currency == "CHF"
    assert "--currency: 'francs' is no currency" in refusal(tmp_path, PLAIN, currency="francs")


def test_identical_rows(tmp_path: Path) -> None:
    """Copies are left out where orders are timed or numbered; by the day alone they may be orders, count and are said."""
    by_day = PLAIN + "b,2025-01-06,20.50\n"
    table, account = taken(tmp_path, by_day, merge_days=False)
    assert (table.customer.size, "1 row the same as an earlier one (first in line 5)" in told(account)) == (4, True)
    assert taken(tmp_path, by_day, merge_days=False, drop_identical=True)[0].customer.size == 3
    timed = HEADER + "a,2025-01-05 10:00,10.00\nb,2025-01-05 10:00,10.00\na,2025-01-05 10:00,10.00\n"
    table, account = taken(tmp_path, timed, merge_days=False)
    assert (table.customer.size, "left out 1 row: the same as an earlier row, first in line 4" in told(account)) == (2, True)
    assert taken(tmp_path, timed, merge_days=False, drop_identical=False)[0].customer.size == 3
    other = "customer,date,amount,shop\na,2025-01-05 10:00,10.00,x\na,2025-01-05 10:00,10.00,y\n"
    assert taken(tmp_path, other, merge_days=False)[0].customer.size == 2


def test_repeated_order_numbers(tmp_path: Path) -> None:
    """Rows of one number: the same figures count once, refunds are netted, lines of goods add up, the rest is asked."""
    head = "order_id,customer,date,amount\n"
    same = head + "1,a,2025-01-05 10:00,10.00\n1,a,2025-01-05 11:00,10.00\n2,b,2025-01-05,7.00\n"
    table, account = taken(tmp_path, same)
    assert (sorted(table.cents.tolist()), "the first row counts" in told(account)) == ([700, 1000], True)
    back = head + "1,a,2025-01-05,10.00\n1,a,2025-02-05,-4.00\n2,b,2025-01-05,7.00\n"
    table, _ = taken(tmp_path, back)
    assert (table.cents.tolist(), table.time.tolist()) == ([600, 700], [0, 0])
    open_one = head + "1,a,2025-01-05,10.00\n2,b,2025-01-05,7.00\n1,a,2025-01-05,6.00\n"
    message = refusal(tmp_path, open_one)
    assert ":4:1: an order number stands here and in line 2" in message
    assert "--repeated sum" in message
    for how, cents in (("sum", 1600), ("first", 1000), ("last", 600)):
        assert taken(tmp_path, open_one, repeated=how)[0].cents.tolist() == [cents, 700]
    lines = "order_id,customer,date,amount,sku\n1,a,2025-01-05,10.00,x\n1,a,2025-01-05,6.00,y\n2,b,2025-01-05,7.00,x\n"
    table, account = taken(tmp_path, lines)
    assert (table.cents.tolist(), "added up by order number" in told(account)) == ([1600, 700], True)
    alike = lines.replace("6.00", "10.00")
    assert ":3:1: rows of one order have the same amount" in refusal(tmp_path, alike)
    assert taken(tmp_path, alike, repeated="first")[0].cents.tolist() == [1000, 700]
    assert taken(tmp_path, alike.replace("amount", "line total"))[0].cents.tolist() == [2000, 700]


def test_quantity_times_price(tmp_path: Path) -> None:
    """Where the table has prices of a piece and quantities, amounts are their product; negative ones are refunds."""
    text = (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "536365,1,CUP,6,12/1/2010 8:26,2.555,17850,UK\n536365,2,BAG,2,12/1/2010 8:26,3.39,17850,UK\n"
        "536366,1,CUP,1,12/1/2010 9:00,2.55,,UK\nC536379,2,BAG,-1,12/13/2010 9:41,3.39,17850,UK\n"
    )
    table, account = taken(tmp_path, text)
    assert table.cents.tolist() == [1533 + 678 - 339]
    assert "'UnitPrice' times 'Quantity'" in told(account)
    assert "left out 1 row: they do not say who ordered" in told(account)


def test_same_day_orders(tmp_path: Path) -> None:
    """Orders of a customer on one day are merged unless the user keeps them, and either is said."""
    text = HEADER + "a,2025-01-05 09:00,10.00\na,2025-01-05 20:00,5.00\nb,2025-01-05 20:00,5.00\n"
    table, account = taken(tmp_path, text)
    assert (table.cents.tolist(), table.time.tolist()) == ([1500, 500], [9 / 24, 20 / 24])
    assert "1 order merged" in told(account)
    table, account = taken(tmp_path, text, merge_days=False)
    assert (table.cents.tolist(), "each counts, as said" in told(account)) == ([1000, 500, 500], True)


def test_shopify_export(tmp_path: Path) -> None:
    """Shopify's export: totals on the first row, guests by e-mail or telephone, cancelled and test orders out, refunds off."""
    text = shopify(
        shopify_row("#5", "Anna@Example.com", "2025-03-04 10:00:00 +0100", "45.00", item='"Mug ""blue"", 2"'),
        "#5,anna@example.com,,,,,,,,,,,,,,2025-03-04 10:00:00 +0100,1,Tea,20.00,,,,,,",
        shopify_row("#4", "anna@example.com", "2025-02-04 10:00:00 +0100", "40.00", refunded="15.00"),
        shopify_row("#3", "bob@example.com", "2025-01-04 10:00:00 +0100", "10.00", cancelled="2025-01-05 09:00:00 +0100"),
        shopify_row("#2", "bob@example.com", "2025-01-03 23:30:00 +0100", "10.00", method="(for testing) Bogus Gateway"),
        shopify_row("#1", "", "2025-01-02 10:00:00 +0100", "12.00", phone="+49 170 1"),
        shopify_row("#0", "", "2025-01-02 10:00:00 +0100", "12.00"),
    )
    table, account = taken(tmp_path, text)
    assert account.form == "Shopify orders export"
    assert (table.currency, table.cents.tolist()) == ("EUR", [2500, 4500, 1200])
    assert table.refund is not None
    assert table.refund.tolist() == [1500, 0, 0]
    for line in (
        "left out 1 row: the orders were cancelled", "left out 1 row: they are test orders",
        "left out 1 row: they do not say who ordered", "e-mail addresses that differ in capitals alone are one customer",
        "told apart by telephone number", "shipping and taxes are in them",
    ):  # fmt: skip
        assert line in told(account)
    subtotal, _ = taken(tmp_path, text, amount="Subtotal")
    assert subtotal.cents.sum() == table.cents.sum()
    orphan = text + "#77,x@example.com,,,,,,,,,,,,,,2025-03-04 10:00:00 +0100,1,Tea,20.00,,,,,,\n"
    assert ":9:12: Total: the row has no total" in refusal(tmp_path, orphan)


def test_two_exports_of_shopify_in_one_file(tmp_path: Path) -> None:
    """An order that stands in two exports counts once; with other figures the later one must be chosen by the user."""
    first = shopify_row("#1", "a@example.com", "2025-01-02 10:00:00 +0100", "12.00")
    later = shopify_row("#1", "a@example.com", "2025-01-02 10:00:00 +0100", "12.00", status="refunded", refunded="12.00")
    assert taken(tmp_path, shopify(first, first))[0].cents.tolist() == [1200]
    assert "with other figures" in refusal(tmp_path, shopify(first, later))
    assert taken(tmp_path, shopify(first, later), repeated="last")[0].cents.tolist() == [0]


def test_log_of_a_simulation_is_recognised_by_its_header() -> None:
    """What `run --events` writes and what the reader takes for it have the same columns."""
    from sim.orders.headings import SIMULATED_HAS

    assert SIMULATED_HAS == SIMULATED_HEADER


def test_identifiers_never_get_out(tmp_path: Path) -> None:
    """No address or name is in a table, an account or a message, whatever is wrong with the file."""
    secret = "anna.secret@example.com"
    account = taken(tmp_path, HEADER + f"{secret},2025-01-05,10.00\n{secret.upper()},2025-02-05,10.00\n")[1]
    messages = [
        told(account),
        refusal(tmp_path, HEADER + f"{secret},soon,10.00\n"),
        refusal(tmp_path, HEADER + f"{secret},{secret},{secret}\n"),
        refusal(tmp_path, f"{secret},2025-01-05,10.00\n"),
        refusal(tmp_path, f"{secret},2025-01-05,10.00\n", header=True),
        refusal(tmp_path, HEADER + f"{secret},2025-01-05,10.00\n", amount=secret),
        refusal(tmp_path, HEADER + f"{secret},2025-01-05,10.00\n", date="customer", customer="date"),
        refusal(tmp_path, HEADER + f"{secret * 20},2025-01-05,10.00\n"),
        refusal(tmp_path, f"customer,date,amount,currency\n{secret},2025-01-05,10.00,{secret}\n"),
        told(taken(tmp_path, f"customer,date,amount,status\n{secret},2025-01-05,10.00,{secret}\n")[1]),
        refusal(tmp_path, f'customer,date,amount\n"{secret},2025-01-05,10.00\n'),
    ]
    for message in messages:
        assert "secret" not in message.lower()


def test_one_customer_and_no_repeats(tmp_path: Path) -> None:
    """A history of one order, of one customer, and without repeats is a history."""
    table, account = taken(tmp_path, HEADER + "a,2025-01-05,10.00\n")
    assert (table.customers, table.time.tolist(), account.orders) == (1, [0], 1)
    table, _ = taken(tmp_path, HEADER + "".join(f"c{i},2025-01-{i:02},10.00\n" for i in range(1, 29)))
    assert table.customers == table.customer.size == 28


def test_identifiers_longer_than_any_are_refused_and_long_ones_told_apart(tmp_path: Path) -> None:
    """Texts that differ in their last letter alone are two customers, to the longest that is taken."""
    long = "x" * 255
    table, _ = taken(tmp_path, HEADER + f"{long}a,2025-01-05,1.00\n{long}b,2025-01-05,1.00\n{long}a,2025-02-05,1.00\n")
    assert table.customer.tolist() == [0, 0, 1]
    assert "more than 256 characters" in refusal(tmp_path, HEADER + f"{long}ab,2025-01-05,1.00\n")


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\x1f\x1e", exclude_categories=("Cs",)), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(texts, texts, st.integers(0, 10**7)), min_size=1, max_size=30))
def test_any_text_in_cells(tmp_path: Path, rows: list[tuple[str, str, int]]) -> None:
    """Whatever stands in the cells, each row is read with its own customer and amount, as the csv module writes it."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["customer", "note", "date", "amount"])
    writer.writerows(
        [f"{i % 7}{name.strip() or 'x'}", note, "2025-01-05 10:00", f"{cents / 100:.2f}"]
        for i, (name, note, cents) in enumerate(rows)
    )
    table, account = taken(tmp_path, out.getvalue(), merge_days=False, drop_identical=False)
    assert account.rows == len(rows)
    assert sorted(table.cents.tolist()) == sorted(cents for _, _, cents in rows)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.dates(datetime.date(1981, 1, 1), datetime.date(2024, 12, 31)), min_size=1, max_size=20),
    form=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%d %b %Y", "%B %d, %Y", "%Y/%m/%d"]),
)
def test_dates_are_those_of_the_calendar(tmp_path: Path, days: list[datetime.date], form: str) -> None:
    """Days in any form are the days of Python's calendar."""
    rows = "".join(f'c{i};"{day.strftime(form)}";1.00\n' for i, day in enumerate(days))
    table, _ = taken(tmp_path, "customer;date;amount\n" + rows)
    pairs = zip(table.customer.tolist(), table.time.tolist(), strict=True)
    assert {who: table.start + datetime.timedelta(days=time) for who, time in pairs} == dict(enumerate(days))


@settings(max_examples=40, deadline=None)
@given(names=st.lists(st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=30), min_size=1))
def test_numbers_of_customers_are_those_of_a_dictionary(names: list[str]) -> None:
    """Identifiers are numbered by first sight as a dictionary would, addresses without regard to capitals."""
    from sim.orders.cells import Cells
    from sim.orders.faults import MISSING, Column
    from sim.orders.numbering import NOBODY, folded, numbers
    from sim.orders.texts import Texts

    known: dict[str, int] = {}
    keys = [name.lower() if "@" in name else name for name in names]
    wanted = [NOBODY if key.lower().encode() in MISSING else known.setdefault(key, len(known)) for key in keys]
    cells, _ = folded(Cells.of([name.encode() for name in names]))
    assert numbers(Texts((cells,)), np.arange(len(names)), Column("x", 1), "x").tolist() == wanted


def test_numbers_survive_keys_that_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two texts with the same key are still two customers."""
    from sim.orders import numbering
    from sim.orders.cells import Cells
    from sim.orders.faults import Column
    from sim.orders.texts import Texts

    monkeypatch.setattr(numbering, "_mixed", lambda words: np.zeros(words.shape[1], dtype=np.uint64))
    cells = Cells.of([b"b@example.com", b"a@example.com", b"b@example.com", b"c@example.com"])
    found = numbering.numbers(Texts((cells,)), np.arange(4), Column("x", 1), "x")
    assert found.tolist() == [0, 1, 0, 2]


def test_blocks_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file is cut into blocks changes nothing: not for quotes, newlines, nor letters of several bytes."""
    from sim.orders import encoding

    text = 'customer,note,date,amount\nä,"x\ny",2025-01-05,1.50\n"ö ""z""",,2025-01-06,"2.50"\nä,ü,2025-02-07,3.50\n'
    whole, account = taken(tmp_path, text)
    for block in (1, 2, 3, 7, 16):
        monkeypatch.setattr(encoding, "BLOCK", block)
        table, again = taken(tmp_path, text)
        assert table.cents.tolist() == whole.cents.tolist()
        assert told(again) == told(account)


def test_parquet(tmp_path: Path) -> None:
    """Parquet is read like CSV, with times, decimals, floats, dictionaries and nulls."""
    import decimal

    import pyarrow as pa
    import pyarrow.parquet as pq

    moments = [datetime.datetime(2025, 1, day, 12, tzinfo=datetime.UTC) for day in (5, 6, 7)]
    table = pa.table(
        {
            "customer": pa.array(["a@example.com", None, "b@example.com"]).dictionary_encode(),
            "date": pa.array(moments, pa.timestamp("us", "UTC")),
            "amount": pa.array([decimal.Decimal("10.50"), decimal.Decimal("1.00"), decimal.Decimal("1234.00")]),
        }
    )
    path = tmp_path / "orders.parquet"
    pq.write_table(table, path)
    found, account = read_orders(path)
    assert (found.cents.tolist(), found.time.tolist()) == ([1050, 123400], [0.5, 2.5])
    assert "left out 1 row: they do not say who ordered, first in line 2" in told(account)
    floats = table.set_column(2, "amount", pa.array([10.5, 1.0, 1e7])).set_column(0, "customer", pa.array([1, 2, 1]))
    pq.write_table(floats, path)
    assert read_orders(path)[0].cents.tolist() == [1050, 10**9, 100]
    data = path.read_bytes()
    assert "damaged Parquet" in refusal(tmp_path, data[: len(data) // 2])


def test_parquet_without_its_package_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pyarrow a Parquet file is refused with the way to install it."""
    from sim.errors import RegularsError

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(RegularsError, match=r"pip install 'regulars\[parquet\]'"):
        read_orders(written(tmp_path, b"PAR1"))


def test_reading_csv_imports_no_heavy_library(tmp_path: Path) -> None:
    """Neither pyarrow nor pandas are loaded for CSV."""
    path = written(tmp_path, PLAIN)
    code = (
        f"import sys; from sim.orders.read import read_orders; read_orders({str(path)!r})\n"
        "print([m for m in ('pyarrow', 'pandas', 'scipy', 'textual') if m in sys.modules])"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=root)
    assert done.stdout == "[]\n", done.stderr


history = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 28), st.integers(-5000, 5000)), min_size=1, max_size=25)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=history, merge_days=st.booleans())
def test_money_is_conserved(tmp_path: Path, rows: list[tuple[str, int, int]], merge_days: bool) -> None:
    """What the orders come to, less the refunds that found no order, is what stands in the file, to the cent."""
    text = HEADER + "".join(f"{who},2025-01-{day:02},{cents / 100:.2f}\n" for who, day, cents in rows)
    if all(cents < 0 for _, _, cents in rows):
        assert "holds no order" in refusal(tmp_path, text)
        return
    table, account = taken(tmp_path, text, merge_days=merge_days)
    found = re.search(r"([\d,]+)\.(\d\d) USD in all", told(account))
    lost = int((found[1] + found[2]).replace(",", "")) if found else 0
    assert table.cents.sum() - lost == sum(cents for _, _, cents in rows)
    assert (table.cents >= 0).all()
    assert table.refund is None or (table.refund >= 0).all()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 86_399), st.integers(0, 5000)), min_size=1, max_size=25),
       luck=st.randoms(use_true_random=False))  # fmt: skip
def test_the_order_of_rows_does_not_matter(tmp_path: Path, rows: list[tuple[str, int, int]], luck: random.Random) -> None:
    """Rows in any order are the same orders of the same customers, whatever numbers these have."""

    def orders(given: list[tuple[str, int, int]]) -> list[list[tuple[float, int]]]:
        midnight = datetime.datetime(2025, 1, 5)
        lines = (f"{who},{midnight + datetime.timedelta(seconds=s)},{cents / 100:.2f}\n" for who, s, cents in given)
        table, _ = taken(tmp_path, HEADER + "".join(lines), merge_days=False, drop_identical=False)
        pairs = list(zip(table.time.tolist(), table.cents.tolist(), strict=True))
        return sorted(sorted(pairs[i] for i in np.flatnonzero(table.customer == who)) for who in range(table.customers))

    assert orders(luck.sample(rows, len(rows))) == orders(rows)
