"""The table that every order history is read into: who, when, how much."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class OrderTable:
    """The orders of a real history, one row each, sorted by customer and then by time.

    Who the customers were is not in it: they have running numbers, in the order in which the file first names them.
    """

    customer: NDArray[np.int64]
    """Running number of the customer from 0; every number to the largest has an order."""
    time: NDArray[np.float64]
    """Days since `start`, never negative; whole where the file knows dates only."""
    cents: NDArray[np.int64]
    """What was paid, net of refunds; 0 or more."""
    start: datetime.date
    """The date of day 0: that of the first order."""
    currency: str
    """As an ISO 4217 code."""
    refund: NDArray[np.int64] | None = None
    """Cents paid back of each order, already taken off `cents` (an order that was paid back whole stays one); None where
    the file does not tell."""
    margin: NDArray[np.int64] | None = None
    """Cents of contribution margin of each order; None where the file does not tell, as most do not."""

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return int(self.customer.max()) + 1 if self.customer.size else 0

    @property
    def first(self) -> datetime.date:
        """The date of the first order."""
        return self.start

    @property
    def last(self) -> datetime.date:
        """The date of the last order."""
        return self.start + datetime.timedelta(days=int(self.time.max()))
