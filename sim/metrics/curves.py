"""Curves: what is read by age of the customers or by calendar month, each with its one exact definition, in the order of a
report."""

from __future__ import annotations

from sim.metrics import by_age, by_month
from sim.metrics.curve import REGISTER, CurveMetric, CurveValues

__all__ = ["CURVES", "CurveMetric", "CurveValues"]

CURVES: dict[str, CurveMetric] = {
    id: curve
    for module in (by_age, by_month)
    for id, curve in REGISTER.items()
    if curve.compute.__module__ == module.__name__
}
"""Every curve by its id, in the order in which they are shown."""
