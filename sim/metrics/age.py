"""Ages: a customer's days since the first order, in whole days.

What falls due at fixed intervals, renewals and fees, stands on whole days to the bit only on paper: a thirtieth day is
29.999999999 as often as 30.000000001. An age that is nearer to a whole day than a tenth of a second is that day.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

A_MOMENT = 1e-6
"""Days that are no difference; times of a hundred years are exact to a hundred-millionth of it."""


def days_begun(age: Floats) -> Ints:
    """Whole days that are over: the day of age that something falls on, 0 for that of the first order."""
    return np.maximum(age + A_MOMENT, 0.0).astype(np.int64)


def days_ended(age: Floats) -> Ints:
    """Whole days, rounded up: the first day of age by whose beginning something has happened."""
    return np.maximum(np.ceil(age - A_MOMENT), 0.0).astype(np.int64)
