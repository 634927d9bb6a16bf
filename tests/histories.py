"""Logs in a form that can be compared: by customers' keys instead of rows, and in one order whoever wrote them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.log import GROUPS, EventLog

ORDER_COLUMNS = ("number", "time", "list_price", "discount", "refund", "margin", "refund_margin", "cause")
Columns = dict[str, NDArray[np.generic]]


def history(logs: EventLog | Iterable[EventLog], cell_from: int = 0) -> dict[str, Columns]:
    """Everything in one log, or in several blocks of one store, as columns bit for bit, sorted by key.

    `cell_from` is taken off the cells, so that one replication among several compares with the same one alone.
    """
    parts = [logs] if isinstance(logs, EventLog) else list(logs)
    return {
        "customers": joined([customers(log, cell_from) for log in parts], ("key",)),
        "orders": joined([orders(log) for log in parts], ("key", "number")),
        "costs": joined([costs(log) for log in parts], ("key", "kind", "time", "amount")),
        "messages": {"counts": np.sum([messages(log, cell_from) for log in parts], axis=0)},
        "invites": {"counts": np.sum([log.invites[cell_from : cell_from + GROUPS] for log in parts], axis=0)},
    }


def same(mine: dict[str, Columns], theirs: dict[str, Columns]) -> bool:
    """Whether two histories are the same, bit for bit."""
    return all(
        np.array_equal(column, theirs[table][name])
        for table, columns in mine.items()
        for name, column in columns.items()
    )


def only(log: EventLog, mask: NDArray[np.bool_]) -> dict[str, Columns]:
    """The customers in `mask` and their orders."""
    whole = {"customers": customers(log, 0), "orders": orders(log)}
    keys = log.customers.key[mask]
    return {
        "customers": joined([_where(whole["customers"], keys)], ("key",)),
        "orders": joined([_where(whole["orders"], keys)], ("key", "number")),
    }


def _where(columns: Columns, keys: NDArray[np.uint64]) -> Columns:
    there = np.isin(columns["key"], keys)
    return {name: column[there] for name, column in columns.items()}


def joined(parts: list[Columns], by: tuple[str, ...]) -> Columns:
    """The parts one after the other, sorted."""
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    place = np.lexsort([whole[name] for name in reversed(by)])
    return {name: column[place] for name, column in whole.items()}


def customers(log: EventLog, cell_from: int) -> Columns:
    people = log.customers
    parent = np.where(people.parent >= 0, people.key[people.parent], np.uint64(0)) if people.key.size else people.key
    mine = (people.cell >= cell_from) & (people.cell < cell_from + GROUPS) if cell_from else people.cell >= 0
    return {
        "key": people.key[mine], "cell": people.cell[mine] - cell_from, "channel": people.channel[mine],
        "acquired": people.acquired[mine], "died": people.died[mine], "parent": parent[mine],
    }  # fmt: skip


def orders(log: EventLog) -> Columns:
    columns = {name: getattr(log.orders, name) for name in ORDER_COLUMNS}
    return {"key": log.customers.key[log.orders.customer], **columns}


def costs(log: EventLog) -> Columns:
    keys = log.customers.key
    single = [(keys[log.costs.customer], log.costs.time, log.costs.amount, log.costs.kind)]
    bulk = [
        (keys[bulk.customer], *(np.full(bulk.customer.size, value) for value in (bulk.time, bulk.amount, bulk.kind)))
        for bulk in log.bulk_costs
    ]
    columns = [np.concatenate(column) for column in zip(*single, *bulk, strict=True)]
    return dict(zip(("key", "time", "amount", "kind"), columns, strict=True))


def messages(log: EventLog, cell_from: int) -> NDArray[np.int64]:
    """Counts by strategy, group and what was done; of one replication."""
    counts = np.zeros((max(len(log.cost_kinds), 1), GROUPS, 4), dtype=np.int64)
    if log.messages is not None:
        mine = (log.messages.cell >= cell_from) & (log.messages.cell < cell_from + GROUPS)
        columns = (log.messages.sent, log.messages.opened, log.messages.clicked, log.messages.unsubscribed)
        place = (log.messages.kind[mine], log.messages.cell[mine] - cell_from)
        counts[place] = np.stack(columns, axis=1)[mine]
    return counts
