"""The law: how customers order, leave and spend when nobody tries to change it.

Pareto/NBD (Schmittlein, Morrison & Colombo 1987, Management Science 33:1): a living customer orders as a Poisson
process of rate lambda ~ gamma(r, alpha) and is lost after an exponential lifetime of rate mu ~ gamma(s, beta).
BG/NBD (Fader, Hardie & Lee 2005, Marketing Science 24:275): the same orders, but after each repeat order the customer
is lost with probability p ~ beta(a, b). A contract (shifted beta-geometric; Fader & Hardie 2007, Journal of Interactive
Marketing 21:76): orders fall due at fixed intervals, and each time the customer does not renew with probability
theta ~ beta(alpha, beta). Gamma-Gamma (Fader & Hardie, note 025): baskets gamma(p, nu), nu ~ gamma(q, gamma).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from sim.errors import BadInput
from sim.randomness import Floats, Keys, exponential, gamma, gamma_purposes, gammas, purpose, uniforms
from sim.store_knobs import StoreKnobs

DAYS_A_WEEK = 7.0
MATCHED_AT = (52.0, 104.0)
"""Weeks at which an after-order law without parameters has the lifetime law's repeats."""

SETTABLE = ((0.01, 100.0), (0.01, 1000.0))
"""What a file may set for a and for b."""
ROUNDS = 8
"""Rounds of a search on ever finer grids."""
SLOWEST = 1e-200
"""Rates of the most unequal customers underflow; a clock must still be a finite time."""

_RATE = purpose("law.order_rate")
_HAZARD = purpose("law.dropout_rate")
_COIN_A = purpose("law.coin.a")
_COIN_B = purpose("law.coin.b")
_COIN = purpose("law.coin")
_BASKETS = purpose("law.basket_scale")
_LIFETIME = purpose("law.lifetime")
_GAP = purpose("law.gap")
_BASKET = purpose("law.basket")
_RETURN = purpose("law.return")
_ORDER = np.array([_GAP, _RETURN, *gamma_purposes(_BASKET)], dtype=np.uint64)


class Law:
    """The draws of one store's customers; all rates are per day and all money in cents."""

    def __init__(self, store: StoreKnobs) -> None:
        self.store = store
        self.after_order = store.dropout == "after_order"
        self.contract = store.dropout == "contract"
        self.by_coin = self.after_order or self.contract
        """Whether customers are lost by a coin at their orders, and not by a clock of their own."""
        if self.after_order:
            self.a, self.b = after_order_parameters(store)
        elif self.contract:
            self.a, self.b = store.contract.alpha, store.contract.beta

    def traits(self, keys: Keys) -> tuple[Floats, Floats, Floats]:
        """What customers are like while they live: their orders a day, their hazard, and the cents by which their
        unit-scale gamma baskets are multiplied (100 / nu).

        The hazard is under the lifetime law the dropout rate a day; under the other two the coin's -log(1 - p), so that a
        dropout multiplier m turns p into 1 - (1 - p)**m in all of them. Under a contract the orders a day are those that
        fall due.
        """
        orders, lifetime, basket = self.store.orders, self.store.lifetime, self.store.basket
        dropout = {_COIN_A: self.a, _COIN_B: self.b} if self.by_coin else {_HAZARD: lifetime.s}
        shapes = {_RATE: orders.r, _BASKETS: basket.q, **dropout}
        rate, scale, *drawn = gammas(keys, tuple(shapes), tuple(shapes.values()))
        hazard = coin_hazards(*drawn) if self.by_coin else np.maximum(drawn[0], SLOWEST) / (lifetime.beta * DAYS_A_WEEK)
        if self.contract:
            rate[:] = 1.0 / self.store.contract.every
        else:
            rate = np.maximum(rate, SLOWEST) / (orders.alpha * DAYS_A_WEEK)
        return rate, hazard, 100.0 * basket.gamma / scale

    @property
    def mean_rate(self) -> float:
        """Orders a day of the mean customer while they live; under a contract of every customer."""
        if self.contract:
            return 1.0 / self.store.contract.every
        return self.store.orders.r / (self.store.orders.alpha * DAYS_A_WEEK)

    def lifetimes(self, keys: Keys) -> Floats:
        """Unit exponential lifetimes; divided by the hazard they are days."""
        return exponential(keys, _LIFETIME)

    def order(self, place: Keys) -> tuple[Floats, Floats, Floats]:
        """For one order each: the unit exponential gap to the next, the uniform that decides on its return, and the
        unit-scale gamma basket. `place` is the key at the order's number."""
        u = uniforms(place, _ORDER)
        gap = np.log(u[0])
        np.negative(gap, out=gap)
        if self.contract:
            gap[:] = 1.0
        return gap, u[1], gamma(place, _BASKET, self.store.basket.p, first=u[2:])

    def lost_after(self, place: Keys, hazards: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether the coin at an order says that a customer is lost: after it, or instead of renewing a contract."""
        lost: np.ndarray[tuple[int], np.dtype[np.bool_]] = exponential(place, _COIN) < hazards
        return lost


def coin_hazards(heads: Floats, tails: Floats) -> Floats:
    """-log(1 - p) of coins p that are beta-distributed, from the two gamma variates of each: what a multiplier m bends,
    so that p becomes 1 - (1 - p)**m."""
    hazards: Floats = np.log1p(heads / np.maximum(tails, 1e-300))
    return hazards


def contract_survival(alpha: float, beta: float, renewals: float) -> float:
    """Share of a cohort that is left after so many renewals under the shifted beta-geometric law: B(alpha, beta + t) /
    B(alpha, beta) (Fader & Hardie 2007)."""
    return math.exp(
        math.lgamma(beta + renewals) - math.lgamma(alpha + beta + renewals) - math.lgamma(beta) + math.lgamma(alpha + beta)
    )


def after_order_parameters(store: StoreKnobs) -> tuple[float, float]:
    """The a and b of the after-order law: the scenario's, or matched to the lifetime law's repeats.

    Matched means: with the same r and alpha, the mean repeat orders at 52 and at 104 weeks are those of the
    Pareto/NBD. The alive share cannot be matched as well: under the BG/NBD nobody leaves before a first repeat, so
    the share of customers who have not repeated yet bounds it from below.

    Raises BadInput where no a and b do that, with those that come nearest.
    """
    if store.after_order.a is not None and store.after_order.b is not None:
        return store.after_order.a, store.after_order.b
    law = (store.orders.r, store.orders.alpha, store.lifetime.s, store.lifetime.beta)
    found = _matched(*law)
    if found is None:
        raise BadInput(_unmatched(*law))
    return found


def lifetime_repeats(r: float, alpha: float, s: float, beta: float, weeks: float) -> float:
    """Mean repeat orders of the Pareto/NBD after so many weeks (Fader & Hardie, note 009)."""
    if abs(s - 1.0) < 1e-9:
        return r * beta / alpha * math.log1p(weeks / beta)
    return r * beta / (alpha * (s - 1.0)) * -math.expm1((s - 1.0) * math.log(beta / (beta + weeks)))


@cache
def _matched(r: float, alpha: float, s: float, beta: float) -> tuple[float, float] | None:
    target = np.log([lifetime_repeats(r, alpha, s, beta, weeks) for weeks in MATCHED_AT])

    def miss(point: Floats) -> Floats:
        a, b = np.exp(point)
        return np.log([after_order_means(r, alpha, a, b, weeks)[0] for weeks in MATCHED_AT]) - target

    point = np.log([0.8, 2.5])
    for _ in range(100):
        off = miss(point)
        if np.abs(off).max() < 1e-9:
            return float(np.exp(point[0])), float(np.exp(point[1]))
        # Newton's method on the logarithms, with numerical derivatives and steps of a factor e at the most.
        slope = np.array([(miss(point + h) - off) / 1e-5 for h in 1e-5 * np.eye(2)]).T
        point = np.clip(point - np.clip(np.linalg.solve(slope, off), -1.0, 1.0), -5.0, 6.0)
    return None


@cache
def _unmatched(r: float, alpha: float, s: float, beta: float) -> str:
    """What is told where no a and b match: what they would have to give, and the nearest that a file may set."""
    wanted = np.array([lifetime_repeats(r, alpha, s, beta, weeks) for weeks in MATCHED_AT])

    def repeats(point: Floats) -> Floats:
        a, b = np.exp(point).tolist()
        # A coin so uneven that it cannot be integrated is no candidate.
        with np.errstate(invalid="ignore"):
            return np.array([after_order_means(r, alpha, a, b, weeks)[0] for weeks in MATCHED_AT])

    def miss(point: Floats) -> float:
        return float(np.nan_to_num(np.square(np.log(repeats(point) / wanted)).sum(), nan=math.inf))

    least, most = np.log(SETTABLE).T
    middle, reach = (least + most) / 2.0, (most - least) / 2.0
    for _ in range(ROUNDS):
        steps = np.linspace(-1.0, 1.0, 13)
        points = [np.clip(middle + reach * (i, j), least, most) for i in steps for j in steps]
        middle = min(points, key=miss)
        reach = reach / 4.0
    a, b = np.exp(middle).tolist()
    given, asked = (" and ".join(f"{each:.3g}" for each in pair) for pair in (repeats(middle), wanted))
    why = ", for nobody is lost before a first repeat here" if repeats(middle)[0] > wanted[0] else ""
    return (
        f"no a and b give the lifetime law's {asked} repeat orders at 52 and 104 weeks{why}; set both: the nearest are "
        f"{{a: {a:.4g}, b: {b:.4g}}} with {given}"
    )


def after_order_means(r: float, alpha: float, a: float, b: float, weeks: float) -> tuple[float, float]:
    """Mean repeat orders and alive share of the BG/NBD after so many weeks.

    Given p, a customer lives with probability E[exp(-lambda p t)] = (alpha / (alpha + p t))**r and has ordered
    (1 - that) / p times in the mean; both are integrated over the beta distribution of p by Gauss-Legendre.
    """
    v, weight = _nodes()
    p, density = _beta_nodes(a, b, v)
    alive = (alpha / (alpha + p * weeks)) ** r
    mass = np.tile(weight, 2) * density
    total = mass.sum()
    repeats = (mass * -np.expm1(r * np.log(alpha / (alpha + p * weeks))) / p).sum() / total
    return float(repeats), float((mass * alive).sum() / total)


@cache
def _nodes() -> tuple[Floats, Floats]:
    v, weight = np.polynomial.legendre.leggauss(200)
    return (v + 1.0) / 2.0, weight / 2.0


def _beta_nodes(a: float, b: float, v: Floats) -> tuple[Floats, Floats]:
    """Where and how much: equal steps of p**a below one half and of (1 - p)**b above it, where the density's
    singularities are gone."""
    low = (v * 0.5**a) ** (1.0 / a)
    high = (v * 0.5**b) ** (1.0 / b)
    lower = (1.0 - low) ** (b - 1.0) * 0.5**a / a
    upper = (1.0 - high) ** (a - 1.0) * 0.5**b / b
    return np.concatenate([low, 1.0 - high]), np.concatenate([lower, upper])
