"""Strategies: what a store does to keep its customers, one file each.

A strategy is a frozen dataclass of knobs, found by being a file in this folder. Its `enact` returns the `Behaviour`
that bends rates, prices and costs while the store runs (`sim.behaviour`).
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import TypeGuard

from sim.strategy import Strategy

__all__ = ["Strategy", "catalogue"]


@cache
def catalogue() -> dict[str, type[Strategy]]:
    """Every strategy there is, by its name in alphabetical order."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    kinds = [kind for module in modules for kind in vars(module).values() if _declared_in(module, kind)]
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.name)}


def _declared_in(module: ModuleType, kind: object) -> TypeGuard[type[Strategy]]:
    return isinstance(kind, type) and issubclass(kind, Strategy) and kind.__module__ == module.__name__
