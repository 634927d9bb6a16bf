"""regulars: make the history of a store that never was, customer by customer, then read it as an analyst would.

The names below are the public face; each is loaded when it is first asked for, so that `import sim` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim._version import __version__

if TYPE_CHECKING:
    from sim.compare import compare
    from sim.errors import BadInput, RegularsError
    from sim.experiment import event_log, run
    from sim.files.scenario_file import load_scenario
    from sim.metrics.history import order_history
    from sim.metrics.reading import Reading
    from sim.metrics.statistics import fold
    from sim.scenario import Scenario
    from sim.strategies import catalogue

_HOME = {
    "BadInput": "sim.errors",
    "Reading": "sim.metrics.reading",
    "RegularsError": "sim.errors",
    "Scenario": "sim.scenario",
    "catalogue": "sim.strategies",
    "compare": "sim.compare",
    "event_log": "sim.experiment",
    "fold": "sim.metrics.statistics",
    "load_scenario": "sim.files.scenario_file",
    "order_history": "sim.metrics.history",
    "run": "sim.experiment",
}

__all__ = [
    "BadInput",
    "Reading",
    "RegularsError",
    "Scenario",
    "__version__",
    "catalogue",
    "compare",
    "event_log",
    "fold",
    "load_scenario",
    "order_history",
    "run",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
