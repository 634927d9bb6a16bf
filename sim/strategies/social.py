"""Posts on social networks: free to send, seen by some of those who follow, and soon forgotten."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim.behaviour import Basket, Behaviour, Positions
from sim.ideas import NO_EVIDENCE
from sim.knobs import knob
from sim.offers import Attention
from sim.population import Rows, places
from sim.randomness import at, offsets, purpose, uniform, uniforms
from sim.shop import Shop
from sim.strategy import Strategy

_FOLLOWS = purpose("social.follows")
_SEES = purpose("social.sees")
_UNFOLLOWS = purpose("social.unfollows")


@dataclass(frozen=True, kw_only=True)
class Social(Strategy):
    """Posts to customers who follow the store; the network shows each post to a part of them."""

    title = "Social posts"
    mechanisms: ClassVar = {"lift": ("lift",), "new customers": ("attracts",)}

    every: float = knob(
        3.0, "duration", "Interval", "Time between two posts, which neither quiet hours nor a frequency cap hold back.",
        low=0.25, high=365.0, evidence=(1.0, 14.0),
    )  # fmt: skip
    follows: float = knob(
        0.15, "share", "Followers", "Share of customers who follow the store.", unit="of customers", neutral=0.0,
        evidence=(0.02, 0.4), grade="E", source="our estimate: replace by your own",
    )  # fmt: skip
    reach: float = knob(
        0.10, "share", "Reach", "Share of the followers who see a post.", unit="of followers", neutral=0.0,
        evidence=(0.02, 0.3), grade="E", source="our estimate: replace by your own",
    )  # fmt: skip
    lift: float = knob(
        0.03, "number", "Lift", "The order rate of whoever has seen a post rises by this share while it lasts.",
        unit="of the order rate", low=0.0, high=5.0, neutral=0.0, evidence=(0.0, 0.2), grade="E", source=NO_EVIDENCE,
    )  # fmt: skip
    lasts: float = knob(
        3.0, "duration", "Lasts", "How long a post is remembered.", low=0.04, high=90.0, grade="E", source="our estimate"
    )
    unfollows: float = knob(
        0.001, "share", "Unfollow", "Share of those who see a post and stop following.", unit="of those who see it",
        neutral=0.0, evidence=(0.0, 0.005), grade="E", source="our estimate",
    )  # fmt: skip
    attracts: float = knob(
        1.0, "factor", "New customers", "How many new customers come while it goes on, against the channels' own.",
        low=0.1, high=10.0, neutral=1.0, evidence=(1.0, 1.03), grade="E", source=NO_EVIDENCE,
    )  # fmt: skip
    monthly_cost: float = knob(
        300.0, "money", "Work a month", "What the work on posts costs the whole store a month.", unit="a month", high=1e8,
        neutral=0.0, scales=True,
    )  # fmt: skip

    def enact(self, shop: Shop) -> Posts:
        """Begin to post."""
        return Posts(self, shop)


class Posts(Behaviour[Social]):
    """Who follows, and a post at a fixed interval. A post is nobody's message: quiet hours and caps do not hold it back."""

    def __init__(self, knobs: Social, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.attention = Attention(self, knobs.lift, knobs.lasts)
        self.asked = self.people.column(np.bool_, False)
        self.following = self.people.column(np.bool_, False)
        self.seen = shop.counter("social.seen")

    def begin(self, now: float) -> None:
        """Some of those who are there follow."""
        self._follow(self.members())

    def joined(self, basket: Basket, who: Positions) -> None:
        """So do some of the new customers."""
        self._follow(basket.rows[who])

    def entered(self, rows: Rows, now: float) -> None:
        """And some of those who come into the segment, if they have not had the choice yet."""
        self._follow(rows[~self.asked[rows]])

    def _follow(self, rows: Rows) -> None:
        self.asked[rows] = True
        self.following[rows] = uniform(self.people.key[rows], _FOLLOWS) < self.knobs.follows

    def calendar(self) -> Generator[Any, Any, None]:
        """One post after the other; the first goes out with the start."""
        number = 0
        while True:
            self.post(number)
            number += 1
            yield self.shop.env.timeout(self.knobs.every)

    def post(self, number: int) -> None:
        """The network shows it to some; few of those have enough."""
        knobs, people = self.knobs, self.people
        rows = places(self.following[:] & people.alive[:])
        rows = rows[self.among(rows)]
        sees, leaves = uniforms(at(people.key[rows], number), offsets(_SEES, _UNFOLLOWS))
        seen = sees < knobs.reach
        rows, leaves = rows[seen], leaves[seen]
        self.seen.add(rows)
        self.following[rows[leaves < knobs.unfollows]] = False
        if knobs.lift:
            self.attention.wake(rows, float(self.shop.env.now))

    def attract(self, channel: str) -> float:
        """New customers through every channel."""
        return self.knobs.attracts

    def monthly_cost(self) -> float:
        """The work."""
        return self.knobs.monthly_cost

    def end(self, now: float) -> None:
        """No more posts, no more lift."""
        self.attention.stop()
