"""Messages: when they may go out, how many, whom they reach, and what the strategies that send them promise."""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
import simpy
from histories import history, only, same
from hypothesis import given
from hypothesis import strategies as st
from made_shop import SHOP, gain, moments, orders, run, scenario, sent, shop, store, without_cause

from sim.campaigns import Flow, at_moment
from sim.contacts import CAP_PERIOD, Contacts
from sim.randomness import purpose, uniform
from sim.store import Store
from sim.store_knobs import Contact, Segments, StoreKnobs
from sim.strategies import catalogue
from sim.strategies.birthday import Birthday
from sim.strategies.content import Content
from sim.strategies.email import Email
from sim.strategies.flash_sale import FlashSale
from sim.strategies.post_purchase import PostPurchase
from sim.strategies.push import Push
from sim.strategies.sms import Sms
from sim.strategies.welcome import Welcome
from sim.strategies.win_back import WinBack, WinBackFlow

WRITERS = (
    "birthday", "browse_discount", "email", "flash_sale", "phone", "post", "post_purchase", "push", "sms", "welcome",
    "win_back",
)  # fmt: skip
AWAY = {"quiet_from": 21 / 24, "quiet_until": 8 / 24}


def writer(name: str) -> Any:
    """A strategy whose every message costs something."""
    values: dict[str, Any] = {"cost": 0.01}
    if name == "post_purchase":
        values |= {"review": True, "cross_sell": True}
    return catalogue()[name](**values)


# Quiet hours --------------------------------------------------------------------------------------------------------


def contacts(**knobs: Any) -> Contacts:
    """The mailing list of a store in which nobody has ordered yet."""
    return Store(scenario({}, store=StoreKnobs(contact=Contact(**knobs))), 1).contacts


CLOCK = st.integers(0, 1439).map(lambda minute: minute / 1440)


@given(begin=CLOCK, end=CLOCK, times=st.lists(st.floats(-800.0, 4000.0), min_size=1))
def test_what_is_due_in_quiet_hours_goes_out_when_they_end(begin: float, end: float, times: list[float]) -> None:
    """Outside the quiet hours a message goes out when it is due, inside at their end, on that day or the next."""
    due = np.array(times)
    out = contacts(quiet_from=begin, quiet_until=end).awake(due)
    clock = due - np.floor(due)
    quiet = (begin <= clock) & (clock < end) if begin <= end else (begin <= clock) | (clock < end)
    np.testing.assert_array_equal(out[~quiet], due[~quiet])
    assert (out[quiet] > due[quiet]).all()
    assert (out[quiet] <= due[quiet] + 1.0).all()
    ends = np.floor(due[quiet]) + (clock[quiet] >= end) + end
    np.testing.assert_allclose(out[quiet], ends, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", WRITERS)
def test_nobody_writes_at_night(name: str) -> None:
    """With quiet hours no message of any strategy goes out in them, and about as many go out as without."""
    strategies = {name: writer(name)}
    log, free = run(strategies, store=shop(**AWAY)), run(strategies)
    clock = np.array([time % 1.0 for _, time in moments(log, name)])
    assert clock.size > 20
    assert ((clock > AWAY["quiet_until"] - 1e-9) & (clock < AWAY["quiet_from"])).all()
    assert abs(sent(log) / sent(free) - 1.0) < 0.1


def test_several_messages_of_one_night_go_out_in_the_morning() -> None:
    """A notification due four times a day is sent as often as ever, those of the night together when it is over."""
    push = Push(every=0.25, cost=0.01, until=40.0, unsubscribe_rate=0.0)
    times = [bulk.time for bulk in run({"push": push}, store=shop(**AWAY)).bulk_costs]
    assert times[:4] == pytest.approx([1 / 3, 1 / 3, 0.5, 0.75])
    assert len(times) == 160
    assert set(np.round(np.mod(times, 1.0), 6)) == {round(1 / 3, 6), 0.5, 0.75}


def test_a_birthday_stays_a_birthday() -> None:
    """Quiet hours put a card off by hours, year after year, and not further each year."""
    quiet = shop(**AWAY, consent=1.0, drop_after=36_500.0)
    made = store({"birthday": Birthday(known=1.0)}, store=quiet, months=60, customers=50.0)
    made.run()
    (flow,) = made.behaviours
    there = (made.people.number[:] > 0) & (flow.due[:] < np.inf)  # type: ignore[attr-defined]
    late = flow.due[:][there] - flow.date[:][there]  # type: ignore[attr-defined]
    assert late.size > 100
    assert ((late >= 0.0) & (late < 11 / 24 + 1e-9)).all()
    born = 365.25 * uniform(made.people.key[:][there], purpose("birthday.day"))
    years = (flow.date[:][there] - born) / 365.25  # type: ignore[attr-defined]
    np.testing.assert_allclose(years, np.rint(years), rtol=0, atol=1e-9)


# The frequency cap --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cap", [1, 3])
def test_nobody_gets_more_than_the_cap(cap: int) -> None:
    """Over all strategies and media a customer gets at most so many messages in 30 days from the first, and some get
    just as many."""
    strategies = {name: writer(name) for name in WRITERS}
    log = run(strategies, store=shop(frequency_cap=cap), customers=150.0)
    times: dict[int, list[float]] = defaultdict(list)
    for name in WRITERS:
        for customer, time in moments(log, name):
            times[customer].append(time)
    most = 0
    for mine in times.values():
        first, count = -np.inf, 0
        for time in sorted(mine):
            first, count = (time, 1) if time - first >= CAP_PERIOD else (first, count + 1)
            most = max(most, count)
            assert count <= cap
    assert most == cap
    assert len(times) > 100


def test_who_is_capped_gets_no_offer() -> None:
    """Customers whom a newsletter leaves no room for a second message get neither the message nor its coupon."""
    full = shop(frequency_cap=1, drop_after=900.0)
    newsletter = {"email": Email(every=CAP_PERIOD, priority=1)}
    quiet = run(newsletter, store=full)
    for name in ("browse_discount", "win_back", "birthday", "post_purchase"):
        values = {"thanks_lift": 0.5} if name == "post_purchase" else {"lift": 2.0}
        other = {name: catalogue()[name](segment="existing", cost=0.01, **values)}
        both = run(newsletter | other, store=full)
        old = both.customers.acquired < 0.0
        assert same(*(without_cause(only(each, old)) for each in (both, quiet))), name
        assert moments(both, name) == [], name
        assert moments(run(newsletter | other, store=shop(drop_after=900.0)), name), name


@pytest.mark.parametrize("first", ["email", "sms"])
def test_the_cap_serves_by_priority(first: str) -> None:
    """Where two campaigns write at the same instant and one message is allowed, the one of higher priority goes out."""
    priority = {name: 1 if name == first else 5 for name in ("email", "sms")}
    strategies = {
        "email": Email(every=30.0, cost=0.01, priority=priority["email"], unsubscribe_rate=0.0),
        "sms": Sms(every=30.0, cost=0.01, priority=priority["sms"], unsubscribe_rate=0.0),
    }
    log = run(strategies, store=shop(frequency_cap=1, consent=1.0, sms_consent=1.0))
    other = "sms" if first == "email" else "email"
    assert moments(log, first)
    assert not moments(log, other)


@pytest.mark.parametrize("first", ["post_purchase", "welcome"])
def test_flows_of_one_instant_go_by_priority(first: str) -> None:
    """Where thanks and a welcome fall due at the same instant after a first order and one message is allowed, the one of higher
    priority goes out; with equal ones the first by name."""
    priority = {name: 1 if name == first else 5 for name in ("post_purchase", "welcome")}
    flows = {name: catalogue()[name](after=3.0, cost=0.01, priority=priority[name], segment="new") for name in priority}
    full = shop(frequency_cap=1, consent=1.0)
    log = run(flows, store=full)
    met = {name: {customer for customer, _ in moments(log, name)} for name in flows}
    other = "welcome" if first == "post_purchase" else "post_purchase"
    early = {who for who, time in moments(log, other) if abs(time - log.customers.acquired[who] - 3.0) < 1e-6}
    assert len(met[first]) > 100
    assert not early
    alike = {name: dataclasses.replace(flow, priority=5) for name, flow in flows.items()}
    assert not moments(run(alike, store=full), "welcome")


@pytest.mark.parametrize("first", ["email", "welcome"])
def test_flows_and_campaigns_of_one_morning_go_by_priority(first: str) -> None:
    """What the night has held back goes out at one instant: with room for one message the campaign or the flow goes first, as
    their priorities say, whichever of them has a clock of its own."""
    strategies = {
        "email": Email(every=31.0, cost=0.01, unsubscribe_rate=0.0, priority=1 if first == "email" else 9),
        "welcome": Welcome(after=3.0, cost=0.01, unsubscribe_rate=0.0),
    }
    log = run(strategies, store=shop(**AWAY, frequency_cap=1, consent=1.0), customers=3000.0)
    newsletters = {bulk.time for bulk in log.bulk_costs}
    mornings = [who for who, time in moments(log, "welcome") if time in newsletters]
    got = {(who, time) for who, time in moments(log, "email")}
    if first == "email":
        assert not mornings
    else:
        assert len(mornings) > 10
        assert all((who, time) not in got for who, time in moments(log, "welcome"))


@given(now=st.floats(-3000.0, 30_000.0), ahead=st.floats(0.0, 400.0))
def test_a_moment_is_met_to_the_last_bit(now: float, ahead: float) -> None:
    """Whatever the clock shows, it shows the moment itself when the wait for it is over."""
    env, moment = simpy.Environment(initial_time=now), now + ahead
    env.run(at_moment(env, moment))
    assert env.now == moment


def test_limits_that_never_bite_change_nothing() -> None:
    """A cap that nobody reaches and quiet hours of no length leave every bit as it was."""
    # One campaign: a cap serves several of the same instant in an order of its own.
    strategies = {name: writer(name) for name in WRITERS if name not in ("phone", "post", "push", "sms")}
    for limits in ({"frequency_cap": 1000}, {"quiet_from": 0.25, "quiet_until": 0.25}):
        log = run(strategies, store=shop(**limits), customers=100.0)
        assert same(history(log), history(run(strategies, customers=100.0)))


def test_a_delivery_says_who_got_it() -> None:
    """Of the rows written to, those whom the cap spared are missing from every part of the delivery."""
    made = store({"email": Email(every=25.0, open_rate=1.0, click_rate=1.0)}, store=shop(frequency_cap=1, fatigue=0.0))
    made.run()
    listed = np.flatnonzero(made.contacts.listed(slice(None), 360.0))
    terms = made.behaviours[0].terms  # type: ignore[attr-defined]
    delivery = made.contacts.send(0, "test.message", terms, listed, 360.0, 0)
    again = made.contacts.send(0, "test.message", terms, listed, 361.0, 1)
    assert 0 < delivery.reached.size < listed.size
    assert set(delivery.living) <= set(delivery.reached)
    np.testing.assert_array_equal(delivery.living, delivery.opened)
    np.testing.assert_array_equal(delivery.living, delivery.clicked)
    assert again.reached.size == again.living.size == again.opened.size == again.clicked.size == 0


# Segments -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("segment", "low", "high"), [("at_risk", 60.0, 150.0), ("lapsed", 150.0, np.inf)])
def test_a_flow_reads_its_segment_when_it_writes(segment: str, low: float, high: float) -> None:
    """A win-back for those at risk, or lapsed, writes to them and to nobody else, once between two orders."""
    bounds = dataclasses.replace(SHOP, segments=Segments(at_risk_after=60.0, lapsed_after=150.0))
    log = run({"win_back": WinBack(after=45.0, segment=segment, cost=0.01)}, store=bounds)
    written = moments(log, "win_back")
    assert len(written) > 100
    last = set()
    for customer, time in written:
        mine = log.orders.time[(log.orders.customer == customer) & (log.orders.time < time)]
        last.add((customer, mine.max()))
        # Reviews are weekly: a segment is as it was at the last one.
        assert low - 1e-9 <= time - mine.max() < high + 7.0
    assert len(last) == len(written)


@pytest.mark.parametrize("segment", ["all", "lapsed"])
def test_segments_and_limits_do_not_depend_on_the_block(segment: str) -> None:
    """With quiet hours, a cap, a backlog and a segment that customers enter when they are off the list, two
    blocks are the same store."""
    contact = shop(**AWAY, frequency_cap=3, drop_after=120.0).contact
    lapsed = dataclasses.replace(SHOP, contact=contact, segments=Segments(at_risk_after=60.0, lapsed_after=150.0))
    strategies = {name: writer(name) for name in WRITERS if name != "win_back"}
    strategies["win_back"] = WinBack(segment=segment, backlog=True, from_=200.0, reactivates=0.2, cost=0.01)
    of = scenario(strategies, store=lapsed, months=14)
    whole = history(Store(of, 1).run())
    parts = [Store(of, 1, block=block, blocks=2).run() for block in range(2)]
    assert min(part.customers.key.size for part in parts) > 50
    assert same(history(parts), whole)


def test_whoever_comes_into_a_segment_notices_an_idea() -> None:
    """Content for loyal customers reaches those who become loyal while it goes on, and leaves the others alone."""
    made = store({"content": Content(order_rate=1.5, segment="vip")})
    made.run()
    (factor,) = made.people.orders.factors
    target = made.targeting.targets[0]
    there = made.people.alive[:]
    vip = target.eligible[:] & there
    assert vip.sum() > 10
    assert (factor[:][vip] == 1.5).all()
    assert (factor[:][there & ~vip] == 1.0).all()


# Flows --------------------------------------------------------------------------------------------------------------


def test_messages_after_an_order_come_each_on_its_day() -> None:
    """Thanks, review request and cross-selling go out their own time after an order, and only those switched on."""
    days = {"thanks": 3.0, "review": 14.0, "cross_sell": 7.0}
    for on in itertools.chain.from_iterable(itertools.combinations(days, n) for n in (1, 2, 3)):
        flow = PostPurchase(thanks="thanks" in on, review="review" in on, cross_sell="cross_sell" in on, cost=0.01)
        log = run({"post_purchase": flow}, customers=100.0)
        gaps = set()
        for customer, time in moments(log, "post_purchase"):
            mine = log.orders.time[log.orders.customer == customer]
            gaps |= {day for day in days.values() if np.abs(time - day - mine).min() < 1e-9}
            assert any(np.abs(time - day - mine).min() < 1e-9 for day in (days[name] for name in on))
        assert gaps >= {days[name] for name in on}


def test_thanks_are_nothing_but_a_message() -> None:
    """With their default thanks change no order; reviews are counted and paid for, and cross-selling brings orders."""
    thanked, plain = run({"post_purchase": PostPurchase(click_rate=0.0)}), run({})
    assert sent(thanked) > 1000
    assert same(*(only(each, each.customers.key > 0) for each in (thanked, plain)))
    asked = PostPurchase(thanks=False, review=True, writes=0.3, review_reward=2.0, cost=0.0)
    log = run({"post_purchase": asked}, store=shop(fatigue=0.0))
    assert log.messages is not None
    opened, reviews = int(log.messages.opened.sum()), int(log.counts["post_purchase.reviews"].sum())
    assert abs(reviews - 0.3 * opened) < 4.0 * (0.21 * opened) ** 0.5
    assert log.costs.amount.tolist() == [2_000_000] * reviews
    lifted = PostPurchase(thanks=False, cross_sell=True, click_rate=0.3, cross_sell_lift=4.0)
    low, _ = gain(orders(run({"post_purchase": lifted}, customers=2000.0)), orders(run({}, customers=2000.0)))
    assert low > 0.0


def test_a_win_back_without_a_coupon_gives_nothing_away() -> None:
    """Without a coupon nothing is taken off, and the lift is the bare message's, not the coupon's."""
    quiet: dict[str, Any] = {"reactivates": 0.0, "reminds": 0.0, "click_rate": 0.0}
    bare = run({"win_back": WinBack(coupon=False, bare_lift=0.6, **quiet)})
    coupon = run({"win_back": WinBack(lift=0.6, depth=0.0, **quiet)})
    assert not bare.orders.discount.any()
    np.testing.assert_array_equal(bare.orders.time, coupon.orders.time)
    none = run({"win_back": WinBack(coupon=False, bare_lift=0.0, **quiet)})
    np.testing.assert_array_equal(none.orders.time, run({}).orders.time)


def test_the_backlog_is_written_to_at_once() -> None:
    """Those silent for long when the flow starts are written to on its first day if asked, and otherwise never again."""
    at_once, later = (
        moments(run({"win_back": WinBack(backlog=backlog, from_=60.0, cost=0.01)}), "win_back") for backlog in (True, False)
    )
    first = [customer for customer, time in at_once if time == 60.0]
    assert len(first) > 20
    assert not [customer for customer, time in later if time == 60.0]
    assert [each for each in at_once if each[1] > 60.5][:20] == [each for each in later if each[1] > 60.5][:20]


def test_answers_say_why() -> None:
    """Of those who open a win-back the asked share says why; it is counted and becomes insight."""
    log = run({"win_back": WinBack(asks_why=0.4)}, store=shop(fatigue=0.0, consent=1.0), customers=2000.0)
    assert log.messages is not None
    opened, said = int(log.messages.opened.sum()), int(log.counts["win_back.answers"].sum())
    assert abs(said - 0.4 * opened) < 4.0 * (0.24 * opened) ** 0.5
    (flow,) = store({"win_back": WinBack(asks_why=0.05)}).behaviours
    assert isinstance(flow, WinBackFlow)
    assert flow.insight() == pytest.approx(0.5)
    (all_say,) = store({"win_back": WinBack(asks_why=1.0)}).behaviours
    assert all_say.insight() == 1.0


def test_a_stronger_first_life_comes_back_more_often() -> None:
    """Where the first life counts, those who had ordered more often are a larger part of those who come back."""

    def woken(first_life: float) -> float:
        values = {"reactivates": 0.1, "reminds": 0.0, "lift": 0.0, "depth": 0.0}
        log = run({"win_back": WinBack(first_life=first_life, **values)}, customers=6000.0)
        plain = run({}, customers=6000.0)
        back = log.customers.died > plain.customers.died
        assert back.sum() > 100
        numbers = np.bincount(plain.orders.customer[plain.orders.time <= plain.customers.died[plain.orders.customer]])
        return float(numbers[back].mean())

    assert woken(0.5) > 1.2 * woken(0.0)


def test_every_flow_declares_what_a_mail_is_like() -> None:
    """Flows share the knobs of a mail, and more clicks than opens are a contradiction."""
    flows = [kind for kind in catalogue().values() if issubclass(kind, Flow)]
    assert {"birthday", "browse_discount", "post_purchase", "welcome"} <= {kind.name for kind in flows}
    for kind in [*flows, WinBack, FlashSale]:
        told = kind(click_rate=0.9, open_rate=0.1).contradictions()  # type: ignore[call-arg]
        assert "click_rate" in [knob for knob, _ in told]
