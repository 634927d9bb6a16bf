"""Figures of well-known sayings, from a store's log: what `docs/claims.md` tells and `test_claims.py` holds to it.

Run as a program it prints those that no command prints, from a few large stores: `python tests/claim_figures.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from made_shop import Sums, by_group, interval
from numpy.typing import NDArray

from sim.experiment import event_log
from sim.files.library import find_scenario
from sim.files.scenario_file import load_scenario
from sim.log import GROUPS, MICROS, EventLog
from sim.scenario import Scenario

YEAR = 365.25
TWENTY_YEARS = 20 * YEAR
Share = tuple[float, float, float]
"""A share, and the ends of its interval."""
Flags = NDArray[np.bool_]


def store(name: str, customers: float | None = None) -> Scenario:
    """A shipped scenario, scaled to so many expected customers."""
    scenario = load_scenario(find_scenario(name))
    return scenario if customers is None else scenario.scaled(customers)


@cache
def history(name: str, customers: float, seed: int = 1) -> EventLog:
    """The history of a shipped scenario's store of that size."""
    return event_log(store(name, customers), seed)


def ratio(a: Sums, b: Sums) -> Share:
    """A ratio of two sums by group, with the ends of its interval."""
    return (float(a.sum() / b.sum()), *interval(a, b, of=lambda x, y: x / y))


# Orders and money ----------------------------------------------------------------------------------------------------


def revenue(log: EventLog, begin: float, end: float) -> NDArray[np.float64]:
    """Revenue of the orders from day `begin` to `end` less their refunds, a customer."""
    orders = log.orders
    inside = (orders.time >= begin) & (orders.time < end)
    money = (orders.list_price - orders.discount - orders.refund)[inside] / 100.0
    spent = np.bincount(orders.customer[inside], money, minlength=log.customers.key.size)
    return spent.astype(np.float64)


def everybody(log: EventLog, amounts: NDArray[np.float64]) -> Sums:
    """Amounts a customer, summed by group."""
    return by_group(log, np.arange(amounts.size), amounts)


def yearly_profit(log: EventLog, year: int) -> Sums:
    """Contribution margin of the orders in a year from day 0, counted from 1, less what was spent on winning in it."""
    begin, end = (log.first_month + 12 * (year - 1), log.first_month + 12 * year)
    orders = log.orders
    inside = (orders.time >= log.month_edges[begin]) & (orders.time < log.month_edges[end])
    margin = by_group(log, orders.customer[inside], orders.margin[inside] / 100.0)
    spent = float(log.spend[begin:end].sum()) / MICROS
    return margin - spent / GROUPS


def lifetime_value(log: EventLog, horizon: float, rate: float) -> tuple[Sums, Sums]:
    """Discounted margin to the age `horizon` of the customers acquired from day 0 and seen for it, and how many they are; a
    payment on the last day pays for the time after it."""
    acquired = log.customers.acquired
    cohort = (acquired >= 0.0) & (acquired <= log.end - horizon)
    orders = log.orders
    age = orders.time - acquired[orders.customer]
    counted = cohort[orders.customer] & (age < horizon - 0.01)
    worth = orders.margin[counted] / 100.0 * (1.0 + rate) ** (-age[counted] / YEAR)
    return by_group(log, orders.customer[counted], worth), everybody(log, cohort.astype(float))


def grown(before: Any, after: Any) -> Any:
    """By what share something has grown."""
    return after / before - 1.0


# Who is there ---------------------------------------------------------------------------------------------------------


def alive(log: EventLog) -> Sums:
    """Customers who are truly not lost at the end."""
    return everybody(log, (log.customers.died > log.end).astype(float))


def won(log: EventLog) -> Sums:
    """Customers acquired in the observed time."""
    return everybody(log, (log.customers.acquired >= 0.0).astype(float))


def spend(log: EventLog) -> float:
    """What was spent on winning them."""
    return float(log.spend[log.first_month :].sum() / MICROS)


def costs(log: EventLog) -> Sums:
    """What strategies cost beside the orders."""
    found = by_group(log, log.costs.customer, log.costs.amount / MICROS)
    for bulk in log.bulk_costs:
        found += by_group(log, bulk.customer, bulk.amount / MICROS)
    return found


def buyers(log: EventLog) -> Sums:
    """Customers who ordered in the observed time."""
    return everybody(log, (count(log, 0.0, log.end) > 0).astype(float))


def count(log: EventLog, begin: float, end: float) -> NDArray[np.int64]:
    """Orders from day `begin` to `end`, a customer."""
    orders = log.orders
    inside = (orders.time >= begin) & (orders.time < end)
    return np.bincount(orders.customer[inside], minlength=log.customers.key.size)


def order_again(log: EventLog, silent: float, within: float = 365.0) -> Share:
    """Of those who had ordered in the last `silent` days, a year before the end: the share who order in the `within` days
    after that."""
    now = log.end - 365.0
    existing = count(log, now - silent, now) > 0
    again = existing & (count(log, now, now + within) > 0)
    return ratio(everybody(log, again.astype(float)), everybody(log, existing.astype(float)))


# Concentration --------------------------------------------------------------------------------------------------------


def best_fifth(amounts: NDArray[np.float64], among: Flags) -> Flags:
    """The fifth of `among` with the largest amounts."""
    ranked = np.flatnonzero(among)[np.argsort(-amounts[among], kind="stable")]
    chosen = np.zeros(amounts.size, dtype=np.bool_)
    chosen[ranked[: round(0.2 * ranked.size)]] = True
    return chosen


def next_year(log: EventLog) -> dict[str, Share]:
    """Shares of the last year's revenue that came from the best fifth, by who is a customer and when they were chosen."""
    now = log.end - 365.0
    before, last, coming = revenue(log, -np.inf, now), revenue(log, now - 365.0, now), revenue(log, now, log.end)
    known = log.customers.acquired < now
    bought, buying = last > 0, coming > 0

    def share(chosen: Flags, among: Flags) -> Share:
        return ratio(everybody(log, coming * chosen), everybody(log, coming * among))

    everyone = np.ones(known.size, dtype=np.bool_)
    return {
        "afterwards, of those who bought in it": share(best_fifth(coming, buying), buying),
        "afterwards, of all who ever bought before": share(best_fifth(coming, known), known),
        "beforehand, of last year's buyers": share(best_fifth(last, bought), bought),
        "beforehand, of all who ever bought before": share(best_fifth(before, known), known),
        "beforehand, of all who ever bought before, in all revenue": share(best_fifth(before, known), everyone),
    }


# Repeat revenue and members -------------------------------------------------------------------------------------------


def repeat_share(log: EventLog) -> Share:
    """Share of the observed revenue that comes from orders of customers who had bought before (Adobe 2012)."""
    orders = log.orders
    seen = orders.time >= 0.0
    money = (orders.list_price - orders.discount - orders.refund) / 100.0
    repeat = seen & (orders.number > 1)
    return ratio(by_group(log, orders.customer[repeat], money[repeat]), by_group(log, orders.customer[seen], money[seen]))


def member_lifts(log: EventLog) -> dict[str, tuple[float, float]]:
    """Members' orders a buyer and value an order against everybody else's, less 1: intervals."""
    orders = log.orders
    seen = orders.time >= 0.0
    member = log.customers.enrolled > 0
    spent = (orders.list_price - orders.discount) / 100.0
    bought = count(log, 0.0, log.end) > 0

    def of(which: Flags) -> tuple[Sums, Sums, Sums]:
        mine = seen & which[orders.customer]
        return (
            everybody(log, (bought & which).astype(float)), by_group(log, orders.customer[mine]),
            by_group(log, orders.customer[mine], spent[mine]),
        )  # fmt: skip

    members, others = of(member), of(~member)
    return {
        "orders a buyer": interval(*members[:2], *others[:2], of=lambda a, b, c, d: b / a / (d / c) - 1.0),
        "value of an order": interval(*members[1:], *others[1:], of=lambda a, b, c, d: b / a / (d / c) - 1.0),
    }


# What no command prints -----------------------------------------------------------------------------------------------


def kept_and_won(size: float) -> Iterator[tuple[str, Share]]:
    """What serving, keeping and winning customers cost, of stores of that size."""
    grown_by = store("cost_of_winning_more").expected_customers() / store("typical_online_store").expected_customers()
    plain, tiers, letters = (
        history(name, size) for name in ("typical_online_store", "cost_of_keeping_by_tiers", "cost_of_keeping_by_letters")
    )
    more = history("cost_of_winning_more", size * grown_by)
    extra = spend(more) - spend(plain)
    yield "perks a buyer and year", ratio(costs(tiers), 2.0 * buyers(tiers))
    yield "letters a buyer and year", ratio(costs(letters), 2.0 * buyers(letters))
    yield "advertising a customer won", ratio(np.full(GROUPS, spend(plain) / GROUPS), won(plain))
    yield "advertising a customer won more", ratio(np.full(GROUPS, extra / GROUPS), won(more) - won(plain))
    yield "advertising a customer more at the end", ratio(np.full(GROUPS, extra / GROUPS), alive(more) - alive(plain))
    yield "perks a customer more at the end", ratio(costs(tiers), alive(tiers) - alive(plain))


def figures() -> Iterator[tuple[str, str, Share]]:
    """Each saying's figures that no command prints: what of, which, and the figure."""
    before, after = (history(name, 200_000.0) for name in ("retention_agency", "retention_agency_95"))
    for year in (1, 2, 3, 5, 10, 20):
        earned = [yearly_profit(log, year) for log in (before, after)]
        yield "profit of the agency", f"gain in year {year}", change(*earned)
    for label, figure in kept_and_won(200_000.0):
        yield "cost", label, figure
    for name in ("selling_again_typical", "selling_again_tea", "leather_shoes"):
        log = history(name, 30_000.0)
        for silent, label in ((30.0, "30 days"), (90.0, "90 days"), (365.0, "a year"), (np.inf, "all the time")):
            yield name, f"order within a year, of those who had ordered in {label}", order_again(log, silent)
    for name in ("typical", "few_heavy", "all_alike", "old_file"):
        for label, figure in next_year(history(f"eighty_twenty_{name}", 30_000.0)).items():
            yield f"eighty_twenty_{name}", label, figure


def change(before: Sums, after: Sums) -> Share:
    """By what share something has grown, and the ends of its interval."""
    return (float(after.sum() / before.sum() - 1.0), *interval(before, after, of=grown))


if __name__ == "__main__":
    for what, label, (figure, low, high) in figures():
        print(f"{what:32}{label:62}{figure:9.3f}  [{low:.3f}, {high:.3f}]")
