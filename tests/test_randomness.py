"""Keyed luck: a draw depends on who draws for what and on nothing else, and looks like chance."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from referee import luck
from scipy import stats

from sim import randomness

WORDS = st.integers(min_value=0, max_value=2**64 - 1)
NAMES = st.text("abcdefgh._", min_size=1, max_size=20)
N = 100_000
SHAPES = (0.3, 0.563, 1.0, 6.25)
UNLIKELY = 1e-4
"""Below this p a fixed, honest generator is called broken; the draws are the same in every run."""


def keys_of(seed: int, replication: int = 0, n: int = N) -> randomness.Keys:
    """The keys of n customers as acquisition makes them: scattered points in a row."""
    base = np.array([randomness.root(seed, replication)], dtype=np.uint64)
    return randomness.mix(randomness.at(base, np.arange(n)))


def words(*numbers: int) -> randomness.Keys:
    return np.array(numbers, dtype=np.uint64)


@given(WORDS, st.integers(min_value=0, max_value=2**31), NAMES)
def test_uniforms_and_exponentials_are_those_of_the_referee(key: int, index: int, name: str) -> None:
    """The vector draw is the scalar draw: uniforms bit for bit, exponentials to the last bits of a logarithm."""
    place = randomness.at(words(key), np.array([index]))
    assert randomness.purpose(name) == luck.purpose(name)
    assert int(place[0]) == luck.at(key, index)
    assert int(randomness.at(words(key), index)[0]) == luck.at(key, index)
    theirs = luck.uniform(luck.at(key, index), luck.purpose(name))
    for count in (1, randomness.FEW, randomness.FEW + 1):
        assert randomness.uniform(np.repeat(place, count), luck.purpose(name)).tolist() == [theirs] * count
    mine = randomness.exponential(place, luck.purpose(name))[0]
    assert mine == pytest.approx(luck.exponential(luck.at(key, index), luck.purpose(name)), rel=1e-13, abs=1e-15)


@given(WORDS, NAMES, st.floats(min_value=0.05, max_value=200.0))
def test_gammas_are_those_of_the_referee(key: int, name: str, shape: float) -> None:
    """The vector gamma accepts and rejects as the scalar one does."""
    place = luck.at(key, 3)
    mine = randomness.gamma(words(place), luck.purpose(name), shape)[0]
    assert mine == pytest.approx(luck.Gamma(luck.purpose(name), shape)(place), rel=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
def test_thousands_of_gammas_are_those_of_the_referee(shape: float) -> None:
    """Rare rejections and doubtful draws come out alike, too."""
    keys, draw = keys_of(8, n=5000), luck.Gamma(luck.purpose("test"), shape)
    mine = randomness.gamma(keys, luck.purpose("test"), shape)
    np.testing.assert_allclose(mine, [draw(key) for key in keys.tolist()], rtol=1e-10)


@given(WORDS, st.integers(min_value=0, max_value=10_000), st.integers(min_value=1, max_value=2**31 - 1))
def test_roots_and_children_are_those_of_the_referee(key: int, replication: int, number: int) -> None:
    """The keys of replications and of referred customers are made alike."""
    assert randomness.root(key, replication) == luck.root(key, replication)
    child = randomness.child_keys(words(key), np.array([number], dtype=np.int32))
    assert int(child[0]) == luck.child_key(key, number)


@given(st.integers(min_value=1, max_value=300), st.integers(min_value=0, max_value=2**32), st.sampled_from(SHAPES))
@settings(max_examples=40)
def test_draws_do_not_depend_on_who_else_draws(n: int, seed: int, shape: float) -> None:
    """Alone, in a batch or in a shuffled batch, each customer's draw is the same, bit for bit."""
    keys, purpose = keys_of(seed, n=n), luck.purpose("test")
    order = np.random.default_rng(seed).permutation(n)
    for draw in (randomness.uniform, randomness.exponential, lambda k, p: randomness.gamma(k, p, shape)):
        whole = draw(keys, purpose)
        np.testing.assert_array_equal(draw(keys[order], purpose), whole[order])
        np.testing.assert_array_equal(draw(keys[n // 2 : n // 2 + 1], purpose), whole[n // 2 : n // 2 + 1])


@pytest.mark.parametrize("n", [0, 1, 2, 1000])
def test_several_purposes_at_once_are_each_on_their_own(n: int) -> None:
    """Drawing the uniforms of an order in one call gives what single calls give, and the gamma may use them."""
    keys = keys_of(1, n=n)
    purposes = randomness.gamma_purposes(luck.purpose("law.basket"))
    together = randomness.uniforms(keys, np.array(purposes, dtype=np.uint64))
    assert together.shape == (len(purposes), n)
    for row, purpose in zip(together.copy(), purposes, strict=True):
        np.testing.assert_array_equal(row, randomness.uniform(keys, purpose))
    given_them = randomness.gamma(keys, luck.purpose("law.basket"), 6.25, first=together)
    np.testing.assert_array_equal(given_them, randomness.gamma(keys, luck.purpose("law.basket"), 6.25))


def test_keys_are_left_as_they_were() -> None:
    """Draws do not write into the keys they are given."""
    keys = keys_of(1, n=100)
    before = keys.copy()
    randomness.gamma(keys, luck.purpose("test"), 0.3)
    randomness.child_keys(keys, np.arange(100))
    randomness.exponential(keys, luck.purpose("test"))
    np.testing.assert_array_equal(keys, before)


@pytest.mark.parametrize("seed", [0, 1, 2**63])
@pytest.mark.parametrize("name", ["law.gap", "email.newsletter", "acquisition.moment"])
def test_uniforms_are_uniform(seed: int, name: str) -> None:
    """Over customers, and over one customer's indexes, uniforms pass a Kolmogorov-Smirnov test and stay inside (0, 1)."""
    keys = keys_of(seed)
    one = randomness.at(keys[:1], np.arange(N))
    for places in (keys, one):
        u = randomness.uniform(places, luck.purpose(name))
        assert u.min() > 0.0
        assert u.max() < 1.0
        assert stats.kstest(u, "uniform").pvalue > UNLIKELY


def pairs() -> dict[str, tuple[randomness.Floats, randomness.Floats]]:
    """Draws that must have nothing to do with each other, though their keys, indexes or purposes are neighbours."""
    keys, gap = keys_of(5), luck.purpose("law.gap")
    one = randomness.at(keys[:1], np.arange(N + 1))
    child = randomness.child_keys(keys, np.ones(N, dtype=np.int32))
    neighbours = np.arange(N + 1, dtype=np.uint64)
    u = randomness.uniform(keys, gap)
    return {
        "next index": (u, randomness.uniform(randomness.at(keys, 1), gap)),
        "far index": (u, randomness.uniform(randomness.at(keys, 2**32), gap)),
        "next attempt": (u, randomness.uniform(keys, luck.step(gap, 1))),
        "other purpose": (u, randomness.uniform(keys, luck.purpose("law.return"))),
        "next customer": (u[:-1], u[1:]),
        "next number of one customer": (randomness.uniform(one[:-1], gap), randomness.uniform(one[1:], gap)),
        "adjacent bare keys": (randomness.uniform(neighbours[:-1], gap), randomness.uniform(neighbours[1:], gap)),
        "next replication": (u, randomness.uniform(keys_of(5, 1), gap)),
        "next seed": (u, randomness.uniform(keys_of(6), gap)),
        "friend": (u, randomness.uniform(child, gap)),
        "second friend": (
            randomness.uniform(child, gap),
            randomness.uniform(randomness.child_keys(keys, np.full(N, 2, dtype=np.int32)), gap),
        ),
    }


@pytest.mark.parametrize(("what", "pair"), pairs().items(), ids=list(pairs()))
def test_neighbouring_draws_are_independent(what: str, pair: tuple[randomness.Floats, randomness.Floats]) -> None:
    """A chi-square test on a 16 x 16 table and the correlation find nothing in common."""
    table = np.histogram2d(*pair, bins=16, range=[[0, 1], [0, 1]])[0]
    expected = table.sum() / 256
    assert stats.chi2.sf(((table - expected) ** 2 / expected).sum(), 255) > UNLIKELY, what
    assert abs(np.corrcoef(*pair)[0, 1]) < 4.0 / np.sqrt(N), what


def test_no_two_keys_are_the_same() -> None:
    """The customers of many replications, and their friends, have keys of their own."""
    keys = np.concatenate([keys_of(1, replication, 20_000) for replication in range(10)])
    friends = [randomness.child_keys(keys, np.full(keys.size, number, dtype=np.int32)) for number in (1, 2)]
    everybody = np.concatenate([keys, *friends])
    assert np.unique(everybody).size == everybody.size


@pytest.mark.parametrize("shape", SHAPES)
def test_gammas_have_their_moments_and_distribution(shape: float) -> None:
    """Mean, variance and skewness within four standard errors, and a Kolmogorov-Smirnov test against the gamma."""
    x = randomness.gamma(keys_of(9), luck.purpose("test.gamma"), shape)
    assert stats.kstest(x, stats.gamma(shape).cdf).pvalue > UNLIKELY
    centred = x - shape
    for power, truth in ((1, 0.0), (2, shape), (3, 2.0 * shape)):
        sample = centred**power
        assert abs(sample.mean() - truth) < 4.0 * sample.std() / np.sqrt(N), power


def test_gammas_of_two_purposes_are_independent() -> None:
    """Order rates and dropout rates of the same customers have nothing in common."""
    keys = keys_of(3)
    ranks = [randomness.gamma(keys, luck.purpose(name), 0.5) for name in ("law.order_rate", "law.dropout_rate")]
    assert abs(stats.spearmanr(*ranks).statistic) < 4.0 / np.sqrt(N)


def test_purposes_of_the_program_are_distinct() -> None:
    """No two purposes, nor the attempts of one and the beginnings of another, are the same number."""
    names = (
        "law.order_rate", "law.dropout_rate", "law.coin.a", "law.coin.b", "law.coin", "law.basket_scale", "law.lifetime",
        "law.gap", "law.basket", "law.return", "law.child", "law.group", "law.second_life", "acquisition.point",
        "acquisition.moment", "contact.consent", "email.newsletter", "welcome.message", "win_back.message",
    )  # fmt: skip
    steps = [luck.step(luck.purpose(name), by) for name, by in itertools.product(names, range(-1, 300))]
    assert len(set(steps)) == len(steps)
