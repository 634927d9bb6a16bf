"""Whether customers must have an account: never, before their first order, or if they like after it.

A forced account costs first orders; guests can be written to less and join no programme; who has an account may find it
easier to come again. The store without this strategy says nothing of accounts: its conversion and consents are as given.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket, Behaviour, Positions
from sim.knobs import knob
from sim.population import Column, Rows, places
from sim.randomness import Keys, offsets, purpose, uniform, uniforms
from sim.shop import Shop
from sim.strategy import Strategy

_CONVERTS = purpose("account_policy.converts")


@dataclass(frozen=True, kw_only=True)
class AccountPolicy(Strategy):
    """Guests, accounts for all, or an offer of an account after the first order."""

    title = "Account policy"
    mechanisms: ClassVar = {
        "forced accounts": ("conversion",),
        "guests' consent": ("guest_consent",),
        "accounts": ("order_rate",),
    }

    policy: str = knob(
        "after_first", "choice", "Policy",
        "guest: no accounts; forced: nobody orders without one; after_first: offered after the first order.",
        choices=("guest", "forced", "after_first"),
    )  # fmt: skip
    conversion: float = knob(
        0.85, "factor", "New customers if forced", "First orders that are placed although an account is forced on them.",
        high=1.0, neutral=1.0, evidence=(0.77, 0.95), grade="V",
        source="Baymard: 19 to 28 % of shoppers say they have left a checkout for it (a survey)",
    )  # fmt: skip
    converts: float = knob(
        0.3, "share", "Take the offer", "Share who take the account that is offered after their first order.",
        unit="of customers", neutral=0.0, evidence=(0.2, 0.4), grade="V", source="one shop's published case",
    )  # fmt: skip
    guest_consent: float = knob(
        0.6, "factor", "Guests' consent", "Share of those who would agree to be written to who do so as guests too.",
        high=1.0, neutral=1.0, evidence=(0.3, 1.0), grade="E", source="our estimate: replace by your own",
    )  # fmt: skip
    order_rate: float = knob(
        1.02, "factor", "Order rate with account", "Order rate of who has an account: no form to fill in, a history to repeat.",
        low=0.1, high=10.0, neutral=1.0, evidence=(1.0, 1.1), grade="E", source="no evidence of an effect: enter your own",
    )  # fmt: skip
    monthly_cost: float = knob(
        60.0, "money", "Cost a month", "Running the accounts: log-ins, lost passwords, the law.", unit="a month", high=1e8,
        neutral=0.0, scales=True,
    )  # fmt: skip

    def contradictions(self) -> list[tuple[str, str]]:
        """Pairs of a knob's name and what it contradicts."""
        found = super().contradictions()
        if self.policy == "forced" and self.holdout:
            found.append(("holdout", "whom a forced account drives away cannot be told from whom it was held from"))
        return found

    def enact(self, shop: Shop) -> Accounts:
        """Put the policy in force."""
        return Accounts(self, shop)


class Accounts(Behaviour[AccountPolicy]):
    """Who has an account, and what that changes. Counts `account_policy.opened`."""

    def __init__(self, knobs: AccountPolicy, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.rate = self.order_factor()
        self.asked = self.people.column(np.bool_, False)
        self.withheld: dict[str, Column] = {}
        """By medium, the guests who would agree to it with an account."""
        self.guest = shop.guest()
        self.opened = shop.counter("account_policy.opened")

    def attract(self, channel: str) -> float:
        """Some who would be new leave at the checkout; those who are customers already have it behind them."""
        return self.knobs.conversion if self.knobs.policy == "forced" else 1.0

    def monthly_cost(self) -> float:
        """Accounts cost; guests do not."""
        return 0.0 if self.knobs.policy == "guest" else self.knobs.monthly_cost

    def begin(self, now: float) -> None:
        """Whoever is there ordered without an account; their consents stand."""
        self.guest[self.members()] = True

    def joined(self, basket: Basket, who: Positions) -> None:
        """New customers order as guests, unless they may not."""
        if self.knobs.policy == "forced":
            return
        rows = basket.rows[who]
        self.guest[rows] = True
        if not self.shop.writes:
            return
        consents = self.shop.contacts.consents
        agreeing = uniforms(self.people.key[rows], _consents(tuple(consents))) < self.knobs.guest_consent
        for (medium, consent), agrees in zip(consents.items(), agreeing, strict=True):
            if medium not in self.withheld:
                self.withheld[medium] = self.people.column(np.bool_, False)
            asked = consent[rows]
            self.withheld[medium][rows] = asked & ~agrees
            consent[rows] = asked & agrees

    def ordered(self, basket: Basket, who: Positions) -> None:
        """At a customer's first order under the policy an account is opened, or offered."""
        if self.knobs.policy == "guest":
            return
        rows = basket.rows[who]
        new = places(~self.asked[rows])
        if not new.size:
            return
        rows = rows[new]
        self.asked[rows] = True
        opens = np.ones(rows.size, dtype=np.bool_)
        if self.knobs.policy == "after_first":
            opens = uniform(self.people.key[rows], _CONVERTS) < self.knobs.converts
        self._open(rows[opens], basket.time[who][new][opens] >= 0.0)

    def entered(self, rows: Rows, now: float) -> None:
        """Who comes back into the segment with an account has it still."""
        self.rate[rows[self.asked[rows] & ~self.guest[rows]]] = self.knobs.order_rate

    def _open(self, rows: Rows, seen: NDArray[np.bool_]) -> None:
        if not rows.size:
            return
        self.guest[rows] = False
        self.rate[rows] = self.knobs.order_rate
        for medium, withheld in self.withheld.items():
            consent = self.shop.contacts.consents[medium]
            consent[rows] = consent[rows] | withheld[rows]
            withheld[rows] = False
        self.opened.add(rows[seen])

    def end(self, now: float) -> None:
        """The policy is over: nobody is a guest, nobody gains by an account; consents stay as they were given."""
        self.rate[:] = 1.0
        self.guest[:] = False


@cache
def _consents(media: tuple[str, ...]) -> Keys:
    """The purposes under which guests' consents to media are drawn."""
    return offsets(*(purpose(f"account_policy.consent.{medium}") for medium in media))
