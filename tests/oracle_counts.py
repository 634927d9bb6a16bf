"""Every metric that is read from counts once more, in plain Python, one number after another."""

from __future__ import annotations

import math

from sim.log import EventLog

NAN = math.nan


def quotient(above: float, below: float) -> float:
    return above / below if below else NAN


class CountOracle:
    """The figures of one log of one replication, from what was counted while it was made."""

    def __init__(self, log: EventLog, members: int, orders: int) -> None:
        """`members` ever joined the points programme; `orders` were placed in the observed time."""
        self.log, self.members, self.orders = log, members, orders
        self.months = len(log.month_edges) - 1 - log.first_month

    def row(self, name: str) -> list[int]:
        """A count by place, over all customers."""
        return [sum(int(cell[place]) for cell in self.log.counts[name]) for place in range(self.log.counts[name].shape[1])]

    def whole(self, name: str) -> int:
        return sum(self.row(name))

    def months_of(self, name: str, what: int) -> list[int]:
        """One of the four places of each month."""
        return self.row(name)[what::4]

    def mrr(self) -> list[float]:
        started, lost, expanded, contracted = (self.months_of("recurring.mrr", what) for what in range(4))
        running, found = self.row("recurring.opening")[1], []
        for month in range(self.months):
            running += started[month] - lost[month] + expanded[month] - contracted[month]
            found.append(running / 1e6)
        return found

    def liability(self) -> list[float]:
        issued, burned, expired, _ = (self.months_of("loyalty_points.worth", what) for what in range(4))
        running, found = 0, []
        for month in range(self.months):
            running += issued[month] - burned[month] - expired[month]
            found.append(running / 1e6)
        return found

    def mood(self) -> list[float]:
        pairs = zip(self.row("mood.level"), self.row("mood.people"), strict=True)
        return [quotient(level / 1000, people) for level, people in pairs]

    def survival(self) -> list[float]:
        left, found = 1.0, [1.0]
        for due, renewed in zip(self.row("paid_membership.due"), self.row("paid_membership.renewed"), strict=True):
            left *= quotient(renewed, due)
            found.append(left)
        return found

    def wait(self, name: str, share: float) -> float:
        """The wait that this share did not exceed, walking through the bins."""
        bins = self.row(name)
        left = share * sum(bins)
        for place, count in enumerate(bins):
            if count and left <= count:
                return 2 ** ((place + left / count) / 4) - 1
            left -= count
        return NAN

    def answers(self, question: str) -> list[int]:
        """Every answer by its place in the scale, one after another."""
        return [place for place, count in enumerate(self.row(f"feedback_surveys.{question}")) for _ in range(count)]

    def share(self, question: str, least: int, most: int = 99) -> float:
        answers = self.answers(question)
        return quotient(sum(least <= answer <= most for answer in answers), len(answers))

    def mean(self, question: str, lowest: int) -> float:
        answers = self.answers(question)
        return quotient(sum(answer + lowest for answer in answers), len(answers))

    def metrics(self) -> dict[str, float]:
        changes = [self.months_of("recurring.mrr", what) for what in range(4)]
        lost, expanded, contracted = (sum(change) / 1e6 for change in changes[1:])
        opening = self.row("recurring.opening")
        starts = opening[1] / 1e6 + sum(self.mrr()[:-1])
        started, ended = (sum(self.months_of("recurring.people", what)) for what in range(2))
        issued, burned, expired, endowed = (sum(self.months_of("loyalty_points.points", what)) for what in range(4))
        tickets, answered = self.whole("support_desk.tickets"), self.whole("support_desk.answered")
        waits = self.row("support_desk.waits")
        waited = sum(count * (2 ** ((place + 0.5) / 4) - 1) for place, count in enumerate(waits))
        due, renewed = self.row("paid_membership.due"), self.row("paid_membership.renewed")
        return {
            "mrr": self.mrr()[-1],
            "recurring_customers": opening[0] + started - ended,
            "mrr_churn_gross": quotient(lost + contracted, starts),
            "mrr_churn_net": quotient(lost + contracted - expanded, starts),
            "points_issued": issued,
            "points_redemption": quotient(burned, issued),
            "points_redeemers": quotient(self.whole("loyalty_points.redeemers"), self.members),
            "points_breakage": quotient(expired, issued),
            "points_endowed": quotient(endowed, issued),
            "points_liability": self.liability()[-1],
            "points_months_active": quotient(self.whole("loyalty_points.active_months"), self.members),
            "members": sum(self.row(f"{name}.members")[-1] for name in ("loyalty_points", "paid_membership")),
            "membership_trials": self.whole("paid_membership.trials"),
            "trial_conversion": quotient(self.whole("paid_membership.converted"), self.whole("paid_membership.trials")),
            "renewal_rate": quotient(sum(renewed), sum(due)),
            "first_renewal_rate": quotient(renewed[0], due[0]),
            "budget_dry_rate": quotient(self.whole("budget.dry"), self.whole("budget.weeks")),
            "budget_spent": quotient(self.whole("budget.spent"), self.whole("budget.given")),
            "budget_owed": self.whole("budget.owed") / 1e6,
            "failure_rate": quotient(self.whole("service.failed"), self.whole("service.orders")),
            "complaint_rate": quotient(self.whole("complaint_handling.complaints"), self.whole("service.failed")),
            "complaints_forgiven": quotient(
                self.whole("complaint_handling.forgiven"), self.whole("complaint_handling.complaints")
            ),
            "tickets_per_order": quotient(tickets, self.orders),
            "wait_median": self.wait("support_desk.waits", 0.5),
            "wait_p90": self.wait("support_desk.waits", 0.9),
            "wait_p95": self.wait("support_desk.waits", 0.95),
            "wait_mean": quotient(waited, sum(waits)),
            "wait_median_vip": self.wait("support_desk.waits_vip", 0.5),
            "first_reply_rate": quotient(self.whole("support_desk.first_reply"), answered),
            "abandoned_rate": quotient(self.whole("support_desk.abandoned"), tickets),
            "loyalty": quotient(self.whole("rival.stayed"), self.whole("rival.met")),
            "nps": 100 * (self.share("nps", 9) - self.share("nps", 0, 6)),
            "nps_true": 100 * (self.share("true_mood", 9) - self.share("true_mood", 0, 6)),
            "nps_mean": self.mean("nps", 0),
            "csat": self.share("csat", 3),
            "csat_mean": self.mean("csat", 1),
            "ces": self.share("ces", 4),
            "ces_mean": (self.mean("ces", 1) - 1) / 6,
            "answer_rate": quotient(
                max(len(self.answers(question)) for question in ("nps", "csat", "ces")),
                self.whole("feedback_surveys.asked"),
            ),
            "mood_end": self.mood()[-1],
        }

    def curves(self) -> dict[str, dict[float, float]]:
        """Each curve as x: value, where anybody stands behind it."""
        due = self.row("paid_membership.due")
        behind = [due[0], *due]
        return {
            "monthly_mrr": dict(enumerate(self.mrr())),
            "monthly_members": dict(enumerate(self.row("paid_membership.members"))),
            "monthly_points_members": dict(enumerate(self.row("loyalty_points.members"))),
            "monthly_tier_members": dict(enumerate(self.row("loyalty_tiers.members"))),
            "monthly_points_liability": dict(enumerate(self.liability())),
            "monthly_mood": dict(enumerate(self.mood())),
            "membership_survival": {x: value for x, value in enumerate(self.survival()) if behind[x]},
        }
