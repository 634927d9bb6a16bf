"""Metrics of service: orders that fail, and how long customers wait for an answer."""

from __future__ import annotations

import math

import numpy as np

from sim.metrics.metric import NO_BUYERS, Reason, metric, not_counted
from sim.metrics.sums import Floats, Sums, ratio

DESK = "support_desk"
WAITS, VIP_WAITS = f"{DESK}.waits", f"{DESK}.waits_vip"
BINS = 96
"""Bins of the waiting time: bin k holds waits from 2^(k / 4) - 1 to before 2^((k + 1) / 4) - 1 minutes."""
BINS_AN_OCTAVE = 4

NO_FAILURES = not_counted("service.orders", "nothing fails in this store")
NO_ORDERS = Reason("there were no orders in the observed time", lambda s: s.whole_count("service.orders") == 0)
NONE_FAILED = Reason("no order failed in the observed time", lambda s: True)
NO_COMPLAINTS = not_counted("complaint_handling.complaints", "the store does not handle complaints")
NOBODY_COMPLAINED = Reason("nobody complained", lambda s: True)
NO_DESK = not_counted(f"{DESK}.tickets", "the store has no support desk")
NO_TICKETS = Reason("nobody asked the support desk", lambda s: s.whole_count(f"{DESK}.tickets") == 0)
NO_ANSWERS = Reason("the support desk answered nobody", lambda s: s.whole_count(f"{DESK}.answered") == 0)
NO_WAITS = Reason("nobody was answered", lambda s: s.whole_count(WAITS) == 0)
NO_VIP = Reason("no VIP was answered", lambda s: True)


def minutes(place: Floats) -> Floats:
    """The waiting time at a place on the scale of bins."""
    waits: Floats = 2.0 ** (place / BINS_AN_OCTAVE) - 1.0
    return waits


def quantile(bins: Floats, share: float) -> Floats:
    """The wait that a share of customers did not exceed, from versions x BINS counts; versions x 1, nan for nobody."""
    reached = bins.cumsum(axis=1)
    wanted = share * reached[:, -1:]
    at = (reached >= wanted).argmax(axis=1)[:, None]
    inside = np.take_along_axis(bins, at, axis=1)
    part = ratio(wanted - (np.take_along_axis(reached, at, axis=1) - inside), inside)
    return minutes(at + part)


@metric(
    "failure_rate", "Orders that fail", "share", "lower", "orders that fail / orders", undefined=(NO_FAILURES, NO_ORDERS)
)
def failure_rate(s: Sums) -> Floats:
    """Share of the orders in the observed time that went wrong, because something always does or because there were more
    than the store could serve."""
    return ratio(s.whole_count("service.failed"), s.whole_count("service.orders"))


@metric(
    "complaint_rate", "Failures complained of", "share", "", "complaints / orders that fail",
    undefined=(NO_COMPLAINTS, NO_FAILURES, NONE_FAILED), largest=math.inf,
)  # fmt: skip
def complaint_rate(s: Sums) -> Floats:
    """Complaints that reached the store's complaint handling in the observed time over the orders that failed in it. The
    others say nothing: they are what a store does not hear of."""
    return ratio(s.whole_count("complaint_handling.complaints"), s.whole_count("service.failed"))


@metric(
    "complaints_forgiven", "Complaints forgiven", "share", "higher", "complaints forgiven / complaints",
    undefined=(NO_COMPLAINTS, NOBODY_COMPLAINED),
)  # fmt: skip
def complaints_forgiven(s: Sums) -> Floats:
    """Share of the complaints of the observed time whose answer put the customer's mood right; those not answered yet at
    its end count as not forgiven."""
    return ratio(s.whole_count("complaint_handling.forgiven"), s.whole_count("complaint_handling.complaints"))


@metric("tickets_per_order", "Tickets an order", "ratio", "lower", "tickets / orders", undefined=(NO_DESK, NO_BUYERS))
def tickets_per_order(s: Sums) -> Floats:
    """Tickets that reached the support desk in the observed time over the orders in it. Who comes back because the first
    reply did not settle the matter is not counted again."""
    return ratio(s.whole_count(f"{DESK}.tickets"), s["orders"][:, :1])


@metric(
    "wait_median", "Wait for an answer, median", "minutes", "lower", "50 % waited no longer",
    undefined=(NO_DESK, NO_WAITS),
)  # fmt: skip
def wait_median(s: Sums) -> Floats:
    """The time from a ticket to its answer that half of the answered tickets did not exceed. Read from bins in which a
    minute plus the wait grows by 19 %, evenly spread within a bin."""
    return quantile(s.count(WAITS, BINS), 0.5)


@metric(
    "wait_p90", "Wait for an answer, 90 %", "minutes", "lower", "90 % waited no longer", undefined=(NO_DESK, NO_WAITS)
)
def wait_p90(s: Sums) -> Floats:
    """The time from a ticket to its answer that 90 % of the answered tickets did not exceed, read as the median is."""
    return quantile(s.count(WAITS, BINS), 0.9)


@metric(
    "wait_p95", "Wait for an answer, 95 %", "minutes", "lower", "95 % waited no longer", undefined=(NO_DESK, NO_WAITS)
)
def wait_p95(s: Sums) -> Floats:
    """The time from a ticket to its answer that 95 % of the answered tickets did not exceed, read as the median is."""
    return quantile(s.count(WAITS, BINS), 0.95)


@metric(
    "wait_mean", "Wait for an answer, mean", "minutes", "lower", "waiting time / tickets answered",
    undefined=(NO_DESK, NO_WAITS),
)  # fmt: skip
def wait_mean(s: Sums) -> Floats:
    """Mean time from a ticket to its answer, over the answered tickets. Read from bins in which a minute plus the wait
    grows by 19 %, each taken at its middle: off by at most 9.1 % of a minute plus the wait."""
    bins = s.count(WAITS, BINS)
    middle = minutes(np.arange(bins.shape[1], dtype=np.float64) + 0.5)
    return ratio((bins * middle).sum(axis=1, keepdims=True), bins.sum(axis=1, keepdims=True))


@metric(
    "wait_median_vip", "Wait of a VIP, median", "minutes", "lower", "50 % of VIP waited no longer",
    undefined=(NO_DESK, NO_WAITS, NO_VIP),
)  # fmt: skip
def wait_median_vip(s: Sums) -> Floats:
    """As the median wait, of the customers whom the desk serves first."""
    return quantile(s.count(VIP_WAITS, BINS), 0.5)


@metric(
    "first_reply_rate", "Resolved at first reply", "share", "higher", "resolved at the first reply / tickets answered",
    undefined=(NO_DESK, NO_ANSWERS),
)  # fmt: skip
def first_reply_rate(s: Sums) -> Floats:
    """Share of the tickets answered in the observed time that the first reply settled."""
    return ratio(s.whole_count(f"{DESK}.first_reply"), s.whole_count(f"{DESK}.answered"))


@metric(
    "abandoned_rate", "Tickets abandoned", "share", "lower", "tickets abandoned / tickets", undefined=(NO_DESK, NO_TICKETS)
)
def abandoned_rate(s: Sums) -> Floats:
    """Share of the tickets of the observed time whose customers gave up before they were answered."""
    return ratio(s.whole_count(f"{DESK}.abandoned"), s.whole_count(f"{DESK}.tickets"))
