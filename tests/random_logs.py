"""Logs made by plain chance, with everything that a log can hold, for the tests of the reading wing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
from made_counts import made_counts

from sim.log import GROUPS, BulkCost, Costs, Customers, EventLog, Messages, Orders
from sim.scenario import Channel, Scenario

KINDS = ("email", "gift", "loyalty_points", "paid_membership", "referral")
CHANNELS = {
    "search": Channel(monthly_spend=1500.0, customers=40.0),
    "organic": Channel(monthly_spend=200.0, paid=False, customers=60.0),
}


def scenario(**values: object) -> Scenario:
    """A small store's scenario, with horizons that fit into a year of observation."""
    settings: dict[str, object] = {"name": "store", "months": 12, "pre_history": 4, "clv_horizon": 6}
    settings["channels"] = CHANNELS
    return Scenario(**(settings | values))  # type: ignore[arg-type]


def random_log(
    seed: int,
    customers: int,
    of: Scenario,
    *,
    replications: int = 1,
    whole_days: bool = False,
    mean_repeats: float = 3.0,
) -> EventLog:
    """A log of so many customers; whole days make ties and orders of the same day frequent."""
    draw = np.random.default_rng(seed)
    edges = np.array(of.month_edges())
    end = edges[-1]
    rounded: Callable[[np.ndarray], np.ndarray] = np.floor if whole_days else np.asarray
    acquired = rounded(np.sort(draw.uniform(edges[0], end, customers)))
    counts = 1 + draw.geometric(1 / (1 + mean_repeats), customers) - 1
    who = np.repeat(np.arange(customers), counts)
    gaps = draw.exponential(40.0, who.size) * draw.choice([0.2, 1.0, 3.0], customers)[who]
    first = np.cumsum(counts) - counts
    gaps[first] = 0.0
    total = np.cumsum(gaps)
    time = acquired[who] + rounded(total - total[first][who])
    kept = time < end
    who, time = who[kept], time[kept]
    counts = np.bincount(who, minlength=customers)
    number = np.arange(who.size) - (np.cumsum(counts) - counts)[who] + 1
    price = draw.integers(0, 9000, who.size) + draw.integers(0, 4000, customers)[who]
    discount = np.where(draw.random(who.size) < 0.3, price // 5, 0)
    refund = np.where(draw.random(who.size) < 0.1, price - discount, 0)
    margin = price // 2 - discount
    died = np.where(draw.random(customers) < 0.4, np.inf, acquired + rounded(draw.exponential(90.0, customers)))
    parent = np.full(customers, -1)
    children = np.flatnonzero(draw.random(customers) < 0.2)
    children = children[children > 0]
    parent[children] = [draw.integers(0, child) for child in children]
    cell = draw.integers(0, GROUPS * replications, customers)
    for child in children:
        cell[child] = cell[parent[child]]
    paid = np.sort(draw.integers(0, customers, 2 * customers))
    sends = draw.uniform(edges[0] / 2, end, 5)
    months = len(edges) - 1
    held, enrolled, some = draw.integers(0, 2 ** len(KINDS), (3, customers)).astype(np.uint64)
    held &= some
    enrolled &= ~held
    paying = np.sort(draw.integers(0, customers, customers // 2))
    spend = np.tile([int(channel.monthly_spend * 1e6) for channel in of.channels.values()], (months, 1))
    return EventLog(
        start=of.start,
        month_edges=edges,
        first_month=of.pre_history,
        currency=of.currency,
        channels=tuple(of.channels),
        paid=tuple(channel.paid for channel in of.channels.values()),
        causes=("", "email", "code"),
        cost_kinds=KINDS,
        replications=replications,
        refund_after=14.0,
        customers=Customers(
            key=draw.integers(0, 2**63, customers).astype(np.uint64),
            cell=cell.astype(np.int32),
            channel=draw.integers(0, len(of.channels), customers).astype(np.int16),
            acquired=acquired,
            died=died,
            parent=parent.astype(np.int32),
            held=held,
            enrolled=enrolled,
        ),
        orders=Orders(
            customer=who.astype(np.int32),
            number=number.astype(np.int32),
            time=time,
            list_price=price,
            discount=discount,
            refund=refund,
            margin=margin,
            refund_margin=np.where(refund > 0, margin + 100, 0),
            cause=draw.choice([0, 0, 0, 1, 2], who.size).astype(np.int8),
        ),
        costs=Costs(
            customer=paid.astype(np.int32),
            time=rounded(draw.uniform(acquired[paid], end)),
            amount=draw.integers(1, 3_000_000, paid.size),
            kind=draw.integers(0, len(KINDS), paid.size).astype(np.int8),
        ),
        fees=Costs(
            customer=paying.astype(np.int32),
            time=rounded(draw.uniform(acquired[paying], end)),
            amount=draw.integers(1, 900, paying.size) * 10_000,
            kind=draw.integers(2, 4, paying.size).astype(np.int8),
        ),
        bulk_costs=tuple(BulkCost(float(t), 12_345, 0, np.flatnonzero(acquired < t).astype(np.int32)) for t in sends),
        messages=Messages(
            kind=np.zeros(GROUPS * replications, dtype=np.int8),
            cell=np.arange(GROUPS * replications, dtype=np.int32),
            sent=draw.integers(50, 90, GROUPS * replications),
            opened=draw.integers(20, 50, GROUPS * replications),
            clicked=draw.integers(5, 20, GROUPS * replications),
            unsubscribed=draw.integers(0, 5, GROUPS * replications),
        ),
        spend=spend.astype(np.int64),
        overheads=np.tile(draw.integers(0, 90, len(KINDS)) * 1_000_000, (months, 1)),
        counts=made_counts(draw, GROUPS * replications, of.months, enrolled, cell),
        invites=draw.integers(0, 9, GROUPS * replications),
    )


def part(log: EventLog, rows: np.ndarray) -> EventLog:
    """The log of some of the customers alone (with all that is theirs).

    A parent outside the part is lost, so whole families must be taken. Messages, invitations and counts stay behind.
    """
    place = np.full(log.customers.key.size, -1)
    place[rows] = np.arange(rows.size)
    people = {f.name: getattr(log.customers, f.name)[rows] for f in dataclasses.fields(Customers)}
    people["parent"] = np.where(people["parent"] >= 0, place[people["parent"]], -1).astype(np.int32)

    def rows_of(table: Orders | Costs) -> dict[str, np.ndarray]:
        order = np.flatnonzero(place[table.customer] >= 0)
        columns = {f.name: getattr(table, f.name)[order] for f in dataclasses.fields(table)}
        return columns | {"customer": place[columns["customer"]].astype(np.int32)}

    orders = rows_of(log.orders)
    bulk = [dataclasses.replace(b, customer=place[b.customer][place[b.customer] >= 0]) for b in log.bulk_costs]
    nobody = np.zeros_like(log.invites)
    return dataclasses.replace(
        log,
        customers=Customers(**people),
        orders=Orders(**orders),
        costs=Costs(**rows_of(log.costs)),
        fees=Costs(**rows_of(log.fees)),
        bulk_costs=tuple(bulk),
        messages=None,
        invites=nobody,
        counts={},
    )


def whole_families(log: EventLog, seed: int, parts: int) -> list[np.ndarray]:
    """The rows of the customers, dealt to so many parts by their first ancestor, in any order within a part."""
    root = np.arange(log.customers.key.size)
    for row, parent in enumerate(log.customers.parent):
        if parent >= 0:
            root[row] = root[parent]
    draw = np.random.default_rng(seed)
    dealt = draw.integers(0, parts, root.size)[root]
    return [draw.permutation(np.flatnonzero(dealt == number)) for number in range(parts)]
