"""Bulk costs: the same small amount for thousands of customers at once, counted by age before it is valued.

A newsletter a week goes to millions of recipients in a run; posting each of them as a cost of its own would take
longer than simulating them. Recipients are counted by stratum and day of age, and only the counts are valued.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np

from sim.log import BulkCost
from sim.metrics.age import Ints, days_ended
from sim.metrics.margins import Margins
from sim.metrics.people import People
from sim.metrics.reading import WEEK, Reading
from sim.metrics.tallies import FREQUENCIES, ORIGINS, Tallies

SMALL = 4096
"""Recipients below which a bulk cost is posted like so many single ones."""
BATCH = 1_000_000
"""Recipients that are posted singly at a time, so that memory stays small."""


def post_bulk(
    bulk_costs: Sequence[BulkCost], people: People, reading: Reading, margins: Margins, tallies: Tallies,
    *, by_person: bool = False,
) -> None:  # fmt: skip
    """Post the bulk costs of the observed time to the margins and the costs by kind; exact to the micro.

    `by_person` also charges each customer, which takes half as long again; otherwise what is counted is charged to
    the strata alone.
    """
    observed = [bulk for bulk in bulk_costs if 0 <= bulk.time < reading.end]
    large = [bulk for bulk in observed if bulk.customer.size >= SMALL]
    single = observed
    if large:
        counter = _Counter(people, reading, by_person)
        # Valuing a table of counts takes about as long as posting as many recipients.
        if counter.counts.size < sum(bulk.customer.size for bulk in large):
            counter.post(large, margins, tallies)
            single = [bulk for bulk in observed if bulk.customer.size < SMALL]
    for bulk in single:
        np.add.at(tallies.kind_costs[:, bulk.kind], people.cell.take(bulk.customer), bulk.amount)
    for batch in _batches(single):
        sizes = [bulk.customer.size for bulk in batch]
        margins.post(
            np.concatenate([bulk.customer for bulk in batch]).astype(np.int64),
            np.repeat(np.array([bulk.time for bulk in batch]), sizes),
            np.repeat(np.array([-bulk.amount for bulk in batch]), sizes),
        )


def _batches(bulk_costs: Sequence[BulkCost]) -> Iterator[list[BulkCost]]:
    batch: list[BulkCost] = []
    waiting = 0
    for bulk in bulk_costs:
        batch.append(bulk)
        waiting += bulk.customer.size
        if waiting >= BATCH:
            yield batch
            batch, waiting = [], 0
    if batch:
        yield batch


class _Counter:
    """Counts of recipients, a row for the customers of one stratum who are, or are not, of the cohort."""

    def __init__(self, people: People, reading: Reading, by_person: bool) -> None:
        self.people, self.reading, self.by_person = people, reading, by_person
        # Strata are numbered cell by cell, so the rows of a cell stand together.
        kinds, row = np.unique(people.stratum * 2 + people.cohort, return_inverse=True)
        self.stratum, self.cohort = kinds // 2, kinds % 2 == 1
        self.cell = self.stratum // (people.channels * ORIGINS * FREQUENCIES)
        self.counts = np.zeros((kinds.size, reading.last_age + 1), dtype=np.int64)
        self.base = row * self.counts.shape[1]
        self.is_new = np.zeros(kinds.size, dtype=bool)
        self.is_new[row] = people.new

    def post(self, bulk_costs: Sequence[BulkCost], margins: Margins, tallies: Tallies) -> None:
        """Count what costs the same, and value it."""

        def alike(bulk: BulkCost) -> tuple[int, int]:
            return bulk.kind, bulk.amount

        for (kind, amount), group in groupby(sorted(bulk_costs, key=alike), alike):
            self.counts[:] = 0
            worth = np.rint(-amount * self.reading.discount_factors).astype(np.int64)
            by_month = self._count(group, amount, worth, margins) * amount
            np.subtract.at(margins.by_month, self.cell, by_month)
            np.add.at(tallies.kind_costs[:, kind], self.cell, by_month.sum(axis=1))
            if not self.by_person:
                np.subtract.at(margins.bulk, self.stratum, by_month.sum(axis=1))
            self._value(-amount, worth, margins)

    def _count(self, alike: Iterable[BulkCost], amount: int, worth: Ints, margins: Margins) -> Ints:
        """Count recipients by day of age, and return how many there were in each month; rows x months."""
        flat, acquired = self.counts.reshape(-1), self.people.acquired
        by_month = np.zeros((len(self.counts), self.reading.month_count), dtype=np.int64)
        counted = np.zeros(len(self.counts), dtype=np.int64)
        lasting = np.where(np.arange(worth.size) <= self.reading.clv_horizon, worth, 0)

        def month_of(bulk: BulkCost) -> int:
            return int(self.reading.month_of_day[int(bulk.time)])

        for month, group in groupby(sorted(alike, key=month_of), month_of):
            for bulk in group:
                who = bulk.customer.astype(np.int64)
                day = days_ended(bulk.time - acquired.take(who))
                np.add.at(flat, self.base.take(who) + day, 1)
                margins.take_out(who, worth.take(day))
                if self.by_person:
                    margins.bill(who, amount, lasting.take(day))
            so_far = self.counts.sum(axis=1)
            by_month[:, month] = so_far - counted
            counted = so_far
        return by_month

    def _value(self, micros: int, worth: Ints, margins: Margins) -> None:
        """Post what was counted by day of age, at an amount and at its worth of that day."""
        new, cohort = np.flatnonzero(self.is_new), np.flatnonzero(self.cohort)
        _add_weeks(margins.steps, self.cell[new], self.counts[new] * worth)
        to_horizon = self.counts[cohort, : self.reading.clv_horizon + 1]
        if not self.by_person:
            np.add.at(margins.bulk_lifetime, self.stratum[cohort], to_horizon @ worth[: to_horizon.shape[1]])
        _add_weeks(margins.cohort, self.stratum[cohort] // (ORIGINS * FREQUENCIES), to_horizon * micros)


def _add_weeks(table: Ints, row: Ints, by_day: Ints) -> None:
    """Add rows of days of age, as the weekly points that they first count at, to the rows of a table."""
    starts = np.concatenate(([0], np.arange(1, by_day.shape[1], WEEK)))
    points = np.add.reduceat(by_day, starts, axis=1)[:, : table.shape[1]]
    for here, values in zip(row.tolist(), points, strict=True):
        table[here, : values.size] += values
