"""Strategies: what a store does to keep its customers, one file each.

A strategy is a frozen dataclass of knobs, found by being a file in this folder. Its `enact` returns the `Behaviour`
that bends rates, prices and costs while the store runs (`sim.behaviour`).
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from sim.strategy import Strategy

__all__ = ["Strategy", "catalogue"]


@cache
def catalogue() -> dict[str, type[Strategy]]:
    """Every strategy there is, by its name in alphabetical order."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return {kind.name: kind for kind in sorted(Strategy.__subclasses__(), key=lambda kind: kind.name)}
