"""Contribution margin by month and by age: every sale, refund and cost is posted here in whole micros."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.people import People
from sim.reading import WEEK, Reading
from sim.tallies import MONTHLY, Tallies

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Margins:
    """The margin account of the customers of one log; `close` puts what was posted into the tallies."""

    def __init__(self, people: People, reading: Reading) -> None:
        self._people, self._reading = people, reading
        self.earned = np.zeros(people.cell.size, dtype=np.int64)
        """Margin of each customer in the observed time, costs taken off."""
        self.lifetime_value = np.zeros(people.cell.size, dtype=np.int64)
        """Discounted margin of each new customer to the CLV horizon."""
        self._worth = np.zeros(people.cell.size, dtype=np.int64)
        self._by_month = np.zeros(people.cells * reading.month_count, dtype=np.int64)
        self._steps = np.zeros(people.cells * (reading.weeks + 2), dtype=np.int64)
        # One row and one column more than there is: what is not the cohort's, or is past the horizon, falls there.
        self._points = reading.horizon_weeks + 2
        self._cohort = np.zeros((people.cells * people.channels + 1) * self._points, dtype=np.int64)
        self._month_row = people.cell * reading.month_count
        self._step_row = people.cell * (reading.weeks + 2)
        row = people.cell * people.channels + people.channel
        self._cohort_row = np.where(people.cohort, row, people.cells * people.channels) * self._points
        ages = np.arange(reading.last_age + 1)
        self._week_of_age = -(-ages // WEEK)
        self._point_of_age = np.where(ages <= reading.clv_horizon, self._week_of_age, self._points - 1)
        self._within = (ages <= reading.clv_horizon).astype(np.int64)

    def post(self, customer: Ints, time: Floats, micros: Ints) -> None:
        """Add margins (costs are negative) at their times; what lies outside the observed time is left out."""
        rows = np.flatnonzero((time >= 0) & (time < self._reading.end) & (micros != 0))
        if rows.size < time.size:
            customer, time, micros = customer[rows], time[rows], micros[rows]
        month = self._reading.month_of_day[time.astype(np.int64)]
        np.add.at(self._by_month, self._month_row[customer] + month, micros)
        np.add.at(self.earned, customer, micros)
        new = np.flatnonzero(self._people.new[customer])
        if new.size < customer.size:
            customer, time, micros = customer[new], time[new], micros[new]
        self._by_age(customer, time - self._people.acquired[customer], micros)

    def post_to_all(self, customer: Ints, time: float, micros: int) -> None:
        """Add the same margin to many customers at one instant."""
        if not 0 <= time < self._reading.end:
            return
        month = self._reading.month_of_day[int(time)]
        np.add.at(self._by_month, self._month_row.take(customer) + month, micros)
        np.add.at(self.earned, customer, micros)
        new = self._people.new.take(customer)
        if not new.all():
            customer = customer[new]
        self._by_age(customer, time - self._people.acquired.take(customer), micros)

    def _by_age(self, customer: Ints, age: Floats, micros: Ints | int) -> None:
        day = np.ceil(np.maximum(age, 0.0)).astype(np.int64)
        worth = np.rint(micros * self._reading.discount_factors.take(day)).astype(np.int64)
        np.add.at(self._steps, self._step_row.take(customer) + self._week_of_age.take(day), worth)
        np.add.at(self._worth, customer, worth)
        np.add.at(self.lifetime_value, customer, worth * self._within.take(day))
        np.add.at(self._cohort, self._cohort_row.take(customer) + self._point_of_age.take(day), micros)

    def close(self, tallies: Tallies) -> None:
        """Write the sums by month and by age."""
        people, cells = self._people, self._people.cells
        # A customer seen for o whole weeks counts at the points up to o and is taken out at the next; what falls
        # after the last whole week is posted to that same point and cancels.
        new = np.flatnonzero(people.new)
        after = (people.seen[new] // WEEK).astype(np.int64) + 1
        np.subtract.at(self._steps, self._step_row[new] + after, self._worth[new])
        tallies.clv_steps[:] = self._steps.reshape(cells, -1)
        by_channel = self._cohort[: -self._points].reshape(cells, people.channels, self._points)
        tallies.cohort_margin[:] = by_channel[:, :, :-1]
        tallies.monthly[:, :, MONTHLY.index("margin")] = self._by_month.reshape(cells, -1)
