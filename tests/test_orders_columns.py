"""Columns of an order history are read at once and on several threads, to the same numbers as cell by cell."""

from __future__ import annotations

import re
import threading
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from order_files import HEADER, refusal, taken, told

from sim.orders import abreast as side_by_side
from sim.orders import encoding, shapes
from sim.orders.abreast import abreast
from sim.orders.cells import Cells
from sim.orders.faults import Column
from sim.orders.numbering import numbers
from sim.orders.rows import everywhere, sorted_by
from sim.orders.shapes import have_shape, shape_of
from sim.orders.texts import Texts

letters = st.text(st.sampled_from("0123456789.-:/ aAzZé\x05"), max_size=20).map(str.encode)
short = st.text(st.sampled_from("0123456789.,"), max_size=8).map(str.encode)


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_results_come_in_order(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    """However many threads there are, results come in the order of their items, and an error at the place of its item."""
    monkeypatch.setattr(side_by_side, "available_cores", lambda: cores)
    assert list(abreast(lambda item: item * item, range(100))) == [item * item for item in range(100)]
    assert list(abreast(str, ())) == []
    results = abreast(lambda item: 1 / (7 - item), range(20))
    assert [next(results) for _ in range(7)] == [1 / (7 - item) for item in range(7)]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_work_that_is_given_up_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few items are begun ahead of the one that is asked for, and when nobody asks any more the threads end."""
    monkeypatch.setattr(side_by_side, "available_cores", lambda: 2)
    before, begun = threading.active_count(), []
    results = abreast(begun.append, range(1000))
    next(results)
    assert threading.active_count() > before
    results.close()
    assert threading.active_count() == before
    assert len(begun) < 10


@given(texts=st.lists(letters, min_size=1, max_size=20), shape=letters.map(shape_of))
def test_shapes_are_found_for_all_cells_at_once(texts: list[bytes], shape: bytes) -> None:
    """A cell has a shape if its text is the shape once every digit is 0, whatever bytes it holds."""
    for wanted in (shape, shape_of(texts[0])):
        cells = Cells.of([*texts, wanted])
        assert have_shape(cells.words, wanted).tolist() == [shape_of(text) == wanted for text in [*texts, wanted]]


@given(texts=st.lists(short, min_size=1, max_size=20))
def test_padded_texts(texts: list[bytes]) -> None:
    """Padded, a text of at most eight letters has zeros before it and is known by its length."""
    padded, length = Cells.of(texts).padded()
    assert length.tolist() == list(map(len, texts))
    assert padded.strings().tolist() == [text.rjust(8, b"0") for text in texts]


@given(parts=st.lists(st.lists(letters, min_size=1, max_size=5), max_size=6), size=st.integers(1, 7), luck=st.randoms())
def test_a_column_in_parts(parts: list[list[bytes]], size: int, luck: object) -> None:
    """A column in parts is the column: its chunks, some of its cells, its single texts."""
    texts, whole = Texts(tuple(map(Cells.of, parts))), [text for part in parts for text in part]
    assert len(texts) == len(whole)
    assert texts.strings() == whole == [texts.text(i) for i in range(len(whole))]
    chunks = [(begin, Cells.joined(chunk).strings().tolist()) for begin, chunk in texts.chunks(size)]
    assert [text for _, chunk in chunks for text in chunk] == whole
    assert all(whole[begin : begin + len(chunk)] == chunk and len(chunk) <= size for begin, chunk in chunks)
    kept = np.array([luck.random() < 0.5 for _ in whole], dtype=np.bool_)  # type: ignore[attr-defined]
    assert texts.where(kept).strings() == [text for text, keep in zip(whole, kept.tolist(), strict=True) if keep]
    assert texts.empty.tolist() == [not text for text in whole]
    assert texts.alike == (len(set(whole)) < 2)


@settings(max_examples=200)
@given(
    prefix=st.sampled_from(["", "#", "C-", "ORDER-", "12345678", "é"]),
    digits=st.lists(st.from_regex(r"[0-9]{1,4}|0{0,3}[0-9]{1,9}", fullmatch=True), min_size=1, max_size=30),
    odd=st.sampled_from([[], [""], ["x"], ["7x"], ["-"], ["#"], ["1" * 12], ["n/a"]]),
)
def test_identifiers_that_are_numbers_are_texts(prefix: str, digits: list[str], odd: list[str]) -> None:
    """Identifiers of digits are numbered by first sight as texts: 7 is not 07, and the prefix and what stands beside them
    change nothing."""
    texts = [*(prefix + each for each in digits), *odd, *(prefix + each for each in reversed(digits))]
    known: dict[str, int] = {}
    wanted = [-1 if text in ("", "-", "n/a") else known.setdefault(text, len(known)) for text in texts]
    found = numbers(Texts((Cells.of([text.encode() for text in texts]),)), np.arange(len(texts)), Column("x", 1), "x")
    assert found.tolist() == wanted


def test_many_identifiers_with_few_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that share their places in the table again and again are still told apart."""
    from sim.orders import numbering

    names = [f"somebody{i * i % 97}@example.com" for i in range(500)]
    cells = Cells.of([name.encode() for name in names])
    known: dict[str, int] = {}
    wanted = [known.setdefault(name, len(known)) for name in names]
    for kept in (0, 1, 3):
        mixed = numbering._mixed
        monkeypatch.setattr(numbering, "_mixed", lambda words, mixed=mixed, kept=kept: mixed(words) & np.uint64(kept))
        assert numbers(Texts((cells,)), np.arange(len(names)), Column("x", 1), "x").tolist() == wanted
        monkeypatch.undo()


plain_amount = st.from_regex(r"-?[0-9]{1,5}\.[0-9]{2}|[0-9]{1,8}|[0-9]{1,6}\.[0-9]|\.[0-9]{2}", fullmatch=True)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(plain_amount, min_size=1, max_size=30), chunk=st.sampled_from([1, 3, 1 << 15]))
def test_amounts_are_those_of_decimal(tmp_path: Path, cells: list[str], chunk: int) -> None:
    """Amounts in plain digits, long or short, with decimals or without, are the cents that Decimal makes of them."""
    cells = ["1.00", *cells]
    text = HEADER + "".join(f"c{i},2025-01-05,{cell}\n" for i, cell in enumerate(cells))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapes, "CHUNK", chunk)
        table, _ = taken(tmp_path, text)
    wanted = [int((Decimal(cell) * 100).quantize(Decimal(1), ROUND_HALF_UP)) for cell in cells]
    assert table.cents.tolist() == [cents for cents in wanted if cents >= 0]


@pytest.mark.parametrize("cell", ["\x0512.00", "12.00A", "A12.00", "12.0\x05", "1e5.00", "12..00", "²2.00", "1 2.00", "-", "."])
def test_one_odd_amount_among_plain_ones_is_refused(tmp_path: Path, cell: str) -> None:
    """A letter that is no digit is found at whatever place of an otherwise plain amount."""
    rows = [f"c{i},2025-01-05,{i}.50\n" for i in range(50)]
    rows[30] = f"c30,2025-01-05,{cell}\n"
    assert ":32:3: amount: " in refusal(tmp_path, HEADER + "".join(rows))


@pytest.mark.parametrize("cell", ["2025-01-0A", "2025-01-\x055", "2025/01-05", "²025-01-05", "2025-01-05x", "2025-01-05 1A:00"])
def test_one_odd_date_among_plain_ones_is_refused(tmp_path: Path, cell: str) -> None:
    """A letter that is no digit is found at whatever place of an otherwise plain date."""
    rows = [f"c{i},2025-01-05,{i}.50\n" for i in range(50)]
    rows[30] = f"c30,{cell},30.50\n"
    assert ":32:2: date: " in refusal(tmp_path, HEADER + "".join(rows))


def test_dates_in_the_order_of_time_and_not(tmp_path: Path) -> None:
    """Dates that share their year and month for long are the dates that they are when they are mixed."""
    days = [f"{2020 + i // 400}-{1 + i // 30 % 12:02}-{1 + i % 28:02}" for i in range(2000)]
    rows = [f"c{i},{day},{i % 90}.00\n" for i, day in enumerate(days)]
    table, _ = taken(tmp_path, HEADER + "".join(rows))
    mixed, _ = taken(tmp_path, HEADER + "".join(rows[i * 7 % 2000] for i in range(2000)))
    times = {float(np.datetime64(day).astype(int) - np.datetime64(table.start).astype(int)) for day in days}
    assert set(table.time.tolist()) == times == set(mixed.time.tolist())
    assert table.time.tolist() == mixed.time[np.argsort([i * 7 % 2000 for i in range(2000)])].tolist()
    assert ":1500:2: date: '2021-02-29'" in refusal(tmp_path, HEADER + "".join(rows[:1498]) + "x,2021-02-29,1.00\n")


@settings(max_examples=50, deadline=None)
@given(
    first=st.lists(st.integers(-1, 5), max_size=40),
    luck=st.randoms(),
    unit=st.sampled_from([1, 10**6, 86_400 * 10**6, 10**17, 10**18]),
)
def test_rows_are_sorted_stably(first: list[int], luck: object, unit: int) -> None:
    """Rows are in the order of both columns, and where these agree in that of the file, however large the numbers are."""
    second = [luck.randint(0, 3) * unit for _ in first]  # type: ignore[attr-defined]
    for column in (second, sorted(second)):
        wanted = sorted(range(len(first)), key=lambda i: (first[i], column[i]))
        order, arranged = sorted_by(np.array(first, dtype=np.int64), np.array(column, dtype=np.int64))
        assert (order.tolist(), arranged.tolist()) == (wanted, sorted(first))


def test_lines_are_known_after_sorting(tmp_path: Path) -> None:
    """What is told of rows after they were sorted names their lines in the file."""
    text = HEADER + "b,2025-01-06 10:00,1.00\na,2025-01-05 10:00,2.00\nb,2025-01-06 10:00,1.00\na,2025-01-05 10:00,2.00\n"
    _, account = taken(tmp_path, text)
    assert "left out 2 rows: the same as an earlier row, first in line 4" in told(account)
    assert everywhere(3, 4).tolist() == [3] * 4


nasty = st.lists(
    st.tuples(
        st.sampled_from(["a", "B@x.de", "b@X.de", "007", "7", '"q ""x"", y"', " blank ", "", "n/a", '"two\nlines"', "ü"]),
        st.sampled_from(
            ["2025-01-05", "2025-01-06 10:00:00", "2025-02-30", '"2025-03-01"', " 2025-04-01", "05.01.2025", "", "soon"]
        ),
        st.sampled_from(
            ["1.00", "12.50", "-3.00", "1e5", "inf", "NaN", "0x1", " 12.00 ", "+5.00", '"1,234.50"', "", "€ 4.00", "99"]
        ),
        st.sampled_from(["", "", "", "", ",extra", "\r", "\n", ' 5"']),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=nasty, block=st.sampled_from([16, 100, 1000]), cores=st.sampled_from([2, 3]), skip=st.booleans(), bom=st.booleans())
def test_neither_threads_nor_blocks_matter(
    tmp_path: Path, rows: list[tuple[str, str, str, str]], block: int, cores: int, skip: bool, bom: bool
) -> None:
    """Of a file, clean or nasty, table, account and mistakes are the same in one piece on one thread and in many on several."""
    text = "\ufeff" * bom + HEADER + "".join(f"{who},{when},{amount}{end}\n" for who, when, amount, end in rows)
    found = []
    for cores_, block_, chunk in ((1, 1 << 20, 1 << 15), (cores, block, 7)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(side_by_side, "available_cores", lambda cores_=cores_: cores_)
            patch.setattr(encoding, "BLOCK", block_)
            patch.setattr(shapes, "CHUNK", chunk)
            found.append(_outcome(tmp_path, text, skip))
    assert found[0] == found[1]


def _outcome(folder: Path, text: str, skip: bool) -> object:
    from sim.errors import BadInput

    try:
        table, account = taken(folder, text, skip_bad_rows=skip, decimal=".")
    except BadInput as mistake:
        return re.sub(r"'.*?'", "", str(mistake))
    columns = (table.customer, table.time, table.cents, table.refund, table.margin)
    return [None if column is None else column.tolist() for column in columns], table.start, told(account)
