"""Strategies: what a store does to keep its customers, one file each.

A strategy is a frozen dataclass of knobs, found by being a file in this folder. Its `enact` returns the `Behaviour`
that bends rates, prices and costs while the store runs (`sim.behaviour`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from sim.strategy import Strategy

__all__ = ["Catalogue", "Strategy", "catalogue"]


class Catalogue(Mapping[str, type[Strategy]]):
    """Strategies by name in alphabetical order; a file is only loaded when its strategy is asked for."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = dict.fromkeys(sorted(names))

    def __getitem__(self, name: str) -> type[Strategy]:
        if name not in self._names:
            raise KeyError(name)
        return _kind(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@cache
def catalogue() -> Catalogue:
    """Every strategy there is."""
    return Catalogue(found.name for found in pkgutil.iter_modules(__path__))


def _kind(name: str) -> type[Strategy]:
    """The strategy that is declared in the file of that name."""
    module = importlib.import_module(f"{__name__}.{name}")
    for kind in vars(module).values():
        if isinstance(kind, type) and issubclass(kind, Strategy) and kind.__module__ == module.__name__:
            return kind
    raise TypeError(f"{module.__file__} declares no strategy")
