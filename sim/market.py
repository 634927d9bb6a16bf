"""The market: how strategies pull customers in, and what they cost by the month whatever customers do."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.acquisition import Stretch
from sim.behaviour import Behaviour
from sim.log import MICROS
from sim.population import NEVER
from sim.strategy import AT_FIRST_ORDERS

Behaviours = Sequence[Behaviour[Any]]


def pulls(behaviours: Behaviours, channels: Iterable[str], begin: float, end: float) -> dict[str, list[Stretch]]:
    """How strongly each channel pulls in which stretches from day `begin` to `end`."""
    # A strategy for customers of some standing draws in nobody.
    everybody = [each for each in behaviours if each.knobs.segment in AT_FIRST_ORDERS]
    acting = [(each, from_, until) for each in everybody for from_, until in each.attracting(begin, end)]
    cuts = sorted({begin, end, *(day for _, *days in acting for day in days if begin < day < end)})
    found: dict[str, list[Stretch]] = {}
    for (first, last), channel in itertools.product(itertools.pairwise(cuts), channels):
        pull = math.prod(each.attract(channel) for each, from_, until in acting if from_ <= first and last <= until)
        if pull != 1.0:
            found.setdefault(channel, []).append((first, last, pull))
    return found


def overheads(behaviours: Behaviours, kinds: int, edges: Sequence[float]) -> NDArray[np.int64]:
    """Micros of what each kind of strategy costs in each month, of shape (months, kinds)."""
    table = np.zeros((len(edges) - 1, kinds), dtype=np.int64)
    for behaviour in behaviours:
        from_, until = _days(behaviour)
        for month, (begin, end) in enumerate(itertools.pairwise(edges)):
            share = max(min(end, until) - max(begin, from_), 0.0) / (end - begin)
            table[month, behaviour.code] = round(behaviour.monthly_cost() * share * MICROS)
    return table


def _days(behaviour: Behaviour[Any]) -> tuple[float, float]:
    """From when to when it acts."""
    knobs = behaviour.knobs
    return knobs.from_, NEVER if knobs.until is None else knobs.until
