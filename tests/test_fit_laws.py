"""The likelihoods are those of the literature: published fits, independent computations, and the laws of calculus."""

from __future__ import annotations

import importlib.metadata
import itertools
import math

import numpy as np
import pytest
import scipy.integrate
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.fit.counts import Counts, counts
from sim.fit.gamma_gamma import fit_spending, likelihood
from sim.fit.laws import BG_NBD, LAWS, MBG_NBD, NBD, PARETO_NBD, Law
from sim.fit.maximum import fit
from sim.posterior import Lifetime, chance_alive

CALIBRATION = "1997-09-30"
PUBLISHED = {
    PARETO_NBD: ((0.5533, 10.5776, 0.6062, 11.668), -9594.97),
    BG_NBD: ((0.2426, 4.4135, 0.7929, 2.4258), -9582.43),
    MBG_NBD: ((0.5248, 6.1830, 0.8914, 1.6140), -9582.13),
    NBD: ((0.3848, 12.0721), -9763.66),
}


def cdnow_histories(end: str = CALIBRATION) -> tuple[np.ndarray, ...]:
    """x, t_x, T in weeks, the mean repeat order and the first order of each customer of the CDNOW sample."""
    files = importlib.metadata.files("lifetimes")
    assert files is not None
    (found,) = (file for file in files if file.name == "CDNOW_sample.txt")
    rows = np.loadtxt(str(found.locate()), usecols=(1, 2, 4))
    day = np.array([f"{int(d) // 10000}-{int(d) // 100 % 100:02d}-{int(d) % 100:02d}" for d in rows[:, 1]], "datetime64[D]")
    kept = day <= np.datetime64(end)
    days, place = np.unique(np.array([rows[kept, 0], day[kept].astype(float)]), axis=1, return_inverse=True)
    amount = np.bincount(place.ravel(), rows[kept, 2])
    first = np.flatnonzero(np.diff(days[0], prepend=-1))
    orders = np.diff(np.append(first, days.shape[1]))
    begun, last = days[1, first], days[1, first + orders - 1]
    later = np.add.reduceat(amount, first) - amount[first]
    x = orders - 1
    stop = float(np.datetime64(end).astype(int))
    return x, (last - begun) / 7, (stop - begun) / 7, np.where(x > 0, later / np.maximum(x, 1), 0.0), amount[first]


def pareto_by_quadrature(law: Lifetime, x: int, t_x: float, T: float) -> float:
    """The log-likelihood of one history, integrated by SciPy over the moment of dropout."""
    r, a, s, b = law.r, law.alpha, law.s, law.beta

    def density(v: float) -> float:
        t = t_x + near * math.expm1(v)
        log = (r + x) * math.log((a + t_x) / (a + t)) + (s + 1) * math.log((b + t_x) / (b + t))
        return near * math.exp(v + log)

    # In pieces of equal length in the logarithm of time, so that a narrow peak is not missed.
    near = min(a, b, (a + t_x) / (r + x)) + t_x * 1e-3
    cuts = np.linspace(0.0, math.log1p((T - t_x) / near), 41)
    pieces = [scipy.integrate.quad(density, *cut, epsabs=1e-14, epsrel=1e-12)[0] for cut in itertools.pairwise(cuts)]
    lost = s * math.fsum(pieces) / (b + t_x)
    living = ((a + t_x) / (a + T)) ** (r + x) * ((b + t_x) / (b + T)) ** s
    head = math.lgamma(r + x) - math.lgamma(r) + r * math.log(a) + s * math.log(b)
    return head + math.log(living + lost) - (r + x) * math.log(a + t_x) - s * math.log(b + t_x)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_cdnow_parameters_and_likelihood_are_the_published_ones(law: Law) -> None:
    """Parameters within 0.1 %, log-likelihoods within 0.01."""
    x, t_x, T, _, _ = cdnow_histories()
    found = fit(law, counts(x, t_x, T))
    parameters, value = PUBLISHED[law]
    assert list(found.parameters.values()) == pytest.approx(parameters, rel=1e-3)
    assert found.log_likelihood == pytest.approx(value, abs=0.01)
    assert not found.on_bound
    assert all(error > 0 for error in found.errors.values())


def test_cdnow_baskets_are_the_published_ones() -> None:
    """Gamma-Gamma: p 6.25, q 3.74, gamma 15.44 of 946 customers, correlation .11."""
    x, _, _, mean, first = cdnow_histories()
    found = fit_spending(x, mean, first)
    assert list(found.estimate.parameters.values()) == pytest.approx([6.25, 3.74, 15.44], rel=2e-3)
    assert found.customers == 946
    assert found.correlation == pytest.approx(0.11, abs=0.005)
    assert not found.independent


def test_cdnow_likelihoods_equal_an_independent_computation() -> None:
    """The same counts through the hypergeometric form and the closed BG/NBD form written out anew."""
    x, t_x, T, _, _ = cdnow_histories()
    data = counts(x, t_x, T)
    r, alpha, s, beta = 0.5533, 10.5776, 0.6062, 11.668
    assert beta > alpha
    n = r + s + x

    def branch(u: np.ndarray) -> np.ndarray:
        return scipy.special.hyp2f1(n, r + x, n + 1, (beta - alpha) / (beta + u)) / (beta + u) ** n

    living = 1 / ((alpha + T) ** (r + x) * (beta + T) ** s)
    value = scipy.special.gammaln(r + x) - math.lgamma(r) + r * math.log(alpha) + s * math.log(beta)
    value += np.log(living + s / n * (branch(t_x) - branch(T)))
    ours = PARETO_NBD.likelihood(np.log([r, alpha, s, beta]), data)[0]
    assert ours == pytest.approx(value.sum(), rel=1e-10)

    r, alpha, a, b = 0.2426, 4.4135, 0.7929, 2.4258
    later = np.where(x > 0, scipy.special.beta(a + 1, b + x - 1 + (x == 0)) / (alpha + t_x) ** (r + x), 0.0)
    sums = (scipy.special.beta(a, b + x) / (alpha + T) ** (r + x) + later) / scipy.special.beta(a, b)
    value = scipy.special.gammaln(r + x) - math.lgamma(r) + r * math.log(alpha) + np.log(sums)
    assert BG_NBD.likelihood(np.log([r, alpha, a, b]), data)[0] == pytest.approx(value.sum(), rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(*[st.floats(-3.5, 3.5)] * 4), st.integers(0, 400), st.floats(0.0, 1.0), st.floats(0.05, 300.0)
)  # fmt: skip
def test_pareto_likelihood_holds_where_the_hypergeometric_form_overflows(
    logs: tuple[float, ...], x: int, part: float, T: float
) -> None:
    """Any parameters, any history, heavy buyers too: the same as an adaptive quadrature."""
    t_x = T * part if x else 0.0
    data = counts([x], [t_x], [T])
    ours = PARETO_NBD.likelihood(np.array(logs), data)[0]
    assert ours == pytest.approx(pareto_by_quadrature(Lifetime(*map(math.exp, logs)), x, t_x, T), rel=1e-9, abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(LAWS), st.tuples(*[st.floats(-2.5, 2.5)] * 4), st.integers(0, 2**32))
def test_gradients_are_those_of_the_likelihoods(law: Law, logs: tuple[float, ...], seed: int) -> None:
    """Each gradient equals the difference quotient of its likelihood."""
    luck = np.random.default_rng(seed)
    x = luck.integers(0, 8, 12)
    T = luck.uniform(1.0, 90.0, 12)
    data = counts(x, np.where(x > 0, T * luck.uniform(0.05, 1.0, 12), 0.0), T)
    point = np.array(logs[: len(law.parameters)])
    slope = law.likelihood(point, data)[1]
    for place, step in enumerate(1e-5 * np.eye(point.size)):
        quotient = (law.likelihood(point + step, data)[0] - law.likelihood(point - step, data)[0]) / 2e-5
        assert slope[place] == pytest.approx(quotient, rel=1e-5, abs=1e-4)


def test_gamma_gamma_gradient_is_that_of_its_likelihood() -> None:
    """The gradient equals the difference quotient, and the likelihood is a density of the mean."""
    x, mean, weight = np.array([1.0, 2.0, 9.0]), np.array([12.0, 55.0, 31.0]), np.array([2.0, 1.0, 5.0])
    point = np.log([6.25, 3.74, 15.44])
    slope = likelihood(point, x, mean, weight)[1]
    for place, step in enumerate(1e-6 * np.eye(3)):
        up, down = (likelihood(point + sign * step, x, mean, weight)[0] for sign in (1, -1))
        assert slope[place] == pytest.approx((up - down) / 2e-6, rel=1e-6)

    def density(z: float) -> float:
        return math.exp(likelihood(point, np.array([3.0]), np.array([z]), np.ones(1))[0])

    assert scipy.integrate.quad(density, 0, np.inf)[0] == pytest.approx(1.0, abs=1e-6)


def test_multiplicities_are_customers() -> None:
    """Equal histories counted together are the same data: one row for each, or one row with a weight."""
    one = counts([2, 2, 0, 2], [5, 5, 0, 4], [9, 9, 9, 9])
    two = counts([2, 0, 2], [5, 0, 4], [9, 9, 9], [2, 1, 1])
    assert one.x.size == 3
    assert one.customers == 4
    for law in LAWS:
        point = np.zeros(len(law.parameters))
        assert law.likelihood(point, one)[0] == pytest.approx(law.likelihood(point, two)[0], rel=1e-14)


@pytest.mark.parametrize(
    ("x", "t_x", "T"), [([1], [5.0], [4.0]), ([0], [1.0], [4.0]), ([-1], [0.0], [4.0]), ([1], [math.nan], [4.0]), ([], [], [])]
)  # fmt: skip
def test_what_cannot_be_a_history_is_refused(x: list[float], t_x: list[float], T: list[float]) -> None:
    """Orders after the end, a last order without a repeat, negative counts, gaps, nothing at all."""
    with pytest.raises(ValueError, match=r"history|customer|repeat"):
        counts(x, t_x, T)


def test_a_store_that_nobody_leaves_is_said_to_have_collapsed() -> None:
    """Poisson buyers who never drop out drive the dropout to the bound of what a scenario takes, and no error is claimed."""
    luck = np.random.default_rng(3)
    rate = luck.gamma(1.5, 1 / 6.0, 3000)
    orders = [np.cumsum(luck.exponential(1 / each, 200)) for each in rate]
    T = np.full(3000, 60.0)
    x = np.array([(each < 60.0).sum() for each in orders])
    t_x = np.array([each[each < 60.0][-1] if (each < 60.0).any() else 0.0 for each in orders])
    found = fit(PARETO_NBD, counts(x, t_x, T))
    assert set(found.undetermined) >= {"s", "beta"}
    assert found.parameters["s"] / found.parameters["beta"] < 2e-3


def test_chance_to_live_is_the_published_form() -> None:
    """P(alive) of the Pareto/NBD by the hypergeometric form with alpha above beta, and of the BG/NBD."""
    law = Lifetime(0.6, 12.0, 0.5, 8.0)
    x, t_x, T = np.array([0.0, 1.0, 6.0]), np.array([0.0, 20.0, 30.0]), np.array([39.0, 39.0, 31.0])
    n = law.r + law.s + x

    def branch(u: np.ndarray) -> np.ndarray:
        return scipy.special.hyp2f1(n, law.s + 1, n + 1, (law.alpha - law.beta) / (law.alpha + u)) / (law.alpha + u) ** n

    odds = law.s / n * (law.alpha + T) ** (law.r + x) * (law.beta + T) ** law.s * (branch(t_x) - branch(T))
    assert chance_alive(law, x, t_x, T) == pytest.approx(1 / (1 + odds), rel=1e-10)


def test_a_sample_keeps_the_number_of_customers() -> None:
    """Starts are tried on a sample whose weights stand for all."""
    data = Counts(np.zeros(9000), np.zeros(9000), np.arange(9000.0), np.ones(9000))
    assert data.sample(100).customers == pytest.approx(9000)
    assert data.sample(100).x.size == 100
