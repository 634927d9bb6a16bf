"""What a customer's history tells of their rates: chances to live and draws from the posterior, under both dropout laws.

A history is (x, t_x, T): x repeat orders, the last of them t_x weeks after the first, all seen for T weeks.

Under the Pareto/NBD the likelihood is that of living on plus an integral over the moment of dropout (Schmittlein,
Morrison & Colombo 1987; Fader & Hardie, note 009). The integral is taken by Gauss-Legendre over the logarithm of time:
every term is positive, so nothing cancels and nothing overflows, as the hypergeometric form does for heavy buyers.

In a store with a season orders go by the season's clock and dropout by the calendar, so that the likelihood knows two times:
(alpha + exposure at t)**-(r + x) and (beta + t)**-(s + 1). It is taken month by month, within which the clock runs evenly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.randomness import Floats, Keys, gamma_each, purpose, step, uniform
from sim.season_clock import SeasonClock

Bools = NDArray[np.bool_]

NODES = 32
NODES_A_PIECE = 3
"""Nodes of the integral: of the whole, or of each piece where it is taken in pieces."""
IN_CACHE = 500
"""Histories worked on at a time, so that their nodes stay in the processor's cache: three times as fast as all at once."""
NEGLIGIBLE = 30.0
"""Beyond a fall of the integrand by exp(30) nothing is left to add."""
CHORDS = 16
"""Pieces of the envelope under which the moment of dropout is drawn."""

_ALIVE = purpose("posterior.alive")
_PIECE = purpose("posterior.piece")
_WITHIN = purpose("posterior.within")
_KEEP = purpose("posterior.keep")
_RATE = purpose("posterior.order_rate")
_HAZARD = purpose("posterior.dropout_rate")
_HEADS = purpose("posterior.heads")
_TAILS = purpose("posterior.tails")


@dataclass(frozen=True)
class Lifetime:
    """The parameters of a Pareto/NBD, times in weeks."""

    r: float
    alpha: float
    s: float
    beta: float


@dataclass(frozen=True)
class AfterOrder:
    """The parameters of a BG/NBD, times in weeks."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True)
class Draw:
    """One draw of each customer: rates a week, or -log(1 - p) for the coin, and when they were lost."""

    rate: Floats
    hazard: Floats
    lost: Floats
    """Weeks after the first order at which the customer was lost; inf for the living."""


@dataclass(frozen=True)
class Nodes:
    """Moments t of dropout between the last order and T, all of shape (customers, 32)."""

    log_alpha: Floats
    """log(alpha + t)."""
    log_beta: Floats
    """log(beta + t)."""
    logs: Floats
    """Logarithms of the nodes' shares of s * integral of (alpha + t)**-(r + x) * (beta + t)**-(s + 1) over t from t_x
    to T."""


def dropout_nodes(law: Lifetime, x: Floats, t_x: Floats, T: Floats) -> Nodes:
    """The nodes of the integral over the moment of dropout."""
    end = _negligible_from(law, x, t_x, T, None)
    near, apart = min(law.alpha, law.beta), abs(law.alpha - law.beta)
    u, weight = _legendre(NODES)
    begin = np.log(near + t_x)
    span = np.log1p((end - t_x) / (near + t_x))
    log_near = begin[:, None] + span[:, None] * u
    log_far = np.log(np.exp(log_near) + apart)
    log_alpha, log_beta = (log_near, log_far) if law.alpha <= law.beta else (log_far, log_near)
    logs = log_near - (law.r + x)[:, None] * log_alpha - (law.s + 1.0) * log_beta
    logs += np.log(law.s * weight) + np.log(np.maximum(span, 1e-300))[:, None]
    return Nodes(log_alpha, log_beta, logs)


def _negligible_from(law: Lifetime, x: Floats, t_x: Floats, T: Floats, clock: SeasonClock | None) -> Floats:
    # Each factor alone falls by no more than the whole, so the nearer bound is safe; large exponents overflow to inf.
    with np.errstate(over="ignore"):
        last = t_x if clock is None else clock.exposure(t_x, T)
        orders = (law.alpha + last) * np.expm1(np.minimum(NEGLIGIBLE / (law.r + x), 600.0))
        if clock is not None:
            orders = clock.when(last + orders, T) - t_x
        lifetimes = (law.beta + t_x) * np.expm1(min(NEGLIGIBLE / (law.s + 1.0), 600.0))
    nearest: Floats = np.minimum(T, t_x + np.minimum(orders, lifetimes))
    return nearest


@cache
def _legendre(nodes: int) -> tuple[Floats, Floats]:
    u, weight = np.polynomial.legendre.leggauss(nodes)
    return (u + 1.0) / 2.0, weight / 2.0


def log_living(law: Lifetime, x: Floats, T: Floats, exposure: Floats | None = None) -> Floats:
    """The logarithm of the likelihood's part of those who live at T, where ordering has its own `exposure` to that moment."""
    return -(law.r + x) * np.log(law.alpha + (T if exposure is None else exposure)) - law.s * np.log(law.beta + T)


def log_sum(logs: Floats) -> Floats:
    """The logarithm of the sum of exponentials along the last axis."""
    most = logs.max(axis=-1, keepdims=True)
    total: Floats = np.log(np.exp(logs - most).sum(axis=-1)) + most[..., 0]
    return total


def chance_alive(
    law: Lifetime | AfterOrder, x: Floats, t_x: Floats, T: Floats, clock: SeasonClock | None = None
) -> Floats:
    """The probability that each customer is not lost at T; `clock` is that of the store's season, if it has one."""
    seen, last = (T, t_x) if clock is None else (clock.exposure(T, T), clock.exposure(t_x, T))
    if isinstance(law, Lifetime):
        parts = [slice(first, first + IN_CACHE) for first in range(0, x.size, IN_CACHE)]
        sums = [_log_lost(law, x[part], t_x[part], T[part], clock) for part in parts]
        lost = np.concatenate([np.empty(0), *sums]) - log_living(law, x, T, seen)
    else:
        lost = np.full(x.size, -np.inf)
        more = x > 0
        lost[more] = np.log(law.a / (law.b + x[more] - 1.0)) + (law.r + x[more]) * np.log(
            (law.alpha + seen[more]) / (law.alpha + last[more])
        )
    chance: Floats = np.exp(-np.logaddexp(0.0, lost))
    return chance


def _log_lost(law: Lifetime, x: Floats, t_x: Floats, T: Floats, clock: SeasonClock | None) -> Floats:
    """The logarithm of the likelihood's part of those who were lost before T."""
    if clock is None:
        return log_sum(dropout_nodes(law, x, t_x, T).logs)
    edges = _edges(law, x, t_x, T, clock)
    exposure = clock.exposure(edges, T[:, None])
    u, weight = _legendre(NODES_A_PIECE)
    # Between two edges the clock runs evenly.
    t, seen = (each[:, :-1, None] + np.diff(each)[:, :, None] * u for each in (edges, exposure))
    logs = _log_density(law, x[:, None, None], t, seen) + np.log(law.s * weight)
    logs += np.log(np.maximum(np.diff(edges), 1e-300))[:, :, None]
    return log_sum(logs.reshape(x.size, -1))


def draw(
    law: Lifetime | AfterOrder, alive: Floats, keys: Keys, x: Floats, t_x: Floats, T: Floats, clock: SeasonClock | None = None
) -> Draw:
    """One draw of each customer from their posterior; `alive` is what `chance_alive` says of them.

    Given that a customer lives at T, the order rate is gamma(r + x, alpha + T) and the dropout rate gamma(s, beta + T);
    given that they were lost at t, gamma(r + x, alpha + t) and gamma(s + 1, beta + t). The coin of the BG/NBD is
    beta(a, b + x), or beta(a + 1, b + x - 1) for those who were lost with their last order. With a season the order rate, of
    an ordinary week, goes by the season's clock.
    """
    lost = np.full(x.size, np.inf)
    gone = uniform(keys, _ALIVE) >= alive
    if isinstance(law, AfterOrder):
        lost[gone] = t_x[gone]
        seen = np.where(gone, t_x, T)
        heads = gamma_each(keys, _HEADS, law.a + gone.astype(np.float64))
        tails = gamma_each(keys, _TAILS, law.b + x - gone)
        hazard = np.log1p(heads / np.maximum(tails, 1e-300))
    else:
        if gone.any():
            lost[gone] = _moments(law, keys[gone], x[gone], t_x[gone], T[gone], clock)
        seen = np.where(gone, lost, T)
        hazard = gamma_each(keys, _HAZARD, law.s + gone.astype(np.float64)) / (law.beta + seen)
    exposure = seen if clock is None else clock.exposure(seen, T)
    rate = gamma_each(keys, _RATE, law.r + x) / (law.alpha + exposure)
    return Draw(rate, hazard, lost)


def _moments(law: Lifetime, keys: Keys, x: Floats, t_x: Floats, T: Floats, clock: SeasonClock | None) -> Floats:
    """When those who are lost were lost, drawn exactly.

    The logarithm of the density is convex in t between two edges, so it lies below its chord: a time is drawn from the
    exponential under each chord and kept with the probability that the density is of its chord.
    """
    edges = _edges(law, x, t_x, T, clock)
    heights = _log_density(law, x[:, None], edges, edges if clock is None else clock.exposure(edges, T[:, None]))
    widths, falls = np.diff(edges), -np.diff(heights)
    masses = widths * np.exp(heights[:, :-1] - heights[:, :1]) * _mean_exp(falls)
    totals = masses.cumsum(axis=1)
    found = np.empty(x.size)
    left = np.arange(x.size)
    attempt = 0
    while left.size:
        mass = uniform(keys[left], step(_PIECE, attempt)) * totals[left, -1]
        piece = np.minimum((totals[left] < mass[:, None]).sum(axis=1), widths.shape[1] - 1)
        fall, width, height = falls[left, piece], widths[left, piece], heights[left, piece]
        inside = _inverse_exp(uniform(keys[left], step(_WITHIN, attempt)), fall)
        t = edges[left, piece] + width * inside
        bound = height - fall * inside
        density = _log_density(law, x[left], t, t if clock is None else clock.exposure(t, T[left]))
        kept = np.log(uniform(keys[left], step(_KEEP, attempt))) <= density - bound
        found[left[kept]] = t[kept]
        left = left[~kept]
        attempt += 1
    return found


def _edges(law: Lifetime, x: Floats, t_x: Floats, T: Floats, clock: SeasonClock | None) -> Floats:
    """Ends of pieces from t_x to T between which the clock runs evenly, and the density falls by little; customers x ends."""
    end = _negligible_from(law, x, t_x, T, clock)
    near = min(law.alpha, law.beta)
    part = np.linspace(0.0, 1.0, CHORDS + 1)
    edges = (near + t_x)[:, None] * np.exp(np.log1p((end - t_x) / (near + t_x))[:, None] * part) - near
    edges[:, 0], edges[:, -1] = t_x, end
    if clock is None:
        return edges
    return np.sort(np.concatenate((edges, np.clip(clock.borders(T), t_x[:, None], end[:, None])), axis=1), axis=1)


def _log_density(law: Lifetime, x: Floats, t: Floats, exposure: Floats) -> Floats:
    return -(law.r + x) * np.log(law.alpha + exposure) - (law.s + 1.0) * np.log(law.beta + t)


def _mean_exp(fall: Floats) -> Floats:
    """The mean of exp(-fall * u) over u from 0 to 1."""
    safe = np.maximum(fall, 1e-12)
    mean: Floats = -np.expm1(-safe) / safe
    return mean


def _inverse_exp(u: Floats, fall: Floats) -> Floats:
    """Where in 0 to 1 the share u of the mass of exp(-fall * v) is reached."""
    safe = np.maximum(fall, 1e-12)
    where: Floats = -np.log1p(u * np.expm1(-safe)) / safe
    return where
