"""What the laws expect: repeat orders of new customers, and of known ones in the time to come.

Fader & Hardie, note 009 (Pareto/NBD); Fader, Hardie & Lee 2005 (BG/NBD). Times in weeks.
"""

from __future__ import annotations

import numpy as np

from sim.fit.extra import special
from sim.law import lifetime_repeats
from sim.posterior import AfterOrder, Lifetime, chance_alive
from sim.randomness import Floats


def new_repeats(law: Lifetime | AfterOrder, t: Floats) -> Floats:
    """Expected repeat orders of a new customer in the first t weeks."""
    if isinstance(law, Lifetime):
        return np.array([lifetime_repeats(law.r, law.alpha, law.s, law.beta, float(each)) for each in t])
    return _coin_repeats(law.r, law.alpha, law.a, law.b, t)


def order_rate(law: Lifetime, age: Floats) -> Floats:
    """Expected repeat orders a week of customers of an age in weeks, lost ones included."""
    rate: Floats = law.r / law.alpha * (law.beta / (law.beta + age)) ** law.s
    return rate


def further_repeats(law: Lifetime | AfterOrder, x: Floats, t_x: Floats, T: Floats, t: float) -> Floats:
    """Expected orders of known customers in the t weeks after T, given their histories."""
    alive = chance_alive(law, x, t_x, T)
    if isinstance(law, Lifetime):
        # Given life at T, the rates are gamma again: the new customer's form with other parameters.
        later = np.array([lifetime_repeats(1.0, 1.0, law.s, law.beta + float(each), t) for each in T])
        found: Floats = alive * (law.r + x) / (law.alpha + T) * later
        return found
    return alive * _coin_repeats(law.r + x, law.alpha + T, law.a, law.b + x, np.full(x.size, t))


def _coin_repeats(r: Floats | float, alpha: Floats | float, a: float, b: Floats | float, t: Floats) -> Floats:
    hyp2f1 = special().hyp2f1
    found: Floats = (
        (a + b - 1.0) / (a - 1.0)
        * (1.0 - (alpha / (alpha + t)) ** r * hyp2f1(r, b, a + b - 1.0, t / (alpha + t)))
    )  # fmt: skip
    return found
