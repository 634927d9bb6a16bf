"""Keyed luck for one customer at a time, in plain integers and floats."""

from __future__ import annotations

import hashlib
import math

MASK = (1 << 64) - 1
INDEX = 0x9E3779B97F4A7C15
ATTEMPT = 0xD1B54A32D192ED03


def purpose(name: str) -> int:
    """The 64-bit number of a purpose."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def step(number: int, by: int) -> int:
    """The purpose `by` steps after `number`."""
    return (number + by * ATTEMPT) & MASK


def mix(z: int) -> int:
    """The SplitMix64 finaliser (Steele, Lea & Flood 2014)."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def at(key: int, index: int) -> int:
    """Where the draws of an index begin."""
    return (key + index * INDEX) & MASK


def uniform(place: int, purpose: int) -> float:
    """A uniform draw in (0, 1): the top 52 bits, in the middle of their cell."""
    return ((mix((place + purpose) & MASK) >> 11) | 1) * 2.0**-53


def exponential(place: int, purpose: int) -> float:
    """A unit exponential draw."""
    return -math.log(uniform(place, purpose))


class Gamma:
    """Gamma draws of one shape and unit scale for one purpose (Marsaglia & Tsang 2000)."""

    __slots__ = ("boost", "c", "d", "purpose", "shape")

    def __init__(self, purpose: int, shape: float) -> None:
        self.purpose = purpose
        self.shape = shape
        self.boost = shape < 1.0
        self.d = (shape + self.boost) - 1.0 / 3.0
        self.c = 1.0 / math.sqrt(9.0 * self.d)

    def __call__(self, place: int) -> float:
        attempt = self.purpose
        while True:
            radius = math.sqrt(-2.0 * math.log(uniform(place, attempt)))
            x = radius * math.cos(2.0 * math.pi * uniform(place, step(attempt, 1)))
            v = (1.0 + self.c * x) ** 3
            if v > 0.0 and math.log(uniform(place, step(attempt, 2))) < 0.5 * x * x + self.d * (1.0 - v + math.log(v)):
                break
            attempt = step(attempt, 3)
        if self.boost:
            return self.d * v * math.pow(uniform(place, step(self.purpose, -1)), 1.0 / self.shape)
        return self.d * v


def root(seed: int, replication: int) -> int:
    """The number that all keys of one replication grow from."""
    return mix((mix((seed + INDEX) & MASK) + replication * INDEX) & MASK)


def child_key(parent: int, number: int) -> int:
    """The key of the customer whom a referrer's order brought."""
    return mix((at(parent, number) + purpose("law.child")) & MASK)
