"""How a history is read: the observed time, the ages that are looked at, and the store's own conventions."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.log import EventLog
from sim.scenario import DAYS_A_MONTH, DAYS_A_YEAR, Scenario

WEEK = 7
"""Days between the points of the curves by age."""
BRACKETS = (30, 91)
"""Lengths of the retention brackets in days; the first is also the age-month of the cohort table."""
N_DAYS = 90
"""The last age in days of n-day retention."""
YEAR = 366
"""The day of age on which the twelve months of the repeat purchase rate end: that of the anniversary in a leap year, so that
what is renewed once a year is renewed within it."""
CHURN_MONTHS = 12
"""The longest period of churn and CRR, in months."""


@dataclass(frozen=True)
class Reading:
    """What is read from a history, and by which conventions; the same for every block of a store.

    Raises ValueError where the months are not whole days from 0, or a convention makes no sense.
    """

    start: datetime.date
    """The calendar date of day 0."""
    months: tuple[int, ...]
    """Days at which the observed months begin, from 0, and the end of the last: observed months + 1 values."""
    pre_history: int
    """Days of pre-history before day 0."""
    clv_horizon: int
    """The age, in whole days, to which customer lifetime value is counted: the last that lies before the end of its
    months."""
    discount_rate: float
    """What a later margin is worth less, a year."""
    activity_window: float
    """A customer counts as active who ordered within so many days."""
    currency: str = "USD"

    def __post_init__(self) -> None:
        edges = np.asarray(self.months)
        if len(edges) < 2 or edges[0] != 0 or (np.diff(edges) <= 0).any():
            raise ValueError(f"the observed months must begin at day 0 and follow each other: {self.months}")
        if self.clv_horizon < 1 or self.activity_window <= 0 or self.discount_rate <= -1 or self.pre_history < 0:
            raise ValueError("horizon and activity window must be positive, the discount rate above -1")

    @classmethod
    def of_scenario(cls, scenario: Scenario) -> Reading:
        """The reading that a scenario asks for."""
        return cls._from(
            scenario.start, np.asarray(scenario.month_edges()), scenario.pre_history, scenario.currency,
            scenario.clv_horizon, scenario.discount_rate, scenario.activity_window,
        )  # fmt: skip

    @classmethod
    def of_log(
        cls, log: EventLog, *, clv_horizon: int = 12, discount_rate: float = 0.10, activity_window: float = 90.0
    ) -> Reading:
        """The reading of a log without a scenario, a real history above all; the horizon is in months, the rest as in
        a scenario."""
        return cls._from(log.start, log.month_edges, log.first_month, log.currency, clv_horizon, discount_rate, activity_window)

    @classmethod
    def _from(
        cls, start: datetime.date, edges: NDArray[np.float64], first: int, currency: str, horizon: int, rate: float,
        window: float,
    ) -> Reading:  # fmt: skip
        if (edges != np.rint(edges)).any():
            raise ValueError("months must begin at whole days")
        return cls(
            start=start,
            months=tuple(int(edge) for edge in edges[first:]),
            pre_history=int(-edges[0]),
            # A payment that falls due with the end of the horizon pays for the time after it.
            clv_horizon=math.ceil(horizon * DAYS_A_MONTH) - 1,
            discount_rate=rate,
            activity_window=window,
            currency=currency,
        )

    @property
    def end(self) -> int:
        """The end of the observed time, in days."""
        return self.months[-1]

    @property
    def last_age(self) -> int:
        """The greatest age in whole days that any customer can reach, pre-history included."""
        return self.pre_history + self.end + 1

    @property
    def month_count(self) -> int:
        """How many months are observed."""
        return len(self.months) - 1

    @property
    def weeks(self) -> int:
        """The last point of the weekly age grid that a customer acquired in the observed time can reach."""
        return self.end // WEEK

    @property
    def horizon_weeks(self) -> int:
        """The last point of the weekly grid to the CLV horizon; that point stands at the horizon itself."""
        return -(-self.clv_horizon // WEEK)

    @property
    def churn_start(self) -> int:
        """The day at which the period of churn and CRR begins: the last 12 months of the observed time, all of it if
        shorter; where no pre-history brings customers to day 0, its later half at most."""
        longest = self.month_count if self.pre_history else max(self.month_count // 2, 1)
        return self.months[-1 - min(CHURN_MONTHS, longest)]

    @property
    def revenue_periods(self) -> tuple[int, int]:
        """The days at which the two periods of revenue churn begin, both as long as the last 12 months of the observed
        time, or as half of all that is known, pre-history included, where that is shorter; the later ends with it."""
        last_year = self.end - self.months[-1 - min(CHURN_MONTHS, self.month_count)]
        length = min(last_year, (self.pre_history + self.end) // 2)
        return self.end - 2 * length, self.end - length

    @cached_property
    def discount_factors(self) -> NDArray[np.float64]:
        """What a unit of money is worth by day of age, `(1 + rate) ** (-age / 365.25)`."""
        ages = np.arange(self.last_age + 1)
        factors: NDArray[np.float64] = (1.0 + self.discount_rate) ** (-ages / DAYS_A_YEAR)
        return factors

    @cached_property
    def month_of_day(self) -> NDArray[np.int64]:
        """The observed month that each whole day from 0 falls into; as many values as observed days."""
        return np.repeat(np.arange(self.month_count), np.diff(self.months))

    @property
    def cohort_share(self) -> NDArray[np.float64]:
        """The share of each observed month in which the cohort of CAC and CLV was acquired: customers acquired early
        enough to be seen for the whole horizon. One value a month."""
        edges = np.asarray(self.months, dtype=np.float64)
        last = self.end - self.clv_horizon
        return np.clip((last - edges[:-1]) / np.diff(edges), 0.0, 1.0)

    def brackets(self, length: int) -> int:
        """How many whole brackets of so many days fit into the observed time."""
        return self.end // length

    def month_name(self, month: int) -> str:
        """The calendar month in which an observed month begins, `2025-01`."""
        return f"{self.start + datetime.timedelta(days=self.months[month]):%Y-%m}"
