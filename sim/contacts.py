"""Contacts: who may be written to, and what a message does; shared by all strategies that write.

Consent and fatigue belong to the customer, not to a strategy: each message adds to the same fatigue, which fades with
its half-life, and whoever unsubscribes is out of reach for all. The dead get their newsletters, and cost, until they
have not ordered for so long that the store drops them from the list; flows reach whoever consents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.ledger import Ledger
from sim.population import Column, Floats, Population, Rows, places
from sim.randomness import at, offsets, purpose, step, uniform, uniforms
from sim.store_knobs import Contact

Charge = Callable[[int, Rows, Floats | float, float], None]
"""Books a cost in the currency for each row, under a strategy, at a time."""

EMAIL = "email"
_CONSENT = purpose("contact.consent")


@dataclass(frozen=True)
class Terms:
    """What a strategy's messages are like."""

    open_rate: float
    """Share opened by a rested recipient."""
    click_rate: float
    """Share clicked, of those sent to rested recipients."""
    unsubscribe_rate: float
    """Share of rested recipients who unsubscribe; it grows with the square of 1 + fatigue."""
    cost: float
    """Of one message, in the currency."""


class Contacts:
    """The mailing list of a block."""

    def __init__(self, knobs: Contact, people: Population, ledger: Ledger, charge: Charge, now: float) -> None:
        self.knobs = knobs
        self.people = people
        self.ledger = ledger
        self.charge = charge
        self.consents: dict[str, Column] = {}
        """Who agrees to be written to, by medium."""
        self.consent = self.open(EMAIL)
        self.fatigue = people.column(np.float64, 0.0)
        """As of `_epoch`."""
        self._epoch = float(now)
        self.credit = people.column(np.int8, 0)
        self.credit_until = people.column(np.float64, -np.inf)

    def open(self, medium: str) -> Column:
        """The consent to a medium, which new customers are asked for from now on."""
        if medium not in self.consents:
            self.consents[medium] = self.people.column(np.bool_, False)
        return self.consents[medium]

    def joined(self, rows: Rows) -> None:
        """New customers are asked for their consent."""
        keys = self.people.key[rows]
        for medium, consent in self.consents.items():
            if medium == EMAIL:
                consent[rows] = uniform(keys, _CONSENT) < self.knobs.consent
            else:
                share: float = getattr(self.knobs, f"{medium}_consent")
                consent[rows] = uniform(keys, purpose(f"contact.consent.{medium}")) < share

    def listed(self, rows: Rows | slice, now: Floats | float, medium: str = EMAIL) -> NDArray[np.bool_]:
        """Who is on the list of a medium, alive or not: consents, and has ordered not too long ago."""
        recent = now - self.people.last_order[rows] < self.knobs.drop_after
        mask: NDArray[np.bool_] = self.consents[medium][rows] & recent
        return mask

    def expected(self, now: float) -> NDArray[np.bool_]:
        """Who is on any list."""
        found: NDArray[np.bool_] = np.logical_or.reduce([self.listed(slice(None), now, medium) for medium in self.consents])
        return found

    def send(
        self, code: int, name: str, terms: Terms, rows: Rows, now: Floats | float, index: NDArray[np.integer] | int,
        medium: str = EMAIL,
    ) -> tuple[Rows, Rows]:  # fmt: skip
        """Write to rows that consent; `now` and `index` (which message of its kind it is to the customer) are one for
        all or one for each row.

        Returns positions in `rows`: of the living, and of those among them who clicked. Who does not open can neither
        click nor unsubscribe.
        """
        people, ledger = self.people, self.ledger
        if not rows.size:
            return rows, rows
        self.charge(code, rows, now, terms.cost)
        ledger.count(0, code, people.cell[rows])
        living = places(people.alive[rows])
        got = rows[living]
        place = at(people.key[got], index if isinstance(index, int) else index[living])
        base = purpose(name)
        tired = self._tire(got, now if isinstance(now, float) else now[living])
        opens = places(uniform(place, base) * tired < terms.open_rate)
        if not opens.size:
            return living, opens
        got, place, tired = got[opens], place[opens], tired[opens]
        ledger.count(1, code, people.cell[got])
        clicking, leaving = uniforms(place, offsets(step(base, 1), step(base, 2))) * terms.open_rate
        # A power would take several times as long as the draws.
        leaves = got[leaving < terms.unsubscribe_rate * (tired * tired * tired)]
        if leaves.size:
            self.consents[medium][leaves] = False
            ledger.count(3, code, people.cell[leaves])
        clicks = places(clicking < terms.click_rate)
        if clicks.size:
            got, clicked = got[clicks], living[opens[clicks]]
            self.credit[got] = code + 1
            self.credit_until[got] = (now if isinstance(now, float) else now[clicked]) + self.knobs.attribution
            ledger.count(2, code, people.cell[got])
            return living, clicked
        return living, clicks

    def rebase(self, now: float) -> None:
        """Bring the fatigue column to a moment of the store's own, so that all of it fades by one factor."""
        fatigue = self.fatigue[:]
        fatigue *= 2.0 ** ((self._epoch - now) / self.knobs.recovery)
        self._epoch = now

    def _tire(self, rows: Rows, now: Floats | float) -> Floats:
        """1 + fatigue as it has faded by now; the message then adds to it."""
        if isinstance(now, float):
            self.rebase(now)
            fatigue = self.fatigue[rows]
            self.fatigue[rows] = fatigue + self.knobs.fatigue
        else:
            left = np.exp2((self._epoch - now) / self.knobs.recovery)
            fatigue = self.fatigue[rows] * left
            self.fatigue[rows] = (fatigue + self.knobs.fatigue) / left
        return fatigue + 1.0

    def causes(self, rows: Rows, time: Floats) -> NDArray[np.int8]:
        """Whom a last-click attribution credits with orders placed now; 0 for nobody."""
        cause: NDArray[np.int8] = self.credit[rows] * (self.credit_until[rows] >= time)
        return cause
