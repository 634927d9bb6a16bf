"""The likelihoods of the laws of ordering and leaving, with their gradients, on counted histories.

Pareto/NBD: Schmittlein, Morrison & Colombo 1987; Fader & Hardie, note 009. BG/NBD: Fader, Hardie & Lee 2005, Marketing
Science 24:275. MBG/NBD: Batislam, Denizel & Filiztekin 2007, IJRM 24:201. NBD: Ehrenberg 1959; nobody is ever lost.
Every function takes the logarithms of the parameters and returns the log-likelihood and its gradient in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.fit.counts import Counts
from sim.fit.extra import special
from sim.posterior import IN_CACHE, Lifetime, dropout_nodes, log_living, log_sum
from sim.randomness import Floats

Likelihood = Callable[[Floats, Counts], tuple[float, Floats]]


@dataclass(frozen=True)
class Law:
    """A law that can be fitted."""

    name: str
    """The key in machine-readable output."""
    title: str
    parameters: tuple[str, ...]
    bounds: tuple[tuple[float, float], ...]
    """What a scenario file takes for each parameter."""
    likelihood: Likelihood
    dropout: bool = True
    """Whether customers can be lost."""


def pareto_nbd(point: Floats, data: Counts) -> tuple[float, Floats]:
    """The Pareto/NBD at (log r, log alpha, log s, log beta)."""
    value, gradient = 0.0, np.zeros(4)
    for part in _parts(data):
        more, slope = _pareto_nbd(Lifetime(*(float(each) for each in np.exp(point))), part)
        value, gradient = value + more, gradient + slope
    return value, gradient * np.exp(point)


def _pareto_nbd(law: Lifetime, data: Counts) -> tuple[float, Floats]:
    gammaln, psi = special().gammaln, special().psi
    r, alpha, s, beta = law.r, law.alpha, law.s, law.beta
    n = r + data.x
    nodes = dropout_nodes(law, data.x, data.t_x, data.T)
    living = log_living(law, data.x, data.T)
    both = np.logaddexp(living, log_sum(nodes.logs))
    alive = np.exp(living - both)
    share = np.exp(nodes.logs - both[:, None])
    value = gammaln(n) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + both
    log_alpha, log_beta = _mean(nodes.log_alpha, share), _mean(nodes.log_beta, share)
    by_alpha, by_beta = _mean(np.exp(-nodes.log_alpha), share), _mean(np.exp(-nodes.log_beta), share)
    slopes = np.array(
        [
            psi(n) - psi(r) + np.log(alpha) - alive * np.log(alpha + data.T) - log_alpha,
            r / alpha - n * (alive / (alpha + data.T) + by_alpha),
            np.log(beta) - alive * np.log(beta + data.T) - log_beta + (1.0 - alive) / s,
            s / beta - s * alive / (beta + data.T) - (s + 1.0) * by_beta,
        ]
    )
    return float(data.weight @ value), slopes @ data.weight


def _mean(values: Floats, share: Floats) -> Floats:
    mean: Floats = np.einsum("ij,ij->i", values, share)
    return mean


def _parts(data: Counts) -> Iterator[Counts]:
    for first in range(0, data.x.size, IN_CACHE):
        rows = slice(first, first + IN_CACHE)
        yield Counts(data.x[rows], data.t_x[rows], data.T[rows], data.weight[rows])


def bg_nbd(point: Floats, data: Counts) -> tuple[float, Floats]:
    """The BG/NBD at (log r, log alpha, log a, log b): a coin after each repeat order."""
    return _coin(point, data, data.x)


def mbg_nbd(point: Floats, data: Counts) -> tuple[float, Floats]:
    """The MBG/NBD at (log r, log alpha, log a, log b): a coin after every order, the first included."""
    return _coin(point, data, data.x + 1.0)


def _coin(point: Floats, data: Counts, tossed: Floats) -> tuple[float, Floats]:
    """Customers have survived all of their `tossed` coins, or all but the last."""
    gammaln, psi = special().gammaln, special().psi
    r, alpha, a, b = np.exp(point)
    n = r + data.x
    living = -n * np.log(alpha + data.T)
    survived = np.maximum(b + tossed - 1.0, 1e-300)
    lost = np.where(tossed > 0, np.log(a) - np.log(survived) - n * np.log(alpha + data.t_x), -np.inf)
    both = np.logaddexp(living, lost)
    alive, gone = np.exp(living - both), np.exp(lost - both)
    value = gammaln(n) - gammaln(r) + r * np.log(alpha) + both
    value += gammaln(a + b) - gammaln(b) + gammaln(b + tossed) - gammaln(a + b + tossed)
    ends = psi(a + b) - psi(a + b + tossed)
    slopes = np.array(
        [
            psi(n) - psi(r) + np.log(alpha) - alive * np.log(alpha + data.T) - gone * np.log(alpha + data.t_x),
            r / alpha - n * (alive / (alpha + data.T) + gone / (alpha + data.t_x)),
            ends + gone / a,
            ends - psi(b) + psi(b + tossed) - gone / survived,
        ]
    )
    return float(data.weight @ value), (slopes @ data.weight) * np.exp(point)


def nbd(point: Floats, data: Counts) -> tuple[float, Floats]:
    """The NBD at (log r, log alpha): nobody is ever lost."""
    gammaln, psi = special().gammaln, special().psi
    r, alpha = np.exp(point)
    n = r + data.x
    value = gammaln(n) - gammaln(r) + r * np.log(alpha) - n * np.log(alpha + data.T)
    slopes = np.array([psi(n) - psi(r) + np.log(alpha) - np.log(alpha + data.T), r / alpha - n / (alpha + data.T)])
    return float(data.weight @ value), (slopes @ data.weight) * np.exp(point)


_RATE = ((0.01, 100.0), (0.01, 10_000.0))
_COIN = ((0.01, 100.0), (0.01, 1000.0))

PARETO_NBD = Law("pareto_nbd", "Pareto/NBD", ("r", "alpha", "s", "beta"), (*_RATE, *_RATE), pareto_nbd)
BG_NBD = Law("bg_nbd", "BG/NBD", ("r", "alpha", "a", "b"), (*_RATE, *_COIN), bg_nbd)
MBG_NBD = Law("mbg_nbd", "MBG/NBD", ("r", "alpha", "a", "b"), (*_RATE, *_COIN), mbg_nbd)
NBD = Law("nbd", "NBD", ("r", "alpha"), _RATE, nbd, dropout=False)
LAWS = (PARETO_NBD, BG_NBD, MBG_NBD, NBD)
"""All that can be fitted, the store's default first."""
