"""The base: what is known of the customers that a store already has on day 0, as it stands in its file.

A base file knows of each customer what a posterior needs and nothing else: a running number, x, t_x and T in weeks and the
mean repeat order.
"""

from __future__ import annotations

import csv
import math
import os
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput, Problem
from sim.law import DAYS_A_WEEK
from sim.population import Floats, Rows
from sim.scenario import Scenario

COLUMNS = ("customer", "frequency", "recency", "T", "monetary_value")
"""The columns of a base file: running number, repeat orders, weeks from the first order to the last, weeks from the first
order to day 0, and the mean repeat order in the currency (0 where there is none)."""
MOST_TOLD = 20
ROUNDING = 0.01
"""Days that the rounding of weeks may add."""
MOST_ORDERS, MOST_WEEKS, DEAREST = 100_000, 5_000.0, 1e9
"""Repeat orders, weeks and mean of one customer; more are no customer's."""
SMALL = 100_000
"""Bytes below which a file is read line by line: the quick way saves nothing there."""


@dataclass(frozen=True)
class Base:
    """Existing customers, one row each, all columns of the same length; times in weeks."""

    customer: NDArray[np.int64]
    """Running number, different for each; what their luck is keyed by."""
    x: Floats
    t_x: Floats
    T: Floats
    mean: Floats
    """The mean repeat order in the currency."""

    @property
    def days(self) -> float:
        """Days before day 0 at which the first of them came."""
        return float(self.T.max(initial=0.0)) * DAYS_A_WEEK

    def part(self, rows: Rows) -> Base:
        """Some of the customers."""
        return Base(self.customer[rows], self.x[rows], self.t_x[rows], self.T[rows], self.mean[rows])


def base_of(scenario: Scenario) -> Base | None:
    """The existing customers that a scenario names a file of; None where it names none.

    Raises BadInput for a file that is not one, for customers who came before the pre-history, and for a dropout law that
    has no posterior.
    """
    if scenario.store.base.file is None:
        return None
    base = read_base(base_path(scenario))
    if scenario.store.dropout not in ("lifetime", "after_order"):
        raise BadInput(Problem(
            f"a base of customers cannot be continued under dropout: {scenario.store.dropout}", scenario.file,
            path="store.base.file", allowed="dropout: lifetime or after_order",
        ))  # fmt: skip
    if base.days > -scenario.month_edges()[0] + ROUNDING:
        long = base.days - ROUNDING
        needed = next(months for months in range(1, 601) if _days_before(scenario, months) >= long or months == 600)
        raise BadInput(Problem(
            f"the first customer of the base came {base.days:,.0f} days before the start, the pre-history has "
            f"{-scenario.month_edges()[0]:,.0f}", scenario.file, path="pre_history", allowed=f"at least {needed} months",
        ))  # fmt: skip
    return base


def _days_before(scenario: Scenario, months: int) -> int:
    return (scenario.start - scenario.month_start(-months)).days


def base_path(scenario: Scenario) -> str:
    """Where the base file of a scenario lies: its name is relative to the scenario's file."""
    assert scenario.store.base.file is not None
    return os.path.join(os.path.dirname(scenario.file), scenario.store.base.file)


def read_base(path: str | os.PathLike[str]) -> Base:
    """The customers of a base file. Raises BadInput with the lines that are wrong."""
    try:
        found = os.stat(path)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise BadInput(Problem(f"cannot be read: {reason}", os.fspath(path))) from None
    return _read(os.fspath(path), found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=4)
def _read(path: str, changed: int, size: int) -> Base:
    """The file as it was then: several replications read it once."""
    quick = _quickly(path)
    return quick if quick is not None else _carefully(path)


def _quickly(path: str) -> Base | None:
    """The customers of a file in which all is well; None where anything has to be looked into."""
    try:
        skipped = _comments(path)
        with open(path, encoding="utf-8-sig") as stream:
            header = next(line for number, line in enumerate(stream) if number == skipped)
        if header.rstrip("\r\n") != ",".join(COLUMNS) or os.path.getsize(path) < SMALL:
            return None
        table = np.loadtxt(path, delimiter=",", skiprows=skipped + 1, ndmin=2, encoding="utf-8-sig")
    except (OSError, ValueError, StopIteration):
        return None
    if table.shape[1] != len(COLUMNS) or not np.isfinite(table).all():
        return None
    number, x, t_x, T, mean = table.T
    whole = (number == np.rint(number)).all() and (x == np.rint(x)).all() and (table >= 0).all()
    likely = (x <= MOST_ORDERS).all() and (T <= MOST_WEEKS).all() and (mean <= DEAREST).all() and (number < 2**40).all()
    if not (whole and likely and (t_x <= T).all() and (t_x[x == 0] == 0).all()):
        return None
    if np.unique(number).size != number.size:
        return None
    return Base(number.astype(np.int64), x.copy(), t_x.copy(), T.copy(), mean.copy())


def _carefully(path: str) -> Base:
    """The customers of a file, or what is wrong with which line."""
    rows: list[tuple[float, ...]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(line for line in stream if not line.startswith("#"))
            comments = _comments(path)
            header = next(reader, [])
            if tuple(header) != COLUMNS:
                said = "the first line does not name the columns of a base"
                raise BadInput(Problem(said, path, comments + 1, 1, allowed=",".join(COLUMNS)))
            for row in reader:
                line = comments + reader.line_num
                values, wrong = _values(row, path, line)
                rows.append(values)
                lines.append(line)
                problems += wrong
                if len(problems) >= MOST_TOLD:
                    break
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise BadInput(Problem(f"cannot be read: {getattr(fault, 'strerror', None) or 'it is not CSV text'}", path)) from None
    if problems:
        raise BadInput(problems)
    if not rows:
        raise BadInput(Problem("the base has no customer", path))
    table = np.array(rows)
    numbers = table[:, 0].astype(np.int64)
    _, first, count = np.unique(numbers, return_index=True, return_counts=True)
    if (count > 1).any():
        again = int(numbers[first[count > 1][0]])
        where = lines[int(np.flatnonzero(numbers == again)[1])]
        raise BadInput(Problem(f"customer {again} is there a second time", path, where, 1))
    return Base(numbers, *table[:, 1:].T.copy())


def _comments(path: str) -> int:
    """Lines of comments before the header."""
    with open(path, encoding="utf-8-sig") as stream:
        for count, line in enumerate(stream):
            if not line.startswith("#"):
                return count
    return 0


def _values(row: list[str], path: str, line: int) -> tuple[tuple[float, ...], list[Problem]]:
    """The numbers of a row, and what is wrong with them."""
    if len(row) != len(COLUMNS):
        return (), [Problem(f"the row has {len(row)} fields", path, line, 1, allowed=f"{len(COLUMNS)} fields")]
    values: list[float] = []
    problems = []
    for column, (name, text) in enumerate(zip(COLUMNS, row, strict=True), 1):
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= 0) or (name in COLUMNS[:2] and not value.is_integer()):
            kind = "a whole number of at least 0" if name in COLUMNS[:2] else "a number of at least 0"
            problems.append(Problem(f"{text[:20]!r} is not {kind}", path, line, column, name))
        values.append(value)
    if problems:
        return tuple(values), problems
    number, x, t_x, T, mean = values
    if x > MOST_ORDERS or T > MOST_WEEKS or mean > DEAREST or number >= 2**40:
        problems.append(Problem("the row is out of all proportion", path, line, 1))
    elif t_x > T:
        problems.append(Problem(f"the last order, at {t_x:g} weeks, lies after day 0, at {T:g}", path, line, 3, "recency"))
    elif (x == 0) != (t_x == 0) and x == 0:
        problems.append(Problem("without a repeat order the recency is 0", path, line, 3, "recency"))
    return tuple(values), problems


def base_text(base: Base, comment: str = "") -> list[str]:
    """A base as the chunks of its file; `comment` stands above it, a sharp sign before each line."""
    chunks = [f"# {line}\n" for line in comment.splitlines()]
    chunks.append(",".join(COLUMNS) + "\n")
    columns = (base.customer.tolist(), base.x.tolist(), base.t_x.tolist(), base.T.tolist(), base.mean.tolist())
    for number, x, t_x, T, mean in zip(*columns, strict=True):
        chunks.append(f"{number},{x:.0f},{_short(t_x)},{_short(T)},{mean:.2f}\n")
    return chunks


def _short(weeks: float) -> str:
    # A minute is a ten-thousandth of a week; t_x and T are rounded alike, so their order stays.
    return f"{weeks:.5f}".rstrip("0").rstrip(".")
