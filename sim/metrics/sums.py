"""Sums: statistics as floating-point totals, once with every cell and once without each, ready for formulas."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.log import MICROS
from sim.metrics.arms import ALL, Arms
from sim.metrics.statistics import Statistics
from sim.metrics.tallies import COLUMNS, CREDIT, MESSAGES, MONEY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEGMENTS = ("new", "existing", "one order", "2 to 4 orders", "5 or more orders")
"""Segments of customers: acquired in the observed time or before it; by the number of their orders, ever."""
_PLACE = {name: place for place, name in enumerate(COLUMNS)}


def ratio(above: Floats, below: Floats) -> Floats:
    """Quotient, nan where the denominator is 0 or either is nan."""
    above, below = np.broadcast_arrays(above, below)
    quotient: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)
    return quotient


def versions(cells: Ints) -> Floats:
    """The total over the first axis, followed by the totals without each of its rows; exact below 2**53."""
    largest = max(int(cells.max(initial=0)), -int(cells.min(initial=0)))
    if largest * len(cells) >= 2**63:
        # Money in the smallest currencies: the sum of many stores may pass the integers, a cell's does not.
        cells = cells.astype(np.float64)
    total = cells.sum(axis=0)
    return np.concatenate((total[None], total - cells)).astype(np.float64)


class Sums:
    """Totals over the customers of all cells (version 0) and without cell j (version j + 1), money in units of the
    currency.

    `sums["orders"]` is one of `COLUMNS` as an array versions x slices; the slices are all customers, those of each
    channel, and those of each segment. Attributes have versions as their first axis, and slices as their second
    unless they say otherwise. `slices` has the strategies behind them: `by_strategy` makes arrays that reach so far.
    """

    def __init__(self, statistics: Statistics) -> None:
        self.statistics = statistics
        self.reading = statistics.reading
        self.tallies = statistics.tallies
        self.strategies = tuple(dict.fromkeys((*statistics.kinds, *statistics.causes)))
        """Names of the strategies, and of whatever else a last click would credit."""
        self.slices = (ALL, *statistics.channels, *SEGMENTS, *self.strategies)
        count = statistics.cells
        left = float(count - 1) if count > 1 else np.nan
        versions_of_cells = np.concatenate(([float(count)], np.full(count, left)))
        self.stores: Floats = versions_of_cells[:, None] / statistics.cells_per_store
        """How many whole stores the totals stand for; nan for what is left without the only cell; versions x 1."""
        self._counts: dict[str, Floats] = {}
        self._by_stratum = versions(statistics.tallies.columns)
        self._columns = self._sliced(self._by_stratum)

    @staticmethod
    def _sliced(strata: Floats) -> Floats:
        """versions x channels x origins x frequencies x columns to versions x slices x columns."""
        channels, origins = strata.sum(axis=(2, 3)), strata.sum(axis=(1, 3))
        counts = strata.sum(axis=(1, 2))
        frequencies = np.stack((counts[:, 0], counts[:, 1:4].sum(axis=1), counts[:, 4]), axis=1)
        return np.concatenate((channels.sum(axis=1)[:, None], channels, origins, frequencies), axis=1)

    def __getitem__(self, column: str) -> Floats:
        values = self._columns[:, :, _PLACE[column]]
        return values / MICROS if column in MONEY else values

    @property
    def truth(self) -> Floats:
        """1 where it is known who is truly lost, else nan."""
        return np.array(1.0 if self.statistics.knows_truth else np.nan)

    @cached_property
    def sales(self) -> Floats:
        """Revenue before refunds: list price less discounts."""
        return self["list_price"] - self["discount"]

    @cached_property
    def order_revenue(self) -> Floats:
        """Revenue of orders, net of discounts and refunds."""
        return self.sales - self["refunds"]

    @cached_property
    def revenue(self) -> Floats:
        """Revenue of orders, net of discounts and refunds, and fees."""
        return self.order_revenue + self["fees"]

    def with_orders(self, column: str, least: int) -> Floats:
        """The column over the customers with so many orders or more (1 to 5), ever; for all and for each channel (nan
        for segments)."""
        place = _PLACE[column]
        channels = self._by_stratum[:, :, :, least - 1 :, place].sum(axis=(2, 3))
        segments = np.full((len(channels), len(SEGMENTS)), np.nan)
        values = np.concatenate((channels.sum(axis=1, keepdims=True), channels, segments), axis=1)
        return values / MICROS if column in MONEY else values

    @cached_property
    def repeat_revenue(self) -> Floats:
        """Revenue of customers with two orders or more, fees included."""
        price, discount, refunds, fees = (self.with_orders(c, 2) for c in ("list_price", "discount", "refunds", "fees"))
        return price - discount - refunds + fees

    @cached_property
    def _channel_spend(self) -> Floats:
        spend = self.statistics.spend
        if spend is None:
            return np.full(len(self.statistics.channels), np.nan)
        return (self.reading.cohort_share @ spend) / MICROS

    @cached_property
    def cohort_spend(self) -> Floats:
        """What winning the cohort cost; nan for segments, and where nobody knows the spend."""
        channels = self._channel_spend
        row = np.concatenate(([channels.sum()], channels, np.full(len(SEGMENTS), np.nan)))
        return row * self.stores

    @cached_property
    def all_spend(self) -> Floats:
        """Acquisition spend of the observed time; versions x 1, nan where nobody knows it."""
        spend = self.statistics.spend
        return self.stores * (np.nan if spend is None else float(spend.sum()) / MICROS)

    @cached_property
    def fixed_costs(self) -> Floats:
        """What the strategies cost in the observed time whatever the customers do; versions x 1."""
        overheads = self.statistics.overheads
        return self.stores * (0.0 if overheads is None else float(overheads.sum()) / MICROS)

    @cached_property
    def paid_cac(self) -> Floats:
        """Spend of the paid channels over the cohort's customers that came through them; versions x 1."""
        paid = np.array(self.statistics.paid)
        customers = self["cohort"][:, 1 : 1 + paid.size][:, paid].sum(axis=1, keepdims=True)
        return ratio(self._channel_spend[paid].sum() * self.stores, customers)

    @cached_property
    def cac(self) -> Floats:
        """Cost of winning one customer of the cohort."""
        return ratio(self.cohort_spend, self["cohort"])

    @cached_property
    def cohort_margin(self) -> Floats:
        """Undiscounted margin of the cohort to each weekly point of age; versions x slices x points, nan for
        segments."""
        channels = versions(self.tallies.cohort_margin).cumsum(axis=2) / MICROS
        segments = np.full((len(channels), len(SEGMENTS), channels.shape[2]), np.nan)
        return np.concatenate((channels.sum(axis=1)[:, None], channels, segments), axis=1)

    @cached_property
    def invites(self) -> Floats:
        """Invitations sent by new customers; versions x 1."""
        return versions(self.tallies.invites)[:, None]

    # By strategy --------------------------------------------------------------------------------------------------

    def by_strategy(self, whole: Floats, each: Floats, names: tuple[str, ...] | None = None) -> Floats:
        """A figure of all (versions x 1, or of the first slices) with those of strategies (versions x `names`, the
        cost kinds if not given) behind it; versions x slices, nan where nobody told."""
        names = self.statistics.kinds if names is None else names
        values = np.full((len(self.stores), len(self.slices)), np.nan)
        values[:, : whole.shape[1]] = whole
        first = len(self.slices) - len(self.strategies)
        values[:, [first + self.strategies.index(name) for name in names]] = each
        return values

    @cached_property
    def arms(self) -> Arms:
        """Sums over the customers of each strategy who were held out, who are outside, and who enrolled."""
        return Arms(versions(self.tallies.arms), (*self.statistics.kinds, ALL))

    @cached_property
    def credit(self) -> dict[str, Floats]:
        """What a last click would credit to each cause, by `CREDIT`; versions x causes."""
        table = versions(self.tallies.credit)
        return {name: table[:, :, k] / (MICROS if name in MONEY else 1) for k, name in enumerate(CREDIT)}

    @cached_property
    def messages(self) -> dict[str, Floats]:
        """Messages of each strategy, by `MESSAGES`; versions x kinds."""
        table = versions(self.tallies.messages)
        return {name: table[:, :, k] for k, name in enumerate(MESSAGES)}

    @cached_property
    def kind_costs(self) -> Floats:
        """Costs of each strategy beside the orders; versions x kinds."""
        costs: Floats = versions(self.tallies.kind_costs) / MICROS
        return costs

    @cached_property
    def kind_fees(self) -> Floats:
        """What customers paid to each strategy outside their orders; versions x kinds."""
        fees: Floats = versions(self.tallies.kind_fees) / MICROS
        return fees

    @cached_property
    def kind_overheads(self) -> Floats:
        """What each strategy cost in the observed time whatever the customers do; versions x kinds."""
        overheads = self.statistics.overheads
        each: Floats = np.zeros(len(self.statistics.kinds)) if overheads is None else overheads.sum(axis=0) / MICROS
        return self.stores * each

    # What was counted while history was made ----------------------------------------------------------------------

    def counted(self, name: str) -> bool:
        """Whether this was counted at all."""
        return name in self.tallies.counts

    def count(self, name: str, places: int = 1) -> Floats:
        """A count, versions x places; nan where nobody counted it, `places` wide."""
        if not self.counted(name):
            return np.full((len(self.stores), places), np.nan)
        if name not in self._counts:
            self._counts[name] = versions(self.tallies.counts[name])
        return self._counts[name]

    def whole_count(self, name: str) -> Floats:
        """A count over all its places; versions x 1, nan where nobody counted it."""
        whole: Floats = self.count(name).sum(axis=1, keepdims=True)
        return whole

    def by_month(self, name: str, places: int = 1) -> Floats:
        """A count of so many places a month; versions x observed months x places, nan where nobody counted it."""
        months = self.reading.month_count
        return self.count(name, months * places).reshape(len(self.stores), months, places)
