"""Laws as unlike the fitted one as it may be unlike the truth."""

from __future__ import annotations

import numpy as np

from sim.fit.laws import BG_NBD, PARETO_NBD
from sim.fit.maximum import Estimate
from sim.posterior import AfterOrder, Lifetime
from sim.randomness import Floats, Keys, at, exponential, purpose, uniform

MOST_OPEN = 1.5
"""A direction in which the estimate is open is followed so far in its logarithm, not to the end of the world."""
LAW_OF = {law.name: law for law in (PARETO_NBD, BG_NBD)}
"""The laws that the engine has."""


def drawn_laws(estimate: Estimate, seed: int, draws: int) -> list[Lifetime | AfterOrder]:
    """Parameters as far from the estimate as it may be from the truth: normal in the logarithms, in opposite pairs."""
    covariance = np.nan_to_num(estimate.covariance, nan=0.0)
    values, vectors = np.linalg.eigh(covariance)
    spread = vectors * np.sqrt(values.clip(0.0, MOST_OPEN**2))
    names = list(estimate.parameters)
    places = at(np.full(draws // 2, np.uint64(seed)), np.arange(draws // 2))
    normals = np.array([_normal(places, name) for name in names])
    moves = (spread @ normals).T
    # Within what a store takes, where the likelihood is so flat that the normal leads beyond.
    low, high = np.log(np.array(LAW_OF[estimate.law].bounds)).T
    points = np.exp(np.clip(np.log(list(estimate.parameters.values())) + np.concatenate([moves, -moves]), low, high))
    kind = Lifetime if estimate.law == PARETO_NBD.name else AfterOrder
    return [kind(*map(float, point)) for point in points]


def _normal(places: Keys, name: str) -> Floats:
    """Standard normal draws (Box & Muller)."""
    radius = np.sqrt(2.0 * exponential(places, purpose(f"backtest.radius.{name}")))
    drawn: Floats = radius * np.cos(2.0 * np.pi * uniform(places, purpose(f"backtest.angle.{name}")))
    return drawn
