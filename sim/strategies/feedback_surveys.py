"""Surveys: satisfaction (CSAT, 1 to 5), recommendation (NPS, 0 to 10) and effort (CES, 1 to 7).

Who answers is not who was asked: the very pleased and the annoyed answer more often (Hu, Zhang & Pavlou 2009). And asking
is no bystander: who answers orders later at first and sooner afterwards (Dholakia, Singh & Westbrook 2010). The scores
come from the customer's mood, a leaning of their own that has nothing to do with how they buy, and noise; so a score
foretells little (Keiningham et al. 2007).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.behaviour import Basket, Behaviour, Positions
from sim.campaigns import at_moment
from sim.knobs import knob
from sim.population import NEVER, Floats, Rows, places
from sim.randomness import Keys, at, purpose, uniform
from sim.shop import Shop
from sim.strategy import Strategy

DHOLAKIA = "sign: Dholakia, Singh & Westbrook 2010, Journal of Service Research 13:362; size: our estimate"
POLAR = "sign: Hu, Zhang & Pavlou 2009, Communications of the ACM 52:144, reviews; size: our estimate"
USUAL_ANSWERS = 0.15
"""Answer rate of a survey that counts as one whole insight."""
SCALES = {"nps": (8.0, 2.0, 0, 10), "csat": (4.1, 0.9, 1, 5), "ces": (5.4, 1.3, 1, 7)}
"""Score of a customer of middling attitude, what a standard deviation of attitude moves it by, and its ends: our estimate."""
NOISE = 0.6
"""Standard deviation of what a score owes to the moment, against that of the leaning."""
_LOGISTIC = np.sqrt(3.0) / np.pi
QUANTILES, BISECTIONS = 4000, 50
"""Attitudes that stand for all, and steps of the search for how ready the middling one is to answer."""
_LEANING, _NOISE, _ANSWERS = (purpose(f"feedback_surveys.{what}") for what in ("leaning", "noise", "answers"))


@dataclass(frozen=True, kw_only=True)
class FeedbackSurveys(Strategy):
    """Customers are asked how it was; some answer."""

    title = "Feedback surveys"
    mechanisms: ClassVar = {"orders put off": ("delays",), "orders later": ("quickens",)}

    when: str = knob(
        "order", "choice", "When",
        "order: some time after an order; calendar: all recent customers who may be written to, at an interval. Not at night, "
        "but beside the frequency cap.",
        choices=("order", "calendar"),
    )  # fmt: skip
    nth: int = knob(1, "integer", "After order", "Which order of a customer is asked about first.", low=1, high=1000)
    then_every: int | None = knob(
        None, "integer", "Then every", "And again after so many orders more; not set: once.", unit="orders", low=1, high=1000
    )
    delay: float = knob(7.0, "duration", "Delay", "Time from the order to the survey.", low=0.01, high=365.0)
    every: float = knob(
        180.0, "duration", "Interval", "Time between two surveys of everybody who ordered within the activity window.",
        low=7.0, high=3650.0,
    )  # fmt: skip
    answers: float = knob(
        0.15, "share", "Answers", "Share of living customers who answer.", unit="of those asked", neutral=0.0,
        evidence=(0.03, 0.35), grade="E", source="our estimate: replace by your own",
    )  # fmt: skip
    bias: float = knob(
        1.0, "number", "Response bias", "How much likelier the very pleased and the annoyed answer; 0: all alike.",
        low=0.0, high=20.0, evidence=(0.0, 3.0), grade="E", source=POLAR,
    )  # fmt: skip
    mood_weight: float = knob(
        1.0, "number", "Weight of the mood", "How far one failure lowers the attitude that is scored, against its spread.",
        unit="standard deviations", low=0.0, high=5.0, evidence=(0.3, 2.0), grade="E", source="our estimate",
    )  # fmt: skip
    delays: float = knob(
        0.9, "factor", "Order rate at first", "Order rate of who has answered, at first.", low=0.1, high=1.0, neutral=1.0,
        evidence=(0.8, 1.0), grade="E", source=DHOLAKIA,
    )  # fmt: skip
    delayed_for: float = knob(
        28.0, "duration", "At first", "How long that is.", low=1.0, high=365.0, evidence=(7.0, 56.0), grade="E",
        source="our estimate",
    )  # fmt: skip
    quickens: float = knob(
        1.05, "factor", "Order rate later", "Order rate of who has answered, after that.", low=1.0, high=5.0, neutral=1.0,
        evidence=(1.0, 1.15), grade="E", source=DHOLAKIA,
    )  # fmt: skip
    lasts: float = knob(
        180.0, "duration", "Lasts", "How long that is.", low=1.0, high=3650.0, grade="E", source="our estimate"
    )
    cost: float = knob(0.02, "money", "Cost of asking", "What it costs to ask one customer.", high=1000.0, neutral=0.0)
    monthly_cost: float = knob(
        40.0, "money", "Cost a month", "The survey tool, and who reads the answers.", unit="a month", high=1e8, neutral=0.0,
        scales=True,
    )  # fmt: skip

    def enact(self, shop: Shop) -> Surveys:
        """Begin to ask."""
        return Surveys(self, shop)


class Surveys(Behaviour[FeedbackSurveys]):
    """Asks, counts, and bends the order rates of those who answer.

    Counts `feedback_surveys.asked`; the answers by score, `.nps` (0 to 10), `.csat` (1 to 5) and `.ces` (1 to 7); and
    `.true_mood`, the recommendations (0 to 10) that all living customers who were asked would have given.
    """

    def __init__(self, knobs: FeedbackSurveys, shop: Shop) -> None:
        super().__init__(knobs, shop)
        self.mood = shop.mood
        quiet = shop.scenario.store.contact.quiet_from is not None
        self.contacts = shop.contacts if knobs.when == "calendar" or quiet else None
        self.effect = self.order_factor()
        self.times = self.people.column(np.int32, 0)
        """How often a customer has been asked."""
        self.delayed = self.people.column(np.bool_, False)
        self.asks = self.people.timer(self._ask)
        self.turns = self.people.timer(self._turn)
        self.readiness = readiness(knobs.answers, knobs.bias)
        """Chance to answer of who thinks neither well nor ill of the store."""
        self.asked = shop.counter("feedback_surveys.asked")
        self.all_scores = shop.counter("feedback_surveys.true_mood", 11)
        self.scores = {
            name: shop.counter(f"feedback_surveys.{name}", high - low + 1) for name, (_, _, low, high) in SCALES.items()
        }

    def insight(self) -> float:
        """The more answer, the more it tells; a usual answer rate tells what there is to tell."""
        return min(self.knobs.answers / USUAL_ANSWERS, 1.0)

    def monthly_cost(self) -> float:
        """The tool."""
        return self.knobs.monthly_cost

    # Whom and when --------------------------------------------------------------------------------------------------

    def ordered(self, basket: Basket, who: Positions) -> None:
        """Some orders are asked about; a survey that is on its way is not put off."""
        knobs = self.knobs
        if knobs.when != "order":
            return
        past = basket.number[who] - knobs.nth
        mine = places(past == 0 if knobs.then_every is None else (past >= 0) & (past % knobs.then_every == 0))
        rows = basket.rows[who][mine]
        due = basket.time[who][mine] + knobs.delay
        self.asks[rows] = np.minimum(self.asks[rows], due if self.contacts is None else self.contacts.awake(due))

    def calendar(self) -> Generator[Any, Any, None]:
        """One round of asking after the other; what falls into the quiet hours waits for their end."""
        window, env = self.shop.scenario.activity_window, self.shop.env
        due = float(env.now)
        while self.contacts is not None and self.knobs.when == "calendar":
            now = self.contacts.awake(due)
            if now > env.now:
                yield at_moment(env, now)
            recent = now - self.people.last_order[:] < window
            rows = places(recent & self.contacts.listed(slice(None), now))
            self._ask(rows, np.full(rows.size, now))
            due += self.knobs.every
            yield at_moment(env, due)

    # What they say --------------------------------------------------------------------------------------------------

    def _ask(self, rows: Rows, time: Floats) -> None:
        mine = self.among(rows)
        rows, time = rows[mine], time[mine]
        self.asked.add(rows)
        self.shop.charge(self.code, rows, time, self.knobs.cost)
        living = places(self.people.alive[rows])
        rows, time = rows[living], time[living]
        self.times[rows] = self.times[rows] + 1
        keys = self.people.key[rows]
        place = at(keys, self.times[rows])
        attitude = _spread(keys, _LEANING) + self.knobs.mood_weight * self.mood.level[rows]
        scored = attitude + NOISE * _spread(place, _NOISE)
        self.all_scores.add(rows, 1, _score(scored, "nps"))
        answers = places(uniform(place, _ANSWERS) < self._chance(attitude))
        if not answers.size:
            return
        for name, counter in self.scores.items():
            counter.add(rows[answers], 1, _score(scored[answers], name))
        self._stir(rows[answers], time[answers])

    def _chance(self, attitude: Floats) -> Floats:
        """Chance to answer; the bias changes who answers, not how many."""
        chance: Floats = self.readiness * (1.0 + self.knobs.bias * attitude**2)
        return chance

    def _stir(self, rows: Rows, time: Floats) -> None:
        """Who answers orders less often for a while, then more often for a while."""
        self.effect[rows] = self.knobs.delays
        self.delayed[rows] = True
        self.turns[rows] = time + self.knobs.delayed_for

    def _turn(self, rows: Rows, time: Floats) -> None:
        first = self.delayed[rows]
        self.delayed[rows] = False
        self.effect[rows] = np.where(first, self.knobs.quickens, 1.0)
        self.turns[rows] = np.where(first, time + self.knobs.lasts, NEVER)

    def left(self, rows: Rows) -> None:
        """Customers have left the segment: they are not asked, and forget that they were."""
        super().left(rows)
        self.asks[rows] = NEVER
        self.turns[rows] = NEVER

    def end(self, now: float) -> None:
        """Nobody is asked any more, and it is forgotten who was."""
        self.effect[:] = 1.0
        self.asks[:] = NEVER
        self.turns[:] = NEVER


@cache
def readiness(answers: float, bias: float) -> float:
    """Chance to answer of a middling attitude with which so large a share of customers in a neutral mood answers.

    Nobody answers more than once: who would with a chance beyond 1 leaves their part to the others.
    """
    u = (np.arange(QUANTILES) + 0.5) / QUANTILES
    likelier = 1.0 + bias * (np.log(u / (1.0 - u)) * _LOGISTIC) ** 2
    low, high = answers / float(likelier.mean()), answers
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if np.minimum(middle * likelier, 1.0).mean() < answers else (low, middle)
    return high


def _spread(place: Keys, what: int) -> Floats:
    """Logistic draws of mean 0 and standard deviation 1."""
    u = uniform(place, what)
    drawn: Floats = np.log(u / (1.0 - u)) * _LOGISTIC
    return drawn


def _score(attitude: Floats, name: str) -> NDArray[np.int64]:
    """The place on a scale, counted from its low end."""
    middle, spread, low, high = SCALES[name]
    score: NDArray[np.int64] = np.minimum(np.maximum(np.rint(middle + spread * attitude), low), high).astype(np.int64) - low
    return score
