"""Contacts: who may be written to, and what a message does; shared by all strategies that write.

Consent and fatigue belong to the customer, not to a strategy: each message adds to the same fatigue, which fades with
its half-life, and whoever unsubscribes is out of reach for all. The dead stay on the list, and cost, until they have
not ordered for so long that the store drops them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.population import Floats, Rows
from sim.randomness import at, purpose, step, uniform

if TYPE_CHECKING:
    from sim.store import Store

_CONSENT = purpose("contact.consent")


@dataclass(frozen=True)
class Terms:
    """What a strategy's messages are like."""

    open_rate: float
    """Share opened by a rested recipient."""
    click_rate: float
    """Share clicked, of those sent to rested recipients."""
    unsubscribe_rate: float
    """Share of rested recipients who unsubscribe."""
    cost: float
    """Of one message, in the currency."""


class Contacts:
    """The mailing list of a block."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.knobs = store.scenario.store.contact
        people = store.people
        self.consent = people.column(np.bool_, False)
        self.fatigue = people.column(np.float64, 0.0)
        self.tired_at = people.column(np.float64, 0.0)
        self.credit = people.column(np.int8, 0)
        self.credit_until = people.column(np.float64, -np.inf)

    def joined(self, rows: Rows, time: Floats) -> None:
        """New customers are asked for their consent."""
        self.consent[rows] = uniform(self.store.people.key[rows], _CONSENT) < self.knobs.consent
        self.tired_at[rows] = time

    def listed(self, rows: Rows, now: Floats | float) -> NDArray[np.bool_]:
        """Whom the store still writes to, alive or not."""
        mask: NDArray[np.bool_] = self.consent[rows] & (now - self.store.people.last_order[rows] < self.knobs.drop_after)
        return mask

    def send(
        self, code: int, name: str, terms: Terms, rows: Rows, now: Floats | float, index: NDArray[np.integer] | int
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Write to rows; `now` and `index` (which message of its kind it is to the customer) are one for all or one
        for each row. Returns two masks over `rows`: the living who got it, and who of them clicked.
        """
        people, ledger = self.store.people, self.store.ledger
        times, turns = np.broadcast_to(now, rows.shape), np.broadcast_to(index, rows.shape)
        listed = self.listed(rows, times)
        self.store.charge(code, rows[listed], now if isinstance(now, float) else times[listed], terms.cost)
        ledger.count(0, code, people.cell[rows[listed]])
        reached = listed & people.alive[rows]
        clicked = np.zeros(rows.size, dtype=np.bool_)
        who = np.flatnonzero(reached)
        living = rows[who]
        place = at(people.key[living], turns[who])
        base = purpose(name)
        tired = self._tire(living, times[who])
        opens = np.flatnonzero(uniform(place, base) * tired < terms.open_rate)
        follow = uniform(place[opens], step(base, 1)) * terms.open_rate < terms.click_rate
        clicked[who[opens[follow]]] = True
        leaves = living[uniform(place, step(base, 2)) < terms.unsubscribe_rate * tired * tired]
        self.consent[leaves] = False
        self.credit[rows[clicked]] = code + 1
        self.credit_until[rows[clicked]] = times[clicked] + self.knobs.attribution
        for what, cells in enumerate((living[opens], rows[clicked], leaves), start=1):
            ledger.count(what, code, people.cell[cells])
        return reached, clicked

    def _tire(self, rows: Rows, now: Floats | float) -> Floats:
        """1 + fatigue as it has faded by now; the message then adds to it."""
        rested = np.exp2((self.tired_at[rows] - now) / self.knobs.recovery)
        fatigue = self.fatigue[rows] * rested
        self.fatigue[rows] = fatigue + self.knobs.fatigue
        self.tired_at[rows] = now
        return fatigue + 1.0

    def causes(self, rows: Rows, time: Floats) -> NDArray[np.int8]:
        """Whom a last-click attribution credits with orders placed now; 0 for nobody."""
        cause: NDArray[np.int8] = np.where(self.credit_until[rows] >= time, self.credit[rows], np.int8(0))
        return cause
