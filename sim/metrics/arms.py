"""Arms: the customers of each strategy told apart by chance and by choice, so that its effect can be read three ways.

Who was held out by chance differs from the others by the strategy alone; who enrolled chose to, and differs in more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.log import EventLog
from sim.metrics.people import Flags, Ints, People
from sim.metrics.tallies import ARM_COLUMNS, ARMS, COLUMNS, Tallies

HELD, OUTSIDE, ENROLLED = range(len(ARMS))
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
