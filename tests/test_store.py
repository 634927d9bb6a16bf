"""The store's log is a function of the scenario and the seed alone, however the work is cut."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from histories import ORDER_COLUMNS, history, only, same

from sim.behaviour import Behaviour
from sim.errors import RegularsError
from sim.law_knobs import AfterOrder, Lifetime
from sim.log import GROUPS, EventLog
from sim.population import Population
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import Contact, OrderCosts, Returns, StoreKnobs
from sim.strategies import Strategy, catalogue

SEASON = (0.7, 0.8, 0.9, 1.0, 1.0, 1.0, 0.8, 0.8, 1.0, 1.2, 1.6, 1.9)
SHOP = StoreKnobs(
    season=SEASON, returns=Returns(share=0.1), costs=OrderCosts(shipping=4.0), contact=Contact(consent=0.9, drop_after=200.0)
)
PLAIN = dataclasses.replace(SHOP, season=None)
COIN = dataclasses.replace(SHOP, dropout="after_order", after_order=AfterOrder(a=0.793, b=2.426))
CHANNELS = {"search": Channel(monthly_spend=500.0, customers=60.0), "organic": Channel(customers=40.0, paid=False)}


def everything() -> Mapping[str, Strategy]:
    """All strategies with their defaults."""
    return {name: kind() for name, kind in catalogue().items()}


def uncoupled() -> Mapping[str, Strategy]:
    """Those of them under which no customer depends on another, so that a block can live alone."""
    return {name: each for name, each in everything().items() if not each.couples}


def scenario(strategies: Mapping[str, Any], **values: Any) -> Scenario:
    settings: dict[str, Any] = {"months": 15, "pre_history": 3, "store": SHOP, "channels": CHANNELS}
    return Scenario(strategies=strategies, **(settings | values))


def run(of: Scenario, seed: int = 1, **parts: Any) -> EventLog:
    return Store(of, seed, **parts).run()


@cache
def half_a_year() -> EventLog:
    """Half a year of the store in which everything is done."""
    return run(scenario(everything(), months=6))


@dataclass(frozen=True, kw_only=True)
class Clockwork:
    """What cuts the time and does nothing: a calendar, reviews, a personal timer, and factors written as 1."""

    every: float | None = None
    name: str = "clockwork"
    from_: float = 0.0
    until: float | None = None
    segment: str = "all"
    holdout: float = 0.0
    rank: tuple[int, str] = (5, "clockwork")

    def enact(self, shop: Any) -> Behaviour[Any]:
        return (Looking if self.every is None else Ticking)(self, shop)


class Looking(Behaviour[Any]):
    def __init__(self, knobs: Any, shop: Any) -> None:
        super().__init__(knobs, shop)
        self.rate, self.dropout = self.order_factor(), self.dropout_factor()
        self.looks = 0

    def review(self, now: float) -> None:
        self.looks += 1
        self.rate[:] = 1.0
        self.dropout[self.members()] = 1.0


class Ticking(Behaviour[Any]):
    def __init__(self, knobs: Any, shop: Any) -> None:
        super().__init__(knobs, shop)
        self.rate = self.order_factor()
        self.bell = self.people.timer(lambda rows, time: None)

    def calendar(self) -> Generator[Any, Any, None]:
        while True:
            self.bell[self.members()] = self.shop.env.now + 0.7 * self.knobs.every
            self.rate[self.members()[::3]] = 1.0
            yield self.shop.env.timeout(self.knobs.every)


@pytest.mark.parametrize("store", [PLAIN, SHOP, COIN], ids=["plain", "season", "coin"])
def test_reviews_and_events_that_do_nothing_leave_every_bit(store: StoreKnobs) -> None:
    """Reviewed daily, weekly or never, cut by other events, timers and factors of 1, the log's bits are the same."""
    bare = run(scenario({}, store=store))
    for strategies, review_every in (
        ({"clockwork": Clockwork()}, 1.0),
        ({"clockwork": Clockwork()}, 7.0),
        ({"clockwork": Clockwork(every=2.3)}, 7.0),
        ({"clockwork": Clockwork(every=40.0, from_=11.1, until=200.0)}, 7.0),
    ):
        cut = run(scenario(strategies, store=store, review_every=review_every))
        assert bare.orders.time.size > 1500
        for name in ("customer", *ORDER_COLUMNS):
            np.testing.assert_array_equal(getattr(cut.orders, name), getattr(bare.orders, name), err_msg=name)
        for name in ("key", "cell", "channel", "acquired", "died", "parent"):
            np.testing.assert_array_equal(getattr(cut.customers, name), getattr(bare.customers, name), err_msg=name)


def test_the_clockwork_does_cut() -> None:
    """The reviews of the test above take place: a daily one once a day."""
    store = Store(scenario({"clockwork": Clockwork()}, review_every=1.0), 1)
    store.run()
    (behaviour,) = store.behaviours
    assert isinstance(behaviour, Looking)
    assert behaviour.looks == int(store.edges[-1])


@pytest.mark.parametrize("store", [SHOP, COIN], ids=["lifetime", "coin"])
@pytest.mark.parametrize("with_strategies", [False, True])
def test_blocks_together_are_the_whole(store: StoreKnobs, with_strategies: bool) -> None:
    """Three blocks, put together, are the log of one block: customers, orders, costs, messages, invitations."""
    of = scenario(uncoupled() if with_strategies else {}, store=store, months=6)
    parts = [run(of, block=block, blocks=3) for block in range(3)]
    assert min(part.customers.key.size for part in parts) > 50
    assert same(history(parts), history(run(of)))


@pytest.mark.parametrize("store", [SHOP, COIN], ids=["lifetime", "coin"])
def test_replications_side_by_side_are_those_one_by_one(store: StoreKnobs) -> None:
    """Replications 3 and 4 in one array are the same, bit for bit, as each alone, and differ from one another."""
    of = scenario(everything(), store=store, months=6)
    together = run(of, replications=range(3, 5))
    single = [run(of, replications=range(number, number + 1)) for number in range(3, 5)]
    assert sum(log.orders.time.size for log in single) == together.orders.time.size
    for index, log in enumerate(single):
        cell = together.customers.cell
        mask = cell // GROUPS == index
        mine, alone = only(together, mask), only(log, np.ones(log.customers.key.size, dtype=np.bool_))
        mine["customers"]["cell"] = mine["customers"]["cell"] - index * GROUPS
        assert same(mine, alone)
        for table in ("messages", "invites"):
            whole = history(together, index * GROUPS)[table]
            assert whole["counts"].sum() > 0
            np.testing.assert_array_equal(whole["counts"], history(log)[table]["counts"])
    assert not np.isin(single[0].customers.key, single[1].customers.key).any()


def test_the_order_of_strategies_in_the_file_does_not_matter() -> None:
    """The same strategies listed backwards make the same log, bit for bit."""
    strategies = everything()
    backwards = dict(reversed(list(strategies.items())))
    assert list(backwards) != list(strategies)
    assert same(history(half_a_year()), history(run(scenario(backwards, months=6))))


def test_the_same_seed_makes_the_same_log_and_another_another() -> None:
    """A second run repeats the first; another seed shares no customer with it."""
    once, of = half_a_year(), scenario(everything(), months=6)
    assert same(history(once), history(run(of)))
    assert not np.isin(once.customers.key, run(of, 5).customers.key).any()


def test_a_longer_past_leaves_the_customers_since_then_as_they_are() -> None:
    """Whoever is won after the shorter pre-history began is the same customer with the same orders."""
    short, long = (run(scenario({}, pre_history=months)) for months in (3, 20))
    assert long.customers.key.size > 1.5 * short.customers.key.size
    mask = long.customers.acquired >= short.month_edges[0]
    assert same(only(long, mask), only(short, np.ones(short.customers.key.size, dtype=np.bool_)))


def test_a_longer_time_only_adds_to_the_log() -> None:
    """What happens in the first half year does not depend on how long the store is watched."""
    short, long = half_a_year(), run(scenario(everything(), months=8))
    assert long.end > short.end
    early = long.orders.time < short.end
    assert early.sum() == short.orders.time.size
    mine = dict(zip(_identities(long, early), long.orders.time[early], strict=True))
    assert mine == dict(zip(_identities(short, slice(None)), short.orders.time, strict=True))


def _identities(log: EventLog, which: Any) -> list[tuple[int, int]]:
    keys = log.customers.key[log.orders.customer][which].tolist()
    return list(zip(keys, log.orders.number[which].tolist(), strict=True))


@pytest.mark.parametrize(
    "channels",
    [
        {"ads": Channel(response="saturating", monthly_spend=500.0, ceiling=200.0, half_spend=700.0)},
        {"ads": Channel(response="visits", monthly_spend=500.0, cost_per_visit=0.5, conversion=0.08)},
        {"ads": Channel(customers=70.0)},
    ],
)
def test_more_spend_brings_the_same_people_and_others(channels: dict[str, Channel]) -> None:
    """A larger budget wins everybody the smaller one wins, at the same moments, with the same orders, and more."""
    ads = channels["ads"]
    more = {"ads": dataclasses.replace(ads, monthly_spend=1.5 * ads.monthly_spend, customers=1.5 * ads.customers)}
    little, much = run(scenario({}, channels=channels)), run(scenario({}, channels=more))
    assert much.customers.key.size > 1.1 * little.customers.key.size
    shared = np.isin(much.customers.key, little.customers.key)
    assert same(only(much, shared), only(little, np.ones(little.customers.key.size, dtype=np.bool_)))


def test_another_channel_does_not_disturb_the_first() -> None:
    """Adding a channel adds its customers and changes nobody else."""
    first = run(scenario({}, channels={"search": CHANNELS["search"]}))
    both = run(scenario({}))
    mask = both.customers.channel == 0
    assert same(only(both, mask), only(first, np.ones(first.customers.key.size, dtype=np.bool_)))


@pytest.mark.parametrize("months", [1, 6])
def test_acquisition_meets_its_expectation(months: int) -> None:
    """Customers come in the expected number, by channel, spread over the time."""
    channels = {"fixed": Channel(customers=3000.0), "saturating": Channel(
        response="saturating", monthly_spend=700.0, ceiling=4000.0, half_spend=700.0
    )}  # fmt: skip
    log = run(Scenario(months=months, channels=channels))
    for channel, expected in enumerate((3000.0, 2000.0)):
        mine = log.customers.acquired[log.customers.channel == channel]
        edges = np.array(log.month_edges)
        counts = np.histogram(mine, edges)[0]
        np.testing.assert_array_less(np.abs(counts - expected), 4.0 * np.sqrt(expected))
        halves = np.histogram(mine, np.sort(np.concatenate([edges, (edges[1:] + edges[:-1]) / 2])))[0]
        np.testing.assert_array_less(np.abs(halves - expected / 2), 4.0 * np.sqrt(expected / 2))
    np.testing.assert_array_equal(log.spend, np.tile([0, 700_000_000, 0], (months, 1)))


def test_retirement_of_rows_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without dropping the rows of those of whom nothing can come, the log is the same."""
    contact, short = Contact(consent=0.9, drop_after=60.0), Lifetime(s=0.606, beta=3.0)
    of = scenario(everything(), months=12, store=dataclasses.replace(SHOP, contact=contact, lifetime=short))
    dropped = []
    retire = Population.retire

    def counting(self: Population, gone: np.ndarray) -> None:
        dropped.append(int(gone.sum()))
        retire(self, gone)

    monkeypatch.setattr(Population, "retire", counting)
    tidy = history(run(of))
    assert len(dropped) > 1
    assert sum(dropped) > 200
    monkeypatch.setattr(Population, "retire", lambda self, gone: None)
    assert same(history(run(of)), tidy)


def test_one_customer_can_be_replayed_alone() -> None:
    """A block of a single customer replays that customer's history, with all strategies that couple nobody."""
    strategies = {name: each for name, each in uncoupled().items() if name != "referral"}
    of = scenario(strategies, channels={"organic": Channel(customers=80.0)}, months=12, pre_history=0)
    whole = run(of)
    replayed = 0
    for block in (3, 17, 40):
        alone = run(of, block=block, blocks=50)
        assert alone.customers.key.size <= 36
        assert same(only(whole, np.isin(whole.customers.key, alone.customers.key)), only(alone, alone.customers.acquired > -1))
        replayed += alone.orders.time.size
    assert replayed > 30
    alone = run(of, block=70, blocks=10**6)
    assert 1 <= alone.customers.key.size <= 12
    assert same(only(whole, np.isin(whole.customers.key, alone.customers.key)), only(alone, alone.customers.acquired > -1))


def test_an_explosion_of_referrals_is_an_error_that_names_k() -> None:
    """When customers bring more customers without end, the run stops with K and what to change."""
    referral = catalogue()["referral"](advocates=1.0, invites=1.0, converts=1.0, delay=1.0)  # type: ignore[call-arg]
    of = scenario({"referral": referral}, customer_cap=2, months=36)
    with pytest.raises(RegularsError, match=r"K is \d") as caught:
        run(of)
    assert "customer_cap = 2" in str(caught.value)
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("store", [SHOP, COIN], ids=["lifetime", "coin"])
def test_the_log_is_whole(store: StoreKnobs) -> None:
    """Orders are numbered without a gap, in time, inside the time, by living customers, and the money adds up."""
    of = scenario(everything(), store=store, months=8)
    log = run(of)
    people, orders = log.customers, log.orders
    first = np.flatnonzero(np.diff(orders.customer, prepend=-1))
    np.testing.assert_array_equal(orders.customer[first], np.arange(people.key.size))
    counted = np.arange(orders.customer.size) - np.repeat(first, np.diff(first, append=orders.customer.size)) + 1
    np.testing.assert_array_equal(orders.number, counted)
    assert (np.diff(orders.time)[np.diff(orders.customer) == 0] > 0).all()
    np.testing.assert_array_equal(orders.time[first], people.acquired)
    assert orders.time.min() >= log.month_edges[0]
    assert orders.time.max() < log.end
    assert (orders.time <= people.died[orders.customer]).all()
    assert ((orders.list_price >= 1) & (orders.discount >= 0) & (orders.discount <= orders.list_price)).all()
    revenue = orders.list_price - orders.discount
    assert set(np.unique(orders.refund[revenue > 0] / revenue[revenue > 0])) == {0.0, 1.0}
    assert (orders.refund > 0).mean() == pytest.approx(0.1, abs=4.0 * (0.09 / revenue.size) ** 0.5)
    goods = np.rint(orders.list_price * of.store.costs.goods)
    np.testing.assert_array_equal(orders.margin, revenue - goods - 400)
    np.testing.assert_array_equal(orders.refund_margin, np.where(orders.refund > 0, revenue - goods, 0))
    assert np.unique(people.key).size == people.key.size
    assert (log.costs.amount > 0).all()
    brought = people.parent >= 0
    assert brought.any()
    assert (people.acquired[people.parent[brought]] < people.acquired[brought]).all()
    np.testing.assert_array_equal(people.cell[brought], people.cell[people.parent[brought]])


def test_an_empty_month_and_a_tiny_store() -> None:
    """A store that wins next to nobody still leaves a whole, empty log."""
    log = run(scenario(everything(), channels={"c": Channel(customers=0.001)}))
    assert log.customers.key.size == log.orders.time.size == 0
    assert log.month_edges.size == 19


@pytest.mark.parametrize("low", ["orders", "lifetime"])
def test_the_most_unequal_customers_make_no_trouble(low: str) -> None:
    """At the smallest shapes that a scenario may ask for, rates are so small that they are 0: nobody warns or fails."""
    knobs = {"orders": {"r": 0.01}, "lifetime": {"s": 0.01}}[low]
    store = dataclasses.replace(SHOP, **{low: dataclasses.replace(getattr(SHOP, low), **knobs)})
    log = run(scenario(everything(), store=store, months=8))
    assert log.customers.key.size > 1000
    assert not np.isnan(log.customers.died).any()
