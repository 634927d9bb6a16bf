"""A store's history, made and read: the engine, the strategies, the metrics and the comparison."""

from sim._version import __version__

__all__ = ["__version__"]
