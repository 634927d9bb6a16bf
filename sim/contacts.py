"""Contacts: who may be written to, and what a message does; shared by all strategies that write.

Consent and fatigue belong to the customer, not to a strategy: each message adds to the same fatigue, which fades with
its half-life, and whoever unsubscribes is out of reach for all. The dead get their newsletters, and cost, until they
have not ordered for so long that the store drops them from the list; flows reach whoever consents.

Two limits are the customer's too, and cost nothing where they are not set: quiet hours, whose messages go out when
they end, and a frequency cap over all media together: who has had enough gets nothing, and is told so to whoever writes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from sim.ledger import Ledger
from sim.population import Column, Floats, Population, Rows, places
from sim.randomness import Keys, at, offsets, purpose, step, uniform, uniforms
from sim.store_knobs import Contact

Charge = Callable[[int, Rows, Floats | float, float], None]
"""Books a cost in the currency for each row, under a strategy, at a time."""

EMAIL = "email"
CAP_PERIOD = 30.0
"""Days in which the frequency cap counts, from the first message on."""
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


class Delivery(NamedTuple):
    """What became of a message: positions in the rows it was written to."""

    reached: Rows
    """Who got it, the dead among them: those whom the frequency cap spared are missing."""
    living: Rows
    """Those of them who are alive: whatever the message offers, it offers to them."""
    opened: Rows
    """Those of the living who opened it."""
    clicked: Rows
    """Those of them who clicked."""


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
        self._remembered = knobs.drop_after
        self.interest: Column | None = None
        """How many times as often a customer opens, where somebody writes to each as they like it."""
        self.annoyance: Column | None = None
        """How many times as often such a customer unsubscribes."""
        self._counted_from: Column | None = None
        """The first of the messages that the frequency cap counts."""
        self._counted: Column | None = None
        if knobs.frequency_cap is not None:
            self._counted_from = people.column(np.float64, -np.inf)
            self._counted = people.column(np.int32, 0)

    def open(self, medium: str) -> Column:
        """The consent to a medium, which new customers are asked for from now on."""
        if medium not in self.consents:
            self.consents[medium] = self.people.column(np.bool_, False)
        return self.consents[medium]

    def joined(self, rows: Rows) -> None:
        """New customers are asked for their consent."""
        drawn = uniforms(self.people.key[rows], _consents(tuple(self.consents)))
        for (medium, consent), luck in zip(self.consents.items(), drawn, strict=True):
            share: float = getattr(self.knobs, "consent" if medium == EMAIL else f"{medium}_consent")
            consent[rows] = luck < share

    def listed(self, rows: Rows | slice, now: Floats | float, medium: str = EMAIL) -> NDArray[np.bool_]:
        """Who is on the list of a medium, alive or not: consents, and has ordered not too long ago."""
        recent = now - self.people.last_order[rows] < self.knobs.drop_after
        mask: NDArray[np.bool_] = self.consents[medium][rows] & recent
        return mask

    def expected(self, now: float) -> NDArray[np.bool_]:
        """Who agrees to any medium, and ordered so lately that they are on its list or that somebody looks back at them."""
        consents = np.logical_or.reduce([consent[:] for consent in self.consents.values()])
        found: NDArray[np.bool_] = consents & (now - self.people.last_order[:] < self._remembered)
        return found

    def remember(self, silent: float) -> None:
        """Whoever begins later looks back at customers who have been silent for up to so long, on the list or not."""
        self._remembered = max(self._remembered, silent)

    def tailor(self) -> tuple[Column, Column]:
        """How many times as often each customer opens and unsubscribes, for whoever makes messages personal."""
        if self.interest is None or self.annoyance is None:
            self.interest, self.annoyance = (self.people.column(np.float64, 1.0) for _ in range(2))
        return self.interest, self.annoyance

    # When --------------------------------------------------------------------------------------------------------

    @overload
    def awake(self, time: float) -> float: ...

    @overload
    def awake(self, time: Floats) -> Floats: ...

    def awake(self, time: Floats | float) -> Floats | float:
        """When messages due at `time` go out: then, or when the quiet hours end that they fall into."""
        begin, end = self.knobs.quiet_from, self.knobs.quiet_until
        if begin is None:
            return time
        midnight = np.floor(time)
        clock = time - midnight
        # Quiet hours may lie around midnight: what falls into their evening goes out on the next day.
        evening = (clock >= begin) & (end < begin)
        quiet = evening | ((clock < end) & ((clock >= begin) | (end < begin)))
        out = np.where(quiet, midnight + evening + end, time)
        return out if isinstance(time, np.ndarray) else float(out)

    # Whom, and what comes of it ------------------------------------------------------------------------------------

    def send(
        self, code: int, name: str, terms: Terms, rows: Rows, now: Floats | float, index: NDArray[np.integer] | int,
        medium: str = EMAIL,
    ) -> Delivery:  # fmt: skip
        """Write to rows that consent; `now` and `index` (which message of its kind it is to the customer) are one for
        all or one for each row.

        Returns positions in `rows`. Who does not open can neither click nor unsubscribe.
        """
        people, ledger = self.people, self.ledger
        if not rows.size:
            return Delivery(rows, rows, rows, rows)
        reached = self._admitted(rows, now)
        everybody = reached.size == rows.size
        if not everybody:
            rows, now, index = rows[reached], _of(now, reached), _of(index, reached)
        self.charge(code, rows, now, terms.cost)
        ledger.count(0, code, people.cell[rows])
        living = places(people.alive[rows])
        if living.size < rows.size:
            rows, now, index = rows[living], _of(now, living), _of(index, living)
        place = at(people.key[rows], index)
        opening, deciding = _draws(name)
        tired = self._tire(rows, now)
        likes = 1.0 if self.interest is None else self.interest[rows]
        opens = places(uniform(place, opening) * tired < terms.open_rate * likes)
        opened = living[opens]
        if not opens.size:
            return Delivery(reached, living if everybody else reached[living], opened, opened)
        got, place, tired = rows[opens], place[opens], tired[opens]
        ledger.count(1, code, people.cell[got])
        clicking, leaving = uniforms(place, deciding) * terms.open_rate
        # A power would take several times as long as the draws.
        hazard = terms.unsubscribe_rate * (tired * tired * tired)
        if self.interest is not None and self.annoyance is not None:
            # More open, and of all who get it fewer are to leave.
            hazard *= self.annoyance[got] / self.interest[got]
        leaves = got[leaving < hazard]
        if leaves.size:
            self.consents[medium][leaves] = False
            ledger.count(3, code, people.cell[leaves])
        clicks = places(clicking < terms.click_rate)
        clicked = opened[clicks]
        if clicks.size:
            self.clicked(code, got[clicks], _of(now, opens[clicks]))
            ledger.count(2, code, people.cell[got[clicks]])
        if everybody:
            return Delivery(reached, living, opened, clicked)
        return Delivery(reached, reached[living], reached[opened], reached[clicked])

    def clicked(self, code: int, rows: Rows, now: Floats | float) -> None:
        """Credit the orders of rows to a strategy from now on, as last-click attribution does."""
        self.credit[rows] = code + 1
        self.credit_until[rows] = now + self.knobs.attribution

    def _admitted(self, rows: Rows, now: Floats | float) -> Rows:
        """The positions of those whom the frequency cap leaves room for one more message, which is counted."""
        everybody = np.arange(rows.size)
        if self._counted_from is None or self._counted is None or self.knobs.frequency_cap is None:
            return everybody
        since, count = self._counted_from[rows], self._counted[rows]
        afresh = now - since >= CAP_PERIOD
        count[afresh] = 0
        since = np.where(afresh, now, since)
        room = places(count < self.knobs.frequency_cap)
        self._counted_from[rows[room]] = since[room]
        self._counted[rows[room]] = count[room] + np.int32(1)
        return room

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


@cache
def _draws(name: str) -> tuple[int, Keys]:
    """The purposes under which it is drawn whether a message is opened, and whether it is clicked and whether it is left by."""
    base = purpose(name)
    return base, offsets(step(base, 1), step(base, 2))


@cache
def _consents(media: tuple[str, ...]) -> Keys:
    """The purposes under which the consents to media are drawn."""
    return offsets(*(_CONSENT if medium == EMAIL else purpose(f"contact.consent.{medium}") for medium in media))


def _of(values: Any, which: Rows) -> Any:
    """One for each of these, or the one for all."""
    return values[which] if isinstance(values, np.ndarray) else values
