"""Metrics of what customers think of the store: surveys in their usual readings, their mood, and who stays when a rival
makes an offer."""

from __future__ import annotations

import numpy as np

from sim.metrics.metric import Reason, metric, not_counted
from sim.metrics.sums import Floats, Sums, ratio

SURVEYS = "feedback_surveys"
NPS, CSAT, CES = f"{SURVEYS}.nps", f"{SURVEYS}.csat", f"{SURVEYS}.ces"
EVERYBODY = f"{SURVEYS}.true_mood"
PLACES = {NPS: 11, EVERYBODY: 11, CSAT: 5, CES: 7}
"""Answers by score: 0 to 10, 1 to 5, 1 to 7."""
THOUSAND = 1000.0
REICHHELD = "Reichheld 2003, Harvard Business Review 81:46; it predicts weakly alone: Keiningham et al. 2007"
DIXON = "Dixon, Freeman & Toman 2010, Harvard Business Review 88:116; earlier versions ran the scale the other way"

NO_RIVALS = not_counted("rival.met", "no rival makes offers")
NO_OFFERS = Reason("no rival made an offer in the observed time", lambda s: True)
NO_SURVEYS = not_counted(f"{SURVEYS}.asked", "nobody is surveyed")
NO_ANSWERS = Reason("nobody answered the survey", lambda s: True)
NOBODY_ASKED = Reason("nobody was asked", lambda s: True)
NO_MOOD = not_counted("mood.people", "nothing moves the customers' mood in this store")
NOBODY_THERE = Reason("there was nobody whose mood could be read at the end", lambda s: True)


def mood_by_month(s: Sums) -> Floats:
    """Mean mood of the customers at the end of each observed month; versions x months."""
    return ratio(s.by_month("mood.level")[:, :, 0], s.by_month("mood.people")[:, :, 0]) / THOUSAND


def _share(s: Sums, question: str, first: int, last: int) -> Floats:
    """Share of the answers at these places; versions x 1."""
    answers = s.count(question, PLACES[question])
    return ratio(answers[:, first : last + 1].sum(axis=1, keepdims=True), answers.sum(axis=1, keepdims=True))


def _mean(s: Sums, question: str, lowest: int) -> Floats:
    """Mean score; versions x 1."""
    answers = s.count(question, PLACES[question])
    scores = np.arange(lowest, lowest + PLACES[question])
    return ratio((answers * scores).sum(axis=1, keepdims=True), answers.sum(axis=1, keepdims=True))


@metric(
    "loyalty", "Loyalty", "share", "higher", "customers who stay / customers whom a rival makes an offer",
    undefined=(NO_RIVALS, NO_OFFERS),
)  # fmt: skip
def loyalty(s: Sums) -> Floats:
    """Share of the customers truly not lost whom a rival's offer reached and who stayed, over all offers of the observed
    time: who stays when it would be easy to go, and not only who still buys. Only a simulation knows it."""
    return ratio(s.whole_count("rival.stayed"), s.whole_count("rival.met"))


@metric(
    "nps", "Net promoter score", "points", "higher", "100 x (share of 9 and 10 - share of 0 to 6)",
    source=REICHHELD, undefined=(NO_SURVEYS, NO_ANSWERS), smallest=-100.0, largest=100.0,
)  # fmt: skip
def nps(s: Sums) -> Floats:
    """Of those who answered from 0 to 10 whether they would recommend the store: the share of promoters (9 or 10) less
    that of detractors (0 to 6), in points from -100 to 100. Who answers is not everybody."""
    return 100.0 * (_share(s, NPS, 9, 10) - _share(s, NPS, 0, 6))


@metric(
    "nps_true", "Net promoter score, true", "points", "higher", "as nps, of all who were asked",
    undefined=(NO_SURVEYS, NOBODY_ASKED), smallest=-100.0, largest=100.0,
)  # fmt: skip
def nps_true(s: Sums) -> Floats:
    """The net promoter score that all customers who were asked and are truly not lost would have given: what nps would be
    if everybody answered. Only a simulation knows it; the difference is response bias."""
    return 100.0 * (_share(s, EVERYBODY, 9, 10) - _share(s, EVERYBODY, 0, 6))


@metric(
    "nps_mean", "Would recommend, mean", "ratio", "higher", "sum of scores from 0 to 10 / answers",
    undefined=(NO_SURVEYS, NO_ANSWERS), smallest=0.0, largest=10.0,
)  # fmt: skip
def nps_mean(s: Sums) -> Floats:
    """Mean answer, from 0 to 10, to whether one would recommend the store: the same answers as in the net promoter score,
    none thrown together."""
    return _mean(s, NPS, 0)


@metric(
    "csat", "CSAT, share satisfied", "share", "higher", "answers of 4 and 5 / answers",
    undefined=(NO_SURVEYS, NO_ANSWERS),
)  # fmt: skip
def csat(s: Sums) -> Floats:
    """Of those who answered from 1 to 5 how satisfied they are: the share of 4 and 5."""
    return _share(s, CSAT, 3, 4)


@metric(
    "csat_mean", "CSAT, mean", "ratio", "higher", "sum of scores from 1 to 5 / answers",
    undefined=(NO_SURVEYS, NO_ANSWERS), smallest=1.0, largest=5.0,
)  # fmt: skip
def csat_mean(s: Sums) -> Floats:
    """Mean answer, from 1 to 5, to how satisfied one is: the other reading of the same answers."""
    return _mean(s, CSAT, 1)


@metric(
    "ces", "CES, share agreeing", "share", "higher", "answers of 5 to 7 / answers",
    source=DIXON, undefined=(NO_SURVEYS, NO_ANSWERS),
)  # fmt: skip
def ces(s: Sums) -> Floats:
    """Of those who answered from 1 to 7 whether the store made it easy for them: the share who agree (5 to 7)."""
    return _share(s, CES, 4, 6)


@metric(
    "ces_mean", "CES, mean of the scale", "share", "higher", "(mean score from 1 to 7 - 1) / 6",
    source=DIXON, undefined=(NO_SURVEYS, NO_ANSWERS),
)  # fmt: skip
def ces_mean(s: Sums) -> Floats:
    """Mean answer, from 1 to 7, to whether the store made it easy, as a share of the scale: 1 is 0 %, 7 is 100 %."""
    return (_mean(s, CES, 1) - 1.0) / 6.0


@metric(
    "answer_rate", "Surveys answered", "share", "higher", "answers / surveys sent", undefined=(NO_SURVEYS, NO_ANSWERS)
)
def answer_rate(s: Sums) -> Floats:
    """Share of the surveys of the observed time that were answered; where a survey has several questions, by the one that
    most answered."""
    answers = [s.whole_count(question) for question in (NPS, CSAT, CES)]
    return ratio(np.fmax.reduce(answers), s.whole_count(f"{SURVEYS}.asked"))


@metric(
    "mood_end", "Mood at the end", "ratio", "higher", "sum of moods / customers, at the end",
    undefined=(NO_MOOD, NOBODY_THERE),
)  # fmt: skip
def mood_end(s: Sums) -> Floats:
    """Mean of what customers hold against the store (below 0) or in its favour at the end of the observed time; a failure
    takes off 1. Only a simulation knows it."""
    return mood_by_month(s)[:, -1:]
