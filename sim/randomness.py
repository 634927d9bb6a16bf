"""Keyed luck: every draw is a pure function of who draws, for what purpose, and for the how-manieth time.

Nothing here has a state, so it does not matter who asks first: the same customer has the same luck in every scenario
(common random numbers), in every block and on any number of workers. A draw is one round of the SplitMix64 finaliser
(Steele, Lea & Flood 2014, OOPSLA) over key + index x odd + purpose; gamma variates are Marsaglia & Tsang's (2000, ACM
TOMS 26:363) with the attempt in the purpose.
"""

from __future__ import annotations

import hashlib
import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]

_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_INDEX = np.uint64(0x9E3779B97F4A7C15)
_ATTEMPT = 0xD1B54A32D192ED03
_MASK = (1 << 64) - 1
_ONE = np.uint64(0x3FF0000000000000)
_BELOW_ONE = 1.0 - 2.0**-53
_S12, _S27, _S30, _S31 = (np.uint64(shift) for shift in (12, 27, 30, 31))


@cache
def purpose(name: str) -> int:
    """The 64-bit number of a purpose, from its name alone (`law.lifetime`, `email.open`)."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def step(number: int, by: int) -> int:
    """The purpose `by` steps after `number`: attempts and sub-purposes."""
    return (number + by * _ATTEMPT) & _MASK


def mix(z: Keys) -> Keys:
    """The SplitMix64 finaliser, in place: a bijection that scatters all 64 bits."""
    z ^= z >> _S30
    z *= _M1
    z ^= z >> _S27
    z *= _M2
    z ^= z >> _S31
    return z


def at(key: Keys, index: NDArray[np.integer] | int) -> Keys:
    """Where the draws of an index begin; pass it to the draws below. Shape of `key` and `index` broadcast."""
    if isinstance(index, int):
        return key + np.uint64((index * int(_INDEX)) & _MASK)
    return key + index.astype(np.uint64) * _INDEX


def _fractions(z: Keys) -> Floats:
    # The top 52 bits become the mantissa of a float in [1, 2); taking off 1 - 2**-53 is exact and leaves (0, 1).
    z >>= _S12
    z |= _ONE
    u = z.view(np.float64)
    u -= _BELOW_ONE
    return u


def uniform(place: Keys, purpose: int) -> Floats:
    """Uniform draws in the open interval (0, 1), one for each place."""
    return _fractions(mix(place + np.uint64(purpose)))


def uniforms(place: Keys, purposes: Keys) -> Floats:
    """Uniform draws for several purposes at once, of shape (purposes, places)."""
    return _fractions(mix(purposes[:, None] + place))


def exponential(place: Keys, purpose: int) -> Floats:
    """Unit exponential draws."""
    u = uniform(place, purpose)
    np.log(u, out=u)
    return np.negative(u, out=u)


def gamma_purposes(purpose: int) -> list[int]:
    """The purposes of the three uniforms of a gamma variate's first attempt, to be drawn along with others."""
    return [step(purpose, part) for part in range(3)]


def gamma(place: Keys, purpose: int, shape: float, first: Floats | None = None) -> Floats:
    """Gamma draws of the given shape and unit scale.

    `first` holds the (3, places) uniforms of `gamma_purposes` if they were drawn already.
    """
    if shape < 1.0:
        # Gamma(shape) = Gamma(shape + 1) * U ** (1 / shape)
        u = uniform(place, step(purpose, -1))
        return gamma(place, purpose, shape + 1.0) * u ** (1.0 / shape)
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    if first is None:
        first = uniforms(place, np.array(gamma_purposes(purpose), dtype=np.uint64))
    v, accepted = _attempt(first, d, c)
    attempt = 0
    while not accepted.all():
        attempt += 1
        again = np.flatnonzero(~accepted)
        more = np.array(gamma_purposes(step(purpose, 3 * attempt)), dtype=np.uint64)
        v[again], accepted[again] = _attempt(uniforms(place[again], more), d, c)
    v *= d
    return v


def _attempt(u: Floats, d: float, c: float) -> tuple[Floats, NDArray[np.bool_]]:
    x = np.sqrt(-2.0 * np.log(u[0])) * np.cos((2.0 * math.pi) * u[1])
    v = 1.0 + c * x
    v = v * v * v
    x *= x
    accepted = u[2] < 1.0 - 0.0331 * (x * x)
    accepted &= v > 0.0
    doubtful = np.flatnonzero(~accepted)
    if doubtful.size:
        w = np.maximum(v[doubtful], 1e-300)
        sure = np.log(u[2][doubtful]) < 0.5 * x[doubtful] + d * (1.0 - w + np.log(w))
        accepted[doubtful] = sure & (v[doubtful] > 0.0)
    return v, accepted


def root(seed: int, replication: int) -> int:
    """The number that all keys of one replication grow from."""
    z = np.array([seed & _MASK], dtype=np.uint64)
    z = mix(mix(z + _INDEX) + np.uint64((replication * int(_INDEX)) & _MASK))
    return int(z[0])


def child_keys(parents: Keys, number: NDArray[np.integer]) -> Keys:
    """The keys of customers brought by others: of the referrer's key and the order that brought them."""
    return mix(at(parents, number) + np.uint64(purpose("law.child")))
