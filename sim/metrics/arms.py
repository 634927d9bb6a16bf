"""Arms: the customers of each strategy told apart by chance and by choice, so that its effect can be read three ways.

Who was held out by chance differs from the others by the strategy alone; who enrolled chose to, and differs in more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.log import MICROS, EventLog
from sim.metrics.age import Ints
from sim.metrics.people import Flags, People
from sim.metrics.tallies import ARM_COLUMNS, ARMS, COLUMNS, MONEY, Tallies

ALL = "all"
HELD, OUTSIDE, ENROLLED = range(len(ARMS))
Floats = NDArray[np.float64]
_PLACES = [COLUMNS.index(name) for name in ARM_COLUMNS]


def has_arms(log: EventLog) -> bool:
    """Whether anybody was held out of a strategy or joined one."""
    return bool(log.customers.held.any() or log.customers.enrolled.any())


def count_arms(log: EventLog, people: People, columns: dict[str, Ints], tallies: Tallies) -> None:
    """Sum the customers' columns over each strategy's arms; who was held out counts there whatever they joined."""
    if not log.cost_kinds:
        return
    total = tallies.columns.sum(axis=(1, 2, 3))[:, _PLACES]
    tallies.arms[:, :, OUTSIDE] = total[:, None]
    if not has_arms(log):
        return
    held, enrolled = log.customers.held, log.customers.enrolled
    for kind in range(len(log.cost_kinds)):
        bit = np.uint64(1 << kind)
        out = (held & bit) != 0
        _move(tallies.arms[:, kind], HELD, out, people, columns)
        _move(tallies.arms[:, kind], ENROLLED, ((enrolled & bit) != 0) & ~out, people, columns)
    _move(tallies.arms[:, -1], ENROLLED, enrolled != 0, people, columns)


def _move(arms: NDArray[np.int64], to: int, who: Flags, people: People, columns: dict[str, Ints]) -> None:
    """Count these customers in an arm and no longer among those outside; arms is cells x ARMS x ARM_COLUMNS."""
    rows = np.flatnonzero(who)
    if not rows.size:
        return
    cell = people.cell[rows]
    for place, name in enumerate(ARM_COLUMNS):
        if name in columns:
            sums = np.zeros(people.cells, dtype=np.int64)
            np.add.at(sums, cell, columns[name][rows])
            arms[:, to, place] = sums
            arms[:, OUTSIDE, place] -= sums


class Arms:
    """The arms of strategies: `arms["email", HELD, "margin"]` is one of `ARM_COLUMNS` in all versions, money in units of
    the currency; so are `sales` (what was paid for orders) and `revenue` (less refunds, with fees). `ALL` stands for being
    enrolled with any strategy or with none."""

    def __init__(self, table: Floats, kinds: tuple[str, ...]) -> None:
        self._table = table
        self.kinds = kinds if table.shape[1] else ()

    def __getitem__(self, place: tuple[str, int, str]) -> Floats:
        kind, arm, column = place
        return self.of(column)[:, self.kinds.index(kind), arm]

    def of(self, column: str) -> Floats:
        """A column of all strategies, then of any; versions x (kinds + 1) x ARMS."""
        if column == "sales":
            return self.of("list_price") - self.of("discount")
        if column == "revenue":
            return self.of("sales") - self.of("refunds") + self.of("fees")
        values: Floats = self._table[..., ARM_COLUMNS.index(column)]
        return values / MICROS if column in MONEY else values
