"""Contribution margin by month and by age: every sale, refund and cost is posted here in whole micros."""

from __future__ import annotations

import numpy as np

from sim.metrics.age import Floats, Ints, days_ended
from sim.metrics.people import People
from sim.metrics.reading import WEEK, Reading
from sim.metrics.tallies import FREQUENCIES, MONTHLY, ORIGINS, Tallies


class Margins:
    """The margin account of the customers of one log; `close` puts what was posted into the tallies."""

    def __init__(self, people: People, reading: Reading) -> None:
        self._people, self._reading = people, reading
        cells, customers, weeks = people.cells, people.cell.size, reading.weeks
        self.earned = np.zeros(customers, dtype=np.int64)
        """Margin of each customer in the observed time, costs taken off; those in bulk only where they are wanted by
        customer."""
        self.lifetime_value = np.zeros(customers, dtype=np.int64)
        """Discounted margin of each customer to the CLV horizon, likewise."""
        self.bulk, self.bulk_lifetime = np.zeros((2, cells * people.channels * ORIGINS * FREQUENCIES), dtype=np.int64)
        """Margin, and discounted margin of the cohort to the horizon, of each stratum from costs in bulk that are not
        known by customer."""
        self.by_month = np.zeros((cells, reading.month_count), dtype=np.int64)
        self.steps = np.zeros((cells + 1, weeks + 2), dtype=np.int64)
        """Discounted margin by the first weekly point of age at or after it. One row more than there are cells: what
        is not of new customers falls there."""
        # One row and one column more than there is, for what is not the cohort's or is past the horizon.
        self.cohort = np.zeros((cells * people.channels + 1, reading.horizon_weeks + 2), dtype=np.int64)
        self._month_row = people.cell * reading.month_count
        cell = np.where(people.new, people.cell, cells)
        self._step_row = cell * (weeks + 2)
        # A customer seen for o whole weeks counts at the points up to o and is taken out at the next; what falls
        # after the last whole week is posted to that same point and cancels.
        after = np.where(people.new, people.seen // WEEK, 0).astype(np.int64) + 1
        self._out_row = self._step_row + after
        group = np.where(people.cohort, people.cell * people.channels + people.channel, cells * people.channels)
        self._cohort_row = group * self.cohort.shape[1]
        ages = np.arange(reading.last_age + 1)
        self._week_of_age = -(-ages // WEEK)
        self._within = (ages <= reading.clv_horizon).astype(np.int64)
        self._point_of_age = np.where(self._within == 1, self._week_of_age, self.cohort.shape[1] - 1)

    def post(self, customer: Ints, time: Floats, micros: Ints) -> None:
        """Add margins (costs are negative) at their times; what lies outside the observed time is left out."""
        rows = np.flatnonzero((time >= 0) & (time < self._reading.end) & (micros != 0))
        if rows.size < time.size:
            customer, time, micros = customer[rows], time[rows], micros[rows]
        month = self._reading.month_of_day[time.astype(np.int64)]
        np.add.at(self.by_month.reshape(-1), self._month_row.take(customer) + month, micros)
        np.add.at(self.earned, customer, micros)
        new = np.flatnonzero(self._people.new.take(customer))
        if new.size < customer.size:
            customer, time, micros = customer[new], time[new], micros[new]
        day = days_ended(time - self._people.acquired.take(customer))
        worth = np.rint(micros * self._reading.discount_factors.take(day)).astype(np.int64)
        np.add.at(self.steps.reshape(-1), self._step_row.take(customer) + self._week_of_age.take(day), worth)
        np.add.at(self.lifetime_value, customer, worth * self._within.take(day))
        np.add.at(self.cohort.reshape(-1), self._cohort_row.take(customer) + self._point_of_age.take(day), micros)
        self.take_out(customer, worth)

    def bill(self, customer: Ints, micros: int, lasting: Ints) -> None:
        """Charge customers each an amount, worth `lasting` to the CLV horizon, whose months and ages are posted
        elsewhere."""
        np.subtract.at(self.earned, customer, micros)
        np.add.at(self.lifetime_value, customer, lasting)

    def take_out(self, customer: Ints, worth: Ints) -> None:
        """Take discounted margins out again at the first weekly point that their customers were not seen at."""
        np.subtract.at(self.steps.reshape(-1), self._out_row.take(customer), worth)

    def close(self, tallies: Tallies) -> None:
        """Write the sums by month and by age."""
        tallies.clv_steps[:] = self.steps[:-1]
        by_channel = self.cohort[:-1, :-1]
        tallies.cohort_margin[:] = by_channel.reshape(tallies.cohort_margin.shape)
        tallies.monthly[:, :, MONTHLY.index("margin")] = self.by_month
