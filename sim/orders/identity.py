"""Who ordered: by the column of customers, and where that names nobody by their address or telephone number."""

from __future__ import annotations

import dataclasses

import numpy as np

from sim.orders.account import Telling, many
from sim.orders.headings import SHOPIFY
from sim.orders.raw import NOBODY, Raw
from sim.orders.rows import Ints, Mask


def identified(raw: Raw, telling: Telling) -> Raw:
    """Without rows that do not say who; a second column counts where the first names nobody.

    Whoever stands beside the same text of the second column elsewhere is the same customer: an account's owner may have
    ordered as a guest.
    """
    who = raw.codes["customer"]
    if "customer_too" in raw.codes:
        who = _known_otherwise(raw, who, raw.codes["customer_too"], telling)
    nobody = who == NOBODY
    line = int(raw.lines[nobody.argmax()]) if nobody.any() else 0
    telling.drop(int(np.count_nonzero(nobody)), "rows", "they do not say who ordered", line)
    return dataclasses.replace(raw, codes=raw.codes | {"customer": who}).where(~nobody)


def _known_otherwise(raw: Raw, who: Ints, too: Ints, telling: Telling) -> Ints:
    instead: Mask = (who == NOBODY) & (too != NOBODY)
    if not instead.any():
        return who
    owner = _owners(who, too)[too[instead]]
    known = owner != NOBODY
    fresh = too[instead] + int(who.max(initial=NOBODY)) + 1
    found = who.copy()
    found[instead] = np.where(known, owner, fresh)
    orders, others = many(int(np.count_nonzero(instead)), "row"), int(np.count_nonzero(known))
    if raw.layout.form == SHOPIFY:
        told = f"{orders} without an e-mail address: told apart by telephone number"
    else:
        told = f"{orders} without a number of a customer (guests): told apart by {raw.layout.roles['customer_too']}"
    telling.remarks.append(told + (f", {others:,} of them those of customers known by both" if others else ""))
    return found


def _owners(who: Ints, too: Ints) -> Ints:
    """For each text of the second column the customer of the first row that has both; NOBODY where none has."""
    owner = np.full(int(too.max(initial=NOBODY)) + 1, NOBODY, dtype=np.int64)
    both = np.flatnonzero((who != NOBODY) & (too != NOBODY))[::-1]
    owner[too[both]] = who[both]
    return owner
