"""The floor under the engine: the same count of variates by kind, drawn with the same hash, and the same columns filled.

Nothing can be faster that draws what the engine draws; what the engine takes beyond it is the price of deciding when.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from sim import randomness
from sim.law import Law
from sim.ledger import Ledger
from sim.randomness import at, exponential, gamma, purpose, uniform
from sim.scenario import Scenario
from sim.store import Store

CHUNK = 16_384
"""Variates at a time, so that the floor works in the cache."""


@contextmanager
def counted() -> Iterator[Counter[tuple[str, float]]]:
    """Count the variates that the engine draws, by kind and shape, while the context is open."""
    counts: Counter[tuple[str, float]] = Counter()
    inside = [0]

    def counting(draw: Callable[..., Any], kind: str) -> Callable[..., Any]:
        def drawn(*arguments: Any, **keywords: Any) -> Any:
            inside[0] += 1
            result = draw(*arguments, **keywords)
            inside[0] -= 1
            if inside[0]:
                return result
            if kind == "gammas":
                for shape in arguments[2]:
                    counts["gamma", float(shape)] += arguments[0].size
            else:
                counts[kind.rstrip("s"), float(arguments[2]) if kind == "gamma" else 0.0] += np.size(result)
            return result

        return drawn

    def order(law: Law, place: Any) -> Any:
        inside[0] += 1
        result = original_order(law, place)
        inside[0] -= 1
        counts["exponential", 0.0] += place.size
        counts["uniform", 0.0] += place.size
        counts["gamma", law.store.basket.p] += place.size
        return result

    originals = {name: getattr(randomness, name) for name in ("exponential", "gamma", "gammas", "uniform", "uniforms")}
    original_order = Law.order
    places = [m for name, m in sys.modules.items() if name.startswith("sim.") and name != "sim.randomness"]
    patched = [(m, name) for m in places for name, draw in originals.items() if getattr(m, name, None) is draw]
    for module, name in patched:
        setattr(module, name, counting(originals[name], name))
    Law.order = order  # type: ignore[method-assign]
    try:
        yield counts
    finally:
        Law.order = original_order  # type: ignore[method-assign]
        for module, name in patched:
            setattr(module, name, originals[name])


def floor_of(scenario: Scenario, seed: int) -> Callable[[], None]:
    """The floor of a store: a function that draws and fills what the store would."""
    with counted() as counts:
        store = Store(scenario, seed)
        store.run()
    people, orders, costs = store.ledger.people.length, store.ledger.orders.length, store.ledger.costs.length
    bulk = sum(who.size for _, _, _, who in store.ledger.bulk)
    keys = at(np.zeros(CHUNK, dtype=np.uint64), np.arange(CHUNK))
    kinds = {"exponential": lambda k, _: exponential(k, purpose("floor")), "uniform": lambda k, _: uniform(k, purpose("floor"))}

    def work() -> None:
        for (kind, shape), count in counts.items():
            draw = kinds.get(kind, lambda k, s: gamma(k, purpose("floor"), s))
            for first in range(0, count, CHUNK):
                draw(keys[: min(CHUNK, count - first)], shape)
        ledger = Ledger(20, 6, people)
        ones = np.ones(max(people, orders, costs, bulk, 1))
        for table, length in ((ledger.people, people), (ledger.orders, orders), (ledger.costs, costs)):
            table.append(length, **dict.fromkeys(table.names, ones[:length]))
        ones[:bulk].astype(np.int32)

    return work
