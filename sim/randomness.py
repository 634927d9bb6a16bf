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

def _constant(value: int) -> Keys:
    # An array without axes: NumPy takes it up a third faster than a scalar, which counts where few draw at once.
    return np.array(value, dtype=np.uint64)


_MULTIPLY_1, _MULTIPLY_2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_M1, _M2 = _constant(_MULTIPLY_1), _constant(_MULTIPLY_2)
_INDEX = _constant(0x9E3779B97F4A7C15)
_ATTEMPT = 0xD1B54A32D192ED03
_MASK = (1 << 64) - 1
_ONE = _constant(0x3FF0000000000000)
_BELOW_ONE = np.array(1.0 - 2.0**-53)
FEW = 4
"""So few numbers are drawn sooner one by one than by a dozen calls to NumPy."""
_S12, _S27, _S30, _S31 = (_constant(shift) for shift in (12, 27, 30, 31))


@cache
def purpose(name: str) -> int:
    """The 64-bit number of a purpose, from its name alone (`law.lifetime`, `email.open`)."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def step(number: int, by: int) -> int:
    """The purpose `by` steps after `number`: attempts and sub-purposes."""
    return (number + by * _ATTEMPT) & _MASK


_offset = cache(_constant)


@cache
def offsets(*purposes: int) -> Keys:
    """Purposes as `uniforms` takes them."""
    return np.array(purposes, dtype=np.uint64)


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
        return key + _constant((index * int(_INDEX)) & _MASK)
    return key + index.astype(np.uint64) * _INDEX


def _fractions(z: Keys) -> Floats:
    # The top 52 bits become the mantissa of a float in [1, 2); taking off 1 - 2**-53 is exact and leaves (0, 1).
    z >>= _S12
    z |= _ONE
    u = z.view(np.float64)
    u -= _BELOW_ONE
    return u


def _one(z: int) -> float:
    """The same draw as `_fractions(mix(z))`, of one number."""
    z = (z ^ z >> 30) * _MULTIPLY_1 & _MASK
    z = (z ^ z >> 27) * _MULTIPLY_2 & _MASK
    return ((z ^ z >> 31) >> 12) * 2.0**-52 + 2.0**-53


def uniform(place: Keys, purpose: int) -> Floats:
    """Uniform draws in the open interval (0, 1), one for each place."""
    if place.size <= FEW and place.ndim == 1:
        return np.array([_one((key + purpose) & _MASK) for key in place.tolist()], dtype=np.float64)
    return _fractions(mix(place + _offset(purpose)))


def uniforms(place: Keys, purposes: Keys) -> Floats:
    """Uniform draws for several purposes at once, of shape (purposes, places)."""
    if place.size * purposes.size <= FEW and place.ndim == 1:
        few = [[_one((key + purpose) & _MASK) for key in place.tolist()] for purpose in purposes.tolist()]
        return np.array(few, dtype=np.float64).reshape(purposes.size, place.size)
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
    if shape < 1.0 or first is None:
        drawn: Floats = gammas(place, (purpose,), (shape,))[0]
        return drawn
    d = shape - 1.0 / 3.0
    return _accepted(place, (purpose,), first, d, 1.0 / math.sqrt(9.0 * d))


def gammas(place: Keys, purposes: tuple[int, ...], shapes: tuple[float, ...]) -> Floats:
    """Gamma draws of several purposes, each of its own shape and unit scale, of shape (purposes, places)."""
    kinds = len(purposes)
    # Gamma(shape) = Gamma(shape + 1) * U ** (1 / shape) where the shape is below 1.
    below = [kind for kind in range(kinds) if shapes[kind] < 1.0]
    u = _fractions(mix(_all_uniforms(purposes, tuple(below))[:, None] + place))
    d, c = _parameters(shapes)
    first = u[: 3 * kinds].reshape(3, -1)
    drawn = _accepted(place, purposes, first, d.repeat(place.size), c.repeat(place.size)).reshape(kinds, -1)
    for kind, boost in zip(below, u[3 * kinds :], strict=True):
        drawn[kind] *= boost ** (1.0 / shapes[kind])
    return drawn


def gamma_each(place: Keys, purpose: int, shapes: Floats) -> Floats:
    """Gamma draws of unit scale, each place with a shape of its own."""
    low = shapes < 1.0
    u = _fractions(mix(_all_uniforms((purpose,), (0,))[:, None] + place))
    d = shapes + low - 1.0 / 3.0
    drawn = _accepted(place, (purpose,), u[:3], d, 1.0 / np.sqrt(9.0 * d))
    drawn[low] *= u[3][low] ** (1.0 / shapes[low])
    return drawn


@cache
def _parameters(shapes: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Marsaglia & Tsang's d and c of shapes."""
    d = np.array([shape + (shape < 1.0) - 1.0 / 3.0 for shape in shapes])
    return d, 1.0 / np.sqrt(9.0 * d)


@cache
def _all_uniforms(purposes: tuple[int, ...], below: tuple[int, ...]) -> Keys:
    boosts = [step(purposes[kind], -1) for kind in below]
    return np.concatenate((_attempts(purposes, 0).ravel(), np.array(boosts, dtype=np.uint64)))


@cache
def _attempts(purposes: tuple[int, ...], attempt: int) -> Keys:
    """The purposes of an attempt's uniforms, of shape (3, purposes)."""
    return np.array([gamma_purposes(step(purpose, 3 * attempt)) for purpose in purposes], dtype=np.uint64).T


def _accepted(
    place: Keys, purposes: tuple[int, ...], first: Floats, d: Floats | float, c: Floats | float
) -> Floats:
    """Gamma draws for each purpose and place, from the uniforms of their first attempt and as many more as it takes."""
    v, again = _attempt(first, d, c)
    attempt = 0
    while again.size:
        attempt += 1
        kind, who = divmod(again, place.size)
        u = _fractions(mix(_attempts(purposes, attempt)[:, kind] + place[who]))
        v[again], refused = _attempt(u, _of(d, again), _of(c, again))
        again = again[refused]
    v *= d
    return v


def _of(parameter: Floats | float, which: NDArray[np.intp]) -> Floats | float:
    return parameter if isinstance(parameter, float) else parameter[which]


def _attempt(u: Floats, d: Floats | float, c: Floats | float) -> tuple[Floats, NDArray[np.intp]]:
    """One attempt each: the cubes, and which of them are refused."""
    x = np.log(u[0])
    x *= -2.0
    np.sqrt(x, out=x)
    turn = u[1] * (2.0 * math.pi)
    x *= np.cos(turn, out=turn)
    v = x * c
    v += 1.0
    v *= v * v
    x *= x
    accepted = u[2] < 1.0 - 0.0331 * (x * x)
    accepted &= v > 0.0
    doubtful = (~accepted).nonzero()[0]
    if not doubtful.size:
        return v, doubtful
    w = np.maximum(v[doubtful], 1e-300)
    sure = np.log(u[2][doubtful]) < 0.5 * x[doubtful] + _of(d, doubtful) * (1.0 - w + np.log(w))
    sure &= v[doubtful] > 0.0
    return v, doubtful[~sure]


def root(seed: int, replication: int) -> int:
    """The number that all keys of one replication grow from."""
    z = np.array([seed & _MASK], dtype=np.uint64)
    z = mix(mix(z + _INDEX) + np.uint64((replication * int(_INDEX)) & _MASK))
    return int(z[0])


def child_keys(parents: Keys, number: NDArray[np.integer]) -> Keys:
    """The keys of customers brought by others: of the referrer's key and the order that brought them."""
    return mix(at(parents, number) + np.uint64(purpose("law.child")))
