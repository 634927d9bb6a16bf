"""Every metric, curve and cohort cell once more, in plain Python from the definitions, one customer after another."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from oracle_counts import CountOracle, quotient

from sim.log import EventLog
from sim.metrics.reading import Reading

NAN = math.nan
POINTS = "loyalty_points"


@dataclass
class Order:
    number: int
    time: float
    list_price: float
    discount: float
    refund: float
    refund_time: float
    margin: float
    refund_margin: float
    cause: int


@dataclass
class Customer:
    channel: int
    acquired: float
    died: float
    parent: int
    held: int
    enrolled: int
    orders: list[Order] = field(default_factory=list)
    costs: list[tuple[float, float]] = field(default_factory=list)
    fees: list[tuple[float, float]] = field(default_factory=list)


def customers_of(log: EventLog) -> list[Customer]:
    """The log, one object a customer; money in units of the currency."""
    who = log.customers
    people = [
        Customer(
            int(who.channel[i]), float(who.acquired[i]), float(who.died[i]), int(who.parent[i]),
            int(who.held[i]), int(who.enrolled[i]),
        )
        for i in range(who.key.size)
    ]
    o = log.orders
    for i in range(o.time.size):
        people[int(o.customer[i])].orders.append(
            Order(
                number=int(o.number[i]),
                time=float(o.time[i]),
                list_price=o.list_price[i] / 100,
                discount=o.discount[i] / 100,
                refund=o.refund[i] / 100,
                refund_time=float(o.time[i]) + log.refund_after,
                margin=o.margin[i] / 100,
                refund_margin=o.refund_margin[i] / 100,
                cause=int(o.cause[i]),
            )
        )
    for person in people:
        person.orders.sort(key=lambda order: order.number)
    for row, time, amount in zip(log.costs.customer, log.costs.time, log.costs.amount, strict=True):
        people[int(row)].costs.append((float(time), amount / 1e6))
    for row, time, amount in zip(log.fees.customer, log.fees.time, log.fees.amount, strict=True):
        people[int(row)].fees.append((float(time), amount / 1e6))
    for bulk in log.bulk_costs:
        for row in bulk.customer:
            people[int(row)].costs.append((bulk.time, bulk.amount / 1e6))
    return people


def age_at(person: Customer, time: float) -> float:
    """Days since the first order; what is due on a whole day is due on it, whatever floats make of it."""
    age = max(time - person.acquired, 0.0)
    return float(round(age)) if abs(age - round(age)) < 1e-6 else age


class Oracle:
    """The figures of one log of one replication."""

    def __init__(self, log: EventLog, reading: Reading) -> None:
        self.log, self.reading, self.end = log, reading, float(reading.end)
        self.people = customers_of(log)
        self.new = [p for p in self.people if p.acquired >= 0]
        self.cohort = [p for p in self.new if self.end - p.acquired >= reading.clv_horizon]

    def margins(self, person: Customer) -> list[tuple[float, float]]:
        """(time, margin) of all sales, refunds and costs in the observed time."""
        items = [(order.time, order.margin) for order in person.orders]
        items += [(order.refund_time, -order.refund_margin) for order in person.orders]
        items += [(time, -amount) for time, amount in person.costs]
        items += person.fees
        return [(time, amount) for time, amount in items if 0 <= time < self.end]

    def worth(self, person: Customer, age: float) -> float:
        rate = 1 + self.reading.discount_rate
        total = 0.0
        for time, amount in self.margins(person):
            old = age_at(person, time)
            if old <= age:
                total += amount * rate ** (-math.ceil(old) / 365.25)
        return total

    def fees(self, person: Customer) -> float:
        return sum(amount for time, amount in person.fees if 0 <= time < self.end)

    def revenue(self, person: Customer) -> float:
        return self.order_revenue(person) + self.fees(person)

    def order_revenue(self, person: Customer, number: int | None = None) -> float:
        orders = [order for order in person.orders if number is None or order.number == number]
        sold = sum(order.list_price - order.discount for order in orders if order.time >= 0)
        return sold - sum(order.refund for order in orders if 0 <= order.refund_time < self.end)

    def active(self, person: Customer, moment: float) -> bool:
        window = self.reading.activity_window
        return any(moment - window <= order.time < moment for order in person.orders)

    def spend(self, channels: list[int]) -> float:
        """What the cohort cost to win through the channels."""
        if not self.log.spend.size:
            return NAN
        last, total = self.end - self.reading.clv_horizon, 0.0
        edges = list(self.log.month_edges)
        for month in range(self.log.first_month, len(edges) - 1):
            begins, ends = edges[month], edges[month + 1]
            part = max(0.0, min(1.0, (last - begins) / (ends - begins)))
            total += sum(part * self.log.spend[month][c] / 1e6 for c in channels)
        return total

    def fixed(self, month: int) -> float:
        """What the strategies cost in an observed month whatever the customers do."""
        return float(self.log.overheads[self.log.first_month + month].sum()) / 1e6 if self.log.overheads.size else 0.0

    def payback(self) -> float:
        cac = self.metrics_of_value()["cac"]
        if math.isnan(cac):
            return NAN
        horizon = self.reading.clv_horizon
        ages = [*range(0, horizon, 7), horizon]
        before = None
        for age in ages:
            earned = sum(
                amount for p in self.cohort for time, amount in self.margins(p) if age_at(p, time) <= age
            ) / len(self.cohort)
            if earned >= cac:
                if before is None:
                    return 0.0
                return before[0] + (cac - before[1]) / (earned - before[1]) * (age - before[0])
            before = (age, earned)
        return NAN

    def metrics_of_value(self) -> dict[str, float]:
        everything = list(range(len(self.log.channels)))
        paid = [c for c in everything if self.log.paid[c]]
        count = len(self.cohort)
        cac = quotient(self.spend(everything), count)
        clv = quotient(sum(self.worth(p, self.reading.clv_horizon) for p in self.cohort), count)
        return {
            "cac": cac,
            "cac_paid": quotient(self.spend(paid), sum(p.channel in paid for p in self.cohort)),
            "clv": clv,
            "clv_after_cac": clv - cac,
            "ltv_cac": quotient(clv, cac),
            "clv_historic": quotient(sum(a for p in self.new for _, a in self.margins(p)), len(self.new)),
        }

    def metrics(self) -> dict[str, float]:
        log, reading, end, people, new = self.log, self.reading, self.end, self.people, self.new
        orders = [order for p in people for order in p.orders if order.time >= 0]
        buyers = [p for p in people if any(order.time >= 0 for order in p.orders)]
        sales = sum(order.list_price - order.discount for order in orders)
        refunds = sum(o.refund for p in people for o in p.orders if 0 <= o.refund_time < end)
        revenue = sum(self.revenue(p) for p in people)
        of_orders = sum(self.order_revenue(p) for p in people)
        margin = sum(amount for p in people for _, amount in self.margins(p))
        costs = sum(amount for p in people for time, amount in p.costs if 0 <= time < end)
        start = float(reading.churn_start)
        then = [p for p in people if self.active(p, start)]
        now = [p for p in people if self.active(p, end)]
        churn = quotient(self.lost(then, now), len(then))
        lived = [p for p in people if p.acquired < start and p.died > start]
        alive = [p for p in people if p.died > end]
        truth = 1.0 if log.knows_truth else NAN
        year = [p for p in new if end - p.acquired >= 367]
        by_count = [sum(len(p.orders) >= k for p in people) for k in range(6)]
        horizon = reading.clv_horizon
        children = [(people[p.parent], p) for p in people if p.parent >= 0]
        mine = [p for parent, p in children if parent.acquired >= 0]
        in_time = [
            p
            for parent, p in children
            if parent.acquired >= 0 and end - parent.acquired >= horizon and p.acquired - parent.acquired <= horizon
        ]
        sent, opened, clicked, left = (
            [float(getattr(log.messages, n).sum()) for n in ("sent", "opened", "clicked", "unsubscribed")]
            if log.messages is not None
            else [0.0] * 4
        )
        mailing = {int(k) for k in log.messages.kind} if log.messages is not None else set()
        mail_cost = sum(
            amount / 1e6
            for kind, time, amount in zip(log.costs.kind, log.costs.time, log.costs.amount, strict=True)
            if int(kind) in mailing and 0 <= time < end
        ) + sum(b.amount / 1e6 * b.customer.size for b in log.bulk_costs if b.kind in mailing and 0 <= b.time < end)
        invites = float(log.invites.sum())
        periods = end / (end - start)
        aov, frequency = quotient(of_orders, len(orders)), quotient(len(orders), len(buyers))
        new_active = [p for p in now if p.acquired >= start]
        months = range(len(reading.months) - 1)
        fixed = sum(self.fixed(month) for month in months)
        spent = float(log.spend[log.first_month :].sum()) / 1e6 if log.spend.size else NAN
        return self.metrics_of_value() | {
            "ltv_simple": quotient(aov * frequency / periods, churn),
            "payback_days": self.payback(),
            "repeat_customer_rate": quotient(by_count[2], by_count[1]),
            "repeat_purchase_rate": quotient(
                sum(any(o.number == 2 and math.floor(age_at(p, o.time)) <= 366 for o in p.orders) for p in year), len(year)
            ),
            "third_order_rate": quotient(by_count[3], by_count[2]),
            "fourth_order_rate": quotient(by_count[4], by_count[3]),
            "loyal_customer_rate": quotient(by_count[5], by_count[1]),
            "repeat_order_share": quotient(sum(o.number > 1 for o in orders), len(orders)),
            "repeat_order_revenue_share": quotient(
                sum(self.order_revenue(p) - self.order_revenue(p, number=1) for p in people), of_orders
            ),
            "repeat_revenue_share": quotient(sum(self.revenue(p) for p in people if len(p.orders) > 1), revenue),
            "purchase_frequency": frequency,
            "aov": aov,
            "customer_value": quotient(of_orders, len(buyers)),
            "churn_rate": churn,
            "churn_true": quotient(sum(p.died <= end for p in lived), len(lived)) * truth,
            "crr": quotient(len(now) - len(new_active), len(then)),
            "crr_true": quotient(sum(p.died > end for p in lived), len(lived)) * truth,
            "reactivated_rate": quotient(sum(p.acquired < start and not self.active(p, start) for p in now), len(then)),
            "active_but_lost": quotient(sum(not p.died > end for p in now), len(now)) * truth,
            "alive_but_inactive": quotient(sum(not self.active(p, end) for p in alive), len(alive)) * truth,
            "discount_share": quotient(sum(o.discount for o in orders), sum(o.list_price for o in orders)),
            "deal_order_share": quotient(sum(o.discount > 0 for o in orders), len(orders)),
            "deal_revenue_share": quotient(sum(o.list_price - o.discount for o in orders if o.discount > 0), sales),
            "margin_given_away": sum(o.discount for o in orders),
            "fees": sum(self.fees(p) for p in people),
            "attributed_orders": float(sum(o.cause > 0 for o in orders)),
            "attributed_revenue": sum(o.list_price - o.discount for o in orders if o.cause),
            "attributed_margin": sum(o.margin for o in orders if o.cause),
            "refund_share": quotient(refunds, sales),
            "attributed_share": quotient(sum(o.list_price - o.discount for o in orders if o.cause), sales),
            "customers": float(len(new)),
            "buyers": float(len(buyers)),
            "orders": float(len(orders)),
            "revenue": revenue,
            "contribution_margin": margin,
            "fixed_costs": fixed,
            "profit": margin - spent - fixed,
            "strategy_costs": costs,
            "messaging_cost": mail_cost,
            "messages_sent": sent,
            "message_open_rate": quotient(opened, sent),
            "message_click_rate": quotient(clicked, sent),
            "unsubscribe_rate": quotient(left, sent),
            "referral_k": quotient(len(in_time), len(self.cohort)),
            "referral_invites": quotient(invites, len(new)),
            "referral_conversion": quotient(len(mine), invites),
            "referral_share": quotient(sum(p.parent >= 0 for p in new), len(new)),
            "referral_cycle_days": quotient(
                sum(p.acquired - people[p.parent].acquired for p in in_time), len(in_time)
            ),
            "referral_cac": self.referral_cac(),
            **self.revenue_churn(),
            **self.programme(),
            **CountOracle(log, sum(bool(p.enrolled & self.bit(POINTS)) for p in people), len(orders)).metrics(),
        }

    def bit(self, strategy: str) -> int:
        return 1 << self.log.cost_kinds.index(strategy)

    def referral_cac(self) -> float:
        log, kind = self.log, self.log.cost_kinds.index("referral")
        rows = zip(log.costs.kind, log.costs.time, log.costs.amount, strict=True)
        costs = sum(amount for k, time, amount in rows if k == kind and 0 <= time < self.end)
        costs += sum(b.amount * b.customer.size for b in log.bulk_costs if b.kind == kind and 0 <= b.time < self.end)
        costs += log.overheads[log.first_month :, kind].sum()
        return quotient(float(costs) / 1e6, sum(p.parent >= 0 for p in self.new))

    def revenue_churn(self) -> dict[str, float]:
        """Period against period: the last 12 months, or half of all that is known."""
        months = self.reading.months
        year = self.end - months[-1 - min(12, len(months) - 1)]
        length = min(year, (self.reading.pre_history + int(self.end)) // 2)
        before = after = lost = 0.0
        for person in self.people:

            def paid(begins: float, ends: float, person: Customer = person) -> float:
                return sum(o.list_price - o.discount for o in person.orders if begins <= o.time < ends)

            then, now = paid(self.end - 2 * length, self.end - length), paid(self.end - length, self.end)
            if any(self.end - 2 * length <= o.time < self.end - length for o in person.orders):
                before, after, lost = before + then, after + now, lost + max(then - now, 0.0)
        nrr, gross = quotient(after, before), quotient(lost, before)
        return {"nrr": nrr, "grr": 1 - gross, "revenue_churn_gross": gross, "revenue_churn_net": 1 - nrr}

    def programme(self) -> dict[str, float]:
        """Whoever is enrolled in any programme, against everybody else."""
        return self.members(self.people, lambda p: p.enrolled != 0)

    def members(self, reached: list[Customer], joined: Callable[[Customer], bool]) -> dict[str, float]:
        """Members against everybody else, of those whom the programme reaches."""
        members = [p for p in self.people if joined(p)]
        others = [p for p in self.people if not joined(p)]
        if not members:
            names = ("eligible", "enrolled", "enrolment_rate", "member_clv", "member_aov_lift", "member_frequency_lift")
            return dict.fromkeys(names, NAN)
        could = [p for p in reached if joined(p) or self.orders(p)]
        cohort = [p for p in self.cohort if joined(p)]

        def aov(people: list[Customer]) -> float:
            return quotient(sum(self.order_revenue(p) for p in people), sum(self.orders(p) for p in people))

        def frequency(people: list[Customer]) -> float:
            return quotient(sum(self.orders(p) for p in people), sum(self.orders(p) > 0 for p in people))

        return {
            "eligible": float(len(could)),
            "enrolled": float(len(members)),
            "enrolment_rate": quotient(len(members), len(could)),
            "member_clv": quotient(sum(self.worth(p, self.reading.clv_horizon) for p in cohort), len(cohort)),
            "member_aov_lift": quotient(aov(members), aov(others)) - 1,
            "member_frequency_lift": quotient(frequency(members), frequency(others)) - 1,
        }

    def orders(self, person: Customer) -> int:
        return sum(order.time >= 0 for order in person.orders)

    def arm(self, strategy: str) -> list[list[Customer]]:
        """The customers whom a strategy held out, whom it reached without their joining, and who joined."""
        bit = self.bit(strategy)
        held = [p for p in self.people if p.held & bit]
        kept = [p for p in self.people if not p.held & bit]
        return [held, [p for p in kept if not p.enrolled & bit], [p for p in kept if p.enrolled & bit]]

    def arm_sums(self, people: list[Customer]) -> dict[str, float]:
        """What is summed over the customers of an arm."""
        placed = [o for p in people for o in p.orders if o.time >= 0]
        cohort = [p for p in self.cohort if any(p is one for one in people)]
        return {
            "customers": len(people),
            "buyers": sum(self.orders(p) > 0 for p in people),
            "orders": len(placed),
            "list_price": sum(o.list_price for o in placed),
            "discount": sum(o.discount for o in placed),
            "refunds": sum(o.refund for p in people for o in p.orders if 0 <= o.refund_time < self.end),
            "fees": sum(self.fees(p) for p in people),
            "margin": sum(amount for p in people for _, amount in self.margins(p)),
            "cohort": len(cohort),
            "cohort_clv": sum(self.worth(p, self.reading.clv_horizon) for p in cohort),
        }

    @staticmethod
    def lost(then: list[Customer], now: list[Customer]) -> int:
        still = {id(p) for p in now}
        return sum(id(p) not in still for p in then)

    def top_share(self, best: float) -> float:
        """Exact, with a customer at the cut counted in part."""
        spent = sorted((self.revenue(p) for p in self.people if self.orders(p) or self.fees(p) > 0), reverse=True)
        cut = best * len(spent)
        whole = int(cut)
        top = sum(spent[:whole]) + (cut - whole) * (spent[whole] if whole < len(spent) else 0.0)
        return quotient(top, sum(spent))

    def curves(self) -> dict[str, dict[float, float]]:
        """Each curve as x: value, where anybody stands behind it."""
        found: dict[str, dict[float, float]] = {}
        for length in (30, 91):
            points = {}
            for x in range(0, int(self.end), length):
                seen = [p for p in self.new if self.end - p.acquired >= x + length]
                if seen:
                    points[float(x)] = self.share(seen, lambda p, x=x, n=length: self.ordered(p, x, x + n))
            found[f"retention_bracket_{length}"] = points
        found["retention_n_day"] = {
            float(n): self.share(seen, lambda p, n=n: self.ordered(p, n, n + 1))
            for n in range(1, 91)
            if (seen := [p for p in self.new if self.end - p.acquired >= n + 1])
        }
        weekly: dict[str, dict[float, float]] = {"retention_unbounded": {}, "alive": {}, "clv_cumulative": {}}
        for x in range(0, int(self.end) + 1, 7):
            seen = [p for p in self.new if self.end - p.acquired >= x]
            if not seen:
                continue
            weekly["retention_unbounded"][x] = self.share(seen, lambda p, x=x: self.ordered(p, x, math.inf))
            truth = 1.0 if self.log.knows_truth else NAN
            weekly["alive"][x] = truth * self.share(seen, lambda p, x=x: p.died - p.acquired > x)
            weekly["clv_cumulative"][x] = sum(self.worth(p, x) for p in seen) / len(seen)
        return found | weekly | self.monthly() | CountOracle(self.log, 0, 0).curves()

    def monthly(self) -> dict[str, dict[float, float]]:
        names = ("revenue", "contribution_margin", "orders", "active_customers", "new_customers", "cac", "cumulative_cash")
        series: dict[str, dict[float, float]] = {f"monthly_{name}": {} for name in names}
        cash = 0.0
        for month, (begins, ends) in enumerate(zip(self.reading.months, self.reading.months[1:], strict=False)):
            orders = [o for p in self.people for o in p.orders if begins <= o.time < ends]
            refunds = sum(o.refund for p in self.people for o in p.orders if begins <= o.refund_time < ends)
            margin = sum(a for p in self.people for time, a in self.margins(p) if begins <= time < ends)
            fees = sum(a for p in self.people for time, a in p.fees if begins <= time < ends)
            new = sum(begins <= p.acquired < ends for p in self.people)
            spend = NAN
            if self.log.spend.size:
                spend = self.log.spend[self.log.first_month + month].sum() / 1e6
            cash += margin - spend - self.fixed(month)
            values = (
                sum(o.list_price - o.discount for o in orders) - refunds + fees, margin, len(orders),
                sum(self.active(p, ends) for p in self.people), new, quotient(spend, new), cash,
            )  # fmt: skip
            for name, value in zip(names, values, strict=True):
                series[f"monthly_{name}"][month] = value
        return series

    def cohorts(self) -> list[tuple[int, list[float]]]:
        """Customers of each month, and their retention as far as all were seen."""
        rows = []
        for begins, ends in zip(self.reading.months, self.reading.months[1:], strict=False):
            row = [p for p in self.new if begins <= p.acquired < ends]
            ages = range(int((self.end - ends) // 30))
            rows.append((len(row), [self.share(row, lambda p, k=k: self.ordered(p, 30 * k, 30 * k + 30)) for k in ages]))
        return rows

    @staticmethod
    def ordered(person: Customer, low: float, high: float) -> bool:
        return any(low <= age_at(person, order.time) < high for order in person.orders)

    @staticmethod
    def share(people: list[Customer], holds: object) -> float:
        return quotient(sum(bool(holds(p)) for p in people), len(people))  # type: ignore[operator]
