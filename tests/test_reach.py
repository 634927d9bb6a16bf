"""Reach: whom personal messages, advertisements, posts, letters and first offers reach, and what they do there."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from histories import only, same
from made_shop import gain, interval, moments, orders, run, sent, shop, store, without_cause

from sim.law_knobs import Lifetime, Orders
from sim.log import EventLog
from sim.population import NEVER, places
from sim.randomness import at, purpose, uniform
from sim.store_knobs import Contact, StoreKnobs
from sim.strategies.browse_discount import BrowseDiscount
from sim.strategies.email import Email
from sim.strategies.first_order_discount import FirstOrderDiscount
from sim.strategies.loyalty_points import LoyaltyPoints, Points
from sim.strategies.personalisation import Personalisation, Recommendations
from sim.strategies.phone import Phone
from sim.strategies.post import Letters, Post
from sim.strategies.prize_wheel import PrizeWheel
from sim.strategies.retargeting import Advertisements, Retargeting, freshness
from sim.strategies.social import Posts, Social
from sim.strategies.win_back import WinBack
from sim.strategy import Strategy

# Nobody is ever lost, and customers are much alike: closed forms are near.
STEADY = {"orders": Orders(r=20.0, alpha=120.0), "lifetime": Lifetime(s=0.5, beta=1_000_000.0)}


# Personal messages --------------------------------------------------------------------------------------------------


def test_personal_messages_are_opened_more_and_left_less() -> None:
    """Without fatigue opens, clicks and unsubscribes of all messages change by the asked factors; only for the known."""
    flat = StoreKnobs(**STEADY, contact=Contact(consent=1.0, fatigue=0.0, drop_after=9000.0))
    mail = {"email": Email(open_rate=0.4, click_rate=0.1, unsubscribe_rate=0.02, lift=0.0)}

    def rates(**values: Any) -> np.ndarray[Any, Any]:
        personal = {"personalisation": Personalisation(opens=1.5, unsubscribes=0.5, **values)}
        messages = run(mail | personal, store=flat, customers=1500.0).messages
        assert messages is not None
        first = messages.kind == 0
        counts = [messages.opened, messages.clicked, messages.unsubscribed]
        return np.array([count[first].sum() for count in counts]) / messages.sent[first].sum()

    plain = rates(takes=0.0)
    # Fewer leave, so the mean customer is asked more often; the rates are for each message all the same.
    np.testing.assert_allclose(rates(takes=1.0) / plain, [1.5, 1.5, 0.5], rtol=0.06)
    some = rates(takes=0.5) / plain
    assert (some[:2] > 1.2).all()
    assert (some[:2] < 1.35).all()
    assert 0.65 < some[2] < 0.85


def test_only_the_known_get_recommendations() -> None:
    """Baskets of those who took the quiz grow by the factor from the second order on, of nobody else, and not after the end."""
    personal = Personalisation(takes=0.5, basket=1.25, until=200.0)
    log, plain = run({"personalisation": personal}), run({})
    known = uniform(plain.customers.key, purpose("personalisation.takes")) < 0.5
    assert same(only(log, ~known), only(plain, ~known))
    ratio = log.orders.list_price / plain.orders.list_price
    of_known, old = known[plain.orders.customer], plain.customers.acquired[plain.orders.customer] < 0.0
    during = of_known & (plain.orders.time >= 0.0) & (plain.orders.time < 200.0) & (old | (plain.orders.number > 1))
    assert during.sum() > 200
    np.testing.assert_allclose(ratio[during], 1.25, atol=0.01)
    assert (ratio[~during] == 1.0).all()


def test_who_leaves_the_segment_is_written_to_like_everybody() -> None:
    """Personal messages for active customers end with the segment, and those who come back are remembered."""
    made = store({"personalisation": Personalisation(takes=1.0, opens=1.2, basket=1.1, segment="active")}, months=18)
    made.run()
    contacts, people = made.contacts, made.people
    assert contacts.interest is not None
    active = made.targeting.targets[0].eligible[:]
    there = people.alive[:] & (people.number[:] > 0)
    assert (there & active).sum() > 50
    assert (there & ~active).sum() > 50
    assert (contacts.interest[:][there & active] == 1.2).all()
    assert (contacts.interest[:][there & ~active] == 1.0).all()
    (behaviour,) = made.behaviours
    assert isinstance(behaviour, Recommendations)
    assert behaviour.plain is not None
    known = there & active
    np.testing.assert_array_equal(people.basket[:][known], behaviour.plain[:][known] * 1.1)
    _, own_basket = made.law.traits(people.key[:][there & ~active])[1:]
    np.testing.assert_array_equal(people.basket[:][there & ~active], own_basket)


def test_a_quiz_may_put_customers_off() -> None:
    """The share put off does not come; those who come are the same people."""
    log, plain = run({"personalisation": Personalisation(puts_off=0.2)}), run({})
    new = plain.customers.acquired >= 0.0
    assert set(log.customers.key.tolist()) < set(plain.customers.key.tolist())
    gone = new.sum() - (log.customers.acquired >= 0.0).sum()
    assert abs(gone - 0.2 * new.sum()) < 4.0 * (0.16 * new.sum()) ** 0.5


# Visits and advertisements ------------------------------------------------------------------------------------------


def test_visits_are_so_many_for_each_order() -> None:
    """Customers visit at their own order rate times the knob: without effects three visits come to each later order."""
    idle = BrowseDiscount(lift=0.0, depth=0.0, click_rate=0.0, unsubscribe_rate=0.0, visits=3.0)
    log = run({"browse_discount": idle}, store=shop(consent=1.0), customers=3000.0, pre_history=0)
    later = int((log.orders.number > 1).sum())
    assert later > 5000
    # Lives and rates are the same on both sides, so only the Poisson counts differ.
    assert abs(sent(log) / later - 3.0) < 4.0 * (3.0 / later + 9.0 / later) ** 0.5


def test_advertisements_find_those_they_can_and_nobody_else() -> None:
    """Customers whom the advertisements cannot find live as ever; the others order more."""
    log, plain = (run(each, customers=2000.0) for each in ({"retargeting": Retargeting(found=0.5, lift=1.0)}, {}))
    found = uniform(plain.customers.key, purpose("retargeting.found")) < 0.5
    assert same(*(without_cause(only(each, ~found)) for each in (log, plain)))
    assert gain(orders(log), orders(plain))[0] > 0.0


def test_whoever_visits_all_the_time_has_the_whole_lift() -> None:
    """Where visits never stop and lifts last, orders rise by the lift, less the wait for the first visit after an order."""
    endless = Retargeting(visits=50.0, found=1.0, lift=0.5, half_life=90.0, shown_for=90.0, visits_lift=0.0)
    steady = StoreKnobs(**STEADY)
    low, high = (
        gain_ratio(run({"retargeting": endless}, store=steady, customers=1500.0), run({}, store=steady, customers=1500.0))
    )
    # Once in an order's time at 1.5 times the rate, a visit has to come at 50 times the rate first.
    expected = 1.0 / (1.0 / 51.0 + (50.0 / 51.0) / 1.5)
    assert low < expected < high
    assert high - low < 0.1


def gain_ratio(log: EventLog, plain: EventLog) -> tuple[float, float]:
    """The interval of orders of those from before the start, as a ratio, after the first month."""
    late = [each.orders.time > 30.0 for each in (log, plain)]
    mine = [orders(each, which & (each.orders.number > 1)) for each, which in zip((log, plain), late, strict=True)]
    return interval(*mine, of=lambda a, b: a / b)


def test_advertisements_cost_by_the_thousand_and_stop() -> None:
    """What is paid is the impressions' price; no more days are paid for than visits and days shown come to; nothing is
    left of the lift when the days are over or an order is placed."""
    ads = Retargeting(found=1.0, cost=5.0, impressions=4.0, shown_for=6.0, half_life=2.0, click_rate=0.0)
    made = store({"retargeting": ads})
    log = made.run()
    impressions = log.counts["retargeting.impressions"].sum() / 1000.0
    assert log.costs.amount.sum() / 1e6 == pytest.approx(impressions * 5.0 / 1000.0, rel=1e-3)
    assert not log.bulk_costs
    (behaviour,) = made.behaviours
    assert isinstance(behaviour, Advertisements)
    visits = int(behaviour.visits.count[:].sum())
    assert 0.2 * visits * 24.0 < impressions < visits * 24.0
    shown = behaviour.level[:] > 0.0
    alive = made.people.alive[:]
    assert (behaviour.until[:][alive & shown] > log.end - 1e-9).all()
    fresh = 9.0 / (2.0 * (1.0 + 0.5 + 0.25 + 0.125) + 1.0 * 0.0625)  # 1 in the mean of nine days
    assert set(behaviour.level[:][alive].tolist()) <= {0.0, 0.25 * fresh, 0.5 * fresh, fresh}
    since = made.people.last_order[:]
    assert (behaviour.until[:][alive & shown] - ads.shown_for >= since[alive & shown]).all()


def test_advertisements_shown_for_long_add_little_to_those_of_the_first_days() -> None:
    """What halves every three days has done nearly all of it after nine; the first days are not the stronger for the many
    that follow, and the many cost."""
    plain = run({}, customers=6000.0)
    short, long = (
        run({"retargeting": Retargeting(visits=1.0, found=1.0, visits_lift=0.0, lift=1.0, shown_for=days)}, customers=6000.0)
        for days in (9.0, 60.0)
    )
    more, still_more = (orders(log).sum() - orders(plain).sum() for log in (short, long))
    assert 0.95 * more < still_more < 1.5 * more
    assert long.costs.amount.sum() > 2 * short.costs.amount.sum()


@pytest.mark.parametrize(("half_life", "shown_for"), [(3.0, 9.0), (2.0, 7.0), (10.0, 4.0), (0.25, 30.0)])
def test_advertisements_fade_around_their_mean(half_life: float, shown_for: float) -> None:
    """The lifts halve with each half-life, and over the days they are measured over their mean is the knob's."""
    days = np.linspace(0.0, shown_for, 100_001)[:-1]
    strength = freshness(half_life, shown_for) * 0.5 ** np.floor(days / half_life)
    assert strength.mean() == pytest.approx(1.0, rel=1e-3)


def test_advertisements_bring_visits_as_well() -> None:
    """The lift of visits brings further ones, and so further advertisements."""
    counts = []
    for visits_lift in (0.0, 2.0):
        ads = Retargeting(found=1.0, lift=0.0, visits_lift=visits_lift)
        made = store({"retargeting": ads}, customers=1500.0)
        made.run()
        (behaviour,) = made.behaviours
        assert isinstance(behaviour, Advertisements)
        counts.append(int(behaviour.visits.count[:].sum()))
    assert counts[1] > 1.1 * counts[0]


# Posts, letters, calls ----------------------------------------------------------------------------------------------


def test_posts_reach_a_share_of_the_followers() -> None:
    """A post is seen by the asked share of living followers; whoever does not follow lives as ever."""
    posts = Social(follows=0.4, reach=0.2, lift=2.0, every=2.0, unfollows=0.0)
    made = store({"social": posts}, store=StoreKnobs(**STEADY))
    log, plain = made.run(), run({}, store=StoreKnobs(**STEADY))
    follows = uniform(plain.customers.key, purpose("social.follows")) < 0.4
    assert same(only(log, ~follows), only(plain, ~follows))
    assert orders(log).sum() > orders(plain).sum()
    shown = np.maximum(np.ceil((log.end - log.customers.acquired[follows]) / 2.0), 0.0)
    expected = 0.2 * np.minimum(shown, np.ceil(log.end / 2.0)).sum()
    seen = log.counts["social.seen"].sum()
    assert abs(seen - expected) < 4.0 * (0.8 * expected) ** 0.5 + follows.sum()


@pytest.mark.parametrize("reach", [0.03, 0.3, 1.0])
def test_each_post_is_seen_by_those_whom_the_draws_show_it(reach: float) -> None:
    """A follower sees the posts between the first order and death that the draws of the post's number say, and no other."""
    posts = Social(follows=0.5, reach=reach, lift=0.0, every=3.0, unfollows=0.0, from_=10.0, until=300.0)
    log = run({"social": posts}, pre_history=0)
    key, acquired, died = (getattr(log.customers, name)[:, None] for name in ("key", "acquired", "died"))
    times = np.arange(10.0, 300.0, 3.0)
    number = np.arange(times.size)[None, :]
    here = (acquired <= times) & (died > times) & (uniform(key[:, 0], purpose("social.follows")) < 0.5)[:, None]
    shown = here & (uniform(at(key, number), purpose("social.sees")) < reach)
    seen = np.zeros(log.counts["social.seen"].shape[0], dtype=np.int64)
    np.add.at(seen, log.customers.cell, shown.sum(axis=1))
    assert seen.sum() > 100
    np.testing.assert_array_equal(log.counts["social.seen"][:, 0], seen)


def test_followers_who_are_won_back_see_posts_again() -> None:
    """The posts seen are those that a look at the living followers at each post finds, also where some are lost and woken
    again and some have enough."""
    waking = WinBack(after=30.0, reactivates=0.5, reminds=0.0, lift=0.0, depth=0.0)
    made = store({"social": Social(follows=0.6, reach=0.2, unfollows=0.05), "win_back": waking})
    posts, people = made.behaviours[0], made.people
    assert isinstance(posts, Posts)
    found: list[int] = []

    def look() -> Generator[Any, Any, None]:
        yield made.env.timeout(0.0 - made.env.now)
        # The posts begin at the same moment.
        yield made.env.timeout(0.0)
        while True:
            rows = places(posts.following[:] & people.alive[:])
            found.append(int((uniform(at(people.key[rows], len(found)), purpose("social.sees")) < 0.2).sum()))
            yield made.env.timeout(3.0)

    made.env.process(look())
    log = made.run()
    assert sum(found) > 500
    assert log.counts["social.seen"].sum() == sum(found)


@pytest.mark.parametrize(
    "strategy",
    [BrowseDiscount(lift=0.0), Retargeting(found=1.0, lift=0.0), LoyaltyPoints(joins=1.0, account=1, account_uses=50.0)],
    ids=lambda strategy: strategy.name,
)
def test_who_is_won_back_looks_around_again(strategy: Strategy) -> None:
    """Of the living everybody has a next visit, or a next use of the account, also who was lost for a while."""
    waking = WinBack(after=30.0, reactivates=1.0, reminds=0.0, lift=0.0, depth=0.0)
    made = store({strategy.name: strategy, "win_back": waking}, customers=2000.0)
    back: list[np.ndarray[Any, Any]] = []
    revive = made.revive

    def watched(rows: np.ndarray[Any, Any], *rest: Any) -> None:
        back.append(made.people.key[rows])
        revive(rows, *rest)

    made.revive = watched  # type: ignore[method-assign]
    made.run()
    behaviour = next(each for each in made.behaviours if each.knobs is strategy)
    there = made.people.alive[:] & np.isin(made.people.key[:], np.concatenate(back))
    if isinstance(behaviour, Points):
        there &= behaviour.enrolment.member[:]
    clock = behaviour.uses if isinstance(behaviour, Points) else behaviour.visits.due  # type: ignore[attr-defined]
    assert clock is not None
    assert there.sum() > 50
    assert (clock[:][there] < NEVER).all()


def test_followers_who_have_enough_are_gone() -> None:
    """If everybody who sees a post stops following, each follower sees one post at most."""
    made = store({"social": Social(follows=1.0, reach=0.5, unfollows=1.0, every=1.0)})
    log = made.run()
    assert 0 < log.counts["social.seen"].sum() <= log.customers.key.size
    (behaviour,) = made.behaviours
    assert isinstance(behaviour, Posts)
    assert behaviour.following[:].sum() < 0.1 * made.people.alive[:].sum()


def test_guests_of_an_event_stay_longer() -> None:
    """The asked share of those who read a letter comes, costs what a guest costs, and is lost later."""
    letters = Post(every=60.0, attends=0.5, guest_dropout=0.3, event_cost=7.0, cost=0.0, click_rate=0.0)
    made = store({"post": letters}, customers=2000.0, store=shop(fatigue=0.0))
    log, plain = made.run(), run({}, customers=2000.0)
    assert log.messages is not None
    read, guests = int(log.messages.opened.sum()), int(log.counts["post.guests"].sum())
    assert abs(guests - 0.5 * read) < 4.0 * (0.25 * read) ** 0.5
    assert sum(bulk.amount * bulk.customer.size for bulk in log.bulk_costs) == 7_000_000 * guests
    assert (log.customers.died < log.end).sum() < (plain.customers.died < plain.end).sum()
    (behaviour,) = made.behaviours
    assert isinstance(behaviour, Letters)
    assert set(behaviour.bond[:].tolist()) == {0.3, 1.0}


def test_calls_and_letters_share_all_but_their_figures() -> None:
    """Phone and post have the same interval, lift and length, and each reaches those who consent to it."""
    for knob in ("every", "lift", "lasts"):
        assert getattr(Phone(), knob) == getattr(Post(), knob)
    log = run({"phone": Phone(cost=0.01), "post": Post()}, store=shop(phone_consent=0.0, post_consent=1.0))
    assert not moments(log, "phone")
    assert moments(log, "post")


# Two findings that disagree -----------------------------------------------------------------------------------------


def test_what_a_first_discount_makes_of_customers_is_a_choice() -> None:
    """New customers order less often and leave sooner than others if Lewis holds, more often if Anderson & Simester do."""
    logs = {
        finding: run({"first_order_discount": FirstOrderDiscount(depth=0.3, elasticity=0.0, finding=finding)}, customers=3000.0)
        for finding in ("lewis", "neither", "anderson_simester")
    }
    later = {finding: orders(log, log.orders.number > 1) for finding, log in logs.items()}
    assert gain(later["neither"], later["lewis"])[0] > 0.0
    assert gain(later["anderson_simester"], later["neither"])[0] > 0.0
    np.testing.assert_array_equal(logs["anderson_simester"].customers.died, logs["neither"].customers.died)
    assert (logs["lewis"].customers.died <= logs["neither"].customers.died).all()


def test_a_wheel_spoils_nothing_unless_told() -> None:
    """By default winners order as ever afterwards; below 1 they order less."""
    wheel: dict[str, Any] = {"spins": 1.0}
    plain, log, spoilt = (
        run(each, customers=1000.0)
        for each in ({}, {"prize_wheel": PrizeWheel(**wheel)}, {"prize_wheel": PrizeWheel(afterwards=0.7, **wheel)})
    )
    np.testing.assert_array_equal(plain.orders.time, log.orders.time)
    assert gain(orders(plain), orders(spoilt))[0] > 0.0
