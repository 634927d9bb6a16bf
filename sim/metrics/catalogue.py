"""Metrics: every figure that is read from a history, with its one exact definition, in the order of a report."""

from __future__ import annotations

from sim.metrics import (
    budget,
    customers,
    discounts,
    membership,
    messages,
    points,
    programmes,
    recurring,
    referral,
    satisfaction,
    service,
    store,
    value,
)
from sim.metrics.metric import CHANNEL, REGISTER, SEGMENT, STRATEGY, Metric

__all__ = ["CHANNEL", "METRICS", "SEGMENT", "STRATEGY", "SUBJECTS", "Metric"]

_SUBJECTS = {
    "Value": value,
    "Behaviour": customers,
    "Store": store,
    "Budget": budget,
    "Recurring revenue": recurring,
    "Discounts": discounts,
    "Messages and last click": messages,
    "Referral": referral,
    "Programmes": programmes,
    "Points": points,
    "Membership": membership,
    "Service": service,
    "Loyalty and satisfaction": satisfaction,
}

SUBJECTS: dict[str, tuple[str, ...]] = {
    title: tuple(id for id, metric in REGISTER.items() if metric.compute.__module__ == module.__name__)
    for title, module in _SUBJECTS.items()
}
"""The ids of the metrics of each subject, in the order in which they are shown."""

METRICS: dict[str, Metric] = {id: REGISTER[id] for ids in SUBJECTS.values() for id in ids}
"""Every metric by its id, in the order in which they are shown."""
