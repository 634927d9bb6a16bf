"""Reading the words of a command: the options that commands share, and mistakes told with a way out."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from typing import NoReturn

from sim.errors import BadInput, Problem
from sim.files.writing import emit
from sim.nearest import nearest

FORMATS = ("table", "json", "csv", "markdown")


class Parser(argparse.ArgumentParser):
    """A parser that raises BadInput instead of leaving, and writes its help as data."""

    def __init__(self, command: str, about: str, example: str) -> None:
        super().__init__(
            prog=f"regulars {command}",
            description=about,
            epilog=example,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Tell a mistake with the way to the command's help."""
        raise BadInput(Problem(f"{self.prog[9:]}: {message}; see '{self.prog} --help'"))

    def print_help(self, file: object = None) -> None:
        """Write the help to standard output."""
        emit(self.format_help())

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """The options of the command; raises BadInput for what is not known, with the nearest name."""
        found, extra = self.parse_known_args(list(words))
        if extra:
            options = [name for action in self._actions for name in action.option_strings]
            word = extra[0].partition("=")[0]
            begun = [name for name in options if len(word) > 3 and name.startswith(word)]
            suggestion = begun[0] if len(begun) == 1 else nearest(word, options)
            kind = "option" if extra[0].startswith("-") else "argument"
            raise BadInput(Problem(f"{self.prog[9:]}: there is no {kind} '{extra[0]}'", suggestion=suggestion))
        return found


def whole(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers within a range."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"'{text[:40]}' is not a whole number") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text[:40]} is not within {low:,} and {high:,}")
        return value

    return read


def amount(low: float, high: float) -> Callable[[str], float]:
    """A reader of numbers within a range."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"'{text[:40]}' is not a number") from None
        if not (math.isfinite(value) and low <= value <= high):
            raise argparse.ArgumentTypeError(f"{text[:40]} is not within {low:,g} and {high:,g}")
        return value

    return read


def add_format(parser: argparse.ArgumentParser, formats: Sequence[str] = FORMATS) -> None:
    """`--format`."""
    parser.add_argument(
        "--format",
        choices=formats,
        default=formats[0],
        metavar="FORMAT",
        help=f"{', '.join(formats)}; default: {formats[0]}",
    )


def add_quiet(parser: argparse.ArgumentParser) -> None:
    """`--quiet`."""
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing on standard error but mistakes")


def add_store(parser: argparse.ArgumentParser) -> None:
    """What is simulated, and how often: the options of every command that simulates."""
    parser.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", dest="sets",
        help="override a value, as in --set strategies.email=off; for all scenarios, or for one by its letter: "
        "--set B:store.costs.goods=0.4; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=whole(0, 2**63 - 1), default=1, help="same seed, same customers, same figures; default: 1"
    )
    parser.add_argument(
        "--customers", type=amount(1, 1e9), metavar="N",
        help="scale the store to N expected acquisitions in the observed time: spend, pre-history and budgets in "
        "proportion; in a comparison the baseline is scaled to N and the others by the same factor",
    )  # fmt: skip
    parser.add_argument("--months", type=whole(1, 600), metavar="N", help="observe the store for N months")
    parser.add_argument(
        "--replications",
        type=whole(1, 1_000_000),
        metavar="N",
        help="simulate so many stores; default: enough for a second",
    )
    parser.add_argument(
        "--workers",
        type=whole(1, 1024),
        metavar="N",
        help="processes at work, without effect on the figures; default: all cores",
    )


def add_simulation(parser: argparse.ArgumentParser) -> None:
    """The options of every command that makes a whole report."""
    add_store(parser)
    parser.add_argument("--out", metavar="DIR", help="also write the report and its tables into this folder, all or none")
    add_format(parser)
    parser.add_argument("--all", action="store_true", help="in a table: every metric, not only those that matter first")
    add_quiet(parser)
    parser.add_argument(
        "--precision", metavar="METRIC=WIDTH",
        help="simulate so many stores that the interval of this metric is at most so wide from its low to its high "
        "end: clv=0.50, repeat_customer_rate=1%%; how many is fixed once, after a first look",
    )  # fmt: skip


def add_plot(parser: argparse.ArgumentParser, *, truth: bool = True) -> None:
    """`--plot`, and `--truth` where anybody knows it."""
    parser.add_argument(
        "--plot", action="store_true",
        help="draw retention and cumulative customer lifetime value with their intervals (with json and csv: on "
        "standard error)",
    )  # fmt: skip
    if not truth:
        return
    parser.add_argument(
        "--truth",
        action="store_true",
        help="with --plot: the share of customers who are truly not lost, beside retention",
    )
