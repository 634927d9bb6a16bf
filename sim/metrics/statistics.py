"""Statistics: a history folded into sums, enough for every metric, curve and interval, and small enough to send."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.log import GROUPS, MICROS_PER_CENT, EventLog
from sim.metrics.arms import count_arms, has_arms
from sim.metrics.bulk import post_bulk
from sim.metrics.columns import count_columns
from sim.metrics.counts import count_ages, count_months, count_others
from sim.metrics.margins import Margins
from sim.metrics.people import Fees, People, Purchases
from sim.metrics.reading import Reading
from sim.metrics.tallies import Tallies

__all__ = ["Reading", "Statistics", "concatenate", "fold"]


@dataclass(frozen=True)
class Statistics:
    """The sums of one or more whole replications of a store, or of a block of its customers."""

    reading: Reading
    channels: tuple[str, ...]
    paid: tuple[bool, ...]
    replications: int
    tallies: Tallies
    spend: NDArray[np.int64] | None
    """Micros of acquisition spend, observed months x channels, of one replication; None where nobody knows it."""
    overheads: NDArray[np.int64] | None
    """Micros of the strategies' fixed costs, observed months x cost kinds, of one replication; None where unknown."""
    knows_truth: bool
    """Whether it is known who is truly lost."""
    kinds: tuple[str, ...] = ()
    """Names of the strategies, as the costs are told apart by."""
    causes: tuple[str, ...] = ()
    """Names of what a last click would credit."""
    cells_per_store: int = GROUPS
    """How many cells make a whole store: GROUPS, or 1 after `pooled`."""

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.tallies.invites)

    def __add__(self, other: Statistics) -> Statistics:
        """Blocks of customers of the same replications, as one. Raises ValueError if they are not of one store."""
        self._same_store(other)
        if self.replications != other.replications or self.cells_per_store != other.cells_per_store:
            raise ValueError("only blocks of the same replications can be added")
        pairs = zip(self.tallies.arrays(), other.tallies.arrays(), strict=True)
        return dataclasses.replace(self, tallies=self.tallies.with_arrays([mine + theirs for mine, theirs in pairs]))

    def pooled(self) -> Statistics:
        """The same with whole replications for cells: for stores whose customers are coupled."""
        shape = (self.replications, self.cells // self.replications)
        arrays = [a.reshape(*shape, *a.shape[1:]).sum(axis=1) for a in self.tallies.arrays()]
        return dataclasses.replace(self, tallies=self.tallies.with_arrays(arrays), cells_per_store=1)

    def store(self, at: int) -> Statistics:
        """One replication alone, counted from 0."""
        cells = self.cells // self.replications
        arrays = [array[at * cells : (at + 1) * cells] for array in self.tallies.arrays()]
        return dataclasses.replace(self, replications=1, tallies=self.tallies.with_arrays(arrays))

    def _same_store(self, other: Statistics) -> None:
        alike = self._conventions() == other._conventions()
        if not (alike and _equal(self.spend, other.spend) and _equal(self.overheads, other.overheads)):
            raise ValueError("statistics of different stores or readings cannot be put together")

    def _conventions(self) -> tuple[object, ...]:
        counted = {name: counts.shape[1:] for name, counts in self.tallies.counts.items()}
        return self.reading, self.channels, self.paid, self.knows_truth, self.kinds, self.causes, counted


def concatenate(parts: Sequence[Statistics]) -> Statistics:
    """Different replications of one store, in their order. Raises ValueError if they are not of one store."""
    first = parts[0]
    for other in parts[1:]:
        first._same_store(other)
        if other.cells_per_store != first.cells_per_store:
            raise ValueError("pooled and unpooled statistics cannot be put together")
    arrays = zip(*(part.tallies.arrays() for part in parts), strict=True)
    return dataclasses.replace(
        first,
        replications=sum(part.replications for part in parts),
        tallies=first.tallies.with_arrays([np.concatenate(array) for array in arrays]),
    )


def fold(log: EventLog, reading: Reading) -> Statistics:
    """The sums of a log. Exact: any partition of the customers into logs, in any order, adds up to the same bits.

    Raises ValueError where the log was not observed as long as the reading says.
    """
    if log.end != reading.end or (log.orders.time.size and log.orders.time.max() >= reading.end):
        raise ValueError(f"the log ends at day {log.end:g}, it is read to day {reading.end}")
    people = People.of(log, reading)
    purchases = Purchases.of(log, people, reading)
    fees = Fees.of(log, reading)
    kinds, causes = len(log.cost_kinds), len(log.causes) - 1
    tallies = Tallies.empty(people.cells, people.channels, kinds, causes, log.counts, reading)
    margins = Margins(people, reading)
    _post(log, purchases, fees, margins)
    post_bulk(log.bulk_costs, people, reading, margins, tallies, by_person=has_arms(log))
    margins.close(tallies)
    columns = count_columns(log, people, purchases, fees, margins, reading, tallies)
    count_arms(log, people, columns, tallies)
    count_ages(log, people, purchases, reading, tallies)
    count_months(people, purchases, fees, reading, tallies)
    count_others(log, people, purchases, fees, reading, tallies)
    return Statistics(
        reading=reading,
        channels=log.channels,
        paid=log.paid,
        replications=log.replications,
        tallies=tallies,
        spend=log.spend[log.first_month :] if log.spend.size else None,
        overheads=log.overheads[log.first_month :] if log.overheads.size else None,
        knows_truth=log.knows_truth,
        kinds=log.cost_kinds,
        causes=log.causes[1:],
    )


def _equal(mine: NDArray[np.int64] | None, theirs: NDArray[np.int64] | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return np.array_equal(mine, theirs)


def _post(log: EventLog, purchases: Purchases, fees: Fees, margins: Margins) -> None:
    margins.post(purchases.customer, purchases.time, purchases.margin * MICROS_PER_CENT)
    refunds = purchases.refunds
    margins.post(refunds.customer, refunds.time, -refunds.margin * MICROS_PER_CENT)
    margins.post(fees.customer, fees.time, fees.amount)
    margins.post(log.costs.customer.astype(np.int64), log.costs.time, -log.costs.amount)
