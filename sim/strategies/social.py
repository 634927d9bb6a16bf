"""Posts on social networks: free to send, seen by some of those who follow, and soon forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket, Behaviour, Positions
from sim.ideas import NO_EVIDENCE
from sim.knobs import knob
from sim.offers import Attention
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import at, offsets, purpose, uniform, uniforms
from sim.shop import Shop
from sim.strategy import Strategy

_FOLLOWS = purpose("social.follows")
_SEES = purpose("social.sees")
_UNFOLLOWS = purpose("social.unfollows")
LOOKS, FARTHEST = 2.0, 64
"""How many posts a follower looks ahead: so many times as it takes in the mean until the next is shown, and at most."""


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
    """Who follows, and a post at a fixed interval. A post is nobody's message: quiet hours and caps do not hold it back.

    Few see a post, and when the posts come is known: each follower has a clock for the next one that the network shows
    them, so that nobody has to stop for the others.
    """

    def __init__(self, knobs: Social, shop: Shop) -> None:
        super().__init__(knobs, shop)
        # Made before the other clock: a post that comes as the last one is forgotten renews it.
        self.attention = Attention(self, knobs.lift, knobs.lasts)
        self.shows = self.people.timer(self._show)
        self.number = self.people.column(np.int32, 0)
        """Which post the clock stands at."""
        self.asked = self.people.column(np.bool_, False)
        self.following = self.people.column(np.bool_, False)
        self.seen = shop.counter("social.seen")
        self.ahead = np.arange(min(max(round(LOOKS / max(knobs.reach, 0.01)), 1), FARTHEST))
        self.posts = np.array([NEVER])
        """When the posts come; the last stands for all that never do."""

    def begin(self, now: float) -> None:
        """The first post goes out with the start. Some of those who are there follow."""
        end = self.shop.edges[-1] if self.knobs.until is None else min(self.knobs.until, self.shop.edges[-1])
        steps = np.full(max(ceil((end - now) / self.knobs.every), 0) + 1, self.knobs.every)
        steps[0] = now
        posts = steps.cumsum()
        self.posts = np.append(posts[posts < end], NEVER)
        self._follow(self.members(), now)

    def joined(self, basket: Basket, who: Positions) -> None:
        """So do some of the new customers."""
        self._follow(basket.rows[who], basket.time[who])

    def entered(self, rows: Rows, now: float) -> None:
        """And some of those who come into the segment, if they have not had the choice yet."""
        self._follow(rows[~self.asked[rows]], now)

    def revived(self, rows: Rows, time: Floats) -> None:
        """Followers who were lost see posts again."""
        back = places(self.following[rows])
        self._look(rows[back], self.posts.searchsorted(time[back]))

    def _follow(self, rows: Rows, now: Floats | float) -> None:
        self.asked[rows] = True
        follows = uniform(self.people.key[rows], _FOLLOWS) < self.knobs.follows
        self.following[rows] = follows
        follows &= self.people.alive[rows]
        if follows.any():
            since = now[follows] if isinstance(now, np.ndarray) else np.full(np.count_nonzero(follows), now)
            self._look(rows[follows], self.posts.searchsorted(since))

    def _look(self, rows: Rows, number: NDArray[np.integer]) -> None:
        """Set the clocks to the first post from `number` on that each row is shown; where none of the coming ones is, to
        the last of these, to look further from there."""
        place = at(self.people.key[rows][:, None], number[:, None] + self.ahead)
        shown = uniform(place, _SEES) < self.knobs.reach
        shown[:, -1] = True
        number = number + shown.argmax(axis=1)
        self.number[rows] = number
        self.shows[rows] = self.posts[np.minimum(number, self.posts.size - 1)]

    def _show(self, rows: Rows, time: Floats) -> None:
        """The network shows a post to some; few of those have enough."""
        knobs, people = self.knobs, self.people
        living = places(people.alive[rows])
        rows, time = rows[living], time[living]
        if not rows.size:
            return
        number = self.number[rows]
        self._look(rows, number + 1)
        place = at(people.key[rows], number)
        mine = self.among(rows)
        rows, time = rows[mine], time[mine]
        sees, leaves = uniforms(place[mine], offsets(_SEES, _UNFOLLOWS))
        seen = places(sees < knobs.reach)
        rows, time, leaves = rows[seen], time[seen], leaves[seen]
        self.seen.add(rows)
        enough = rows[leaves < knobs.unfollows]
        self.following[enough] = False
        self.shows[enough] = NEVER
        if knobs.lift:
            self.attention.wake(rows, time)

    def attract(self, channel: str) -> float:
        """New customers through every channel."""
        return self.knobs.attracts

    def monthly_cost(self) -> float:
        """The work."""
        return self.knobs.monthly_cost

    def end(self, now: float) -> None:
        """No more posts, no more lift."""
        self.shows[:] = NEVER
        self.attention.stop()
