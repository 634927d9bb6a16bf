"""The customers a store already has on day 0: what is known of each, and how they take their place in it.

A base file knows of each customer what a posterior needs and nothing else: a running number, x, t_x and T in weeks and the
mean repeat order. Each replication draws who is still there, at which rates, and what they spend. What is known of their
past enters the log as pre-history; the moments of the orders between the first and the last, which the file does not hold,
are drawn uniformly as the law has it, and their amounts so that the mean is the known one.
"""

from __future__ import annotations

import csv
import math
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput, Problem
from sim.law import DAYS_A_WEEK, Law
from sim.ledger import group_of
from sim.log import GROUPS, NO_PARENT
from sim.population import NEVER, Floats, Rows
from sim.posterior import AfterOrder, Draw, Lifetime, chance_alive, draw
from sim.randomness import Keys, at, exponential, gamma_each, mix, purpose, root, uniform
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.shop import Shop

COLUMNS = ("customer", "frequency", "recency", "T", "monetary_value")
"""The columns of a base file: running number, repeat orders, weeks from the first order to the last, weeks from the first
order to day 0, and the mean repeat order in the currency (0 where there is none)."""
AT_ONCE = 20_000
"""Customers whose posterior is worked out at a time."""
MOST_TOLD = 20
JUST_BEFORE = 1.0 / 1440.0
"""Who came on day 0 itself came a minute before it: they are not new customers."""
MOST_ORDERS = 100_000
"""Repeat orders of one customer; more are no customer's."""

_KEY = purpose("base.customer")
_COPY = purpose("base.copy")
_MOMENT = purpose("base.moment")
_SIZE = purpose("base.size")
_MEAN = purpose("base.basket_scale")


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
    if base.days > -scenario.month_edges()[0]:
        needed = next(months for months in range(1, 601) if _days_before(scenario, months) >= base.days or months == 600)
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
    rows: list[tuple[float, ...]] = []
    lines: list[int] = []
    problems: list[Problem] = []
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(line for line in stream if not line.startswith("#"))
            comments = _comments(path)
            header = next(reader, [])
            if tuple(header) != COLUMNS:
                wanted = ",".join(COLUMNS)
                raise BadInput(Problem("the first line does not name the columns of a base", path, comments + 1, 1, allowed=wanted))
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
    _, x, t_x, T, mean = values
    if x > MOST_ORDERS or T > 5_000 or mean > 1e9:
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
    for row in zip(base.customer.tolist(), base.x.tolist(), base.t_x.tolist(), base.T.tolist(), base.mean.tolist(), strict=True):
        number, x, t_x, T, mean = row
        chunks.append(f"{number},{x:.0f},{_short(t_x)},{_short(T)},{mean:.2f}\n")
    return chunks


def _short(weeks: float) -> str:
    # A minute is a ten-thousandth of a week; t_x and T are rounded alike, so their order stays.
    return f"{weeks:.5f}".rstrip("0").rstrip(".")


class Existing:
    """The existing customers as they enter a store: those of one block, in each of its replications."""

    def __init__(self, shop: Shop, base: Base, seed: int, replications: range, block: int, blocks: int) -> None:
        self.shop = shop
        self.law = posterior_law(shop.law)
        self.basket = shop.scenario.store.basket
        mine = np.arange(block, base.customer.size, blocks)
        self.base, self.keyed = _copies(base.part(mine), shop.scenario.store.base.times)
        self.roots = [(index, root(seed, number)) for index, number in enumerate(replications)]

    def enter(self) -> int:
        """Put them into the population and what is known of their past into the log; how many they are."""
        total = 0
        for first in range(0, self.base.customer.size, AT_ONCE):
            part = slice(first, first + AT_ONCE)
            base = self.base.part(np.arange(self.base.customer.size)[part])
            alive = chance_alive(self.law, base.x, base.t_x, base.T)
            for index, grown in self.roots:
                self._enter(base, mix(np.array([grown], dtype=np.uint64) + np.uint64(_KEY)), self.keyed[part], alive, index)
                total += base.customer.size
        return total

    def _enter(self, base: Base, grown: Keys, keyed: NDArray[np.int64], alive: Floats, index: int) -> None:
        shop, people = self.shop, self.shop.people
        keys = mix(at(np.repeat(grown, keyed.size), keyed))
        drawn = draw(self.law, alive, keys, base.x, base.t_x, base.T)
        scale = self._scales(keys, base)
        came = -np.maximum(base.T * DAYS_A_WEEK, JUST_BEFORE)
        rows = shop.arrive(keys, came)
        people.cell[rows] = index * GROUPS + group_of(keys)
        self._record(rows, base, drawn, came)
        self._remember(rows, base, scale, came)
        shop.take_over(rows, drawn.rate / DAYS_A_WEEK, _daily(drawn.hazard, shop.law), scale)

    def _scales(self, keys: Keys, base: Base) -> Floats:
        """The cents by which unit-scale baskets are multiplied, from the posterior of each customer's mean."""
        law = self.basket
        return 100.0 * (law.gamma + base.x * base.mean) / gamma_each(keys, _MEAN, law.q + law.p * base.x * (base.mean > 0))

    def _record(self, rows: Rows, base: Base, drawn: Draw, came: Floats) -> None:
        people, ledger = self.shop.people, self.shop.ledger
        known = ledger.people.length
        people.know(rows, np.arange(known, known + rows.size, dtype=np.int32))
        living = np.isinf(drawn.lost)
        lost = came + np.where(living, 0.0, drawn.lost) * DAYS_A_WEEK
        died = np.where(living, NEVER, np.minimum(lost, -JUST_BEFORE / 2))
        people.alive[rows] = living
        people.held[rows] = False
        people.number[rows] = base.x.astype(np.int32) + 1
        people.last_order[rows] = np.minimum(came + base.t_x * DAYS_A_WEEK, -JUST_BEFORE / 2)
        # What else is kept of a person began with the store: nothing of it is known of those who were there before.
        unknown = dict.fromkeys(ledger.people.names, 0)
        ledger.people.append(
            rows.size, **unknown | {"key": people.key[rows], "cell": people.cell[rows], "channel": people.channel[rows],
            "acquired": came, "died": died, "parent": NO_PARENT},
        )  # fmt: skip

    def _remember(self, rows: Rows, base: Base, scale: Floats, came: Floats) -> None:
        """Enter the orders of the past: the first and the last when they were, those between at uniform moments."""
        people, count = self.shop.people, base.x.astype(np.int64) + 1
        who = np.repeat(np.arange(rows.size), count)
        number = np.arange(who.size) - np.repeat(count.cumsum() - count, count) + 1
        place = at(people.key[rows][who], number)
        between = (number > 1) & (number < count[who])
        share = np.where(number == 1, 0.0, np.where(between, uniform(place, _MOMENT), 1.0))
        share = share[np.lexsort((share, who))]
        time = np.minimum(came[who] + share * base.t_x[who] * DAYS_A_WEEK, -JUST_BEFORE / 2)
        size = gamma_each(place, _SIZE, np.full(who.size, self.basket.p))
        repeated = np.bincount(who, np.where(number > 1, size, 0.0), minlength=rows.size)
        fits = np.where(base.mean > 0, 100.0 * base.mean * base.x / np.maximum(repeated, 1e-300), scale)
        cents = np.maximum(np.rint(size * np.where(number == 1, scale[who], fits[who])), 1.0).astype(np.int64)
        self.shop.ledger.orders.append(
            who.size, customer=people.person[rows][who], number=number.astype(np.int32), time=time, list_price=cents,
            discount=0, cause=0, returned=False,
        )  # fmt: skip


def posterior_law(law: Law) -> Lifetime | AfterOrder:
    """The parameters of a store's law as its posteriors need them."""
    store = law.store
    if law.after_order:
        return AfterOrder(store.orders.r, store.orders.alpha, law.a, law.b)
    return Lifetime(store.orders.r, store.orders.alpha, store.lifetime.s, store.lifetime.beta)


def _daily(hazard: Floats, law: Law) -> Floats:
    return hazard if law.after_order else hazard / DAYS_A_WEEK


def _copies(base: Base, times: float) -> tuple[Base, NDArray[np.int64]]:
    """The customers of a store so many times as large, and what each is keyed by: whole copies of all, and of a part of
    them that is the same in every replication."""
    whole = math.floor(times)
    parts = [base.customer + (copy << 40) for copy in range(whole)]
    rows = [np.arange(base.customer.size)] * whole
    if times > whole:
        more = np.flatnonzero(uniform(at(np.zeros(base.customer.size, np.uint64), base.customer), _COPY) < times - whole)
        rows.append(more)
        parts.append(base.customer[more] + (whole << 40))
    if not rows:
        return base.part(np.zeros(0, np.intp)), np.zeros(0, np.int64)
    return base.part(np.concatenate(rows)), np.concatenate(parts)
