"""Metrics of a points programme: what is issued, redeemed and lost, and what is still owed."""

from __future__ import annotations

import numpy as np

from sim.log import MICROS
from sim.metrics.arms import ENROLLED
from sim.metrics.metric import Reason, metric, not_counted
from sim.metrics.sums import Floats, Sums, ratio

PROGRAMME = "loyalty_points"
ISSUED, BURNED, EXPIRED, ENDOWED = range(4)
MOVES = 4
"""What is counted of points each month; those endowed are among those issued."""
SMILE = "Smile.io: below 20 % good; members who redeem / members"
GOIC = "Goić et al. 2025: points that expire / points issued; others count all that are unspent"

NO_POINTS = not_counted(f"{PROGRAMME}.points", "the store has no points programme")
NONE_ISSUED = Reason("no points were issued", lambda s: _points(s, ISSUED) == 0)
NO_POINT_MEMBERS = Reason("nobody is a member of the points programme", lambda s: _members(s) == 0)


def _points(s: Sums, what: int) -> Floats:
    points: Floats = s.by_month(f"{PROGRAMME}.points", MOVES).sum(axis=1)[:, what : what + 1]
    return points


def _members(s: Sums) -> Floats:
    """Customers who ever joined; versions x 1, nan without a programme."""
    if PROGRAMME not in s.arms.kinds:
        return np.full_like(s.stores, np.nan)
    return s.arms[PROGRAMME, ENROLLED, "customers"][:, None]


def liability_by_month(s: Sums) -> Floats:
    """What the points that are out are worth at the end of each observed month; versions x months, over all stores."""
    worth = s.by_month(f"{PROGRAMME}.worth", MOVES) / MICROS
    return (worth[:, :, ISSUED] - worth[:, :, BURNED] - worth[:, :, EXPIRED]).cumsum(axis=1)


@metric("points_issued", "Points issued", "points", "", "points issued / stores", undefined=(NO_POINTS,))
def points_issued(s: Sums) -> Floats:
    """Points that one store gave its customers in the observed time, those given for joining included."""
    return _points(s, ISSUED) / s.stores


@metric(
    "points_redemption", "Points redeemed", "share", "higher", "points burned / points issued",
    undefined=(NO_POINTS, NONE_ISSUED), largest=np.inf,
)  # fmt: skip
def points_redemption(s: Sums) -> Floats:
    """Points redeemed in the observed time over points issued in it. Points issued late have had little time to be
    redeemed, so it grows with the time that is observed."""
    return ratio(_points(s, BURNED), _points(s, ISSUED))


@metric(
    "points_redeemers", "Members who redeem", "share", "higher", "members who ever redeemed / members",
    source=SMILE, undefined=(NO_POINTS, NO_POINT_MEMBERS),
)  # fmt: skip
def points_redeemers(s: Sums) -> Floats:
    """Share of the customers who ever joined the points programme who redeemed a reward at least once in the observed
    time."""
    return ratio(s.whole_count(f"{PROGRAMME}.redeemers"), _members(s))


@metric(
    "points_breakage", "Points lost, breakage", "share", "", "points expired / points issued",
    source=GOIC, undefined=(NO_POINTS, NONE_ISSUED), largest=np.inf,
)  # fmt: skip
def points_breakage(s: Sums) -> Floats:
    """Points that expired unredeemed in the observed time over points issued in it. What is out at the end may still
    expire: ultimate breakage is higher."""
    return ratio(_points(s, EXPIRED), _points(s, ISSUED))


@metric(
    "points_endowed", "Points given for joining", "share", "", "points endowed / points issued",
    undefined=(NO_POINTS, NONE_ISSUED),
)  # fmt: skip
def points_endowed(s: Sums) -> Floats:
    """Share of the points issued in the observed time that nobody earned: a start given to new members."""
    return ratio(_points(s, ENDOWED), _points(s, ISSUED))


@metric(
    "points_liability", "Points liability", "money", "lower", "worth of points issued - burned - expired / stores",
    undefined=(NO_POINTS,),
)  # fmt: skip
def points_liability(s: Sums) -> Floats:
    """What the points that are out at the end of the observed time would take off prices if all were redeemed, of one
    store. No margin has paid for it yet."""
    return liability_by_month(s)[:, -1:] / s.stores


@metric(
    "points_months_active", "Months active of a points member", "ratio", "higher",
    "member-months with points earned or burned / members",
    undefined=(NO_POINTS, NO_POINT_MEMBERS),
)  # fmt: skip
def points_months_active(s: Sums) -> Floats:
    """Observed months in which a member earned or redeemed points, a mean over all who ever joined, however late."""
    return ratio(s.whole_count(f"{PROGRAMME}.active_months"), _members(s))
