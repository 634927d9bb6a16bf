"""How long a million orders take to be read and counted, against `pandas.read_csv` of the same file.

    python -m benchmarks.reading

pandas splits and converts; it does not look for encodings, ambiguous dates, copies, refunds or currencies, nor does it
number customers, sort by time and merge days, all of which is in the other time. Both take several threads where there
are processors for them (pandas from 3 on), so what all processors did together is told too; and how long pandas takes if it
has to make the same table of this file, told its columns and the form of its dates. Who reads a file starts a program for
it: the last figures are those of whole processes, imports and all.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import best, in_turn, process, verdict
from sim.orders.options import OrderOptions
from sim.orders.read import read_orders

ORDERS, CUSTOMERS, DAYS = 1_000_000, 300_000, 730
BOUND = 3.0
RUNS = 7
PROCESSES = (
    "import pandas; pandas.read_csv({!r})",
    "from sim.orders.read import read_orders; read_orders({!r})",
)


def columns() -> tuple[list[int], list[str], list[float]]:
    """Customer, moment and amount of each order, in the order of time."""
    luck = np.random.default_rng(1)
    seconds = np.sort(luck.integers(0, DAYS * 86_400, ORDERS))
    moments = (np.datetime64("2023-01-01T00:00:00") + seconds.astype("timedelta64[s]")).astype(str)
    return luck.integers(0, CUSTOMERS, ORDERS).tolist(), moments.tolist(), luck.gamma(2.0, 20.0, ORDERS).tolist()


def plain() -> Iterator[str]:
    """Customer number, day, amount."""
    yield "customer,date,amount\n"
    for who, when, amount in zip(*columns(), strict=True):
        yield f"{100_000 + who},{when[:10]},{amount:.2f}\n"


def numbered() -> Iterator[str]:
    """Order number, customer number, moment, amount."""
    yield "order_id,customer_id,created_at,amount\n"
    for i, (who, when, amount) in enumerate(zip(*columns(), strict=True)):
        yield f"{i},{100_000 + who},{when.replace('T', ' ')},{amount:.2f}\n"


def export() -> Iterator[str]:
    """A shop's export: addresses, states, currencies, and columns that are not read."""
    yield "order,email,state,currency,created_at,items,country,shipping,total,note\n"
    for i, (who, when, amount) in enumerate(zip(*columns(), strict=True)):
        yield f"#{1000 + i},buyer{who}@shop.example,paid,EUR,{when.replace('T', ' ')} +0100,{1 + i % 4},DE,4.90,{amount:.2f},\n"


FORMS = {
    plain: ("customer", "date", "amount", "%Y-%m-%d", None),
    numbered: ("customer_id", "created_at", "amount", "%Y-%m-%d %H:%M:%S", "order_id"),
    export: ("email", "created_at", "total", "%Y-%m-%d %H:%M:%S %z", "order"),
}
"""The columns of customer, moment and amount, how moments are written, and the column of order numbers."""


def table_by_pandas(path: Path, who: str, when: str, amount: str, form: str, number: str | None) -> Any:
    """What each customer paid on each day, by customers numbered as the file first names them."""
    import pandas

    orders = pandas.read_csv(path)
    if number is not None:
        orders = orders.drop_duplicates(number)
    day = pandas.to_datetime(orders[when], format=form).dt.floor("D")
    customer = pandas.factorize(orders[who])[0]
    return (orders[amount] * 100).round().astype("int64").groupby([customer, day]).sum()


def main() -> int:
    """Run the benchmark; the exit code says whether every bound was kept."""
    import pandas

    kept = True
    print(f"pandas {pandas.__version__}, {ORDERS:,} orders of {CUSTOMERS:,} customers, the best of {RUNS} runs")
    with tempfile.TemporaryDirectory() as folder:
        for make, form in FORMS.items():
            path = Path(folder) / "orders.csv"
            path.write_text("".join(make()))
            works = (partial(pandas.read_csv, path), partial(read_orders, path, OrderOptions()))
            theirs, mine = (best(work, RUNS) for work in works)
            size = path.stat().st_size / 1e6
            print(f"{make.__name__}: {size:.0f} MB, pandas.read_csv {theirs:.3f} s, read_orders {mine:.3f} s", end="; ")
            print("of all processors {:.3f} s and {:.3f} s".format(*in_turn(works, RUNS)))
            kept &= verdict(f"{make.__name__} against pandas.read_csv", mine / theirs, BOUND, at_most=True)
            (table, _), same = read_orders(path, OrderOptions()), table_by_pandas(path, *form)
            assert np.array_equal(table.cents, same.to_numpy()), "pandas makes another table of it"
            theirs, mine = (best(work, RUNS) for work in (partial(table_by_pandas, path, *form), works[1]))
            print(f"  the same table by pandas {theirs:.3f} s, ours {mine:.3f} s, {mine / theirs:.2f} times")
            theirs, mine = (min(process(["-c", code.format(str(path))]).seconds for _ in range(RUNS)) for code in PROCESSES)
            print(f"  as processes: pandas {theirs:.3f} s, ours {mine:.3f} s, {mine / theirs:.2f} times")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
