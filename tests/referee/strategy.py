"""What the strategies of the referee have in common."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from referee.customer import Customer
from referee.luck import purpose, uniform

if TYPE_CHECKING:
    from referee.store import Purchase, Referee


class Strategy:
    """A strategy in one store; the store calls the hooks that a child defines, while it is active."""

    def __init__(self, store: Referee, index: int, name: str, knobs: Any) -> None:
        self.store, self.index, self.name, self.knobs = store, index, name, knobs
        self.active = False
        self.selective = knobs.segment != "all" or knobs.holdout > 0.0
        self._holdout = purpose(f"{name}.holdout")

    def chooses(self, key: int, arrives: float) -> bool:
        """Whether a customer is one to act on."""
        knobs = self.knobs
        if knobs.segment != "all" and (arrives >= 0.0) != (knobs.segment == "new"):
            return False
        return not knobs.holdout or uniform(key, self._holdout) >= knobs.holdout

    def begin(self, now: float) -> None:
        """The strategy starts."""

    def end(self, now: float) -> None:
        """The strategy stops."""

    def calendar(self) -> Generator[Any, Any, None]:
        """What the store does at moments of its own."""
        yield from ()

    def joined(self, customer: Customer, now: float) -> None:
        """A first order is being placed."""

    def defer(self, customer: Customer, now: float) -> float:
        """When an order that is due now is placed."""
        return now

    def price(self, customer: Customer, purchase: Purchase) -> None:
        """Change what an order costs."""

    def ordered(self, customer: Customer, purchase: Purchase) -> None:
        """An order has been paid."""

    def failed(self, customer: Customer, purchase: Purchase) -> None:
        """An order has failed."""

    def revived(self, customer: Customer, now: float) -> None:
        """A lost customer has come back to life."""

    def review(self, now: float) -> None:
        """The regular look at the customers."""
