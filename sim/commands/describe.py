"""`regulars describe ORDERS`: every metric and the cohorts of a real order history; no model, no simulation."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from sim.commands import options
from sim.commands.order_options import account_lines, add_orders, day, order_options

EXAMPLE = """examples:
  regulars describe orders_export.csv --margin 55% --plot
  regulars describe orders.csv.gz --customer buyer --date-order dmy --activity-window 60
  regulars describe CDNOW_sample.txt --customer 1 --date 3 --amount 5 --until 1997-09-30"""


def execute(words: Sequence[str]) -> int:
    """Read the orders, measure, print; returns the exit code."""
    found = _parser().read(words)

    from sim.commands.simulation import say
    from sim.commands.telling import charts_aside, charts_beside, check
    from sim.files.writing import emit, write_folder
    from sim.orders.describing import Conventions, describe
    from sim.orders.read import read_orders
    from sim.report.history import HistoryReport, history_files, render_history
    from sim.report.parts import Report
    from sim.terminal import Terminal, look

    check(found)
    table, account = read_orders(found.file, order_options(found))
    for line in account_lines(account).splitlines():
        say(line, found)
    conventions = Conventions(
        found.margin, found.start, found.until, found.clv_horizon, found.discount_rate, found.activity_window
    )  # fmt: skip
    name = "standard input" if found.file == "-" else os.path.basename(found.file)
    comparison = describe(table, name, account.file, conventions)
    facts: dict[str, str | float] = {
        "first": str(table.first), "last": str(table.last), "orders": float(table.customer.size),
        "customers": float(table.customers), "currency": table.currency, "clv_horizon_months": float(conventions.clv_horizon),
        "discount_rate": conventions.discount_rate, "activity_window_days": conventions.activity_window,
    }  # fmt: skip
    terminal = look(sys.stdout)

    def telling(charts: str, every: bool) -> HistoryReport:
        return HistoryReport(Report(comparison, charts=charts, every=every), account, facts)

    emit(render_history(telling(charts_beside(comparison, found, terminal), found.all), found.format, terminal))
    charts_aside(comparison, found)
    if found.out is not None:
        report = telling(charts_beside(comparison, found, Terminal()) if found.plot else "", True)
        written = write_folder(found.out, history_files(report), option="--out")
        say(f"wrote {', '.join(str(path) for path in written)}", found)
    return 0


def _share(text: str) -> float:
    """A reader of shares: 0.55, 55% or 55 %."""
    plain = text.strip()
    number = plain.removesuffix("%").strip()
    value = options.amount(0, 100 if plain.endswith("%") else 1)(number)
    return value / 100 if plain.endswith("%") else value


def _parser() -> options.Parser:
    parser = options.Parser(
        "describe",
        "Read a store's own orders and print every metric and the cohorts, by the same functions that read a simulation.\n"
        "Nothing is fitted. What an order history cannot tell is named with the reason.",
        EXAMPLE,
    )
    add_orders(parser)
    parser.add_argument(
        "--margin", type=_share, metavar="SHARE",
        help="contribution margin as a share of revenue, as 55%% or 0.55; default: all of it",
    )  # fmt: skip
    parser.add_argument(
        "--start", type=day, metavar="DATE",
        help="day 0: who ordered before is no new customer; default: the first of the month of the first order",
    )  # fmt: skip
    parser.add_argument(
        "--activity-window", type=_days, default=90.0, metavar="DAYS",
        help="who ordered within so many days is active; default: 90",
    )  # fmt: skip
    parser.add_argument(
        "--clv-horizon", type=options.whole(1, 600), default=12, metavar="MONTHS",
        help="CLV is counted to this age; default: 12",
    )  # fmt: skip
    parser.add_argument(
        "--discount-rate", type=_share, default=0.10, metavar="SHARE",
        help="what a later margin is worth less, a year; default: 10%%",
    )  # fmt: skip
    parser.add_argument("--out", metavar="DIR", help="also write the report and its tables into this folder, all or none")
    options.add_format(parser)
    parser.add_argument("--all", action="store_true", help="in a table: every metric, not only those that matter first")
    options.add_quiet(parser)
    options.add_plot(parser, truth=False)
    return parser


def _days(text: str) -> float:
    """A reader of days: 60, or 60 d as scenarios write it."""
    plain = text.strip().removesuffix("d").strip()
    try:
        return options.amount(1, 36_500)(plain)
    except argparse.ArgumentTypeError as mistake:
        raise argparse.ArgumentTypeError(f"{mistake}; it is a number of days") from None
