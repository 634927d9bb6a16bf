"""Metrics of a paid membership: who tries it, who pays, and who renews."""

from __future__ import annotations

import numpy as np

from sim.metrics.metric import Reason, metric, not_counted
from sim.metrics.sums import Floats, Sums, ratio

PROGRAMME = "paid_membership"
SBG = "Fader & Hardie 2007, Journal of Interactive Marketing 21:76"

NO_MEMBERSHIP = not_counted(f"{PROGRAMME}.due", "the store has no paid membership")
NO_TRIALS = Reason("nobody tried the membership", lambda s: s.whole_count(f"{PROGRAMME}.trials") == 0)
NOTHING_DUE = Reason("no membership came up for renewal", lambda s: s.whole_count(f"{PROGRAMME}.due") == 0)
NO_FIRST = Reason("no membership came up for its first renewal", lambda s: True)


@metric("membership_trials", "Membership trials", "customers", "", "trials begun / stores", undefined=(NO_MEMBERSHIP,))
def membership_trials(s: Sums) -> Floats:
    """Trials of the membership that customers of one store began in the observed time."""
    return s.whole_count(f"{PROGRAMME}.trials") / s.stores


@metric(
    "trial_conversion", "Trials that convert", "share", "higher", "trials converted / trials begun",
    undefined=(NO_MEMBERSHIP, NO_TRIALS),
)  # fmt: skip
def trial_conversion(s: Sums) -> Floats:
    """Trials that became paid memberships in the observed time over trials begun in it; those that still run at its end
    count as not converted."""
    return ratio(s.whole_count(f"{PROGRAMME}.converted"), s.whole_count(f"{PROGRAMME}.trials"))


@metric(
    "renewal_rate", "Renewals", "share", "higher", "memberships renewed / due for renewal",
    source=SBG, undefined=(NO_MEMBERSHIP, NOTHING_DUE),
)  # fmt: skip
def renewal_rate(s: Sums) -> Floats:
    """Share of the memberships that came up for renewal in the observed time, for the first time or a later one, that
    were renewed. It rises as the fickle leave, without anybody becoming more loyal."""
    return ratio(s.whole_count(f"{PROGRAMME}.renewed"), s.whole_count(f"{PROGRAMME}.due"))


@metric(
    "first_renewal_rate", "First renewals", "share", "higher", "renewed for the first time / due for the first time",
    source=SBG, undefined=(NO_MEMBERSHIP, NOTHING_DUE, NO_FIRST),
)  # fmt: skip
def first_renewal_rate(s: Sums) -> Floats:
    """Share of the memberships that came up for their first renewal in the observed time that were renewed."""
    return ratio(s.count(f"{PROGRAMME}.renewed")[:, :1], s.count(f"{PROGRAMME}.due")[:, :1])


def survival(s: Sums) -> Floats:
    """Share of memberships that outlive each renewal, from none: versions x (renewals + 1).

    The product-limit estimator of Kaplan & Meier 1958: a membership that has not come up for renewal yet is in neither
    count.
    """
    kept = ratio(s.count(f"{PROGRAMME}.renewed"), s.count(f"{PROGRAMME}.due"))
    start = s.stores / s.stores
    return np.concatenate((start, kept.cumprod(axis=1)), axis=1)
