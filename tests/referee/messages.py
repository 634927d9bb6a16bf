"""The mailing list, and the three strategies that write: newsletter, welcome and win-back."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from referee.customer import NEVER, Customer
from referee.luck import at, exponential, purpose, step, uniform
from referee.strategy import Strategy

if TYPE_CHECKING:
    from referee.store import Purchase, Referee

_CONSENT = purpose("contact.consent")
_LEAVES = purpose("win_back.leaves")
_WAKES = purpose("win_back.wakes")
_REDEEMS = purpose("win_back.redeems")
_NEXT_ORDER = purpose("win_back.next_order")
_SECOND_LIFE = purpose("law.second_life")


class MailingList:
    """Consent, fatigue and the last click, shared by all who write."""

    def __init__(self, store: Referee) -> None:
        self.store = store
        self.knobs = store.scenario.store.contact
        self.readers: dict[Customer, None] = {}

    def joined(self, customer: Customer, now: float) -> None:
        customer.tired_at = now
        if uniform(customer.key, _CONSENT) < self.knobs.consent:
            customer.consent = True
            self.readers[customer] = None

    def awake(self, time: float) -> float:
        """When a message due at that time goes out."""
        begin, end = self.knobs.quiet_from, self.knobs.quiet_until
        if begin is None:
            return time
        midnight = math.floor(time)
        clock = time - midnight
        if begin <= end:
            return midnight + end if begin <= clock < end else time
        if clock >= begin:
            return midnight + end + 1.0
        return midnight + end if clock < end else time

    def admits(self, customer: Customer, now: float) -> bool:
        """Whether the customer may get one more message, which is counted."""
        cap = self.knobs.frequency_cap
        if cap is None:
            return True
        if now - customer.counted_from >= 30.0:
            customer.counted, customer.counted_from = 0, now
        if customer.counted >= cap:
            return False
        customer.counted += 1
        return True

    def lists(self, customer: Customer, now: float) -> bool:
        return customer.consent and now - customer.last_order < self.knobs.drop_after

    def cause(self, customer: Customer, now: float) -> int:
        return customer.credit if customer.credit_until >= now else 0

    def read(self, customer: Customer, now: float, writer: Writer, index: int) -> bool:
        """A living recipient gets a message; whether it is clicked."""
        knobs, count = writer.knobs, self.store.messages[writer.index][customer.cell]
        place = at(customer.key, index)
        fatigue = customer.fatigue * 2.0 ** ((customer.tired_at - now) / self.knobs.recovery)
        customer.fatigue, customer.tired_at = fatigue + self.knobs.fatigue, now
        tired = 1.0 + fatigue
        clicked = False
        if uniform(place, writer.purpose) * tired < knobs.open_rate:
            count[1] += 1
            clicked = uniform(place, writer.click) * knobs.open_rate < knobs.click_rate
            if clicked:
                count[2] += 1
                customer.credit, customer.credit_until = writer.index + 1, now + self.knobs.attribution
            if uniform(place, writer.leave) * knobs.open_rate < knobs.unsubscribe_rate * tired**3:
                count[3] += 1
                customer.consent = False
                del self.readers[customer]
        return clicked


class Writer(Strategy):
    """A strategy that writes and whose message lifts the order rate for a while."""

    message = ""

    def __init__(self, store: Referee, index: int, name: str, knobs: Any) -> None:
        super().__init__(store, index, name, knobs)
        self.list = store.mailing_list()
        self.purpose = purpose(self.message)
        self.click, self.leave = step(self.purpose, 1), step(self.purpose, 2)
        self.cost = round(knobs.cost * 1_000_000)
        self.fades = store.timer(self.fade)

    def lift(self, customer: Customer, now: float, lasts: float) -> None:
        customer.timers[self.fades] = now + lasts
        customer.bend_orders(self.index, 1.0 + self.knobs.lift, now)

    def fade(self, customer: Customer, now: float) -> None:
        customer.bend_orders(self.index, 1.0, now)

    def send(self, customer: Customer, now: float, index: int) -> tuple[bool, bool]:
        """Write to one customer who consents and has not had enough; whether they got it, and whether they clicked."""
        if not customer.consent or not self.list.admits(customer, now):
            return False, False
        if self.cost:
            self.store.charge(self.index, customer, now, self.cost)
        self.store.messages[self.index][customer.cell][0] += 1
        if not customer.alive:
            return True, False
        return True, self.list.read(customer, now, self, index)

    def end(self, now: float) -> None:
        for customer in self.store.joined:
            customer.timers[self.fades] = NEVER
            customer.bend_orders(self.index, 1.0, now)
            customer.call()


class Newsletter(Writer):
    """To everybody on the list, at a fixed interval."""

    message = "email.newsletter"

    def calendar(self) -> Generator[Any, Any, None]:
        env, every = self.store.env, self.knobs.every
        issue, late = 0, 0.0
        while True:
            wait = self.list.awake(env.now) - env.now
            if wait:
                yield env.timeout(wait)
            self.publish(env.now, issue)
            issue += 1
            late += wait
            yield env.timeout(max(every - late, 0.0))
            late = max(late - every, 0.0)

    def publish(self, now: float, issue: int) -> None:
        """Everybody on the list gets a copy; the living look into theirs."""
        recipients = []
        for customer in list(self.list.readers):
            if self.selective and self in customer.left_out:
                continue
            if self.list.lists(customer, now):
                if not self.list.admits(customer, now):
                    continue
                recipients.append(customer)
                self.store.messages[self.index][customer.cell][0] += 1
                if customer.alive and self.list.read(customer, now, self, issue):
                    self.lift(customer, now, self.knobs.lasts)
                    customer.call()
            elif not customer.alive:
                del self.list.readers[customer]
        if self.cost and recipients:
            self.store.bulk_costs.append((self.index, now, self.cost, recipients))


class WelcomeFlow(Writer):
    """Once, some days after the first order."""

    message = "welcome.message"

    def __init__(self, store: Referee, index: int, name: str, knobs: Any) -> None:
        super().__init__(store, index, name, knobs)
        self.due = store.timer(self.write)

    def joined(self, customer: Customer, now: float) -> None:
        customer.timers[self.due] = self.list.awake(now + self.knobs.after)

    def write(self, customer: Customer, now: float) -> None:
        _, clicked = self.send(customer, now, 1)
        if clicked:
            self.lift(customer, now, self.knobs.lasts)

    def end(self, now: float) -> None:
        for customer in self.store.joined:
            customer.timers[self.due] = NEVER
        super().end(now)


class WinBackFlow(Writer):
    """After a time of silence."""

    message = "win_back.message"

    def __init__(self, store: Referee, index: int, name: str, knobs: Any) -> None:
        super().__init__(store, index, name, knobs)
        self.due = store.timer(self.offer)

    def begin(self, now: float) -> None:
        for customer in self.store.joined:
            strikes = customer.last_order + self.knobs.after
            if strikes >= now and self not in customer.left_out:
                customer.timers[self.due] = self.list.awake(strikes)
                self.store.resume(customer)

    def price(self, customer: Customer, purchase: Purchase) -> None:
        if customer.valid_until >= purchase.time and uniform(purchase.place, _REDEEMS) < self.knobs.redemption:
            purchase.take_off(self.knobs.depth)
            purchase.cause = self.index + 1

    def ordered(self, customer: Customer, purchase: Purchase) -> None:
        customer.timers[self.due] = self.list.awake(purchase.time + self.knobs.after)
        if customer.valid_until >= purchase.time:
            customer.valid_until = -NEVER
            customer.timers[self.fades] = NEVER
            customer.bend_orders(self.index, 1.0, purchase.time)

    def offer(self, customer: Customer, now: float) -> None:
        knobs, place = self.knobs, at(customer.key, customer.number)
        alive = customer.alive
        got, _ = self.send(customer, now, customer.number)
        if not got:
            return
        if not alive:
            if uniform(place, _WAKES) < knobs.reactivates:
                self.revive(customer, now, place)
        elif uniform(place, _LEAVES) < knobs.reminds:
            self.store.lose(customer, now)
        else:
            self.lift(customer, now, knobs.valid)
            customer.valid_until = now + knobs.valid

    def revive(self, customer: Customer, now: float, place: int) -> None:
        store = self.store
        customer.alive, customer.died = True, NEVER
        store.living[customer] = None
        self.list.readers[customer] = None
        for strategy in store.acting("revived", customer):
            strategy.revived(customer, now)
        customer.reread_rate(now)
        customer.order_due = now + exponential(place, _NEXT_ORDER) / customer.rate
        if not store.law.after_order:
            customer.death_due = now + exponential(place, _SECOND_LIFE) / customer.hazard

    def end(self, now: float) -> None:
        for customer in self.store.joined:
            customer.timers[self.due] = NEVER
            customer.valid_until = -NEVER
        super().end(now)
