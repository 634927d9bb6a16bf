"""The law for one customer at a time: Pareto/NBD or BG/NBD orders and Gamma-Gamma baskets."""

from __future__ import annotations

import math

from referee.luck import Gamma, exponential, purpose, uniform
from sim.store_knobs import StoreKnobs

_LIFETIME = purpose("law.lifetime")
_GAP = purpose("law.gap")
_RETURN = purpose("law.return")
_COIN = purpose("law.coin")


class Law:
    """The draws of one store's customers; rates are per day, money is in cents."""

    def __init__(self, store: StoreKnobs) -> None:
        self.after_order = store.dropout == "after_order"
        self._rate = Gamma(purpose("law.order_rate"), store.orders.r)
        self._rate_scale = 1.0 / (store.orders.alpha * 7.0)
        self._hazard = Gamma(purpose("law.dropout_rate"), store.lifetime.s)
        self._hazard_scale = 1.0 / (store.lifetime.beta * 7.0)
        self._scale = Gamma(purpose("law.basket_scale"), store.basket.q)
        self._gamma = 100.0 * store.basket.gamma
        self.basket = Gamma(purpose("law.basket"), store.basket.p)
        if self.after_order:
            if store.after_order.a is None or store.after_order.b is None:
                raise ValueError("the referee does not match a and b: set both")
            self._heads = Gamma(purpose("law.coin.a"), store.after_order.a)
            self._tails = Gamma(purpose("law.coin.b"), store.after_order.b)

    def order_rate(self, key: int) -> float:
        """Orders a day while alive."""
        return self._rate(key) * self._rate_scale

    def hazard(self, key: int) -> float:
        """Dropout a day, or under the after-order law -log(1 - p) of the coin's p ~ beta(a, b)."""
        if not self.after_order:
            return self._hazard(key) * self._hazard_scale
        heads, tails = self._heads(key), self._tails(key)
        return -math.log(tails / (heads + tails))

    def basket_scale(self, key: int) -> float:
        """Cents by which the unit baskets of a customer are multiplied."""
        return self._gamma / self._scale(key)

    @staticmethod
    def lifetime(key: int) -> float:
        """Unit exponential lifetime."""
        return exponential(key, _LIFETIME)

    @staticmethod
    def gap(place: int) -> float:
        """Unit exponential gap to the next order."""
        return exponential(place, _GAP)

    @staticmethod
    def comes_back(place: int, share: float) -> bool:
        """Whether an order is returned."""
        return uniform(place, _RETURN) < share

    @staticmethod
    def lost_after(place: int, hazard: float) -> bool:
        """Whether the coin after an order ends the customer: heads with probability 1 - exp(-hazard)."""
        return exponential(place, _COIN) < hazard
