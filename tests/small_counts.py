"""What the small store's strategies counted: a few numbers each, few enough to work out every metric by hand."""

from __future__ import annotations

import numpy as np

from sim.log import GROUPS

MONTHS = 12
BEA, EVE, GUS = 1, 4, 6
"""Cells of the customers that most of it is about."""

Ints = np.ndarray


def _count(places: int, *found: tuple[int, int, int]) -> Ints:
    """A count from (cell, place, how many)."""
    counts = np.zeros((GROUPS, places), dtype=np.int64)
    for cell, place, many in found:
        counts[cell, place] += many
    return counts


def _months(*found: tuple[int, int, int, int]) -> Ints:
    """A count of four places a month from (cell, month, place, how many)."""
    return _count(4 * MONTHS, *((cell, 4 * month + place, many) for cell, month, place, many in found))


def small_counts() -> dict[str, Ints]:
    """Bea got 50 points in January; Eve 100 in July, 20 of them for joining, used 60 in September and lost 10 in December;
    a point is worth 0.05. Gus pays 20 a month from March on; Eve 6 from August on, of which 2 more from October and
    1 less from November; a third one, of 4, runs already and ends in September."""
    points = _months((BEA, 0, 0, 50), (EVE, 6, 0, 100), (EVE, 6, 3, 20), (EVE, 8, 1, 60), (EVE, 11, 2, 10))
    mrr = _months((GUS, 2, 0, 20), (EVE, 7, 0, 6), (0, 8, 1, 4), (EVE, 9, 2, 2), (EVE, 10, 3, 1)) * 1_000_000
    return {
        "budget.weeks": _count(2, (0, 0, 5), (0, 1, 3)),
        "budget.dry": _count(2, (0, 1, 2)),
        "budget.given": _count(1, (0, 0, 50_000_000)),
        "budget.spent": _count(1, (0, 0, 52_000_000)),
        "budget.owed": _count(1, (0, 0, 2_500_000)),
        "feedback_surveys.asked": _count(1, (0, 0, 12)),
        "feedback_surveys.nps": _count(11, (0, 0, 1), (1, 6, 1), (2, 8, 1), (3, 9, 1), (3, 10, 2)),
        "feedback_surveys.csat": _count(5, (0, 2, 1), (1, 3, 2), (2, 4, 1)),
        "feedback_surveys.ces": _count(7, (0, 1, 1), (1, 4, 1), (2, 6, 2)),
        "loyalty_points.points": points,
        "loyalty_points.worth": points * 50_000,
        "loyalty_points.redeemers": _count(1, (EVE, 0, 1)),
        "loyalty_points.active_months": _count(MONTHS, (BEA, 0, 1), (EVE, 6, 1), (EVE, 8, 1)),
        "loyalty_points.members": _count(MONTHS, *((BEA, m, 1) for m in range(12)), *((EVE, m, 1) for m in range(6, 12))),
        "mood.people": _count(MONTHS, (0, 0, 2), (2, 11, 3), (3, 11, 1)),
        "mood.level": _count(MONTHS, (0, 0, 1000), (2, 11, -700), (3, 11, 200)),
        "paid_membership.trials": _count(1, (0, 0, 2), (EVE, 0, 1), (GUS, 0, 1)),
        "paid_membership.converted": _count(1, (0, 0, 1), (EVE, 0, 1), (GUS, 0, 1)),
        "paid_membership.members": _count(MONTHS, *((GUS, m, 1) for m in range(2, 12)), *((EVE, m, 1) for m in range(7, 12))),
        "paid_membership.due": _count(13, (GUS, 0, 1), (EVE, 0, 1), (GUS, 1, 1)),
        "paid_membership.renewed": _count(13, (GUS, 0, 1), (GUS, 1, 1)),
        "recurring.mrr": mrr,
        "recurring.people": _months((GUS, 2, 0, 1), (EVE, 7, 0, 1), (0, 8, 1, 1)),
        "recurring.opening": _count(2, (0, 0, 1), (0, 1, 4_000_000)),
        "loyalty_tiers.members": _count(MONTHS, (5, 11, 1)),
        "complaint_handling.complaints": _count(1, (1, 0, 2), (2, 0, 2)),
        "complaint_handling.forgiven": _count(1, (2, 0, 1)),
        "feedback_surveys.true_mood": _count(11, (0, 0, 1), (1, 7, 2), (2, 8, 1), (3, 9, 2), (3, 10, 2)),
        "rival.met": _count(1, (0, 0, 5), (5, 0, 3)),
        "rival.stayed": _count(1, (0, 0, 4), (5, 0, 2)),
        "service.orders": _count(1, (1, 0, 8), (2, 0, 5)),
        "service.failed": _count(1, (1, 0, 2)),
        "support_desk.tickets": _count(1, (1, 0, 5)),
        "support_desk.answered": _count(1, (1, 0, 4)),
        "support_desk.abandoned": _count(1, (1, 0, 1)),
        "support_desk.first_reply": _count(1, (1, 0, 3)),
        "support_desk.waits": _count(96, (1, 0, 2), (1, 4, 1), (1, 8, 1)),
        "support_desk.waits_vip": _count(96, (1, 4, 1)),
    }
