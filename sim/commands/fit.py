"""`regulars fit ORDERS`: a store from its own orders, and how far to trust it."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands import options
from sim.commands.order_options import account_lines, add_orders, day, order_options

if TYPE_CHECKING:
    from sim.fit.history import History
    from sim.fit.results import StoreFit

EXAMPLE = """examples:
  regulars fit orders.csv
  regulars fit orders.csv -o my_store.yaml --base
  regulars fit orders.csv --calibration-end 2025-06-30 --format json"""
BASE = "_base.csv"
"""What the base file of `my_store.yaml` is called after `my_store`."""


def execute(words: Sequence[str]) -> int:
    """Read the orders, fit, test, print and write; returns the exit code."""
    found = _parser().read(words)

    from sim.errors import BadInput, Problem
    from sim.files.writing import emit
    from sim.fit.extra import special
    from sim.fit.fitting import Wishes, fit_store
    from sim.fit.history import history
    from sim.orders.read import read_orders
    from sim.report.fit import render_fit
    from sim.terminal import look

    if found.base and found.output is None:
        raise BadInput(Problem("a base stands beside a scenario", file="--base", allowed="--base together with -o FILE"))
    if found.no_backtest and (found.calibration_end is not None or found.replications is not None):
        option = "--calibration-end" if found.calibration_end is not None else "--replications"
        raise BadInput(Problem("there is no backtest that it could be of", file=option, allowed=f"{option} or --no-backtest"))
    _check(found)
    special()  # told before the work, not after it, where SciPy is missing
    table, account = read_orders(found.file, order_options(found))
    _say(account_lines(account), found)
    orders = history(table, found.until)
    source = "standard input" if found.file == "-" else os.path.basename(found.file)
    wishes = Wishes(
        found.law, found.calibration_end, not found.no_backtest, found.look_back, found.seed, found.replications
    )  # fmt: skip
    _say("fitting the laws" + ("" if found.no_backtest else ", then simulating the backtest") + " ...", found)
    fitted = fit_store(orders, source, wishes)
    if found.output is not None:
        written = _write(fitted, orders, found)
        _say(f"wrote {', '.join(written)}; next: regulars run {found.output}", found)
    emit(render_fit(fitted, found.format, look(sys.stdout)))
    return 0


def _parser() -> options.Parser:
    parser = options.Parser(
        "fit",
        "Fit the law of ordering, leaving and spending to a store's own orders; print it with its uncertainty, a backtest\n"
        "and what does not fit; write a commented scenario whose baseline is that store.",
        EXAMPLE,
    )
    add_orders(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="write the store as a scenario file")
    parser.add_argument(
        "--base", action="store_true",
        help=f"also write the customers there are, by running number, into NAME{BASE} beside the scenario, which then starts "
        "with them",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="overwrite files that are there already")
    parser.add_argument(
        "--law", choices=("lifetime", "after_order"), default="lifetime", metavar="LAW",
        help="of the written store: lifetime (Pareto/NBD) or after_order (BG/NBD); all are fitted; default: lifetime",
    )  # fmt: skip
    parser.add_argument(
        "--calibration-end", type=day, metavar="DATE",
        help="the last day of the backtest's earlier part; default: the middle of the history",
    )  # fmt: skip
    parser.add_argument("--no-backtest", action="store_true", help="leave the backtest out")
    parser.add_argument(
        "--look-back", type=options.whole(0, 240), default=0, metavar="MONTHS",
        help="leave out of the fit who is first seen in so many first months: they may be older customers",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=options.whole(0, 2**63 - 1), default=1, help="of the backtest's simulated histories; default: 1"
    )
    parser.add_argument(
        "--replications", type=options.whole(2, 100_000), metavar="N", help="simulated histories of the backtest"
    )
    options.add_format(parser, ("table", "json"))
    options.add_quiet(parser)
    return parser


def _check(found: Namespace) -> None:
    """Find out before the work whether the files can be written."""
    from sim.errors import BadInput, Problem
    from sim.files.writing import check_file

    if found.output == "-":
        raise BadInput(Problem("standard output is taken by the figures", file="-o", allowed="a file"))
    for path in _outputs(found):
        check_file(path, "-o")
        if os.path.exists(path) and os.path.exists(found.file) and os.path.samefile(path, found.file):
            raise BadInput(Problem(f"'{path}' is the file of the orders", file="-o", allowed="another name"))
        if not found.force and os.path.lexists(path) and (os.path.isfile(path) or found.base):
            raise BadInput(Problem(f"'{path}' is there already", file="-o", allowed="another name, or --force"))


def _outputs(found: Namespace) -> list[Path]:
    if found.output is None:
        return []
    scenario = Path(found.output)
    return [scenario, scenario.with_name(scenario.stem + BASE)] if found.base else [scenario]


def _write(fitted: StoreFit, orders: History, found: Namespace) -> list[str]:
    """The scenario, and the base beside it: both or none."""
    from sim.files.writing import write_file, write_folder
    from sim.fit.store_file import base_lines, base_of_history, fitted_scenario, scenario_text

    paths = _outputs(found)
    name = paths[0].stem.replace("_", " ").strip() or "My store"
    base = paths[1].name if found.base else None
    text = scenario_text(fitted, fitted_scenario(fitted, name, base))
    if base is None:
        write_file(found.output, [text], option="-o", replace=found.force)
    else:
        known = "".join(base_lines(fitted, base_of_history(orders)))
        write_folder(paths[0].parent, {base: known, paths[0].name: text}, option="-o")
    return [str(path) for path in paths]


def _say(text: str, found: Namespace) -> None:
    from sim.commands.simulation import say

    for line in text.splitlines():
        say(line, found)
