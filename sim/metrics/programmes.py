"""Metrics of programmes that customers join: how many did, and how members differ from everybody else.

Members chose to join, so they differ for other reasons too: a lift read here is naive. The difference to a scenario
without the programme, or to customers held out by chance, says what the programme does.
"""

from __future__ import annotations

import math

import numpy as np

from sim.metrics.arms import ENROLLED, HELD, OUTSIDE
from sim.metrics.metric import GUPTA, STRATEGY, Reason, metric
from sim.metrics.sums import Floats, Sums, ratio

SELF_SELECTION = "heavier buyers join first: Leenheer et al. 2007, International Journal of Research in Marketing 24:31"

NO_MEMBERS = Reason("nobody enrolled", lambda s: np.nan_to_num(_told(s, _enrolled(s))) == 0)
NO_MEMBER_COHORT = Reason(
    "no member was acquired in the observed time and seen for the CLV horizon",
    lambda s: np.nan_to_num(_told(s, s.arms.of("cohort")[:, :, ENROLLED])) == 0,
)
NO_PROGRAMME = Reason(
    "the store has no programme", lambda s: not any(s.counted(f"{name}.members") for name in s.statistics.kinds)
)
NOT_THIS = Reason("it is no programme", lambda s: True)
NO_BUYING_MEMBERS = Reason("members or everybody else ordered nothing in the observed time", lambda s: True)


def _enrolled(s: Sums) -> Floats:
    members: Floats = s.arms.of("customers")[:, :, ENROLLED]
    return members


def _told(s: Sums, values: Floats) -> Floats:
    """Figures of each strategy and of any (versions x (kinds + 1)) as slices; all are those of any."""
    whole = values[:, -1:] if values.shape[1] else np.full_like(s.stores, np.nan)
    return s.by_strategy(whole, values[:, :-1])


def _eligible(s: Sums) -> Floats:
    reached: Floats = s.arms.of("buyers")[:, :, OUTSIDE] + _enrolled(s)
    return reached


def _if_members(s: Sums, values: Floats) -> Floats:
    """Without members there is no programme to tell of."""
    return np.where(_enrolled(s) > 0, values, np.nan)


@metric(
    "eligible", "Eligible customers", "customers", "", "customers not held out who ordered or enrolled / stores",
    undefined=(NO_MEMBERS,), by=(STRATEGY,),
)  # fmt: skip
def eligible(s: Sums) -> Floats:
    """Customers of one store who could have joined: not held out of the programme by chance, and with an order in the
    observed time or enrolled. A segment that the programme is kept for is not looked at. Of all strategies together:
    whoever ordered or is enrolled anywhere."""
    return _told(s, _if_members(s, _eligible(s) / s.stores))


@metric(
    "enrolled", "Enrolled customers", "customers", "higher", "customers ever enrolled / stores",
    undefined=(NO_MEMBERS,), by=(STRATEGY,),
)  # fmt: skip
def enrolled(s: Sums) -> Floats:
    """Customers of one store who ever joined the programme, those who have left it included; of all strategies
    together, who ever joined any."""
    return _told(s, _if_members(s, _enrolled(s) / s.stores))


@metric(
    "enrolment_rate", "Enrolment rate", "share", "higher", "enrolled / eligible", undefined=(NO_MEMBERS,), by=(STRATEGY,)
)
def enrolment_rate(s: Sums) -> Floats:
    """Customers who ever joined the programme over the customers who could have."""
    return _told(s, _if_members(s, ratio(_enrolled(s), _eligible(s))))


@metric(
    "members", "Members at the end", "customers", "higher", "members at the end / stores",
    undefined=(NO_PROGRAMME, NOT_THIS), by=(STRATEGY,),
)  # fmt: skip
def members(s: Sums) -> Floats:
    """Members of one store's programmes at the end of the observed time, those on trial included and those who left not;
    of all together, who is in two counts twice. The shop does not know who is lost to it: they are members still."""
    names = tuple(name for name in s.statistics.kinds if s.counted(f"{name}.members"))
    nobody = np.full((len(s.stores), 0), np.nan)
    each = np.concatenate([nobody, *(s.by_month(f"{name}.members")[:, -1] for name in names)], axis=1)
    whole = each.sum(axis=1, keepdims=True) if names else np.full_like(s.stores, np.nan)
    return s.by_strategy(whole, each, names) / s.stores


@metric(
    "member_clv", "CLV of a member", "money", "higher", "as clv, of enrolled customers",
    source=GUPTA, undefined=(NO_MEMBERS, NO_MEMBER_COHORT), by=(STRATEGY,),
)  # fmt: skip
def member_clv(s: Sums) -> Floats:
    """Customer lifetime value to the CLV horizon, fees included, of the customers of the cohort who ever joined the
    programme. Beside the CLV of all it is naive: who joins would be worth more without it too."""
    return _told(s, ratio(s.arms.of("cohort_clv")[:, :, ENROLLED], s.arms.of("cohort")[:, :, ENROLLED]))


@metric(
    "member_aov_lift", "Members' AOV lift, naive", "share", "", "AOV of members / AOV of everybody else - 1",
    source=SELF_SELECTION, undefined=(NO_MEMBERS, NO_BUYING_MEMBERS), by=(STRATEGY,),
    smallest=-math.inf, largest=math.inf,
)  # fmt: skip
def member_aov_lift(s: Sums) -> Floats:
    """By how much the average order value of customers who ever joined exceeds that of all others, in the observed time;
    fees are not in it. It says who joins as much as what joining does."""
    return _told(s, _lift(s, s.arms.of("sales") - s.arms.of("refunds"), s.arms.of("orders")))


@metric(
    "member_frequency_lift", "Members' frequency lift, naive", "share", "",
    "purchase frequency of members / of everybody else - 1",
    source=SELF_SELECTION, undefined=(NO_MEMBERS, NO_BUYING_MEMBERS), by=(STRATEGY,),
    smallest=-math.inf, largest=math.inf,
)  # fmt: skip
def member_frequency_lift(s: Sums) -> Floats:
    """By how much the orders a buyer of customers who ever joined exceed those of all others, in the observed time, their
    orders before they joined included. It says who joins as much as what joining does."""
    return _told(s, _lift(s, s.arms.of("orders"), s.arms.of("buyers")))


def _lift(s: Sums, above: Floats, below: Floats) -> Floats:
    """A ratio of members against that of everybody else, those held out included; versions x (kinds + 1)."""
    others = ratio(above[:, :, HELD] + above[:, :, OUTSIDE], below[:, :, HELD] + below[:, :, OUTSIDE])
    return ratio(ratio(above[:, :, ENROLLED], below[:, :, ENROLLED]), others) - 1.0
