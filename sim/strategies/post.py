"""Letters, catalogues and invitations to events: dear, kept, and not fatiguing alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.campaigns import Personal, Sendings
from sim.contacts import Delivery
from sim.ideas import NO_EVIDENCE
from sim.knobs import knob
from sim.population import NEVER, Floats, Rows
from sim.randomness import at, purpose, uniform
from sim.shop import Shop

_ATTENDS = purpose("post.attends")


@dataclass(frozen=True, kw_only=True)
class Post(Personal):
    """A letter to everyone who does not object, at a fixed interval; it may invite to an event."""

    title = "Letters and events"
    medium = "post"
    mechanisms: ClassVar = {"lift of an answer": ("lift",), "events": ("guest_dropout",), "objections": ("unsubscribe_rate",)}

    open_rate: float = knob(
        0.70, "share", "Read", "Share of rested living recipients who read it.",
        unit="of recipients", evidence=(0.4, 0.9), grade="E", source="our estimate",
    )  # fmt: skip
    click_rate: float = knob(
        0.05, "share", "Answered", "Share of rested living recipients who act on it.",
        unit="of recipients", neutral=0.0, evidence=(0.01, 0.10), grade="E", source=NO_EVIDENCE,
    )  # fmt: skip
    unsubscribe_rate: float = knob(
        0.001, "share", "Objections", "Share of rested recipients who object at each letter.",
        unit="of recipients", neutral=0.0, evidence=(0.0, 0.005), grade="E", source="our estimate",
    )  # fmt: skip
    cost: float = knob(
        1.20, "money", "Cost of a letter", "Printing and postage of one letter.", high=1000.0,
        neutral=0.0, grade="E", source="our estimate",
    )  # fmt: skip
    attends: float = knob(
        0.0, "share", "Guests", "Share of those who read the letter and come to the event it invites to. 0: no event.",
        unit="of those who read", neutral=0.0, decided=0.0, evidence=(0.0, 0.05), grade="E",
        source="our estimate: enter your own",
    )  # fmt: skip
    event_cost: float = knob(
        25.0, "money", "Cost of a guest", "What the event costs for each guest.", high=100_000.0, neutral=0.0
    )
    guest_dropout: float = knob(
        1.0, "factor", "Guest's dropout", "Dropout of a guest for as long as the event is remembered.", low=0.05, high=20.0,
        neutral=1.0, evidence=(0.8, 1.0), grade="E", source=NO_EVIDENCE,
    )  # fmt: skip
    remembered: float = knob(
        182.0, "duration", "Remembered for", "How long an event is remembered.", low=1.0, high=3650.0, grade="E",
        source="our estimate",
    )  # fmt: skip

    def enact(self, shop: Shop) -> Letters:
        """Start writing."""
        return Letters(self, shop)


class Letters(Sendings[Post]):
    """Letters, and guests of the events they invite to."""

    def __init__(self, knobs: Post, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.invites = bool(knobs.attends)
        if self.invites:
            self.guests = shop.counter("post.guests")
            self.bond = self.dropout_factor()
            self.forgets = self.people.timer(self._forget)
            self.letters = 0

    def delivered(self, rows: Rows, delivery: Delivery, now: float) -> None:
        """Some of those who read it come."""
        if not self.invites:
            return
        self.letters += 1
        read = rows[delivery.opened]
        guests = read[uniform(at(self.people.key[read], self.letters), _ATTENDS) < self.knobs.attends]
        self.guests.add(guests)
        self.shop.charge(self.code, guests, now, self.knobs.event_cost)
        self.bond[guests] = self.knobs.guest_dropout
        self.forgets[guests] = now + self.knobs.remembered

    def _forget(self, rows: Rows, time: Floats) -> None:
        self.bond[rows] = 1.0

    def end(self, now: float) -> None:
        """No more letters, and the events are forgotten."""
        super().end(now)
        if self.invites:
            self.bond[:] = 1.0
            self.forgets[:] = NEVER
