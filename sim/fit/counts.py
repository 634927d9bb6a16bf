"""Histories in the form the likelihoods read: how many customers have which (x, t_x, T)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.randomness import Floats


@dataclass(frozen=True)
class Counts:
    """Different histories and how many customers have each; all columns of the same length, times in weeks."""

    x: Floats
    """Repeat orders."""
    t_x: Floats
    """Weeks from the first order to the last; 0 where none was repeated."""
    T: Floats
    """Weeks from the first order to the end of what was seen."""
    weight: Floats
    """Customers with this history."""

    @property
    def customers(self) -> float:
        """How many customers there are."""
        return float(self.weight.sum())

    @property
    def repeats(self) -> float:
        """All repeat orders."""
        return float(self.weight @ self.x)

    def sample(self, most: int) -> Counts:
        """About `most` histories spread evenly over all, their weights raised in proportion."""
        if self.x.size <= most:
            return self
        kept = np.linspace(0, self.x.size - 1, most).astype(np.intp)
        weight = self.weight[kept]
        return Counts(self.x[kept], self.t_x[kept], self.T[kept], weight * (self.customers / weight.sum()))


def counts(x: ArrayLike, t_x: ArrayLike, T: ArrayLike, weight: ArrayLike | None = None) -> Counts:
    """The different rows of three columns, one row a customer, and how often each occurs (or their summed weights).

    Raises ValueError for what cannot be a history.
    """
    columns = np.array([np.asarray(column, dtype=np.float64) for column in (x, t_x, T)])
    given = np.ones(columns.shape[1]) if weight is None else np.asarray(weight, dtype=np.float64)
    if columns.shape[1] == 0:
        raise ValueError("there is no customer")
    orders, last, end = columns
    if not np.isfinite(columns).all() or (last < 0).any() or (end < last).any() or (orders < 0).any():
        raise ValueError("a history needs x >= 0 and 0 <= t_x <= T")
    if ((orders == 0) & (last > 0)).any() or (orders != np.rint(orders)).any():
        raise ValueError("x counts repeat orders; without one t_x is 0")
    order = np.lexsort(columns)
    columns = columns[:, order]
    new = np.ones(order.size, dtype=np.bool_)
    new[1:] = (np.diff(columns) != 0).any(axis=0)
    first = new.nonzero()[0]
    orders, last, end = columns[:, first]
    return Counts(orders, last, end, np.add.reduceat(given[order], first))
