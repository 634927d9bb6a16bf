"""Rivals: who stays when another store makes everybody an offer; loyalty, as a thing of its own beside retention."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from sim.population import Rows, places
from sim.randomness import at, purpose, uniform
from sim.scenario import DAYS_A_YEAR
from sim.shop import Shop

_SWITCHES = purpose("rival.switches")


def offers(shop: Shop) -> Generator[Any, Any, None]:
    """A SimPy process: an offer after the other, from half an interval after day 0. Counts `rival.met` and
    `rival.stayed`, living customers only.

    Whatever binds or repels a customer tells here as it does in everyday dropout: with a dropout multiplier m the chance
    p to switch is 1 - (1 - p)**m.
    """
    knobs, people = shop.scenario.store.competition, shop.people
    met, stayed = shop.counter("rival.met"), shop.counter("rival.stayed")
    interval = DAYS_A_YEAR / knobs.offers
    yield shop.env.timeout(interval / 2.0 - shop.env.now)
    number = 0
    while True:
        now = float(shop.env.now)
        rows = places(people.alive[:])
        chance = 1.0 - (1.0 - knobs.switching) ** people.dropout.bend(rows)
        goes = uniform(at(people.key[rows], number), _SWITCHES) < chance
        met.add(rows)
        stayed.add(rows[~goes])
        _lose(shop, rows[goes], now)
        number += 1
        yield shop.env.timeout(interval)


def _lose(shop: Shop, rows: Rows, now: float) -> None:
    shop.lose(rows, np.full(rows.size, now))
