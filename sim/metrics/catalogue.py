"""Metrics: every figure that is read from a history, with its one exact definition, in the order of a report."""

from __future__ import annotations

from sim.metrics import customers, store, value
from sim.metrics.metric import CHANNEL, REGISTER, SEGMENT, Metric

__all__ = ["CHANNEL", "METRICS", "SEGMENT", "Metric"]

METRICS: dict[str, Metric] = {
    id: metric
    for module in (value, customers, store)
    for id, metric in REGISTER.items()
    if metric.compute.__module__ == module.__name__
}
"""Every metric by its id, in the order in which they are shown."""
