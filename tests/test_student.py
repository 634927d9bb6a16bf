"""Student's t without SciPy agrees with SciPy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import student


@given(t=st.floats(-60, 60), df=st.integers(1, 5000))
def test_distribution_agrees_with_scipy(t: float, df: int) -> None:
    """The distribution function and the two-sided p are SciPy's to 1e-9."""
    assert student.cdf(t, df) == pytest.approx(stats.t.cdf(t, df), abs=1e-9)
    assert student.two_sided_p(t, df) == pytest.approx(2 * stats.t.sf(abs(t), df), abs=1e-9, rel=1e-7)


@given(df=st.integers(1, 20_000), probability=st.sampled_from([0.025, 0.5, 0.9, 0.975, 0.9999]))
def test_quantile_agrees_with_scipy(df: int, probability: float) -> None:
    """The quantile is SciPy's to 1e-9, far out in the tail of one degree of freedom too."""
    assert student.quantile(probability, df) == pytest.approx(stats.t.ppf(probability, df), rel=1e-9, abs=1e-9)


def test_tails_keep_their_digits() -> None:
    """A tiny p keeps its relative precision, so that Holm's adjustment of it means something."""
    for t in (8.0, 15.0, 40.0):
        assert student.two_sided_p(t, 99) == pytest.approx(2 * stats.t.sf(t, 99), rel=1e-9)


def test_ends() -> None:
    """An infinite t has p 0, a t of 0 has p 1, and what makes no sense is refused."""
    assert student.two_sided_p(math.inf, 19) == 0.0
    assert student.two_sided_p(0.0, 19) == 1.0
    assert student.cdf(0.0, 19) == 0.5
    with pytest.raises(ValueError, match="degrees of freedom"):
        student.two_sided_p(1.0, 0)
    with pytest.raises(ValueError, match="probability"):
        student.quantile(1.0, 19)
