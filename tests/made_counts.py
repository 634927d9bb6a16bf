"""Counts made by plain chance, as strategies and the store would count them, for the tests of the reading wing."""

from __future__ import annotations

import numpy as np

Ints = np.ndarray
LOYALTY_POINTS = 2
"""The place of the points programme among the made logs' cost kinds."""


def made_counts(draw: np.random.Generator, cells: int, months: int, enrolled: Ints, cell: Ints) -> dict[str, Ints]:
    """Every count that a metric reads, cells x places each; parts never exceed their wholes."""

    def some(*places: int, most: int = 20) -> Ints:
        return draw.integers(0, most, (cells, *places))

    def part(whole: Ints) -> Ints:
        return draw.binomial(whole, 0.6)

    def by_month(*columns: Ints) -> Ints:
        return np.stack(columns, axis=2).reshape(cells, -1)

    joined = np.bincount(cell[(enrolled >> np.uint64(LOYALTY_POINTS)) & np.uint64(1) == 1], minlength=cells)[:, None]
    issued = some(months, most=900)
    points = [issued, part(issued) // 2, part(issued) // 3, part(issued)]
    started = some(months, most=9)
    people = [started, part(started), some(months, most=3), some(months, most=3)]
    orders, tickets, asked, met, due = some(1, most=90), some(1, most=50), some(1, most=60), some(1, most=60), some(13)
    answered, answers, trials = part(tickets), part(asked)[:, 0], some(1)

    def histogram(answers: Ints, places: int) -> Ints:
        return np.stack([draw.multinomial(count, draw.dirichlet(np.ones(places))) for count in answers.ravel()])

    waits, failed = histogram(answered, 96), part(orders)
    complaints = part(failed)
    reviewed = some(2, most=52)
    return {
        "budget.dry": part(reviewed),
        "budget.given": some(1, most=90) * 10_000,
        "budget.owed": some(1) * 10_000,
        "budget.spent": some(1, most=99) * 10_000,
        "budget.weeks": reviewed,
        "complaint_handling.complaints": complaints,
        "complaint_handling.forgiven": part(complaints),
        "feedback_surveys.asked": asked,
        "feedback_surveys.ces": histogram(answers, 7),
        "feedback_surveys.csat": histogram(answers, 5),
        "feedback_surveys.nps": histogram(answers, 11),
        "feedback_surveys.true_mood": histogram(asked, 11),
        "loyalty_points.active_months": some(months),
        "loyalty_points.members": some(months),
        "loyalty_points.points": by_month(*points),
        "loyalty_points.redeemers": part(joined),
        "loyalty_points.worth": by_month(*(each * 50_000 for each in points)),
        "loyalty_tiers.members": some(months),
        "mood.level": draw.integers(-3000, 2000, (cells, months)),
        "mood.people": some(months),
        "paid_membership.converted": part(trials),
        "paid_membership.due": due,
        "paid_membership.members": some(months),
        "paid_membership.renewed": part(due),
        "paid_membership.trials": trials,
        "recurring.mrr": by_month(*(each * 4_990_000 for each in people)),
        "recurring.opening": some(2) * [1, 4_990_000],
        "recurring.people": by_month(*people),
        "rival.met": met,
        "rival.stayed": part(met),
        "service.failed": failed,
        "service.orders": orders,
        "support_desk.abandoned": tickets - answered,
        "support_desk.answered": answered,
        "support_desk.first_reply": part(answered),
        "support_desk.tickets": tickets,
        "support_desk.waits": waits,
        "support_desk.waits_vip": part(waits),
    }
