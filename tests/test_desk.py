"""The support desk: hours, queues and what waiting does."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st
from service_store import FAILING, counted, interval, lost, run, scenario

from sim.desk import ABANDONED, AT_FIRST, LATER, Desk, Ended, Taken, Ticket
from sim.hours import Hours
from sim.law_knobs import Lifetime, Orders
from sim.log import GROUPS, EventLog
from sim.scenario import Channel, Scenario
from sim.store import Store
from sim.store_knobs import Service, StoreKnobs
from sim.strategies.support_desk import BINS, SupportDesk

ALWAYS = Hours(opens=0.0, length=1.0, days=7, weekday=0)
OFFICE = Hours(opens=9 / 24, length=8 / 24, days=5, weekday=3)
HOUR = 1 / 24


def ticket(time: float, number: int = 0, handling: float = HOUR, **values: float) -> Ticket:
    """Somebody whom the first reply satisfies."""
    return Ticket(
        **{
            "number": number, "team": 0, "priority": 1, "time": time, "patience": 7.0, "handling": handling,
            "returns": math.inf, "handling_again": HOUR,
        }
        | values
    )  # type: ignore[arg-type]  # fmt: skip


def desk(agents: int = 1, hours: Hours = ALWAYS, gives_up: float = 7.0, teams: int = 1) -> Desk:
    return Desk(agents, hours, gives_up, 0.0, teams)


def served(tickets: list[Ticket], until: float, at: Desk) -> tuple[Taken, Ended]:
    """What comes of tickets at a desk."""
    at.take(tickets)
    return at.wind(until)


# Hours --------------------------------------------------------------------------------------------------------------


def test_a_desk_is_closed_at_night_and_at_weekends() -> None:
    """Day 0 is a Thursday: closed until nine, from five till nine, and from Friday's five to Monday's nine."""
    hours = [24.0 * time for closure in itertools.islice(OFFICE.closures(0.0), 3) for time in closure]
    assert hours == pytest.approx([0, 9, 17, 33, 41, 24 * 4 + 9])
    assert OFFICE.a_week == pytest.approx(40.0)


def test_a_desk_that_never_closes_has_no_closures() -> None:
    """Around the clock on seven days there is none; on five days there is the weekend alone."""
    assert list(ALWAYS.closures(3.3)) == []
    weekdays = Hours(opens=0.0, length=1.0, days=5, weekday=0)
    assert list(itertools.islice(weekdays.closures(0.0), 2)) == [(5.0, 7.0), (12.0, 14.0)]


def test_a_night_shift_goes_on_after_midnight() -> None:
    """A desk that is open from ten to six is closed in the daytime, and belongs to the day on which it opened."""
    night = Hours(opens=22 * HOUR, length=8 * HOUR, days=1, weekday=0)
    first, second = itertools.islice(night.closures(0.0), 2)
    assert first == pytest.approx((0.0, 22 * HOUR))
    assert second == pytest.approx((1 + 6 * HOUR, 7 + 22 * HOUR))
    assert next(iter(night.closures(1.0)))[0] == pytest.approx(1 + 6 * HOUR)


# The queue ----------------------------------------------------------------------------------------------------------


def test_work_in_hand_is_finished_and_the_rest_waits_for_the_morning() -> None:
    """Of two tickets just before closing the first is finished after it, the second taken up when the desk opens."""
    taken, ended = served([ticket((16.5 + 0.1 * number) * HOUR, number) for number in (0, 1)], 3.0, desk(hours=OFFICE))
    assert taken.wait / HOUR == pytest.approx([0.0, 33 - 16.6])
    assert ended.outcome.tolist() == [AT_FIRST, AT_FIRST]


def test_a_second_agent_serves_at_once() -> None:
    """With two agents both are taken up when they come."""
    assert served([ticket(0.5, number) for number in (0, 1)], 2.0, desk(agents=2))[0].wait.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("vip_first", [True, False])
def test_the_lower_priority_goes_first(vip_first: bool) -> None:
    """A VIP who comes last is served before those who wait, never before the one who is being served."""
    tickets = [ticket(0.5 + 0.001 * n, n, priority=0 if vip_first and n == 3 else 1) for n in range(4)]
    assert served(tickets, 2.0, desk())[0].number.tolist() == ([0, 3, 1, 2] if vip_first else [0, 1, 2, 3])


def test_who_is_left_over_goes_before_those_of_the_night_but_not_before_vips() -> None:
    """In the morning the queue is that of the evening and of the night together, by priority and then by coming."""
    came = ((16.0, 1), (16.1, 1), (20.0, 1), (22.0, 0), (32.0, 1))
    tickets = [ticket(hour * HOUR, n, handling=2 * HOUR, priority=priority) for n, (hour, priority) in enumerate(came)]
    taken, _ = served(tickets, 3.0, desk(hours=OFFICE))
    assert taken.number.tolist() == [0, 3, 1, 2, 4]
    assert taken.wait[1] / HOUR == pytest.approx(33 - 22)


def test_callers_hang_up_and_writers_give_up() -> None:
    """Who has waited longer than they would is not served and holds nobody up; a caller at night writes instead."""
    nine = 9 * HOUR
    tickets = [
        ticket(nine, 0, handling=2 * HOUR), ticket(nine + 0.1 * HOUR, 1, patience=HOUR), ticket(nine + 0.2 * HOUR, 2),
        ticket(20 * HOUR, 3, patience=HOUR), ticket(1.0 + 18 * HOUR, 4),
    ]  # fmt: skip
    taken, ended = served(tickets, 9.0, desk(hours=OFFICE, gives_up=2.0))
    assert taken.number.tolist() == [0, 2, 3]
    assert taken.wait / HOUR == pytest.approx([0.0, 1.8, 13.0])
    assert dict(zip(ended.number.tolist(), ended.outcome.tolist(), strict=True)) == {
        0: AT_FIRST, 1: ABANDONED, 2: AT_FIRST, 3: AT_FIRST, 4: ABANDONED,
    }  # fmt: skip


def test_what_is_done_ends_before_those_who_had_given_up_behind_it() -> None:
    """An agent who is done finds at the same instant that the next has given up, whatever their numbers."""
    tickets = [ticket(0.5, 7), ticket(0.51, 3, patience=0.001), ticket(0.52, 5, patience=0.001)]
    ended = served(tickets, 2.0, desk())[1]
    assert ended.number.tolist() == [7, 3, 5]
    assert ended.outcome.tolist() == [AT_FIRST, ABANDONED, ABANDONED]


def test_what_the_first_reply_does_not_settle_comes_back_once() -> None:
    """It is settled by the second reply, and the delay is counted from the beginning."""
    taken, ended = served([ticket(0.5, returns=0.25)], 3.0, desk())
    assert (taken.wait.tolist(), ended.outcome.tolist(), ended.wait.tolist()) == ([0.0], [LATER], [0.0])
    assert ended.delay == pytest.approx(HOUR + 0.25)


def test_a_desk_for_which_nobody_waits_has_no_events() -> None:
    """Only who waits for an agent is on the desk's calendar."""
    quiet, busy = desk(hours=OFFICE), desk(hours=OFFICE)
    for found, gap in ((quiet, 1.0), (busy, 0.9)):
        served([ticket(9 * HOUR + gap * n * HOUR, n, handling=0.95 * HOUR) for n in range(8)], 5.0, found)
    assert quiet.env.now == 0.0
    assert busy.env.now > 0.0


def crowd(seed: int, count: int, days: float, busy: float) -> list[Ticket]:
    """Tickets of all kinds, that keep one agent so busy around the clock."""
    rng = np.random.default_rng(seed)
    handling = busy * days / count
    values = (
        rng.integers(0, 2, count), np.sort(rng.uniform(0.0, days, count)), rng.exponential(0.5, count),
        rng.exponential(handling, count), np.where(rng.uniform(size=count) < 0.6, np.inf, rng.exponential(0.7, count)),
        rng.exponential(handling, count),
    )  # fmt: skip
    rows = zip(*(each.tolist() for each in values), strict=True)
    return [Ticket(number, number % 2, *row) for number, row in enumerate(rows)]


def test_winding_in_steps_is_winding_at_once() -> None:
    """The desk's time can be cut anywhere without changing what happens."""
    tickets = crowd(5, 400, 20.0, 0.5)

    def waits(cuts: list[float]) -> list[Any]:
        found, told = desk(hours=OFFICE, teams=2), []
        for now, until in itertools.pairwise([0.0, *cuts]):
            told.append(served([each for each in tickets if now <= each.time < until], until, found))
        return [np.concatenate([getattr(part[i], name) for part in told]).tolist()
                for i, kind in enumerate((Taken, Ended)) for name in kind._fields]  # fmt: skip

    assert waits([30.0]) == waits([1.0, 7.0, 7.5, 14.0, 21.0, 30.0])
    assert len(waits([30.0])[0]) > 100


def processes(tickets: list[Ticket], agents: int, hours: Hours, gives_up: float, until: float) -> dict[int, tuple[Any, ...]]:
    """What comes of tickets at a desk that is written the plain way, a SimPy process each, while agents rest at night."""
    env = simpy.Environment()
    team = simpy.PriorityResource(env, agents)
    told: dict[int, tuple[Any, ...]] = {}
    closed = False

    def keep_hours() -> Iterator[simpy.Event]:
        nonlocal closed
        for closes, opens in hours.closures(0.0):
            yield env.timeout(closes - env.now)
            closed = True
            for _ in range(agents):
                env.process(rest(opens))
            yield env.timeout(opens - env.now)
            closed = False

    def rest(opens: float) -> Iterator[simpy.Event]:
        with team.request(priority=-1) as break_:
            yield break_
            yield env.timeout(max(opens - env.now, 0.0))

    def visit(ticket: Ticket) -> Iterator[simpy.Event]:
        yield env.timeout(ticket.time)
        patience = gives_up if closed else ticket.patience
        with team.request(priority=ticket.priority) as turn:
            yield turn
            wait = env.now - ticket.time
            if wait >= patience:
                told[ticket.number] = (ABANDONED, wait, wait)
                return
            yield env.timeout(ticket.handling)
        if ticket.returns == math.inf:
            told[ticket.number] = (AT_FIRST, wait, wait)
            return
        yield env.timeout(ticket.returns)
        with team.request(priority=ticket.priority) as turn:
            yield turn
            delay = env.now - ticket.time
            yield env.timeout(ticket.handling_again)
        told[ticket.number] = (LATER, wait, delay)

    env.process(keep_hours())
    for each in tickets:
        env.process(visit(each))
    env.run(until)
    return told


@given(
    seed=st.integers(0, 1000), agents=st.integers(1, 6), busy=st.floats(0.05, 3.0), gives_up=st.floats(0.1, 5.0),
    hours=st.builds(
        Hours, opens=st.floats(0.0, 0.95), length=st.floats(0.1, 1.0), days=st.integers(1, 7), weekday=st.integers(0, 6)
    ),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_the_desk_serves_as_a_process_for_each_ticket_would(
    seed: int, agents: int, busy: float, gives_up: float, hours: Hours
) -> None:
    """Who is answered, given up or settled, and how long each waited, with few agents and many, at any hours."""
    tickets = crowd(seed, 120, 15.0, busy)
    ended = served(tickets, 25.0, desk(agents, hours, gives_up, teams=2))[1]
    plain = {}
    for team in (0, 1):
        plain |= processes([each for each in tickets if each.team == team], agents, hours, gives_up, 25.0)
    assert sorted(ended.number.tolist()) == sorted(plain)
    for number, outcome, wait, delay in zip(*(column.tolist() for column in ended), strict=True):
        assert (outcome, wait, delay) == (plain[number][0], *(pytest.approx(time, abs=1e-9) for time in plain[number][1:]))


# In a store ---------------------------------------------------------------------------------------------------------

# Nobody comes a second time, so that tickets are the arrivals of a Poisson process at one rate: both months have 31 days.
ONCE = StoreKnobs(orders=Orders(r=0.01, alpha=10_000.0), lifetime=Lifetime(s=0.5, beta=1000.0))
STEADY = 10


def steady(monthly: float, **knobs: float | bool) -> EventLog:
    """A store in which every order asks, at a desk that is always open, without breaks or returns."""
    support = SupportDesk(**({
        "questions": 1.0, "after": 0.0, "by_phone": 0.0, "first_reply": 1.0, "opens": 0.0, "closes": 0.0, "days": 7,
        "gives_up": 90.0,
    } | knobs))  # type: ignore[arg-type]  # fmt: skip
    of = Scenario(
        start=datetime.date(2025, 7, 1), months=2, clv_horizon=1, store=ONCE, channels={"one": Channel(customers=monthly)},
        strategies={"support_desk": support},
    )  # fmt: skip
    return Store(of, 3, range(STEADY)).run()


def erlang_c(agents: int, load: float) -> float:
    """The chance to wait in M/M/c, `load` being arrivals times handling time (Erlang 1917)."""
    terms = [load**k / math.factorial(k) for k in range(agents)]
    last = load**agents / math.factorial(agents) * agents / (agents - load)
    return last / (sum(terms) + last)


@pytest.mark.parametrize(("agents", "busy"), [(1, 0.6), (4, 0.8)])
def test_waiting_agrees_with_erlang_c(agents: int, busy: float) -> None:
    """One class of tickets, exponential handling, around the clock, a steady base: the chance to wait longer than t is
    C exp(-(c mu - lambda) t), at every t that the counts tell apart, within four standard errors.

    Far out in the tail the few long queues of two months tell too little.
    """
    monthly = 2000.0
    rate = monthly / 31.0
    handling = busy * agents / rate
    waits = counted(steady(monthly, agents=agents, handling=handling), "support_desk.waits", STEADY)
    assert waits.sum() > 0.85 * 2 * monthly * STEADY
    longer = 1.0 - waits.cumsum(axis=1) / waits.sum(axis=1, keepdims=True)
    checked = 0
    for bin_ in range(0, BINS, 2):
        minutes = 2.0 ** ((bin_ + 1) / 4.0) - 1.0
        expected = erlang_c(agents, busy * agents) * math.exp(-(agents / handling - rate) * minutes / 1440.0)
        error = longer[:, bin_].std(ddof=1) / STEADY**0.5
        if expected > 0.05:
            assert abs(longer[:, bin_].mean() - expected) < 4.0 * error
            assert error < 0.03
            checked += 1
    assert checked >= 8


def test_callers_abandon_as_in_erlang_a() -> None:
    """With callers of exponential patience the share that hangs up is that of the birth and death chain of M/M/c+M."""
    monthly, agents, busy, patience = 2000.0, 2, 1.1, 0.02
    rate = monthly / 31.0
    handling = busy * agents / rate
    log = steady(monthly, agents=agents, handling=handling, by_phone=1.0, patience=patience)
    abandoned, answered = (counted(log, f"support_desk.{what}", STEADY)[:, 0] for what in ("abandoned", "answered"))
    weights, ends = [1.0], [0.0]
    for n in range(1, 400):
        leave = max(n - agents, 0) / patience
        weights.append(weights[-1] * rate / (min(n, agents) / handling + leave))
        ends.append(leave)
    expected = np.dot(weights, ends) / sum(weights) / rate
    share = abandoned / (abandoned + answered)
    assert expected > 0.1
    assert abs(share.mean() - expected) < 4.0 * share.std(ddof=1) / STEADY**0.5
    assert share.std(ddof=1) < 0.1 * expected


BUSY = {"questions": 0.3, "handling": 1.0, "by_phone": 0.0, "opens": 0.0, "closes": 0.0, "days": 7, "vip_orders": 4}
MANY, FEW = SupportDesk(agents=20, **BUSY), SupportDesk(agents=1, **BUSY)  # type: ignore[arg-type]


def test_too_few_agents_lose_customers() -> None:
    """Where tickets wait for days more customers are lost than where they are answered at once."""
    many, few = (run({"support_desk": each}) for each in (MANY, FEW))
    assert interval(lost(few) - lost(many))[0] > 0.0
    assert counted(many, "support_desk.abandoned").sum() == 0
    assert counted(few, "support_desk.abandoned").sum() > 100


def test_vips_first_moves_the_loss_to_the_others() -> None:
    """If VIPs go first, fewer of those who were VIPs from the start are lost, and more of those who would never be; VIPs
    wait less, the others longer."""
    usual = BUSY | {"agents": 2, "handling": 0.4, "slow_answer": 1.0}
    equal, first = (
        run({"support_desk": SupportDesk(vip_first=vip_first, **usual)}, customers=800.0)  # type: ignore[arg-type]
        for vip_first in (False, True)
    )
    np.testing.assert_array_equal(equal.customers.key, first.customers.key)
    without = run({}, customers=800.0)
    early, ever = (
        np.bincount(without.orders.customer[which], minlength=without.customers.key.size)
        for which in (without.orders.time < 0.0, slice(None))
    )
    vip, other = early >= 4, ever < 4
    assert interval(lost(equal, vip) - lost(first, vip))[0] > 0.0
    assert interval(lost(first, other) - lost(equal, other))[0] > 0.0
    for name, sign in (("waits_vip", -1.0), ("others", 1.0)):
        means = []
        for log in (equal, first):
            waits = counted(log, "support_desk.waits_vip")
            if name == "others":
                waits = counted(log, "support_desk.waits") - waits
            means.append((waits * np.arange(BINS)).sum(axis=1) / waits.sum(axis=1))
        assert interval(sign * (means[1] - means[0]))[0] > 0.0


def test_a_failure_put_right_is_forgiven_and_no_more() -> None:
    """Answered at once and forgiven by all who get in touch, failures lose as few customers as in a store where nothing
    fails, but not fewer."""
    settings = {"questions": 0.0, "complains": 1.0, "after": 0.0, "forgives": 1.0, "forgives_half": 365.0, "first_reply": 1.0}
    desk_ = SupportDesk(agents=50, opens=0.0, closes=0.0, days=7, **settings)  # type: ignore[arg-type]
    often = {"review_every": 1.0, "pre_history": 0}
    soothed, failing = run({"support_desk": desk_}, **often), run({}, **often)
    clean = run({}, **often, store=dataclasses.replace(FAILING, service=Service(failures=0.0)))
    assert interval(lost(failing) - lost(clean))[0] > 0.0
    assert interval(lost(soothed) - lost(clean))[1] < 0.1 * (lost(failing) - lost(clean)).mean()
    assert (lost(soothed) >= lost(clean)).all()
    level, people = (counted(soothed, f"mood.{what}") for what in ("level", "people"))
    assert (level <= 0).all()
    # Only what failed on the last day is not forgiven yet.
    assert -level.sum() < 10 * people.sum()


def test_each_replication_has_a_desk_of_its_own() -> None:
    """The tickets and waits of a replication are the same side by side with others and alone."""
    of = scenario({"support_desk": FEW})
    together = Store(of, 1, range(3)).run()
    for number in range(3):
        alone = Store(of, 1, range(number, number + 1)).run()
        for name in ("tickets", "answered", "abandoned", "first_reply", "waits", "waits_vip"):
            mine = together.counts[f"support_desk.{name}"][number * GROUPS : (number + 1) * GROUPS]
            np.testing.assert_array_equal(mine, alone.counts[f"support_desk.{name}"])
            assert mine.sum() > 0


def test_every_ticket_is_accounted_for() -> None:
    """Answered and abandoned tickets are no more than came, the histogram holds the answered, VIPs among them."""
    log = run({"support_desk": SupportDesk(questions=0.3, by_phone=0.5, patience=0.001, agents=1)})
    tickets, answered, abandoned, first, waits, vip = (
        counted(log, f"support_desk.{name}").sum()
        for name in ("tickets", "answered", "abandoned", "first_reply", "waits", "waits_vip")
    )
    assert abandoned > 0
    assert 0.97 * tickets < answered + abandoned <= tickets
    assert waits == answered
    assert 0 < vip < waits
    assert 0.6 < first / answered < 0.75


def test_agents_scale_up_to_whole_ones_at_the_same_wages() -> None:
    """Scaled down there is at least one agent, the wages stay in proportion, and the reader is told."""
    whole = SupportDesk(agents=3, wage=20.0)
    small = whole.scaled(0.1)
    assert small.agents == 1
    assert small.wage == pytest.approx(6.0)
    assert whole.scaled(1.0) == whole
    assert whole.scaled(2.0 / 3.0).agents == 2
    assert whole.scaled(2.5).agents == 8
    of = scenario({"support_desk": whole})
    assert whole.advice(of, 1.0) == []
    assert "rounded up to 1" in whole.advice(of, 0.1)[0]
    hours = 40.0 * 365.25 / 12 / 7
    store = Store(of, 1)
    assert store.behaviours[0].monthly_cost() == pytest.approx(3 * 20.0 * hours)
