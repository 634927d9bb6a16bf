"""Metrics of referral: who brings a friend, how soon, and at what cost."""

from __future__ import annotations

import numpy as np

from sim.metrics.metric import CHANNEL, NO_COHORT, NO_INVITES, NO_NEWCOMERS, Reason, metric
from sim.metrics.sums import Floats, Sums, ratio

PROGRAMME = "referral"
"""The strategy whose costs a referred customer causes."""
SECONDS_A_DAY = 86_400.0
NOBODY_REFERRED = Reason("nobody was referred by the cohort", lambda s: s["referred"] == 0)
NO_PROGRAMME = Reason("there is no referral programme", lambda s: PROGRAMME not in s.statistics.kinds)
NOBODY_BROUGHT = Reason("nobody was referred in the observed time", lambda s: s["brought"] == 0)


@metric(
    "referral_k", "Referral K", "ratio", "higher", "customers referred / customers of the cohort",
    source="per customer acquired in the cohort, not per active one", undefined=(NO_COHORT,), by=(CHANNEL,),
)  # fmt: skip
def referral_k(s: Sums) -> Floats:
    """New customers whom a customer refers: those referred by the customers acquired in the observed time and seen
    for the CLV horizon, each within that horizon of the referrer's first order, over those customers. 0 without a
    referral programme; below 1, one customer makes 1 / (1 - K) in the end."""
    return ratio(s["referred"], s["cohort"])


@metric(
    "referral_invites", "Invitations a customer", "ratio", "higher", "invitations / new customers",
    undefined=(NO_NEWCOMERS,),
)  # fmt: skip
def referral_invites(s: Sums) -> Floats:
    """Referral invitations sent by the customers acquired in the observed time, per customer, to its end."""
    return ratio(s.invites, s["new"][:, :1])


@metric(
    "referral_conversion", "Invitations that convert", "share", "higher", "customers referred / invitations",
    undefined=(NO_INVITES,),
)  # fmt: skip
def referral_conversion(s: Sums) -> Floats:
    """Customers referred by the customers acquired in the observed time, over the invitations these sent. An invitation
    whose friend has not ordered by its end counts as not converted."""
    return ratio(s["referred_new"][:, :1], s.invites)


@metric(
    "referral_share", "Customers referred", "share", "", "new customers referred / new customers",
    undefined=(NO_NEWCOMERS,), by=(CHANNEL,),
)  # fmt: skip
def referral_share(s: Sums) -> Floats:
    """Share of the customers acquired in the observed time whom another customer referred."""
    return ratio(s["brought"], s["new"])


@metric(
    "referral_cycle_days", "Referral cycle time", "days", "lower", "days from the referrer's first order to the friend's",
    undefined=(NO_COHORT, NOBODY_REFERRED), by=(CHANNEL,),
)  # fmt: skip
def referral_cycle_days(s: Sums) -> Floats:
    """Mean time from the first order of a referrer to that of the customer referred, over the customers whom K counts:
    brought by the cohort within the CLV horizon. Who came later than that is not in it."""
    return ratio(s["referred_seconds"], s["referred"]) / SECONDS_A_DAY


@metric(
    "referral_cac", "CAC of a referred customer", "money", "lower", "costs of the referral programme / customers referred",
    undefined=(NO_PROGRAMME, NO_NEWCOMERS, NOBODY_BROUGHT),
)  # fmt: skip
def referral_cac(s: Sums) -> Floats:
    """Costs of the referral programme in the observed time, rewards and fixed costs, over the customers acquired in it
    whom others referred. A discount on the friend's first order is not in it: it is missing from the revenue."""
    if PROGRAMME not in s.statistics.kinds:
        return np.full_like(s.stores, np.nan)
    place = s.statistics.kinds.index(PROGRAMME)
    costs = (s.kind_costs + s.kind_overheads)[:, place : place + 1]
    return ratio(costs, s["brought"][:, :1])
