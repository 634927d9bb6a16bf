"""Waiting times are read from a histogram: close to the exact ones, within the bins' width."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.metrics.service import BINS, minutes, quantile

WIDTH = 2 ** (1 / 4)
"""How much a minute plus the wait grows from one end of a bin to the other."""
waits = st.lists(st.floats(0, 1e6), min_size=1, max_size=60)


def histogram(times: list[float]) -> np.ndarray:
    """Waits in minutes, counted as a support desk counts them: one version x BINS."""
    counts = np.zeros((1, BINS))
    for time in times:
        counts[0, min(math.floor(4 * math.log2(1 + time)), BINS - 1)] += 1
    return counts


@given(times=waits, share=st.sampled_from([0.1, 0.5, 0.9, 0.95, 1.0]))
def test_quantiles_are_right_to_a_bin(times: list[float], share: float) -> None:
    """The wait that a share of customers did not exceed lies in the same bin as the exact one."""
    exact = sorted(times)[max(math.ceil(share * len(times)) - 1, 0)]
    found = float(quantile(histogram(times), share)[0, 0])
    assert (1 + exact) / WIDTH * (1 - 1e-12) <= 1 + found <= (1 + exact) * WIDTH * (1 + 1e-12)


@given(times=waits)
def test_more_waiting_is_never_read_as_less(times: list[float]) -> None:
    """A larger share waits at least as long."""
    read = [float(quantile(histogram(times), share)[0, 0]) for share in (0.1, 0.5, 0.9, 0.95, 1.0)]
    assert read == sorted(read)


def test_nobody_waits_for_no_time_at_all() -> None:
    """Without a ticket there is no quantile, and the first bin begins at no wait."""
    assert math.isnan(quantile(np.zeros((1, BINS)), 0.5)[0, 0])
    assert minutes(np.array([0.0, 4.0, 8.0])).tolist() == [0.0, 1.0, 3.0]


def test_a_memoryless_wait_has_its_quantiles() -> None:
    """Of a million exponential waits of half an hour the median and the 95 % are those of the law, within a hundredth."""
    draw = np.random.default_rng(5).exponential(30.0, 1_000_000)
    counts = np.bincount(np.floor(4 * np.log2(1 + draw)).astype(int), minlength=BINS)[None, :].astype(float)
    assert quantile(counts, 0.5)[0, 0] == pytest.approx(30 * math.log(2), rel=0.01)
    assert quantile(counts, 0.95)[0, 0] == pytest.approx(30 * math.log(20), rel=0.01)
